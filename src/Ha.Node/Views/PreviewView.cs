using System.Text;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Node.Commands;
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
        var members = WholeOf(cib.Configuration);
        var actions = new List<string>();
        var touched = new List<string>();
        foreach (var action in InOrder(plan.Graph).Where(action =>
            action.Interval == TimeSpan.Zero && action.Task != "monitor" && IsDone(action)
            && !before.Graph.Actions.Any(other => other.Key == action.Key && other.Node == action.Node)))
        {
            actions.Add($"{action.Task} {action.ResourceId} on {action.Node}"
                + (action.Reason.Length > 0 ? $"     {action.Reason}" : ""));
            // That a fencing device goes elsewhere disturbs nobody.
            if (action.Task == "stop" && action.Agent is not { IsFencing: true })
            {
                touched.Add(members.GetValueOrDefault(action.ResourceId.Split(':')[0]) ?? action.ResourceId);
            }
        }

        var stops = plan.Graph.Actions.Count(action => action.Task == "stop" && IsDone(action));
        var starts = plan.Graph.Actions.Count(action => action.Task == "start" && IsDone(action));
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
        var whole = WholeOf(cib.Configuration).GetValueOrDefault(named);
        return [.. touched.Where(id => id != whole)];
    }

    // By primitive: the group or clone that it is part of.
    private static Dictionary<string, string> WholeOf(Configuration configuration) => configuration.Resources
        .Where(resource => resource is not Primitive)
        .SelectMany(whole => CibNames.WithMembers(whole).OfType<Primitive>().Select(part => (part.Id, Whole: whole.Id)))
        .DistinctBy(pair => pair.Id)
        .ToDictionary(pair => pair.Id, pair => pair.Whole, StringComparer.Ordinal);

    // Something that disturbs: no point that others wait for, and nobody who is merely told.
    private static bool IsDone(GraphAction action) =>
        action.Kind != ActionKind.Pseudo && action.Task != "notify";

    // As it would be done: what others wait for comes first.
    private static IEnumerable<GraphAction> InOrder(TransitionGraph graph)
    {
        var depths = new int[graph.Actions.Count];
        for (var pass = 0; pass < depths.Length; pass++)
        {
            var hasChanged = false;
            foreach (var action in graph.Actions)
            {
                foreach (var input in action.Inputs)
                {
                    hasChanged |= depths[action.Id] <= depths[input];
                    depths[action.Id] = Math.Max(depths[action.Id], depths[input] + 1);
                }
            }

            if (!hasChanged)
            {
                break;
            }
        }

        return graph.Actions.OrderBy(action => depths[action.Id]).ThenBy(action => action.Key, StringComparer.Ordinal);
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
