using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Why a node cannot be used, in words.</summary>
internal static class NodeCauses
{
    /// <summary>The node as a person sees it.</summary>
    public static NodePlan PlanOf(PolicyRun run, PolicyNode node)
    {
        var why = Of(run, node);
        return new NodePlan
        {
            Name = node.Name,
            IsOnline = node is { IsOnline: true, IsPending: false },
            IsPending = node.IsPending,
            IsUnclean = node.IsUnclean,
            IsStandby = node is { IsStandby: true, IsPending: false },
            IsMaintenance = node.IsInMaintenance,
            IsShuttingDown = node.IsShuttingDown,
            IsToBeFenced = node.IsToBeFenced,
            Code = why.Code,
            Reason = why.Text,
        };
    }

    /// <summary>What keeps a node from being used; an empty code for nothing.</summary>
    public static Why Of(PolicyRun run, PolicyNode node) =>
        node.IsUnclean || node.IsToBeFenced ? new Why(Cause.NodeUnclean, Unclean(run, node))
        : node.IsPending ? new Why(Cause.NodePending, "its program has not joined yet")
        : !node.IsOnline ? new Why(Cause.NodeOffline, OfflineText(node))
        : node.IsShuttingDown ? new Why(Cause.NodeShuttingDown, "it is stopping")
        : node is { IsStandby: true, IsStandbyByFailure: true } ? new Why(
            Cause.OnFailStandby, "an operation failed there and on-fail is standby")
        : node.IsStandby ? new Why(Cause.NodeDrained, "it is drained", OriginOf(node, "standby"))
        : node.IsInMaintenance || run.Options.IsInMaintenance
            ? new Why(Cause.MaintenanceNode, "it is in maintenance", OriginOf(node, "maintenance"))
        : new Why(Cause.None, "");

    /// <summary>Why a node is unclean, and what stands in the way of its fencing.</summary>
    public static string Unclean(PolicyRun run, PolicyNode node)
    {
        var reason = Because(run, node);
        if (node.IsToBeFenced || !node.IsUnclean)
        {
            return reason;
        }

        var whyNot = !run.Options.IsFencingEnabled ? "fencing is switched off"
            : !run.HasFencingDevice && !run.Options.HasWatchdog ? "no fencing device is configured"
            : !run.CanFence(node) ? "there is no quorum to fence it"
            : "nothing of the cluster is managed";
        return $"{reason}; {whyNot}";
    }

    private static string OfflineText(PolicyNode node) =>
        node.IsGuest ? $"it is offline: its container {node.RemoteResource!.Launcher!.Id} does not run"
        : node.IsRemote ? $"it is offline: its connection {node.RemoteResource?.Id ?? node.Name} is not up"
        : "it is offline";

    private static string Because(PolicyRun run, PolicyNode node) => node.FencingReason switch
    {
        null when node.IsGuest => $"its container {node.RemoteResource!.Launcher!.Id} is recovered",
        null => "it was never seen",
        "peer is no longer part of the cluster" => "it was lost",
        "peer has not been seen by the cluster" => "it was never seen",
        "peer process is no longer available" or "peer is unexpectedly down" => GoneText(run, node),
        "cluster does not have quorum" => "this partition lost quorum",
        "fencing was requested" => "its termination was asked for",
        "peer failed Pacemaker membership criteria" => "it may not join",
        "peer pending timed out on joining the process group" => "it took too long to join",
        "peer was in an unknown state" => "its state makes no sense",
        "stop is unrunnable" => "what is to be stopped there cannot be stopped",
        "deadman ticket was lost" => "a ticket was lost, and the loss-policy is fence",
        "remote connection is unrecoverable" => "its connection is lost and cannot be made again",
        var reason when reason.EndsWith(" failed there", StringComparison.Ordinal) => FailedText(run, node, reason),
        var reason => reason,
    };

    private static string GoneText(PolicyRun run, PolicyNode node) => node.State is { ProcessSince: > 0 and var since }
        ? string.Create(CultureInfo.InvariantCulture, $"its cluster program has been gone for {run.Now - since} s")
        : "its cluster program is gone";

    private static string FailedText(PolicyRun run, PolicyNode node, string reason)
    {
        var id = reason[..^" failed there".Length];
        return run.Find(id) is { } resource && FailureTexts.Last(run, resource, node) is { } failure
            ? $"{failure.Operation} of {id} failed there"
            : reason;
    }

    private static Origin OriginOf(PolicyNode node, string name)
    {
        foreach (var set in node.Configured?.Attributes ?? [])
        {
            foreach (var pair in set.Values)
            {
                if (pair.Name == name)
                {
                    return pair.Origin;
                }
            }
        }

        return Origin.None;
    }
}
