using System.Text;

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

/// <summary>A second place that belongs to a diagnostic: where the other one is defined, or what includes it.</summary>
/// <param name="At">Where.</param>
/// <param name="Note">What is there, such as "first defined here".</param>
public sealed record RelatedPlace(Position At, string Note);

/// <summary>What is wrong with a text, where, and what to do.</summary>
/// <param name="Severity">Error or warning.</param>
/// <param name="Code">HA1xxx for the language, HA2xxx for the cluster file.</param>
/// <param name="At">Where.</param>
/// <param name="Message">What is wrong, and what was expected.</param>
/// <param name="Fix">What to write instead; empty when nobody knows.</param>
/// <param name="Related">A second place; null for none.</param>
/// <param name="Length">How many code points are meant, from the place on.</param>
public sealed record Diagnostic(
    Severity Severity, string Code, Position At, string Message, string Fix = "", RelatedPlace? Related = null,
        int Length = 1)
{
    /// <summary>The line must not be shown: it holds a secret.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>How many errors, and how many warnings, are reported at most in one run.</summary>
    public const int Limit = 20;

    // A longer line is shown in part: nobody reads more, and a file may be one line.
    private const int MaxShownColumns = 400;

    private string Heading => $"{(Severity == Severity.Error ? "error" : "warning")} {At}: {Message}";

    /// <summary>severity file:line:column: message; fix.</summary>
    public override string ToString() => $"{Heading}{(Fix.Length > 0 ? $"; {Fix}" : "")}";

    /// <summary>The message with the line of the text, a mark below the place, and the fix beside the mark.</summary>
    /// <param name="source">The text of the file that it is about.</param>
    public string Render(string source)
    {
        var line = IsPrivate ? null : LineOf(source, At.Line);
        if (line is null || At.Column > MaxShownColumns)
        {
            return ToString();
        }

        var shown = new StringBuilder();
        var mark = new StringBuilder();
        foreach (var (index, rune) in line.EnumerateRunes().Take(MaxShownColumns).Index())
        {
            shown.Append(Rune.IsControl(rune) && rune.Value != '\t' ? "?" : rune.ToString());
            if (index < At.Column - 1)
            {
                mark.Append(rune.Value == '\t' ? '\t' : ' ');
            }
        }

        mark.Append('^', Math.Clamp(Length, 1, MaxShownColumns));
        var number = $"{At.Line,4}";
        var text = $"{Heading}\n{number} | {shown}\n     | {mark}{(Fix.Length > 0 ? $" {Fix}" : "")}";
        return Related is null ? text : $"{text}\n       {Related.At}: {Related.Note}";
    }

    private static string? LineOf(string source, int line)
    {
        var start = 0;
        for (var number = 1; number < line; number++)
        {
            var end = source.IndexOf('\n', start);
            if (end < 0)
            {
                return null;
            }

            start = end + 1;
        }

        var stop = source.IndexOf('\n', start);
        return (stop < 0 ? source[start..] : source[start..stop]).TrimEnd('\r');
    }
}
