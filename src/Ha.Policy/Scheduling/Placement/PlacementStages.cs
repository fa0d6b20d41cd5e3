namespace Ha.Policy.Scheduling;

/// <summary>Which node each resource gets.</summary>
internal static class PlacementStages
{
    /// <summary>What bears on a node before anything is placed: locks, locations, stickiness, fail counts, discovery.
    /// </summary>
    public static void ApplyCriteria(PolicyRun run) => NodeCriteria.Apply(run);

    /// <summary>Places every resource, and decides who is promoted.</summary>
    public static void Assign(PolicyRun run)
    {
        InternalColocations.Add(run);
        PlacementOrder.Sort(run);
        var assigner = new Assigner(run);

        // Connections of remote nodes come first: they say which of those nodes can be used. A connection that is on
        // the way to another host is not called back.
        foreach (var resource in run.Resources)
        {
            if (resource.RemoteNode is not null)
            {
                assigner.Assign(resource, resource.MigrationTarget, stopIfFailed: true);
            }
        }

        foreach (var resource in run.Resources)
        {
            if (resource.RemoteNode is null)
            {
                assigner.Assign(resource, null, stopIfFailed: true);
            }
        }
    }
}
