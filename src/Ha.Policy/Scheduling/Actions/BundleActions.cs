namespace Ha.Policy.Scheduling;

/// <summary>Actions of bundles: those of addresses, containers, connections, and of the clone inside.</summary>
internal static class BundleActions
{
    public static void Create(PolicyRun run, PolicyResource bundle)
    {
        var settings = bundle.Bundle!;
        var containers = new List<PolicyResource>();
        foreach (var replica in settings.Replicas)
        {
            if (replica.Container is { } container)
            {
                containers.Add(container);
            }

            if (replica.Ip is { } ip)
            {
                ActionStages.CreateFor(run, ip);
            }

            if (replica.Container is { } own)
            {
                ActionStages.CreateFor(run, own);
            }

            if (replica.Remote is { } remote)
            {
                ActionStages.CreateFor(run, remote);
            }
        }

        CloneActions.CreateInstances(run, bundle, containers);
        if (settings.Child is not { } child)
        {
            return;
        }

        ActionStages.CreateFor(run, child);
        if (child.IsPromotable)
        {
            CloneActions.AddPoint(run, bundle, Tasks.Promote, isOptional: true, isRunnable: true);
            CloneActions.AddPoint(run, bundle, Tasks.Promoted, isOptional: true, isRunnable: true).Priority =
                Scores.Infinity;
            CloneActions.AddPoint(run, bundle, Tasks.Demote, isOptional: true, isRunnable: true);
            CloneActions.AddPoint(run, bundle, Tasks.Demoted, isOptional: true, isRunnable: true).Priority =
                Scores.Infinity;
        }
    }
}
