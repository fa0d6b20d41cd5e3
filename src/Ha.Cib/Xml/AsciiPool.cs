using System.Buffers.Binary;
using System.Text;

namespace Ha.InformationBase.Xml;

/// <summary>Texts by their bytes. The values of a status repeat (node names, digests, agents): one copy of each is
/// enough, and most need not even be made. Bounded: a new text takes the place of another one.</summary>
internal sealed class AsciiPool
{
    private const int Slots = 8192;
    private const int MaxPooledBytes = 40;
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    private readonly string[] _slots = new string[Slots];

    /// <param name="known">Texts to begin with.</param>
    public AsciiPool(ReadOnlySpan<string> known)
    {
        foreach (var text in known)
        {
            _slots[SlotOf(Encoding.ASCII.GetBytes(text))] = text;
        }
    }

    /// <summary>The text of these bytes, which are ASCII.</summary>
    public string Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxPooledBytes)
        {
            return Encoding.ASCII.GetString(bytes);
        }

        ref var slot = ref _slots[SlotOf(bytes)];
        if (slot is null || slot.Length != bytes.Length || !Ascii.Equals(bytes, slot))
        {
            slot = Encoding.ASCII.GetString(bytes);
        }

        return slot;
    }

    // Spreads, and protects nothing: who makes texts collide makes them be copied.
    private static int SlotOf(ReadOnlySpan<byte> bytes)
    {
        var hash = (ulong)bytes.Length * Multiplier;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * Multiplier;
            hash ^= hash >> 29;
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var rest in bytes)
        {
            hash = (hash ^ rest) * Multiplier;
        }

        return (int)(hash >> 51);
    }
}
