namespace Ha.Policy.Scheduling;

/// <summary>The calls that tell each instance.</summary>
internal static class NoticeActions
{
    public static void Create(PolicyRun run, PolicyResource resource, Notice notice)
    {
        if (resource.Children.Count > 0)
        {
            foreach (var child in resource.Children)
            {
                Create(run, child, notice);
            }

            return;
        }

        for (var index = 0; index < resource.Actions.Count; index++)
        {
            var action = resource.Actions[index];
            if (!action.IsOptional && action.Node is not null
                && action.Task is Tasks.Start or Tasks.Stop or Tasks.Promote or Tasks.Demote)
            {
                Tell(notice, action);
            }
        }

        // A stop may be implied by fencing: that is told even when no instance stops by itself.
        var isNeeded = notice.Task switch
        {
            Tasks.Start => notice.Starting.Count > 0,
            Tasks.Promote => notice.Promoting.Count > 0,
            Tasks.Demote => notice.Demoting.Count > 0,
            _ => true,
        };
        if (!isNeeded)
        {
            return;
        }

        if (notice.Task is Tasks.Stop or Tasks.Demote)
        {
            CreateDown(run, resource, notice);
        }
        else
        {
            CreateUp(run, resource, notice);
        }
    }

    private static void CreateDown(PolicyRun run, PolicyResource resource, Notice notice)
    {
        if (resource.Role == Role.Stopped)
        {
            return;
        }

        foreach (var node in resource.ActiveOn)
        {
            var stop = ActionTable.FindTask(resource, Tasks.Stop, node);
            if (stop is { IsPseudo: true } && node.IsUnclean)
            {
                continue;
            }

            Add(run, resource, node, notice, notice.Before, notice.BeforeDone);
            if (notice.Task == Tasks.Demote || stop is null || stop.IsOptional)
            {
                AddAfter(run, resource, node, notice);
            }
        }
    }

    private static void CreateUp(PolicyRun run, PolicyResource resource, Notice notice)
    {
        if (resource.NextRole == Role.Stopped || resource.AssignedTo is not { } node)
        {
            return;
        }

        // Who cannot come up has nobody who would hear it.
        var start = ActionTable.FindTask(resource, Tasks.Start);
        if (start is { IsOptional: false, IsRunnable: false })
        {
            return;
        }

        if (notice.Task != Tasks.Start || start is null || start.IsOptional)
        {
            Add(run, resource, node, notice, notice.Before, notice.BeforeDone);
        }

        AddAfter(run, resource, node, notice);
    }

    private static PolicyAction? Add(
        PolicyRun run, PolicyResource resource, PolicyNode node, Notice notice, PolicyAction? point,
        PolicyAction? done)
    {
        if (point is null || !node.IsOnline || !point.IsRunnable)
        {
            return null;
        }

        var key = Notifications.Key(resource, point.Meta!["notify_type"], point.Meta["notify_operation"]);
        var call = ActionTable.Get(run, resource, key, Tasks.Notify, node, point.IsOptional);
        foreach (var (name, value) in point.Meta)
        {
            call.SetMeta(name, value);
        }

        Tell(notice, call);
        ActionTable.Order(point, call, OrderKind.Ordered);
        if (done is not null)
        {
            ActionTable.Order(call, done, OrderKind.Ordered);
        }

        return call;
    }

    private static void AddAfter(PolicyRun run, PolicyResource resource, PolicyNode node, Notice notice)
    {
        var call = Add(run, resource, node, notice, notice.After, notice.AfterDone);
        if (call is not null)
        {
            call.Priority = Scores.Infinity;
        }

        if (notice.AfterDone is not { } done)
        {
            return;
        }

        // Watching goes on when all have been told.
        foreach (var action in resource.Actions)
        {
            if (action.IntervalMs > 0 && !action.Is(Tasks.Cancel))
            {
                ActionTable.Order(done, action, OrderKind.Ordered);
            }
        }
    }

    private static void Tell(Notice notice, PolicyAction action)
    {
        foreach (var (name, value) in notice.Variables)
        {
            action.SetMeta("notify_" + name, value);
        }
    }
}
