namespace Ha.Hocon;

/// <summary>Follows includes: relative to the including file, inside of the configuration folder, without
/// loops.</summary>
/// <param name="files">Where files come from.</param>
/// <param name="chain">The files that are being read, outermost first.</param>
/// <param name="scopes">Paths in the document that substitutions of this file may be relative to, innermost
/// first.</param>
internal sealed class HoconIncludes(
    IHoconFiles files, IReadOnlyList<string> chain, IReadOnlyList<IReadOnlyList<string>> scopes)
{
    /// <summary>Deepest chain of includes.</summary>
    public const int MaxDepth = 16;

    /// <summary>How many files one document may include in all: each may include several others.</summary>
    public const int MaxFiles = 1000;

    private readonly int[] _count = [0];

    private HoconIncludes(HoconIncludes outer, IReadOnlyList<string> chain, IReadOnlyList<IReadOnlyList<string>> scopes)
        : this(outer.Files, chain, scopes) => _count = outer._count;

    /// <summary>Where this file was included.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Scopes => scopes;

    private IHoconFiles Files => files;

    /// <summary>The entries of an included file.</summary>
    public IReadOnlyList<HoconNode.Entry> Read(
        string fromFile, string name, Position at, bool isRequired, IReadOnlyList<string> path,
            DiagnosticList diagnostics)
    {
        if (name.Length == 0 || Path.IsPathRooted(name) || name.Contains('\0', StringComparison.Ordinal)
            || name.Split('/').Contains("..") || name.Contains("://", StringComparison.Ordinal))
        {
            diagnostics.Error(
                "HA1201", at, $"'{name}' leads out of the configuration folder",
                "include files of this folder, by a relative path");
            return [];
        }

        var folder = Path.GetDirectoryName(fromFile) ?? "";
        var isFound = false;
        var entries = new List<HoconNode.Entry>();
        string[] candidates = HasKnownEnd(name) ? [name] : [name + ".properties", name + ".json", name + ".conf", name];
        foreach (var candidate in candidates)
        {
            var full =
                Path.Combine(folder, string.Join('/', candidate.Split('/').Where(part => part is not ("." or ""))));
            if (files.Read(full) is not { } bytes)
            {
                continue;
            }

            isFound = true;
            if (Refusal(full) is { Length: > 0 } refusal)
            {
                diagnostics.Error("HA1202", at, refusal);
                return [];
            }

            entries.AddRange(ReadOne(full, bytes, at, path, diagnostics));
        }

        if (!isFound)
        {
            Missing(name, at, isRequired, diagnostics);
        }

        return entries;
    }

    private static bool HasKnownEnd(string name) =>
        name.EndsWith(".conf", StringComparison.Ordinal) || name.EndsWith(".json", StringComparison.Ordinal)
        || name.EndsWith(".properties", StringComparison.Ordinal);

    private string Refusal(string full) =>
        chain.Contains(full, StringComparer.Ordinal)
            ? $"this file includes itself: {string.Join(" -> ", chain)} -> {full}"
        : chain.Count > MaxDepth ? $"includes are nested deeper than {MaxDepth}"
        : ++_count[0] > MaxFiles ? $"more than {MaxFiles} files are included"
        : "";

    private IReadOnlyList<HoconNode.Entry> ReadOne(
        string full, byte[] bytes, Position at, IReadOnlyList<string> path, DiagnosticList diagnostics)
    {
        if (HoconDocument.Decode(full, bytes, diagnostics) is not { } text)
        {
            return [];
        }

        if (full.EndsWith(".properties", StringComparison.Ordinal))
        {
            return PropertiesFile.Read(full, text);
        }

        var inner = path.Count == 0 ? scopes : [[.. scopes[0], .. path], .. scopes];
        var node = new HoconParser(
            new HoconText(full, text), new HoconIncludes(this, [.. chain, full], inner), diagnostics).Parse();
        if (node is HoconNode.Object body)
        {
            return body.Entries;
        }

        diagnostics.Error(
            "HA1203", node.At, $"'{full}' holds a list; only an object can be included",
            related: new RelatedPlace(at, "included here"));
        return [];
    }

    private static void Missing(string name, Position at, bool isRequired, DiagnosticList diagnostics)
    {
        if (isRequired)
        {
            diagnostics.Error(
                "HA1204", at,
                    $"'{name}' cannot be read: it does not exist, is too big, or lies outside of this folder");
        }
        else if (name.Contains('*', StringComparison.Ordinal) || name.Contains('?', StringComparison.Ordinal))
        {
            diagnostics.Warning(
                "HA1106", at, $"include knows no patterns: '{name}' is no file, and is skipped",
                "name each file; drop-ins of conf.d are read by themselves");
        }
        else
        {
            diagnostics.Warning(
                "HA1104", at, $"'{name}' does not exist, and is skipped",
                    $"include required(\"{name}\") makes that an error");
        }
    }
}
