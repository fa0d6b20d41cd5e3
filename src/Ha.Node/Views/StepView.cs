using System.Globalization;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Policy;

namespace Ha.Node.Views;

/// <summary>Steps of a plan, for programs and for people.</summary>
internal static class StepView
{
    // More than these a person does not read: the numbers tell the order.
    private const int MostWaits = 3;

    /// <summary>A step of a whole plan.</summary>
    public static StepReply Of(PlannedStep step) => new(
        step.Number, step.Task, step.Resource, step.Node, (long)step.Interval.TotalMilliseconds, step.Why.Code,
        step.Why.Text, SourceText.Of(step.Why.Origin), [.. step.WaitsFor.Select(Of)]);

    /// <summary>A step of one resource.</summary>
    public static StepReply Of(StepPlan step, string resource) => new(
        step.CanRun ? 1 : 0, step.Task, resource, step.Node, (long)step.Interval.TotalMilliseconds, step.Why.Code,
        step.Why.Text, SourceText.Of(step.Why.Origin), [.. step.WaitsFor.Select(Of)]);

    private static CauseReply Of(WaitPlan wait) => new(wait.Code, "", wait.Text, SourceText.Of(wait.Origin));

    /// <summary>What is done, such as "start web on n1".</summary>
    public static string Phrase(StepReply step)
    {
        var (resource, node) = (step.Resource, step.Node);
        return step.Task switch
        {
            "reboot" or "off" when resource.Length == 0 => $"fence {node} ({step.Task})",
            "on" when resource.Length == 0 => $"unfence {node}",
            "do_shutdown" => $"let {node} go",
            "monitor" when step.IntervalMs == 0 => $"look for {resource} on {node}",
            "monitor" => $"watch {resource} on {node} every {Seconds(step.IntervalMs)}",
            "clear_failcount" => $"forget failures of {resource} on {node}",
            "delete" or "lrm_delete" => $"forget {resource} on {node}",
            "migrate_to" => $"migrate {resource} away from {node}",
            "migrate_from" => $"take {resource} over on {node}",
            "reload-agent" => $"reload {resource} on {node}",
            "cancel monitor" => $"no longer watch {resource} on {node} every {Seconds(step.IntervalMs)}",
            var task => $"{task} {resource} on {node}",
        };
    }

    /// <summary>What it is for and waits for, with where that was written; empty for what goes without saying.
    /// </summary>
    public static string Because(StepReply step)
    {
        var parts = new List<string>();
        if (step is { Number: > 0, Code.Length: > 0 })
        {
            parts.Add(With($"{step.Code}: {step.Why}", step.Source));
        }

        // That it stops before it starts goes without saying.
        var waits = step.WaitsFor
            .Where(wait => step.Number == 0 || !wait.Text.StartsWith("it is ", StringComparison.Ordinal))
            .ToList();
        foreach (var wait in waits.Take(MostWaits))
        {
            var text = wait.Code is Cause.WaitsFor ? wait.Text : $"{wait.Code}: {wait.Text}";
            parts.Add(step.Number == 0 ? With(text, wait.Source) : text);
        }

        if (waits.Count > MostWaits)
        {
            parts.Add($"and {waits.Count - MostWaits} more");
        }

        return string.Join("; ", parts);
    }

    /// <summary>Words with their source in brackets, unless they have it already.</summary>
    public static string With(string text, string source)
    {
        // An element that the text names already need not be named again.
        var comma = source.IndexOf(", ", StringComparison.Ordinal);
        if (comma > 0 && text.Contains(source[(comma + 2)..], StringComparison.Ordinal))
        {
            return text;
        }

        var isNamed = comma > 0 && text.Contains(source[..comma], StringComparison.Ordinal);
        var rest = isNamed ? source[(comma + 2)..] : source;
        return rest.Length == 0 || text.Contains(rest, StringComparison.Ordinal) ? text : $"{text} ({rest})";
    }

    private static string Seconds(long milliseconds) => milliseconds % 1000 == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000}s")
        : string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
}
