using Ha.InformationBase;
using Ha.Resources;

namespace Ha.Actors.Execution;

/// <summary>What an agent's answer means: pure.</summary>
public static class ResultMachine
{
    private const int NotRunning = 7;
    private const int RunningPromoted = 8;
    private const int Degraded = 190;
    private const int DegradedPromoted = 191;

    /// <summary>The change that records an answer.</summary>
    /// <param name="intent">What was to be done.</param>
    /// <param name="result">The agent's answer.</param>
    /// <param name="node">This node.</param>
    /// <param name="isStartFailureFatal">One failed start bans the node.</param>
    /// <param name="now">Seconds since 1970.</param>
    public static CibChange.RecordResult Record(
        OperationIntent intent, AgentResult result, string node, bool isStartFailureFatal, long now)
    {
        result = Planted(intent.Entry, result);
        var failed = IsFailure(intent.Entry, result);
        var status = failed && result.Status == OperationStatus.Done ? OperationStatus.Error : result.Status;
        var entry = intent.Entry with
        {
            Status = status,
            ExitCode = result.ExitCode,
            ExitReason = result.ExitReason,
            ExecTimeMs = (long)result.Took.TotalMilliseconds,
            LastChange = now,
            LastRun = now,
            OnNode = node,
            IntendedAt = 0,
        };
        var failure = failed && !IsProbe(intent.Entry) && intent.Entry.Operation != "notify"
            ? new OperationFailure(intent.Entry.Operation == "stop"
                || (intent.Entry.Operation == "start" && isStartFailureFatal))
            : null;
        return new CibChange.RecordResult(node, intent.ResourceId, intent.Agent, entry, failure, now);
    }

    /// <summary>True when an answer is not what was expected of the operation.</summary>
    public static bool IsFailure(HistoryEntry entry, AgentResult result)
    {
        var code = result.ExitCode switch { Degraded => 0, DegradedPromoted => RunningPromoted, var other => other };
        if (result.Status != OperationStatus.Done)
        {
            return true;
        }

        return IsProbe(entry) ? code is not (0 or NotRunning or RunningPromoted) : code != Expected(entry);
    }

    /// <summary>True when a recurring answer is the same as the one before: it costs no change.</summary>
    public static bool IsSame(HistoryEntry? before, HistoryEntry now) =>
        before is not null && before.Status == now.Status && before.ExitCode == now.ExitCode;

    // Tests only.
    private static AgentResult Planted(HistoryEntry entry, AgentResult result) =>
        (PlantedBugs.Has(PlantedBug.FailedStopIsStopped) && entry.Operation == "stop")
        || (PlantedBugs.Has(PlantedBug.FailedMonitorIsFine) && entry.Interval > TimeSpan.Zero)
            ? result with { Status = OperationStatus.Done, ExitCode = 0 }
            : result;

    private static bool IsProbe(HistoryEntry entry) => entry is { Operation: "monitor", Interval.Ticks: 0 };

    private static int Expected(HistoryEntry entry)
    {
        var parts = entry.TransitionKey.Split(':');
        return parts.Length >= 3 && int.TryParse(parts[2], out var code) ? code : 0;
    }
}
