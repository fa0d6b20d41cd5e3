using System.Buffers.Binary;
using System.Text;

namespace Ha.Resources.Vip;

/// <summary>What the kernel says of a link.</summary>
/// <param name="IsGone">It was deleted.</param>
/// <param name="Device">Its number.</param>
/// <param name="IsUp">Someone switched it on.</param>
/// <param name="HasCarrier">Something is at the other end.</param>
internal readonly record struct LinkState(bool IsGone, int Device, bool IsUp, bool HasCarrier);

/// <summary>Links as rtnetlink has them. Sources: rtnetlink(7), linux/if_link.h. Numbers are in the order of this kind
/// of machine, low byte first.</summary>
internal static class LinkMessageCodec
{
    public const ushort New = 16;
    public const ushort Delete = 17;

    /// <summary>Longest message that is written.</summary>
    public const int MaxBytes = 256;

    /// <summary>Longest name of a device.</summary>
    public const int MaxName = 15;

    private const ushort RequestWithAck = 5;
    private const ushort CreateOnly = 0x600;
    private const int HeaderBytes = 16;
    private const int LinkHeaderBytes = 16;
    private const uint Up = 1;
    private const uint Running = 0x40;
    private const ushort Address = 1;
    private const ushort Name = 3;
    private const ushort Parent = 5;
    private const ushort Info = 18;
    private const ushort InfoKind = 1;
    private const ushort InfoData = 2;
    private const ushort MacvlanMode = 1;

    // Devices on one parent do not hear each other; keepalived uses the same.
    private const uint Private = 1;

    /// <summary>A request for a device with a hardware address of its own on another one. It is switched off at first.
    /// </summary>
    /// <returns>How many bytes it has.</returns>
    public static int EncodeMacvlan(string name, int parent, ReadOnlySpan<byte> hardware, Span<byte> message)
    {
        Must.Hold(name.Length <= MaxName);
        var at = Begin(message, New, RequestWithAck | CreateOnly, 0, 0, 0);
        Span<byte> text = stackalloc byte[MaxName + 1];
        text.Clear();
        var length = Encoding.ASCII.GetBytes(name, text);
        Span<byte> number = stackalloc byte[4];
        at = Put(message, at, Name, text[..(length + 1)]);
        at = Put(message, at, Address, hardware);
        BinaryPrimitives.WriteInt32LittleEndian(number, parent);
        at = Put(message, at, Parent, number);
        var info = at;
        at = Put(message, at, Info, []);
        at = Put(message, at, InfoKind, "macvlan"u8);
        var data = at;
        at = Put(message, at, InfoData, []);
        BinaryPrimitives.WriteUInt32LittleEndian(number, Private);
        at = Put(message, at, MacvlanMode, number);
        BinaryPrimitives.WriteUInt16LittleEndian(message[data..], (ushort)(at - data));
        BinaryPrimitives.WriteUInt16LittleEndian(message[info..], (ushort)(at - info));
        return End(message, at);
    }

    /// <summary>A request to switch a device on or off.</summary>
    public static int EncodeSwitch(int device, bool isUp, Span<byte> message) =>
        End(message, Begin(message, New, RequestWithAck, device, isUp ? Up : 0, Up));

    /// <summary>A request to delete a device.</summary>
    public static int EncodeDelete(int device, Span<byte> message) =>
        End(message, Begin(message, Delete, RequestWithAck, device, 0, 0));

    /// <summary>Reads what the kernel says of a link.</summary>
    /// <returns>False for anything else. Throws nothing, allocates nothing.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> message, out LinkState state)
    {
        state = default;
        if (message.Length < HeaderBytes + LinkHeaderBytes)
        {
            return false;
        }

        var type = BinaryPrimitives.ReadUInt16LittleEndian(message[4..]);
        if (type is not (New or Delete))
        {
            return false;
        }

        var flags = BinaryPrimitives.ReadUInt32LittleEndian(message[24..]);
        state = new LinkState(
            type == Delete, BinaryPrimitives.ReadInt32LittleEndian(message[20..]), (flags & Up) != 0,
            (flags & Running) != 0);
        return true;
    }

    private static int Begin(Span<byte> message, ushort type, ushort flags, int device, uint state, uint change)
    {
        message[..MaxBytes].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(message[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(message[6..], flags);
        BinaryPrimitives.WriteInt32LittleEndian(message[20..], device);
        BinaryPrimitives.WriteUInt32LittleEndian(message[24..], state);
        BinaryPrimitives.WriteUInt32LittleEndian(message[28..], change);
        return HeaderBytes + LinkHeaderBytes;
    }

    private static int End(Span<byte> message, int length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)length);
        return length;
    }

    private static int Put(Span<byte> message, int at, ushort type, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(message[at..], (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(message[(at + 2)..], type);
        value.CopyTo(message[(at + 4)..]);
        return at + ((4 + value.Length + 3) & ~3);
    }
}
