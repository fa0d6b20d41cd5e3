using System.Globalization;
using System.Text;
using Ha.InformationBase;
using Ha.Simulation.Rehearsal;

namespace Ha.Node.Views;

/// <summary>Pictures of a rehearsal, as SVG.</summary>
internal static class RehearsalPicture
{
    private const int Width = 960;
    private const int Left = 190;
    private const int Right = 110;
    private const int Row = 30;

    // Told apart by people who see colours differently; red is kept for what is down. Every bar has its name, too.
    private static readonly string[] s_hues = ["#4269d0", "#e0a100", "#2f9e5c", "#5fb8ac", "#9460dd", "#7fa6ef", "#9c6b4e"];

    /// <summary>One bar for each kind of fault: the median dark, the worst light, and how many were lost.</summary>
    public static string Bars(ValueList<OutageSummary> rows)
    {
        var most = Math.Max(1, rows.IsEmpty ? 1 : rows.Max(row => row.Worst.TotalSeconds));
        var (step, scale) = (StepOf(most), (Width - Left - Right) / most);
        var height = (rows.Count * Row) + 34;
        var svg = Begin(height, "Outage by fault: median and worst, in seconds");
        for (var at = 0.0; at <= most; at += step)
        {
            Grid(svg, Left + (at * scale), height, $"{at:0.#} s");
        }

        foreach (var (index, row) in rows.Index())
        {
            var top = 24 + (index * Row);
            Write(svg, $"<text x=\"{Left - 10}\" y=\"{top + 16}\" text-anchor=\"end\" fill=\"currentColor\">{RehearsalPage.Text(row.Name)}</text>");
            if (row.WorstSeed >= 0)
            {
                Bar(svg, top + 3, 18, row.Worst.TotalSeconds * scale, "--bar2", $"worst {RehearsalText.Show(row.Worst)}, seed {row.WorstSeed}");
                Bar(svg, top + 8, 8, row.Median.TotalSeconds * scale, "--bar", $"median {RehearsalText.Show(row.Median)}");
            }

            var end = row.WorstSeed < 0 ? Left : Left + (row.Worst.TotalSeconds * scale);
            var said = row.WorstSeed < 0 ? "" : $"{RehearsalText.Show(row.Median)} / {RehearsalText.Show(row.Worst)}";
            var lost = row.Lost == 0 ? "" : $"<tspan fill=\"var(--bad)\"> {row.Lost} lost</tspan>";
            Write(svg, $"<text x=\"{end + 6:0.0}\" y=\"{top + 16}\" fill=\"currentColor\">{said}{lost}</text>");
        }

        return svg.AppendLine("</svg>").ToString();
    }

    /// <summary>One lane for each node and each resource: where what was, from just before the fault on.</summary>
    public static string Timeline(RehearsalSubject subject, ValueList<RehearsalSpan> spans, TimeSpan faultAt)
    {
        var from = faultAt - TimeSpan.FromSeconds(5);
        var end = spans.IsEmpty ? faultAt : spans.Max(span => span.Until);
        var changed = spans.Where(span => span.Until < end).Select(span => span.Until).Append(faultAt).Max();
        end = Later(from + TimeSpan.FromSeconds(20), Earlier(end, changed + TimeSpan.FromSeconds(15)));
        var lanes = subject.Hosts.Concat(subject.Resources.Select(resource => resource.Name)).ToList();
        var seconds = (end - from).TotalSeconds;
        var (step, scale) = (StepOf(seconds), (Width - Left - 10) / seconds);
        var height = (lanes.Count * Row) + 34;
        var svg = Begin(height, "The worst run: nodes and resources over time");
        for (var at = 0.0; at <= seconds - 5; at += step)
        {
            Grid(svg, Left + ((at + 5) * scale), height, $"{at:0.#} s");
        }

        foreach (var (index, lane) in lanes.Index())
        {
            var top = 24 + (index * Row);
            Write(svg, $"<text x=\"{Left - 10}\" y=\"{top + 16}\" text-anchor=\"end\" fill=\"currentColor\">{RehearsalPage.Text(lane)}</text>");
            foreach (var span in spans.Where(span => span.Lane == lane && span.Until > from && span.From < end))
            {
                var x = Left + ((Later(span.From, from) - from).TotalSeconds * scale);
                var width = (Earlier(span.Until, end) - Later(span.From, from)).TotalSeconds * scale;
                Span(svg, subject, span, index < subject.Hosts.Count, x, width, top);
            }
        }

        var fault = Left + (5 * scale);
        Write(svg, $"<line x1=\"{fault:0.0}\" x2=\"{fault:0.0}\" y1=\"18\" y2=\"{height - 6}\" stroke=\"var(--bad)\" stroke-width=\"1.5\" stroke-dasharray=\"4 3\"/>");
        return svg.AppendLine("</svg>").ToString();
    }

    private static void Bar(StringBuilder svg, int top, int height, double width, string fill, string title)
    {
        Write(svg, $"<rect x=\"{Left}\" y=\"{top}\" width=\"{Math.Max(1, width):0.0}\" height=\"{height}\" rx=\"2\" fill=\"var({fill})\">");
        Write(svg, $"<title>{RehearsalPage.Text(title)}</title></rect>");
    }

    private static void Span(
        StringBuilder svg, RehearsalSubject subject, RehearsalSpan span, bool isNode, double x, double width, int top)
    {
        var isDown = span.What.Length == 0;
        var place = span.What.Split(' ')[0];
        var number = subject.Hosts.TakeWhile(host => host != place).Count();
        var fill = isDown ? "var(--bad)" : isNode ? "var(--line)" : s_hues[number % s_hues.Length];
        var said = isDown ? isNode ? "off" : "down" : isNode ? "" : span.What;
        var seconds = RehearsalText.Show(span.Until - span.From);
        var faint = isDown && isNode ? " fill-opacity=\".35\"" : "";
        Write(svg, $"<rect x=\"{x:0.0}\" y=\"{top + 3}\" width=\"{Math.Max(1, width):0.0}\" height=\"18\" rx=\"2\" fill=\"{fill}\"{faint}>");
        Write(svg, $"<title>{RehearsalPage.Text(span.Lane)}: {RehearsalPage.Text(said.Length == 0 ? "on" : said)}, {seconds}</title></rect>");
        if (said.Length > 0 && width > (7 * said.Length) + 8)
        {
            Write(svg, $"<text x=\"{x + 5:0.0}\" y=\"{top + 16}\" fill=\"{(isNode ? "currentColor" : "#fff")}\">{RehearsalPage.Text(said)}</text>");
        }
    }

    private static StringBuilder Begin(int height, string title) => new StringBuilder().AppendLine(
        string.Create(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{RehearsalPage.Text(title)}\">"));

    private static void Grid(StringBuilder svg, double x, int height, FormattableString label)
    {
        Write(svg, $"<line x1=\"{x:0.0}\" x2=\"{x:0.0}\" y1=\"20\" y2=\"{height - 6}\" stroke=\"var(--line)\"/>");
        Write(svg, $"<text x=\"{x:0.0}\" y=\"13\" text-anchor=\"middle\" fill=\"var(--soft)\">{FormattableString.Invariant(label)}</text>");
    }

    private static void Write(StringBuilder svg, FormattableString line) =>
        svg.AppendLine(FormattableString.Invariant(line));

    // About eight lines, at round numbers.
    private static double StepOf(double most)
    {
        var rough = most / 8;
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(rough, 0.1))));
        return new[] { 1, 2, 5, 10 }.Select(factor => factor * power).First(step => step >= rough);
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
