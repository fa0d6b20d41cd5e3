namespace Ha.Policy.Scheduling;

/// <summary>What every primitive brings along.</summary>
internal static class PrimitiveConstraints
{
    public static void Add(PolicyRun run, PolicyResource resource)
    {
        if (!resource.IsManaged)
        {
            return;
        }

        InternalConstraints.Order(run, resource, Tasks.Stop, resource, Tasks.Start,
            OrderKind.Ordered | OrderKind.FirstImpliesThen | OrderKind.IntermediateStop);
        if (resource.Top().IsPromotable || resource.Role > Role.Unpromoted)
        {
            InternalConstraints.Order(
                run, resource, Tasks.Demote, resource, Tasks.Stop, OrderKind.PromotedThenImpliesFirst);
            InternalConstraints.Order(
                run, resource, Tasks.Start, resource, Tasks.Promote, OrderKind.UnrunnableFirstBlocks);
        }

        // What is looked for afresh is not forgotten.
        InternalConstraints.Order(run, resource, Tasks.LrmDelete, resource, Tasks.Monitor,
            OrderKind.IfOnSameNode | OrderKind.ThenCancelsFirst);
        Unfencing.OrderRestarts(run, resource);
        if (resource.Utilization is { Count: > 0 } && run.Options.Placement != "default")
        {
            AddRoom(run, resource);
        }

        if (resource.Launcher is { } container)
        {
            AddContainer(run, resource, container);
        }
    }

    // What needs room waits until what leaves the node has left.
    private static void AddRoom(PolicyRun run, PolicyResource resource)
    {
        foreach (var node in resource.ActiveOn)
        {
            ActionTable.Order(
                run, resource, ActionTable.Key(resource.Id, Tasks.Stop, 0), null, null, null, Room(run, node),
                OrderKind.IfOnSameNodeOrTarget);
        }

        foreach (var node in run.Nodes)
        {
            if (!resource.Allowed.Has(node.Index))
            {
                continue;
            }

            var room = Room(run, node);
            foreach (var task in (ReadOnlySpan<string>)[Tasks.Start, Tasks.MigrateTo])
            {
                ActionTable.Order(
                    run, null, null, room, resource, ActionTable.Key(resource.Id, task, 0), null,
                    OrderKind.IfOnSameNodeOrTarget);
            }
        }
    }

    private static PolicyAction Room(PolicyRun run, PolicyNode node)
    {
        const string Task = "load_stopped";
        var room = ActionTable.GetPseudo(
            run, null, string.Concat(Task, "_", node.Name), string.Concat(Task, "_", node.Name), isOptional: true,
            isRunnable: true);
        room.Node ??= node;
        room.IsOptional = false;
        return room;
    }

    private static void AddContainer(PolicyRun run, PolicyResource resource, PolicyResource container)
    {
        var isConnection = resource.RemoteNode is not null;
        if (isConnection)
        {
            if (!IsNestingAllowed(resource))
            {
                KeepOffRemotes(run, container);
            }

            // When the container is found running after all, its connection need not be recovered.
            InternalConstraints.Order(run, container, Tasks.Monitor, resource, Tasks.Stop, OrderKind.Ordered);
        }

        if (!isConnection && IsGuest(container))
        {
            return;
        }

        InternalConstraints.Order(run, container, Tasks.Start, resource, Tasks.Start,
            OrderKind.FirstImpliesThen | OrderKind.UnrunnableFirstBlocks);
        InternalConstraints.Order(run, resource, Tasks.Stop, container, Tasks.Stop, OrderKind.ThenImpliesFirst);
    }

    /// <summary>A bundle may run on a remote node; then its connections do not have to be where its containers are.
    /// </summary>
    private static bool IsNestingAllowed(PolicyResource resource)
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

    private static bool IsGuest(PolicyResource container)
    {
        if (container.RemoteNode is not null)
        {
            return true;
        }

        foreach (var launched in container.Launched)
        {
            if (launched.RemoteNode is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static void KeepOffRemotes(PolicyRun run, PolicyResource resource)
    {
        foreach (var node in run.Nodes)
        {
            if (node.IsRemoteKind && resource.Allowed.Has(node.Index))
            {
                resource.Allowed.Set(node.Index, Scores.MinusInfinity);
            }
        }
    }
}
