using System.Globalization;
using System.Net;
using System.Text;
using Ha.InformationBase;
using Ha.Simulation.Rehearsal;

namespace Ha.Node.Views;

/// <summary>What a rehearsal found, as one page of HTML with its pictures in it: nothing is loaded from anywhere.
/// </summary>
internal static class RehearsalPage
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6675; --line: #d9dee6; --paper: #fff;
          --card: #f5f7fa; --bar: #4a6fd0; --bar2: #a9bdee; --bad: #c8324b; --good: #2e8b57; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6e9ef; --soft: #9aa5b5; --line: #343c49; --paper: #14181f;
            --card: #1c222c; --bar: #7c9bf0; --bar2: #3d5190; --bad: #f0697f; --good: #6cc794; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--paper);
          color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
        p.lead { color: var(--soft); margin: 0; }
        .advice { padding: 0; list-style: none; display: grid; gap: .6rem; }
        .advice li, .well { background: var(--card); border-left: 4px solid var(--bad); border-radius: 4px;
          padding: .7rem 1rem; }
        .well { border-color: var(--good); }
        .advice b { display: block; } .advice span { color: var(--soft); }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line);
          vertical-align: top; }
        th { color: var(--soft); font-weight: 500; } td.n, th.n { text-align: right; } .bad { color: var(--bad); }
        svg { width: 100%; height: auto; display: block; font: 12px system-ui, sans-serif; }
        pre { overflow: auto; background: var(--card); padding: 1rem; font-size: 12px; border-radius: 4px; }
        summary { cursor: pointer; color: var(--soft); }
        """;

    /// <summary>The page.</summary>
    /// <param name="path">The cluster file.</param>
    /// <param name="report">The report. Its worst run is run again for its picture.</param>
    public static string Render(string path, RehearsalReport report)
    {
        var html = new StringBuilder();
        var name = report.Subject.Configuration.ClusterName is { Length: > 0 } own ? own : Path.GetFileName(path);
        html.AppendLine("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.AppendLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.AppendLine($"<title>Rehearsal of {Text(name)}</title><style>{Style}</style></head><body>");
        html.AppendLine($"<h1>Rehearsal of {Text(name)}</h1>");
        var safety = report.Problems.IsEmpty
            ? "Nothing ever ran twice." : "<span class=\"bad\">Something ran twice: a fault of ha.</span>";
        html.AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"<p class=\"lead\">{Text(path)}: {report.Subject.Hosts.Count} nodes, {report.Subject.Resources.Count} resources, "
            + $"{report.Outcomes.Count} runs, {report.Hours:0.0} simulated hours. {safety}</p>"));
        foreach (var never in report.NeverRan)
        {
            html.AppendLine($"<p class=\"lead bad\">{Text(never)} did not run even before any fault.</p>");
        }

        Advise(html, report.Advice);
        html.AppendLine("<h2>Outage by fault</h2>").Append(RehearsalPicture.Bars(report.ByFault));
        Reasons(html, report.ByFault);
        html.AppendLine("<h2>Outage by resource</h2>");
        Table(html, report.ByResource);
        Second(html, report.SecondFailures);
        Worst(html, report);
        return html.AppendLine("</body></html>").ToString();
    }

    /// <summary>A text from outside, as text.</summary>
    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void Advise(StringBuilder html, ValueList<Advice> advice)
    {
        html.AppendLine("<h2>Weak points</h2>");
        if (advice.IsEmpty)
        {
            html.AppendLine("<p class=\"well\">None that we know of.</p>");
            return;
        }

        html.AppendLine("<ol class=\"advice\">");
        foreach (var item in advice)
        {
            html.AppendLine($"<li id=\"{Text(item.Code)}\"><b>{Text(item.Text)}.</b><span>{Text(item.Remedy)}.</span></li>");
        }

        html.AppendLine("</ol>");
    }

    private static void Reasons(StringBuilder html, ValueList<OutageSummary> rows)
    {
        var lost = rows.Where(row => row.Lost > 0).ToList();
        if (lost.Count == 0)
        {
            return;
        }

        html.AppendLine("<h2>Where there was no recovery, and why</h2><table><tr><th>fault</th><th class=\"n\">runs</th><th>why</th><th>see</th></tr>");
        foreach (var row in lost)
        {
            html.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"<tr><td>{Text(row.Name)}</td><td class=\"n bad\">{row.Lost} of {row.Runs}</td><td>{string.Join("<br>", row.Why.Take(4).Select(Text))}</td><td>--seed {row.LostSeed}</td></tr>"));
        }

        html.AppendLine("</table>");
    }

    private static void Table(StringBuilder html, ValueList<OutageSummary> rows)
    {
        html.AppendLine("<table><tr><th>resource</th><th class=\"n\">runs with an outage</th><th class=\"n\">median</th><th class=\"n\">worst</th><th class=\"n\">not recovered</th></tr>");
        foreach (var row in rows)
        {
            html.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"<tr><td>{Text(row.Name)}</td><td class=\"n\">{row.Runs}</td><td class=\"n\">{Shown(row, row.Median)}</td>"
                + $"<td class=\"n\">{Shown(row, row.Worst)}</td><td class=\"n{(row.Lost > 0 ? " bad" : "")}\">{row.Lost}</td></tr>"));
        }

        html.AppendLine("</table>");
    }

    private static string Shown(OutageSummary row, TimeSpan time) => row.WorstSeed < 0 ? "-" : RehearsalText.Show(time);

    private static void Second(StringBuilder html, ValueList<SecondFailure> pairs)
    {
        if (pairs.IsEmpty)
        {
            return;
        }

        html.AppendLine("<h2>When a second node is lost, too</h2><table><tr><th>first</th><th>then</th><th>what happens</th><th>see</th></tr>");
        foreach (var pair in pairs)
        {
            var what = pair.Down.IsEmpty
                ? $"all comes back, after {RehearsalText.Show(pair.Worst)} at worst"
                : $"<span class=\"bad\">{Text(string.Join(", ", pair.Down))} stay down</span>: {Text(pair.Why)}";
            html.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"<tr><td>{Text(pair.First)}</td><td>{Text(pair.Second)}</td><td>{what}</td><td>--seed {pair.Seed}</td></tr>"));
        }

        html.AppendLine("</table>");
    }

    private static void Worst(StringBuilder html, RehearsalReport report)
    {
        if (report.WorstRun is not { } worst)
        {
            return;
        }

        var run = new RehearsalRun(report.Subject, worst.Schedule.Seed);
        run.Run();
        html.AppendLine("<h2>The worst run</h2>");
        var end = worst.IsRecovered
            ? $"Down for {RehearsalText.Show(worst.Worst)}."
            : $"<span class=\"bad\">No recovery: {Text(string.Join("; ", worst.Why))}.</span>";
        html.AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"<p class=\"lead\">Seed {worst.Schedule.Seed}: {Text(worst.Schedule.Describe())}. {end}</p>"));
        html.Append(RehearsalPicture.Timeline(report.Subject, run.Spans, run.FaultAt));
        html.AppendLine($"<details><summary>What happened</summary><pre>{Text(run.Story(120))}</pre></details>");
    }
}
