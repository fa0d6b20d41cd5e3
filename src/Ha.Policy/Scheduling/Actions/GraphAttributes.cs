using System.Globalization;

namespace Ha.Policy.Scheduling;

/// <summary>What an agent is told with an action of the graph.</summary>
internal static class GraphAttributes
{
    private const string Prefix = "CRM_meta_";

    /// <summary>Names and values of the attributes element, in its order.</summary>
    public static IEnumerable<(string Name, string Value)> Of(PolicyRun run, PolicyAction action)
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (action.Resource is { IsPrimitive: true } primitive)
        {
            AddParameters(run, action, primitive, attributes);
        }
        else if (action.Extra is { } extra)
        {
            foreach (var (name, value) in extra)
            {
                attributes[name] = value;
            }
        }

        foreach (var (name, value) in ActionMeta.Of(run, action))
        {
            attributes[MetaName(name)] = value;
        }

        if (action.Resource is { } resource)
        {
            AddResource(action, resource, attributes);
        }

        return attributes.Select(pair => (pair.Key, pair.Value));
    }

    private static void AddParameters(
        PolicyRun run, PolicyAction action, PolicyResource resource, SortedDictionary<string, string> attributes)
    {
        foreach (var (name, value) in Parameters.Of(run, resource, action.Node))
        {
            attributes[name] = value;
        }

        BundleNames.Replace(run, resource, attributes);
        foreach (var (name, value) in
            OperationDigests.OwnParameters(run, resource, action.CancelledTask ?? action.Task, action.IntervalMs))
        {
            attributes[name] = value;
        }

        foreach (var (name, value) in action.Extra ?? [])
        {
            attributes[name] = value;
        }
    }

    // Settings of the clones around it, and where it is done.
    private static void AddResource(
        PolicyAction action, PolicyResource resource, SortedDictionary<string, string> attributes)
    {
        if (action.Node is { } node && !action.IsPseudo)
        {
            attributes[Prefix + "on_node"] = node.Name;
            attributes[Prefix + "on_node_uuid"] = node.Id;
        }

        if (action.Node is { } place && GuestHosts.Of(place) is { } host)
        {
            attributes[Prefix + "physical_host"] = host.Name;
        }

        for (var each = resource; each is not null; each = each.Parent)
        {
            if (each.Clone is { } clone)
            {
                AddClone(clone, attributes);
            }

            if (each.Parent is { Kind: ResourceKind.Clone })
            {
                attributes[Prefix + "clone"] = InstanceNumbers.Of(each).ToString(CultureInfo.InvariantCulture);
            }
        }

        var container = resource.Launcher;
        if (container is not null)
        {
            attributes[Prefix + "container"] = container.Id;
        }
    }

    private static void AddClone(CloneSettings clone, SortedDictionary<string, string> attributes)
    {
        string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
        attributes[Prefix + "clone_max"] = Number(clone.Max);
        attributes[Prefix + "clone_node_max"] = Number(clone.NodeMax);
        attributes[Prefix + "globally_unique"] = clone.IsGloballyUnique ? "true" : "false";
        attributes[Prefix + "notify"] = clone.IsNotifying ? "true" : "false";
        if (clone.IsPromotable)
        {
            attributes[Prefix + "promoted_max"] = Number(clone.PromotedMax);
            attributes[Prefix + "promoted_node_max"] = Number(clone.PromotedNodeMax);
            attributes[Prefix + "master_max"] = Number(clone.PromotedMax);
            attributes[Prefix + "master_node_max"] = Number(clone.PromotedNodeMax);
        }
    }

    private static string MetaName(string name) => name == "OCF_CHECK_LEVEL"
        ? name
        : string.Concat(Prefix, name.Replace('-', '_'));

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
            return connection.Actions.Exists(each => each.Is(Tasks.MigrateFrom) && !each.IsOptional && each.IsRunnable)
                ? null
                : [remote];
        }

        return action.Downed;
    }
}
