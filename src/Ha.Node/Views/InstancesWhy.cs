using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Node.Commands;
using Ha.Policy;

namespace Ha.Node.Views;

/// <summary>Why something with several parts is as it is: a clone, a bundle, a group; and who of it is promoted.
/// </summary>
internal static class InstancesWhy
{
    /// <summary>The primitives and instances that a name stands for; none for a name that nobody has.</summary>
    public static List<ResourcePlan> PartsOf(Cib cib, IReadOnlyList<ResourcePlan> resources, string name)
    {
        var element = CibNames.AllResources(cib.Configuration).FirstOrDefault(item => item.Id == name);
        if (element is null)
        {
            return [.. resources.Where(resource => resource.Id == name)];
        }

        if (element is Bundle)
        {
            return [.. resources.Where(resource => resource.Collective == name)];
        }

        var primitives = CibNames.WithMembers(element)
            .OfType<Primitive>()
            .Select(item => item.Id)
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. resources.Where(resource => primitives.Contains(resource.Id)
                || (resource.Collective.Length > 0 && primitives.Contains(resource.Id.Split(':')[0]))),
        ];
    }

    /// <summary>Of several parts: how many run, and the first that does not run as wanted.</summary>
    public static WhyReply OfSeveral(
        ReplicaView view, string name, List<ResourcePlan> parts, string? on, IReadOnlyList<EventReply> events)
    {
        var here = on is null ? parts
            : [.. parts.Where(part => part.AssignedTo == on || part.ActiveOn.Contains(on))];
        var telling = (here.Count > 0 ? here : parts).FirstOrDefault(part => part.Code.Length > 0 && part.IsWanted)
            ?? (here.Count > 0 ? here : parts)[0];
        var reply = WhyView.OfResource(view, telling, on, events);
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

    /// <summary>Why something is (not) promoted; null when there is nothing of this name.</summary>
    public static WhyReply? OfPromotion(Cib cib, IReadOnlyList<ResourcePlan> resources, string name)
    {
        var parts = PartsOf(cib, resources, name);
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
}
