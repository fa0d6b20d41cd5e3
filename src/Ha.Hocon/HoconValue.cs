namespace Ha.Hocon;

/// <summary>A value after everything was merged and substituted, with the place that it comes from.</summary>
public abstract class HoconValue
{
    private protected HoconValue(Position at) => At = at;

    /// <summary>Where it was written.</summary>
    public Position At { get; }

    /// <summary>How much room it takes: letters of text, and some for each element; shared parts count each
    /// time.</summary>
    internal long Weight { get; private protected init; }

    /// <summary>What kind it is, in words.</summary>
    public abstract string Kind { get; }
}

/// <summary>Text, a number, a boolean or null, as it was written.</summary>
public sealed class HoconScalar : HoconValue
{
    internal HoconScalar(Position at, string text, bool isQuoted)
        : base(at)
    {
        Text = text;
        Weight = text.Length + 16;
        IsQuoted = isQuoted;
    }

    /// <summary>The text: of a number exactly as written (0600, 1.10).</summary>
    public string Text { get; }

    /// <summary>It stood in quotes, or was put together with other text: then it is no number and no boolean by itself.
    /// </summary>
    public bool IsQuoted { get; }

    /// <summary>The literal null.</summary>
    public bool IsNull => !IsQuoted && Text == "null";

    /// <summary>The literals true and false.</summary>
    public bool IsBoolean => !IsQuoted && Text is ("true" or "false");

    /// <summary>A number of JSON, not in quotes.</summary>
    public bool IsNumber => !IsQuoted && IsNumberText(Text);

    /// <inheritdoc/>
    public override string Kind => IsNull ? "null" : IsBoolean ? "a boolean" : IsNumber ? "a number" : "text";

    internal static bool IsNumberText(string text)
    {
        var index = text.StartsWith('-') ? 1 : 0;
        var whole = Digits(text, index);
        index += whole;
        if (index < text.Length && text[index] == '.')
        {
            var fraction = Digits(text, index + 1);
            if (fraction == 0)
            {
                return false;
            }

            index += 1 + fraction;
        }

        if (index < text.Length && text[index] is ('e' or 'E'))
        {
            index += index + 1 < text.Length && text[index + 1] is ('+' or '-') ? 2 : 1;
            var exponent = Digits(text, index);
            if (exponent == 0)
            {
                return false;
            }

            index += exponent;
        }

        return whole > 0 && index == text.Length;
    }

    private static int Digits(string text, int from)
    {
        var end = from;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - from;
    }
}

/// <summary>A list.</summary>
public sealed class HoconArray : HoconValue
{
    internal HoconArray(Position at, IReadOnlyList<HoconValue> items)
        : base(at)
    {
        Items = items;
        Weight = items.Aggregate(16L, (sum, item) => Math.Min(sum + item.Weight, int.MaxValue));
    }

    /// <summary>The elements.</summary>
    public IReadOnlyList<HoconValue> Items { get; }

    /// <inheritdoc/>
    public override string Kind => "a list";
}

/// <summary>An object. Its fields keep the order of their first mention.</summary>
public sealed class HoconObject : HoconValue
{
    private readonly Dictionary<string, HoconField> _byName;

    internal HoconObject(Position at, IReadOnlyList<HoconField> fields)
        : base(at)
    {
        Fields = fields;
        Weight = fields.Aggregate(16L, (sum, field) => Math.Min(sum + field.Value.Weight, int.MaxValue));
        _byName = fields.ToDictionary(field => field.Name, StringComparer.Ordinal);
    }

    /// <summary>The fields.</summary>
    public IReadOnlyList<HoconField> Fields { get; }

    /// <inheritdoc/>
    public override string Kind => "an object";

    /// <summary>A field's value; null when there is none.</summary>
    public HoconValue? Get(string name) => _byName.GetValueOrDefault(name)?.Value;
}

/// <summary>One field.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="At">Where its name was written last.</param>
/// <param name="Files">Files that it was written in, in order.</param>
public sealed record HoconField(string Name, HoconValue Value, Position At, IReadOnlyList<string> Files);
