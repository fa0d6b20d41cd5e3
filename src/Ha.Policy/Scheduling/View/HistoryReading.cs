using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>The histories of all nodes, in the order in which they can be understood. Lives while the view is made.
/// </summary>
internal sealed class HistoryReading(PolicyRun run, ResourceReading resources)
{
    private readonly InstanceFinding _instances = new(run, resources);
    private readonly List<PolicyResource> _containersToStop = [];
    private readonly List<HistoryEntry> _sorted = [];

    public PolicyRun Run => run;

    /// <summary>Reads the histories that count by what is known so far.</summary>
    /// <param name="isLast">Read those of nodes, too, that were never seen.</param>
    /// <returns>True when some history was read: others may count now.</returns>
    public bool ReadRound(bool isLast)
    {
        var hasRead = false;
        foreach (var state in run.Cib.Status.Nodes)
        {
            if (NodeStates.Find(run, state) is not { IsHistoryRead: false } node || (!isLast && !Counts(node)))
            {
                continue;
            }

            if (node.IsRemoteKind)
            {
                NodeStates.ReadRemoteState(node);
                NodeStates.ReadRemoteAttributes(run, node, state);
            }

            node.IsHistoryRead = true;
            ReadNode(node, state);
            hasRead = true;
        }

        return hasRead;
    }

    /// <summary>Stops containers whose connection failed: where they are is known only now.</summary>
    public void Finish()
    {
        foreach (var container in _containersToStop)
        {
            if (container.CurrentNode is { } node && !container.MustStopOn.Contains(node))
            {
                container.MustStopOn.Add(node);
            }
        }
    }

    /// <summary>Notes a container that must be stopped because what is in it failed.</summary>
    public void StopContainer(PolicyResource container) => _containersToStop.Add(container);

    // Guests and remote nodes count once their connection is up. Without fencing, nodes that are online come first, so
    // that active instances of clones get the lower numbers, and others do not count at all.
    private bool Counts(PolicyNode node)
    {
        var connection = node.RemoteResource;
        if (node.IsGuest)
        {
            return connection!.Role == Role.Started && connection.Launcher!.Role == Role.Started;
        }

        if (node.IsRemoteKind)
        {
            return connection is not null && (run.Options.IsShutdownLock || connection.Role == Role.Started);
        }

        return run.Options.IsFencingEnabled || run.Options.IsShutdownLock || node.IsOnline;
    }

    private void ReadNode(PolicyNode node, NodeState state)
    {
        var hasStray = false;
        foreach (var history in state.History)
        {
            hasStray |= ReadResource(node, history) is { IsRemoved: true, IsRemovedLaunched: true };
        }

        if (!hasStray)
        {
            return;
        }

        // What left the configuration and lived in a container that is still there, belongs to it.
        foreach (var history in state.History)
        {
            if (history.Container is { } id && run.Find(id) is { } container
                && run.Find(history.ResourceId) is { IsRemovedLaunched: true, Launcher: null } stray)
            {
                stray.Launcher = container;
                container.Launched.Add(stray);
            }
        }
    }

    private PolicyResource? ReadResource(PolicyNode node, ResourceHistory history)
    {
        if (history.Entries.IsEmpty && !run.Options.IsShutdownLock)
        {
            return null;
        }

        var resource = _instances.Find(node, history.ResourceId);
        if (resource is null)
        {
            if (history.Entries.IsEmpty || resources.AddRemoved(history) is not { } removed)
            {
                return null;
            }

            resource = removed;
        }

        if (run.Options.IsShutdownLock && history.ShutdownLock > 0)
        {
            ReadLock(resource, node, history.ShutdownLock);
        }

        var before = resource.Role;
        resource.Role = Role.Unknown;
        var sorted = _sorted;
        HistoryOrder.Sort(history.Entries, sorted);
        var walk = new HistoryWalk(this, resource, node);
        foreach (var entry in sorted)
        {
            walk.Read(entry);
        }

        AddRecurring(resource, node, sorted);
        HistoryOutcome.Apply(this, resource, node, walk.OnFailure);
        if (ResourceSettings.TargetRole(resource) is { } target
            && (resource.NextRole == Role.Unknown || target < resource.NextRole))
        {
            resource.NextRole = target;
            resource.NextRoleReason = "target-role";
        }

        if (before > resource.Role)
        {
            resource.Role = before;
        }

        return resource;
    }

    private void ReadLock(PolicyResource resource, PolicyNode node, long lockedAt)
    {
        var limit = run.Options.ShutdownLockLimit;
        if (limit > 0 && run.Now > lockedAt + limit)
        {
            run.ExpiredLocks.Add((resource, node));
            return;
        }

        resource.LockNode = node;
        resource.LockTime = lockedAt;
    }

    private void AddRecurring(PolicyResource resource, PolicyNode node, List<HistoryEntry> sorted)
    {
        if (!node.IsOnline)
        {
            return;
        }

        // After a stop only monitors of the stopped role go on.
        var (start, stop) = HistoryOrder.ActiveRange(sorted);
        for (var place = 0; place < sorted.Count; place++)
        {
            if ((start < stop && place <= stop) || place < start)
            {
                continue;
            }

            var entry = sorted[place];
            if (entry.Interval > TimeSpan.Zero && entry.Status != OperationStatus.Pending)
            {
                run.ActiveRecurring.Add((resource, node, entry));
            }
        }
    }
}
