using System.Globalization;
using Ha.InformationBase;
using Ha.Policy;

namespace Ha.Actors.Transition;

/// <summary>Which actions of a plan go now, as changes. There is no transition to be kept beside the log: what was
/// done is
/// in the CIB, so the next plan no longer has it, and what waited for it is ready there. Nothing has to be drained
/// before
/// something urgent can begin.</summary>
public static class TransitionMachine
{
    /// <summary>How long after a failed fencing it is tried again: doubled each time, up to the greatest.</summary>
    public static readonly TimeSpan FirstFencingRetry = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait between two tries of fencing.</summary>
    public static readonly TimeSpan GreatestFencingRetry = TimeSpan.FromSeconds(60);

    /// <summary>The changes that set going whatever is ready: all operations in one, so that they are committed
    /// together.
    /// </summary>
    /// <param name="plan">The plan for exactly this CIB.</param>
    /// <param name="cib">The committed state.</param>
    /// <param name="transition">Name of the transition, for keys.</param>
    /// <param name="index">Index of the last committed entry: makes keys unique.</param>
    /// <param name="self">The coordinator's name.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="memory">Who was told what so far; it follows.</param>
    public static ValueList<CibChange> Next(
        Plan plan, Cib cib, string transition, long index, string self, long now, ref NoticeMemory memory)
    {
        var told = memory.Follow(plan, cib);
        var ready = Ready(plan, told)
            .Where(action => !IsForgotten(action) && !told.IsHeld(action, cib)
                && !NoticeMemory.IsLeftOut(action, plan))
            .OrderByDescending(action => action.Priority)
            .ThenBy(action => action.Id)
            .ToList();
        var changes = new List<CibChange>();
        foreach (var action in ready.Where(action => action.Kind != ActionKind.Operation))
        {
            changes.AddRange(ChangesOf(action, cib, transition, self, now));
        }

        // One of each resource and node at a time: the rest comes with the plan after it.
        var operations = told.Due
            .Where(call => !IsUnderWay(cib, call))
            .Concat(ready.Where(action => action.Kind == ActionKind.Operation))
            .DistinctBy(action => action.Interval > TimeSpan.Zero
                ? (action.Key, action.Node) : (action.ResourceId, action.Node));
        var room = plan.Graph.BatchLimit > 0 ? Math.Max(0, plan.Graph.BatchLimit - PendingCount(cib)) : int.MaxValue;
        var begun = operations.Take(room).ToList();
        memory = told.Begin([.. begun, .. ready.Where(action => action.Kind == ActionKind.Fence)]);
        var intents = begun.Select(action => IntentOf(action, transition, index)).ToValueList();
        if (!intents.IsEmpty)
        {
            changes.Add(new CibChange.RecordIntent(transition, intents, now));
        }

        return changes.ToValueList();
    }

    private static bool IsUnderWay(Cib cib, GraphAction action) =>
        cib.Status.Find(action.Node)?.History.Any(history => history.ResourceId == action.ResourceId
            && history.Entries.Any(entry => entry is { Status: OperationStatus.Pending, Interval.Ticks: 0 })) ?? true;

    private static IEnumerable<GraphAction> Ready(Plan plan, NoticeMemory told) =>
        PlantedBugs.Active == PlantedBug.None
            ? plan.Graph.Ready(told.IsPassed)
            : WithoutSkipped(plan.Graph).Ready(told.IsPassed);

    // Tests only: what a planted bug does not wait for, and what it leaves out.
    private static TransitionGraph WithoutSkipped(TransitionGraph graph) => graph with
    {
        Actions = graph.Actions.Select(action => action with
        {
            Inputs = action.Inputs.Where(input => !IsSkipped(graph.Actions[input], action)).ToValueList(),
        }).ToValueList(),
    };

    private static bool IsSkipped(GraphAction input, GraphAction action) => PlantedBugs.Active switch
    {
        PlantedBug.StartBeforeFencing => input.Kind == ActionKind.Fence,
        PlantedBug.StopSkippedOnMove =>
            input.Task == "stop" && (action.Task == "start" || action.Kind == ActionKind.Pseudo),
        PlantedBug.LookNotAwaited =>
            input.Task == "monitor" && (action.Task == "start" || action.Kind == ActionKind.Pseudo),
        PlantedBug.NothingAwaited => true,
        _ => false,
    };

    private static bool IsForgotten(GraphAction action) => PlantedBugs.Active switch
    {
        PlantedBug.MonitorsForgotten => action.Interval > TimeSpan.Zero,
        PlantedBug.FencingForgotten => action.Kind == ActionKind.Fence,
        _ => false,
    };

    /// <summary>When fencing of a node may be tried again; null for at once.</summary>
    public static long? FencingRetryAt(Cib cib, string target)
    {
        var failures = cib.Status.Fencing
            .Where(record => record.Target == target)
            .Reverse()
            .TakeWhile(record => record.State == FencingState.Failed)
            .ToList();
        if (failures.Count == 0)
        {
            return null;
        }

        var seconds = Math.Min(
            GreatestFencingRetry.TotalSeconds, FirstFencingRetry.TotalSeconds * Math.Pow(2, failures.Count - 1));
        return failures[0].CompletedAt + (long)seconds;
    }

    private static IEnumerable<CibChange> ChangesOf(
        GraphAction action, Cib cib, string transition, string self, long now) => (action.Kind, action.Task) switch
        {
            (ActionKind.Fence, _) => Fence(action, cib, transition, self, now),
            (_, "cancel") => [new CibChange.ForgetHistory(action.Node, action.ResourceId, action.Key)],
            (_, "lrm_delete") => [new CibChange.ForgetHistory(action.Node, action.ResourceId, null)],
            (_, "clear_failcount") => ForgetFailures(cib, action.Node, action.ResourceId),
            _ => [],
        };

    private static IEnumerable<CibChange> Fence(
        GraphAction action, Cib cib, string transition, string self, long now)
    {
        var isPending = cib.Status.Fencing.Any(record =>
            record.Target == action.Node && record.State == FencingState.Pending);
        if (isPending || (FencingRetryAt(cib, action.Node) is { } at && now < at))
        {
            return [];
        }

        var executor = Coordination.CoordinatorMachine.ExecutorFor(cib, action.Node, self);
        return
        [
            new CibChange.RequestFencing(
                new FencingRecord
            {
                Id = $"{transition}-{action.Key}-{now}",
                Target = action.Node,
                Action = action.Task,
                Reason = action.Reason,
                Origin = self,
                Executor = executor,
                RequestedAt = now,
            },
                cib.Status.Find(action.Node)?.Standing ?? ""),
        ];
    }

    private static IEnumerable<CibChange> ForgetFailures(Cib cib, string node, string resource)
    {
        var state = cib.Status.Find(node);
        var names = (state?.Attributes ?? []).SelectMany(set => set.Values).Select(pair => pair.Name)
            .Where(name => name.StartsWith($"fail-count-{resource}#", StringComparison.Ordinal)
                || name.StartsWith($"last-failure-{resource}#", StringComparison.Ordinal));
        // A monitor that still fails as before says nothing new: it must begin anew to be heard again.
        var monitors = (state?.History ?? [])
            .Where(history => history.ResourceId == resource)
            .SelectMany(history => history.Entries)
            .Where(entry => entry.Interval > TimeSpan.Zero
                && entry.Status is not (OperationStatus.Done or OperationStatus.Pending))
            .Select(entry => entry.OperationKey)
            .Distinct(StringComparer.Ordinal);
        return names
            .Select(name => (CibChange)new CibChange.SetAttribute(
                node, name, null, IsPermanent: false, "older than failure-timeout"))
            .Concat(monitors.Select(key => new CibChange.ForgetHistory(node, resource, key)));
    }

    private static OperationIntent IntentOf(GraphAction action, string transition, long index) => new()
    {
        Node = action.Node,
        ResourceId = action.ResourceId,
        Agent = action.Agent!,
        Entry = new HistoryEntry
        {
            Id = action.Key,
            Operation = action.Task,
            OperationKey = action.Key,
            Interval = action.Interval,
            TransitionKey = string.Create(
                CultureInfo.InvariantCulture, $"{action.Id}:{index}:{action.TargetExitCode}:{transition}"),
            Digest = action.Digest,
            MigrateSource = action.Meta.GetValueOrDefault("migrate_source"),
            MigrateTarget = action.Meta.GetValueOrDefault("migrate_target"),
        },
        Timeout = action.Timeout,
        StartDelay = action.StartDelay,
        Parameters = action.Parameters,
        Meta = action.Meta,
    };

    private static int PendingCount(Cib cib) => cib.Status.Nodes
        .SelectMany(node => node.History)
        .SelectMany(history => history.Entries)
        .Count(entry => entry is { Status: OperationStatus.Pending, Interval.Ticks: 0 });
}
