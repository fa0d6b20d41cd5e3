namespace Ha.Policy.Scheduling;

/// <summary>Which resource or instance a history belongs to. Source: notes/pacemaker.md d.3.</summary>
internal sealed class InstanceFinding(PolicyRun run, ResourceReading resources)
{
    private Dictionary<string, PolicyResource>? _byHistoryId;

    /// <summary>The resource that a node's history of this id is about; null for one that is not configured.</summary>
    public PolicyResource? Find(PolicyNode node, string id)
    {
        var found = run.Find(id) ?? ByHistoryId(id);
        if (found is null)
        {
            // An anonymous clone has at least the instance 0, whatever number the history has.
            found = run.Find(FailCounts.WithoutNumber(id) + ":0");
            if (found is null || found.IsGloballyUnique)
            {
                return null;
            }
        }

        if (!found.IsPrimitive)
        {
            return null;
        }

        var top = found.Top();
        if (top.Kind == ResourceKind.Clone && !top.IsGloballyUnique)
        {
            found = top.Parent is { Bundle: { } bundle }
                ? InBundle(bundle, node)
                : InClone(top, FailCounts.WithoutNumber(id), node);
        }

        if (found is not null && id != found.Id)
        {
            found.HistoryId = id;
            found.IsHistoryFound = true;
        }

        return found;
    }

    private static PolicyResource? InBundle(BundleSettings bundle, PolicyNode node)
    {
        foreach (var replica in bundle.Replicas)
        {
            if (replica.Node == node)
            {
                return replica.Child;
            }
        }

        return null;
    }

    // First of one id, as they stand in the configuration.
    private PolicyResource? ByHistoryId(string id)
    {
        if (_byHistoryId is null)
        {
            _byHistoryId = new Dictionary<string, PolicyResource>(StringComparer.Ordinal);
            foreach (var resource in run.All())
            {
                _byHistoryId.TryAdd(resource.HistoryId, resource);
            }
        }

        return _byHistoryId.GetValueOrDefault(id);
    }

    private PolicyResource? InClone(PolicyResource clone, string id, PolicyNode node)
    {
        PolicyResource? found = null;
        PolicyResource? free = null;
        var isFreeUsable = true;
        foreach (var instance in clone.Children)
        {
            if (PlaceOf(instance) is { } place)
            {
                if (place == node && MemberOf(instance, id) is { } member)
                {
                    // A second history of one instance on a node stems from a time when instances differed.
                    if (member.ActiveOn.Count > 0)
                    {
                        isFreeUsable = false;
                    }
                    else
                    {
                        found = member;
                        break;
                    }
                }
            }
            else if (isFreeUsable && free is null && !instance.IsRemoved)
            {
                free = MemberOf(instance, id);
                if (free is { PendingNode: { } pending } && pending != node)
                {
                    free = null;
                }
            }
        }

        found ??= isFreeUsable ? free : null;

        // What needs no fencing does not keep a number for a node that is lost, unless there is one for every node.
        if (found is not null && found.Requires != Requirement.Fencing && (!node.IsOnline || node.IsUnclean)
            && !node.IsGuest && clone.Clone!.Max != run.Nodes.Count)
        {
            found = null;
        }

        return found ?? AddRemoved(clone, id);
    }

    private PolicyResource? AddRemoved(PolicyResource clone, string id)
    {
        if (resources.AddInstance(clone) is not { } instance)
        {
            return null;
        }

        return MemberOf(instance, id);
    }

    private static PolicyResource? MemberOf(PolicyResource instance, string id)
    {
        foreach (var each in PolicyRun.AllOf(instance))
        {
            if (each.IsPrimitive && each.Source.Id == id)
            {
                return each;
            }
        }

        return null;
    }

    // Where an instance, or any member of it, is active or about to be.
    private static PolicyNode? PlaceOf(PolicyResource instance)
    {
        foreach (var each in PolicyRun.AllOf(instance))
        {
            if (each.IsPrimitive && (each.CurrentNode ?? each.PendingNode) is { } node)
            {
                return node;
            }
        }

        return null;
    }
}
