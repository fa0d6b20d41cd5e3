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
                resource.IsStartPending = true;
                if (resource.Role < Role.Started)
                {
                    resource.Role = resource.Top().IsPromotable ? Role.Unpromoted : Role.Started;
                }

                break;
            case Tasks.Promote:
                resource.Role = Role.Promoted;
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
