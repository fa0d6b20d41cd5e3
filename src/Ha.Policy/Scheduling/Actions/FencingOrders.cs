namespace Ha.Policy.Scheduling;

/// <summary>What waits for the fencing of a node, and what it makes unnecessary.</summary>
internal static class FencingOrders
{
    public static void Add(PolicyRun run, PolicyAction fencing)
    {
        foreach (var resource in run.Resources)
        {
            Add(run, resource, fencing);
        }
    }

    private static void Add(PolicyRun run, PolicyResource resource, PolicyAction fencing)
    {
        if (resource.Bundle is { } bundle)
        {
            AddBundle(run, bundle, fencing);
            return;
        }

        if (resource.Children.Count > 0)
        {
            foreach (var child in resource.Children)
            {
                Add(run, child, fencing);
            }

            return;
        }

        if (resource.IsPrimitive && resource.IsManaged)
        {
            AddStarts(resource, fencing);
            AddStops(run, resource, fencing);
        }
    }

    private static void AddBundle(PolicyRun run, BundleSettings bundle, PolicyAction fencing)
    {
        foreach (var replica in bundle.Replicas)
        {
            foreach (var part in (ReadOnlySpan<PolicyResource?>)[replica.Ip, replica.Container, replica.Remote])
            {
                if (part is not null)
                {
                    Add(run, part, fencing);
                }
            }
        }

        if (bundle.Child is { } child)
        {
            Add(run, child, fencing);
        }
    }

    private static void AddStarts(PolicyResource resource, PolicyAction fencing)
    {
        var target = fencing.Node!;
        foreach (var action in resource.Actions)
        {
            if (action.Needs == Requirement.Fencing)
            {
                ActionTable.Order(fencing, action, OrderKind.Ordered);
            }
            else if (action.Needs == Requirement.Quorum && action.Is(Tasks.Start)
                && resource.Allowed.Has(target.Index) && !IsKnown(resource, target))
            {
                // Perhaps it is active there: nobody has seen.
                ActionTable.Order(fencing, action, OrderKind.Ordered | OrderKind.UnrunnableFirstBlocks);
            }
        }
    }

    // Instances that are alike know what one of them knows; members of groups know for themselves.
    private static bool IsKnown(PolicyResource resource, PolicyNode node) =>
        resource.KnownOn?.Has(node) == true
        || (resource.Parent is { Kind: ResourceKind.Clone, IsGloballyUnique: false } clone
            && clone.Children.Exists(instance => instance.KnownOn?.Has(node) == true));

    private static void AddStops(PolicyRun run, PolicyResource resource, PolicyAction fencing)
    {
        var target = fencing.Node!;
        var isAfter = resource.Requires == Requirement.Fencing || target.IsGuest;
        var isBundled = IsBundled(resource);
        for (var index = resource.Actions.Count - 1; index >= 0; index--)
        {
            var action = resource.Actions[index];
            if (action.Node != target || !action.Is(Tasks.Stop))
            {
                continue;
            }

            // The fencing does it.
            action.IsPseudo = true;
            action.IsRunnable = true;
            if (isAfter)
            {
                if (!isBundled)
                {
                    ActionTable.Order(fencing, action, OrderKind.GuestAllowed);
                }

                if (ActionTable.FindTask(resource.Top(), Tasks.Stop) is { } stopOfAll)
                {
                    ActionTable.Order(fencing, stopOfAll, OrderKind.GuestAllowed);
                }
            }

            if (resource.IsNotifying)
            {
                Notifications.AddAfterFencing(run, resource, action, fencing);
            }
        }

        for (var index = resource.Actions.Count - 1; index >= 0; index--)
        {
            var action = resource.Actions[index];
            if (action.Node != target || !action.Is(Tasks.Demote)
                || (target.IsOnline && !target.IsUnclean && !resource.HasFailed))
            {
                continue;
            }

            action.IsPseudo = true;
            action.IsRunnable = true;
            if (!isBundled && isAfter)
            {
                ActionTable.Order(fencing, action, OrderKind.GuestAllowed | OrderKind.Ordered);
            }
        }
    }

    private static bool IsBundled(PolicyResource resource)
    {
        for (var parent = resource.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent.Kind == ResourceKind.Bundle)
            {
                return true;
            }
        }

        return false;
    }
}
