namespace Ha.Policy.Scheduling;

/// <summary>Orderings, expanded to actions, and their flags propagated to a fixed point.</summary>
internal static class OrderStages
{
    public static void Apply(PolicyRun run)
    {
    }
}
