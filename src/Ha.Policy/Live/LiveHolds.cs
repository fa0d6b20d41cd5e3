using Ha.InformationBase;
using Ha.Policy.Scheduling;

namespace Ha.Policy.Live;

/// <summary>What must not begin yet, beside what waits for another action of the graph: operations of a resource that
/// has one under way there, and starts of what may run where nobody can look.</summary>
internal sealed class LiveHolds
{
    private readonly Dictionary<(string Resource, string Node), HistoryEntry> _underWay = [];
    private readonly HashSet<(string Key, string Node)> _recurring = [];
    private readonly List<PolicyNode> _unseen = [];
    private readonly HashSet<PolicyNode> _looking = [];
    private readonly PolicyNode? _dangerous;
    private readonly PolicyRun _run;

    public LiveHolds(PolicyRun run)
    {
        _run = run;
        foreach (var action in run.Actions)
        {
            // What is planned to be looked for, or is being looked for: an action of either is in the run.
            if (action is { IntervalMs: 0, IsOptional: false, IsRunnable: true, Node: { State: { } seen } looked }
                && action.Is(Tasks.Monitor) && run.Now < seen.ProcessSince + LiveInput.ProgramGraceSeconds)
            {
                _looking.Add(looked);
            }
        }

        foreach (var node in run.Nodes)
        {
            if (node.IsOnline && node.State is { } state)
            {
                Collect(state);
            }

            if (node is { IsPending: true, State: { IsMember: true, Expected: "member" } })
            {
                _unseen.Add(node);
            }

            if (_dangerous is null && run.Options.IsFencingEnabled && node is { IsUnclean: true, IsRemoteKind: false }
                && !node.IsToBeFenced)
            {
                _dangerous = node;
            }
        }
    }

    /// <summary>The operation of a resource (by its id in histories) that is under way on a node; null for none.
    /// </summary>
    public HistoryEntry? UnderWay(string resource, string node) => _underWay.GetValueOrDefault((resource, node));

    /// <summary>Why an action must wait; an empty code when it need not.</summary>
    public Why Of(PolicyAction action)
    {
        if (action.IsPseudo || action.Resource is not { } resource || action.Node is not { } node)
        {
            return new Why(Cause.None, "");
        }

        if (UnderWay(resource.HistoryId, node.Name) is { } busy)
        {
            return new Why(Cause.Running, $"{busy.Operation} is running on {node.Name}");
        }

        if (action.IntervalMs > 0 && !action.Is(Tasks.Cancel)
            && _recurring.Contains((ActionTable.Key(resource.HistoryId, action.Task, action.IntervalMs), node.Name)))
        {
            return new Why(Cause.Running, $"it is being set up on {node.Name}");
        }

        if ((action.Is(Tasks.Stop) || action.Is(Tasks.Demote)) && resource.ActiveOn.Count == 1
            && _looking.Contains(node))
        {
            // A program that is new finds one thing after the other, and what it has not found yet may be what this
            // one rests on.
            return new Why(Cause.WaitsForProbe, $"not all is known yet of what runs on {node.Name}");
        }

        if (action.Is(Tasks.Promote) && PromotedOutOfReach(resource) is { } held)
        {
            return new Why(Cause.NodePending, $"it may be promoted on {held.Name}, whose program has not joined yet");
        }

        if (action.Is(Tasks.Promote) && NotLookedAt(resource) is { } unknown)
        {
            return new Why(Cause.WaitsForProbe, $"its state on {unknown.Name} is not known yet");
        }

        return (action.Is(Tasks.Start) || action.Is(Tasks.Promote)) && resource.Requires == Requirement.Fencing
            ? OfStart(resource)
            : new Why(Cause.None, "");
    }

    // Where an instance was not looked for yet, it may be promoted: a start waits for looks by itself, a promotion of
    // what is started does not.
    private PolicyNode? NotLookedAt(PolicyResource resource)
    {
        if (!_run.Options.IsProbing)
        {
            return null;
        }

        foreach (var node in _run.Nodes)
        {
            if (node is { IsOnline: true, IsPending: false, IsRemoteKind: false, IsDiscoveryEnabled: true,
                State: { } state }
                && resource.Allowed.Discovery(node.Index) == DiscoveryMode.Always
                && !HasHistory(state, resource.HistoryId))
            {
                return node;
            }
        }

        return null;
    }

    // An instance that nobody can demote now still counts. Of orderings that is no matter: that one is demoted before
    // another is promoted is only an order, and holds only while both happen.
    private static PolicyNode? PromotedOutOfReach(PolicyResource resource)
    {
        var clone = resource.Parent;
        while (clone is not null && clone.Kind != ResourceKind.Clone)
        {
            clone = clone.Parent;
        }

        if (clone?.Clone is not { IsPromotable: true } settings)
        {
            return null;
        }

        var count = 0;
        PolicyNode? first = null;
        foreach (var other in PolicyRun.AllOf(clone))
        {
            if (other.Source.Id != resource.Source.Id)
            {
                continue;
            }

            var lost = other.Role == Role.Promoted ? other.ActiveOn.Find(node => node.IsPending) : null;
            first ??= lost;
            count += lost is not null || other.NextRole == Role.Promoted ? 1 : 0;
        }

        return count > settings.PromotedMax ? first : null;
    }

    private Why OfStart(PolicyResource resource)
    {
        if (_dangerous is not null)
        {
            return new Why(Cause.NodeUnclean, $"{_dangerous.Name} is unclean: {NodeCauses.Unclean(_run, _dangerous)}");
        }

        foreach (var node in _unseen)
        {
            if (!HasHistory(node.State!, resource.HistoryId))
            {
                return new Why(Cause.WaitsForProbe, $"its state on {node.Name} is not known yet");
            }
        }

        return new Why(Cause.None, "");
    }

    private static bool HasHistory(NodeState state, string resource)
    {
        foreach (var history in state.History)
        {
            if (history.ResourceId == resource)
            {
                foreach (var entry in history.Entries)
                {
                    if (entry.Status != OperationStatus.Pending || entry.Operation != Tasks.Monitor)
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private void Collect(NodeState state)
    {
        foreach (var history in state.History)
        {
            foreach (var entry in history.Entries)
            {
                if (entry.Status != OperationStatus.Pending)
                {
                    continue;
                }

                if (entry.Interval == TimeSpan.Zero)
                {
                    _underWay.TryAdd((history.ResourceId, state.Name), entry);
                }
                else
                {
                    _recurring.Add((entry.OperationKey, state.Name));
                }
            }
        }
    }
}
