using System.Globalization;
using System.Text;
using Ha.Node.Api;

namespace Ha.Node.Views;

/// <summary>`ha why` for people: the answer, the causes, the scores, what happened, what helps.</summary>
internal static class WhyText
{
    /// <summary>The whole text.</summary>
    public static string Of(WhyReply why)
    {
        var text = new StringBuilder();
        text.Append(why.Answer).Append('\n');
        if (why.Causes.Count > 0)
        {
            text.Append('\n');
            foreach (var cause in why.Causes)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {cause.Node,-10} {cause.Code,-24} {cause.Text}");
                text.Append(cause.Source.Length == 0 ? "\n" : $"   {cause.Source}\n");
            }
        }

        AppendScores(text, why);
        AppendList(text, "What will be done", [.. why.Steps.Where(step => step is not { Task: "monitor", IntervalMs: > 0 })
            .Select(step => $"{StepView.Phrase(step)}{(step.Number == 0 ? ", which cannot be done" : "")}"
                + (StepView.Because(step) is { Length: > 0 } because ? $"     {because}" : ""))]);
        AppendList(text, "How it got here", why.History);
        AppendList(text, "Next", why.Next);
        return text.ToString();
    }

    private static void AppendScores(StringBuilder text, WhyReply why)
    {
        if (why.Scores.Count == 0)
        {
            return;
        }

        const int Width = 11;
        var rows = why.Scores
            .SelectMany(score => score.Parts.Select(part => (part.Code, part.Text, part.Source)))
            .Distinct()
            .ToList();
        var label = Math.Max(30, rows.Count == 0 ? 0 : rows.Max(row => $"{row.Code} {row.Text}".Length) + 2);
        text.Append(CultureInfo.InvariantCulture, $"\n{"Scores".PadRight(label)}  ");
        text.Append(string.Concat(why.Scores.Select(score => score.Node.PadLeft(Width)))).Append('\n');
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {$"{row.Code} {row.Text}".PadRight(label)}");
            foreach (var score in why.Scores)
            {
                var part = score.Parts.FirstOrDefault(part =>
                    (part.Code, part.Text, part.Source) == (row.Code, row.Text, row.Source));
                text.Append((part?.Score ?? "·").PadLeft(Width));
            }

            text.Append(row.Source.Length == 0 ? "\n" : $"   {row.Source}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"  {"total".PadRight(label)}");
        text.Append(string.Concat(why.Scores.Select(score => score.Total.PadLeft(Width)))).Append('\n');
    }

    private static void AppendList(StringBuilder text, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{title}\n");
        foreach (var line in lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {line}\n");
        }
    }
}
