namespace Ha.Policy.Scheduling;

/// <summary>Actions that history asks for by itself, whatever is decided.</summary>
internal static class HistoryEffects
{
    public static void Apply(PolicyRun run)
    {
        // What recurs already need not be set up.
        foreach (var (resource, node, entry) in run.ActiveRecurring)
        {
            var key = ActionTable.Key(resource.Id, entry.Operation, (int)entry.Interval.TotalMilliseconds);
            ActionTable.Get(run, resource, key, entry.Operation, node, isOptional: true);
        }

        foreach (var resource in run.All())
        {
            foreach (var node in resource.MustStopOn)
            {
                ActionTable.Get(run, resource, Tasks.Stop, node, isOptional: false);
            }

            foreach (var node in resource.MustDemoteOn)
            {
                ActionTable.Get(run, resource, Tasks.Demote, node, isOptional: false);
            }
        }

        foreach (var expired in run.ExpiredFailCounts)
        {
            var clear = HistoryCleanup.ClearFailures(run, expired.Resource, expired.Node, expired.Reason);
            if (expired is { IsAfterFencing: true, Resource.RemoteNode: { } remote })
            {
                // A lost connection is tried again once the node behind it is surely down.
                var fencing = FenceActions.Get(run, remote, null, isOptional: true, null);
                ActionTable.Order(fencing, clear, OrderKind.FirstImpliesThen);
            }
        }

        foreach (var (resource, node) in run.ExpiredLocks)
        {
            ActionTable.Get(run, resource, Tasks.LrmDelete, node, isOptional: false);
        }
    }
}
