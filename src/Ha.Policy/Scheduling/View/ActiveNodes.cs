namespace Ha.Policy.Scheduling;

/// <summary>Where resources are active, and what follows from that.</summary>
internal static class ActiveNodes
{
    /// <summary>A resource is active on one more node; so is what it is part of.</summary>
    public static void Add(PolicyRun run, PolicyResource resource, PolicyNode node, bool hasFailed)
    {
        if (resource.ActiveOn.Contains(node))
        {
            return;
        }

        resource.ActiveOn.Add(node);
        if (resource.IsPrimitive)
        {
            node.Running.Add(resource);
            AddPriority(resource, node, hasFailed);
            if (node.IsInMaintenance)
            {
                resource.IsManaged = false;
                resource.IsInMaintenance = true;
            }
        }

        if (!resource.IsManaged)
        {
            // Left alone, it stays where it is.
            Bans.AddScore(run, resource, node, Scores.Infinity);
            run.Explain(resource, node, Cause.Unmanaged, Scores.Infinity, "it is left alone where it is", default);
            var counts = node.IsOnline || node.IsUnclean;
            for (var parent = resource.Parent; parent is not null && counts; parent = parent.Parent)
            {
                if (!parent.ActiveOn.Contains(node))
                {
                    parent.ActiveOn.Add(node);
                }

            }

            return;
        }

        if (resource.IsPrimitive && CountActive(resource) > 1)
        {
            ReadMultiple(run, resource);
        }

        if (resource.Parent is { } whole)
        {
            Add(run, whole, node, false);
        }
    }

    // Nodes on which it counts as active: with fencing all, else those that are known to be well.
    private static int CountActive(PolicyResource resource)
    {
        var count = 0;
        foreach (var node in resource.ActiveOn)
        {
            if (resource.Requires == Requirement.Fencing || (node.IsOnline && !node.IsUnclean))
            {
                count++;
            }
        }

        return count;
    }

    private static void ReadMultiple(PolicyRun run, PolicyResource resource)
    {
        switch (resource.MultipleActive)
        {
            case MultipleActive.StopOnly:
                foreach (var node in run.Nodes)
                {
                    resource.Allowed.Set(node.Index, Scores.MinusInfinity);
                    run.Explain(
                        resource, node, Cause.ActiveOnSeveral, Scores.MinusInfinity,
                        "it was found active on several nodes, and multiple-active is stop_only",
                        SettingOrigins.OfMeta(run, resource, "multiple-active"));
                }

                break;
            case MultipleActive.Block:
                Block(resource);
                if (resource.Parent is { Kind: ResourceKind.Group or ResourceKind.Bundle } whole
                    && whole.MultipleActive == MultipleActive.Block)
                {
                    foreach (var member in whole.Children)
                    {
                        Block(member);
                    }
                }

                break;
        }
    }

    private static void Block(PolicyResource resource)
    {
        resource.IsManaged = false;
        resource.IsBlocked = true;
    }

    // A node is as important as what runs well on it; a promoted instance counts one more.
    private static void AddPriority(PolicyResource resource, PolicyNode node, bool hasFailed)
    {
        if (resource.Priority == 0 || hasFailed)
        {
            return;
        }

        var priority = resource.Priority + (resource.Role == Role.Promoted ? 1 : 0);
        node.Priority += priority;
        if (node.RemoteResource?.Launcher is { } launcher)
        {
            foreach (var host in launcher.ActiveOn)
            {
                host.Priority += priority;
            }
        }
    }
}
