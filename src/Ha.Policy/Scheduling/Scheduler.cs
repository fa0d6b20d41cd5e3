using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>The whole of Pacemaker's semantics, as stages over one <see cref="PolicyRun"/>. Read this file first.
/// </summary>
internal static class Scheduler
{
    /// <summary>What follows the view, in this order.</summary>
    public static IReadOnlyList<(string Name, Action<PolicyRun> Work)> Stages { get; } =
    [
        ("constraints", ConstraintStages.Unpack), // health, locations, colocations, orders, tickets
        ("criteria", PlacementStages.ApplyCriteria), // shutdown locks, locations, stickiness, fail counts, discovery
        ("internals", InternalConstraints.Add), // what groups, clones, bundles and agents bring along
        ("changes", ChangeStages.Check), // what history says against the configuration: digests, recurring, cleanup
        ("placement", PlacementStages.Assign),
        ("actions", ActionStages.Create), // probes, starts, stops, recurring, notifications; remote orderings; fencing
        ("orderings", OrderStages.Apply), // orderings expanded and their flags propagated to a fixed point
        ("notices", Notifications.Finish), // who is told what
    ];

    /// <summary>What is true now, without a decision.</summary>
    public static PolicyRun View(Cib cib, long now) =>
        ViewStages.Read(cib, now, withScores: false, withReasons: false, isLive: false);

    /// <summary>Works out everything up to the finished orderings; graph, summary and scores are views of the result.
    /// </summary>
    /// <param name="cib">All that is known and wanted.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="withScores">Keep the score lines.</param>
    /// <param name="withReasons">Keep the parts of scores.</param>
    /// <param name="isLive">Operations may be under way: see <see cref="PolicyRun.IsLive"/>.</param>
    /// <param name="earlier">Rules of an earlier Pacemaker, for comparisons alone.</param>
    public static PolicyRun Run(
        Cib cib, long now, bool withScores = false, bool withReasons = false, bool isLive = false,
        EarlierRules earlier = EarlierRules.None)
    {
        var run = ViewStages.Read(cib, now, withScores, withReasons, isLive);
        run.Earlier = earlier;
        if (run.Nodes.Count == 0)
        {
            return run;
        }

        foreach (var (_, work) in Stages)
        {
            work(run);
        }

        return run;
    }
}
