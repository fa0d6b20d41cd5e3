namespace Ha.Policy.Scheduling;

/// <summary>May a node be fenced. Source: Pacemaker Explained, "Fencing", and notes on quorum there.</summary>
internal static class FencingRules
{
    // Guests in guests: deeper, histories contradict each other.
    private const int MaxNesting = 8;

    public static bool CanFence(PolicyRun run, PolicyNode node) => CanFence(run, node, 0);

    private static bool CanFence(PolicyRun run, PolicyNode node, int nesting)
    {
        if (node.IsGuest)
        {
            // A guest is made harmless by stopping its container, wherever that is active.
            var launcher = node.RemoteResource!.Launcher!;
            return launcher.ActiveOn.All(
                host => host.IsOnline || (nesting < MaxNesting && CanFence(run, host, nesting + 1)));
        }

        if (!run.Options.IsFencingEnabled || !(run.HasFencingDevice || run.Options.HasWatchdog))
        {
            return false;
        }

        return run.HasQuorum || run.Options.NoQuorum == QuorumPolicy.Ignore || node.IsOnline
            || (node.IsRemote && run.Options.IsFencingRemoteWithoutQuorum);
    }
}
