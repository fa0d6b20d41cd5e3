using System.Globalization;
using System.Text;

namespace Ha.Hocon;

/// <summary>Java properties: name=value lines; dots nest; all values are text; an object wins over a value.</summary>
internal static class PropertiesFile
{
    public static IReadOnlyList<HoconNode.Entry> Read(string file, string text)
    {
        var entries = new List<(string[] Path, HoconNode.Entry Entry)>();
        var lines = text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var at = new Position(file, index + 1, 1);
            var line = lines[index].TrimStart().TrimEnd('\r');
            if (line.Length == 0 || line[0] is '#' or '!')
            {
                continue;
            }

            while (EndsOpen(line) && index + 1 < lines.Length)
            {
                line = line[..^1] + lines[++index].TrimStart().TrimEnd('\r');
            }

            var end = EndOfName(line);
            var path = Unescape(line[..end]).Split('.');
            if (path.Length > HoconParser.MaxDepth)
            {
                continue;
            }

            HoconNode node = new HoconNode.Scalar(at, Unescape(ValueOf(line[end..])), IsQuoted: true);
            for (var part = path.Length - 1; part > 0; part--)
            {
                node = new HoconNode.Object(at, [new HoconNode.Entry(at, path[part], node)]);
            }

            entries.Add((path, new HoconNode.Entry(at, path[0], node)));
        }

        // An object wins over a value of the same name, whatever the order: what has children is no value.
        var inner = entries
            .SelectMany(
                item => Enumerable.Range(1, item.Path.Length - 1).Select(count => string.Join('.', item.Path[..count])))
            .ToHashSet(StringComparer.Ordinal);
        return [.. entries.Where(item => !inner.Contains(string.Join('.', item.Path))).Select(item => item.Entry)];
    }

    private static bool EndsOpen(string line) => line.Reverse().TakeWhile(letter => letter == '\\').Count() % 2 == 1;

    private static int EndOfName(string line)
    {
        for (var index = 0; index < line.Length; index++)
        {
            if (line[index] == '\\')
            {
                index++;
            }
            else if (line[index] is '=' or ':' or ' ' or '\t' or '\f')
            {
                return index;
            }
        }

        return line.Length;
    }

    private static string ValueOf(string rest)
    {
        var value = rest.TrimStart(' ', '\t', '\f');
        return value.StartsWith('=') || value.StartsWith(':') ? value[1..].TrimStart(' ', '\t', '\f') : value;
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '\\' || index + 1 == text.Length)
            {
                result.Append(text[index]);
                continue;
            }

            index++;
            if (text[index] == 'u' && index + 4 < text.Length && ushort.TryParse(
                text.AsSpan(index + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                result.Append((char)code);
                index += 4;
                continue;
            }

            result.Append(
                text[index] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'f' => '\f', var other => other });
        }

        return result.ToString();
    }
}
