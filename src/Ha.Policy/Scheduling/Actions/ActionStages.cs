namespace Ha.Policy.Scheduling;

/// <summary>Everything that may have to be done.</summary>
internal static class ActionStages
{
    public static void Create(PolicyRun run)
    {
    }
}
