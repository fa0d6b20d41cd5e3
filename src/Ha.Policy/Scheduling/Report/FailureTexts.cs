using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>A cause with its words and where it was written.</summary>
internal readonly record struct Why(string Code, string Text, Origin Origin = default);

/// <summary>Failed operations in words.</summary>
internal static class FailureTexts
{
    /// <summary>What failed, and what the agent said.</summary>
    public static string What(HistoryEntry entry) => entry.Operation
        + (entry.Status == OperationStatus.Timeout ? " timed out" : $" failed with exit code {entry.ExitCode}")
        + Said(entry);

    /// <summary>A failure that would come again on this node, or (exit code 6) on any.</summary>
    public static (string Code, string Text) Ban(HistoryEntry entry)
    {
        var said = Said(entry);
        return (entry.Status, entry.ExitCode) switch
        {
            (OperationStatus.NotInstalled, _) => (Cause.AgentMissing, $"its agent is not installed there{said}"),
            (_, 2) => (Cause.BadConfiguration, $"its agent refuses the parameters there (exit code 2){said}"),
            (_, 3) => (Cause.ActionMissing, $"its agent has no {entry.Operation}{said}"),
            (_, 4) => (Cause.NotPermitted, $"its agent lacks a permission there (exit code 4){said}"),
            (_, 5) => (Cause.BinaryMissing,
                $"something that its agent needs is not installed there (exit code 5){said}"),
            (_, 6) => (Cause.BadConfiguration, $"its agent refuses the parameters everywhere (exit code 6){said}"),
            _ => (Cause.StartFailed, What(entry)),
        };
    }

    /// <summary>That it failed too often on a node to be tried there again.</summary>
    public static Why Threshold(PolicyRun run, PolicyResource resource, PolicyNode node)
    {
        if (run.Reasons is null)
        {
            return new Why(Cause.ThresholdReached, "");
        }

        var (count, last) = FailCounts.Of(run, resource, node, isEffective: true, withLaunched: true);
        var failure = Last(run, resource, node);
        var what = failure is null ? "it failed" : What(failure);
        var expiry = resource.FailureTimeout > 0 && last > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; forgotten at {DateTimeOffset.FromUnixTimeSeconds(last + resource.FailureTimeout):HH:mm:ss} UTC")
            : "; kept until ha cleanup";
        var isFinal = count >= Scores.Infinity;
        var code = isFinal && failure is { Operation: Tasks.Start, Status: OperationStatus.Timeout }
            ? Cause.OperationTimeout
            : isFinal ? Cause.StartFailed : Cause.ThresholdReached;
        var text = isFinal ? $"{what}{expiry}" : $"{what}; failure {count} of {resource.MigrationThreshold}{expiry}";
        return new Why(code, text, failure?.Origin ?? Origin.None);
    }

    /// <summary>The youngest failure of a resource on a node, whether it still counts or not; null for none.</summary>
    public static HistoryEntry? Last(PolicyRun run, PolicyResource resource, PolicyNode? node)
    {
        HistoryEntry? last = null;
        foreach (var failure in run.Failures)
        {
            if ((node is null || failure.Node == node) && failure.ResourceId == resource.HistoryId)
            {
                last = failure.Entry;
            }
        }

        return last;
    }

    private static string Said(HistoryEntry entry) => entry.ExitReason.Length > 0 ? $": {entry.ExitReason}" : "";
}
