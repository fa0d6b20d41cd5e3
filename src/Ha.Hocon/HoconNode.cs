namespace Ha.Hocon;

/// <summary>What was written, before anything is merged or substituted.</summary>
internal abstract record HoconNode(Position At)
{
    /// <summary>Text in or without quotes.</summary>
    public sealed record Scalar(Position At, string Text, bool IsQuoted) : HoconNode(At);

    /// <summary>A list.</summary>
    public sealed record List(Position At, IReadOnlyList<HoconNode> Items) : HoconNode(At);

    /// <summary>An object.</summary>
    public sealed record Object(Position At, IReadOnlyList<Entry> Entries) : HoconNode(At);

    /// <summary>${path} or ${?path}.</summary>
    /// <param name="At">Where.</param>
    /// <param name="Path">What is meant.</param>
    /// <param name="IsOptional">Nothing there is no error.</param>
    /// <param name="Prefix">Where the file that it is in was included: looked at first.</param>
    public sealed record Substitution(Position At, IReadOnlyList<string> Path, bool IsOptional, IReadOnlyList<string> Prefix)
        : HoconNode(At);

    /// <summary>The value that the same key had before: what += adds to.</summary>
    public sealed record Before(Position At) : HoconNode(At);

    /// <summary>Several values side by side, with the blanks between them.</summary>
    public sealed record Concatenation(Position At, IReadOnlyList<HoconNode> Parts) : HoconNode(At);

    /// <summary>Blanks between two values of a concatenation.</summary>
    public sealed record Blank(Position At, string Text) : HoconNode(At);

    /// <summary>One key of an object with one value; a path is nested objects.</summary>
    public sealed record Entry(Position At, string Name, HoconNode Value);
}
