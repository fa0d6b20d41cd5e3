namespace Ha.Policy.Scheduling;

/// <summary>Orderings of groups, clones and bundles: what they mean for their parts.</summary>
internal static class CollectiveOrders
{
    /// <summary>Flags of an action, gathered from the parts that do it.</summary>
    public static ActionFlags FlagsOf(PolicyAction action, PolicyNode? node) => action.Resource?.Kind switch
    {
        ResourceKind.Group => GroupFlags(action, node),
        ResourceKind.Clone or ResourceKind.Bundle => InstanceFlags(action, node),
        _ => OrderPropagation.Flags(action),
    };

    private static ActionFlags GroupFlags(PolicyAction action, PolicyNode? node)
    {
        var flags = ActionFlags.Optional | ActionFlags.Runnable | ActionFlags.Pseudo;
        var task = MemberTask(action);
        foreach (var member in action.Resource!.Children)
        {
            if (ActionTable.FindTask(member, task, node) is { } own)
            {
                var ownFlags = FlagsOf(own, node);
                if ((ownFlags & ActionFlags.Optional) == 0)
                {
                    flags &= ~ActionFlags.Optional;
                    action.IsOptional = false;
                }

                if (!action.Is(task) && (ownFlags & ActionFlags.Runnable) == 0)
                {
                    flags &= ~ActionFlags.Runnable;
                    action.IsRunnable = false;
                }
            }
            else if (task is not (Tasks.Stop or Tasks.Demote))
            {
                // Unless each member starts (or is promoted), the group as a whole does not.
                flags &= ~ActionFlags.Runnable;
            }
        }

        return flags;
    }

    private static ActionFlags InstanceFlags(PolicyAction action, PolicyNode? node)
    {
        var flags = ActionFlags.Optional | ActionFlags.Runnable | ActionFlags.Pseudo;
        var about = TaskAbout(action);
        var task = StepOf(about);
        var isAnyRunnable = false;
        foreach (var instance in PartsFor(action.Resource!, task))
        {
            // A group has started, or whatever it is, when all of it has: its own point says so.
            var own = instance.IsPrimitive
                ? ActionTable.FindTask(instance, task, node)
                : ActionTable.FindTask(instance, about);
            if (own is null)
            {
                continue;
            }

            var ownFlags = FlagsOf(own, node);
            if ((ownFlags & ActionFlags.Optional) == 0 && (flags & ActionFlags.Optional) != 0)
            {
                flags &= ~ActionFlags.Optional;
                action.IsOptional = false;
            }

            isAnyRunnable |= (ownFlags & ActionFlags.Runnable) != 0;
        }

        if (!isAnyRunnable)
        {
            flags &= ~ActionFlags.Runnable;
            if (node is null)
            {
                action.IsRunnable = false;
            }
        }

        return flags;
    }

    // Containers start and stop; what is inside of them is promoted, demoted and told.
    private static IEnumerable<PolicyResource> PartsFor(PolicyResource resource, string task) =>
        resource.Bundle?.Child is { } child
        && task is (Tasks.Promote or Tasks.Demote or Tasks.Notify or Tasks.Notified)
            ? child.Children
            : Roles.Parts(resource);

    /// <summary>The task that the parts do for a collection's own action: start for running, and what a notification is
    /// about.</summary>
    public static string MemberTask(PolicyAction action) => StepOf(TaskAbout(action));

    private static string TaskAbout(PolicyAction action)
    {
        if (action.Task is Tasks.Notify or Tasks.Notified)
        {
            var at = action.Key.IndexOf("_notify_", StringComparison.Ordinal);
            var end = action.Key.LastIndexOf('_');
            if (at > 0 && end > at + 8)
            {
                return action.Key[(at + 8)..end];
            }
        }

        return action.Task;
    }

    private static string StepOf(string task) => task switch
    {
        Tasks.Started => Tasks.Start,
        Tasks.Stopped => Tasks.Stop,
        Tasks.Promoted => Tasks.Promote,
        Tasks.Demoted => Tasks.Demote,
        _ => task,
    };

    public static Changed UpdateGroup(
        OrderPropagation propagation, PolicyAction first, PolicyAction then, PolicyNode? node, ActionFlags flags,
        ActionFlags filter, OrderKind kind)
    {
        var changed = OrderRules.Pair(propagation, first, then, flags, filter, kind);
        if (then.Resource is null)
        {
            return changed;
        }

        foreach (var member in then.Resource.Children)
        {
            if (ActionTable.FindTask(member, then.Task, node) is { } own)
            {
                var ownChanged = OrderRules.Of(propagation, member, first, own, node, flags, filter, kind);
                changed |= ownChanged;
                if ((ownChanged & Changed.Then) != 0)
                {
                    propagation.UpdateAfter(own);
                }
            }
        }

        return changed;
    }

    public static Changed UpdateInstances(
        OrderPropagation propagation, PolicyAction first, PolicyAction then, PolicyNode? node, ActionFlags flags,
        ActionFlags filter, OrderKind kind)
    {
        if (then.Resource is null)
        {
            return Changed.None;
        }

        if (Interleaving.Applies(first, then))
        {
            return Interleaving.Update(propagation, first, then, node, filter, kind);
        }

        var changed = OrderRules.Pair(propagation, first, then, flags, filter, kind);
        if (first.Resource == then.Resource)
        {
            return changed;
        }

        foreach (var instance in Roles.Parts(then.Resource))
        {
            var own = ActionTable.FindTask(instance, then.Task, node);
            if (own is null || (FlagsOf(own, node) & ActionFlags.Runnable) == 0)
            {
                continue;
            }

            var ownChanged = OrderRules.Of(propagation, instance, first, own, node, flags, filter, kind);
            changed |= ownChanged;
            if ((ownChanged & Changed.Then) != 0)
            {
                propagation.UpdateAfter(own);
            }
        }

        return changed;
    }
}
