using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ha.InformationBase;

internal sealed class ScoreConverter : JsonConverter<Score>
{
    public override Score Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Score.Of(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, Score value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);
}

internal sealed class TimeSpanConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TimeSpan.FromTicks(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Ticks);
}

internal sealed class OriginConverter : JsonConverter<Origin>
{
    public override Origin Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString() ?? "";
        var last = text.LastIndexOf(':');
        var middle = last <= 0 ? -1 : text.LastIndexOf(':', last - 1);
        return middle >= 0
            && int.TryParse(text.AsSpan(middle + 1, last - middle - 1), out var line)
            && int.TryParse(text.AsSpan(last + 1), out var column)
            ? new Origin(text[..middle], line, column)
            : throw new JsonException($"'{text}' is no position");
    }

    public override void Write(Utf8JsonWriter writer, Origin value, JsonSerializerOptions options) =>
        writer.WriteStringValue($"{value.File}:{value.Line}:{value.Column}");
}

/// <summary>JSON of the two collections: a list as an array, a map as an object.</summary>
public sealed class ValueCollectionConverters : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType
        && (typeToConvert.GetGenericTypeDefinition() == typeof(ValueList<>)
            || typeToConvert.GetGenericTypeDefinition() == typeof(ValueMap<>));

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        var element = typeToConvert.GetGenericArguments()[0];
        var definition = typeToConvert.GetGenericTypeDefinition() == typeof(ValueList<>)
            ? typeof(ListConverter<>)
            : typeof(MapConverter<>);
        return (JsonConverter)Activator.CreateInstance(definition.MakeGenericType(element))!;
    }

    private sealed class ListConverter<T> : JsonConverter<ValueList<T>>
    {
        public override ValueList<T> Read(ref Utf8JsonReader reader, Type typeToConvert,
            JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<T[]>(ref reader, options) is { } items
                && !Array.Exists(items, item => item is null)
                ? new(items)
                : throw new JsonException("a list, or an item of it, is null");

        public override void Write(Utf8JsonWriter writer, ValueList<T> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var item in value)
            {
                JsonSerializer.Serialize(writer, item, options);
            }

            writer.WriteEndArray();
        }
    }

    private sealed class MapConverter<T> : JsonConverter<ValueMap<T>>
    {
        public override ValueMap<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException("a map must be an object");
            }

            var entries = new List<KeyValuePair<string, T>>();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                entries.Add(new KeyValuePair<string, T>(
                    name,
                    JsonSerializer.Deserialize<T>(ref reader, options)
                        ?? throw new JsonException($"'{name}' is null")));
            }

            return ValueMap<T>.Of(entries);
        }

        public override void Write(Utf8JsonWriter writer, ValueMap<T> value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (name, item) in value)
            {
                writer.WritePropertyName(name);
                JsonSerializer.Serialize(writer, item, options);
            }

            writer.WriteEndObject();
        }
    }
}
