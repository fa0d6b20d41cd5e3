using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Policy;

namespace Ha.Node.Views;

/// <summary>Why a resource or a node is as it is: a view of the plan, not a second engine.</summary>
internal static class WhyView
{
    private const int HistoryLines = 8;

    /// <summary>The view; null when there is nothing of this name.</summary>
    public static WhyReply? Of(
        ReplicaView view, Plan plan, string name, string? on, IReadOnlyList<EventReply> events)
    {
        var all = InstancesOf(plan);
        if (all.FirstOrDefault(resource => resource.Id == name) is { } exact)
        {
            return OfResource(view, exact, on, events);
        }

        if (InstancesWhy.PartsOf(view.Cib, all, name) is { Count: > 0 } parts
            && parts.Exists(part => part.Id.Contains(':', StringComparison.Ordinal)))
        {
            return InstancesWhy.OfSeveral(view, name, parts, on, events);
        }

        var id = name.Split(':')[0];
        if (plan.Resources.FirstOrDefault(resource => resource.Id == id) is { } found)
        {
            return OfResource(view, found, on, events);
        }

        if (view.Cib.Configuration.Resources.FirstOrDefault(resource => resource.Id == id) is { } collective)
        {
            return OfCollective(view, plan, collective, on, events);
        }

        return plan.Nodes.FirstOrDefault(node => node.Name == name) is { } known ? OfNode(view, plan, known, events)
            : null;
    }

    /// <summary>Why something is (not) promoted; null when there is nothing of this name.</summary>
    public static WhyReply? OfPromotion(ReplicaView view, Plan plan, string name) =>
        InstancesWhy.OfPromotion(view.Cib, InstancesOf(plan), name);

    // Instances of a clone for themselves.
    private static List<ResourcePlan> InstancesOf(Plan plan) =>
    [
        .. plan.Resources.SelectMany(resource => resource.Instances.IsEmpty
            ? (IEnumerable<ResourcePlan>)[resource]
            : resource.Instances),
    ];

    /// <summary>Why a question about promotion makes no sense here; null where it does.</summary>
    public static string? NotPromotable(ReplicaView view, string name)
    {
        var found = view.Cib.Configuration.Resources
            .FirstOrDefault(resource => Commands.CibNames.WithMembers(resource).Any(member => member.Id == name));
        return found is Clone ? null
            : found is null ? $"{name} is a node, and cannot be promoted"
            : $"{name} is no promotable clone ({found.Origin}), so nothing of it is promoted: ha why {name}";
    }

    private static WhyReply OfCollective(
        ReplicaView view, Plan plan, Resource collective, string? on, IReadOnlyList<EventReply> events)
    {
        var members = Commands.CibNames.WithMembers(collective)
            .Select(member => plan.Resources.FirstOrDefault(resource => resource.Id == member.Id))
            .OfType<ResourcePlan>()
            .ToList();
        if (members.Count == 0)
        {
            return new WhyReply
            {
                Resource = collective.Id,
                Answer = $"{collective.Id} is a {collective.GetType().Name.ToLowerInvariant()}, which this version cannot run yet.",
                Causes = [new CauseReply(Cause.NotSupported, "", "groups and primitives only", collective.Origin.ToString())],
                Scores = [],
                History = [],
                Next = [],
            };
        }

        // The member that holds the group back, or else the first one: the others follow it.
        var telling = members.FirstOrDefault(member => member.Code.Length > 0) ?? members[0];
        var reply = OfResource(view, telling, on, events);
        return reply with { Resource = collective.Id, Answer = $"{collective.Id}: {reply.Answer}" };
    }

    /// <summary>Of one primitive.</summary>
    public static WhyReply OfResource(
        ReplicaView view, ResourcePlan resource, string? on, IReadOnlyList<EventReply> events)
    {
        // That every node is in maintenance is how the pause of the cluster shows: one line is enough.
        var reasons = resource.Reasons
            .Where(reason => on is null || reason.Node == on || reason.Node.Length == 0)
            .Where(reason => resource.Code != Cause.MaintenanceCluster || reason.Code != Cause.MaintenanceNode)
            .ToList();
        var answer = on is null ? WhyAnswer.Of(view, resource) : WhyAnswer.On(view, resource, on);
        var causes = new List<CauseReply>();
        if (answer.Main is { } cause)
        {
            causes.Add(cause);
        }

        causes.AddRange(reasons
            .Where(reason => reason.Score.IsBan || (reason.Score == Score.Zero && reason.Code.Length > 0))
            .Select(reason => new CauseReply(reason.Code, reason.Node, reason.Text, SourceText.Of(reason.Origin)))
            .Where(other => !causes.Any(known => known.Code == other.Code && known.Node == other.Node)));
        bool IsBanned(string node) => reasons.Any(reason => reason.Node == node && reason.Score.IsBan);
        return new WhyReply
        {
            Resource = resource.Id,
            Answer = answer.Text,
            Causes = causes,
            Scores = [.. resource.Scores
                .Where(score => on is null || score.Key == on)
                .Select(score => new NodeScoreReply(
                    score.Key, (IsBanned(score.Key) ? Score.MinusInfinity : score.Value).ToString(),
                    [.. reasons
                        .Where(reason => reason.Node.Length == 0 || reason.Node == score.Key)
                        .Where(reason => reason.Score != Score.Zero)
                        .Select(reason => new ScorePartReply(
                            reason.Code, Signed(reason.Score), reason.Text, SourceText.Of(reason.Origin)))]))],
            Steps = [.. resource.Steps.Select(step => StepView.Of(step, resource.Id))],
            History = HistoryOf(events, item => item.Resource == resource.Id),
            Next = [.. Help(view, resource)],
        };
    }

    private static WhyReply OfNode(ReplicaView view, Plan plan, NodePlan node, IReadOnlyList<EventReply> events)
    {
        var fencing = view.Cib.Status.Fencing.LastOrDefault(record => record.Target == node.Name);
        var causes = new List<CauseReply>();
        if (node.Code.Length > 0)
        {
            causes.Add(new CauseReply(node.Code, node.Name, node.Reason, ""));
        }

        if (fencing is { State: not FencingState.Succeeded })
        {
            causes.Add(new CauseReply(
                Cause.WaitsForFencing, node.Name,
                fencing.State == FencingState.Pending
                    ? $"fencing is running on {fencing.Executor}: {fencing.Reason}"
                    : $"fencing failed: {fencing.Error}",
                ""));
        }

        return new WhyReply
        {
            Resource = node.Name,
            Answer = node.Code.Length == 0
                ? $"{node.Name} is online; {plan.Resources.Count(resource => resource.ActiveOn.Contains(node.Name))} resources run there."
                : $"{node.Name}: {node.Code}: {node.Reason}.",
            Causes = causes,
            Scores = [],
            History = HistoryOf(events, item => item.Node == node.Name),
            Next = node.IsUnclean ? [$"ha node confirm-off {node.Name}     only after it was switched off by hand"]
                : node.IsStandby ? [$"ha node undrain {node.Name}"]
                : [],
        };
    }

    private static List<string> HistoryOf(IReadOnlyList<EventReply> events, Func<EventReply, bool> isAbout) =>
        [.. events.Where(isAbout).TakeLast(HistoryLines)
            .Select(item => $"{(item.At.Length >= 19 ? item.At.Substring(11, 8) : item.At)}  {item.Text}")];

    private static IEnumerable<string> Help(ReplicaView view, ResourcePlan resource)
    {
        switch (resource.Code)
        {
            case Cause.TargetStopped:
                yield return $"ha start {resource.Id}";
                break;
            case Cause.StartFailed or Cause.ThresholdReached or Cause.OperationTimeout or Cause.BinaryMissing
                or Cause.AgentMissing or Cause.BadConfiguration or Cause.NotPermitted or Cause.StopFailedBlocked
                or Cause.OnFailBlock or Cause.OnFailStop:
                yield return $"ha cleanup {resource.Id}     after the cause is mended";
                break;
            case Cause.MaintenanceCluster:
                yield return "ha resume";
                break;
            case Cause.NodeDrained:
                foreach (var node in view.Cib.Configuration.Nodes.Where(node => resource.Reasons.Any(reason =>
                    reason.Node == node.Name && reason.Code == Cause.NodeDrained)))
                {
                    yield return $"ha node undrain {node.Name}";
                }

                break;
        }

        if (!resource.ActiveOn.IsEmpty && resource.Code.Length == 0)
        {
            yield return $"ha move {resource.Id} --to NODE     moves it once";
        }
    }

    private static string Signed(Score score) => score.Value > 0 ? $"+{score}" : score.ToString();
}
