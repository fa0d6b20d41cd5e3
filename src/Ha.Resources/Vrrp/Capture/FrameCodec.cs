using System.Buffers.Binary;

namespace Ha.Resources.Vrrp.Capture;

/// <summary>What a frame carries.</summary>
public enum FrameKind
{
    /// <summary>Nothing that is read here.</summary>
    Other,

    /// <summary>ARP for IPv4.</summary>
    Arp,

    /// <summary>IPv4.</summary>
    Ipv4,

    /// <summary>IPv6.</summary>
    Ipv6,
}

/// <summary>Where the parts of a frame are, and what its headers say. Places are octets from its beginning.</summary>
public readonly record struct FrameParts
{
    /// <summary>What it carries.</summary>
    public FrameKind Kind { get; init; }

    /// <summary>Its type: 0x0800 for IPv4, ...; what follows the tags.</summary>
    public ushort EtherType { get; init; }

    /// <summary>Where the sender's hardware address is; -1 for none.</summary>
    public int SourceAt { get; init; }

    /// <summary>Where the receiver's is; -1 for none.</summary>
    public int DestinationAt { get; init; }

    /// <summary>The outer VLAN; -1 for none.</summary>
    public int Vlan { get; init; }

    /// <summary>Sender, receiver and time to live of IP.</summary>
    public VrrpCarrier Carrier { get; init; }

    /// <summary>Protocol, or next header.</summary>
    public byte Protocol { get; init; }

    /// <summary>Octets of the IPv4 header, options among them; 0 otherwise.</summary>
    public int HeaderBytes { get; init; }

    /// <summary>A piece of a packet.</summary>
    public bool IsFragment { get; init; }

    /// <summary>A piece that is not the first.</summary>
    public bool IsLaterFragment { get; init; }

    /// <summary>Octets of Ethernet after the packet's own end.</summary>
    public int Padding { get; init; }

    /// <summary>Where the payload of ARP or IP begins.</summary>
    public int PayloadAt { get; init; }

    /// <summary>How long it is: by the IP header, and not by the frame.</summary>
    public int PayloadBytes { get; init; }
}

/// <summary>Frames of a network: Ethernet (with VLAN tags) and Linux cooked, with IPv4 (options are stepped over), IPv6
/// or ARP in them. Sources: IEEE 802.3 and 802.1Q, RFC 791, RFC 8200, RFC 826. Reads only, and allocates
/// nothing.</summary>
public static class FrameCodec
{
    /// <summary>EtherType of ARP.</summary>
    public const ushort ArpType = 0x0806;

    private const ushort Ipv4Type = 0x0800;
    private const ushort Ipv6Type = 0x86dd;
    private const int ArpBytes = 28;
    private const int Ipv4Bytes = 20;
    private const int Ipv6Bytes = 40;
    private const int MaxTags = 4;

    /// <summary>Finds the parts of a frame that anyone may have sent.</summary>
    /// <returns>False when it is shorter than its headers say. Throws nothing.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> frame, LinkType link, out FrameParts parts)
    {
        parts = default;
        var (headerBytes, typeAt, sourceAt, destinationAt) = link switch
        {
            LinkType.Ethernet => (14, 12, 6, 0),
            LinkType.LinuxCooked => (16, 14, 6, -1),
            _ => (20, 0, 12, -1),
        };
        if (frame.Length < headerBytes)
        {
            return false;
        }

        var type = BinaryPrimitives.ReadUInt16BigEndian(frame[typeAt..]);
        var at = headerBytes;
        var vlan = -1;
        for (var tag = 0; tag < MaxTags && type is 0x8100 or 0x88a8; tag++)
        {
            if (frame.Length < at + 4)
            {
                return false;
            }

            vlan = vlan < 0 ? BinaryPrimitives.ReadUInt16BigEndian(frame[at..]) & 0xfff : vlan;
            type = BinaryPrimitives.ReadUInt16BigEndian(frame[(at + 2)..]);
            at += 4;
        }

        parts = new FrameParts
        {
            EtherType = type,
            SourceAt = sourceAt,
            DestinationAt = destinationAt,
            Vlan = vlan,
            PayloadAt = at,
            PayloadBytes = frame.Length - at,
        };
        return type switch
        {
            ArpType => DecodeArp(frame[at..], ref parts),
            Ipv4Type => DecodeIpv4(frame[at..], ref parts),
            Ipv6Type => DecodeIpv6(frame[at..], ref parts),
            _ => true,
        };
    }

    private static bool DecodeArp(ReadOnlySpan<byte> arp, ref FrameParts parts)
    {
        var isForIpv4 = arp.Length >= ArpBytes && BinaryPrimitives.ReadUInt32BigEndian(arp) == 0x00010800
            && arp[4] == 6 && arp[5] == 4;
        parts = parts with
        {
            Kind = isForIpv4 ? FrameKind.Arp : FrameKind.Other,
            PayloadBytes = isForIpv4 ? ArpBytes : arp.Length,
        };
        return arp.Length >= ArpBytes;
    }

    private static bool DecodeIpv4(ReadOnlySpan<byte> packet, ref FrameParts parts)
    {
        if (packet.Length < Ipv4Bytes || packet[0] >> 4 != 4)
        {
            return false;
        }

        var header = (packet[0] & 15) * 4;
        var total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (header < Ipv4Bytes || header > packet.Length || total < header)
        {
            return false;
        }

        // A packet that was cut off by the capture ends where the capture does.
        var end = Math.Min(total, packet.Length);
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        parts = parts with
        {
            Kind = FrameKind.Ipv4,
            Carrier = new VrrpCarrier(
                VrrpAddress.Read(packet.Slice(12, 4)), VrrpAddress.Read(packet.Slice(16, 4)), packet[8]),
            Protocol = packet[9],
            HeaderBytes = header,
            IsFragment = (fragment & 0x3fff) != 0,
            IsLaterFragment = (fragment & 0x1fff) != 0,
            Padding = packet.Length - end,
            PayloadAt = parts.PayloadAt + header,
            PayloadBytes = end - header,
        };
        return true;
    }

    private static bool DecodeIpv6(ReadOnlySpan<byte> packet, ref FrameParts parts)
    {
        if (packet.Length < Ipv6Bytes || packet[0] >> 4 != 6)
        {
            return false;
        }

        var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(packet[4..]), packet.Length - Ipv6Bytes);
        parts = parts with
        {
            Kind = FrameKind.Ipv6,
            Carrier = new VrrpCarrier(
                VrrpAddress.Read(packet.Slice(8, 16)), VrrpAddress.Read(packet.Slice(24, 16)), packet[7]),
            Protocol = packet[6],
            Padding = packet.Length - Ipv6Bytes - length,
            PayloadAt = parts.PayloadAt + Ipv6Bytes,
            PayloadBytes = length,
        };
        return true;
    }
}
