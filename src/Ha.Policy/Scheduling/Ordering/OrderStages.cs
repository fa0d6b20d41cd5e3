namespace Ha.Policy.Scheduling;

/// <summary>Orderings, expanded to actions, and their flags propagated to a fixed point.</summary>
internal static class OrderStages
{
    public static void Apply(PolicyRun run)
    {
        MigrationOrders.Add(run);
        OrderExpansion.Expand(run);
        var propagation = new OrderPropagation(run);
        for (var index = run.Actions.Count - 1; index >= 0; index--)
        {
            ColocationBlocks.BlockDependents(propagation, run.Actions[index]);
        }

        ProbeOrders.Add(run);
        for (var index = run.Actions.Count - 1; index >= 0; index--)
        {
            propagation.Update(run.Actions[index]);
        }

        DropImpossible(run);
        foreach (var resource in run.Resources)
        {
            Settle(resource.Bundle?.Child ?? resource);
        }
    }

    // A container cannot wait for something that is done inside of its own guest, unless we say so ourselves.
    private static void DropImpossible(PolicyRun run)
    {
        foreach (var action in run.Actions)
        {
            if (action.Resource is not { Launched.Count: > 0 } container)
            {
                continue;
            }

            foreach (var link in action.Before)
            {
                if ((link.Kind & OrderKind.GuestAllowed) == 0 && link.Action.Resource is not null
                    && link.Action.Node is { IsGuest: true } guest && guest.RemoteResource!.Launcher == container)
                {
                    link.Kind = OrderKind.None;
                }
            }
        }
    }

    // What became of the instances last decides about the points that stand for all of them.
    private static void Settle(PolicyResource resource)
    {
        if (resource.Kind != ResourceKind.Clone)
        {
            return;
        }

        foreach (var action in resource.Actions)
        {
            CollectiveOrders.FlagsOf(action, null);
        }
    }
}
