namespace Ha.Policy.Scheduling;

/// <summary>Brings a primitive from the role and place that it has to those that it shall have.</summary>
internal static class PrimitiveActions
{
    public static void Create(PolicyRun run, PolicyResource resource)
    {
        SetNextRole(resource);
        foreach (var node in resource.DanglingMigrations)
        {
            FinishMigration(run, resource, node);
        }

        var current = resource.CurrentNode;
        var isMoving = current is not null && resource.AssignedTo is { } assigned && assigned != current
            && resource.NextRole >= Role.Started;
        var isMigrating = isMoving && Migrations.CanMigrate(resource, current);
        var mustStop = isMoving;
        if (resource.MigrationSource is not null && resource.MigrationTarget is not null && isMigrating
            && resource.ActiveOn.Count == 2 && current == resource.MigrationSource
            && resource.AssignedTo == resource.MigrationTarget)
        {
            // A half-done migration goes on to where it was going.
            resource.IsActiveUnexpectedly = false;
        }
        else if (resource.MigrationSource is not null || resource.MigrationTarget is not null)
        {
            mustStop = true;
            isMigrating = false;
            resource.MigrationSource = null;
            resource.MigrationTarget = null;
            resource.IsActiveUnexpectedly = false;
        }
        else
        {
            mustStop |= CheckActiveTwice(resource);
        }

        if (run.IsLive && resource.Top().Kind == ResourceKind.Clone)
        {
            GoOn(resource);
        }
        else if (resource.IsStartPending && resource.AssignedTo is { } pendingOn
            && (!run.IsLive || resource.StartPendingOn == pendingOn))
        {
            // Others wait for this start: it stays in the graph.
            ActionTable.Get(run, resource, Tasks.Start, pendingOn, isOptional: true).IsAlwaysInGraph = true;
        }

        var mustPromote = false;
        if (!isMoving)
        {
            (mustStop, mustPromote) = CheckStaying(run, resource, current, mustStop);
        }

        RoleChanges.Restart(run, resource, current, mustStop, mustPromote);
        RoleChanges.Change(run, resource);
        RecurringActions.Create(run, resource);
        if (isMigrating)
        {
            Migrations.Create(run, resource, current!);
        }
    }

    // A step of an instance that is under way and still wanted has not been taken: then it stands in the graph with all
    // that the clone says around it, and others wait for that.
    private static void GoOn(PolicyResource resource)
    {
        if (resource is { IsPromotePending: true, NextRole: Role.Promoted } && resource.AssignedTo is { } promotedOn
            && promotedOn == resource.PendingNode)
        {
            resource.Role = Role.Unpromoted;
        }
        else if (resource is { IsStartPending: true, NextRole: >= Role.Started } && resource.AssignedTo is { } startedOn
            && startedOn == resource.StartPendingOn)
        {
            resource.Role = Role.Stopped;
        }
    }

    public static void SetNextRole(PolicyResource resource)
    {
        if (resource.NextRole == Role.Unknown)
        {
            resource.NextRole = resource.AssignedTo is null ? Role.Stopped : Role.Started;
            resource.NextRoleReason = "assignment";
        }
    }

    // The migration is done but for the stop at the source: that one makes nothing else necessary.
    private static void FinishMigration(PolicyRun run, PolicyResource resource, PolicyNode node)
    {
        var stop = ActionTable.Get(run, resource, Tasks.Stop, node, isOptional: false);
        stop.IsDanglingMigration = true;
        if (run.Options.IsRemovingAfterStop)
        {
            HistoryCleanup.Schedule(run, resource, node, isOptional: false);
        }
    }

    // Without fencing for it, a resource does not count as active on a node that nobody hears.
    private static bool CheckActiveTwice(PolicyResource resource)
    {
        var count = 0;
        foreach (var node in resource.ActiveOn)
        {
            if (resource.Requires == Requirement.Fencing || (node.IsOnline && !node.IsUnclean))
            {
                count++;
            }
        }

        resource.IsActiveUnexpectedly = count > 1 && resource.MultipleActive == MultipleActive.StopUnexpected;
        return count > 1 && resource.MultipleActive is MultipleActive.StopStart or MultipleActive.StopUnexpected;
    }

    private static (bool MustStop, bool MustPromote) CheckStaying(
        PolicyRun run, PolicyResource resource, PolicyNode? current, bool mustStop)
    {
        if (resource.HasFailed)
        {
            return resource.IsStoppedIfFailed
                ? (true, false)
                : (mustStop, resource.NextRole == Role.Promoted);
        }

        if (resource.IsBlocked)
        {
            return (true, false);
        }

        if (resource.Role > Role.Started && current is not null && resource.AssignedTo is { } assigned
            && !ActionTable.Get(run, resource, Tasks.Start, assigned, isOptional: true).IsOptional)
        {
            return (true, false);
        }

        return (mustStop, false);
    }
}
