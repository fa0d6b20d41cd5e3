namespace Ha.Policy.Scheduling;

/// <summary>Orderings that nobody wrote: those of groups, clones, bundles, probes and agents.</summary>
internal static class InternalConstraints
{
    public static void Add(PolicyRun run)
    {
        foreach (var resource in run.Resources)
        {
            AddFor(run, resource);
        }
    }

    public static void AddFor(PolicyRun run, PolicyResource resource)
    {
        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
                PrimitiveConstraints.Add(run, resource);
                break;
            case ResourceKind.Group:
                GroupConstraints.Add(run, resource);
                break;
            case ResourceKind.Clone:
                CloneConstraints.Add(run, resource);
                break;
            case ResourceKind.Bundle:
                BundleConstraints.Add(run, resource);
                break;
        }
    }

    public static void Order(
        PolicyRun run, PolicyResource first, string firstTask, PolicyResource then, string thenTask, OrderKind kind) =>
        ActionTable.Order(run, first, firstTask, then, thenTask, kind);
}
