using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>Reads what an agent said about one resource on one node. Source: notes on Pacemaker's action history
/// (exit codes against expected ones, in the order of their call ids).</summary>
internal static class HistoryStage
{
    private const int NotRunning = 7;
    private const int RunningPromoted = 8;
    private const int FailedPromoted = 9;
    private const int Degraded = 190;
    private const int DegradedPromoted = 191;

    public static InstanceFacts Read(
        Primitive primitive, Cib cib, NodeFacts node, TimeSpan failureTimeout, bool isFencing, long now)
    {
        var state = node.State;
        var (count, lastFailure) = FailCount(state, primitive.Id);
        var hasExpired = failureTimeout > TimeSpan.Zero && lastFailure > 0
            && now - lastFailure >= failureTimeout.TotalSeconds;
        var facts = new InstanceFacts
        {
            FailCount = hasExpired ? Score.Zero : count,
            HasExpired = hasExpired,
            ExpiresAt = failureTimeout > TimeSpan.Zero && lastFailure > 0 && !hasExpired
                ? lastFailure + (long)Math.Ceiling(failureTimeout.TotalSeconds)
                : null,
        };
        var history = node.History.GetValueOrDefault(primitive.Id);
        if (history is null)
        {
            return facts;
        }

        var entries = history.Entries
            .Where(entry => !IsForgotten(state!, primitive.Id, entry))
            .OrderBy(entry => entry.Status == OperationStatus.Pending ? int.MaxValue : entry.CallId)
            .ThenBy(entry => entry.Id, StringComparer.Ordinal)
            .DistinctBy(entry => entry.Status == OperationStatus.Pending ? entry.Id : $"{entry.CallId}");
        foreach (var entry in entries)
        {
            facts = Take(facts, entry, primitive, cib, isFencing);
        }

        return facts;
    }

    /// <summary>True for the record of a failure that no longer counts, since its fail count was taken away.</summary>
    public static bool IsForgotten(NodeState state, string resourceId, HistoryEntry entry)
    {
        if (!entry.Id.EndsWith("_last_failure_0", StringComparison.Ordinal))
        {
            return false;
        }

        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"fail-count-{resourceId}#{entry.Operation}_{(long)entry.Interval.TotalMilliseconds}");
        return !state.Attributes.Any(set => set.Values.Any(pair => pair.Name == name));
    }

    /// <summary>The exit code that the plan behind an entry expected.</summary>
    public static int Expected(HistoryEntry entry)
    {
        var parts = entry.TransitionKey.Split(':');
        return parts.Length >= 3
            && int.TryParse(parts[2], NumberStyles.Integer, CultureInfo.InvariantCulture, out var rc)
            ? rc
            : entry is { Operation: "monitor", Interval.Ticks: 0 } ? NotRunning : 0;
    }

    /// <summary>What on-fail means for an operation: its definition's word, or the default.</summary>
    public static string OnFail(Primitive primitive, Cib cib, HistoryEntry entry, bool isFencing)
    {
        var definition = primitive.Operations.FirstOrDefault(operation =>
            operation.Name == entry.Operation && operation.Interval == entry.Interval)
            ?? primitive.Operations.FirstOrDefault(operation => operation.Name == entry.Operation);
        var text = definition?.Attributes.GetValueOrDefault("on-fail")
            ?? Settings.Text(cib.Configuration.OperationDefaults, "on-fail");
        return (entry.Operation, text) switch
        {
            ("stop", null or "fence" or "restart") => isFencing ? "fence" : "block",
            (_, "demote") => "restart",
            (_, "fence") => isFencing ? "fence" : "stop",
            (_, { } said) => said,
            _ => "restart",
        };
    }

    private static InstanceFacts Take(
        InstanceFacts facts, HistoryEntry entry, Primitive primitive, Cib cib, bool isFencing)
    {
        if (entry.Status == OperationStatus.Pending)
        {
            return TakePending(facts, entry);
        }

        if (entry.Status is OperationStatus.Cancelled or OperationStatus.Unknown)
        {
            return facts;
        }

        var isProbe = entry is { Operation: "monitor", Interval.Ticks: 0 };
        var rc = entry.ExitCode switch { Degraded => 0, DegradedPromoted => RunningPromoted, var code => code };
        var isSuccess = entry.Status == OperationStatus.Done
            && (rc == Expected(entry) || (isProbe && rc is 0 or NotRunning or RunningPromoted));
        return isSuccess
            ? TakeSuccess(facts, entry, rc)
            : TakeFailure(facts, entry, rc, isProbe, OnFail(primitive, cib, entry, isFencing));
    }

    private static InstanceFacts TakePending(InstanceFacts facts, HistoryEntry entry) => entry switch
    {
        { Operation: "monitor", Interval.Ticks: 0 } => facts with { Pending = entry },
        { Operation: "start" } => facts with { Pending = entry, IsKnown = true, IsActive = true },
        { Interval.Ticks: > 0 } => facts with { Recurring = [.. facts.Recurring, entry] },
        _ => facts with { Pending = entry },
    };

    private static InstanceFacts TakeSuccess(InstanceFacts facts, HistoryEntry entry, int rc)
    {
        if (entry.Interval > TimeSpan.Zero)
        {
            // A recurring monitor that is well again takes its own failure back.
            var isOwn = facts.Failure is { } failure && failure.Operation == entry.Operation
                && failure.Interval == entry.Interval;
            return facts with
            {
                IsKnown = true,
                IsActive = rc != NotRunning,
                IsFailed = facts.IsFailed && !isOwn,
                Failure = isOwn ? null : facts.Failure,
                Recurring = [.. facts.Recurring, entry],
            };
        }

        var isActive = entry.Operation switch { "stop" => false, "monitor" => rc != NotRunning, _ => true };
        return facts with
        {
            IsKnown = true,
            IsActive = isActive,
            IsFailed = false,
            HasStopFailed = entry.Operation != "stop" && facts.HasStopFailed,
            Failure = facts.OnFail is "stop" or "standby" && facts.Failure is not null ? facts.Failure : null,
            OnFail = facts.OnFail is "stop" or "standby" ? facts.OnFail : "restart",
            Start = isActive ? entry : null,
            Recurring = isActive ? facts.Recurring : [],
        };
    }

    private static InstanceFacts TakeFailure(
        InstanceFacts before, HistoryEntry entry, int rc, bool isProbe, string onFail)
    {
        var facts = before with { LastFailure = entry };
        var (code, text) = BanOf(entry, rc, isProbe);
        var banned = code.Length > 0 && !facts.HasExpired
            ? facts with { BanCode = code, BanText = text, IsFatal = facts.IsFatal || rc == 6 }
            : facts;
        if (isProbe && (rc is 2 or 5 || entry.Status == OperationStatus.NotInstalled))
        {
            return banned with { IsKnown = true, IsActive = false };
        }

        if (onFail == "ignore")
        {
            return banned with
            {
                IsKnown = true,
                IsActive = entry.Operation != "stop",
                Failure = entry,
                OnFail = onFail,
            };
        }

        if (facts.HasExpired && entry is { Interval.Ticks: > 0 })
        {
            return facts with { IsKnown = true };
        }

        return banned with
        {
            IsKnown = true,
            IsActive = true,
            IsFailed = true,
            HasStopFailed = facts.HasStopFailed || entry.Operation == "stop",
            Failure = entry,
            OnFail = onFail,
        };
    }

    // Exit codes that will not get better on this node by trying again, or (6) on any.
    private static (string Code, string Text) BanOf(HistoryEntry entry, int rc, bool isProbe)
    {
        var said = entry.ExitReason.Length > 0 ? $": {entry.ExitReason}" : "";
        return (entry.Status, rc) switch
        {
            (OperationStatus.NotInstalled, _) => (Cause.AgentMissing, $"its agent is not installed there{said}"),
            (OperationStatus.Timeout, _) => ("", ""),
            (_, 2) => (Cause.BadConfiguration, $"its agent refuses the parameters there (exit code 2){said}"),
            (_, 3) when !isProbe && entry.Interval == TimeSpan.Zero =>
                (Cause.ActionMissing, $"its agent has no {entry.Operation}{said}"),
            (_, 4) => (Cause.NotPermitted, $"its agent lacks a permission there (exit code 4){said}"),
            (_, 5) => (Cause.BinaryMissing,
                $"something that its agent needs is not installed there (exit code 5){said}"),
            (_, 6) => (Cause.BadConfiguration, $"its agent refuses the parameters everywhere (exit code 6){said}"),
            _ => ("", ""),
        };
    }

    private static (Score Count, long Last) FailCount(NodeState? state, string resourceId)
    {
        var count = Score.Zero;
        long last = 0;
        foreach (var pair in state?.Attributes.SelectMany(set => set.Values) ?? [])
        {
            if (pair.Name.StartsWith($"fail-count-{resourceId}#", StringComparison.Ordinal))
            {
                count += Settings.ScoreOf(pair.Value, Score.Of(1));
            }
            else if (pair.Name.StartsWith($"last-failure-{resourceId}#", StringComparison.Ordinal)
                && long.TryParse(pair.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var at))
            {
                last = Math.Max(last, at);
            }
        }

        return (count, last);
    }
}
