
namespace Ha.Hocon;

/// <summary>Where included files come from. Parsing itself touches no disk.</summary>
public interface IHoconFiles
{
    /// <summary>The bytes of a file, by a path relative to the configuration folder; null when there is none.</summary>
    byte[]? Read(string path);
}

/// <summary>No file can be included.</summary>
public sealed class NoHoconFiles : IHoconFiles
{
    /// <inheritdoc/>
    public byte[]? Read(string path) => null;
}

/// <summary>Files of one folder and the folders below it. A link that leads out of it is refused.</summary>
public sealed class FolderHoconFiles(string folder) : IHoconFiles
{
    /// <inheritdoc/>
    public byte[]? Read(string path)
    {
        var root = Path.GetFullPath(folder);
        var full = Path.GetFullPath(Path.Combine(root, path));
        var target = new FileInfo(full);
        if (!target.Exists || target.Length > HoconDocument.MaxBytes)
        {
            return null;
        }

        var real = target.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
        return IsInside(root, full) && IsInside(root, real) ? File.ReadAllBytes(real) : null;
    }

    private static bool IsInside(string root, string path) =>
        path.StartsWith(root.EndsWith('/') ? root : root + "/", StringComparison.Ordinal);
}

/// <summary>Follows includes: relative to the including file, inside of the configuration folder, without loops.</summary>
internal sealed class HoconIncludes(IHoconFiles files, IReadOnlyList<string> chain, IReadOnlyList<string> prefix)
{
    /// <summary>Deepest chain of includes.</summary>
    private const int MaxDepth = 16;

    /// <summary>Where this file was included.</summary>
    public IReadOnlyList<string> Prefix => prefix;

    /// <summary>The entries of an included file.</summary>
    public IReadOnlyList<HoconNode.Entry> Read(
        string fromFile, string name, Position at, bool isRequired, IReadOnlyList<string> path, DiagnosticList diagnostics)
    {
        if (Path.IsPathRooted(name) || name.Split('/').Contains("..") || name.Contains("://", StringComparison.Ordinal))
        {
            diagnostics.Error(
                "HA1201", at, $"'{name}' leads out of the configuration folder", "include files of this folder, by a relative path");
            return [];
        }

        var folder = Path.GetDirectoryName(fromFile) ?? "";
        var isFound = false;
        var entries = new List<HoconNode.Entry>();
        foreach (var candidate in Path.HasExtension(name)
            ? (IEnumerable<string>)[name]
            : [name + ".properties", name + ".json", name + ".conf", name])
        {
            var full = Path.Combine(folder, candidate);
            if (files.Read(full) is not { } bytes)
            {
                continue;
            }

            isFound = true;
            if (chain.Contains(full, StringComparer.Ordinal) || chain.Count > MaxDepth)
            {
                diagnostics.Error(
                    "HA1202", at,
                    chain.Count > MaxDepth ? $"includes are nested deeper than {MaxDepth}" : $"'{name}' includes itself: {string.Join(" -> ", chain)} -> {full}");
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

        var inner = new HoconIncludes(files, [.. chain, full], [.. prefix, .. path]);
        var node = new HoconParser(new HoconText(full, text), inner, diagnostics).Parse();
        if (node is HoconNode.Object body)
        {
            return body.Entries;
        }

        diagnostics.Error("HA1203", at, $"'{full}' holds a list; only an object can be included");
        return [];
    }

    private static void Missing(string name, Position at, bool isRequired, DiagnosticList diagnostics)
    {
        if (isRequired)
        {
            diagnostics.Error("HA1204", at, $"'{name}' does not exist");
        }
        else if (name.Contains('*', StringComparison.Ordinal))
        {
            diagnostics.Error("HA1205", at, "include knows no patterns", "drop-ins of conf.d are read by themselves");
        }
        else
        {
            diagnostics.Warning("HA1104", at, $"'{name}' does not exist, and is skipped", $"include required(\"{name}\") makes that an error");
        }
    }
}

/// <summary>Java properties: name=value lines; dots nest; all values are text; an object wins over a value.</summary>
internal static class PropertiesFile
{
    public static IReadOnlyList<HoconNode.Entry> Read(string file, string text)
    {
        var entries = new List<HoconNode.Entry>();
        var lines = text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].Trim();
            if (line.Length == 0 || line[0] is '#' or '!')
            {
                continue;
            }

            var at = new Position(file, index + 1, 1);
            var split = line.IndexOfAny(['=', ':']);
            var name = (split < 0 ? line : line[..split]).Trim();
            var value = split < 0 ? "" : line[(split + 1)..].Trim();
            HoconNode node = new HoconNode.Scalar(at, value, IsQuoted: true);
            var parts = name.Split('.');
            for (var part = parts.Length - 1; part > 0; part--)
            {
                node = new HoconNode.Object(at, [new HoconNode.Entry(at, parts[part], node)]);
            }

            entries.Add(new HoconNode.Entry(at, parts[0], node));
        }

        // An object wins over a value of the same name, whatever the order.
        return [.. entries.OrderBy(entry => entry.Value is HoconNode.Object ? 1 : 0)];
    }
}
