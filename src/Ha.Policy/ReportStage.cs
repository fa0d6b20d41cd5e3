using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>Stage 8: why it is so, in the order of weight. `ha why` is a view of this.</summary>
internal static class ReportStage
{
    public static ValueList<NodePlan> Nodes(ClusterView view, FencingDecision[] fencing) =>
        view.Nodes.Select((node, index) =>
        {
            var (code, reason) = NodeCause(node, fencing[index]);
            return new NodePlan
            {
                Name = node.Name,
                IsOnline = node.IsOnline,
                IsPending = node.IsPending,
                IsUnclean = fencing[index].IsUnclean,
                IsStandby = node.IsStandby,
                IsMaintenance = node.IsMaintenance,
                IsShuttingDown = node.IsShuttingDown,
                IsToBeFenced = fencing[index].IsFenced,
                Code = code,
                Reason = reason,
            };
        }).ToValueList();

    public static ValueList<ResourcePlan> Resources(
        ClusterView view, FencingDecision[] fencing, ScoreTable table, Assignment assignment,
        ResourceDecision[] decisions,
        GraphDraft draft) =>
        view.Resources
            .Select(resource => Resource(view, fencing, table, assignment, decisions[resource.Index], draft, resource))
            .ToValueList();

    private static ResourcePlan Resource(
        ClusterView view, FencingDecision[] fencing, ScoreTable table, Assignment assignment, ResourceDecision decision,
        GraphDraft draft, ResourceFacts resource)
    {
        var active = Names(view, node => resource.On[node].IsActive);
        var target = assignment.Node[resource.Index];
        var reasons = table.Of(resource);
        for (var node = 0; node < view.Nodes.Length; node++)
        {
            var (nodeCode, nodeText) = NodeCause(view.Nodes[node], fencing[node]);
            if (nodeCode.Length > 0)
            {
                reasons.Add(new Reason(
                    resource.Id, view.Nodes[node].Name, nodeCode, Score.MinusInfinity, nodeText, Origin.None));
            }
        }

        var (code, text) = MainCause(view, fencing, resource, decision, target, reasons, draft);
        var pending = Enumerable.Range(0, view.Nodes.Length).Where(node => resource.On[node].Pending is not null)
            .Select(node => $"{resource.On[node].Pending!.Operation} on {view.Nodes[node].Name}")
            .FirstOrDefault() ?? "";
        return new ResourcePlan
        {
            Id = resource.Id,
            ActiveOn = active,
            FailedOn = Names(view, node => resource.On[node].IsFailed),
            AssignedTo = target >= 0 ? view.Nodes[target].Name : null,
            IsManaged = resource.IsManaged,
            IsBlocked = decision.IsBlocked,
            IsWanted = resource.IsWanted && !view.Settings.IsStopAll,
            InFlight = pending,
            Scores = Enumerable.Range(0, view.Nodes.Length).ToValueMap(
                node => view.Nodes[node].Name, node => assignment.Scores[resource.Index][node]),
            Reasons = reasons
                .OrderByDescending(reason => Math.Abs(reason.Score.Value))
                .ThenBy(reason => reason.Node, StringComparer.Ordinal)
                .ThenBy(reason => reason.Code, StringComparer.Ordinal)
                .ThenBy(reason => reason.Text, StringComparer.Ordinal)
                .ToValueList(),
            Code = code,
            Text = text,
        };
    }

    // The first thing that a person should know: what stands between the resource and what is wanted of it.
    private static (string Code, string Text) MainCause(
        ClusterView view, FencingDecision[] fencing, ResourceFacts resource, ResourceDecision decision,
        int target, List<Reason> reasons,
        GraphDraft draft)
    {
        if (decision.IsBlocked || decision.IsBusy)
        {
            return (decision.Code, decision.Text);
        }

        if (!resource.IsManaged || decision.Code == Cause.MaintenanceNode)
        {
            return (decision.Code, decision.Text);
        }

        if (view.Settings.IsStopAll)
        {
            return (Cause.StopAll, "stop-all-resources is true");
        }

        if (resource.IsRemoved)
        {
            return (Cause.Removed, "it left the configuration");
        }

        if (!resource.IsWanted)
        {
            var origin = resource.TargetRole?.Origin.ToString() ?? "";
            return (Cause.TargetStopped, $"target-role is Stopped{(origin.Length > 0 ? $" ({origin})" : "")}");
        }

        var blocked = draft.All(resource.Index).FirstOrDefault(action =>
            action.Action.Task is "start" or "stop" && action.BlockCode.Length > 0);
        if (blocked is not null)
        {
            return (blocked.BlockCode, blocked.BlockText);
        }

        if (decision.Code == Cause.PartnerCannotStart)
        {
            return (decision.Code, decision.Text);
        }

        return target < 0 ? Nowhere(view, reasons)
            : decision.IsActing ? Acting(view, fencing, resource, decision, reasons, draft)
            : (Cause.None, "");
    }

    // It shall run, and something is being done for it: what that waits for, or else what it is done for.
    private static (string Code, string Text) Acting(
        ClusterView view, FencingDecision[] fencing, ResourceFacts resource, ResourceDecision decision,
        List<Reason> reasons, GraphDraft draft)
    {
        var inputs = draft.Find(resource.Index, "start")?.Inputs ?? [];
        if (inputs.Find(input => input.Action.Kind == ActionKind.Fence) is { } fence)
        {
            return (Cause.WaitsForFencing, $"{fence.Action.Node} is fenced first: {fence.Action.Reason}");
        }

        if (decision.StopOn.Count == 0 && inputs.Find(input => input.Action.Task == "monitor") is { } probe)
        {
            return (Cause.WaitsForProbe, $"it is looked at on {probe.Action.Node} first");
        }

        if (decision.StopOn.Count != 1 || decision.StartOn == decision.StopOn[0] || decision.Code != Cause.Better)
        {
            return (decision.Code, decision.Text);
        }

        var from = decision.StopOn[0];
        var name = view.Nodes[from].Name;
        var (code, text) = NodeCause(view.Nodes[from], fencing[from]);
        if (code.Length > 0)
        {
            return (code, $"{name}: {text}");
        }

        var asked = reasons.Find(reason => reason.Code == Cause.Move);
        var ban = reasons.Where(reason => reason.Score.IsBan && reason.Node == name)
            .OrderBy(reason => Weight(reason.Code))
            .FirstOrDefault();
        return asked is not null ? (asked.Code, asked.Text)
            : ban is not null ? (ban.Code, $"{ban.Node}: {ban.Text}")
            : (decision.Code, decision.Text);
    }

    private static (string Code, string Text) Nowhere(ClusterView view, List<Reason> reasons)
    {
        if (reasons.FirstOrDefault(reason => reason.Node.Length == 0) is { } whole)
        {
            return (whole.Code, whole.Text);
        }

        // A ban by something of the resource's own says more than a node that is away.
        var bans = reasons.Where(reason => reason.Score.IsBan).ToList();
        var best = bans
            .OrderBy(reason => Weight(reason.Code))
            .ThenBy(reason => reason.Node, StringComparer.Ordinal)
            .FirstOrDefault();
        return best is null
            ? view.Nodes.Any(node => node.IsAvailable)
                ? (Cause.Location, "its scores are below zero everywhere")
                : (Cause.NodeOffline, "no node is available")
            : (best.Code, $"{best.Node}: {best.Text}");
    }

    private static int Weight(string code) => code switch
    {
        Cause.BadConfiguration or Cause.OnFailStop => 0,
        Cause.StartFailed or Cause.ThresholdReached or Cause.OperationTimeout or Cause.BinaryMissing
            or Cause.AgentMissing
            or Cause.NotPermitted or Cause.ActionMissing => 1,
        Cause.ColocationWith or Cause.GroupPredecessor or Cause.AntiColocation => 2,
        Cause.Location or Cause.OptIn or Cause.Move => 3,
        Cause.NodeUnclean => 4,
        _ => 5,
    };

    private static (string Code, string Text) NodeCause(NodeFacts node, FencingDecision fencing) =>
        fencing.IsUnclean || fencing.IsFenced ? (Cause.NodeUnclean, fencing.Reason)
        : node.IsPending ? (Cause.NodePending, "its program has not joined yet")
        : !node.IsOnline ? (Cause.NodeOffline, "it is offline")
        : node.IsShuttingDown ? (Cause.NodeShuttingDown, "it is stopping")
        : node.IsStandby ? (node.StandbyReason, node.StandbyReason == Cause.NodeDrained
            ? "it is drained"
            : "an operation failed there and on-fail is standby")
        : node.IsMaintenance ? (Cause.MaintenanceNode, "it is in maintenance")
        : ("", "");

    private static ValueList<string> Names(ClusterView view, Func<int, bool> isIn) =>
        Enumerable.Range(0, view.Nodes.Length).Where(isIn).Select(node => view.Nodes[node].Name).ToValueList();
}
