namespace Ha.Policy.Scheduling;

/// <summary>What becomes of a node whose state cannot be trusted. Source: Pacemaker Explained, "Fencing".</summary>
internal static class FencingRequests
{
    /// <param name="run">The run.</param>
    /// <param name="node">The node.</param>
    /// <param name="reason">Why, as the summary shows it.</param>
    /// <param name="isDelayed">The fencing may wait for priority-fencing-delay.</param>
    public static void Add(PolicyRun run, PolicyNode node, string reason, bool isDelayed)
    {
        var connection = node.RemoteResource;
        if (node.IsGuest)
        {
            // A guest is made harmless by stopping its container. It stays clean: when that is done, it can be used.
            var launcher = connection!.Launcher!;
            if (!launcher.HasFailed && launcher.IsManaged)
            {
                node.NeedsRemoteReset = true;
                Fail(launcher);
            }

            return;
        }

        if (IsGuestWithoutContainer(node))
        {
            Fail(connection!);
            return;
        }

        if (node.IsRemoteKind && connection is not null)
        {
            if (!connection.IsManaged)
            {
                return;
            }

            node.NeedsRemoteReset = true;
        }

        node.IsUnclean = true;
        node.FencingReason ??= reason;
        node.IsFencingDelayed |= isDelayed && !node.IsRemoteKind;

        // Whether it comes about is decided later; its place among the actions is that of the request.
        FenceActions.Get(run, node, null, isOptional: true, reason);
    }

    /// <summary>It failed, and must be stopped before anything else.</summary>
    public static void Fail(PolicyResource resource)
    {
        resource.HasFailed = true;
        resource.IsStoppedIfFailed = true;
    }

    // The container left the configuration, its guest's connection is still there.
    private static bool IsGuestWithoutContainer(PolicyNode node) =>
        node.IsRemoteKind && node.RemoteResource is { IsRemoved: true, Launcher: null, IsRemovedLaunched: true };
}
