using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Operations that were asked for and have not ended.</summary>
internal static class PendingOperations
{
    public static void Read(PolicyResource resource, PolicyNode node, HistoryEntry entry, PolicyRun run)
    {
        switch (entry.Operation)
        {
            case Tasks.Start:
                // On a node that is lost nobody goes on with it: it only may be active there.
                resource.IsStartPending |= !run.IsLive || node.IsOnline;
                resource.StartPendingOn = node.IsOnline ? node : resource.StartPendingOn;
                if (resource.Role < Role.Started)
                {
                    resource.Role = resource.Top().IsPromotable ? Role.Unpromoted : Role.Started;
                }

                break;
            case Tasks.Promote:
                resource.Role = Role.Promoted;
                resource.IsPromotePending = true;
                break;
            case Tasks.Stop when run.IsLive && node.IsOnline && !resource.MustStopOn.Contains(node):
                // It will be stopped in a moment, whatever is wanted now: what rests on it must hear of that.
                resource.MustStopOn.Add(node);
                break;
            case Tasks.Demote when run.IsLive && node.IsOnline && !resource.MustDemoteOn.Contains(node):
                resource.MustDemoteOn.Add(node);
                break;
            case Tasks.MigrateTo when node.IsUnclean && entry.MigrateTarget is { } name
                && run.FindNode(name) is { } target && !resource.MustStopOn.Contains(target):
                // The source is lost: how far the migration came is not known.
                resource.MustStopOn.Add(target);
                break;
        }

        // A pending probe says nothing that is worth showing.
        if (resource.PendingTask is null
            && !(entry.Operation == Tasks.Monitor && entry.Interval == TimeSpan.Zero))
        {
            resource.PendingTask = entry.Operation;
            resource.PendingNode = node;
        }
    }
}
