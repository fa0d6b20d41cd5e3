namespace Ha.Policy.Scheduling;

/// <summary>Members of a group: each after the one before it.</summary>
internal static class GroupConstraints
{
    private const OrderKind Follows = OrderKind.FirstImpliesThen | OrderKind.UnrunnableFirstBlocks;

    public static void Add(PolicyRun run, PolicyResource group)
    {
        InternalConstraints.Order(
            run, group, Tasks.Stop, group, Tasks.Stopped, OrderKind.UnrunnableFirstBlocks);
        InternalConstraints.Order(run, group, Tasks.Stopped, group, Tasks.Start, OrderKind.Ordered);
        InternalConstraints.Order(
            run, group, Tasks.Start, group, Tasks.Started, OrderKind.UnrunnableFirstBlocks);

        var shape = new Shape(
            IsOrdered: Texts.Truth(group.Meta.GetValueOrDefault("ordered"), otherwise: true),
            IsPromotable: group.Top().IsPromotable);
        PolicyResource? previous = null;
        PolicyResource? lastActive = null;
        foreach (var member in group.Children)
        {
            InternalConstraints.AddFor(run, member);
            OrderWithGroup(run, group, member, previous is null, shape);
            OrderWithPrevious(run, group, member, previous, shape);
            if (member.ActiveOn.Count > 0)
            {
                // A group that is active in part stops in sequence, too.
                if (shape.IsOrdered && previous is { ActiveOn.Count: 0 } && lastActive is { ActiveOn.Count: > 0 })
                {
                    InternalConstraints.Order(
                        run, member, Tasks.Stop, lastActive, Tasks.Stop, OrderKind.Ordered);
                }

                lastActive = member;
            }

            previous = member;
        }
    }

    private static void OrderWithGroup(
        PolicyRun run, PolicyResource group, PolicyResource member, bool isFirst, Shape shape)
    {
        const OrderKind Completes =
            OrderKind.UnrunnableFirstBlocks | OrderKind.FirstImpliesThen | OrderKind.FirstImpliesThenGraphed;
        var down = OrderKind.ThenImpliesFirstGraphed | (isFirst && shape.IsOrdered ? OrderKind.Ordered : 0);
        var isDown = isFirst && shape.IsOrdered ? OrderKind.FirstImpliesThen : OrderKind.FirstImpliesThenGraphed;
        if (shape.IsPromotable)
        {
            InternalConstraints.Order(run, group, Tasks.Demote, member, Tasks.Demote, down);
            InternalConstraints.Order(run, member, Tasks.Demote, group, Tasks.Demoted, isDown);
            InternalConstraints.Order(run, member, Tasks.Promote, group, Tasks.Promoted, Completes);
            InternalConstraints.Order(
                run, group, Tasks.Promote, member, Tasks.Promote, OrderKind.ThenImpliesFirstGraphed);
        }

        InternalConstraints.Order(run, group, Tasks.Stop, member, Tasks.Stop, down);
        InternalConstraints.Order(run, member, Tasks.Stop, group, Tasks.Stopped, isDown);
        InternalConstraints.Order(
            run, group, Tasks.Start, member, Tasks.Start, OrderKind.ThenImpliesFirstGraphed);
        InternalConstraints.Order(run, member, Tasks.Start, group, Tasks.Started, Completes);
    }

    private static void OrderWithPrevious(
        PolicyRun run, PolicyResource group, PolicyResource member, PolicyResource? previous, Shape shape)
    {
        if (!shape.IsOrdered)
        {
            const OrderKind WithGroup = Follows | OrderKind.ThenImpliesFirstGraphed;
            InternalConstraints.Order(run, group, Tasks.Start, member, Tasks.Start, WithGroup);
            if (shape.IsPromotable)
            {
                InternalConstraints.Order(run, group, Tasks.Promote, member, Tasks.Promote, WithGroup);
            }

            return;
        }

        if (previous is null)
        {
            return;
        }

        InternalConstraints.Order(run, previous, Tasks.Start, member, Tasks.Start, Follows);
        InternalConstraints.Order(
            run, member, Tasks.Stop, previous, Tasks.Stop, OrderKind.Ordered | OrderKind.IntermediateStop);

        // A member that was put in between others is inactive while later ones are active: those stop first.
        if (member.ActiveOn.Count > 0 && previous.ActiveOn.Count == 0)
        {
            InternalConstraints.Order(run, member, Tasks.Stop, previous, Tasks.Start,
                OrderKind.ThenImpliesFirst | OrderKind.UnrunnableFirstBlocks);
        }

        if (shape.IsPromotable)
        {
            InternalConstraints.Order(run, previous, Tasks.Promote, member, Tasks.Promote, Follows);
            InternalConstraints.Order(run, member, Tasks.Demote, previous, Tasks.Demote, OrderKind.Ordered);
        }
    }

    private readonly record struct Shape(bool IsOrdered, bool IsPromotable);
}
