namespace Ha.Policy.Scheduling;

/// <summary>Attributes of nodes, seen by a resource.</summary>
internal static class NodeAttributes
{
    public const string Name = "#uname";

    /// <summary>True when the resource wants attributes of the host in place of those of the guest.</summary>
    public static bool IsHostAsked(PolicyResource resource) =>
        resource.Meta.GetValueOrDefault("container-attribute-target") == "host";

    /// <summary>An attribute of a node, or of the host of its container.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">The attribute.</param>
    /// <param name="ofHost">For a guest, take the host's.</param>
    /// <param name="isAssigned">The host where the container will be, else the one where it is.</param>
    public static string? Of(PolicyNode node, string name, bool ofHost, bool isAssigned)
    {
        if (!ofHost || !node.IsGuest)
        {
            return node.Attribute(name);
        }

        var container = node.RemoteResource!.Launcher!;
        var host = isAssigned ? container.AssignedTo : container.CurrentNode;
        return host?.Attribute(name);
    }

    /// <summary>The attribute by which a colocation compares nodes. What runs in a bundle counts as being where its
    /// container is.</summary>
    public static string? ForColocation(PolicyNode node, string name, PolicyResource resource) =>
        node.IsGuest && ((IsBundled(resource) && IsOfBundle(node)) || IsHostAsked(resource))
            ? Of(node, name, ofHost: true, isAssigned: true)
            : node.Attribute(name);

    /// <summary>True for what a bundle brings: its containers and all that is with them.</summary>
    public static bool IsBundled(PolicyResource resource) =>
        resource.Parent is not null && resource.Top(includeBundle: true).Kind == ResourceKind.Bundle;

    /// <summary>True for the node that a replica of a bundle makes.</summary>
    public static bool IsOfBundle(PolicyNode node) => node.RemoteResource is { } remote && IsBundled(remote);
}
