namespace Ha.Policy.Scheduling;

/// <summary>How often a resource failed on a node.</summary>
internal static class FailCounts
{
    /// <summary>The sum over its operations (over all instances of an anonymous clone), and when it failed last.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="resource">A primitive.</param>
    /// <param name="node">The node.</param>
    /// <param name="isEffective">Count expired failures as none.</param>
    /// <param name="withLaunched">Add what lives in this container.</param>
    public static (int Count, long LastFailure) Of(
        PolicyRun run, PolicyResource resource, PolicyNode node, bool isEffective, bool withLaunched) => (0, 0);
}
