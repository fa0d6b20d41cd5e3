using System.Buffers.Binary;
using System.Net;

namespace Ha.Resources.Vip;

/// <summary>An address comes to a device, or goes.</summary>
/// <param name="IsNew">It comes, or its lease is renewed.</param>
/// <param name="Device">Number of the device.</param>
/// <param name="Address">The address.</param>
/// <param name="Prefix">Bits of its network.</param>
/// <param name="LeaseSeconds">How long the kernel keeps it; 0 for ever.</param>
internal sealed record AddressMessage(bool IsNew, int Device, IPAddress Address, int Prefix, uint LeaseSeconds);

/// <summary>Addresses as rtnetlink has them. Sources: rtnetlink(7), netlink(7), linux/if_addr.h. Numbers are in the
/// order of this kind of machine, low byte first.</summary>
internal static class AddressMessageCodec
{
    public const ushort New = 20;
    public const ushort Delete = 21;
    public const ushort RequestWithAck = 5;
    public const ushort CreateOrReplace = 0x500;

    /// <summary>Longest message that is written.</summary>
    public const int MaxBytes = 128;

    private const ushort ErrorMessage = 2;
    private const ushort AddressAttribute = 1;
    private const ushort LocalAttribute = 2;
    private const ushort LeaseAttribute = 6;
    private const ushort FlagsAttribute = 8;
    private const uint NoDuplicateDetection = 0x02;
    private const int HeaderBytes = 16;
    private const int AddressHeaderBytes = 8;
    private const byte Ipv4 = 2;
    private const byte Ipv6 = 10;

    /// <summary>Writes a request.</summary>
    /// <returns>How many bytes it has.</returns>
    public static int Encode(AddressMessage request, ushort flags, Span<byte> message)
    {
        var bytes = request.Address.GetAddressBytes();
        var isV6 = bytes.Length == 16;
        message[..MaxBytes].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(message[4..], request.IsNew ? New : Delete);
        BinaryPrimitives.WriteUInt16LittleEndian(message[6..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(message[8..], 1);
        message[HeaderBytes] = isV6 ? Ipv6 : Ipv4;
        message[HeaderBytes + 1] = (byte)request.Prefix;
        BinaryPrimitives.WriteInt32LittleEndian(message[(HeaderBytes + 4)..], request.Device);
        var at = Put(message, HeaderBytes + AddressHeaderBytes, LocalAttribute, bytes);
        if (!isV6)
        {
            at = Put(message, at, AddressAttribute, bytes);
        }

        if (request.IsNew)
        {
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(number, isV6 ? NoDuplicateDetection : 0);
            at = Put(message, at, FlagsAttribute, number);
            if (request.LeaseSeconds > 0)
            {
                // ifa_cacheinfo: preferred, valid, two stamps.
                Span<byte> lease = stackalloc byte[16];
                lease.Clear();
                BinaryPrimitives.WriteUInt32LittleEndian(lease, request.LeaseSeconds);
                BinaryPrimitives.WriteUInt32LittleEndian(lease[4..], request.LeaseSeconds);
                at = Put(message, at, LeaseAttribute, lease);
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)at);
        return at;
    }

    /// <summary>Reads a message about an address.</summary>
    /// <returns>False, with the reason, for anything else. Throws nothing.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> message, out AddressMessage? request, out string error)
    {
        request = null;
        if (message.Length < HeaderBytes + AddressHeaderBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(message) != message.Length)
        {
            error = "its length is wrong";
            return false;
        }

        var type = BinaryPrimitives.ReadUInt16LittleEndian(message[4..]);
        var size = message[HeaderBytes] switch { Ipv4 => 4, Ipv6 => 16, _ => 0 };
        if (type is not (New or Delete) || size == 0 || message[HeaderBytes + 1] > size * 8)
        {
            error = "it is about no address";
            return false;
        }

        IPAddress? address = null;
        uint lease = 0;
        for (var at = HeaderBytes + AddressHeaderBytes; at < message.Length;)
        {
            var length = message.Length - at < 4 ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(message[at..]);
            if (length < 4 || length > message.Length - at)
            {
                error = "an attribute is longer than the message";
                return false;
            }

            var value = message.Slice(at + 4, length - 4);
            switch (BinaryPrimitives.ReadUInt16LittleEndian(message[(at + 2)..]))
            {
                case LocalAttribute when value.Length == size:
                case AddressAttribute when value.Length == size && address is null:
                    address = new IPAddress(value);
                    break;
                case LeaseAttribute when value.Length == 16:
                    lease = BinaryPrimitives.ReadUInt32LittleEndian(value[4..]);
                    break;
            }

            at += (length + 3) & ~3;
        }

        error = address is null ? "it has no address" : "";
        request = address is null
            ? null
            : new AddressMessage(
                type == New, BinaryPrimitives.ReadInt32LittleEndian(message[(HeaderBytes + 4)..]), address,
                message[HeaderBytes + 1], lease);
        return request is not null;
    }

    /// <summary>Reads the kernel's answer: 0, or its error number.</summary>
    /// <returns>False for what is no answer.</returns>
    public static bool TryDecodeAnswer(ReadOnlySpan<byte> message, out int code)
    {
        code = 0;
        if (message.Length < HeaderBytes + 4 || BinaryPrimitives.ReadUInt16LittleEndian(message[4..]) != ErrorMessage)
        {
            return false;
        }

        // The kernel's numbers are negative; the least of all has no positive.
        var number = BinaryPrimitives.ReadInt32LittleEndian(message[HeaderBytes..]);
        code = number > 0 || number == int.MinValue ? 0 : -number;
        return number <= 0 && number != int.MinValue;
    }

    private static int Put(Span<byte> message, int at, ushort type, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(message[at..], (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(message[(at + 2)..], type);
        value.CopyTo(message[(at + 4)..]);
        return at + ((4 + value.Length + 3) & ~3);
    }
}
