namespace Ha.Policy.Scheduling;

/// <summary>Notifications of clones.</summary>
internal static class Notifications
{
    public static void AddStartAndStop(
        PolicyRun run, PolicyResource clone, PolicyAction start, PolicyAction started, PolicyAction stop,
        PolicyAction stopped)
    {
    }

    public static void AddPromote(PolicyRun run, PolicyResource clone, PolicyAction promote, PolicyAction promoted)
    {
    }

    public static void AddDemote(PolicyRun run, PolicyResource clone, PolicyAction demote, PolicyAction demoted)
    {
    }

    public static void AddAfterFencing(
        PolicyRun run, PolicyResource resource, PolicyAction stop, PolicyAction fencing)
    {
    }
}
