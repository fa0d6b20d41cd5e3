namespace Ha.Policy.Scheduling;

/// <summary>An action that is to be done, and what it waits for.</summary>
internal sealed record Synapse(PolicyAction Action, IReadOnlyList<PolicyAction> Inputs, int Priority);

/// <summary>Which actions make the graph, and which orderings are inputs there.</summary>
internal static class GraphSelection
{
    private const OrderKind HarmlessKinds =
        OrderKind.FirstImpliesThenGraphed | OrderKind.ThenImpliesFirstGraphed | OrderKind.Ordered;

    /// <summary>The synapses: resources in their order, newest action first; then what belongs to no resource.
    /// </summary>
    public static List<Synapse> Select(PolicyRun run)
    {
        BreakLoopsOfRoom(run);
        var synapses = new List<Synapse>();
        foreach (var resource in run.Resources)
        {
            AddResource(resource, synapses);
        }

        for (var index = run.Actions.Count - 1; index >= 0; index--)
        {
            Add(run.Actions[index], synapses);
        }

        return synapses;
    }

    private static void AddResource(PolicyResource resource, List<Synapse> synapses)
    {
        if (resource.Bundle is { } bundle)
        {
            AddBundle(bundle, synapses);
            return;
        }

        if (resource.Kind == ResourceKind.Clone)
        {
            AddChildren(resource, synapses);
        }

        for (var index = resource.Actions.Count - 1; index >= 0; index--)
        {
            Add(resource.Actions[index], synapses);
        }

        if (resource.Kind != ResourceKind.Clone)
        {
            AddChildren(resource, synapses);
        }
    }

    private static void AddChildren(PolicyResource resource, List<Synapse> synapses)
    {
        foreach (var child in resource.Children)
        {
            AddResource(child, synapses);
        }
    }

    private static void AddBundle(BundleSettings bundle, List<Synapse> synapses)
    {
        if (bundle.Child is { } child)
        {
            AddResource(child, synapses);
        }

        foreach (var replica in bundle.Replicas)
        {
            foreach (var part in (ReadOnlySpan<PolicyResource?>)[replica.Ip, replica.Container, replica.Remote])
            {
                if (part is not null)
                {
                    AddResource(part, synapses);
                }
            }
        }
    }

    private static void Add(PolicyAction action, List<Synapse> synapses)
    {
        if (action.IsInGraph || !BelongsInGraph(action))
        {
            return;
        }

        action.IsInGraph = true;
        synapses.Add(
            new Synapse(action, InputsOf(action), Math.Max(action.Resource?.Priority ?? 0, action.Priority)));
    }

    /// <summary>What an action waits for in the graph, by id. Several orderings between two actions count as one of all
    /// their kinds. Changes nothing.</summary>
    public static IReadOnlyList<PolicyAction> InputsOf(PolicyAction action)
    {
        if (action.Before.Count == 0)
        {
            return [];
        }

        if (action.Before.Count == 1)
        {
            var only = action.Before[0];
            return IsInput(action, only.Action, only.Kind) ? [only.Action] : [];
        }

        var links = action.Before.AsSpan().ToArray();
        Array.Sort(links, static (one, other) => one.Action.Id.CompareTo(other.Action.Id));

        var inputs = new List<PolicyAction>(links.Length);
        for (var index = 0; index < links.Length;)
        {
            var input = links[index].Action;
            var kind = OrderKind.None;
            for (; index < links.Length && links[index].Action == input; index++)
            {
                kind |= links[index].Kind;
            }

            if (IsInput(action, input, kind))
            {
                inputs.Add(input);
            }
        }

        return inputs;
    }

    public static bool BelongsInGraph(PolicyAction action)
    {
        if (!action.IsRunnable || (action.IsOptional && !action.IsAlwaysInGraph))
        {
            return false;
        }

        // Of what is unmanaged only the watching goes on, or ends.
        if (action.Resource is { IsManaged: false } && !action.Is(Tasks.Monitor) && action.IntervalMs == 0)
        {
            return false;
        }

        if (action.IsPseudo || action.Is(Tasks.Fence) || action.Is(Tasks.Shutdown))
        {
            return true;
        }

        if (action.Node is not { } node)
        {
            return false;
        }

        return action.IsOnCoordinator
            || (node.IsGuest && !node.NeedsRemoteReset)
            || (node.IsOnline && !node.IsUnclean);
    }

    private static bool IsInput(PolicyAction action, PolicyAction input, OrderKind kind)
    {
        if (kind == OrderKind.None
            || (!input.IsRunnable && (kind & ~HarmlessKinds) == 0)
            || (!input.IsRunnable && (kind & OrderKind.MinRunnable) != 0)
            || ((kind & OrderKind.UnmigratableThenBlocks) != 0 && !input.IsRunnable)
            || ((kind & OrderKind.IfFirstUnmigratable) != 0 && input.IsMigratable)
            || IsInsideOf(input, action.Resource))
        {
            return false;
        }

        if (kind == OrderKind.Ordered && input.IsMigratable && input.Is(Tasks.Stop))
        {
            // The stop that ends a migration takes nothing down: who only wants an order need not wait for it.
            return false;
        }

        if (kind == OrderKind.IfOnSameNodeOrTarget)
        {
            // What is moved away from makes room where the resource goes, not where the migration begins.
            var node = action.Resource is { } moved && action.Is(Tasks.MigrateTo) ? moved.AssignedTo : action.Node;
            if (input.Node != node || input.IsOptional)
            {
                return false;
            }
        }
        else if (kind == OrderKind.IfRequiredOnSameNode)
        {
            if ((input.Node is not null && action.Node is not null && input.Node != action.Node) || input.IsOptional)
            {
                return false;
            }
        }
        else if (input.Resource is { HasFailed: true, IsManaged: false } failed && failed != action.Resource
            && input.Is(Tasks.Stop) && action.Resource is { Kind: ResourceKind.Clone })
        {
            return false;
        }

        return input.IsInGraph || BelongsInGraph(input);
    }

    // What is done in a guest ends with the guest: its container cannot be made to wait for it by a constraint, or the
    // two would wait for each other.
    private static bool IsInsideOf(PolicyAction input, PolicyResource? container) =>
        container is not null && input.Node is { IsGuest: true, RemoteResource: { } connection }
        && connection.Launcher == container && input.Resource is { } inner && inner != connection
        && inner.Launcher != container;

    private static void BreakLoopsOfRoom(PolicyRun run)
    {
        for (var index = run.Actions.Count - 1; index >= 0; index--)
        {
            var action = run.Actions[index];
            if (!action.Is(Tasks.MigrateTo))
            {
                continue;
            }

            foreach (var link in action.Before.AsSpan())
            {
                if (link.Kind == OrderKind.IfOnSameNodeOrTarget && IsInput(action, link.Action, link.Kind)
                    && LeadsBack(link.Action, action, run.NextWalk()))
                {
                    link.Kind = OrderKind.None;
                }
            }
        }
    }

    // Two that change places: not both can wait for the room that the other one leaves.
    private static bool LeadsBack(PolicyAction from, PolicyAction to, int walk)
    {
        if (from == to)
        {
            return true;
        }

        if (from.Walk == walk)
        {
            return false;
        }

        from.Walk = walk;
        foreach (var link in from.Before.AsSpan())
        {
            if (IsInput(from, link.Action, link.Kind) && LeadsBack(link.Action, to, walk))
            {
                return true;
            }
        }

        return false;
    }
}
