namespace Ha.Policy.Scheduling;

/// <summary>What history says against the configuration: restarts, reloads, cancellations, clean-ups.</summary>
internal static class ChangeStages
{
    public static void Check(PolicyRun run)
    {
    }
}
