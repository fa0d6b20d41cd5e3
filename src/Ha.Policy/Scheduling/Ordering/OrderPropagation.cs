namespace Ha.Policy.Scheduling;

/// <summary>Which side of an ordering changed.</summary>
[Flags]
internal enum Changed
{
    None = 0,
    First = 1,
    Then = 2,
}

/// <summary>Flags of actions, carried along orderings until nothing changes any more. Each action is looked at once;
/// whoever changes has its neighbours looked at again. What one kind of ordering does to one pair of actions is in
/// <see cref="OrderRules"/>, and what it means for groups and clones in <see cref="CollectiveOrders"/>.</summary>
internal sealed class OrderPropagation(PolicyRun run)
{
    // Deeper than this the rest waits in a queue: a chain of thousands must not exhaust the stack.
    private const int DepthLimit = 400;

    private readonly Queue<PolicyAction> _deferred = new();
    private int _depth;

    public PolicyRun Run => run;

    public void Update(PolicyAction then)
    {
        if (_depth >= DepthLimit)
        {
            _deferred.Enqueue(then);
            return;
        }

        _depth++;
        UpdateOne(then);
        _depth--;
        while (_depth == 0 && _deferred.TryDequeue(out var later))
        {
            _depth++;
            UpdateOne(later);
            _depth--;
        }
    }

    private void UpdateOne(PolicyAction then)
    {
        var wasRunnable = then.IsRunnable;
        var before = Flags(then);
        var changed = Changed.None;
        if (then.NeedsMinRunnable)
        {
            // Counted afresh each time: runnable again as soon as enough of its firsts are.
            then.RunnableBefore = 0;
            if (then.RequiredRunnableBefore == 0)
            {
                then.RequiredRunnableBefore = 1;
            }

            then.IsRunnable = false;
        }

        // The newest first; what is added on the way is seen the next time.
        for (var index = then.Before.Count - 1; index >= 0; index--)
        {
            changed |= UpdateLink(then, then.Before[index]);
        }

        if (then.NeedsMinRunnable)
        {
            changed = Flags(then) == before ? changed & ~Changed.Then : changed | Changed.Then;
        }

        if ((changed & Changed.Then) != 0)
        {
            if (wasRunnable && !then.IsRunnable)
            {
                ColocationBlocks.BlockDependents(this, then);
            }

            Update(then);
            UpdateAfter(then);
        }
    }

    public void UpdateAfter(PolicyAction action)
    {
        for (var index = action.After.Count - 1; index >= 0; index--)
        {
            Update(action.After[index].Action);
        }
    }

    private Changed UpdateLink(PolicyAction then, PolicyLink link)
    {
        var first = link.Action;
        if (link.Kind == OrderKind.Ordered && first.Resource is null or { IsPrimitive: true }
            && then.Resource is { IsPrimitive: true })
        {
            // A mere order changes nothing where no collection gathers its flags.
            return Changed.None;
        }

        var thenNode = PlaceOf(then);
        var firstNode = PlaceOf(first);
        if ((link.Kind & OrderKind.IfOnSameNode) != 0 && firstNode is not null && thenNode is not null
            && firstNode != thenNode)
        {
            link.Kind = OrderKind.None;
            return Changed.None;
        }

        if (first.Resource is not null && (link.Kind & OrderKind.ThenCancelsFirst) != 0 && !then.IsOptional)
        {
            first.IsOptional = true;
            if (first.Is(Tasks.ReloadAgent))
            {
                first.Resource.IsReloading = false;
            }
        }

        if (first.Resource is not null && then.Resource is not null && first.Resource != then.Resource
            && !then.Resource.IsPartOf(first.Resource))
        {
            first = Ended(first);
        }

        var changed = Changed.None;
        if (first == link.Action)
        {
            changed = OrderRules.Update(this, first, then, FlagsFor(first, thenNode), FlagsFor(then, firstNode), link);
        }
        else if (ActionTable.Order(first, then, link.Kind))
        {
            // The end stands in for what was named; the list is gone through again with it.
            changed = Changed.Then;
            link.Kind = OrderKind.None;
        }

        if ((changed & Changed.First) != 0)
        {
            UpdateAfter(first);
            Update(first);
        }

        return changed & Changed.Then;
    }

    private static PolicyNode? PlaceOf(PolicyAction action) =>
        action.Resource is { Kind: ResourceKind.Group } group && action.Is(Tasks.Start)
            ? Roles.NodeOf(group, isCurrent: false)
            : action.Node;

    /// <summary>What comes after a collection starts is ordered after its end: the point at which all parts are
    /// through (and told, where they want to be).</summary>
    private static PolicyAction Ended(PolicyAction action)
    {
        if (action.Resource is not { IsPrimitive: false } clone
            || action.Key.Contains("notify", StringComparison.Ordinal))
        {
            return action;
        }

        // A bundle has no point at which all have been told: only the clone inside has.
        var ended = EndOf(action.Task);
        if (ended is null
            || (clone.Bundle is not null && ValueText.Truth(clone.Meta.GetValueOrDefault("notify"), false)))
        {
            return action;
        }

        var key = clone.Clone is { IsNotifying: true }
            ? $"{clone.Id}_confirmed-post_notify_{ended}_0"
            : ActionTable.Key(clone.Id, ended, 0);
        return clone.Actions.WithKey(key)?[0] ?? action;
    }

    private static string? EndOf(string task) => task switch
    {
        Tasks.Start or Tasks.Started => Tasks.Started,
        Tasks.Stop or Tasks.Stopped => Tasks.Stopped,
        Tasks.Promote or Tasks.Promoted => Tasks.Promoted,
        Tasks.Demote or Tasks.Demoted => Tasks.Demoted,
        _ => null,
    };

    /// <summary>Flags of an action as an ordering sees them: a clone's action is judged on the other's node, but
    /// whether it can run is judged anywhere.</summary>
    private static ActionFlags FlagsFor(PolicyAction action, PolicyNode? node)
    {
        if (action.Resource is null)
        {
            return Flags(action);
        }

        var flags = CollectiveOrders.FlagsOf(action, null);
        if (node is null || action.Resource.Kind != ResourceKind.Clone)
        {
            return flags;
        }

        var isRunnable = (flags & ActionFlags.Runnable) != 0;
        flags = CollectiveOrders.FlagsOf(action, node);
        return isRunnable ? flags | ActionFlags.Runnable : flags;
    }

    public static ActionFlags Flags(PolicyAction action) =>
        (action.IsOptional ? ActionFlags.Optional : 0)
        | (action.IsRunnable ? ActionFlags.Runnable : 0)
        | (action.IsMigratable ? ActionFlags.Migratable : 0)
        | (action.IsPseudo ? ActionFlags.Pseudo : 0);
}

/// <summary>The flags of an action that orderings read and change.</summary>
[Flags]
internal enum ActionFlags
{
    None = 0,
    Optional = 1,
    Runnable = 2,
    Migratable = 4,
    Pseudo = 8,
}
