namespace Ha.Policy.Scheduling;

/// <summary>Looks for resources on nodes where their state is not known.</summary>
internal static class Probes
{
    public static void Schedule(PolicyRun run)
    {
        foreach (var node in run.Nodes)
        {
            if (!node.IsOnline)
            {
                // What cannot be reached any more and was not taken down is fenced.
                if (node.IsRemoteKind && IsFailedRemote(node))
                {
                    FencingRequests.Add(run, node, "the connection is unrecoverable", isDelayed: false);
                }

                continue;
            }

            if (node.IsUnclean || !node.IsDiscoveryEnabled)
            {
                continue;
            }

            foreach (var resource in run.Resources)
            {
                Create(run, resource, node);
            }
        }
    }

    private static bool IsFailedRemote(PolicyNode node) =>
        node.IsRemote && RemoteOrders.StateOf(node) == RemoteState.Failed;

    /// <summary>Creates the probes of a resource and its parts on a node.</summary>
    /// <returns>True if any was made.</returns>
    private static bool Create(PolicyRun run, PolicyResource resource, PolicyNode node) => resource.Kind switch
    {
        ResourceKind.Clone => CreateForClone(run, resource, node),
        ResourceKind.Bundle => BundleProbes.Create(run, resource, node, Create),
        _ => CreateForPart(run, resource, node),
    };

    private static bool CreateForClone(PolicyRun run, PolicyResource clone, PolicyNode node)
    {
        if (clone.HasExclusiveDiscovery && (!clone.Allowed.Has(node.Index)
            || clone.Allowed.Discovery(node.Index) != DiscoveryMode.Exclusive))
        {
            // It is not to be looked for there, so it must not run there either.
            clone.Allowed.Remove(node.Index);
            return false;
        }

        clone.Children.Sort(InstanceNumbers.Compare);
        if (!clone.IsGloballyUnique)
        {
            return clone.Children.Count > 0 && Create(run, InstanceFor(clone, node), node);
        }

        var isAny = false;
        foreach (var instance in clone.Children)
        {
            isAny |= Create(run, instance, node);
        }

        return isAny;
    }

    // Instances that are alike share what is known: one probe tells about all.
    private static PolicyResource InstanceFor(PolicyResource clone, PolicyNode node)
    {
        foreach (var instance in clone.Children)
        {
            if (IsKnown(instance, node))
            {
                return instance;
            }
        }

        foreach (var instance in clone.Children)
        {
            if (Roles.NodeOf(instance, isCurrent: false) == node)
            {
                return instance;
            }
        }

        return clone.Children[0];
    }

    private static bool IsKnown(PolicyResource resource, PolicyNode node)
    {
        if (resource.KnownOn?.Has(node) == true)
        {
            return true;
        }

        foreach (var child in resource.Children)
        {
            if (IsKnown(child, node))
            {
                return true;
            }
        }

        return false;
    }

    private static bool CreateForPart(PolicyRun run, PolicyResource resource, PolicyNode node)
    {
        if (!run.Options.IsProbing || !CanHost(resource, node))
        {
            return false;
        }

        if (!resource.IsPrimitive)
        {
            var isAny = false;
            foreach (var child in resource.Children)
            {
                isAny |= Create(run, child, node);
            }

            return isAny;
        }

        var top = resource.Top();
        if ((resource.Launcher is not null && resource.RemoteNode is null) || resource.IsRemoved
            || resource.KnownOn?.Has(node) == true || !IsDiscovered(resource, top, node)
            || IsBehindStoppedGuest(run, top, node))
        {
            return false;
        }

        CreateOne(run, resource, top.Kind == ResourceKind.Clone ? top : resource, node);
        return true;
    }

    private static bool CanHost(PolicyResource resource, PolicyNode node) =>
        !node.IsRemoteKind
        || !(resource.IsFencingDevice || resource.RemoteNode is not null || (node.IsGuest && HoldsGuest(resource)));

    private static bool HoldsGuest(PolicyResource resource)
    {
        foreach (var launched in resource.Launched)
        {
            if (launched.RemoteNode is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDiscovered(PolicyResource resource, PolicyResource top, PolicyNode node)
    {
        var mode = resource.Allowed.Has(node.Index) ? resource.Allowed.Discovery(node.Index) : DiscoveryMode.Always;
        if ((resource.HasExclusiveDiscovery || top.HasExclusiveDiscovery)
            && (!resource.Allowed.Has(node.Index) || mode != DiscoveryMode.Exclusive))
        {
            return false;
        }

        // A bundle's node is there for what is inside of the bundle, and nothing else.
        return mode == DiscoveryMode.Exclusive || (mode != DiscoveryMode.Never && !IsOfBundle(node));
    }

    private static bool IsOfBundle(PolicyNode node) =>
        node.RemoteResource is { Parent.Kind: ResourceKind.Bundle };

    private static bool IsBehindStoppedGuest(PolicyRun run, PolicyResource top, PolicyNode node)
    {
        if (!node.IsGuest)
        {
            return false;
        }

        var container = node.RemoteResource!.Launcher!;
        if (container.Role == Role.Stopped)
        {
            // Nothing runs in what is stopped; but whether it is, its own probe must say.
            if (container.AssignedTo is { } host && container.KnownOn?.Has(host) != true)
            {
                ActionTable.Order(run, container, Tasks.Monitor, top, Tasks.Start, OrderKind.Ordered);
            }

            return true;
        }

        if (WillStop(container))
        {
            ActionTable.Order(run, container, Tasks.Stop, top, Tasks.Start, OrderKind.Ordered);
            return true;
        }

        return false;
    }

    // Whether a stop is needed is not known yet; this is near to it.
    private static bool WillStop(PolicyResource container) =>
        container.HasFailed || container.NextRole == Role.Stopped
        || (container.AssignedTo is { } host && !container.ActiveOn.Contains(host));

    private static void CreateOne(PolicyRun run, PolicyResource resource, PolicyResource startsAs, PolicyNode node)
    {
        var probe = ActionTable.Get(run, resource, Tasks.Monitor, node, isOptional: false);
        probe.IsOptional = false;
        Unfencing.Order(run, resource, node, probe, OrderKind.Ordered);
        AddExpected(resource, probe, node);

        // What cannot be looked for is not started, but what is active stays so.
        var kind = OrderKind.Ordered;
        if (!probe.IsRunnable && !IsActive(startsAs))
        {
            kind |= OrderKind.UnrunnableFirstBlocks;
        }

        ActionTable.Order(run, resource, null, probe, startsAs, startsAs.Key(Tasks.Start), null, kind);

        // Whether it is reloaded is known by now.
        var reload = startsAs.Key(Tasks.ReloadAgent);
        if (startsAs.Actions.WithKey(reload) is not null)
        {
            ActionTable.Order(run, resource, null, probe, startsAs, reload, null, OrderKind.Ordered);
        }
    }

    private static bool IsActive(PolicyResource resource)
    {
        if (resource.ActiveOn.Count > 0)
        {
            return true;
        }

        foreach (var child in resource.Children)
        {
            if (IsActive(child))
            {
                return true;
            }
        }

        return false;
    }

    private static void AddExpected(PolicyResource resource, PolicyAction probe, PolicyNode node)
    {
        if (!resource.ActiveOn.Contains(node))
        {
            probe.SetMeta("op_target_rc", "7");
        }
        else if (resource.Role == Role.Promoted)
        {
            probe.SetMeta("op_target_rc", "8");
        }
    }
}
