namespace Ha.Policy.Scheduling;

/// <summary>Places the containers of a bundle, then what goes with them, then what runs inside.</summary>
internal static class BundleAssignment
{
    public static PolicyNode? Assign(
        Assigner assigner, PolicyResource resource, PolicyNode? preferred, bool stopIfFailed)
    {
        if (resource.IsBeingAssigned)
        {
            return null;
        }

        // Pacemaker shows these whenever it comes along.
        var run = assigner.Run;
        ScoreLines.Show(run, resource, "pcmk__bundle_assign");
        if (resource.IsAssigned)
        {
            return null;
        }

        var bundle = resource.Bundle!;
        resource.IsBeingAssigned = true;
        var containers = new List<PolicyResource>(bundle.Replicas.Count);
        foreach (var replica in bundle.Replicas)
        {
            if (replica.Container is { } container)
            {
                containers.Add(container);
            }
        }

        InstanceOrder.Sort(run, containers);
        InstanceAssignment.Assign(assigner, resource, containers, bundle.ReplicaCount, bundle.ReplicasPerHost);
        foreach (var replica in bundle.Replicas)
        {
            AssignParts(assigner, replica, preferred, stopIfFailed);
        }

        if (bundle.Child is { } child)
        {
            foreach (var node in run.Nodes)
            {
                if (child.Allowed.Has(node.Index))
                {
                    child.Allowed.Set(node.Index, IsOwn(bundle, node) ? 0 : Scores.MinusInfinity);
                }
            }

            assigner.Assign(child, preferred, stopIfFailed);
        }

        resource.IsAssigned = true;
        resource.IsBeingAssigned = false;
        return null;
    }

    private static bool IsOwn(BundleSettings bundle, PolicyNode node)
    {
        foreach (var replica in bundle.Replicas)
        {
            if (replica.Node == node)
            {
                return true;
            }
        }

        return false;
    }

    private static void AssignParts(
        Assigner assigner, BundleReplica replica, PolicyNode? preferred, bool stopIfFailed)
    {
        var run = assigner.Run;
        if (replica.Ip is { } ip)
        {
            assigner.Assign(ip, preferred, stopIfFailed);
        }

        if (replica.Remote is { } remote)
        {
            // Through one remote node only one connection can be nested, so both come from the same host.
            if (replica.Container?.AssignedTo is { IsRemoteKind: true, RemoteResource: { } host })
            {
                InternalColocations.Join(
                    run, "#replica-remote-with-host-remote", Scores.Infinity, remote, host, hasInfluence: true);
            }

            assigner.Assign(remote, preferred, stopIfFailed);
        }

        if (replica.Child is not { } child)
        {
            return;
        }

        foreach (var node in run.Nodes)
        {
            if (!child.Allowed.Has(node.Index))
            {
                continue;
            }

            if (node != replica.Node)
            {
                child.Allowed.Set(node.Index, Scores.MinusInfinity);
            }
            else if (!NodeCriteria.IsThresholdReached(run, child, node, out _))
            {
                child.Allowed.Set(node.Index, Scores.Infinity);
            }
        }

        // The clone around it is placed afterwards, and must not start now.
        var isParentBusy = child.Parent is { IsBeingAssigned: true };
        if (child.Parent is { } parent)
        {
            parent.IsBeingAssigned = true;
            assigner.Assign(child, replica.Node, stopIfFailed);
            parent.IsBeingAssigned = isParentBusy;
        }
    }
}
