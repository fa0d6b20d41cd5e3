using System.Buffers.Binary;
using Ha.Resources.Vrrp;

namespace Ha.Resources.Vip;

/// <summary>An address came to a device, or went: what <see cref="AddressMessage"/> says, without allocation.</summary>
/// <param name="IsNew">It came, or its lease was renewed.</param>
/// <param name="Device">Number of the device.</param>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">Bits of its network.</param>
internal readonly record struct AddressNotice(bool IsNew, int Device, VrrpAddress Address, int PrefixLength);

/// <summary>Reads what the kernel tells of addresses. Source: rtnetlink(7).</summary>
internal static class AddressNoticeCodec
{
    private const int HeaderBytes = 24;
    private const ushort AddressAttribute = 1;
    private const ushort LocalAttribute = 2;

    /// <summary>Reads one.</summary>
    /// <returns>False for anything else. Throws nothing, allocates nothing.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> message, out AddressNotice notice)
    {
        notice = default;
        if (message.Length < HeaderBytes)
        {
            return false;
        }

        var type = BinaryPrimitives.ReadUInt16LittleEndian(message[4..]);
        var size = message[16] switch { 2 => 4, 10 => 16, _ => 0 };
        if (type is not (AddressMessageCodec.New or AddressMessageCodec.Delete) || size == 0)
        {
            return false;
        }

        var isFound = false;
        VrrpAddress address = default;
        for (var at = HeaderBytes; at + 4 <= message.Length;)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(message[at..]);
            if (length < 4 || length > message.Length - at)
            {
                return false;
            }

            var kind = BinaryPrimitives.ReadUInt16LittleEndian(message[(at + 2)..]);
            if (length == 4 + size && (kind == LocalAttribute || (kind == AddressAttribute && !isFound)))
            {
                address = VrrpAddress.Read(message.Slice(at + 4, size));
                isFound = true;
            }

            at += (length + 3) & ~3;
        }

        notice = new AddressNotice(
            type == AddressMessageCodec.New, BinaryPrimitives.ReadInt32LittleEndian(message[20..]), address,
                message[17]);
        return isFound;
    }
}
