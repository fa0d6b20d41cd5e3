namespace Ha.Policy.Scheduling;

/// <summary>What each kind of ordering does to a pair of actions.</summary>
internal static class OrderRules
{
    private const OrderKind Implications =
        OrderKind.FirstImpliesThen | OrderKind.ThenImpliesFirst | OrderKind.IntermediateStop;

    /// <summary>Applies everything that an ordering says.</summary>
    public static Changed Update(
        OrderPropagation propagation, PolicyAction first, PolicyAction then, ActionFlags firstFlags,
        ActionFlags thenFlags, PolicyLink link)
    {
        // Node that limits the effect on a clone's instances; none for interleaved ones.
        var node = then.Node;
        if ((link.Kind & OrderKind.FirstImpliesThenOnSameNode) != 0)
        {
            // Only the instance where the first acts restarts (unfencing).
            link.Kind = (link.Kind & ~OrderKind.FirstImpliesThenOnSameNode) | OrderKind.FirstImpliesThen;
            node = first.Node;
        }

        var optional = firstFlags & ActionFlags.Optional;
        var changed = Changed.None;
        changed |= Imply(propagation, first, then, node, firstFlags, thenFlags, link);
        if ((link.Kind & OrderKind.PromotedThenImpliesFirst) != 0 && then.Resource is not null)
        {
            changed |= Of(propagation, then.Resource, first, then, node, optional, ActionFlags.Optional,
                OrderKind.PromotedThenImpliesFirst);
        }

        changed |= CountRunnable(propagation, first, then, node, firstFlags, link);
        changed |= Block(propagation, first, then, node, firstFlags, link);
        foreach (var kind in s_plainKinds)
        {
            if ((link.Kind & kind) != 0 && then.Resource is not null)
            {
                changed |= Of(propagation, then.Resource, first, then, node, firstFlags,
                    kind is OrderKind.UnmigratableThenBlocks or OrderKind.FirstElseThen
                        ? ActionFlags.Optional : ActionFlags.Runnable, kind);
            }
        }

        if (first.IsRunnable && (link.Kind & OrderKind.FirstImpliesThenGraphed) != 0
            && (firstFlags & ActionFlags.Optional) == 0)
        {
            then.IsAlwaysInGraph = true;
        }

        if ((link.Kind & OrderKind.ThenImpliesFirstGraphed) != 0 && (thenFlags & ActionFlags.Optional) == 0)
        {
            first.IsAlwaysInGraph = true;
        }

        // A stop that a person must see to holds back whatever follows it.
        if ((link.Kind & (Implications | OrderKind.UnrunnableFirstBlocks)) != 0
            && first.Resource is { IsManaged: false, IsBlocked: true } && !first.IsRunnable && first.Is(Tasks.Stop)
            && then.IsRunnable)
        {
            then.IsRunnable = false;
            changed |= Changed.Then;
        }

        return changed;
    }

    private static readonly OrderKind[] s_plainKinds =
    [
        OrderKind.UnmigratableThenBlocks, OrderKind.FirstElseThen, OrderKind.Ordered, OrderKind.Asymmetric,
    ];

    private static Changed Imply(
        OrderPropagation propagation, PolicyAction first, PolicyAction then, PolicyNode? node, ActionFlags firstFlags,
        ActionFlags thenFlags, PolicyLink link)
    {
        var changed = Changed.None;
        if ((link.Kind & OrderKind.FirstImpliesThen) != 0)
        {
            if (then.Resource is not null)
            {
                changed |= Of(propagation, then.Resource, first, then, node, firstFlags & ActionFlags.Optional,
                    ActionFlags.Optional, OrderKind.FirstImpliesThen);
            }
            else if ((firstFlags & ActionFlags.Optional) == 0 && then.IsOptional)
            {
                then.IsOptional = false;
                changed |= Changed.Then;
            }
        }

        if ((link.Kind & OrderKind.IntermediateStop) != 0 && then.Resource is not null)
        {
            changed |= Of(propagation, then.Resource, first, then, node, firstFlags,
                ActionFlags.Optional | ActionFlags.Runnable, OrderKind.IntermediateStop);
        }

        if ((link.Kind & OrderKind.ThenImpliesFirst) != 0)
        {
            if (first.Resource is not null)
            {
                changed |= Of(propagation, first.Resource, first, then, node, firstFlags, ActionFlags.Optional,
                    OrderKind.ThenImpliesFirst);
            }
            else if ((thenFlags & ActionFlags.Optional) == 0 && first.IsOptional)
            {
                first.IsOptional = false;
                changed |= Changed.First;
            }
        }

        return changed;
    }

    private static Changed CountRunnable(
        OrderPropagation propagation, PolicyAction first, PolicyAction then, PolicyNode? node, ActionFlags firstFlags,
        PolicyLink link)
    {
        if ((link.Kind & OrderKind.MinRunnable) == 0)
        {
            return Changed.None;
        }

        if (then.Resource is not null)
        {
            return Of(propagation, then.Resource, first, then, node, firstFlags, ActionFlags.Runnable,
                OrderKind.MinRunnable);
        }

        if ((firstFlags & ActionFlags.Runnable) == 0)
        {
            return Changed.None;
        }

        then.RunnableBefore++;
        if (then.RunnableBefore >= then.RequiredRunnableBefore && !then.IsRunnable)
        {
            then.IsRunnable = true;
            return Changed.Then;
        }

        return Changed.None;
    }

    private static Changed Block(
        OrderPropagation propagation, PolicyAction first, PolicyAction then, PolicyNode? node, ActionFlags firstFlags,
        PolicyLink link)
    {
        var changed = Changed.None;
        if ((link.Kind & OrderKind.NestedRemoteProbe) != 0 && then.Resource is not null)
        {
            if ((firstFlags & ActionFlags.Runnable) == 0 && first.Resource is { ActiveOn.Count: > 0 })
            {
                link.Kind = OrderKind.None;
            }
            else
            {
                changed |= Of(propagation, then.Resource, first, then, node, firstFlags, ActionFlags.Runnable,
                    OrderKind.UnrunnableFirstBlocks);
            }
        }

        if ((link.Kind & OrderKind.UnrunnableFirstBlocks) != 0)
        {
            if (then.Resource is not null)
            {
                changed |= Of(propagation, then.Resource, first, then, node, firstFlags, ActionFlags.Runnable,
                    OrderKind.UnrunnableFirstBlocks);
            }
            else if ((firstFlags & ActionFlags.Runnable) == 0 && then.IsRunnable)
            {
                then.IsRunnable = false;
                changed |= Changed.Then;
            }
        }

        return changed;
    }

    /// <summary>The effect of one kind on the actions of a resource, by what kind of resource it is.</summary>
    public static Changed Of(
        OrderPropagation propagation, PolicyResource resource, PolicyAction first, PolicyAction then, PolicyNode? node,
        ActionFlags flags, ActionFlags filter, OrderKind kind) => resource.Kind switch
        {
            ResourceKind.Primitive => Pair(propagation, first, then, flags, filter, kind),
            ResourceKind.Group => CollectiveOrders.UpdateGroup(propagation, first, then, node, flags, filter, kind),
            _ => CollectiveOrders.UpdateInstances(propagation, first, then, node, flags, filter, kind),
        };

    /// <summary>The effect of one kind on exactly these two actions.</summary>
    /// <param name="propagation">Where follow-ups are sent.</param>
    /// <param name="first">The earlier action.</param>
    /// <param name="then">The later action.</param>
    /// <param name="flags">Flags of the first, as the ordering sees them.</param>
    /// <param name="filter">Which flags this is about.</param>
    /// <param name="kind">One kind.</param>
    public static Changed Pair(
        OrderPropagation propagation, PolicyAction first, PolicyAction then, ActionFlags flags, ActionFlags filter,
        OrderKind kind)
    {
        var firstBefore = OrderPropagation.Flags(first);
        var thenBefore = OrderPropagation.Flags(then);
        var aboutOptional = (filter & ActionFlags.Optional) != 0;
        var aboutRunnable = (filter & ActionFlags.Runnable) != 0;
        switch (kind)
        {
            case OrderKind.Asymmetric:
                Asymmetric(first, then);
                break;
            case OrderKind.ThenImpliesFirst when !then.IsOptional:
                Require(first, then, aboutOptional && (flags & ActionFlags.Optional) == 0);
                break;
            case OrderKind.PromotedThenImpliesFirst
                when aboutOptional && !then.IsOptional && then.Resource is { Role: Role.Promoted }:
                Require(first, then, isAboutOptional: true);
                break;
            case OrderKind.UnmigratableThenBlocks when aboutOptional:
                if (!then.IsMigratable || !then.IsRunnable)
                {
                    first.IsRunnable = false;
                }

                if (!then.IsOptional)
                {
                    first.IsOptional = false;
                }

                break;
            case OrderKind.FirstElseThen when aboutOptional && !first.IsRunnable:
                then.IsMigratable = false;
                then.IsPseudo = false;
                break;
            case OrderKind.UnrunnableFirstBlocks
                when aboutRunnable && then.IsRunnable && (flags & ActionFlags.Runnable) == 0:
                Unrunnable(then, first);
                then.IsMigratable = false;
                break;
            case OrderKind.FirstImpliesThen
                when aboutOptional && then.IsOptional && (flags & ActionFlags.Optional) == 0 && !first.IsMigratable:
                MakeRequired(then, first);
                break;
            case OrderKind.IntermediateStop:
                Restart(first, then, filter);
                break;
        }

        var changed = Changed.None;
        if (OrderPropagation.Flags(then) != thenBefore)
        {
            changed |= Changed.Then;
            if (then.Resource is { Parent: not null })
            {
                propagation.Update(then);
            }
        }

        return OrderPropagation.Flags(first) != firstBefore ? changed | Changed.First : changed;
    }

    private static void Require(PolicyAction first, PolicyAction then, bool isAboutOptional)
    {
        if (isAboutOptional && first.IsOptional)
        {
            MakeRequired(first, then);
        }

        if (first.IsMigratable && !then.IsMigratable)
        {
            first.IsMigratable = false;
        }
    }

    // What stays as it is needs no first: something stopped that shall be stopped, something started on its one node.
    private static void Asymmetric(PolicyAction first, PolicyAction then)
    {
        if (then.Resource is null || first.IsRunnable)
        {
            return;
        }

        if (then.IsOptional)
        {
            var role = Roles.Of(then.Resource, isCurrent: true);
            if ((role == Role.Stopped && then.Is(Tasks.Stop))
                || (role >= Role.Started && then.Is(Tasks.Start) && IsOnlyOn(then.Resource, then.Node)))
            {
                return;
            }
        }

        MakeRequired(then, first);
        Unrunnable(then, first);
    }

    private static bool IsOnlyOn(PolicyResource resource, PolicyNode? node) =>
        resource.ActiveOn.Count == 1 && resource.ActiveOn[0] == node;

    private static void Restart(PolicyAction first, PolicyAction then, ActionFlags filter)
    {
        // A start that is needed needs its stop; and when it cannot run, what shall restart is stopped all the same.
        var isNeeded = (filter & ActionFlags.Optional) != 0 && !then.IsOptional;
        var isStuck = (filter & ActionFlags.Runnable) != 0 && !then.IsRunnable
            && then.Resource is { IsManaged: true } && first.Resource == then.Resource;
        if (!isNeeded && !isStuck)
        {
            return;
        }

        if (first.IsRunnable || !then.IsOptional)
        {
            MakeRequired(first, then);
        }

        if (!then.IsMigratable && first.IsMigratable)
        {
            first.IsMigratable = false;
            if (first.Resource != then.Resource)
            {
                first.Reason = Because(then, "unmigrateable");
            }
        }

        if (!first.IsOptional && !first.IsRunnable)
        {
            Unrunnable(then, first);
        }
    }

    private static void MakeRequired(PolicyAction action, PolicyAction because)
    {
        if (action.IsOptional)
        {
            action.IsOptional = false;
            Explain(action, because, "required", Cause.WaitsFor);
        }
    }

    private static void Unrunnable(PolicyAction action, PolicyAction because)
    {
        if (action.IsRunnable)
        {
            action.IsRunnable = false;
            Explain(action, because, "unrunnable", Cause.PartnerCannotStart);
        }
    }

    private static void Explain(PolicyAction action, PolicyAction because, string word, string code)
    {
        // What a resource does because of itself needs no reason: that of its own other action stands.
        if (action.Reason is null && action.Resource != because.Resource)
        {
            action.Reason = Because(because, word);
            action.Code = action.Code.Length > 0 ? action.Code : code;
        }
    }

    private static string Because(PolicyAction because, string word) =>
        because.Resource is null ? $"{word} {because.Task}" : $"{word} {because.Resource.Id} {because.Task}";
}
