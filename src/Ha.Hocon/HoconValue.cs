namespace Ha.Hocon;

/// <summary>A value after everything was merged and substituted, with the place that it comes from.</summary>
public abstract class HoconValue
{
    private protected HoconValue(Position at) => At = at;

    /// <summary>Where it was written.</summary>
    public Position At { get; }

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
        IsQuoted = isQuoted;
    }

    /// <summary>The text: of a number exactly as written (0600, 1.10).</summary>
    public string Text { get; }

    /// <summary>It stood in quotes, or was put together with other text: then it is no number and no boolean by itself.
    /// </summary>
    public bool IsQuoted { get; }

    /// <summary>The literal null.</summary>
    public bool IsNull => !IsQuoted && Text == "null";

    /// <inheritdoc/>
    public override string Kind => IsNull ? "null" : IsQuoted ? "text" : Text is "true" or "false" ? "a boolean" : "a value";
}

/// <summary>A list.</summary>
public sealed class HoconArray : HoconValue
{
    internal HoconArray(Position at, IReadOnlyList<HoconValue> items)
        : base(at) => Items = items;

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
