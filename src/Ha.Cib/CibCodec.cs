using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ha.InformationBase;

/// <summary>The information base and its changes as bytes, for disk, wire and digest. Canonical: one value has one
/// form.
/// JSON, so that a person can read a log entry.</summary>
public static class CibCodec
{
    /// <summary>Longest encoded change that is taken, in bytes.</summary>
    public const int MaxChangeBytes = 8 * 1024 * 1024;

    private const int MaxDepth = 64;

    private static readonly JsonSerializerOptions s_options = MakeOptions();

    /// <summary>Bytes of a CIB.</summary>
    public static byte[] Encode(Cib cib) => JsonSerializer.SerializeToUtf8Bytes(cib, s_options);

    /// <summary>Bytes of a change.</summary>
    public static byte[] Encode(CibChange change) => JsonSerializer.SerializeToUtf8Bytes(change, s_options);

    /// <summary>SHA-256 of a CIB's bytes, as 64 hex digits.</summary>
    public static string Digest(Cib cib) => Convert.ToHexStringLower(SHA256.HashData(Encode(cib)));

    /// <summary>Reads a CIB.</summary>
    /// <returns>False, with the reason in <paramref name="error"/>, for bytes that are none. Throws nothing.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out Cib? cib, out string error) =>
        TryDecodeAny(bytes, out cib, out error);

    /// <summary>Reads a change.</summary>
    /// <returns>False, with the reason in <paramref name="error"/>, for anything else; an unknown kind of change is
    /// such a
    /// case, and the caller must stop, never skip it. Throws nothing.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out CibChange? change, out string error)
    {
        if (bytes.Length > MaxChangeBytes)
        {
            change = null;
            error = $"{bytes.Length} bytes are more than a change may have ({MaxChangeBytes})";
            return false;
        }

        return TryDecodeAny(bytes, out change, out error);
    }

    private static bool TryDecodeAny<T>(ReadOnlySpan<byte> bytes, out T? value, out string error)
        where T : class
    {
        try
        {
            value = JsonSerializer.Deserialize<T>(bytes, s_options);
            error = value is null ? "null" : "";
            return value is not null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException
            or ArgumentException or FormatException)
        {
            value = null;
            error = e.Message;
            return false;
        }
    }

    private static JsonSerializerOptions MakeOptions()
    {
        var resolver = new DefaultJsonTypeInfoResolver();
        resolver.Modifiers.Add(AddFamilies);
        resolver.Modifiers.Add(KeepWhatIsNotDefault);
        resolver.Modifiers.Add(RefuseMissingTexts);
        var options = new JsonSerializerOptions
        {
            TypeInfoResolver = resolver,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
            IgnoreReadOnlyProperties = true,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            MaxDepth = MaxDepth,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new ScoreConverter());
        options.Converters.Add(new OriginConverter());
        options.Converters.Add(new TimeSpanConverter());
        options.Converters.Add(new ValueCollectionConverters());
        options.MakeReadOnly();
        return options;
    }

    // The closed families, each member under a short name that never changes.
    private static void AddFamilies(JsonTypeInfo type)
    {
        var family = type.Type;
        if (family != typeof(Resource) && family != typeof(Constraint) && family != typeof(RuleExpression)
            && family != typeof(CibChange))
        {
            return;
        }

        type.PolymorphismOptions = new JsonPolymorphismOptions
        {
            TypeDiscriminatorPropertyName = "is",
            UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization,
        };
        foreach (var member in family.Assembly.GetTypes()
            .Where(member => member.IsSealed && family.IsAssignableFrom(member))
            .OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            type.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(member, member.Name));
        }
    }

    // Properties whose value without text is not their type's default must always be written.
    private static void KeepWhatIsNotDefault(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if ((type.Type == typeof(Node) && property.Name == nameof(Node.Votes))
                || (type.Type == typeof(Alert) && property.Name == nameof(Alert.Timeout)))
            {
                property.ShouldSerialize = static (_, _) => true;
            }
            else if (property.PropertyType == typeof(Origin))
            {
                // All origins are equal, so to the serializer each is the default one.
                property.ShouldSerialize = static (_, value) => value is Origin { File.Length: > 0 };
            }
        }
    }

    // A name that is null or missing would fail later, on every node at once.
    private static void RefuseMissingTexts(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            property.IsRequired |= property.AssociatedParameter is not null && !property.PropertyType.IsValueType
                && !property.IsSetNullable;
            property.IsGetNullable = !property.PropertyType.IsValueType || property.IsGetNullable;
        }
    }
}
