using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Node.Commands;
using Ha.Policy;

namespace Ha.Node.Views;

/// <summary>`ha why` on a file: what the scheduler decides for it, and why. A name is a node, a resource, an instance
/// or anything that has resources in it.</summary>
internal static class FileWhyView
{
    /// <summary>The view; null when there is nothing of this name.</summary>
    /// <param name="cib">What the file says.</param>
    /// <param name="report">What is decided for it.</param>
    /// <param name="name">Whom it is about.</param>
    /// <param name="on">Why (not) on this node; null for anywhere.</param>
    public static WhyReply? Of(Cib cib, PolicyReport report, string name, string? on)
    {
        var view = ViewOf(cib);
        if (report.Resources.FirstOrDefault(resource => resource.Id == name) is { } exact)
        {
            return OfOne(view, exact, on);
        }

        if (PartsOf(cib, report, name) is { Count: > 0 } parts)
        {
            return parts.Count == 1 ? OfOne(view, parts[0], on) : OfSeveral(view, name, parts, on);
        }

        return report.Nodes.FirstOrDefault(node => node.Name == name) is { } known ? OfNode(report, known) : null;
    }

    /// <summary>Why something is (not) promoted; null when there is nothing of this name.</summary>
    public static WhyReply? OfPromotion(Cib cib, PolicyReport report, string name)
    {
        var parts = PartsOf(cib, report, name);
        if (parts.Count == 0)
        {
            return null;
        }

        var promotable = parts.Where(part => part.PromotionScore is not null).ToList();
        var promoted = promotable.Where(part => part.NextRole == "Promoted").ToList();
        var answer = promotable.Count == 0 ? $"{name} is not promotable."
            : promoted.Count == 0 ? $"{name} has no promoted instance."
            : $"{name} is promoted on {string.Join(" and ", promoted.Select(part => part.AssignedTo))}.";
        return new WhyReply
        {
            Resource = name,
            Answer = answer,
            Causes = [.. promotable.Where(part => part.NextRole != "Promoted").SelectMany(PromotionCauses)],
            Scores =
            [
                .. promotable.Where(part => part.AssignedTo is not null).Select(part => new NodeScoreReply(
                    part.AssignedTo!, part.PromotionScore!.Value.ToString(),
                    [.. part.PromotionReasons.Where(reason => reason.Node == part.AssignedTo || reason.Node.Length == 0)
                        .Select(reason => new ScorePartReply(
                            reason.Code, reason.Score.ToString(), reason.Text, SourceText.Of(reason.Origin)))])),
            ],
            Steps =
            [
                .. promotable.SelectMany(part => part.Steps
                    .Where(step => step.Task is "promote" or "demote")
                    .Select(step => StepView.Of(step, part.Id))),
            ],
            History = [],
            Next = [],
        };
    }

    /// <summary>All names that can be asked for.</summary>
    public static IReadOnlyList<string> Names(Cib cib, PolicyReport report) =>
    [
        .. CibNames.AllResources(cib.Configuration).Select(element => element.Id)
            .Concat(report.Resources.Select(resource => resource.Id))
            .Concat(report.Nodes.Select(node => node.Name))
            .Distinct(StringComparer.Ordinal),
    ];

    private static IEnumerable<CauseReply> PromotionCauses(ResourcePlan part)
    {
        var reasons = part.PromotionReasons.Where(reason => reason.Score < Score.Zero).ToList();
        if (part.AssignedTo is null)
        {
            yield return new CauseReply(part.Code, "", $"{part.Id} has no node: {part.Text}", SourceText.Of(part.Origin));
        }
        else if (reasons.Count == 0)
        {
            yield return new CauseReply(
                part.Code.Length > 0 ? part.Code : Cause.PromotedMax, part.AssignedTo,
                part.Code.Length > 0 ? $"{part.Id}: {part.Text}" : $"{part.Id}: others come first, and enough are promoted",
                SourceText.Of(part.Origin));
        }

        foreach (var reason in reasons)
        {
            yield return new CauseReply(
                reason.Code, part.AssignedTo ?? "", $"{part.Id}: {reason.Text}", SourceText.Of(reason.Origin));
        }
    }

    // A file is as good as an active cluster: nothing of it is under way.
    private static ReplicaView ViewOf(Cib cib) => new("", cib, new EpochState.Active(1, [""], ""), 0, [""]);

    private static WhyReply OfOne(ReplicaView view, ResourcePlan resource, string? on) =>
        WhyView.OfResource(view, resource, on, []) with { Next = [] };

    private static List<ResourcePlan> PartsOf(Cib cib, PolicyReport report, string name)
    {
        var element = CibNames.AllResources(cib.Configuration).FirstOrDefault(item => item.Id == name);
        if (element is null)
        {
            return [.. report.Resources.Where(resource => resource.Id == name)];
        }

        if (element is Bundle)
        {
            return [.. report.Resources.Where(resource => resource.Collective == name)];
        }

        var primitives = CibNames.WithMembers(element)
            .OfType<Primitive>()
            .Select(item => item.Id)
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. report.Resources.Where(resource => primitives.Contains(resource.Id)
                || (resource.Collective.Length > 0 && primitives.Contains(resource.Id.Split(':')[0]))),
        ];
    }

    private static WhyReply OfSeveral(ReplicaView view, string name, List<ResourcePlan> parts, string? on)
    {
        var here = on is null ? parts
            : [.. parts.Where(part => part.AssignedTo == on || part.ActiveOn.Contains(on))];
        var telling = (here.Count > 0 ? here : parts).FirstOrDefault(part => part.Code.Length > 0 && part.IsWanted)
            ?? (here.Count > 0 ? here : parts)[0];
        var reply = OfOne(view, telling, on);
        var running = parts.Count(part => !part.ActiveOn.IsEmpty);
        var where = parts.SelectMany(part => part.ActiveOn).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ToList();
        var whole = running == 0 ? $"{name} is stopped"
            : $"{name}: {running} of {parts.Count} {(running == 1 ? "runs" : "run")}, on {string.Join(" and ", where)}";
        return reply with
        {
            Resource = name,
            Answer = $"{whole}. {reply.Answer}",
            Causes =
            [
                .. reply.Causes,
                .. parts.Where(part => part != telling && part.Code.Length > 0).Select(part => new CauseReply(
                    part.Code, "", $"{part.Id}: {part.Text}", SourceText.Of(part.Origin))),
            ],
            Steps = [.. parts.SelectMany(part => part.Steps.Select(step => StepView.Of(step, part.Id)))],
        };
    }

    private static WhyReply OfNode(PolicyReport report, NodePlan node)
    {
        var count = report.Resources.Count(resource => resource.ActiveOn.Contains(node.Name));
        return new WhyReply
        {
            Resource = node.Name,
            Answer = node.Code.Length == 0
                ? $"{node.Name} is online; {count} resources run there."
                : $"{node.Name}: {node.Code}: {node.Reason}.",
            Causes = node.Code.Length == 0 ? [] : [new CauseReply(node.Code, node.Name, node.Reason, "")],
            Scores = [],
            Steps = [.. report.Steps.Where(step => step.Node == node.Name).Select(StepView.Of)],
            History = [],
            Next = [],
        };
    }
}
