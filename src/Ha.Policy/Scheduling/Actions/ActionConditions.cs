namespace Ha.Policy.Scheduling;

/// <summary>Whether an action is needed and can run, as far as its resource, its node and quorum say.</summary>
internal static class ActionConditions
{
    /// <summary>Applied each time that somebody asks for the action: asking for a required one makes it required, and
    /// never the other way, but what is unmanaged is left alone.</summary>
    public static void Apply(PolicyRun run, PolicyAction action, bool isOptional)
    {
        if (action.Resource is not { } resource)
        {
            action.IsOptional &= isOptional;
            return;
        }

        if (!resource.IsManaged && action.Node is not null && action.IntervalMs == 0)
        {
            action.IsOptional = true;
        }
        else if (!isOptional)
        {
            action.IsOptional = false;
        }

        if (!action.IsPseudo)
        {
            ApplyRunnable(run, action, resource);
        }
    }

    private static void ApplyRunnable(PolicyRun run, PolicyAction action, PolicyResource resource)
    {
        if (action.Node is not { } node)
        {
            Block(action, null, Cause.None);
        }
        else if (!action.IsOnCoordinator && !node.IsOnline && (!node.IsGuest || node.NeedsRemoteReset))
        {
            Block(action, null, Cause.NodeOffline);

            // What must stop where nobody can stop it is stopped by fencing.
            if (action.Is(Tasks.Stop) && resource.IsManaged && !node.IsUnclean)
            {
                FencingRequests.Add(run, node, "stop is unrunnable", isDelayed: false);
            }
        }
        else if (!action.IsOnCoordinator && node.IsPending)
        {
            Block(action, null, Cause.NodePending);
        }
        else if (action.Needs == Requirement.Nothing)
        {
            action.Reason = null;
            action.IsRunnable = !node.IsGuest || run.CanFence(node);
        }
        else
        {
            ApplyQuorum(run, action, resource);
        }
    }

    private static void ApplyQuorum(PolicyRun run, PolicyAction action, PolicyResource resource)
    {
        switch (PolicyFor(run, resource))
        {
            case QuorumPolicy.Stop:
                Block(action, "no quorum", Cause.NoQuorumStop);
                break;
            case QuorumPolicy.Freeze when !IsActive(resource) || resource.NextRole > resource.Role:
                Block(action, "quorum freeze", Cause.NoQuorumFreeze);
                break;
            default:
                action.IsRunnable = true;
                break;
        }
    }

    private static QuorumPolicy PolicyFor(PolicyRun run, PolicyResource resource)
    {
        var policy = run.HasQuorum ? QuorumPolicy.Ignore : run.Options.NoQuorum;
        if (policy != QuorumPolicy.Demote)
        {
            return policy;
        }

        // What was promoted is demoted and runs on; what did not run is not started.
        if (resource.Role is not (Role.Promoted or Role.Unpromoted))
        {
            return QuorumPolicy.Stop;
        }

        if (resource.NextRole > Role.Unpromoted)
        {
            resource.NextRole = Role.Unpromoted;
            resource.NextRoleReason = "no-quorum-policy=demote";
        }

        return QuorumPolicy.Ignore;
    }

    // What runs where nobody knows counts as running; on a node that is known to be down nothing does.
    private static bool IsActive(PolicyResource resource)
    {
        foreach (var node in resource.ActiveOn)
        {
            if (node.IsUnclean || node.IsOnline || !resource.IsManaged)
            {
                return true;
            }
        }

        return false;
    }

    private static void Block(PolicyAction action, string? reason, string code)
    {
        action.IsRunnable = false;
        action.Reason = reason ?? action.Reason;
        action.Code = code.Length > 0 ? code : action.Code;
    }
}
