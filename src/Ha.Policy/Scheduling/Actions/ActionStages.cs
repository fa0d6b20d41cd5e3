namespace Ha.Policy.Scheduling;

/// <summary>Everything that may have to be done.</summary>
internal static class ActionStages
{
    public static void Create(PolicyRun run)
    {
        ChangeStages.CheckDeferred(run);
        if (run.Options.IsProbing)
        {
            Probes.Schedule(run);
        }

        if (run.Options.IsStoppingRemoved)
        {
            foreach (var resource in run.Resources)
            {
                HistoryCleanup.ClearRemoved(run, resource);
            }
        }

        foreach (var resource in run.Resources)
        {
            CreateFor(run, resource);
        }

        RemoteOrders.Add(run);
        FencingActions.Schedule(run);
    }

    public static void CreateFor(PolicyRun run, PolicyResource resource)
    {
        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
                PrimitiveActions.Create(run, resource);
                break;
            case ResourceKind.Group:
                GroupActions.Create(run, resource);
                break;
            case ResourceKind.Clone:
                CloneActions.Create(run, resource);
                break;
            case ResourceKind.Bundle:
                BundleActions.Create(run, resource);
                break;
        }
    }
}
