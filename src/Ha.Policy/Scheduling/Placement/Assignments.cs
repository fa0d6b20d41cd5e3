namespace Ha.Policy.Scheduling;

/// <summary>Gives a node to a resource, and takes it back.</summary>
internal static class Assignments
{
    public static void SetNextRole(PolicyResource resource, Role role, string reason)
    {
        resource.NextRole = role;
        resource.NextRoleReason = reason;
    }

    /// <summary>Gives a resource (each part of it) a node, or none.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="node">The node; null for none.</param>
    /// <param name="force">Take the node whatever its score and state.</param>
    /// <param name="stopIfFailed">Without a node it shall stop.</param>
    public static void Set(PolicyResource resource, PolicyNode? node, bool force, bool stopIfFailed)
    {
        if (resource.Children.Count > 0)
        {
            foreach (var child in resource.Children)
            {
                Set(child, node, force, stopIfFailed);
            }

            return;
        }

        // A guest may be counted on before its container is up.
        if (!force && node is not null
            && (resource.Allowed[node.Index] < 0 || (!Places.CanRun(node) && !node.IsGuest)))
        {
            if (stopIfFailed)
            {
                SetNextRole(resource, Role.Stopped, "node availability");
            }

            node = null;
        }

        Unset(resource);
        resource.IsAssigned = true;
        if (node is not null)
        {
            resource.AssignedTo = node;
            resource.AssignedScore = force ? 0 : resource.Allowed[node.Index];
            node.AssignedCount++;
            Capacities.Take(node, resource);
            return;
        }

        if (!stopIfFailed)
        {
            return;
        }

        SetNextRole(resource, Role.Stopped, "unable to assign");
        foreach (var action in resource.Actions)
        {
            if (action.Is(Tasks.Stop))
            {
                action.IsOptional = false;
            }
            else if (action.Is(Tasks.Start)
                || action.Is(Tasks.Cancel) // what stops for good takes its monitors along
                || (action.Is(Tasks.Monitor) && action.Definition?.Attributes.GetValueOrDefault("role") != "Stopped"))
            {
                action.IsRunnable = false;
            }
        }
    }

    /// <summary>Takes the node back from a resource and each part of it.</summary>
    public static void Unset(PolicyResource resource)
    {
        foreach (var child in resource.Children)
        {
            Unset(child);
        }

        resource.IsAssigned = false;
        if (resource.AssignedTo is not { } node)
        {
            return;
        }

        resource.AssignedTo = null;
        node.AssignedCount--;
        Capacities.GiveBack(node, resource);
    }
}
