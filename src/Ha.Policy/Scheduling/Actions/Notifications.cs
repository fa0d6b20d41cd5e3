namespace Ha.Policy.Scheduling;

/// <summary>Points before and after what a clone does, at which its instances are told. Source: Pacemaker
/// Administration, "Clone resource agent requirements".</summary>
internal static class Notifications
{
    public static void AddStartAndStop(
        PolicyRun run, PolicyResource clone, PolicyAction start, PolicyAction started, PolicyAction stop,
        PolicyAction stopped)
    {
        if (clone.Clone is not { IsNotifying: true })
        {
            return;
        }

        var notices = Of(clone);
        notices.Start ??= Add(run, clone, Tasks.Start, start, started);
        if (notices.Stop is null)
        {
            notices.Stop = Add(run, clone, Tasks.Stop, stop, stopped);
            ActionTable.Order(notices.Stop.AfterDone!, notices.Start.Before!, OrderKind.Ordered);
        }
    }

    public static void AddPromote(PolicyRun run, PolicyResource clone, PolicyAction promote, PolicyAction promoted)
    {
        if (clone.Clone is { IsNotifying: true })
        {
            Of(clone).Promote ??= Add(run, clone, Tasks.Promote, promote, promoted);
        }
    }

    public static void AddDemote(PolicyRun run, PolicyResource clone, PolicyAction demote, PolicyAction demoted)
    {
        if (clone.Clone is not { IsNotifying: true })
        {
            return;
        }

        var notices = Of(clone);
        if (notices.Demote is not null)
        {
            return;
        }

        notices.Demote = Add(run, clone, Tasks.Demote, demote, demoted);
        if (notices is { Promote: { } promote, Start: { } start, Stop: { } stop })
        {
            ActionTable.Order(stop.AfterDone!, promote.Before!, OrderKind.Ordered);
            ActionTable.Order(start.AfterDone!, promote.Before!, OrderKind.Ordered);
            ActionTable.Order(notices.Demote.AfterDone!, promote.Before!, OrderKind.Ordered);
            ActionTable.Order(notices.Demote.AfterDone!, start.Before!, OrderKind.Ordered);
            ActionTable.Order(notices.Demote.AfterDone!, stop.Before!, OrderKind.Ordered);
        }
    }

    private static CloneNotices Of(PolicyResource clone)
    {
        if (clone.Notifications is CloneNotices notices)
        {
            return notices;
        }

        notices = new CloneNotices();
        clone.Notifications = notices;
        return notices;
    }

    private static Notice Add(
        PolicyRun run, PolicyResource owner, string task, PolicyAction? action, PolicyAction? complete)
    {
        var notice = new Notice { Task = task };
        if (action is not null)
        {
            notice.Before = AddPoint(run, owner, action, Tasks.Notify, "pre", "pre", task);
            notice.BeforeDone = AddPoint(run, owner, action, Tasks.Notified, "confirmed-pre", "pre", task);
            notice.Before.IsRunnable = true;
            notice.BeforeDone.IsRunnable = true;
            ActionTable.Order(notice.Before, notice.BeforeDone, OrderKind.Ordered);
            ActionTable.Order(notice.BeforeDone, action, OrderKind.Ordered);
        }

        if (complete is not null)
        {
            notice.After = AddPoint(run, owner, complete, Tasks.Notify, "post", "post", task);
            notice.AfterDone = AddPoint(run, owner, complete, Tasks.Notified, "confirmed-post", "post", task);
            foreach (var point in (ReadOnlySpan<PolicyAction>)[notice.After, notice.AfterDone])
            {
                point.Priority = Scores.Infinity;
                point.IsRunnable = complete.IsRunnable;
            }

            ActionTable.Order(complete, notice.After, OrderKind.FirstImpliesThen);
            ActionTable.Order(notice.After, notice.AfterDone, OrderKind.FirstImpliesThen);
        }

        if (notice is { BeforeDone: { } told, After: { } after })
        {
            ActionTable.Order(told, after, OrderKind.Ordered);
        }

        return notice;
    }

    private static PolicyAction AddPoint(
        PolicyRun run, PolicyResource owner, PolicyAction about, string task, string keyType, string type,
        string operation)
    {
        var key = Key(owner, keyType, about.Task);
        var point = ActionTable.Get(run, owner, key, task, null, about.IsOptional);
        point.IsPseudo = true;
        point.SetMeta("notify_key_type", keyType);
        point.SetMeta("notify_key_operation", about.Task);
        point.SetMeta("notify_type", type);
        point.SetMeta("notify_operation", operation);
        return point;
    }

    public static string Key(PolicyResource resource, string type, string operation) =>
        string.Concat(resource.Id, "_", type, "_notify_") + operation + "_0";

    /// <summary>Tells the instances of a clone that one of them was stopped by fencing, as soon as that is done: others
    /// may wait for their answer before they stop themselves.</summary>
    public static void AddAfterFencing(
        PolicyRun run, PolicyResource resource, PolicyAction stop, PolicyAction fencing)
    {
        var notice = Add(run, resource, Tasks.Stop, null, fencing);
        NoticeVariables.Collect(resource, notice, withActions: false);
        notice.Variables["stop_resource"] = resource.Id;
        notice.Variables["stop_uname"] = stop.Node?.Name ?? "";
        NoticeActions.Create(run, resource.Top(), notice);
    }

    /// <summary>Notifications of all clones: after everything else is decided, since they tell what it is.</summary>
    public static void Finish(PolicyRun run)
    {
        foreach (var resource in run.Resources)
        {
            Finish(run, resource);
        }
    }

    private static void Finish(PolicyRun run, PolicyResource resource)
    {
        if (resource.Bundle?.Child is { } child)
        {
            Finish(run, child);
        }

        if (resource.Notifications is not CloneNotices notices)
        {
            return;
        }

        foreach (var notice in (ReadOnlySpan<Notice?>)[notices.Start, notices.Stop, notices.Promote, notices.Demote])
        {
            if (notice is not null)
            {
                NoticeVariables.Collect(resource, notice, withActions: true);
                NoticeVariables.Add(run, resource, notice);
                NoticeActions.Create(run, resource, notice);
            }
        }
    }
}
