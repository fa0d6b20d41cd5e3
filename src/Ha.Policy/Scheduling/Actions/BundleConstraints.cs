namespace Ha.Policy.Scheduling;

/// <summary>Parts of a bundle: address, container, connection, and the clone inside.</summary>
internal static class BundleConstraints
{
    public static void Add(PolicyRun run, PolicyResource bundle)
    {
        var settings = bundle.Bundle!;
        if (settings.Child is { } child)
        {
            AddChild(run, bundle, child);
        }

        foreach (var replica in settings.Replicas)
        {
            if (replica.Container is { } container)
            {
                AddReplica(run, bundle, replica, container);
            }
        }

        if (settings.Child is { } inner)
        {
            InternalConstraints.AddFor(run, inner);
            if (inner.IsPromotable)
            {
                AddPromotion(run, bundle, inner);
            }
        }
    }

    private static void AddChild(PolicyRun run, PolicyResource bundle, PolicyResource child)
    {
        InternalConstraints.Order(
            run, bundle, Tasks.Start, child, Tasks.Start, OrderKind.ThenImpliesFirstGraphed);
        InternalConstraints.Order(
            run, child, Tasks.Started, bundle, Tasks.Started, OrderKind.FirstImpliesThenGraphed);
        InternalConstraints.Order(
            run, bundle, Tasks.Stop, child, Tasks.Stop, OrderKind.ThenImpliesFirstGraphed);
        InternalConstraints.Order(
            run, child, Tasks.Stopped, bundle, Tasks.Stopped, OrderKind.FirstImpliesThenGraphed);
    }

    private static void AddReplica(
        PolicyRun run, PolicyResource bundle, BundleReplica replica, PolicyResource container)
    {
        InternalConstraints.AddFor(run, container);
        InternalConstraints.Order(run, bundle, Tasks.Start, container, Tasks.Start,
            OrderKind.UnrunnableFirstBlocks | OrderKind.ThenImpliesFirstGraphed);
        if (replica.Child is { } child)
        {
            InternalConstraints.Order(
                run, bundle, Tasks.Stop, child, Tasks.Stop, OrderKind.ThenImpliesFirstGraphed);
        }

        InternalConstraints.Order(
            run, bundle, Tasks.Stop, container, Tasks.Stop, OrderKind.ThenImpliesFirstGraphed);
        InternalConstraints.Order(
            run, container, Tasks.Start, bundle, Tasks.Started, OrderKind.FirstImpliesThenGraphed);
        InternalConstraints.Order(
            run, container, Tasks.Stop, bundle, Tasks.Stopped, OrderKind.FirstImpliesThenGraphed);
        if (replica.Ip is { } ip)
        {
            InternalConstraints.AddFor(run, ip);
            InternalConstraints.Order(run, ip, Tasks.Start, container, Tasks.Start,
                OrderKind.UnrunnableFirstBlocks | OrderKind.GuestAllowed);
            InternalConstraints.Order(run, container, Tasks.Stop, ip, Tasks.Stop,
                OrderKind.ThenImpliesFirst | OrderKind.GuestAllowed);
        }

        if (replica.Remote is { } remote)
        {
            InternalConstraints.AddFor(run, remote);
        }
    }

    private static void AddPromotion(PolicyRun run, PolicyResource bundle, PolicyResource child)
    {
        CloneConstraints.AddRestarts(run, bundle);
        InternalConstraints.Order(
            run, bundle, Tasks.Demote, child, Tasks.Demote, OrderKind.ThenImpliesFirstGraphed);
        InternalConstraints.Order(
            run, child, Tasks.Demoted, bundle, Tasks.Demoted, OrderKind.FirstImpliesThenGraphed);
        InternalConstraints.Order(
            run, bundle, Tasks.Promote, child, Tasks.Promote, OrderKind.ThenImpliesFirstGraphed);
        InternalConstraints.Order(
            run, child, Tasks.Promoted, bundle, Tasks.Promoted, OrderKind.FirstImpliesThenGraphed);
    }
}
