namespace Ha.Policy.Scheduling;

/// <summary>Looks for the parts of bundles.</summary>
internal static class BundleProbes
{
    public static bool Create(
        PolicyRun run, PolicyResource bundle, PolicyNode node,
        Func<PolicyRun, PolicyResource, PolicyNode, bool> create)
    {
        var settings = bundle.Bundle!;
        var isAny = false;
        foreach (var replica in settings.Replicas)
        {
            if (replica.Ip is { } ip)
            {
                isAny |= create(run, ip, node);
            }

            if (replica.Child is { } child && replica.Node == node)
            {
                isAny |= create(run, child, node);
            }

            if (replica.Container is not { } container)
            {
                continue;
            }

            if (create(run, container, node))
            {
                isAny = true;
                OrderPeers(run, settings, replica, container);
            }

            if (replica.Remote is { } remote && create(run, remote, node))
            {
                isAny = true;

                // Where the container is must be known before its connection can be asked.
                var key = ActionTable.Key(remote.Id, Tasks.Monitor, 0);
                if (ActionTable.FindExact(remote, key, node) is { } probe)
                {
                    ActionTable.Order(
                        run, container, ActionTable.Key(container.Id, Tasks.Start, 0), null, remote, null, probe,
                        OrderKind.NestedRemoteProbe);
                }
            }
        }

        return isAny;
    }

    // One replica a host: none starts before it is sure that no other one is there.
    private static void OrderPeers(
        PolicyRun run, BundleSettings settings, BundleReplica replica, PolicyResource container)
    {
        if (settings.ReplicasPerHost != 1)
        {
            return;
        }

        foreach (var other in settings.Replicas)
        {
            if (other != replica && other.Container is { } peer)
            {
                ActionTable.Order(
                    run, container, Tasks.Monitor, peer, Tasks.Start, OrderKind.Ordered | OrderKind.IfOnSameNode);
            }
        }
    }
}
