using System.Text;

namespace Ha.Policy.Scheduling;

/// <summary>Unfencing: a node gets access to what its resources share before they are looked for or started there.
/// Source: Pacemaker Explained, "Unfencing".</summary>
internal static class Unfencing
{
    /// <summary>Node attribute: when it was unfenced, 0 for never.</summary>
    private const string UnfencedAttribute = "#node-unfenced";

    public static bool IsUnfenced(PolicyNode node) =>
        node.Attribute(UnfencedAttribute) is { Length: > 0 } since && since != "0";

    /// <summary>Lets an action wait for its node to be unfenced, where it needs that; a node that never was is
    /// unfenced now.</summary>
    public static void Order(
        PolicyRun run, PolicyResource resource, PolicyNode node, PolicyAction action, OrderKind kind)
    {
        if (!run.HasUnfencing || (!resource.IsFencingDevice && !resource.NeedsUnfencing))
        {
            return;
        }

        var unfence = FenceActions.Get(run, node, "on", isOptional: true, null);
        ActionTable.Order(unfence, action, kind);
        if (!IsUnfenced(node))
        {
            Trigger(run, null, node, $"required by {resource.Id} {action.Task}");
        }
    }

    /// <summary>Unfences a node, or every node that a changed device may run on.</summary>
    public static void Trigger(PolicyRun run, PolicyResource? device, PolicyNode? node, string reason)
    {
        if (!run.HasUnfencing || device is { IsFencingDevice: false })
        {
            return;
        }

        if (node is not null)
        {
            if (node.IsOnline && !node.IsUnclean && !node.IsShuttingDown)
            {
                FenceActions.Get(run, node, "on", isOptional: false, reason);
            }

            return;
        }

        foreach (var each in run.Nodes)
        {
            if (device?.Allowed.Has(each.Index) == true)
            {
                Trigger(run, device, each, reason);
            }
        }
    }

    /// <summary>A restart of what needs unfencing waits for it: stop, unfence, start.</summary>
    public static void OrderRestarts(PolicyRun run, PolicyResource resource)
    {
        if (!run.HasUnfencing || resource.IsFencingDevice || !resource.NeedsUnfencing)
        {
            return;
        }

        foreach (var node in run.Nodes)
        {
            if (!resource.Allowed.Has(node.Index))
            {
                continue;
            }

            var unfence = FenceActions.Get(run, node, "on", isOptional: true, null);
            ActionTable.Order(
                run, resource, ActionTable.Key(resource.Id, Tasks.Stop, 0), null, null, null, unfence,
                OrderKind.Ordered | OrderKind.IfOnSameNode);
            ActionTable.Order(
                run, null, null, unfence, resource, ActionTable.Key(resource.Id, Tasks.Start, 0), null,
                OrderKind.FirstImpliesThenOnSameNode | OrderKind.IfOnSameNode);
        }
    }

    /// <summary>Digests of the devices that unfence; where one of them changed since the node was unfenced, it is
    /// unfenced again.</summary>
    public static void AddDigests(PolicyRun run, PolicyAction fencing, PolicyNode node)
    {
        var all = new StringBuilder();
        var secure = new StringBuilder();
        foreach (var device in DevicesOf(run))
        {
            var parameters = Parameters.Of(run, device, null);
            var agent = device.Agent!.Type;
            var allDigest = ParameterDigests.Of(parameters);
            var secureDigest = ParameterDigests.Of(ParameterDigests.OpenOnes(parameters));
            var entry = $"{device.Id}:{agent}:{allDigest},";
            var secureEntry = $"{device.Id}:{agent}:{secureDigest},";
            all.Append(entry);
            secure.Append(secureEntry);
            var before = node.Attribute("#digests-all");
            if (before is null || before.Contains(entry, StringComparison.Ordinal)
                || (node.Attribute("#digests-secure")?.Contains(secureEntry, StringComparison.Ordinal) ?? false))
            {
                continue;
            }

            if (run.CanFence(node))
            {
                fencing.IsOptional = false;
            }
        }

        fencing.SetMeta("digests-all", all.ToString());
        fencing.SetMeta("digests-secure", secure.ToString());
    }

    private static IEnumerable<PolicyResource> DevicesOf(PolicyRun run)
    {
        foreach (var resource in run.All())
        {
            if (resource is { IsPrimitive: true, IsFencingDevice: true }
                && resource.Meta.GetValueOrDefault("provides") == "unfencing")
            {
                yield return resource;
            }
        }
    }
}
