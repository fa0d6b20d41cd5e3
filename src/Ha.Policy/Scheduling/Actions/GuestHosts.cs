namespace Ha.Policy.Scheduling;

/// <summary>Where guests are.</summary>
internal static class GuestHosts
{
    /// <summary>The node that a guest's container is on, or will be; null for other nodes.</summary>
    public static PolicyNode? Of(PolicyNode node) =>
        node.IsGuest && node.RemoteResource!.Launcher is { } container
            ? container.CurrentNode ?? container.AssignedTo
            : null;
}
