using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ha.Resources.Vrrp;

/// <summary>What a receiver does with the trailer.</summary>
public enum VrrpTrailerMode
{
    /// <summary>No trailer is sent; one that comes is ignored.</summary>
    Off,

    /// <summary>None is sent; one that comes must be right; adverts without are taken. The first step of a change.
    /// </summary>
    ReceiveOnly,

    /// <summary>It is sent; one that comes must be right; adverts without are taken. The second step.</summary>
    Permissive,

    /// <summary>It is sent, and only adverts with a right one are taken.</summary>
    Enforce,
}

/// <summary>Why a trailer does not count.</summary>
public enum VrrpTrailerError
{
    /// <summary>It counts.</summary>
    None,

    /// <summary>There is none where one must be.</summary>
    Missing,

    /// <summary>Not 28 octets, another type, or reserved octets in use.</summary>
    Malformed,

    /// <summary>Its time is outside of the window.</summary>
    Stale,

    /// <summary>We have no key of its number.</summary>
    UnknownKey,

    /// <summary>Its sum is wrong.</summary>
    Wrong,

    /// <summary>Its sequence does not grow: it was sent before.</summary>
    Replayed,
}

/// <summary>A key of a virtual router.</summary>
/// <param name="Id">Its number in the trailer.</param>
/// <param name="Secret">The key: at least 16 octets.</param>
public sealed record VrrpTrailerKey(byte Id, byte[] Secret);

/// <summary>The 28 octets that follow a message and prove that a holder of the key sent it. Sources: the expired
/// Internet-Draft draft-cassen-vrrp-auth-hmac, and what keepalived 2.4 sends: type, key number, two octets of zero, a
/// sequence of 64 bits (seconds since 1970, 1/65536 s, a counter), and the first half of HMAC-SHA256 over twenty octets
/// (family, version, VRID, zero, source), the message, and the trailer with its sum as zeros.</summary>
public static class VrrpTrailer
{
    /// <summary>Octets of a trailer.</summary>
    public const int Bytes = 28;

    /// <summary>The type that is sent.</summary>
    public const byte Type = 1;

    private const int SumBytes = 16;
    private const int SumAt = Bytes - SumBytes;
    private const int BoundBytes = 20;

    /// <summary>The next sequence of a sender: the clock, or one more than the last where the clock has not moved on.
    /// So it grows across a restart, as long as the clock does.</summary>
    /// <param name="last">The last one; 0 for none.</param>
    /// <param name="utcNs">Nanoseconds since 1970.</param>
    public static ulong NextSequence(ulong last, long utcNs)
    {
        var seconds = (ulong)(utcNs / 1_000_000_000);
        var part = (ulong)(utcNs % 1_000_000_000) * 65536 / 1_000_000_000;
        var clock = (seconds << 32) | (part << 16);
        return (long)(clock - last) > 0 ? clock : last + 1;
    }

    /// <summary>Appends a trailer to a message.</summary>
    /// <param name="packet">The message, with room for the trailer after it.</param>
    /// <param name="messageBytes">Octets of the message.</param>
    /// <param name="source">The sender's address.</param>
    /// <param name="key">The key.</param>
    /// <param name="sequence">Greater than every one before.</param>
    /// <returns>Octets of message and trailer; 0 when there is no room.</returns>
    public static int Append(
        Span<byte> packet, int messageBytes, VrrpAddress source, VrrpTrailerKey key, ulong sequence)
    {
        if (packet.Length < messageBytes + Bytes)
        {
            return 0;
        }

        var trailer = packet.Slice(messageBytes, Bytes);
        trailer.Clear();
        trailer[0] = Type;
        trailer[1] = key.Id;
        BinaryPrimitives.WriteUInt64BigEndian(trailer[4..], sequence);
        Span<byte> sum = stackalloc byte[SumBytes];
        Sum(packet[..messageBytes], trailer, source, key, sum);
        sum.CopyTo(trailer[SumAt..]);
        return messageBytes + Bytes;
    }

    /// <summary>Is the trailer after a message right? Cheap reasons to refuse come before the sum.</summary>
    /// <param name="packet">Message and what follows it.</param>
    /// <param name="advert">The decoded message.</param>
    /// <param name="source">The sender's address.</param>
    /// <param name="keys">The keys that we know.</param>
    /// <param name="lastSequence">The last right sequence of this sender; 0 for none.</param>
    /// <param name="utcNs">Nanoseconds since 1970.</param>
    /// <param name="windowSeconds">How far the sender's clock may be from ours; 0 for any.</param>
    /// <param name="sequence">The sequence, for the next time; unchanged when the trailer does not count.</param>
    public static VrrpTrailerError Check(
        ReadOnlySpan<byte> packet, in VrrpAdvert advert, VrrpAddress source, ReadOnlySpan<VrrpTrailerKey> keys,
        ulong lastSequence, long utcNs, int windowSeconds, out ulong sequence)
    {
        sequence = lastSequence;
        if (advert.TrailingBytes == 0)
        {
            return VrrpTrailerError.Missing;
        }

        var trailer = packet[advert.MessageBytes..];
        if (trailer.Length != Bytes || trailer[0] != Type || trailer[2] != 0 || trailer[3] != 0)
        {
            return VrrpTrailerError.Malformed;
        }

        var sent = BinaryPrimitives.ReadUInt64BigEndian(trailer[4..]);
        var late = (int)((uint)(utcNs / 1_000_000_000) - (uint)(sent >> 32));
        if (windowSeconds > 0 && (late > windowSeconds || late < -windowSeconds))
        {
            return VrrpTrailerError.Stale;
        }

        if (KeyOf(keys, trailer[1]) is not { } key)
        {
            return VrrpTrailerError.UnknownKey;
        }

        Span<byte> sum = stackalloc byte[SumBytes];
        Sum(packet[..advert.MessageBytes], trailer, source, key, sum);
        if (!CryptographicOperations.FixedTimeEquals(sum, trailer[SumAt..]))
        {
            return VrrpTrailerError.Wrong;
        }

        if (lastSequence != 0 && (long)(sent - lastSequence) <= 0)
        {
            return VrrpTrailerError.Replayed;
        }

        sequence = sent;
        return VrrpTrailerError.None;
    }

    private static VrrpTrailerKey? KeyOf(ReadOnlySpan<VrrpTrailerKey> keys, byte id)
    {
        foreach (var key in keys)
        {
            if (key.Id == id)
            {
                return key;
            }
        }

        return null;
    }

    private static void Sum(
        ReadOnlySpan<byte> message, ReadOnlySpan<byte> trailer, VrrpAddress source, VrrpTrailerKey key, Span<byte> sum)
    {
        Span<byte> text = stackalloc byte[BoundBytes + VrrpCodec.MaxMessageBytes + Bytes];
        text = text[..(BoundBytes + message.Length + Bytes)];
        text.Clear();
        text[0] = (byte)(source.IsIpv6 ? 6 : 4);
        text[1] = (byte)(message[0] >> 4);
        text[2] = message[1];
        source.Write(text[4..]);
        message.CopyTo(text[BoundBytes..]);
        trailer[..SumAt].CopyTo(text[(BoundBytes + message.Length)..]);
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _ = HMACSHA256.HashData(key.Secret, text, whole);
        whole[..SumBytes].CopyTo(sum);
    }
}
