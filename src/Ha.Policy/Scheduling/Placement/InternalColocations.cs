namespace Ha.Policy.Scheduling;

/// <summary>Colocations that groups and containers bring along, and nodes that are nothing for connections.</summary>
internal static class InternalColocations
{
    private const int Preferred = 10_000;

    public static void Add(PolicyRun run)
    {
        foreach (var resource in run.Resources)
        {
            Add(run, resource);
        }
    }

    private static void Add(PolicyRun run, PolicyResource resource)
    {
        if (resource.Kind == ResourceKind.Group && Assigner.IsColocated(resource))
        {
            for (var index = 1; index < resource.Children.Count; index++)
            {
                Join(run, "#group-members", Scores.Infinity, resource.Children[index], resource.Children[index - 1],
                    resource.Children[index].IsCritical);
            }
        }

        if (resource.Bundle is { } bundle)
        {
            foreach (var replica in bundle.Replicas)
            {
                if (replica.Ip is { } ip && replica.Container is { } container)
                {
                    Join(run, "#ip-with-container", Scores.Infinity, ip, container, hasInfluence: true);
                }
            }
        }

        foreach (var child in resource.Children)
        {
            Add(run, child);
        }

        if (resource.IsPrimitive)
        {
            AddForPrimitive(run, resource);
        }
    }

    private static void AddForPrimitive(PolicyRun run, PolicyResource resource)
    {
        if (resource.Launcher is { } launcher)
        {
            var remote = launcher.RemoteNode is not null ? launcher
                : resource.RemoteNode is null ? GuestConnectionOf(launcher)
                : null;
            if (remote is not null)
            {
                KeepOn(run, resource, remote);
            }
            else
            {
                // The connection to a bundle's container may be made from elsewhere, if the container is on a remote
                // node.
                var score = NodeAttributes.IsBundled(resource) && resource.RemoteNode is not null
                    ? Preferred
                    : Scores.Infinity;
                Join(run, "#resource-with-container", score, resource, launcher, hasInfluence: true);
            }
        }

        if (resource.RemoteNode is not null || resource.IsFencingDevice)
        {
            foreach (var node in run.Nodes)
            {
                if (node.RemoteResource is not null && resource.Allowed.Has(node.Index))
                {
                    resource.Allowed.Set(node.Index, Scores.MinusInfinity);
                }
            }
        }
    }

    private static PolicyResource? GuestConnectionOf(PolicyResource container)
    {
        foreach (var launched in container.Launched)
        {
            if (launched.RemoteNode is not null)
            {
                return launched;
            }
        }

        return null;
    }

    private static void KeepOn(PolicyRun run, PolicyResource resource, PolicyResource remote)
    {
        foreach (var node in run.Nodes)
        {
            if (node.RemoteResource != remote && resource.Allowed.Has(node.Index))
            {
                resource.Allowed.Set(node.Index, Scores.MinusInfinity);
            }
        }
    }

    /// <summary>Adds a colocation that nobody wrote.</summary>
    public static void Join(
        PolicyRun run, string id, int score, PolicyResource dependent, PolicyResource primary, bool hasInfluence) =>
        ColocationLists.Register(run, new PolicyColocation
        {
            Id = id,
            Dependent = dependent,
            Primary = primary,
            Score = score,
            HasInfluence = hasInfluence,
        });
}
