using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>How nodes are: online, unclean, leaving, set aside. Source: Pacemaker Explained, "Node state", and
/// notes/pacemaker.md d.7.</summary>
internal static class NodeStates
{
    private const string InMembership = "peer is no longer part of the cluster";

    /// <summary>Reads the states of all nodes, and the histories of those whose history counts.</summary>
    public static void Read(PolicyRun run, HistoryReading histories)
    {
        foreach (var state in run.Cib.Status.Nodes)
        {
            if (Find(run, state) is { } node)
            {
                ReadState(run, node, state);
            }
        }

        // A remote node's history counts once its connection is known to be up, which other histories say.
        while (histories.ReadRound(isLast: false))
        {
        }

        histories.ReadRound(isLast: run.Options.IsFencingEnabled);
        histories.Finish();
        foreach (var node in run.Nodes)
        {
            if (!node.IsRemoteKind)
            {
                continue;
            }

            if (node.IsShuttingDown && node.RemoteResource is { } connection)
            {
                connection.NextRole = Role.Stopped;
                connection.NextRoleReason = "remote shutdown";
            }

            if (!node.IsHistoryRead)
            {
                ReadRemoteState(node);
            }
        }
    }

    /// <summary>The node that a state speaks of; null where it is not known.</summary>
    public static PolicyNode? Find(PolicyRun run, NodeState state) =>
        (state.Id.Length > 0 ? run.FindNodeByIdAlone(state.Id) : null)
        ?? (state.Name.Length > 0 ? run.FindNode(state.Name) : null);

    /// <summary>Remote and guest nodes are as their connections are.</summary>
    public static void ReadRemoteState(PolicyNode node)
    {
        if (node.RemoteResource is not { } connection)
        {
            node.IsOnline = false;
            return;
        }

        var launcher = connection.Launcher;
        var host = launcher?.ActiveOn.Count == 1 ? launcher.ActiveOn[0] : null;
        if (connection.Role == Role.Started)
        {
            node.IsOnline = true;
            node.IsShuttingDown |= connection.NextRole == Role.Stopped;
        }

        if (launcher is { HasFailed: true })
        {
            node.IsOnline = false;
            node.NeedsRemoteReset = true;
        }
        else if (connection.HasFailed)
        {
            node.IsOnline = false;
        }
        else if (connection.Role == Role.Stopped || launcher?.Role == Role.Stopped)
        {
            node.IsOnline = false;
            node.NeedsRemoteReset = false;
        }
        else if (host is { IsOnline: false, IsUnclean: true })
        {
            node.IsOnline = false;
            node.NeedsRemoteReset = true;
        }
    }

    /// <summary>Attributes that the state of a remote node adds.</summary>
    public static void ReadRemoteAttributes(PolicyRun run, PolicyNode node, NodeState state)
    {
        NodesView.AddTransient(run, node, state);
        node.IsShuttingDown |= IsShutdownRequested(node);
        node.IsStandby |= ValueText.Truth(node.Attribute("standby"), false);
        node.IsInMaintenance |= ValueText.Truth(node.Attribute("maintenance"), false)
            || node.RemoteResource is { IsManaged: false };
        if (!ValueText.Truth(node.Attribute("resource-discovery-enabled"), true)
            && !(node.IsRemote && !run.Options.IsFencingEnabled))
        {
            node.IsDiscoveryEnabled = false;
        }
    }

    private static void ReadState(PolicyRun run, PolicyNode node, NodeState state)
    {
        node.State = state;
        node.IsUnclean = false;
        node.IsUnseen = false;
        if (node.IsRemoteKind)
        {
            node.WasRemoteFenced = state.IsRemoteFenced;
            return;
        }

        NodesView.AddTransient(run, node, state);
        node.IsStandby |= ValueText.Truth(node.Attribute("standby"), false);
        node.IsInMaintenance |= ValueText.Truth(node.Attribute("maintenance"), false);
        if (IsShutdownRequested(node))
        {
            node.IsShuttingDown = true;
        }
        else if (state.Expected == "member")
        {
            node.IsExpectedUp = true;
        }

        node.IsOnline = node.Configured?.Kind != NodeKind.Ping
            && (run.Options.IsFencingEnabled
                ? IsOnlineWithFencing(run, node, state)
                : IsOnlineWithoutFencing(run, node, state));
        if (node.IsOnline && !run.HasQuorum && run.Options.NoQuorum == QuorumPolicy.Fence)
        {
            FencingRequests.Add(run, node, "cluster does not have quorum", false);
        }
    }

    private static bool IsOnlineWithoutFencing(PolicyRun run, PolicyNode node, NodeState state)
    {
        if (state.IsMember is not true)
        {
            return false;
        }

        if (run.IsLive && (state.IsProcessUp is not true || state.Join != "member"))
        {
            // The host is there, and what runs on it goes on: nobody may start that elsewhere.
            node.IsStandby = true;
            node.IsPending = true;
            return true;
        }

        if (state.IsProcessUp is true)
        {
            return state.Join == "member";
        }

        if (node.IsExpectedUp)
        {
            FencingRequests.Add(run, node, "peer is unexpectedly down", false);
        }

        return false;
    }

    private static bool IsOnlineWithFencing(PolicyRun run, PolicyNode node, NodeState state)
    {
        var (isMember, isUp) = (state.IsMember is true, state.IsProcessUp is true);
        var isTerminating = IsTerminationRequested(node);
        if (node.IsShuttingDown)
        {
            return isUp;
        }

        if (state.IsMember is null)
        {
            FencingRequests.Add(run, node, "peer has not been seen by the cluster", false);
        }
        else if (state.Join == "banned")
        {
            FencingRequests.Add(run, node, "peer failed Pacemaker membership criteria", false);
        }
        else if (!isTerminating && state.Expected is null or "down")
        {
            ReadUnexpected(run, node, state);
        }
        else if (isTerminating && state.Join == "down" && !isMember && !isUp)
        {
            return false;
        }
        else if (!isMember)
        {
            FencingRequests.Add(run, node, InMembership, true);
        }
        else if (!isUp)
        {
            FencingRequests.Add(run, node, "peer process is no longer available", false);
        }
        else if (isTerminating)
        {
            FencingRequests.Add(run, node, "fencing was requested", false);
        }
        else if (state.Join is "pending" or "down")
        {
            node.IsStandby = true;
            node.IsPending = true;
        }
        else if (state.Join != "member")
        {
            FencingRequests.Add(run, node, "peer was in an unknown state", false);
        }

        return isMember;
    }

    // It was not expected to be up: what is there of it, is on its way.
    private static void ReadUnexpected(PolicyRun run, PolicyNode node, NodeState state)
    {
        if (IsPendingTooLong(run, state))
        {
            FencingRequests.Add(run, node, "peer pending timed out on joining the process group", false);
        }
        else if (state.IsMember is true || state.IsProcessUp is true)
        {
            node.IsStandby = true;
            node.IsPending = true;
        }
    }

    private static bool IsPendingTooLong(PolicyRun run, NodeState state)
    {
        if (run.Options.NodePendingTimeoutMs <= 0 || state.IsMember is not true || state.IsProcessUp is true)
        {
            return false;
        }

        var endsAt = Math.Max(1, state.MemberSince) + (run.Options.NodePendingTimeoutMs / 1000);
        if (run.Now >= endsAt)
        {
            return true;
        }

        run.Recheck(endsAt, "pending node timeout");
        return false;
    }

    private static bool IsShutdownRequested(PolicyNode node) =>
        node.Attribute("shutdown") is { } value && value != "0";

    // A truth value, or the time of the request.
    private static bool IsTerminationRequested(PolicyNode node)
    {
        var value = node.Attribute("terminate");
        return ValueText.Truth(value, false)
            || (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at > 0);
    }
}
