namespace Ha.Policy.Scheduling;

/// <summary>Actions of clones: those of the instances, between points that stand for all of them.</summary>
internal static class CloneActions
{
    [Flags]
    private enum Movement
    {
        None = 0,
        Starting = 1,
        Stopping = 2,
        Active = 4,
        Restarting = 8,
    }

    public static void Create(PolicyRun run, PolicyResource clone)
    {
        CreateInstances(run, clone, clone.Children);
        if (clone.IsPromotable)
        {
            AddPromotion(run, clone);
        }
    }

    /// <summary>Actions of instances and of the collection that they belong to.</summary>
    public static void CreateInstances(PolicyRun run, PolicyResource owner, IReadOnlyList<PolicyResource> instances)
    {
        var movement = Movement.None;
        foreach (var instance in instances)
        {
            ActionStages.CreateFor(run, instance);
            movement |= MovementOf(instance);
        }

        var isStarting = (movement & Movement.Starting) != 0;
        var isStopping = (movement & Movement.Stopping) != 0;
        var start = AddPoint(run, owner, Tasks.Start, !isStarting, isRunnable: true);
        var started = AddPoint(run, owner, Tasks.Started, !isStarting,
            isRunnable: (movement & (Movement.Active | Movement.Starting)) != 0);
        started.Priority = Scores.Infinity;
        var stop = AddPoint(run, owner, Tasks.Stop, !isStopping, isRunnable: true);
        var stopped = AddPoint(run, owner, Tasks.Stopped, !isStopping, isRunnable: true);
        stopped.Priority = Scores.Infinity;
        stop.IsMigratable = (movement & Movement.Restarting) == 0;
        Notifications.AddStartAndStop(run, owner, start, started, stop, stopped);
    }

    public static PolicyAction AddPoint(
        PolicyRun run, PolicyResource owner, string task, bool isOptional, bool isRunnable) =>
        ActionTable.GetPseudo(run, owner, ActionTable.Key(owner.Id, task, 0), task, isOptional, isRunnable);

    private static Movement MovementOf(PolicyResource instance)
    {
        var movement = Movement.None;
        if (instance.Children.Count > 0)
        {
            foreach (var child in instance.Children)
            {
                movement |= MovementOf(child);
            }

            return movement;
        }

        if (instance.ActiveOn.Count > 0)
        {
            movement |= Movement.Active;
        }

        foreach (var action in instance.Actions)
        {
            if (action.IsOptional)
            {
                continue;
            }

            // A stop that fencing does for it counts, too.
            if (action.Is(Tasks.Start) && action.IsRunnable)
            {
                movement |= Movement.Starting;
            }
            else if (action.Is(Tasks.Stop) && (action.IsRunnable || action.IsPseudo))
            {
                movement |= Movement.Stopping;
            }
        }

        const Movement Both = Movement.Starting | Movement.Stopping;
        return (movement & Both) == Both ? movement | Movement.Restarting : movement;
    }

    private static void AddPromotion(PolicyRun run, PolicyResource clone)
    {
        var isPromoting = false;
        var isDemoting = false;
        foreach (var instance in clone.Children)
        {
            FindChanges(instance, ref isPromoting, ref isDemoting);
        }

        var promote = AddPoint(run, clone, Tasks.Promote, !isPromoting, isRunnable: true);
        var promoted = AddPoint(run, clone, Tasks.Promoted, !isPromoting, isRunnable: true);
        promoted.Priority = Scores.Infinity;
        Notifications.AddPromote(run, clone, promote, promoted);
        var demote = AddPoint(run, clone, Tasks.Demote, !isDemoting, isRunnable: true);
        var demoted = AddPoint(run, clone, Tasks.Demoted, !isDemoting, isRunnable: true);
        demoted.Priority = Scores.Infinity;
        Notifications.AddDemote(run, clone, demote, demoted);
    }

    private static void FindChanges(PolicyResource instance, ref bool isPromoting, ref bool isDemoting)
    {
        foreach (var child in instance.Children)
        {
            FindChanges(child, ref isPromoting, ref isDemoting);
        }

        if (instance.Children.Count > 0)
        {
            return;
        }

        foreach (var action in instance.Actions)
        {
            if (action is { IsOptional: false, IsRunnable: true })
            {
                isPromoting |= action.Is(Tasks.Promote);
                isDemoting |= action.Is(Tasks.Demote);
            }
        }
    }
}
