using Ha.InformationBase;
using Ha.Policy.Scheduling;

namespace Ha.Policy.Live;

/// <summary>The nodes of a running cluster as the run has them, in our words.</summary>
internal static class LiveNodes
{
    public static ValueList<NodePlan> Of(PolicyRun run) => run.Nodes
        .Where(node => !node.IsRemoteKind)
        .Select(node =>
        {
            var (code, reason) = CauseOf(run, node);
            return new NodePlan
            {
                Name = node.Name,
                IsOnline = node is { IsOnline: true, IsPending: false },
                IsPending = node.IsPending,
                IsUnclean = node.IsUnclean && run.Options.IsFencingEnabled,
                IsStandby = node is { IsStandby: true, IsPending: false },
                IsMaintenance = node.IsInMaintenance || run.Options.IsInMaintenance,
                IsShuttingDown = node.IsShuttingDown,
                IsToBeFenced = node.IsToBeFenced,
                Code = code,
                Reason = reason,
            };
        })
        .ToValueList();

    /// <summary>What stands against a node, as a code and words; both empty for one that is simply online.</summary>
    public static (string Code, string Reason) CauseOf(PolicyRun run, PolicyNode node) =>
        (node.IsUnclean && run.Options.IsFencingEnabled) || node.IsToBeFenced
            ? (Cause.NodeUnclean, UncleanReason(run, node))
        : node.IsPending ? (Cause.NodePending, "its program has not joined yet")
        : !node.IsOnline ? (Cause.NodeOffline, "it is offline")
        : node.IsShuttingDown ? (Cause.NodeShuttingDown, "it is stopping")
        : node.IsStandbyByFailure ? (Cause.OnFailStandby, "an operation failed there and on-fail is standby")
        : node.IsStandby ? (Cause.NodeDrained, "it is drained")
        : node.IsInMaintenance || run.Options.IsInMaintenance ? (Cause.MaintenanceNode, "it is in maintenance")
        : (Cause.None, "");

    /// <summary>Why a node is unclean, and why it is not fenced where it cannot be.</summary>
    public static string UncleanReason(PolicyRun run, PolicyNode node)
    {
        var reason = Why(run, node);
        return node.IsToBeFenced ? reason : WhyNotFenced(run, node) is { Length: > 0 } whyNot
            ? $"{reason}; {whyNot}" : reason;
    }

    private static string Why(PolicyRun run, PolicyNode node)
    {
        if (!run.HasQuorum && run.Options.NoQuorum == QuorumPolicy.Fence && node.IsOnline)
        {
            return "this partition lost quorum";
        }

        return node.State switch
        {
            null => "it was never seen",
            { IsMember: false, Expected: "member" } => "it was lost",
            { IsMember: true, IsProcessUp: not true, ProcessSince: > 0 and var since } =>
                $"its cluster program has been gone for {run.Now - since} s",
            _ when node.Attribute("terminate") is { Length: > 0 } => "its termination was asked for",
            _ => node.FencingReason ?? "",
        };
    }

    private static string WhyNotFenced(PolicyRun run, PolicyNode node) =>
        !run.Options.IsFencingEnabled ? "fencing is switched off"
        : !run.HasFencingDevice && !run.Options.HasWatchdog ? "no fencing device is configured"
        : !run.CanFence(node) ? "there is no quorum to fence it"
        : "";
}
