using Ha.InformationBase;
using Ha.Policy;

namespace Ha.Node.Views;

/// <summary>Whether what a command asks for can come about, by planning with the change made.</summary>
internal static class ReachView
{
    /// <summary>Why the state asked for cannot be reached now; null where it can, or where the change asks for none.
    /// </summary>
    public static string? CannotBe(Cib cib, CibChange change, long now)
    {
        var (id, node) = change switch
        {
            CibChange.RequestMove { ToNode: { } to } move => (move.ResourceId, to),
            CibChange.SetMeta { Name: "target-role", Value: "Started" } set => (set.ResourceId, null),
            _ => ("", null),
        };
        if (id.Length == 0)
        {
            return null;
        }

        var after = CibChanges.Apply(cib, change).Cib;
        var plan = PolicyEngine.Plan(after, now);
        var member = Commands.CibNames.AllResources(after.Configuration)
            .Where(resource => resource.Id == id)
            .SelectMany(Commands.CibNames.WithMembers)
            .Select(resource => plan.Resources.FirstOrDefault(found => found.Id == resource.Id))
            .OfType<ResourcePlan>()
            .FirstOrDefault();
        if (member is null || member.AssignedTo is { } place && (node is null || place == node))
        {
            return null;
        }

        // What is in the way there; else what is in the way everywhere.
        var own = member.Reasons.FirstOrDefault(reason => reason.Node == node && reason.Score.IsBan);
        var (code, text, at) = own is not null
            ? (own.Code, own.Text, own.Origin.ToString())
            : (member.Code, member.Text, "");
        var because = code.Length == 0 ? "" : $": {code}: {text}{(at.Length > 0 ? $" ({at})" : "")}";
        return node is null
            ? $"{id} would not start{because}; ha why {member.Id}"
            : $"{id} would not go to {node}{because}; ha why {member.Id} --on {node}";
    }
}
