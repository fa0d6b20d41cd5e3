using System.Buffers.Binary;

namespace Ha.Resources.Vrrp;

/// <summary>Why bytes are no advert.</summary>
public enum VrrpDecodeError
{
    /// <summary>They are one.</summary>
    None,

    /// <summary>Fewer than eight octets.</summary>
    TooShort,

    /// <summary>Neither version 2 over IPv4 nor version 3.</summary>
    UnknownVersion,

    /// <summary>Type is not 1.</summary>
    NotAdvertisement,

    /// <summary>Fewer octets than its count of addresses, and the authentication data of version 2, need. CARP, which
    /// shares the protocol number, ends here.</summary>
    Incomplete,
}

/// <summary>VRRP on the wire: version 2 over IPv4 (RFC 3768, section 5), version 3 over both (RFC 9568, section 5).
/// Reads and writes spans and allocates nothing.</summary>
public static class VrrpCodec
{
    /// <summary>The number in the IP header.</summary>
    public const byte Protocol = 112;

    /// <summary>Octets before the addresses.</summary>
    public const int HeaderBytes = 8;

    /// <summary>Octets after the addresses in version 2.</summary>
    public const int AuthenticationBytes = 8;

    /// <summary>Longest interval that version 3 can say: 12 bits of centiseconds.</summary>
    public const int MaxIntervalCs = 4095;

    /// <summary>Longest interval that version 2 can say, in seconds.</summary>
    public const int MaxIntervalSeconds = 255;

    private const byte Advertisement = 1;
    private const int ChecksumAt = 6;

    /// <summary>Octets of the longest message of either version.</summary>
    public const int MaxMessageBytes = HeaderBytes + (255 * VrrpAddress.Ipv6Bytes);

    /// <summary>Reads the payload of an IP packet that anyone on the network may have sent. The length is that of the
    /// IP header, without the padding of Ethernet.</summary>
    /// <returns>False, with the reason, for anything that is no advert by its form. Whether its checksum, interval and
    /// addresses are right is <see cref="AdvertChecks"/>' question. Throws nothing.</returns>
    public static bool TryDecode(
        ReadOnlySpan<byte> payload, in VrrpCarrier carrier, out VrrpAdvert advert, out VrrpDecodeError error)
    {
        advert = default;
        var isIpv6 = carrier.Source.IsIpv6;
        error = payload switch
        {
            { Length: < HeaderBytes } => VrrpDecodeError.TooShort,
            _ when !IsKnownVersion(payload[0] >> 4, isIpv6) => VrrpDecodeError.UnknownVersion,
            _ when (payload[0] & 15) != Advertisement => VrrpDecodeError.NotAdvertisement,
            _ when payload.Length < MessageBytesOf(payload[0] >> 4, payload[3], isIpv6) => VrrpDecodeError.Incomplete,
            _ => VrrpDecodeError.None,
        };
        if (error != VrrpDecodeError.None)
        {
            return false;
        }

        var version = payload[0] >> 4;
        var length = MessageBytesOf(version, payload[3], isIpv6);
        advert = new VrrpAdvert
        {
            Version = (byte)version,
            Vrid = payload[1],
            Priority = payload[2],
            Count = payload[3],
            IntervalCs = version == 2 ? payload[5] * 100 : BinaryPrimitives.ReadUInt16BigEndian(payload[4..]) & 0xfff,
            IsIpv6 = isIpv6,
            AuthenticationType = version == 2 ? payload[4] : (byte)0,
            AuthenticationData = version == 2
                ? BinaryPrimitives.ReadUInt64BigEndian(payload[(length - AuthenticationBytes)..]) : 0,
            Checksum = FormsOf(payload[..length], carrier),
            MessageBytes = length,
            TrailingBytes = payload.Length - length,
        };
        return true;
    }

    /// <summary>One of the addresses of a decoded message.</summary>
    /// <param name="payload">The bytes that were decoded.</param>
    /// <param name="advert">What they were decoded to.</param>
    /// <param name="index">0 to count - 1.</param>
    public static VrrpAddress AddressAt(ReadOnlySpan<byte> payload, in VrrpAdvert advert, int index)
    {
        var bytes = advert.IsIpv6 ? VrrpAddress.Ipv6Bytes : VrrpAddress.Ipv4Bytes;
        return VrrpAddress.Read(payload.Slice(HeaderBytes + (index * bytes), bytes));
    }

    /// <summary>Writes an advert. Version, VRID, priority, interval and authentication are taken from
    /// <paramref name="advert"/>, its checksum form too: with both or none, the one of RFC 9568.</summary>
    /// <param name="target">Room for the message.</param>
    /// <param name="advert">What it says.</param>
    /// <param name="addresses">Its addresses, of the family of the carrier; at most 255.</param>
    /// <param name="carrier">From where to where it goes; a pseudo-header needs them.</param>
    /// <returns>The octets written; 0 when there is no room for them.</returns>
    public static int Encode(
        Span<byte> target, in VrrpAdvert advert, ReadOnlySpan<VrrpAddress> addresses, in VrrpCarrier carrier)
    {
        var isIpv6 = carrier.Source.IsIpv6;
        var length = MessageBytesOf(advert.Version, addresses.Length, isIpv6);
        if (addresses.Length > 255 || target.Length < length)
        {
            return 0;
        }

        var message = target[..length];
        message.Clear();
        message[0] = (byte)(advert.Version << 4 | Advertisement);
        message[1] = advert.Vrid;
        message[2] = advert.Priority;
        message[3] = (byte)addresses.Length;
        if (advert.Version == 2)
        {
            message[4] = advert.AuthenticationType;
            message[5] = (byte)Math.Clamp(advert.IntervalCs / 100, 1, MaxIntervalSeconds);
            BinaryPrimitives.WriteUInt64BigEndian(message[(length - AuthenticationBytes)..], advert.AuthenticationData);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(
                message[4..], (ushort)Math.Clamp(advert.IntervalCs, 1, MaxIntervalCs));
        }

        var at = HeaderBytes;
        foreach (var address in addresses)
        {
            address.Write(message[at..]);
            at += isIpv6 ? VrrpAddress.Ipv6Bytes : VrrpAddress.Ipv4Bytes;
        }

        var usesPseudoHeader = advert.Version != 2 && (isIpv6 || advert.Checksum == VrrpChecksumForms.PseudoHeader);
        BinaryPrimitives.WriteUInt16BigEndian(
            message[ChecksumAt..],
            InternetChecksum(Sum(message) + (usesPseudoHeader ? PseudoHeaderSum(carrier, length) : 0)));
        return length;
    }

    /// <summary>Gives an encoded message another priority, and mends its checksum, so that a prepared packet can be
    /// sent as a resignation. Source: RFC 1624.</summary>
    public static void ChangePriority(Span<byte> message, byte priority)
    {
        var old = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        message[2] = priority;
        var changed = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        var sum = (ushort)~BinaryPrimitives.ReadUInt16BigEndian(message[ChecksumAt..]);
        BinaryPrimitives.WriteUInt16BigEndian(
            message[ChecksumAt..], InternetChecksum((uint)sum + (ushort)~old + changed));
    }

    /// <summary>Octets that a message of a version with so many addresses has.</summary>
    public static int MessageBytesOf(int version, int count, bool isIpv6) =>
        HeaderBytes + (count * (isIpv6 ? VrrpAddress.Ipv6Bytes : VrrpAddress.Ipv4Bytes))
        + (version == 2 ? AuthenticationBytes : 0);

    /// <summary>Which forms of the checksum a message has.</summary>
    public static VrrpChecksumForms FormsOf(ReadOnlySpan<byte> message, in VrrpCarrier carrier)
    {
        var sum = Sum(message);
        return (InternetChecksum(sum) == 0 ? VrrpChecksumForms.MessageOnly : VrrpChecksumForms.None)
            | (InternetChecksum(sum + PseudoHeaderSum(carrier, message.Length)) == 0
                ? VrrpChecksumForms.PseudoHeader : VrrpChecksumForms.None);
    }

    private static bool IsKnownVersion(int version, bool isIpv6) => version == 3 || (version == 2 && !isIpv6);

    private static uint PseudoHeaderSum(in VrrpCarrier carrier, int length) =>
        Protocol + (uint)length + SumOf(carrier.Source) + SumOf(carrier.Destination);

    private static uint SumOf(VrrpAddress address)
    {
        uint sum = 0;
        for (var bits = address.Bits; bits != UInt128.Zero; bits >>= 16)
        {
            sum += (uint)(bits & 0xffff);
        }

        return sum;
    }

    private static uint Sum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        while (octets.Length > 1)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets);
            octets = octets[2..];
        }

        return octets.IsEmpty ? sum : sum + ((uint)octets[0] << 8);
    }

    private static ushort InternetChecksum(uint sum)
    {
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
