using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ha.Actors.Cluster;

/// <summary>Messages between replicas as bytes: magic, version, length, checksum, then JSON. Anyone in the group may
/// have
/// sent what arrives here, so nothing is believed before it is checked.</summary>
public static class ClusterMessageCodec
{
    /// <summary>Longest message that is taken, in bytes; more would delay the engine's token.</summary>
    public const int MaxBytes = 12 * 1024 * 1024;

    private const uint Magic = 0x48614331; // HaC1
    private const int HeaderBytes = 20;
    private const int ChecksumBytes = 8;

    private static readonly JsonSerializerOptions s_options = MakeOptions();

    /// <summary>Bytes of a message.</summary>
    public static byte[] Encode(ClusterMessage message) => Seal(JsonSerializer.SerializeToUtf8Bytes(message,
        s_options));

    /// <summary>A body with its header.</summary>
    internal static byte[] Seal(ReadOnlySpan<byte> body)
    {
        var bytes = new byte[HeaderBytes + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), 1);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), (uint)body.Length);
        SHA256.HashData(body).AsSpan(0, ChecksumBytes).CopyTo(bytes.AsSpan(12));
        body.CopyTo(bytes.AsSpan(HeaderBytes));
        return bytes;
    }

    /// <summary>Reads a message.</summary>
    /// <returns>False, with the reason in <paramref name="error"/>, for anything else. Throws nothing.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out ClusterMessage? message, out string error)
    {
        message = null;
        error = bytes.Length < HeaderBytes ? "too short"
            : bytes.Length > MaxBytes ? "too long"
            : BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic ? "not ours"
            : BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) != 1 ? "of another protocol version"
            : BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) != bytes.Length - HeaderBytes ? "wrong length"
            : !SHA256.HashData(bytes[HeaderBytes..]).AsSpan(0, ChecksumBytes).SequenceEqual(bytes[12..HeaderBytes])
                ? "wrong checksum"
                : "";
        if (error.Length > 0)
        {
            return false;
        }

        try
        {
            message = JsonSerializer.Deserialize<ClusterMessage>(bytes[HeaderBytes..], s_options);
            error = message is null ? "empty" : "";
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException
            or ArgumentException or FormatException)
        {
            error = e.Message;
        }

        return message is not null;
    }

    private static JsonSerializerOptions MakeOptions()
    {
        var resolver = new DefaultJsonTypeInfoResolver();
        resolver.Modifiers.Add(static type =>
        {
            if (type.Type != typeof(ClusterMessage))
            {
                return;
            }

            type.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "is" };
            foreach (var member in typeof(ClusterMessage).GetNestedTypes().OrderBy(member => member.Name,
                StringComparer.Ordinal))
            {
                type.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(member, member.Name));
            }
        });
        var options = new JsonSerializerOptions
        {
            TypeInfoResolver = resolver,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            MaxDepth = 16,
        };
        options.Converters.Add(new InformationBase.ValueCollectionConverters());
        options.MakeReadOnly();
        return options;
    }
}
