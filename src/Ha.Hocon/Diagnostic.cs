namespace Ha.Hocon;

/// <summary>How bad it is.</summary>
public enum Severity
{
    /// <summary>It can be used, but probably does not mean what was meant.</summary>
    Warning,

    /// <summary>It cannot be used.</summary>
    Error,
}

/// <summary>A place in a text. Lines and columns count from 1; columns count code points.</summary>
/// <param name="File">Path as the user gave it.</param>
/// <param name="Line">Line.</param>
/// <param name="Column">Column.</param>
public readonly record struct Position(string File, int Line, int Column)
{
    /// <summary>file:line:column.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>What is wrong with a text, where, and what to do.</summary>
/// <param name="Severity">Error or warning.</param>
/// <param name="Code">HA1xxx for the language, HA2xxx for the cluster file.</param>
/// <param name="At">Where.</param>
/// <param name="Message">What is wrong, and what was expected.</param>
/// <param name="Fix">What to write instead; empty when nobody knows.</param>
public sealed record Diagnostic(Severity Severity, string Code, Position At, string Message, string Fix = "")
{
    /// <summary>How many are reported at most in one run.</summary>
    public const int Limit = 20;

    /// <summary>severity file:line:column: message; fix.</summary>
    public override string ToString() =>
        $"{(Severity == Severity.Error ? "error" : "warning")} {At}: {Message}{(Fix.Length > 0 ? $"; {Fix}" : "")}";

    /// <summary>The message with the line of the text and a mark below the place.</summary>
    public string Render(string source)
    {
        var line = source.Split('\n').ElementAtOrDefault(At.Line - 1)?.TrimEnd('\r');
        if (line is null)
        {
            return ToString();
        }

        var before = string.Concat(line.EnumerateRunes().Take(At.Column - 1).Select(rune => rune.Value == '\t' ? "\t" : " "));
        return $"{ToString()}\n  {At.Line,4} | {line}\n       | {before}^";
    }
}

/// <summary>Finds what was probably meant.</summary>
public static class Suggestion
{
    /// <summary>"did you mean x", or nothing: at most two edits away, and at most a third of the length.</summary>
    public static string For(string written, IEnumerable<string> known)
    {
        var best = known
            .Distinct(StringComparer.Ordinal)
            .Select(candidate => (candidate, distance: Distance(written, candidate)))
            .Where(pair => pair.distance <= 2 && pair.distance <= Math.Max(1, pair.candidate.Length / 3))
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
        return best is null ? "" : $"did you mean {best}?";
    }

    /// <summary>How many letters must be inserted, removed, replaced or swapped.</summary>
    public static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (var j = 0; j <= right.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[left.Length, right.Length];
    }
}
