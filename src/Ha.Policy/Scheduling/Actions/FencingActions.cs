namespace Ha.Policy.Scheduling;

/// <summary>Which nodes are fenced or let go, and what waits for that.</summary>
internal static class FencingActions
{
    public static void Schedule(PolicyRun run)
    {
        PolicyAction? coordinatorDown = null;
        var fencings = new List<PolicyAction>();
        var shutdowns = new List<PolicyAction>();
        var isWorthIt = IsAnyManaged(run);
        foreach (var node in run.Nodes)
        {
            if (node.IsGuest)
            {
                // A guest is made harmless by the recovery of its container.
                if (node.NeedsRemoteReset && isWorthIt && run.CanFence(node))
                {
                    FenceGuest(run, node);
                }
            }
            else if (node.IsUnclean && isWorthIt && run.CanFence(node))
            {
                var fencing = Fence(run, node);
                if (node == run.Coordinator || node.IsCoordinator)
                {
                    coordinatorDown = fencing;
                    continue;
                }

                if (!run.Options.IsConcurrentFencing && fencings.Count > 0)
                {
                    ActionTable.Order(fencings[^1], fencing, OrderKind.Ordered);
                }

                fencings.Add(fencing);
            }
            else if (node is { IsRemoteKind: false, IsOnline: true, IsShuttingDown: true })
            {
                var shutdown = Shutdown(run, node);
                if (node == run.Coordinator || node.IsCoordinator)
                {
                    coordinatorDown = shutdown;
                }
                else
                {
                    shutdowns.Add(shutdown);
                }
            }
        }

        if (coordinatorDown is not null)
        {
            OrderCoordinatorLast(run, coordinatorDown, fencings, shutdowns);
        }
    }

    // Whoever directs all this goes last; but a shutdown does not wait before the fencing of the coordinator, which
    // may be what the shutdown's own stops wait for.
    private static void OrderCoordinatorLast(
        PolicyRun run, PolicyAction coordinatorDown, List<PolicyAction> fencings, List<PolicyAction> shutdowns)
    {
        if (coordinatorDown.Is(Tasks.Shutdown))
        {
            foreach (var shutdown in shutdowns)
            {
                ActionTable.Order(shutdown, coordinatorDown, OrderKind.Ordered);
            }
        }

        if (!run.Options.IsConcurrentFencing)
        {
            if (fencings.Count > 0)
            {
                ActionTable.Order(fencings[^1], coordinatorDown, OrderKind.Ordered);
            }

            return;
        }

        foreach (var fencing in fencings)
        {
            ActionTable.Order(fencing, coordinatorDown, OrderKind.Ordered);
        }
    }

    private static bool IsAnyManaged(PolicyRun run)
    {
        foreach (var resource in run.Resources)
        {
            if (IsAnyManaged(resource))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAnyManaged(PolicyResource resource)
    {
        if (resource.IsManaged)
        {
            return true;
        }

        foreach (var child in resource.Children)
        {
            if (IsAnyManaged(child))
            {
                return true;
            }
        }

        return false;
    }

    private static PolicyAction Fence(PolicyRun run, PolicyNode node)
    {
        var fencing = FenceActions.Get(run, node, null, isOptional: false, node.FencingReason ?? "node is unclean");
        if (node.IsFencingDelayed)
        {
            FenceActions.AddPriorityDelay(run, fencing, node);
        }

        node.IsToBeFenced = true;
        FencingOrders.Add(run, fencing);
        return fencing;
    }

    private static PolicyAction Shutdown(PolicyRun run, PolicyNode node)
    {
        var key = string.Concat(Tasks.Shutdown, "-", node.Name);
        var shutdown = ActionTable.Get(run, null, key, Tasks.Shutdown, node, isOptional: false);
        shutdown.SetMeta("op_no_wait", "true");
        foreach (var action in run.Actions)
        {
            if (action.Node != node || !action.Is(Tasks.Stop) || action.Resource is not { } resource)
            {
                continue;
            }

            // What nobody may touch does not hold up the node either.
            if (resource.IsInMaintenance || node.IsInMaintenance || !resource.IsManaged || resource.IsBlocked)
            {
                continue;
            }

            action.IsOptional = false;
            ActionTable.Order(
                run, resource, null, action, null, null, shutdown,
                OrderKind.Ordered | OrderKind.UnrunnableFirstBlocks);
        }

        return shutdown;
    }

    // A label for what the container's recovery does, so that others can wait for it.
    private static void FenceGuest(PolicyRun run, PolicyNode node)
    {
        const OrderKind Follows = OrderKind.UnrunnableFirstBlocks | OrderKind.FirstImpliesThen;
        var container = node.RemoteResource!.Launcher;
        var stop = container is null ? null : ActionTable.FindTask(container, Tasks.Stop);
        var isRebooting = container is not null && ActionTable.FindTask(container, Tasks.Start) is not null;
        var fencing = FenceActions.Get(
            run, node, isRebooting ? "reboot" : "off", isOptional: false, node.FencingReason ?? "guest is unclean");
        fencing.IsPseudo = true;
        fencing.IsRunnable = true;
        node.IsToBeFenced = true;
        if (stop is { IsPseudo: true, Node: { } host })
        {
            var parent = FenceActions.Get(run, host, null, isOptional: false, null);
            ActionTable.Order(parent, fencing, Follows);
        }
        else if (stop is not null)
        {
            ActionTable.Order(stop, fencing, Follows);
        }
        else if (ActionTable.FindTask(node.RemoteResource!, Tasks.Stop) is { } stopOfConnection)
        {
            // It is thought to be stopped; but perhaps only its history was forgotten.
            ActionTable.Order(stopOfConnection, fencing, OrderKind.Ordered);
        }

        FencingOrders.Add(run, fencing);
    }
}
