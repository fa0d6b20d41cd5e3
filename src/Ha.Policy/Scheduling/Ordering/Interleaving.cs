namespace Ha.Policy.Scheduling;

/// <summary>Two collections of which each instance waits only for the other's instance on its own node.</summary>
internal static class Interleaving
{
    public static bool Applies(PolicyAction first, PolicyAction then)
    {
        if (first.Resource is not { IsCollective: true } || then.Resource is not { IsCollective: true }
            || first.Resource == then.Resource)
        {
            return false;
        }

        // Going down, it is the one that goes down later whose word counts.
        var decides = then.Is(Tasks.Stop) || then.Is(Tasks.Demote) ? first.Resource : then.Resource;
        return decides.Clone?.IsInterleaved ?? ValueText.Truth(decides.Meta.GetValueOrDefault("interleave"), false);
    }

    public static Changed Update(
        OrderPropagation propagation, PolicyAction first, PolicyAction then, PolicyNode? node, ActionFlags filter,
        OrderKind kind)
    {
        var isCurrent = first.Is(Tasks.Stopped) || first.Is(Tasks.Demoted);
        var firstTask = CollectiveOrders.MemberTask(first);
        var changed = Changed.None;
        foreach (var instance in Roles.Parts(then.Resource!).ToList())
        {
            var partner = Compatible(propagation.Run, instance, first.Resource!, Role.Unknown, isCurrent);
            if (partner is null)
            {
                if (LeaveOut(then, instance, kind, isCurrent))
                {
                    changed |= Changed.Then;
                }

                continue;
            }

            var firstAction = ActionOf(then.Resource!, first.Resource!, partner, firstTask, node, isFirst: true);
            var thenAction = firstAction is null
                ? null
                : ActionOf(then.Resource!, then.Resource!, instance, then.Task, node, isFirst: false);
            if (firstAction is null || thenAction is null)
            {
                continue;
            }

            if (ActionTable.Order(firstAction, thenAction, kind))
            {
                changed |= Changed.First | Changed.Then;
            }

            var flags = CollectiveOrders.FlagsOf(firstAction, node);
            changed |= OrderRules.Of(
                propagation, thenAction.Resource!, firstAction, thenAction, node, flags, filter, kind);
        }

        return changed;
    }

    /// <summary>The instance of a collection that is (or will be) on the node of another resource; where that has no
    /// node, on the best of the nodes that it may use.</summary>
    public static PolicyResource? Compatible(
        PolicyRun run, PolicyResource match, PolicyResource collection, Role role, bool isCurrent)
    {
        if (Roles.NodeOf(match, isCurrent) is { } node)
        {
            return OnNode(collection, node, role, isCurrent);
        }

        foreach (var candidate in run.Nodes
            .Where(candidate => match.Allowed.Has(candidate.Index))
            .OrderByDescending(candidate => match.Allowed[candidate.Index])
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal))
        {
            if (OnNode(collection, candidate, role, isCurrent) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static PolicyResource? OnNode(PolicyResource collection, PolicyNode node, Role role, bool isCurrent)
    {
        foreach (var instance in Roles.Parts(collection))
        {
            if ((role == Role.Unknown || Roles.Of(instance, isCurrent) == role) && !IsAllBlocked(instance)
                && Roles.NodeOf(instance, isCurrent) == node)
            {
                return instance;
            }
        }

        return null;
    }

    private static bool IsAllBlocked(PolicyResource resource) =>
        resource.IsPrimitive ? resource.IsBlocked : resource.Children.Exists(IsAllBlocked);

    // An instance without a partner must not come up where it needs one.
    private static bool LeaveOut(PolicyAction then, PolicyResource instance, OrderKind kind, bool isCurrent)
    {
        if (isCurrent || (kind & (OrderKind.UnrunnableFirstBlocks | OrderKind.FirstImpliesThen)) == 0)
        {
            return false;
        }

        return Unassign(instance);
    }

    private static bool Unassign(PolicyResource instance)
    {
        if (!instance.IsPrimitive)
        {
            var isChanged = false;
            foreach (var child in instance.Children)
            {
                isChanged |= Unassign(child);
            }

            return isChanged;
        }

        var had = instance.AssignedTo is not null;
        if (instance.AssignedTo is { } node)
        {
            node.AssignedCount--;
            instance.AssignedTo = null;
        }

        instance.NextRole = Role.Stopped;
        foreach (var action in instance.Actions)
        {
            if (action.Is(Tasks.Stop))
            {
                action.IsOptional = false;
            }
            else if (action.Is(Tasks.Start) || action.IntervalMs > 0)
            {
                action.IsRunnable = false;
            }
        }

        return had;
    }

    // In a bundle what matters of the first is what runs inside, but for stops; and of the later it is the container,
    // but for promotions.
    private static PolicyAction? ActionOf(
        PolicyResource then, PolicyResource collection, PolicyResource instance, string task, PolicyNode? node,
        bool isFirst)
    {
        PolicyResource? inside = null;
        var isInside = isFirst
            ? task is not (Tasks.Stop or Tasks.Stopped)
            : task is Tasks.Promote or Tasks.Promoted or Tasks.Demote or Tasks.Demoted;
        if (isInside && collection.Bundle is { } bundle)
        {
            inside = bundle.Replicas.Find(replica => replica.Container == instance)?.Child;
        }

        return ActionTable.FindTask(inside ?? instance, task, inside is null ? node : null);
    }
}
