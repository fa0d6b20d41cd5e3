using System.Globalization;
using System.Text;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Policy;

namespace Ha.Node.Views;

/// <summary>A simulation for people and programs: the state first, then what will happen, in order, and why.</summary>
internal static class SimulationView
{
    private const int LeastWidth = 28;
    private const int MostWidth = 52;

    /// <summary>The reply. The result must have its report.</summary>
    /// <param name="result">What was simulated.</param>
    /// <param name="now">Seconds since 1970 that counted as now; null where that was the clock.</param>
    public static SimulationReply Of(SimulationResult result, long? now)
    {
        var report = result.Report!;
        return new SimulationReply
        {
            State = StateOf(report),
            StateAfter = result.ReportAfter is { } after ? StateOf(after) : "",
            Facts = FactsOf(report, now),
            Attention = [.. AttentionOf(report)],
            Steps = [.. report.Steps.Select(StepView.Of)],
            Resources =
            [
                .. report.Resources.Select(resource => new SimulatedResourceReply(
                    resource.Id, resource.Role, [.. resource.ActiveOn], resource.NextRole, resource.AssignedTo,
                    resource.Code, resource.Text, SourceText.Of(resource.Origin))),
            ],
            AttentionAfter = result.ReportAfter is { } last
                ? [.. AttentionOf(last).Concat(LackingOf(last)).Except(AttentionOf(report).Concat(LackingOf(report)))]
                : [],
            After = result.ReportAfter is { } later ? [.. PlacesOf(later)] : [],
            Summary = result.Summary,
            Actions = result.Actions,
        };
    }

    /// <summary>The text.</summary>
    public static string Text(SimulationReply reply)
    {
        var text = new StringBuilder();
        var state = reply.StateAfter.Length == 0 || reply.StateAfter == reply.State
            ? reply.State
            : $"{reply.State}, then {reply.StateAfter}";
        text.Append(CultureInfo.InvariantCulture, $"{state}     {reply.Facts}\n");
        foreach (var item in reply.Attention)
        {
            text.Append(CultureInfo.InvariantCulture, $"  ! {item}\n");
        }

        AppendSteps(text, reply);
        AppendCauses(text, reply);
        if (reply.After.Count > 0 && reply.Steps.Count > 0)
        {
            text.Append("\nAfter\n");
            foreach (var places in reply.After)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"  {(places.Node.Length == 0 ? "nowhere" : places.Node),-12}  {string.Join(", ", places.Resources)}\n");
            }
        }

        foreach (var item in reply.AttentionAfter)
        {
            text.Append(CultureInfo.InvariantCulture, $"  ! {item}\n");
        }

        return text.Append("\nNothing was changed.\n").ToString();
    }

    private static void AppendSteps(StringBuilder text, SimulationReply reply)
    {
        var was = reply.Resources
            .SelectMany(resource => resource.On.Select(node => (resource.Id, Node: node)))
            .ToLookup(pair => pair.Id, pair => pair.Node, StringComparer.Ordinal);
        var rows = Rows([.. reply.Steps.Where(step => step.Number > 0)], was);
        var stuck = Rows([.. reply.Steps.Where(step => step.Number == 0)], was);
        var width = Math.Clamp(
            rows.Concat(stuck).Select(row => row.Phrase.Length).DefaultIfEmpty(0).Max(), LeastWidth, MostWidth);
        text.Append(rows.Count == 0 ? "\nNothing is to be done.\n" : "\nWhat will be done, in order\n");
        Append(text, rows, width);
        if (stuck.Count > 0)
        {
            text.Append("\nWhat cannot be done\n");
            Append(text, stuck, width);
        }
    }

    private static void Append(StringBuilder text, List<(string Number, string Phrase, string Because)> rows, int width)
    {
        foreach (var (number, phrase, because) in rows)
        {
            var line = $"  {number,3}  {phrase.PadRight(because.Length > 0 ? width : 0)}  {because}";
            text.Append(line.TrimEnd()).Append('\n');
        }
    }

    // What is looked for, or watched, on one node at one time is one line.
    private static List<(string Number, string Phrase, string Because)> Rows(
        IReadOnlyList<StepReply> steps, ILookup<string, string> was)
    {
        var rows = new List<(string, string, string)>();
        var number = 0;
        foreach (var group in steps.GroupBy(step => step.Task is "monitor" or "cancel monitor"
            ? $"{step.Number} {step.Task} {step.IntervalMs} {step.Node}"
            : $"{step.Number} {step.Task} {step.Node} {step.Resource}", StringComparer.Ordinal))
        {
            var first = group.First();
            var whole = first with
            {
                Resource = string.Join(", ", group.Select(step => step.Resource).Distinct(StringComparer.Ordinal)),
            };
            var shown = first.Number == number || first.Number == 0 ? "" : $"{first.Number}";
            number = first.Number;
            var because = first.Task is "monitor" && first.Number > 0 ? "" : StepView.Because(first);
            var moved = first.Task == "start" && was[first.Resource].Any() && !was[first.Resource].Contains(first.Node)
                    ? $"was on {string.Join(" and ", was[first.Resource])}"
                    : "";
            rows.Add((shown, StepView.Phrase(whole), string.Join(
                "; ", ((string[])[moved, because]).Where(part => part.Length > 0))));
        }

        return rows;
    }

    private static void AppendCauses(StringBuilder text, SimulationReply reply)
    {
        var acting = reply.Steps.Where(step => step.Task is not "monitor")
            .Select(step => step.Resource).ToHashSet(StringComparer.Ordinal);
        var rows = reply.Resources
            .Where(resource => resource.Code.Length > 0 && !acting.Contains(resource.Id))
            .ToList();
        if (rows.Count == 0)
        {
            return;
        }

        text.Append("\nWhat stays as it is, and why\n");
        var width = Math.Clamp(rows.Max(row => row.Id.Length), 8, LeastWidth);
        foreach (var row in rows)
        {
            var where = row.On.Count == 0 ? "stopped" : $"on {string.Join(" and ", row.On)}";
            var because = StepView.With($"{row.Code}: {row.Text}", row.Source);
            text.Append(CultureInfo.InvariantCulture, $"  {row.Id.PadRight(width)}  {where,-12}  {because}\n");
        }
    }

    private static string StateOf(PolicyReport report)
    {
        // Of instances that are alike one is enough to be there at all.
        var isDown = report.Resources
            .Where(resource => resource.IsWanted)
            .GroupBy(resource => resource.Id.Split(':')[0], StringComparer.Ordinal)
            .Any(alike => alike.All(resource => resource.ActiveOn.IsEmpty));
        return isDown ? "DOWN"
            : AttentionOf(report).Any() || report.Resources.Any(IsLacking) ? "DEGRADED"
            : "HEALTHY";
    }

    private static IEnumerable<string> LackingOf(PolicyReport report) => report.Resources
        .Where(IsLacking)
        .Select(resource => StepView.With(
            $"{resource.Id}: {resource.Code}: {resource.Text}", SourceText.Of(resource.Origin)));

    private static bool IsLacking(ResourcePlan resource) => resource.IsWanted && resource.Code.Length > 0;

    private static IEnumerable<string> AttentionOf(PolicyReport report)
    {
        if (!report.IsFencingEnabled)
        {
            yield return "fencing is switched off: after a split, data may be destroyed";
        }

        foreach (var node in report.Nodes.Where(node => node.Code.Length > 0))
        {
            yield return $"{node.Name}: {node.Code}: {node.Reason}";
        }
    }

    private static string FactsOf(PolicyReport report, long? now)
    {
        var at = now is { } seconds
            ? string.Create(
                CultureInfo.InvariantCulture, $", at {DateTimeOffset.FromUnixTimeSeconds(seconds):yyyy-MM-dd HH:mm:ss} UTC")
            : "";
        var nodes = report.Nodes.Count == 1 ? "1 node" : $"{report.Nodes.Count} nodes";
        return $"{nodes}, {(report.HasQuorum ? "quorate" : "no quorum")}, fencing {(report.IsFencingEnabled ? "on" : "off")}{at}";
    }

    private static IEnumerable<PlacesReply> PlacesOf(PolicyReport report)
    {
        foreach (var node in report.Nodes)
        {
            var here = report.Resources
                .Where(resource => resource.ActiveOn.Contains(node.Name))
                .Select(resource => resource.Role == "Promoted" ? $"{resource.Id} (promoted)" : resource.Id)
                .ToList();
            if (here.Count > 0)
            {
                yield return new PlacesReply(node.Name, here);
            }
        }

        var nowhere = report.Resources
            .Where(resource => resource.ActiveOn.IsEmpty && resource.Code is not (Cause.CloneMax or Cause.CloneNodeMax))
            .Select(resource => resource.Id)
            .ToList();
        if (nowhere.Count > 0)
        {
            yield return new PlacesReply("", nowhere);
        }
    }
}
