using Ha.InformationBase;
using Ha.Policy.Live;
using Ha.Policy.Scheduling;

namespace Ha.Policy;

/// <summary>What shall be done in a running cluster, and why: a pure function of the information base and the time. The
/// decisions are those of <see cref="Scheduler"/>; here they are put into the words of a cluster that plans after every
/// change, while operations are under way.</summary>
public static class PolicyEngine
{
    /// <summary>Plans.</summary>
    /// <param name="cib">All that is known and wanted.</param>
    /// <param name="now">Seconds since 1970, for failures that expire.</param>
    /// <param name="withReasons">Keep the parts of scores and the causes: people want them, the coordinator does not.
    /// </param>
    public static Plan Plan(Cib cib, long now, bool withReasons = true)
    {
        var run = Scheduler.Run(LiveInput.Of(cib, now), now, withReasons: withReasons, isLive: true);
        var holds = new LiveHolds(run);
        var synapses = run.Nodes.Count == 0 ? [] : GraphSelection.Select(run);
        return new Plan
        {
            Graph = LiveGraph.Of(run, synapses, holds, RecheckAt(run, cib, now)),
            Nodes = LiveNodes.Of(run),
            Resources = LiveResources.Of(run, holds, withReasons ? SchedulerReport.Read(run, holds.Of) : null),
        };
    }

    // When something changes by itself.
    private static long? RecheckAt(PolicyRun run, Cib cib, long now)
    {
        var earliest = run.RecheckAt;
        foreach (var state in cib.Status.Nodes)
        {
            if (LiveInput.GraceEndsAt(state) is { } end && end > now && (earliest is null || end < earliest))
            {
                earliest = end;
            }
        }

        return earliest;
    }
}
