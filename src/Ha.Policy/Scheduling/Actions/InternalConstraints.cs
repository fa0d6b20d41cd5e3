namespace Ha.Policy.Scheduling;

/// <summary>Orderings and colocations that nobody wrote: those of groups, clones, bundles, probes and agents.</summary>
internal static class InternalConstraints
{
    public static void Add(PolicyRun run)
    {
    }
}
