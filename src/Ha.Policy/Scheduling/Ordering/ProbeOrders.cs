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

        var stops = new List<PolicyAction>();
        PolicyAction? walked = null;
        var count = resource.Actions.Count;
        for (var place = 0; place < count; place++)
        {
            var probe = resource.Actions[place];
            if (!IsProbe(probe))
            {
                continue;
            }

            for (var index = 0; index < probe.After.Count; index++)
            {
                AddForStarts(probe, probe.After[index]);
                var after = probe.After[index].Action;
                if (after != walked)
                {
                    // The probes of one resource have the same after them: what that leads to is looked up once.
                    stops.Clear();
                    FindRestarts(run, probe, after, run.NextWalk(), stops);
                    walked = after;
                }

                foreach (var stop in stops)
                {
                    ActionTable.Order(probe, stop, OrderKind.Ordered);
                }
            }
        }
    }

    private static bool IsProbe(PolicyAction action) => action.IntervalMs == 0 && action.Is(Tasks.Monitor);

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
    private static void FindRestarts(
        PolicyRun run, PolicyAction probe, PolicyAction after, int walk, List<PolicyAction> stops)
    {
        if (after.Walk == walk)
        {
            return;
        }

        after.Walk = walk;
        if (after.Resource is { IsPrimitive: true } resource && resource != probe.Resource)
        {
            foreach (var action in resource.Actions)
            {
                if (action.Is(Tasks.Stop) && !action.IsPseudo)
                {
                    stops.Add(action);
                }
            }
        }

        PolicyResource? compatible = null;
        var isInterleaved = after.Resource is { IsCollective: true } clone
            && (clone.Clone?.IsInterleaved ?? ValueText.Truth(clone.Meta.GetValueOrDefault("interleave"), false));
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

            FindRestarts(run, probe, link.Action, walk, stops);
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
            if (order.Then is { } given)
            {
                OrderAfterProbes(first, given, kind);
                continue;
            }

            foreach (var then in order.ThenResource?.Actions.WithKey(order.ThenKey ?? "") ?? [])
            {
                OrderAfterProbes(first, then, kind);
            }
        }
    }

    private static void OrderAfterProbes(PolicyResource first, PolicyAction then, OrderKind kind)
    {
        foreach (var action in first.Actions)
        {
            if (IsProbe(action))
            {
                ActionTable.Order(action, then, kind);
            }
        }
    }

    private static bool IsStop(PolicyAction? action, string? key) =>
        action?.Is(Tasks.Stop) ?? key?.EndsWith("_stop_0", StringComparison.Ordinal) ?? false;
}
