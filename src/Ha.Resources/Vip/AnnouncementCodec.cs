using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;

namespace Ha.Resources.Vip;

/// <summary>Frames that tell a network which card has an address. Sources: RFC 826 and RFC 5227 (ARP), RFC 4861,
/// section
/// 4.4 (neighbour advertisement).</summary>
internal static class AnnouncementCodec
{
    public const ushort ArpType = 0x0806;
    public const ushort Ipv6Type = 0x86dd;

    private const int EthernetBytes = 14;
    private const int ArpBytes = 28;
    private const int Ipv6HeaderBytes = 40;
    private const int AdvertisementBytes = 32;
    private const byte Icmpv6 = 58;
    private const byte HopLimit = 255;
    private const byte OverrideFlag = 0x20;
    private const byte RouterFlag = 0x80;
    private const byte RequestOperation = 1;
    private const byte ReplyOperation = 2;

    /// <summary>A gratuitous ARP request: sender and target are the address, so that nobody has a reason to answer.
    /// </summary>
    public static byte[] GratuitousArp(IPAddress address, PhysicalAddress card) =>
        Arp(address, card, RequestOperation, namesTarget: false);

    /// <summary>The same as a reply that names its card as sender and target: it is believed, too, and not even a host
    /// that still has the address answers it. Source: own measurements; RFC 5227, section 3, has the reasons for the
    /// request.</summary>
    public static byte[] ArpReply(IPAddress address, PhysicalAddress card) =>
        Arp(address, card, ReplyOperation, namesTarget: true);

    /// <summary>A request that names its card as target, too: for devices that ignore replies nobody asked
    /// for.</summary>
    public static byte[] ArpRequest(IPAddress address, PhysicalAddress card) =>
        Arp(address, card, RequestOperation, namesTarget: true);

    /// <summary>An unsolicited neighbour advertisement to all nodes, with the override flag.</summary>
    /// <param name="address">The address.</param>
    /// <param name="card">The card that has it.</param>
    /// <param name="isRouter">Who has it forwards packets: hosts drop a router that says it is none any more.</param>
    public static byte[] NeighbourAdvertisement(IPAddress address, PhysicalAddress card, bool isRouter = false)
    {
        var frame = new byte[EthernetBytes + Ipv6HeaderBytes + AdvertisementBytes];
        ((ReadOnlySpan<byte>)[0x33, 0x33, 0, 0, 0, 1]).CopyTo(frame);
        card.GetAddressBytes().CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), Ipv6Type);
        var header = frame.AsSpan(EthernetBytes);
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], AdvertisementBytes);
        header[6] = Icmpv6;
        header[7] = HopLimit;
        address.GetAddressBytes().CopyTo(header[8..]);
        IPAddress.Parse("ff02::1").GetAddressBytes().CopyTo(header[24..]);
        var message = header[Ipv6HeaderBytes..];
        message[0] = 136;
        message[4] = (byte)(OverrideFlag | (isRouter ? RouterFlag : 0));
        address.GetAddressBytes().CopyTo(message[8..]);
        message[24] = 2;
        message[25] = 1;
        card.GetAddressBytes().CopyTo(message[26..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], Checksum(header[8..40], message));
        return frame;
    }

    /// <summary>Reads an announcement, of either kind, from bytes that anyone on the network may have sent.</summary>
    /// <returns>False, with the reason, for anything else. Throws nothing.</returns>
    public static bool TryDecode(
        ReadOnlySpan<byte> frame, out (IPAddress Address, PhysicalAddress Card) announcement, out string error)
    {
        announcement = (IPAddress.None, PhysicalAddress.None);
        var type = frame.Length < EthernetBytes ? 0 : BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        var body = frame.Length < EthernetBytes ? [] : frame[EthernetBytes..];
        error = (type, body.Length) switch
        {
            (ArpType, >= ArpBytes) => ReadArp(body, ref announcement),
            (Ipv6Type, >= Ipv6HeaderBytes + AdvertisementBytes) => ReadAdvertisement(body, ref announcement),
            (ArpType or Ipv6Type, _) => "it is too short",
            _ => "it is neither ARP nor IPv6",
        };
        return error.Length == 0;
    }

    private static byte[] Arp(IPAddress address, PhysicalAddress card, byte operation, bool namesTarget)
    {
        var frame = new byte[EthernetBytes + ArpBytes];
        frame.AsSpan(0, 6).Fill(0xff);
        card.GetAddressBytes().CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), ArpType);
        var arp = frame.AsSpan(EthernetBytes);
        BinaryPrimitives.WriteUInt16BigEndian(arp, 1);
        BinaryPrimitives.WriteUInt16BigEndian(arp[2..], 0x0800);
        arp[4] = 6;
        arp[5] = 4;
        arp[7] = operation;
        card.GetAddressBytes().CopyTo(arp[8..]);
        address.GetAddressBytes().CopyTo(arp[14..]);
        if (namesTarget)
        {
            card.GetAddressBytes().CopyTo(arp[18..]);
        }

        address.GetAddressBytes().CopyTo(arp[24..]);
        return frame;
    }

    private static string ReadArp(ReadOnlySpan<byte> arp, ref (IPAddress, PhysicalAddress) announcement)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(arp) != 1 || BinaryPrimitives.ReadUInt16BigEndian(arp[2..]) != 0x0800
            || arp[4] != 6 || arp[5] != 4)
        {
            return "it is no ARP for Ethernet and IPv4";
        }

        if (!arp.Slice(14, 4).SequenceEqual(arp.Slice(24, 4)))
        {
            return "sender and target differ: it asks, and announces nothing";
        }

        announcement = (new IPAddress(arp.Slice(14, 4)), new PhysicalAddress(arp.Slice(8, 6).ToArray()));
        return "";
    }

    private static string ReadAdvertisement(ReadOnlySpan<byte> packet, ref (IPAddress, PhysicalAddress) announcement)
    {
        var message = packet.Slice(Ipv6HeaderBytes, AdvertisementBytes);
        if (packet[0] >> 4 != 6 || packet[6] != Icmpv6 || packet[7] != HopLimit || message[0] != 136
            || BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) != AdvertisementBytes
            || message[24] != 2 || message[25] != 1)
        {
            return "it is no neighbour advertisement with a link-layer address";
        }

        // Over a message with its checksum inside, the sum of a right one is nothing.
        if (Checksum(packet[8..40], message) != 0)
        {
            return "its checksum is wrong";
        }

        announcement = (new IPAddress(message.Slice(8, 16)), new PhysicalAddress(message.Slice(26, 6).ToArray()));
        return "";
    }

    // Over the pseudo-header (addresses, length, next header) and the message.
    private static ushort Checksum(ReadOnlySpan<byte> addresses, ReadOnlySpan<byte> message)
    {
        uint sum = (uint)message.Length + Icmpv6;
        for (var at = 0; at < addresses.Length; at += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(addresses[at..]);
        }

        for (var at = 0; at < message.Length; at += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
