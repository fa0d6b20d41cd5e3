using System.Globalization;

namespace Ha.Policy.Scheduling;

/// <summary>What an agent is told with an action of the graph.</summary>
internal static class GraphAttributes
{
    /// <summary>Puts the names and values of the attributes element into <paramref name="attributes"/>.</summary>
    public static void Fill(PolicyRun run, PolicyAction action, AttributeBuffer attributes)
    {
        attributes.Clear();
        var resource = action.Resource;
        if (resource is { IsPrimitive: true })
        {
            AddParameters(run, action, resource, attributes);
        }
        else
        {
            AddExtra(action, attributes);
            AddSettings(run, action, attributes);
        }

        if (action.Meta is { } own)
        {
            foreach (var (name, value) in own)
            {
                attributes.SetMeta(name, value);
            }
        }

        if (resource is not null)
        {
            AddResource(action, resource, attributes);
        }
    }

    // The same operation on many nodes: what they have in common is worked out once.
    private static void AddParameters(
        PolicyRun run, PolicyAction action, PolicyResource resource, AttributeBuffer attributes)
    {
        var parameters = Parameters.Of(run, resource, action.Node);
        var isCommon = action.Extra is null && resource.RemoteNode is null;
        var settings = ActionMeta.SettingsOf(run, resource, action.CancelledTask ?? action.Task, action.IntervalMs);
        if (isCommon && settings.Attributes is { } known && ReferenceEquals(settings.Parameters, parameters))
        {
            attributes.Begin(known);
            return;
        }

        foreach (var (name, value) in parameters)
        {
            attributes.Set(name, value);
        }

        if (BundleNames.AddressFor(resource, parameters) is { } address)
        {
            attributes.Set(BundleNames.Address, address);
        }

        foreach (var (name, value) in
            OperationDigests.OwnParameters(run, resource, action.CancelledTask ?? action.Task, action.IntervalMs))
        {
            attributes.Set(name, value);
        }

        AddExtra(action, attributes);
        AddSettings(run, action, attributes);
        if (isCommon)
        {
            settings.Parameters = parameters;
            settings.Attributes = attributes.ToList();
        }
    }

    private static void AddExtra(PolicyAction action, AttributeBuffer attributes)
    {
        foreach (var (name, value) in action.Extra ?? [])
        {
            attributes.Set(name, value);
        }
    }

    private static void AddSettings(PolicyRun run, PolicyAction action, AttributeBuffer attributes)
    {
        if (action.Resource is { } resource)
        {
            foreach (var (name, value) in
                ActionMeta.Configured(run, resource, action.CancelledTask ?? action.Task, action.IntervalMs))
            {
                attributes.SetMeta(name, value);
            }
        }
    }

    // Settings of the clones around it, and where it is done.
    private static void AddResource(
        PolicyAction action, PolicyResource resource, AttributeBuffer attributes)
    {
        if (action.Node is { } node && !action.IsPseudo)
        {
            attributes.SetMeta("on_node", node.Name);
            attributes.SetMeta("on_node_uuid", node.Id);
        }

        if (action.Node is { } place && GuestHosts.Of(place) is { } host)
        {
            attributes.SetMeta("physical_host", host.Name);
        }

        for (var each = resource; each is not null; each = each.Parent)
        {
            if (each.Clone is { } clone)
            {
                AddClone(clone, attributes);
            }

            if (each.Parent is { Kind: ResourceKind.Clone })
            {
                attributes.SetMeta("clone", InstanceNumbers.Of(each).ToString(CultureInfo.InvariantCulture));
            }
        }

        var container = resource.Launcher;
        if (container is not null)
        {
            attributes.SetMeta("container", container.Id);
        }
    }

    private static void AddClone(CloneSettings clone, AttributeBuffer attributes)
    {
        string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
        attributes.SetMeta("clone_max", Number(clone.Max));
        attributes.SetMeta("clone_node_max", Number(clone.NodeMax));
        attributes.SetMeta("globally_unique", clone.IsGloballyUnique ? "true" : "false");
        attributes.SetMeta("notify", clone.IsNotifying ? "true" : "false");
        if (clone.IsPromotable)
        {
            attributes.SetMeta("promoted_max", Number(clone.PromotedMax));
            attributes.SetMeta("promoted_node_max", Number(clone.PromotedNodeMax));
            attributes.SetMeta("master_max", Number(clone.PromotedMax));
            attributes.SetMeta("master_node_max", Number(clone.PromotedNodeMax));
        }
    }

    /// <summary>Nodes that the action takes down; null for none.</summary>
    public static IReadOnlyList<PolicyNode>? Downed(PolicyRun run, PolicyAction action)
    {
        if (action.Is(Tasks.Shutdown) && action.Node is { } leaving)
        {
            return [leaving];
        }

        if (action.Is(Tasks.Fence) && action.Node is { } target
            && action.Meta?.GetValueOrDefault("stonith_action") is "off" or "reboot")
        {
            return [target];
        }

        // With its connection a remote node goes down, with its container a guest.
        if (action.Resource is { RemoteNode: { } remote } connection && action.Is(Tasks.Stop))
        {
            return IsMigrating(connection) ? null : [remote];
        }

        return action.Downed;
    }

    private static bool IsMigrating(PolicyResource resource)
    {
        foreach (var action in resource.Actions)
        {
            if (action.Is(Tasks.MigrateFrom) && !action.IsOptional && action.IsRunnable)
            {
                return true;
            }
        }

        return false;
    }
}
