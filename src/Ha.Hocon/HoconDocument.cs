using System.Text;

namespace Ha.Hocon;

/// <summary>What may be looked up outside of the document.</summary>
/// <param name="Allowed">Names of environment variables that may be used; empty for none.</param>
/// <param name="Read">Reads one; null when it is not set.</param>
public sealed record HoconEnvironment(IReadOnlySet<string> Allowed, Func<string, string?> Read)
{
    /// <summary>Nothing may be looked up.</summary>
    public static HoconEnvironment None { get; } = new(new HashSet<string>(), _ => null);
}

/// <summary>HOCON text to a value, with all that is wrong with it. Read this file first. Source: the HOCON
/// specification. </summary>
/// <param name="Root">The value; null when there are errors.</param>
/// <param name="Diagnostics">Errors and warnings.</param>
public sealed record HoconDocument(HoconValue? Root, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>Largest text that is read, in bytes.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>True when one of the diagnostics is an error.</summary>
    public bool HasErrors => Diagnostics.Any(item => item.Severity == Severity.Error);

    /// <summary>Reads a document.</summary>
    /// <param name="file">Its path, for messages; relative to the configuration folder where it includes
    /// others.</param>
    /// <param name="bytes">Its bytes, in UTF-8.</param>
    /// <param name="files">Where included files come from.</param>
    /// <param name="environment">What may be looked up outside.</param>
    public static HoconDocument Parse(
        string file, ReadOnlySpan<byte> bytes, IHoconFiles? files = null, HoconEnvironment? environment = null) =>
        ParseAll([(file, bytes.ToArray())], files, environment);

    /// <summary>Reads several documents as one: later ones come after earlier ones, as if in one file.</summary>
    public static HoconDocument ParseAll(
        IReadOnlyList<(string File, byte[] Bytes)> parts, IHoconFiles? files = null,
            HoconEnvironment? environment = null)
    {
        var diagnostics = new DiagnosticList();
        var entries = new List<HoconNode.Entry>();
        HoconNode? only = null;
        foreach (var (file, bytes) in parts)
        {
            if (Decode(file, bytes, diagnostics) is not { } text)
            {
                continue;
            }

            var includes = new HoconIncludes(files ?? new NoHoconFiles(), [file], [[]]);
            var node = new HoconParser(new HoconText(file, text), includes, diagnostics).Parse();
            if (node is HoconNode.Object body)
            {
                entries.AddRange(body.Entries);
            }
            else if (parts.Count == 1)
            {
                only = node;
            }
            else
            {
                diagnostics.Error("HA1203", new Position(file, 1, 1), $"'{file}' holds a list; an object is expected");
            }
        }

        if (diagnostics.HasErrors)
        {
            return new HoconDocument(null, diagnostics.Items);
        }

        var at = new Position(parts.Count > 0 ? parts[0].File : "", 1, 1);
        var root = new HoconResolver(diagnostics, environment ?? HoconEnvironment.None)
            .Resolve(only ?? new HoconNode.Object(at, entries));
        return new HoconDocument(diagnostics.HasErrors ? null : root, diagnostics.Items);
    }

    /// <summary>Reads a text that is at hand.</summary>
    public static HoconDocument ParseText(
        string text, string file = "text", IHoconFiles? files = null, HoconEnvironment? environment = null) =>
        Parse(file, Encoding.UTF8.GetBytes(text), files, environment);

    internal static string? Decode(string file, byte[] bytes, DiagnosticList diagnostics)
    {
        if (bytes.Length > MaxBytes)
        {
            diagnostics.Error(
                "HA1301", new Position(file, 1, 1), $"the file has {bytes.Length} bytes; at most {MaxBytes} are read");
            return null;
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            // All before the wrong byte is right, so its code points can be counted.
            var before = bytes.AsSpan(0, Math.Clamp(e.Index, 0, bytes.Length));
            var line = before.Count((byte)'\n') + 1;
            var inLine = before[(before.LastIndexOf((byte)'\n') + 1)..];
            var column = 1;
            foreach (var one in inLine)
            {
                column += (one & 0xC0) == 0x80 ? 0 : 1;
            }

            diagnostics.Error(
                "HA1302", new Position(file, line, column), "these bytes are no UTF-8", "save the file as UTF-8");
            return null;
        }
    }
}
