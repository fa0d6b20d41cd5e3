using System.Buffers.Binary;

namespace Ha.Actors.Link;

/// <summary>Long messages in parts: the engine takes 1 MiB at most, and a long message delays its token and so the
/// detection
/// of failures. A part says which message it belongs to, which part it is and of how many; then come its
/// bytes.</summary>
public static class MessageParts
{
    /// <summary>Most bytes in one part, its own ten bytes of header left out.</summary>
    public const int MaxPartBytes = 48 * 1024;

    /// <summary>Most parts of one message: 12 MiB in all.</summary>
    public const int MaxParts = 256;

    internal const int HeaderBytes = 10;
    internal const ushort Magic = 0x4861;

    /// <summary>The parts of a message, in order.</summary>
    /// <param name="message">At most <see cref="MaxParts"/> times <see cref="MaxPartBytes"/> bytes.</param>
    /// <param name="number">Different from that of the sender's message before.</param>
    public static IEnumerable<byte[]> Split(ReadOnlyMemory<byte> message, uint number)
    {
        var count = Math.Max(1, (message.Length + MaxPartBytes - 1) / MaxPartBytes);
        Must.Hold(count <= MaxParts);
        for (var index = 0; index < count; index++)
        {
            var start = index * MaxPartBytes;
            var piece = message.Slice(start, Math.Min(MaxPartBytes, message.Length - start));
            var bytes = new byte[HeaderBytes + piece.Length];
            BinaryPrimitives.WriteUInt16BigEndian(bytes, Magic);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(2), number);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), (ushort)index);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(8), (ushort)count);
            piece.CopyTo(bytes.AsMemory(HeaderBytes));
            yield return bytes;
        }
    }
}

/// <summary>Puts parts together again, for each sender. Parts of one sender come in order; a message that is not whole
/// when
/// another begins is dropped.</summary>
public sealed class PartCollector
{
    private readonly SortedDictionary<LinkMember, Unfinished> _unfinished = [];

    /// <summary>Takes a part from bytes that anyone in the group may have sent.</summary>
    /// <param name="sender">Who sent it, as the engine says.</param>
    /// <param name="part">The part.</param>
    /// <param name="message">The whole message with its last part; null before.</param>
    /// <returns>Why the part was dropped; empty when it was taken.</returns>
    public string Add(LinkMember sender, ReadOnlyMemory<byte> part, out ReadOnlyMemory<byte>? message)
    {
        message = null;
        var bytes = part.Span;
        if (bytes.Length is < MessageParts.HeaderBytes or > MessageParts.HeaderBytes + MessageParts.MaxPartBytes
            || BinaryPrimitives.ReadUInt16BigEndian(bytes) != MessageParts.Magic)
        {
            return "no part of a message";
        }

        var number = BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);
        int index = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        int count = BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]);
        var body = part[MessageParts.HeaderBytes..];
        if (count is 0 or > MessageParts.MaxParts || index >= count)
        {
            return "a part that cannot be";
        }

        if (index == 0)
        {
            _unfinished[sender] = new Unfinished(number, count, []);
        }
        else if (!_unfinished.TryGetValue(sender, out var begun) || begun.Number != number || begun.Count != count
            || begun.Parts.Count != index)
        {
            _unfinished.Remove(sender);
            return "a part without those before it";
        }

        var parts = _unfinished[sender].Parts;
        parts.Add(body);
        if (parts.Count == count)
        {
            _unfinished.Remove(sender);
            message = count == 1 ? body : Join(parts);
        }

        return "";
    }

    /// <summary>Forgets what is not whole of senders that are gone.</summary>
    public void Keep(IEnumerable<LinkMember> members)
    {
        var present = members.ToHashSet();
        foreach (var gone in _unfinished.Keys.Where(sender => !present.Contains(sender)).ToList())
        {
            _unfinished.Remove(gone);
        }
    }

    private static byte[] Join(List<ReadOnlyMemory<byte>> parts)
    {
        var bytes = new byte[parts.Sum(part => part.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(bytes.AsMemory(at));
            at += part.Length;
        }

        return bytes;
    }

    private sealed record Unfinished(uint Number, int Count, List<ReadOnlyMemory<byte>> Parts);
}
