namespace Ha.Policy.Scheduling;

/// <summary>What must wait until a resource has been looked for: starts of instances, restarts of what follows, and
/// whatever is ordered after its stop.</summary>
internal static class ProbeOrders
{
    public static void Add(PolicyRun run)
    {
        foreach (var resource in run.Resources)
        {
            AddForProbes(run, resource);
        }

        AddForStops(run);
    }

    private static void AddForProbes(PolicyRun run, PolicyResource resource)
    {
        foreach (var child in resource.Children)
        {
            AddForProbes(run, child);
        }

        if (!resource.IsPrimitive)
        {
            return;
        }

        foreach (var probe in ProbesOf(resource).ToList())
        {
            for (var index = 0; index < probe.After.Count; index++)
            {
                AddForStarts(probe, probe.After[index]);
                var visited = new HashSet<PolicyAction>();
                AddForRestarts(run, probe, probe.After[index].Action, visited);
            }
        }
    }

    private static IEnumerable<PolicyAction> ProbesOf(PolicyResource resource) =>
        resource.Actions.Where(action => action.Is(Tasks.Monitor) && action.IntervalMs == 0);

    // A clone whose instance may run unseen starts no further ones; what is active already stays so.
    private static void AddForStarts(PolicyAction probe, PolicyLink after)
    {
        var top = probe.Resource!.Top();
        if (probe.IsRunnable || after.Action.Resource is not { IsCollective: true } clone || clone != top
            || (after.Kind & OrderKind.UnrunnableFirstBlocks) != 0 || !after.Action.Is(Tasks.Start))
        {
            return;
        }

        for (var index = 0; index < after.Action.After.Count; index++)
        {
            var start = after.Action.After[index].Action;
            if (start.Resource is { ActiveOn.Count: 0 } instance && instance.Top() == top && start.Is(Tasks.Start))
            {
                ActionTable.Order(probe, start, OrderKind.UnrunnableFirstBlocks);
            }
        }
    }

    // If a start after the probe makes something restart, then that is not stopped before the probe either.
    private static void AddForRestarts(
        PolicyRun run, PolicyAction probe, PolicyAction after, HashSet<PolicyAction> visited)
    {
        if (!visited.Add(after))
        {
            return;
        }

        if (after.Resource is { IsPrimitive: true } resource && resource != probe.Resource)
        {
            foreach (var stop in resource.Actions.Where(action => action.Is(Tasks.Stop) && !action.IsPseudo).ToList())
            {
                ActionTable.Order(probe, stop, OrderKind.Ordered);
            }
        }

        PolicyResource? compatible = null;
        var isInterleaved = after.Resource is { IsCollective: true } clone
            && (clone.Clone?.IsInterleaved ?? Settings.IsTrue(clone.Meta.GetValueOrDefault("interleave"), false));
        if (isInterleaved)
        {
            compatible = Interleaving.Compatible(run, probe.Resource!, after.Resource!, Role.Unknown, isCurrent: false);
        }

        for (var index = 0; index < after.After.Count; index++)
        {
            var link = after.After[index];
            if ((link.Kind & OrderKind.FirstImpliesThen) == 0
                && !IsOwnPart(probe, after, link.Action, isInterleaved, compatible))
            {
                continue;
            }

            AddForRestarts(run, probe, link.Action, visited);
        }
    }

    // From a group or clone the way goes on to its own parts; of an interleaved one only to the part on this node.
    private static bool IsOwnPart(
        PolicyAction probe, PolicyAction after, PolicyAction next, bool isInterleaved, PolicyResource? compatible) =>
        after.Resource is { IsPrimitive: false } whole
        && probe.Resource!.Parent != whole
        && next.Resource is { IsCollective: false } part
        && part.Parent == whole
        && (!isInterleaved || compatible == part);

    // "Stop this, then do that" also says: look for this first.
    private static void AddForStops(PolicyRun run)
    {
        for (var index = 0; index < run.Orders.Count; index++)
        {
            var order = run.Orders[index];
            if (order.Kind == OrderKind.None || order.FirstResource is not { } first || first == order.ThenResource
                || !IsStop(order.First, order.FirstKey)
                || order is { ThenResource: null, Then.Resource: null }
                || (first.Launcher is not null && first.Launcher == order.ThenResource
                    && IsStop(order.Then, order.ThenKey)))
            {
                continue;
            }

            var kind = order.Kind is OrderKind.IfRequiredOnSameNode or OrderKind.IfOnSameNodeOrTarget
                ? order.Kind
                : OrderKind.Ordered | (order.Kind & (OrderKind.IfOnSameNode | OrderKind.IfFirstUnmigratable));
            var probes = ProbesOf(first).ToList();
            if (probes.Count == 0)
            {
                continue;
            }

            IEnumerable<PolicyAction> thens = order.Then is { } given
                ? [given]
                : order.ThenResource?.Actions.Where(action => action.Key == order.ThenKey).ToList() ?? [];
            foreach (var then in thens)
            {
                foreach (var probe in probes)
                {
                    ActionTable.Order(probe, then, kind);
                }
            }
        }
    }

    private static bool IsStop(PolicyAction? action, string? key) =>
        action?.Is(Tasks.Stop) ?? key?.EndsWith("_stop_0", StringComparison.Ordinal) ?? false;
}
