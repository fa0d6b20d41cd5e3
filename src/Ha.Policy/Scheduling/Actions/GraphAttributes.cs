namespace Ha.Policy.Scheduling;

/// <summary>What an agent is told with an action of the graph.</summary>
internal static class GraphAttributes
{
    /// <summary>Names and values of the attributes element, in its order.</summary>
    public static IEnumerable<(string Name, string Value)> Of(PolicyRun run, PolicyAction action) => [];

    /// <summary>Nodes that the action takes down; null for none.</summary>
    public static IReadOnlyList<PolicyNode>? Downed(PolicyRun run, PolicyAction action) => action.Downed;
}
