namespace Ha.Policy.Scheduling;

/// <summary>Orderings, expanded to actions, and their flags propagated to a fixed point.</summary>
internal static class OrderStages
{
    public static void Apply(PolicyRun run)
    {
        MigrationOrders.Add(run);
        OrderExpansion.Expand(run);
        for (var index = run.Actions.Count - 1; index >= 0; index--)
        {
            ColocationBlocks.BlockDependents(run, run.Actions[index]);
        }

        ProbeOrders.Add(run);
        var propagation = new OrderPropagation(run);
        for (var index = run.Actions.Count - 1; index >= 0; index--)
        {
            propagation.Update(run.Actions[index]);
        }
    }
}
