using System.Globalization;
using System.Text;

namespace Ha.Simulation;

/// <summary>What happened in a run: one line for each thing, one column for each host.</summary>
public sealed class Timeline
{
    /// <summary>A story of more lines than this is told from its end.</summary>
    private const int MaxLines = 20_000;
    private readonly Queue<(TimeSpan At, string Host, string Text)> _lines = new();

    /// <summary>How many lines there are.</summary>
    public int Count => _lines.Count;

    /// <summary>The lines, oldest first.</summary>
    public IEnumerable<(TimeSpan At, string Host, string Text)> Lines => _lines;

    /// <summary>Adds a line.</summary>
    public void Add(TimeSpan at, string host, string text)
    {
        _lines.Enqueue((at, host, text));
        if (_lines.Count > MaxLines)
        {
            _lines.Dequeue();
        }
    }

    /// <summary>The last lines up to the first violation, with a column for each host.</summary>
    /// <param name="hosts">The columns.</param>
    /// <param name="lines">How many lines.</param>
    /// <param name="width">Characters of a column.</param>
    public string Render(IReadOnlyCollection<string> hosts, int lines, int width = 44)
    {
        var told = new List<(TimeSpan At, string Host, string Text)>();
        foreach (var line in _lines)
        {
            told.Add(line);
            if (line.Text.StartsWith("VIOLATION", StringComparison.Ordinal))
            {
                break;
            }
        }

        var text = new StringBuilder();
        text.Append("         s  ").AppendJoin("  ", hosts.Select(host => host.PadRight(width))).AppendLine();
        foreach (var (at, host, what) in told.TakeLast(lines))
        {
            text.Append(CultureInfo.InvariantCulture, $"{at.TotalSeconds,10:0.000}  ");
            var column = hosts.TakeWhile(name => name != host).Count();
            if (column == hosts.Count)
            {
                text.Append("== ").AppendLine(what);
                continue;
            }

            text.Append(' ', column * (width + 2)).AppendLine(Fold(what, width, 12 + (column * (width + 2))));
        }

        return text.ToString();
    }

    private static string Fold(string what, int width, int indent)
    {
        var flat = what.ReplaceLineEndings(" ");
        return flat.Length <= width
            ? flat
            : string.Join($"\n{new string(' ', indent)}", flat.Chunk(width).Take(4).Select(part => new string(part)));
    }
}
