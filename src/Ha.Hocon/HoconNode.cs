namespace Ha.Hocon;

/// <summary>What was written, before anything is merged or substituted.</summary>
internal abstract record HoconNode(Position At)
{
    /// <summary>Text in or without quotes.</summary>
    public sealed record Scalar(Position At, string Text, bool IsQuoted) : HoconNode(At);

    /// <summary>A list.</summary>
    public sealed record List(Position At, IReadOnlyList<HoconNode> Items) : HoconNode(At);

    /// <summary>An object.</summary>
    public sealed record Object(Position At, IReadOnlyList<Entry> Entries) : HoconNode(At)
    {
        private Dictionary<string, List<Entry>>? _byName;

        /// <summary>The names, in the order of their first mention.</summary>
        public IEnumerable<string> Names => ByName.Keys;

        private Dictionary<string, List<Entry>> ByName => _byName ??= Sort();

        /// <summary>All entries of one name, in the order written.</summary>
        public IReadOnlyList<Entry> Of(string name) => ByName.TryGetValue(name, out var entries) ? entries : [];

        private Dictionary<string, List<Entry>> Sort()
        {
            var byName = new Dictionary<string, List<Entry>>(StringComparer.Ordinal);
            foreach (var entry in Entries)
            {
                if (!byName.TryGetValue(entry.Name, out var same))
                {
                    byName[entry.Name] = same = [];
                }

                same.Add(entry);
            }

            return byName;
        }
    }

    /// <summary>${path} or ${?path}.</summary>
    /// <param name="At">Where.</param>
    /// <param name="Path">What is meant.</param>
    /// <param name="IsOptional">Nothing there is no error.</param>
    /// <param name="Scopes">Where the file that it is in was included, innermost first: paths that it may be relative
    /// to. The last one is the root.</param>
    public sealed record Substitution(
        Position At, IReadOnlyList<string> Path, bool IsOptional, IReadOnlyList<IReadOnlyList<string>> Scopes)
            : HoconNode(At)
    {
        /// <summary>As written.</summary>
        public string Text => $"${{{(IsOptional ? "?" : "")}{string.Join('.', Path)}}}";
    }

    /// <summary>The value that the same key had before: what += adds to.</summary>
    public sealed record Before(Position At) : HoconNode(At);

    /// <summary>Several values side by side, with the blanks between them.</summary>
    public sealed record Concatenation(Position At, IReadOnlyList<HoconNode> Parts) : HoconNode(At);

    /// <summary>Blanks between two values of a concatenation.</summary>
    public sealed record Blank(Position At, string Text) : HoconNode(At);

    /// <summary>One key of an object with one value; a path is nested objects.</summary>
    public sealed record Entry(Position At, string Name, HoconNode Value);
}
