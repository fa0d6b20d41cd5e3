namespace Ha.Policy.Scheduling;

/// <summary>What a resource's history on a node leads to, once all of it is read.</summary>
internal static class HistoryOutcome
{
    public static void Apply(
        HistoryReading reading, PolicyResource resource, PolicyNode node, FailureResponse response)
    {
        var run = reading.Run;
        if (resource.Role != Role.Unknown)
        {
            MarkKnown(resource, node);
        }

        CheckLostNode(run, resource, node);
        var effective = node.IsUnclean ? FailureResponse.Ignore : response;
        Respond(reading, resource, node, effective);
        if (resource.HasFailed && resource.RemoteNode is { IsUnclean: true } remote)
        {
            // The connection failed: the remote node is fenced, whether it will be connected again or not.
            remote.IsUnseen = false;
        }

        if (resource.Role is not (Role.Stopped or Role.Unknown))
        {
            ActiveNodes.Add(run, resource, node, response != FailureResponse.Ignore);
            switch (effective)
            {
                case FailureResponse.Ignore:
                    break;
                case FailureResponse.Demote or FailureResponse.Block:
                    resource.HasFailed = true;
                    break;
                default:
                    FencingRequests.Fail(resource);
                    break;
            }
        }
        else if (resource.HistoryId.Contains(':', StringComparison.Ordinal) && !resource.IsGloballyUnique)
        {
            // An old status with numbers: while stopped, the instance goes by its plain id again.
            resource.HistoryId = resource.Source.Id;
            resource.IsHistoryFound = false;
        }
        else
        {
            resource.MustStopOn.Remove(node);
        }

        // A stop at the source does not end a migration that is half done.
        if (resource.Role == Role.Stopped && resource.MigrationSource == node && resource.MigrationTarget is not null)
        {
            resource.Role = Role.Started;
        }
    }

    private static void MarkKnown(PolicyResource resource, PolicyNode node)
    {
        for (var each = resource; each is not null; each = each.Parent)
        {
            each.KnownOn!.Add(node);
            if (each.IsGloballyUnique)
            {
                return;
            }
        }
    }

    // It is believed to run on a node that is not there.
    private static void CheckLostNode(PolicyRun run, PolicyResource resource, PolicyNode node)
    {
        if (resource.Role <= Role.Stopped || node.IsOnline || node.IsInMaintenance || !resource.IsManaged)
        {
            return;
        }

        if (node.IsGuest)
        {
            // Recovering the container "fences" the guest, whether nodes can be fenced or not.
            FencingRequests.Fail(resource);
            FencingRequests.Add(run, node, $"{resource.Id} is thought to be active there", false);
            return;
        }

        if (!run.Options.IsFencingEnabled)
        {
            return;
        }

        var reason = $"{resource.Id} is thought to be active there";
        if (node is { IsRemote: true, RemoteResource.HasFailed: false })
        {
            // Fencing is not needed if the connection comes up again on another node.
            node.IsUnseen = true;
            reason = $"{resource.Id} is active there "
                + "(fencing will be revoked if remote connection can be re-established elsewhere)";
        }

        FencingRequests.Add(run, node, reason, false);
    }

    private static void Respond(
        HistoryReading reading, PolicyResource resource, PolicyNode node, FailureResponse response)
    {
        var run = reading.Run;
        var isActive = resource.Role is not (Role.Stopped or Role.Unknown);
        switch (response)
        {
            case FailureResponse.Demote:
                resource.HasFailed = true;
                AddOnce(resource.MustDemoteOn, node);
                break;
            case FailureResponse.Fence:
                FencingRequests.Add(run, node, $"{resource.Id} failed there", false);
                break;
            case FailureResponse.Standby:
                node.IsStandby = true;
                node.IsStandbyByFailure = true;
                break;
            case FailureResponse.Block:
                resource.IsManaged = false;
                resource.IsBlocked = true;
                break;
            case FailureResponse.Ban:
                Bans.Add(
                    run, resource, node, Cause.OnFailBan, "an operation of it failed there and on-fail is ban",
                    resource.Source.Origin);
                break;
            case FailureResponse.Stop:
                resource.NextRole = Role.Stopped;
                resource.NextRoleReason = "on-fail=stop";
                break;
            case FailureResponse.Restart when isActive:
                FencingRequests.Fail(resource);
                AddOnce(resource.MustStopOn, node);
                break;
            case FailureResponse.RestartContainer:
                RestartContainer(reading, resource, node, isActive);
                break;
            case FailureResponse.ResetRemote:
                ResetRemote(run, resource, node);
                break;
        }
    }

    private static void RestartContainer(
        HistoryReading reading, PolicyResource resource, PolicyNode node, bool isActive)
    {
        FencingRequests.Fail(resource);
        if (resource.Launcher is { } container)
        {
            // A bundle's connection may be on another node than its container.
            if (IsInBundle(resource))
            {
                reading.StopContainer(container);
            }
            else
            {
                AddOnce(container.MustStopOn, node);
            }
        }
        else if (isActive)
        {
            AddOnce(resource.MustStopOn, node);
        }
    }

    private static void ResetRemote(PolicyRun run, PolicyResource resource, PolicyNode node)
    {
        FencingRequests.Fail(resource);
        if (run.Options.IsFencingEnabled && resource.RemoteNode is { IsRemote: true, WasRemoteFenced: false } remote)
        {
            FencingRequests.Add(run, remote, "remote connection is unrecoverable", false);
        }

        if (resource.Role > Role.Stopped)
        {
            AddOnce(resource.MustStopOn, node);
        }

        // With a reconnect interval it stays stopped until the failure is over.
        if (resource.RemoteReconnectMs > 0)
        {
            resource.NextRole = Role.Stopped;
            resource.NextRoleReason = "remote reset";
        }
    }

    /// <summary>True for a bundle's parts.</summary>
    public static bool IsInBundle(PolicyResource resource)
    {
        for (var each = resource.Parent; each is not null; each = each.Parent)
        {
            if (each.Kind == ResourceKind.Bundle)
            {
                return true;
            }
        }

        return false;
    }

    private static void AddOnce(List<PolicyNode> nodes, PolicyNode node)
    {
        if (!nodes.Contains(node))
        {
            nodes.Add(node);
        }
    }
}
