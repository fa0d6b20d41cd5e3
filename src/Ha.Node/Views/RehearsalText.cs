using System.Globalization;
using System.Text;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Simulation.Rehearsal;

namespace Ha.Node.Views;

/// <summary>What a rehearsal found, for people at a terminal.</summary>
internal static class RehearsalText
{
    /// <summary>The whole report.</summary>
    /// <param name="path">The cluster file.</param>
    /// <param name="report">The report.</param>
    /// <param name="took">How long the rehearsal itself took.</param>
    public static string Render(string path, RehearsalReport report, TimeSpan took)
    {
        var text = new StringBuilder();
        var subject = report.Subject;
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{path}: {subject.Hosts.Count} nodes, {subject.Resources.Count} resources; {report.Outcomes.Count} runs, {report.Hours:0.0} simulated hours, in {took.TotalSeconds:0.0} s");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"a lost node is noticed after {Show(subject.DetectionTime)}; a start or stop takes up to {Show(subject.OperationTime)} when all is well");
        text.AppendLine(report.Problems.IsEmpty ? "nothing ever ran twice" : "SOMETHING RAN TWICE: this is a fault of ha; please report it");
        foreach (var problem in report.Problems)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  --seed {problem.Schedule.Seed}: {problem.Problem}");
        }

        foreach (var name in report.NeverRan)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{name} did not run even before any fault, so nothing is said about it");
        }

        Table(text, "outage by fault", report.ByFault);
        Table(text, "outage by resource, of runs in which it had one", report.ByResource);
        Second(text, report.SecondFailures);
        Advice(text, report.Advice);
        return text.ToString();
    }

    /// <summary>One run, told.</summary>
    public static string Render(RehearsalRunReply reply, RehearsalOutcome outcome)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"seed {reply.Seed}: {reply.Fault}").AppendLine();
        text.Append(reply.Story).AppendLine();
        foreach (var outage in outcome.Outages)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{outage.Resource}: down for {Show(outage.Down)}{(outage.IsRecovered ? "" : $", and stays down: {outage.Why}")}");
        }

        if (outcome.Problem.Length > 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"this is a fault of ha; please report it: {outcome.Problem}");
        }

        return text.ToString();
    }

    /// <summary>A length of time in as few letters as say enough.</summary>
    public static string Show(TimeSpan time) => time.TotalSeconds switch
    {
        0 => "none",
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        < 600 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.0} min"),
    };

    private static void Table(StringBuilder text, string title, ValueList<OutageSummary> rows)
    {
        if (rows.IsEmpty)
        {
            return;
        }

        var width = Math.Max(title.Length, rows.Max(row => row.Name.Length));
        text.AppendLine().AppendLine($"{title.PadRight(width)}    runs    median     worst  not recovered");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{row.Name.PadRight(width)}  {row.Runs,6}  {(row.WorstSeed < 0 ? "-" : Show(row.Median)),8}  {(row.WorstSeed < 0 ? "-" : Show(row.Worst)),8}  {(row.Lost == 0 ? "-" : row.Lost),13}");
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{(row.WorstSeed < 0 || row.Worst == TimeSpan.Zero ? "" : $"   worst: --seed {row.WorstSeed}")}{(row.Lost == 0 ? "" : $"   lost: --seed {row.LostSeed}")}");
            foreach (var why in row.Why.Take(3))
            {
                text.AppendLine($"    {why}");
            }
        }
    }

    private static void Second(StringBuilder text, ValueList<SecondFailure> pairs)
    {
        if (pairs.IsEmpty)
        {
            return;
        }

        text.AppendLine().AppendLine("when a second node is lost, too");
        foreach (var pair in pairs)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"  {pair.First}, then {pair.Second}: {(pair.Down.IsEmpty ? $"all comes back, after {Show(pair.Worst)} at worst" : $"{string.Join(", ", pair.Down)} stay down: {pair.Why}")}  (--seed {pair.Seed})");
        }
    }

    private static void Advice(StringBuilder text, ValueList<Advice> advice)
    {
        text.AppendLine().AppendLine(advice.IsEmpty ? "no weak points that we know of" : "weak points");
        foreach (var (index, item) in advice.Index())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {index + 1}. {item.Text}  [{item.Code}]");
            text.AppendLine(CultureInfo.InvariantCulture, $"     {item.Remedy}");
        }
    }
}
