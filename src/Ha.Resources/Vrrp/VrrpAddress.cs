using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Ha.Resources.Vrrp;

/// <summary>An IPv4 or IPv6 address that can be compared and copied without an allocation. Its order is that of the
/// octets on the wire, unsigned, as the tie between equal priorities is broken.</summary>
/// <param name="Bits">The address as a number; an IPv4 address has 32 bits of it.</param>
/// <param name="IsIpv6">Which family it is of.</param>
public readonly record struct VrrpAddress(UInt128 Bits, bool IsIpv6)
{
    /// <summary>Octets of an IPv4 address.</summary>
    public const int Ipv4Bytes = 4;

    /// <summary>Octets of an IPv6 address.</summary>
    public const int Ipv6Bytes = 16;

    /// <summary>224.0.0.18, to which adverts go.</summary>
    public static VrrpAddress Ipv4Group { get; } = new(0xe0000012, false);

    /// <summary>ff02::12, to which adverts go.</summary>
    public static VrrpAddress Ipv6Group { get; } = new(new UInt128(0xff02_0000_0000_0000, 0x12), true);

    /// <summary>True for 0.0.0.0 and ::, which stand for "none".</summary>
    public bool IsNone => Bits == UInt128.Zero;

    /// <summary>Octets of an address of this family.</summary>
    public int Bytes => IsIpv6 ? Ipv6Bytes : Ipv4Bytes;

    /// <summary>True for fe80::/10, and for 169.254.0.0/16.</summary>
    public bool IsLinkLocal => IsIpv6 ? Bits >> 118 == 0x3fa : Bits >> 16 == 0xa9fe;

    /// <summary>True for 224.0.0.0/4 and ff00::/8.</summary>
    public bool IsMulticast => IsIpv6 ? Bits >> 120 == 0xff : Bits >> 28 == 0xe;

    /// <summary>Reads the octets of one address; their number, 4 or 16, says of which family.</summary>
    public static VrrpAddress Read(ReadOnlySpan<byte> octets) => octets.Length == Ipv4Bytes
        ? new VrrpAddress(BinaryPrimitives.ReadUInt32BigEndian(octets), false)
        : new VrrpAddress(BinaryPrimitives.ReadUInt128BigEndian(octets), true);

    /// <summary>The same address, from the library's type; a scope is left out.</summary>
    public static VrrpAddress Of(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[Ipv6Bytes];
        _ = address.TryWriteBytes(octets, out var count);
        return Read(octets[..count]);
    }

    /// <summary>Reads text such as 192.0.2.1 or fe80::1; false for anything else.</summary>
    public static bool TryParse(string text, out VrrpAddress address)
    {
        address = default;
        if (!IPAddress.TryParse(text, out var parsed) || text.Contains('%', StringComparison.Ordinal)
            || (parsed.AddressFamily == AddressFamily.InterNetwork && text.Split('.').Length != Ipv4Bytes))
        {
            return false;
        }

        address = Of(parsed);
        return true;
    }

    /// <summary>Writes the octets; <paramref name="target"/> has room for <see cref="Bytes"/> of them.</summary>
    public void Write(Span<byte> target)
    {
        if (IsIpv6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(target, Bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(target, (uint)Bits);
        }
    }

    /// <summary>True when both are in one network of so many leading bits.</summary>
    public bool IsInNetwork(VrrpAddress other, int prefixLength) =>
        IsIpv6 == other.IsIpv6 && (prefixLength <= 0 || (Bits ^ other.Bits) >> ((Bytes * 8) - prefixLength) == 0);

    /// <summary>The library's type.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[Ipv6Bytes];
        Write(octets);
        return new IPAddress(octets[..Bytes]);
    }

    /// <summary>Less than 0, 0 or greater: by family, then by octets.</summary>
    public int CompareTo(VrrpAddress other) =>
        IsIpv6 == other.IsIpv6 ? Bits.CompareTo(other.Bits) : IsIpv6.CompareTo(other.IsIpv6);

    /// <summary>The address as people write it.</summary>
    public override string ToString() => ToIPAddress().ToString();
}
