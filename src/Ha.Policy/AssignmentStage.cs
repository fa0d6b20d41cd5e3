using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>Where each resource shall be.</summary>
/// <param name="Node">By resource: the node's number, or −1 for nowhere.</param>
/// <param name="Scores">By resource and node: what decided.</param>
internal sealed record Assignment(int[] Node, Score[][] Scores);

/// <summary>Stage 4: a node for each resource. A resource that goes with another waits for that one; the other hears
/// the wishes of those that go with it.</summary>
internal static class AssignmentStage
{
    public static Assignment Assign(
        ClusterView view, FencingDecision[] fencing, ScoreTable table, IReadOnlyList<Colocation> colocations)
    {
        var run = new AssignmentRun(view, fencing, table, colocations);
        foreach (var resource in view.Resources
            .OrderByDescending(resource => resource.Priority)
            .ThenBy(resource => resource.Index))
        {
            run.Assign(resource.Index);
        }

        return new Assignment(run.Node, run.Scores);
    }
}
