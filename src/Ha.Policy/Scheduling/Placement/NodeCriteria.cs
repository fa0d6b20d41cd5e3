using System.Globalization;

namespace Ha.Policy.Scheduling;

/// <summary>What bears on a node before anything is placed: locks, locations, stickiness, fail counts, discovery.
/// </summary>
internal static class NodeCriteria
{
    public static void Apply(PolicyRun run)
    {
        if (run.Options.IsShutdownLock)
        {
            foreach (var resource in run.Resources)
            {
                Lock(run, resource);
            }
        }

        foreach (var location in run.Locations)
        {
            Locations.Apply(location, location.Resource);
        }

        foreach (var resource in run.Resources)
        {
            Stick(run, resource);
        }

        foreach (var resource in run.Resources)
        {
            foreach (var node in run.Nodes)
            {
                BanAfterFailures(run, resource, node);
                KeepToExclusive(run, resource, node);
            }
        }
    }

    /// <summary>True when a resource failed so often on a node that it may not be tried there again.</summary>
    /// <param name="run">The run.</param>
    /// <param name="resource">A primitive.</param>
    /// <param name="node">The node.</param>
    /// <param name="banned">Who is banned: of an anonymous clone, the clone.</param>
    public static bool IsThresholdReached(
        PolicyRun run, PolicyResource resource, PolicyNode node, out PolicyResource banned)
    {
        banned = resource;
        if (resource.MigrationThreshold == 0 || resource.HasFailureIgnored)
        {
            return false;
        }

        var count = FailCounts.Of(run, resource, node, isEffective: true, withLaunched: true).Count;
        if (count <= 0)
        {
            return false;
        }

        if (resource.Parent is not null && !resource.IsGloballyUnique && resource.Top() is { IsCollective: true } top)
        {
            banned = top;
        }

        return resource.MigrationThreshold <= count;
    }

    private static void Lock(PolicyRun run, PolicyResource resource)
    {
        if (resource.Kind == ResourceKind.Group)
        {
            foreach (var member in resource.Children)
            {
                Lock(run, member);
            }

            return;
        }

        if (!resource.IsPrimitive || resource.IsFencingDevice || resource.RemoteNode is not null)
        {
            return;
        }

        if (resource.LockNode is { } cancelled && resource.ActiveOn.Count > 0)
        {
            // It was started all the same: that is left alone, and the history that held it is forgotten.
            run.ExpiredLocks.Add((resource, cancelled));
            resource.LockNode = null;
            resource.LockTime = 0;
        }
        else if (resource is { LockNode: null, ActiveOn: [{ IsShuttingDown: true, IsUnclean: false } leaving] })
        {
            resource.LockNode = leaving;
            resource.LockTime = LeavingSince(run, leaving);
        }

        if (resource.LockNode is not { } locked)
        {
            return;
        }

        if (run.Options.ShutdownLockLimit > 0)
        {
            run.Recheck(resource.LockTime + run.Options.ShutdownLockLimit + 1, "shutdown lock expiration");
        }

        foreach (var node in run.Nodes)
        {
            if (node != locked)
            {
                Locations.ApplyNow(
                    run, resource, node, Scores.MinusInfinity, Cause.ShutdownLock,
                    $"it is kept for {locked.Name}, which was shut down (shutdown-lock)",
                    SettingOrigins.OfOption(run, "shutdown-lock"));
            }
        }
    }

    private static long LeavingSince(PolicyRun run, PolicyNode node) =>
        long.TryParse(node.Attribute("shutdown"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var since)
        && since > 0
            ? since
            : run.Now;

    private static void Stick(PolicyRun run, PolicyResource resource)
    {
        if (!resource.IsPrimitive)
        {
            foreach (var child in resource.Children)
            {
                Stick(run, child);
            }

            return;
        }

        if (!resource.IsManaged || resource.Stickiness < 1 || resource.ActiveOn.Count != 1)
        {
            return;
        }

        // Where nodes must be allowed one by one, it does not stay where it is not allowed any more.
        var node = resource.ActiveOn[0];
        if (run.Options.IsSymmetric || resource.Allowed.Has(node.Index))
        {
            Locations.ApplyNow(
                run, resource, node, resource.Stickiness, Cause.Stickiness, "resource-stickiness",
                SettingOrigins.OfMeta(run, resource, "resource-stickiness"));
        }
    }

    private static void BanAfterFailures(PolicyRun run, PolicyResource resource, PolicyNode node)
    {
        if (!resource.IsPrimitive)
        {
            foreach (var child in resource.Children)
            {
                BanAfterFailures(run, child, node);
            }

            return;
        }

        // What is going to be forgotten counts no more.
        if (!IsToBeForgotten(run, resource, node) && IsThresholdReached(run, resource, node, out var banned))
        {
            var why = FailureTexts.Threshold(run, resource, node);
            Locations.ApplyNow(
                run, banned, node, Scores.MinusInfinity, why.Code, why.Text, why.Origin);
        }
    }

    private static bool IsToBeForgotten(PolicyRun run, PolicyResource resource, PolicyNode node)
    {
        foreach (var forgotten in run.ExpiredFailCounts)
        {
            if (forgotten.Resource == resource && forgotten.Node == node)
            {
                return true;
            }
        }

        return false;
    }

    private static void KeepToExclusive(PolicyRun run, PolicyResource resource, PolicyNode node)
    {
        if (!resource.HasExclusiveDiscovery && !resource.Top().HasExclusiveDiscovery)
        {
            return;
        }

        foreach (var child in resource.Children)
        {
            KeepToExclusive(run, child, node);
        }

        var table = resource.Allowed;
        if (table.Has(node.Index) && table.Discovery(node.Index) != DiscoveryMode.Exclusive)
        {
            table.Set(node.Index, Scores.MinusInfinity);
            run.Explain(
                resource, node, Cause.DiscoveryExclusive, Scores.MinusInfinity,
                "resource-discovery is exclusive, and no such constraint names this node",
                SettingOrigins.OfExclusive(run, resource));
        }
    }
}
