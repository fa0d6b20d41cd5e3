using System.Buffers.Binary;

namespace Ha.Resources.Vrrp.Link;

/// <summary>What came from a link.</summary>
internal enum LinkFrameKind
{
    /// <summary>An IPv4 packet of protocol 112.</summary>
    Advert4,

    /// <summary>The same for IPv6.</summary>
    Advert6,

    /// <summary>ARP by someone who claims an IPv4 address.</summary>
    Claim4,

    /// <summary>A neighbour advertisement for an IPv6 address.</summary>
    Claim6,
}

/// <summary>A frame, taken apart without a copy: where its parts are.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Sender">Offset of the sender's IP address; of a claim the address that is claimed.</param>
/// <param name="Target">Offset of the destination's IP address.</param>
/// <param name="Hardware">Offset of the hardware address that sends, or that a claim names.</param>
/// <param name="Payload">Offset of the advert.</param>
/// <param name="Length">Bytes of the advert, by the IP header: padding of the link is not in it.</param>
/// <param name="TimeToLive">TTL, or hop limit.</param>
internal readonly record struct LinkFrame(
    LinkFrameKind Kind, int Sender, int Target, int Hardware, int Payload, int Length, byte TimeToLive)
{
    private const int EthernetBytes = 14;
    private const int MinIpv4Bytes = 20;
    private const int Ipv6Bytes = 40;
    private const int ArpBytes = 28;
    private const int NeighbourBytes = 24;
    private const byte Vrrp = 112;
    private const byte Icmpv6 = 58;

    /// <summary>Bytes of an address of this family.</summary>
    public int AddressBytes => Kind is LinkFrameKind.Advert4 or LinkFrameKind.Claim4 ? 4 : 16;

    /// <summary>Takes apart bytes that anyone on the link may have sent.</summary>
    /// <returns>False for all that is of no use: too short, fragments, other protocols. Throws nothing.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, out LinkFrame result)
    {
        result = default;
        if (frame.Length < EthernetBytes)
        {
            return false;
        }

        return BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            0x0800 => TryIpv4(frame, ref result),
            0x86dd => TryIpv6(frame, ref result),
            0x0806 => TryArp(frame, ref result),
            _ => false,
        };
    }

    private static bool TryIpv4(ReadOnlySpan<byte> frame, ref LinkFrame result)
    {
        var packet = frame[EthernetBytes..];
        if (packet.Length < MinIpv4Bytes || packet[0] >> 4 != 4 || packet[9] != Vrrp)
        {
            return false;
        }

        var header = (packet[0] & 15) * 4;
        var total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3fff;
        if (header < MinIpv4Bytes || total < header || total > packet.Length || fragment != 0)
        {
            return false;
        }

        result = new LinkFrame(
            LinkFrameKind.Advert4, EthernetBytes + 12, EthernetBytes + 16, 6, EthernetBytes + header, total - header,
            packet[8]);
        return true;
    }

    private static bool TryIpv6(ReadOnlySpan<byte> frame, ref LinkFrame result)
    {
        var packet = frame[EthernetBytes..];
        if (packet.Length < Ipv6Bytes || packet[0] >> 4 != 6)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        if (length > packet.Length - Ipv6Bytes)
        {
            return false;
        }

        if (packet[6] == Vrrp)
        {
            result = new LinkFrame(
                LinkFrameKind.Advert6, EthernetBytes + 8, EthernetBytes + 24, 6, EthernetBytes + Ipv6Bytes, length,
                packet[7]);
            return true;
        }

        // A neighbour advertisement: the hardware address of its option, or of its frame.
        if (packet[6] != Icmpv6 || length < NeighbourBytes || packet[7] != 255 || packet[Ipv6Bytes] != 136)
        {
            return false;
        }

        var hasOption = length >= NeighbourBytes + 8 && packet[Ipv6Bytes + NeighbourBytes] == 2;
        result = new LinkFrame(
            LinkFrameKind.Claim6, EthernetBytes + Ipv6Bytes + 8, EthernetBytes + 24,
            hasOption ? EthernetBytes + Ipv6Bytes + NeighbourBytes + 2 : 6, EthernetBytes + Ipv6Bytes, length,
                packet[7]);
        return true;
    }

    private static bool TryArp(ReadOnlySpan<byte> frame, ref LinkFrame result)
    {
        var arp = frame[EthernetBytes..];
        if (arp.Length < ArpBytes || BinaryPrimitives.ReadUInt32BigEndian(arp) != 0x0001_0800 || arp[4] != 6
            || arp[5] != 4)
        {
            return false;
        }

        result = new LinkFrame(
            LinkFrameKind.Claim4, EthernetBytes + 14, EthernetBytes + 24, EthernetBytes + 8, EthernetBytes, ArpBytes,
                0);
        return true;
    }
}
