namespace Ha.Policy.Scheduling;

/// <summary>Parameters of a resource, as an agent on a node gets them.</summary>
internal static class Parameters
{
    /// <summary>Instance attributes after rules and templates. Kept: do not change what is returned.</summary>
    public static IReadOnlyDictionary<string, string> Of(PolicyRun run, PolicyResource resource, PolicyNode? node) =>
        new Dictionary<string, string>(StringComparer.Ordinal);
}
