namespace Ha.Policy.Scheduling;

/// <summary>The steps from one role to another: start, stop, promote, demote.</summary>
internal static class RoleChanges
{
    /// <summary>Down to stopped where it is, and up again where it shall be: optional actions, which become required
    /// when something asks for a restart.</summary>
    public static void Restart(
        PolicyRun run, PolicyResource resource, PolicyNode? current, bool mustStop, bool mustPromote)
    {
        resource.IsRestarting = true;
        var role = resource.Role;
        while (role != Role.Stopped)
        {
            var next = StepFrom(role, Role.Stopped);
            Act(run, resource, current, role, next, isOptional: !mustStop);
            role = next;
        }

        while (resource.Role <= resource.NextRole && role != resource.Role && !resource.IsBlocked)
        {
            var next = StepFrom(role, resource.Role);
            var isRequired = mustStop || (next == Role.Promoted && mustPromote);
            Act(run, resource, resource.AssignedTo, role, next, isOptional: !isRequired);
            role = next;
        }

        resource.IsRestarting = false;
    }

    /// <summary>From the role that it has to the one that it shall have.</summary>
    public static void Change(PolicyRun run, PolicyResource resource)
    {
        var role = resource.Role;
        while (role != resource.NextRole)
        {
            var next = StepFrom(role, resource.NextRole);
            Act(run, resource, resource.AssignedTo, role, next, isOptional: false);
            if (next == role)
            {
                return;
            }

            role = next;
        }
    }

    private static Role StepFrom(Role role, Role wanted) => (role, wanted) switch
    {
        (Role.Unknown, Role.Unknown) => Role.Unknown,
        (Role.Unknown, _) => Role.Stopped,
        (Role.Stopped, Role.Promoted) => Role.Unpromoted,
        (Role.Stopped, Role.Unknown) => Role.Stopped,
        (Role.Stopped, _) => wanted,
        (Role.Promoted, Role.Promoted) => Role.Promoted,
        (Role.Promoted, Role.Unknown) => Role.Stopped,
        (Role.Promoted, _) => Role.Unpromoted,
        (Role.Unpromoted, Role.Started) => Role.Stopped,
        (_, Role.Unknown) => Role.Stopped,
        _ => wanted,
    };

    private static void Act(
        PolicyRun run, PolicyResource resource, PolicyNode? node, Role role, Role next, bool isOptional)
    {
        switch (role, next)
        {
            case (Role.Stopped, Role.Started or Role.Unpromoted):
                Start(run, resource, node, isOptional);
                break;
            case (Role.Unknown or Role.Started or Role.Unpromoted, Role.Stopped):
            case (Role.Unpromoted, Role.Started):
                Stop(run, resource, isOptional);
                break;
            case (Role.Started or Role.Unpromoted, Role.Promoted):
                Promote(run, resource, node, isOptional);
                break;
            case (Role.Promoted, Role.Stopped or Role.Started or Role.Unpromoted):
                Demote(run, resource, isOptional);
                break;
        }
    }

    private static void Start(PolicyRun run, PolicyResource resource, PolicyNode? node, bool isOptional)
    {
        if (node is null)
        {
            return;
        }

        var start = ActionTable.Get(run, resource, Tasks.Start, node, isOptional: true);
        Unfencing.Order(run, resource, node, start, OrderKind.FirstImpliesThen);
        if (start.IsRunnable && !isOptional)
        {
            start.IsOptional = false;
        }

        if (IsExpected(resource, node))
        {
            start.IsPseudo = true;
        }
    }

    private static void Stop(PolicyRun run, PolicyResource resource, bool isOptional)
    {
        foreach (var node in resource.ActiveOn)
        {
            if (IsExpected(resource, node))
            {
                continue;
            }

            if (resource.MigrationTarget is { } target)
            {
                if (node == target && node == resource.AssignedTo)
                {
                    continue;
                }

                isOptional = false;
            }

            var stop = ActionTable.Get(run, resource, Tasks.Stop, node, isOptional);
            if (resource.AssignedTo is null)
            {
                stop.Reason ??= "node availability";
            }
            else if (resource is { IsRestarting: true, IsActiveUnexpectedly: true })
            {
                stop.Reason ??= "being multiply active";
            }

            if (!resource.IsManaged)
            {
                stop.IsRunnable = false;
            }

            if (run.Options.IsRemovingAfterStop)
            {
                HistoryCleanup.Schedule(run, resource, node, isOptional);
            }

            if (resource.NeedsUnfencing)
            {
                var unfence = FenceActions.Get(run, node, "on", isOptional: true, null);
                ActionTable.Order(stop, unfence, OrderKind.ThenImpliesFirst);
            }
        }
    }

    private static void Promote(PolicyRun run, PolicyResource resource, PolicyNode? node, bool isOptional)
    {
        if (node is null)
        {
            return;
        }

        foreach (var action in resource.Actions)
        {
            if (action.Is(Tasks.Start) && action.Node == node && !action.IsRunnable)
            {
                Unpromote(resource, node);
                return;
            }
        }

        var promote = ActionTable.Get(run, resource, Tasks.Promote, node, isOptional);
        if (IsExpected(resource, node))
        {
            promote.IsPseudo = true;
        }
    }

    private static void Unpromote(PolicyResource resource, PolicyNode node)
    {
        foreach (var action in resource.Actions)
        {
            if (action.Is(Tasks.Promote) && action.Node == node)
            {
                action.IsRunnable = false;
            }
        }
    }

    private static void Demote(PolicyRun run, PolicyResource resource, bool isOptional)
    {
        foreach (var node in resource.ActiveOn)
        {
            if (!IsExpected(resource, node))
            {
                ActionTable.Get(run, resource, Tasks.Demote, node, isOptional);
            }
        }
    }

    // Where it should be, while the other places are stopped: nothing is done there.
    private static bool IsExpected(PolicyResource resource, PolicyNode node) =>
        resource is { IsActiveUnexpectedly: true, IsRestarting: true } && resource.NextRole > Role.Stopped
        && resource.AssignedTo == node;
}
