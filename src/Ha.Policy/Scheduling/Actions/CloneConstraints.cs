namespace Ha.Policy.Scheduling;

/// <summary>Instances of a clone, between the points that stand for all of them.</summary>
internal static class CloneConstraints
{
    public static void Add(PolicyRun run, PolicyResource clone)
    {
        InternalConstraints.Order(run, clone, Tasks.Stopped, clone, Tasks.Start, OrderKind.Ordered);
        InternalConstraints.Order(run, clone, Tasks.Start, clone, Tasks.Started, OrderKind.UnrunnableFirstBlocks);
        InternalConstraints.Order(run, clone, Tasks.Stop, clone, Tasks.Stopped, OrderKind.UnrunnableFirstBlocks);
        if (clone.IsPromotable)
        {
            InternalConstraints.Order(run, clone, Tasks.Demoted, clone, Tasks.Stop, OrderKind.Ordered);
            InternalConstraints.Order(
                run, clone, Tasks.Started, clone, Tasks.Promote, OrderKind.UnrunnableFirstBlocks);
        }

        var isOrdered = clone.Clone!.IsOrdered;
        if (isOrdered)
        {
            clone.Children.Sort(InstanceNumbers.Compare);
        }

        for (var index = 0; index < clone.Children.Count; index++)
        {
            AddInstance(run, clone, clone.Children[index]);
            for (var later = index + 1; isOrdered && later < clone.Children.Count; later++)
            {
                var one = clone.Children[index];
                var other = clone.Children[later];
                InternalConstraints.Order(run, one, Tasks.Start, other, Tasks.Start, OrderKind.Ordered);
                InternalConstraints.Order(run, other, Tasks.Stop, one, Tasks.Stop, OrderKind.Ordered);
            }
        }

        if (clone.IsPromotable)
        {
            AddPromotion(run, clone);
        }
    }

    private static void AddInstance(PolicyRun run, PolicyResource clone, PolicyResource instance)
    {
        InternalConstraints.AddFor(run, instance);
        InternalConstraints.Order(run, clone, Tasks.Start, instance, Tasks.Start,
            OrderKind.UnrunnableFirstBlocks | OrderKind.ThenImpliesFirstGraphed);
        InternalConstraints.Order(
            run, instance, Tasks.Start, clone, Tasks.Started, OrderKind.FirstImpliesThenGraphed);
        InternalConstraints.Order(
            run, clone, Tasks.Stop, instance, Tasks.Stop, OrderKind.ThenImpliesFirstGraphed);
        InternalConstraints.Order(
            run, instance, Tasks.Stop, clone, Tasks.Stopped, OrderKind.FirstImpliesThenGraphed);
    }

    private static void AddPromotion(PolicyRun run, PolicyResource clone)
    {
        AddRestarts(run, clone);
        PolicyResource? previous = null;
        foreach (var instance in clone.Children)
        {
            InternalConstraints.Order(
                run, clone, Tasks.Promote, instance, Tasks.Promote, OrderKind.ThenImpliesFirstGraphed);
            InternalConstraints.Order(
                run, instance, Tasks.Promote, clone, Tasks.Promoted, OrderKind.FirstImpliesThenGraphed);
            InternalConstraints.Order(
                run, clone, Tasks.Demote, instance, Tasks.Demote, OrderKind.ThenImpliesFirstGraphed);
            InternalConstraints.Order(
                run, instance, Tasks.Demote, clone, Tasks.Demoted, OrderKind.FirstImpliesThenGraphed);
            if (clone.Clone!.IsOrdered && previous is not null)
            {
                InternalConstraints.Order(
                    run, previous, Tasks.Promote, instance, Tasks.Promote, OrderKind.Ordered);
                InternalConstraints.Order(run, instance, Tasks.Demote, previous, Tasks.Demote, OrderKind.Ordered);
            }

            previous = instance;
        }
    }

    /// <summary>Demote all, stop all, start all, promote all.</summary>
    public static void AddRestarts(PolicyRun run, PolicyResource clone)
    {
        InternalConstraints.Order(run, clone, Tasks.Stopped, clone, Tasks.Start, OrderKind.Ordered);
        InternalConstraints.Order(run, clone, Tasks.Stopped, clone, Tasks.Promote, OrderKind.Ordered);
        InternalConstraints.Order(run, clone, Tasks.Demoted, clone, Tasks.Stop, OrderKind.Ordered);
        InternalConstraints.Order(run, clone, Tasks.Demoted, clone, Tasks.Start, OrderKind.Ordered);
        InternalConstraints.Order(run, clone, Tasks.Demoted, clone, Tasks.Promote, OrderKind.Ordered);
        InternalConstraints.Order(run, clone, Tasks.Started, clone, Tasks.Promote, OrderKind.Ordered);
    }
}
