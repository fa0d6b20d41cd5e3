using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>How far live migrations came, from the histories of both nodes: migrate_to on the source, migrate_from on
/// the target, stop on the source. Source: notes/pacemaker.md d.3.</summary>
internal static class MigrationHistory
{
    /// <summary>The source gave the resource away.</summary>
    public static void ReadSuccess(HistoryWalk walk, HistoryEntry entry)
    {
        var (run, resource) = (walk.Run, walk.Resource);
        if (NodesOf(walk, entry, isSource: true) is not { } names)
        {
            return;
        }

        var isSourceNewer = HasLaterOperation(run, resource.Id, names.Source, entry, true);
        var arrival = Find(run, resource.Id, Tasks.MigrateFrom, names.Target, names.Source, null);
        if (arrival is not null && isSourceNewer)
        {
            return;
        }

        var isTargetNewer = IsNewerAt(run, resource.Id, names.Target, names.Target, entry, arrival);
        if (isSourceNewer && isTargetNewer)
        {
            return;
        }

        if (arrival is { Status: OperationStatus.Done, ExitCode: 0 })
        {
            // Only the stop at the source is owed.
            resource.Role = Role.Stopped;
            resource.DanglingMigrations.Insert(0, walk.Node);
            return;
        }

        resource.Role = Role.Started;
        var target = run.FindNode(names.Target);
        var isActiveThere = !isTargetNewer && target is { IsOnline: true };
        if (arrival is not null && arrival.Status != OperationStatus.Pending)
        {
            if (isActiveThere)
            {
                ActiveNodes.Add(run, resource, target!, hasFailed: true);
            }
            else
            {
                Recover(resource);
            }

            return;
        }

        // Nothing is known of the target: it is probed first.
        if (target is { IsOnline: true } && IsUnknownOn(run, resource.Id, names.Target))
        {
            return;
        }

        if (isActiveThere)
        {
            ActiveNodes.Add(run, resource, target!, hasFailed: false);
            if (run.FindNode(names.Source) is { IsOnline: true } source)
            {
                resource.MigrationTarget = target;
                resource.MigrationSource = source;
            }
        }
        else if (!isSourceNewer)
        {
            Recover(resource);
        }
    }

    /// <summary>The source could not give the resource away.</summary>
    public static void ReadFailureTo(HistoryWalk walk, HistoryEntry entry)
    {
        var (run, resource) = (walk.Run, walk.Resource);
        if (NodesOf(walk, entry, isSource: true) is not { } names)
        {
            return;
        }

        resource.Role = Role.Started;
        var arrival = Find(run, resource.Id, Tasks.MigrateFrom, names.Target, names.Source, 0);
        if (!IsUnknownOn(run, resource.Id, names.Target)
            && !IsNewerAt(run, resource.Id, names.Target, names.Target, entry, arrival))
        {
            if (run.FindNode(names.Target) is { IsOnline: true } target)
            {
                ActiveNodes.Add(run, resource, target, hasFailed: false);
            }
        }
        else if (!HasLaterOperation(run, resource.Id, names.Source, entry, true))
        {
            resource.DanglingMigrations.Insert(0, walk.Node);
        }
    }

    /// <summary>The target could not take the resource.</summary>
    public static void ReadFailureFrom(HistoryWalk walk, HistoryEntry entry)
    {
        var (run, resource) = (walk.Run, walk.Resource);
        if (NodesOf(walk, entry, isSource: false) is not { } names)
        {
            return;
        }

        resource.Role = Role.Started;
        var departure = Find(run, resource.Id, Tasks.MigrateTo, names.Source, names.Target, 0);
        if (!IsUnknownOn(run, resource.Id, names.Source)
            && !IsNewerAt(run, resource.Id, names.Source, names.Target, departure, entry)
            && run.FindNode(names.Source) is { IsOnline: true } source)
        {
            ActiveNodes.Add(run, resource, source, hasFailed: true);
        }
    }

    private static void Recover(PolicyResource resource)
    {
        FencingRequests.Fail(resource);
        resource.IsAllowedToMigrate = false;
    }

    private static (string Source, string Target)? NodesOf(HistoryWalk walk, HistoryEntry entry, bool isSource)
    {
        if (entry.MigrateSource is not { } source || entry.MigrateTarget is not { } target)
        {
            return null;
        }

        return (isSource ? source : target) == walk.Node.Name ? (source, target) : null;
    }

    private static ResourceHistory? HistoryOf(PolicyRun run, string node, string id)
    {
        foreach (var history in run.FindNode(node)?.State?.History ?? [])
        {
            if (history.ResourceId == id)
            {
                return history;
            }
        }

        return null;
    }

    private static HistoryEntry? Find(
        PolicyRun run, string id, string task, string node, string? partner, int? exitCode)
    {
        foreach (var entry in HistoryOf(run, node, id)?.Entries ?? [])
        {
            var isPartner = partner is null
                || (task == Tasks.MigrateTo ? entry.MigrateTarget : entry.MigrateSource) == partner;
            if (entry.Operation != task || !isPartner)
            {
                continue;
            }

            // The first one stands for all.
            return exitCode is null || (entry.ExitCode == exitCode && entry.Status == OperationStatus.Done)
                ? entry
                : null;
        }

        return null;
    }

    private static bool IsUnknownOn(PolicyRun run, string id, string node)
    {
        const int NoResult = 193;
        foreach (var entry in HistoryOf(run, node, id)?.Entries ?? [])
        {
            if (entry.ExitCode != NoResult)
            {
                return false;
            }
        }

        return true;
    }

    // Something happened there after the migration that makes it a thing of the past.
    private static bool IsNewerAt(
        PolicyRun run, string id, string node, string target, HistoryEntry? departure, HistoryEntry? arrival)
    {
        var own = node == target ? arrival : departure;
        var reference = own ?? departure ?? arrival;
        return reference is not null
            && (HasLaterOperation(run, id, node, reference, own is not null)
                || HasLaterNotRunning(run, id, node, reference, own is not null));
    }

    private static bool HasLaterOperation(
        PolicyRun run, string id, string node, HistoryEntry reference, bool isSameNode)
    {
        foreach (var entry in HistoryOf(run, node, id)?.Entries ?? [])
        {
            if (entry.Operation is Tasks.Start or Tasks.Stop or Tasks.MigrateTo or Tasks.MigrateFrom
                && HistoryOrder.IsNewer(entry, reference, isSameNode))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasLaterNotRunning(
        PolicyRun run, string id, string node, HistoryEntry reference, bool isSameNode) =>
        Find(run, id, Tasks.Monitor, node, null, 7) is { } monitor
        && HistoryOrder.IsNewer(monitor, reference, isSameNode);
}
