namespace Ha.Policy.Scheduling;

/// <summary>May a node be fenced. Source: Pacemaker Explained, "Fencing", and notes on quorum there.</summary>
internal static class FencingRules
{
    public static bool CanFence(PolicyRun run, PolicyNode node)
    {
        if (node.IsGuest)
        {
            // A guest is made harmless by stopping its container, wherever that is active.
            var launcher = node.RemoteResource!.Launcher!;
            return launcher.ActiveOn.All(host => host.IsOnline || CanFence(run, host));
        }

        if (!run.Options.IsFencingEnabled || !(run.HasFencingDevice || run.Options.HasWatchdog))
        {
            return false;
        }

        return run.HasQuorum || run.Options.NoQuorum == QuorumPolicy.Ignore || node.IsOnline
            || (node.IsRemote && run.Options.IsFencingRemoteWithoutQuorum);
    }
}
