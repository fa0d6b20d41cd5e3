using System.Text;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Policy;

namespace Ha.Node.Views;

/// <summary>What a change would do.</summary>
/// <param name="Reply">For people and programs.</param>
/// <param name="Refusal">Why the change would have no effect; empty when it would have.</param>
/// <param name="Touched">Resources that would be stopped or moved.</param>
internal sealed record Preview(PlanReply Reply, string Refusal, IReadOnlyList<string> Touched)
{
    /// <summary>Touched resources that nobody allowed, sorted.</summary>
    public IReadOnlyList<string> Disturbed(HashSet<string> allowed) =>
        [.. Touched.Where(id => !allowed.Contains(id)).Distinct().Order(StringComparer.Ordinal)];
}

/// <summary>Applies a change to a copy and plans: the same functions that the cluster uses.</summary>
internal static class PreviewView
{
    /// <summary>What the change would do to this CIB.</summary>
    public static Preview Of(Cib cib, CibChange change, long now)
    {
        var applied = CibChanges.Apply(cib, change);
        var before = PolicyEngine.Plan(cib, now);
        var plan = PolicyEngine.Plan(applied.Cib, now);
        var members = cib.Configuration.Resources.OfType<Group>()
            .SelectMany(group => group.Members.Select(member => (member.Id, Group: group.Id)))
            .ToDictionary(pair => pair.Id, pair => pair.Group, StringComparer.Ordinal);
        var actions = new List<string>();
        var touched = new List<string>();
        foreach (var action in plan.Graph.Actions.Where(action =>
            action.Interval == TimeSpan.Zero && action.Task != "monitor"
            && !before.Graph.Actions.Any(other => other.Key == action.Key && other.Node == action.Node)))
        {
            actions.Add($"{action.Task} {action.ResourceId} on {action.Node}"
                + (action.Reason.Length > 0 ? $"     {action.Reason}" : ""));
            if (action.Task == "stop")
            {
                touched.Add(members.GetValueOrDefault(action.ResourceId) ?? action.ResourceId);
            }
        }

        var stops = plan.Graph.Actions.Count(action => action.Task == "stop");
        var starts = plan.Graph.Actions.Count(action => action.Task == "start");
        return new Preview(
            new PlanReply
            {
                Changes = [],
                Actions = actions,
                Summary = actions.Count == 0 ? "Nothing would be started, stopped or moved." : $"{stops} stops, {starts} starts.",
                Revision = applied.Cib.Revision,
            },
            applied.Refusal,
            WithGroups(touched, change, cib));
    }

    // A command that names a member of a group names its group, too, and the other way round.
    private static IReadOnlyList<string> WithGroups(List<string> touched, CibChange change, Cib cib)
    {
        var named = change switch
        {
            CibChange.RequestMove move => move.ResourceId,
            CibChange.SetMeta set => set.ResourceId,
            _ => "",
        };
        var group = cib.Configuration.Resources.OfType<Group>()
            .FirstOrDefault(candidate => candidate.Members.Any(member => member.Id == named))?.Id;
        return [.. touched.Where(id => id != group)];
    }
}

/// <summary>A preview for people.</summary>
internal static class PreviewText
{
    /// <summary>The text.</summary>
    public static string Of(PlanReply plan)
    {
        var text = new StringBuilder();
        foreach (var change in plan.Changes)
        {
            text.Append(change).Append('\n');
        }

        if (plan.Actions.Count > 0)
        {
            text.Append("What the cluster would do\n");
            foreach (var action in plan.Actions)
            {
                text.Append("  ").Append(action).Append('\n');
            }
        }

        return text.Append(plan.Summary).Append(" Nothing was changed.\n").ToString();
    }
}
