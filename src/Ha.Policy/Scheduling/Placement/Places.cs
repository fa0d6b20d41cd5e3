namespace Ha.Policy.Scheduling;

/// <summary>Where resources are, and whether nodes can take them.</summary>
internal static class Places
{
    /// <summary>The node can run something now.</summary>
    public static bool CanRun(PolicyNode node) => node.IsAvailable;

    /// <summary>The node can run something, and no score forbids it.</summary>
    public static bool CanRun(NodeTable table, PolicyNode node) => node.IsAvailable && table[node.Index] >= 0;

    /// <summary>Some node of the table can be used.</summary>
    public static bool AnyAvailable(PolicyRun run, NodeTable table)
    {
        foreach (var node in run.Nodes)
        {
            if (table.Has(node.Index) && table[node.Index] >= 0 && node.IsAvailable)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The node of which a resource counts as being there: the source of a half-done migration; else the first
    /// that is healthy, for what can be recovered without fencing; else the first.</summary>
    public static PolicyNode? Current(PolicyResource resource)
    {
        if (resource.ActiveOn.Count == 0)
        {
            return CurrentOfParts(resource);
        }

        if (resource.MigrationSource is { } source && resource.ActiveOn.Contains(source))
        {
            return source;
        }

        if (resource.Requires != Requirement.Fencing)
        {
            foreach (var node in resource.ActiveOn)
            {
                if (node is { IsOnline: true, IsUnclean: false })
                {
                    return node;
                }
            }
        }

        return resource.ActiveOn[0];
    }

    private static PolicyNode? CurrentOfParts(PolicyResource resource)
    {
        foreach (var child in resource.Children)
        {
            if (Current(child) is { } node)
            {
                return node;
            }
        }

        return null;
    }

    /// <summary>It, or a part of it, is active somewhere.</summary>
    public static bool IsActive(PolicyResource resource)
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

    /// <summary>On how many nodes it, or a part of it, is active.</summary>
    public static int ActiveCount(PolicyResource resource)
    {
        if (resource.Children.Count == 0)
        {
            return resource.ActiveOn.Count;
        }

        var nodes = new HashSet<PolicyNode>();
        Collect(resource, nodes);
        return nodes.Count;
    }

    private static void Collect(PolicyResource resource, HashSet<PolicyNode> nodes)
    {
        nodes.UnionWith(resource.ActiveOn);
        foreach (var child in resource.Children)
        {
            Collect(child, nodes);
        }
    }

    /// <summary>All of it is blocked.</summary>
    public static bool IsBlocked(PolicyResource resource)
    {
        if (resource.IsBlocked)
        {
            return true;
        }

        foreach (var child in resource.Children)
        {
            if (IsBlocked(child))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>It, or a part of it, failed.</summary>
    public static bool HasFailed(PolicyResource resource)
    {
        if (resource.HasFailed)
        {
            return true;
        }

        foreach (var child in resource.Children)
        {
            if (HasFailed(child))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The table in which instances on nodes are counted: that of the collection.</summary>
    public static NodeTable TopTable(PolicyResource instance) => (instance.Parent ?? instance).Allowed;
}
