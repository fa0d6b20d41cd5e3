namespace Ha.Policy.Scheduling;

/// <summary>A start or promotion that cannot run takes along what must be where that resource is.</summary>
internal static class ColocationBlocks
{
    /// <param name="run">The run.</param>
    /// <param name="action">What may not be able to run.</param>
    /// <param name="blocked">Gets what is blocked by that; null where nobody asks.</param>
    public static void BlockDependents(PolicyRun run, PolicyAction action, List<PolicyAction>? blocked = null)
    {
        if (action.IsRunnable || action.Resource is null || !(action.Is(Tasks.Start) || action.Is(Tasks.Promote)))
        {
            return;
        }

        var isStart = action.Is(Tasks.Start);
        var resource = action.Resource.Top(includeBundle: true);

        // Of a collection all instances must be unable to.
        foreach (var child in resource.Children)
        {
            var own = ActionTable.FindTask(child, action.Task);
            if (own is null || own.IsRunnable)
            {
                return;
            }
        }

        foreach (var colocation in resource.WithThis)
        {
            if (colocation.Score < Scores.Infinity
                || (colocation.PrimaryRole == Role.Promoted && isStart)
                || (colocation.PrimaryRole != Role.Promoted && !isStart))
            {
                continue;
            }

            var task = colocation.DependentRole == Role.Promoted ? Tasks.Promote : Tasks.Start;
            Block(run, colocation.Dependent, task, resource, blocked);
        }
    }

    private static void Block(
        PolicyRun run, PolicyResource resource, string task, PolicyResource because, List<PolicyAction>? blocked)
    {
        for (var index = 0; index < resource.Actions.Count; index++)
        {
            var action = resource.Actions[index];
            if (action.IsRunnable && action.Is(task))
            {
                action.IsRunnable = false;
                action.Reason ??= $"colocation with {because.Id}";
                action.Code = action.Code.Length > 0 ? action.Code : Cause.PartnerCannotStart;
                blocked?.Add(action);
                BlockDependents(run, action, blocked);
            }
        }

        foreach (var child in resource.Children)
        {
            Block(run, child, task, because, blocked);
        }
    }
}
