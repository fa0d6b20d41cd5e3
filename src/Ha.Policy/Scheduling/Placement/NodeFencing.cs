namespace Ha.Policy.Scheduling;

/// <summary>Marks nodes that must be made harmless.</summary>
internal static class NodeFencing
{
    public static void Need(PolicyRun run, PolicyNode node, string reason)
    {
        if (node.IsGuest)
        {
            // A guest is made harmless by the recovery of its container.
            var container = node.RemoteResource!.Launcher!;
            if (!container.HasFailed && container.IsManaged)
            {
                node.NeedsRemoteReset = true;
                container.HasFailed = true;
                container.IsStoppedIfFailed = true;
            }

            return;
        }

        node.IsUnclean = true;
        node.FencingReason ??= reason;
    }
}
