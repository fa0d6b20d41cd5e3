namespace Ha.Policy.Scheduling;

/// <summary>Forgets: the history of a resource on a node, or its failures there.</summary>
internal static class HistoryCleanup
{
    /// <summary>Forgets the whole history, after a stop and before a start.</summary>
    public static void Schedule(PolicyRun run, PolicyResource resource, PolicyNode node, bool isOptional)
    {
        if (resource.HasFailed || node.IsUnclean || !node.IsOnline)
        {
            return;
        }

        ActionTable.Get(run, resource, Tasks.Delete, node, isOptional);
        var kind = isOptional ? OrderKind.FirstImpliesThen : OrderKind.Ordered;
        ActionTable.Order(run, resource, Tasks.Stop, resource, Tasks.Delete, kind);
        ActionTable.Order(run, resource, Tasks.Delete, resource, Tasks.Start, kind);
    }

    /// <summary>Forgets the failures of a resource on a node.</summary>
    public static PolicyAction ClearFailures(PolicyRun run, PolicyResource resource, PolicyNode node, string reason)
    {
        var clear = ActionTable.Get(run, resource, Tasks.ClearFailCount, node, isOptional: false);
        clear.SetMeta("op_no_wait", "true");
        clear.Reason = reason;
        return clear;
    }

    /// <summary>What was removed from the configuration need not be remembered as failed.</summary>
    public static void ClearRemoved(PolicyRun run, PolicyResource resource)
    {
        if (!resource.IsRemoved || !resource.IsPrimitive)
        {
            return;
        }

        foreach (var node in run.Nodes)
        {
            if (!node.IsOnline || FailCounts.Of(run, resource, node, isEffective: true, withLaunched: false).Count == 0)
            {
                continue;
            }

            var clear = ClearFailures(run, resource, node, "it is removed");
            ActionTable.Order(
                run, resource, null, clear, resource, ActionTable.Key(resource.Id, Tasks.Stop, 0), null,
                OrderKind.Ordered);
        }
    }
}
