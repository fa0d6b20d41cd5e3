namespace Ha.Policy.Scheduling;

/// <summary>Which node each resource gets.</summary>
internal static class PlacementStages
{
    /// <summary>What bears on a node before anything is placed: locks, locations, stickiness, fail counts, discovery.
    /// </summary>
    public static void ApplyCriteria(PolicyRun run)
    {
    }

    /// <summary>Places every resource, and decides who is promoted.</summary>
    public static void Assign(PolicyRun run)
    {
    }
}
