using System.Globalization;

namespace Ha.InformationBase;

/// <summary>Changes of what agents shall do and did.</summary>
internal static class OperationApply
{
    public static ApplyResult RecordIntent(Cib cib, CibChange.RecordIntent intent)
    {
        var status = cib.Status;
        foreach (var operation in intent.Operations)
        {
            if (status.Find(operation.Node) is not { } state)
            {
                return CibChanges.Refuse(cib, $"nothing is known of {operation.Node}");
            }

            if (state is not { IsMember: true, IsProcessUp: true, Join: "member" })
            {
                // It was planned for a program that is gone by now; the one that is there has not spoken yet.
                return CibChanges.Refuse(cib, $"{operation.Node} has not joined");
            }

            if (Find(state, operation.ResourceId)?.Entries.Any(entry =>
                entry.TransitionKey == operation.Entry.TransitionKey) ?? false)
            {
                return CibChanges.Refuse(cib, $"{operation.Entry.TransitionKey} was intended already");
            }

            if (operation.Entry.Interval == TimeSpan.Zero && Busy(state, operation.ResourceId) is { } busy)
            {
                return CibChanges.Refuse(
                    cib, $"{busy.Operation} of {operation.ResourceId} is under way on {operation.Node} already");
            }

            var entry = operation.Entry with
            {
                Id = PendingId(operation.ResourceId, operation.Entry),
                Status = OperationStatus.Pending,
                CallId = -1,
                ExitCode = 193,
                IntendedAt = cib.Status.Sequence + 1,
                OnNode = operation.Node,
                LastChange = intent.At,
                LastRun = intent.At,
            };
            status = status.With(Put(state, operation.ResourceId, operation.Agent, entry));
        }

        return CibChanges.Done(cib, status);
    }

    public static ApplyResult RecordResult(Cib cib, CibChange.RecordResult result)
    {
        if (cib.Status.Find(result.Node) is not { } state)
        {
            return CibChanges.Refuse(cib, $"nothing is known of {result.Node}");
        }

        var history = Find(state, result.ResourceId);
        // The same result may come twice, when its node did not hear that it was taken. A recurring one is the same
        // when it is of the same run.
        var done = history?.Entries.FirstOrDefault(entry =>
            entry.TransitionKey == result.Entry.TransitionKey && entry.Status != OperationStatus.Pending
            && (result.Entry.Interval == TimeSpan.Zero || (entry.Status == result.Entry.Status
                && entry.LastRun == result.Entry.LastRun && entry.ExecTimeMs == result.Entry.ExecTimeMs)));
        if (done is not null)
        {
            return CibChanges.Done(
                cib, cib.Status.With(RemovePending(state, result.ResourceId, result.Entry.TransitionKey)));
        }

        var entry = result.Entry with { CallId = NextCallId(state), OnNode = result.Node };
        var next = RemovePending(state, result.ResourceId, entry.TransitionKey);
        if (entry.Operation == "notify")
        {
            // That an instance was told says nothing of how it is.
            return CibChanges.Done(cib, cib.Status.With(next));
        }

        foreach (var id in IdsOf(result.ResourceId, entry, result.Failure is not null))
        {
            next = Put(next, result.ResourceId, result.Agent, entry with { Id = id });
        }

        if (entry.Operation == "stop" && result.Failure is null)
        {
            next = Map(next, result.ResourceId, item => item.Interval == TimeSpan.Zero || IsFailureRecord(item));
        }

        if (result.Failure is { } failure)
        {
            next = CountFailure(next, result.ResourceId, entry, failure, result.At);
        }

        return CibChanges.Done(cib, cib.Status.With(next));
    }

    public static ApplyResult Forget(Cib cib, CibChange.ForgetHistory forget)
    {
        if (cib.Status.Find(forget.Node) is not { } state)
        {
            return CibChanges.Refuse(cib, $"nothing is known of {forget.Node}");
        }

        var next = Map(state, forget.ResourceId, entry => forget.OperationKey is not null
            && entry.OperationKey != forget.OperationKey && KeyOf(forget.ResourceId, entry) != forget.OperationKey);
        return CibChanges.Done(cib, cib.Status.With(next));
    }

    public static ApplyResult Cleanup(Cib cib, CibChange.Cleanup cleanup)
    {
        var ids = cleanup.ResourceId is null ? null : Members(cib, cleanup.ResourceId);
        if (ids is { Count: 0 })
        {
            return CibChanges.Refuse(cib, $"no resource {cleanup.ResourceId}");
        }

        var status = cib.Status;
        foreach (var state in cib.Status.Nodes.Where(state => cleanup.Node is null || state.Name == cleanup.Node))
        {
            var failed = FailedResources(state);
            bool Cleaned(string resource) => ids is null
                ? failed.Contains(Bare(resource))
                : ids.Contains(resource) || ids.Contains(Bare(resource));
            // A node that cannot be looked at keeps what is known of it: what runs there is not forgotten.
            var canBeProbed = state is { IsMember: true, IsProcessUp: true } || state.Expected == "down"
                || PlantedBugs.Has(PlantedBug.CleanupForgetsLost);
            status = status.With(state with
            {
                History = canBeProbed
                    ? state.History.Where(history => !Cleaned(history.ResourceId)).ToValueList()
                    : state.History,
                Attributes = state.Attributes
                    .Select(set => set with
                    {
                        Values = set.Values
                            .Where(pair => FailureResource(pair.Name) is not { } resource || !Cleaned(resource))
                            .ToValueList(),
                    })
                    .Where(set => !set.Values.IsEmpty)
                    .ToValueList(),
            });
        }

        return CibChanges.Done(cib, status);
    }

    /// <summary>A resource's id without an instance number.</summary>
    public static string Bare(string resourceId)
    {
        var colon = resourceId.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? resourceId : resourceId[..colon];
    }

    /// <summary>True for the entry that keeps a resource's last failure, beside the newer ones.</summary>
    public static bool IsFailureRecord(HistoryEntry entry) => entry.Id.EndsWith("_last_failure_0", StringComparison.Ordinal);

    /// <summary>resource_operation_interval in milliseconds.</summary>
    public static string KeyOf(string resourceId, HistoryEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{resourceId}_{entry.Operation}_{(long)entry.Interval.TotalMilliseconds}");

    private static string PendingId(string resourceId, HistoryEntry entry) => $"{KeyOf(resourceId, entry)}_pending";

    private static IEnumerable<string> IdsOf(string resourceId, HistoryEntry entry, bool failed) =>
        (failed, entry.Interval > TimeSpan.Zero) switch
        {
            _ when entry.Operation is "migrate_to" or "migrate_from" => failed
                ? [$"{resourceId}_last_failure_0", KeyOf(resourceId, entry)]
                : [KeyOf(resourceId, entry)],
            (false, true) => [KeyOf(resourceId, entry)],
            (false, false) => [$"{resourceId}_last_0"],
            (true, true) => [$"{resourceId}_last_failure_0"],
            (true, false) => [$"{resourceId}_last_failure_0", $"{resourceId}_last_0"],
        };

    private static int NextCallId(NodeState state) =>
        1 + state.History.SelectMany(history => history.Entries).Select(entry => entry.CallId).DefaultIfEmpty(0).Max();

    private static HistoryEntry? Busy(NodeState state, string resourceId) =>
        Find(state, resourceId)?.Entries.FirstOrDefault(entry =>
            entry.Status == OperationStatus.Pending && entry.Interval == TimeSpan.Zero);

    private static ResourceHistory? Find(NodeState state, string resourceId) =>
        state.History.FirstOrDefault(history => history.ResourceId == resourceId);

    private static NodeState Put(NodeState state, string resourceId, AgentName agent, HistoryEntry entry)
    {
        var withKey = entry.OperationKey.Length > 0 ? entry : entry with { OperationKey = KeyOf(resourceId, entry) };
        var history = Find(state, resourceId) ?? new ResourceHistory { ResourceId = resourceId, Agent = agent };
        var changed = history with
        {
            Agent = agent,
            Entries = history.Entries.Where(item => item.Id != withKey.Id).Append(withKey).ToValueList(),
        };
        return state with
        {
            History = state.History.Where(item => item.ResourceId != resourceId).Append(changed)
                .OrderBy(item => item.ResourceId, StringComparer.Ordinal)
                .ToValueList(),
        };
    }

    private static NodeState RemovePending(NodeState state, string resourceId, string transitionKey) =>
        Map(state, resourceId, entry => entry.Status != OperationStatus.Pending
            || entry.TransitionKey != transitionKey);

    // Keeps the entries of one resource that pass; the resource goes when none is left.
    private static NodeState Map(NodeState state, string resourceId, Func<HistoryEntry, bool> keep) => state with
    {
        History = state.History
            .Select(history => history.ResourceId != resourceId
                ? history
                : history with { Entries = history.Entries.Where(keep).ToValueList() })
            .Where(history => !history.Entries.IsEmpty)
            .ToValueList(),
    };

    private static NodeState CountFailure(
        NodeState state, string resourceId, HistoryEntry entry, OperationFailure failure, long at)
    {
        var suffix = string.Create(
            CultureInfo.InvariantCulture, $"{Bare(resourceId)}#{entry.Operation}_{(long)entry.Interval.TotalMilliseconds}");
        var before = state.Attributes.SelectMany(set => set.Values)
            .FirstOrDefault(pair => pair.Name == $"fail-count-{suffix}").Value ?? "0";
        var count = failure.IsFatal || !Score.TryParse(before, out var score)
            ? Score.Infinity
            : score + Score.Of(1);
        var set = $"status-{state.Id}";
        var attributes = CibChanges.Put(state.Attributes, set, $"fail-count-{suffix}", count.ToString());
        return state with
        {
            Attributes = CibChanges.Put(
                attributes, set, $"last-failure-{suffix}", at.ToString(CultureInfo.InvariantCulture)),
        };
    }

    private static HashSet<string> FailedResources(NodeState state) =>
        state.Attributes.SelectMany(set => set.Values)
            .Select(pair => FailureResource(pair.Name))
            .OfType<string>()
            .Concat(state.History
                .Where(history => history.Entries.Any(entry =>
                    entry.Id.EndsWith("_last_failure_0", StringComparison.Ordinal)))
                .Select(history => Bare(history.ResourceId)))
            .ToHashSet(StringComparer.Ordinal);

    private static string? FailureResource(string attribute)
    {
        foreach (var prefix in (string[])["fail-count-", "last-failure-"])
        {
            if (attribute.StartsWith(prefix, StringComparison.Ordinal))
            {
                var end = attribute.IndexOf('#', StringComparison.Ordinal);
                return end < 0 ? attribute[prefix.Length..] : attribute[prefix.Length..end];
            }
        }

        return null;
    }

    private static HashSet<string> Members(Cib cib, string id) =>
        cib.Configuration.Resources.SelectMany(resource => Tree(resource, false, id)).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Tree(Resource resource, bool isIn, string id)
    {
        var inside = isIn || resource.Id == id;
        IEnumerable<Resource> children = resource switch
        {
            Group group => group.Members,
            Clone clone => [clone.Child],
            Bundle { Child: { } child } => [child],
            _ => [],
        };
        return children.SelectMany(child => Tree(child, inside, id)).Concat(inside ? [resource.Id] : []);
    }
}
