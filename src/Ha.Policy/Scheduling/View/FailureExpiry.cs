using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Failures that are old enough to be forgotten (failure-timeout). Source: Pacemaker Explained, "Handling
/// resource failure".</summary>
internal static class FailureExpiry
{
    /// <returns>True when an operation's failure counts no more.</returns>
    public static bool Check(HistoryWalk walk, HistoryEntry entry)
    {
        var (run, resource, node) = (walk.Run, walk.Resource, walk.Node);
        if (entry.Status == OperationStatus.NotInstalled)
        {
            return false;
        }

        var isLastFailure = entry.Id.EndsWith("_last_failure_0", StringComparison.Ordinal);
        var isExpired = false;
        var unexpired = 0;
        if (resource.FailureTimeout > 0 && entry.LastChange > 0)
        {
            isExpired = run.Now >= entry.LastChange + resource.FailureTimeout && !IsKept(run, resource, entry);
            (unexpired, var last) = FailCounts.Of(run, resource, node, isEffective: true, withLaunched: false, entry);

            // A count is over in the second after its time-out; who plans only when asked to must be asked then.
            var end = last + resource.FailureTimeout + (run.IsLive ? 1 : 0);
            if (unexpired > 0 && end > run.Now)
            {
                run.Recheck(end, "fail count expiration");
            }
            else if (run.IsLive && !isExpired
                && FailCounts.Of(run, resource, node, isEffective: false, withLaunched: false, entry).Count > 0)
            {
                run.Recheck(entry.LastChange + resource.FailureTimeout, "failure expiration");
            }
        }

        string? reason = null;
        if (isExpired)
        {
            if (FailCounts.Of(run, resource, node, isEffective: false, withLaunched: false, entry).Count > 0)
            {
                // All failures of a resource on a node are over together, or none is.
                isExpired = unexpired == 0;
                reason = isExpired ? "it expired" : null;
            }
            else if (isLastFailure && resource.RemoteReconnectMs > 0)
            {
                reason = "reconnect interval is set";
            }
        }

        // What failed with other parameters may be tried again.
        if (!isExpired && isLastFailure && entry.Digest is not null
            && (entry.Operation is Tasks.Start or Tasks.Monitor)
            && !BundleNames.DependsOnPlace(run, resource)
            && OperationDigests.Compare(run, resource, entry, node, trustsMasked: false)
                is DigestResult.Different or DigestResult.NeedsRestart)
        {
            reason = "resource parameters have changed";
        }

        if (reason is not null)
        {
            AddClearing(run, resource, node, reason);
        }

        // These say how it is, whenever that was.
        return isExpired
            && !(entry.Operation == Tasks.Monitor && entry.Interval == TimeSpan.Zero
                && entry.ExitCode is 0 or 7 or 8 or 190 or 191);
    }

    private static void AddClearing(PolicyRun run, PolicyResource resource, PolicyNode node, string reason)
    {
        foreach (var known in run.ExpiredFailCounts)
        {
            if (known.Resource == resource && known.Node == node)
            {
                return;
            }
        }

        run.ExpiredFailCounts.Add(new ExpiredFailCount(
            resource, node, reason, run.Options.IsFencingEnabled && resource.RemoteReconnectMs > 0));
    }

    // A connection that comes back by itself: its failure stays until the remote node was fenced.
    private static bool IsKept(PolicyRun run, PolicyResource resource, HistoryEntry entry) =>
        resource.RemoteReconnectMs > 0 && run.Options.IsFencingEnabled && entry.Operation == Tasks.Monitor
        && entry.Interval > TimeSpan.Zero && resource.RemoteNode is { WasRemoteFenced: false };
}
