using Ha.InformationBase;
using Ha.Policy;

namespace Ha.Actors.Coordination;

/// <summary>What the coordinator does beside planning: pure.</summary>
public static class CoordinatorMachine
{
    /// <summary>Moves that are over: the resource is where it was to go, or nothing is left that could bring it there.
    /// </summary>
    public static IEnumerable<CibChange> EndedMoves(Plan plan, Cib cib)
    {
        var isQuiet = plan.IsSettled && plan.Resources.All(resource => resource.InFlight.Length == 0);
        foreach (var move in cib.Status.Moves)
        {
            var parts = Primitives(cib, move.ResourceId).ToHashSet(StringComparer.Ordinal);
            var resources = plan.Resources.Where(resource => parts.Contains(resource.Id)).ToList();
            var isByRole = cib.Configuration.Resources.Any(resource =>
                resource.Id == move.ResourceId && resource is Clone { IsPromotable: true });
            var arrived = resources.Count > 0 && resources.All(resource =>
                HasArrived(move, resource, isByRole ? resource.PromotedOn : resource.ActiveOn));
            if (arrived || isQuiet)
            {
                yield return new CibChange.EndMove(move.ResourceId, arrived ? "it has moved" : "it cannot move");
            }
        }
    }

    private static bool HasArrived(MoveRequest move, ResourcePlan resource, ValueList<string> places) =>
        places.Count >= 1 && (places.Count == 1 || resource.IsCloned) && resource.InFlight.Length == 0
        && (move.ToNode is { } to ? places.Contains(to) : !places.Any(move.FromNodes.Contains));

    /// <summary>The node that carries out the fencing of a target: the coordinator, unless it is the target itself. A
    /// node
    /// that is alone gets its own request, which makes it stop everything and start afresh.</summary>
    public static string ExecutorFor(Cib cib, string target, string self) =>
        cib.Status.Nodes
            .Where(node => node is { IsMember: true, IsProcessUp: true, Join: "member" } && node.Name != target)
            .OrderBy(node => node.Name == self ? 0 : 1)
            .ThenBy(node => node.Name, StringComparer.Ordinal)
            .FirstOrDefault()?.Name ?? self;

    private static IEnumerable<string> Primitives(Cib cib, string id)
    {
        foreach (var resource in cib.Configuration.Resources)
        {
            if (resource is Clone clone && clone.Id == id)
            {
                return clone.Child is Group members ? members.Members.Select(member => member.Id) : [clone.Child.Id];
            }

            if (resource is Group group && (group.Id == id || group.Members.Any(member => member.Id == id)))
            {
                return group.Id == id ? group.Members.Select(member => member.Id) : [id];
            }
        }

        return [id];
    }
}
