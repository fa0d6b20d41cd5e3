namespace Ha.Policy.Scheduling;

/// <summary>A start or promotion that cannot run takes along what must be where that resource is.</summary>
internal static class ColocationBlocks
{
    /// <param name="propagation">Hears of what is blocked by that, at once.</param>
    /// <param name="action">What may not be able to run.</param>
    public static void BlockDependents(OrderPropagation propagation, PolicyAction action)
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
            Block(propagation, colocation.Dependent, task, action.Resource);
        }
    }

    private static void Block(
        OrderPropagation propagation, PolicyResource resource, string task, PolicyResource because)
    {
        for (var index = 0; index < resource.Actions.Count; index++)
        {
            var action = resource.Actions[index];
            if (action.IsRunnable && action.Is(task))
            {
                action.IsRunnable = false;
                action.Reason ??= $"colocation with {because.Id}";
                action.Code = action.Code.Length > 0 ? action.Code : Cause.PartnerCannotStart;
                BlockDependents(propagation, action);
                propagation.Update(action);
            }
        }

        foreach (var child in resource.Children)
        {
            Block(propagation, child, task, because);
        }
    }
}
