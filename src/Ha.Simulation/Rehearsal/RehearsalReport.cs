using Ha.InformationBase;

namespace Ha.Simulation.Rehearsal;

/// <summary>Outages that have something in common.</summary>
/// <param name="Name">What: a kind of fault, or a resource.</param>
/// <param name="Runs">How many runs.</param>
/// <param name="Median">The median outage, of runs that recovered.</param>
/// <param name="Worst">The worst outage of those.</param>
/// <param name="WorstSeed">The seed of that run; -1 where none recovered.</param>
/// <param name="Lost">Runs without recovery.</param>
/// <param name="LostSeed">The first of them; -1 for none.</param>
/// <param name="Why">Why there was none, the commonest reason first.</param>
public sealed record OutageSummary(
    string Name, int Runs, TimeSpan Median, TimeSpan Worst, int WorstSeed, int Lost, int LostSeed,
        ValueList<string> Why);

/// <summary>What the second of two lost nodes does.</summary>
/// <param name="First">The node that is lost first.</param>
/// <param name="Second">The node that is lost then.</param>
/// <param name="Worst">The worst outage of runs that recovered.</param>
/// <param name="Down">Resources that stayed down in any run.</param>
/// <param name="Why">Why.</param>
/// <param name="Seed">A seed that shows it.</param>
public sealed record SecondFailure(
    string First, string Second, TimeSpan Worst, ValueList<string> Down, string Why, int Seed);

/// <summary>What many runs add up to. Pure.</summary>
/// <param name="Subject">What was rehearsed.</param>
/// <param name="Outcomes">All runs by seed.</param>
/// <param name="ByFault">Outages by kind of fault.</param>
/// <param name="ByResource">Outages by resource.</param>
/// <param name="SecondFailures">What a second failure does, pair by pair.</param>
/// <param name="Advice">The weakest points.</param>
public sealed record RehearsalReport(
    RehearsalSubject Subject, ValueList<RehearsalOutcome> Outcomes, ValueList<OutageSummary> ByFault,
    ValueList<OutageSummary> ByResource, ValueList<SecondFailure> SecondFailures, ValueList<Advice> Advice)
{
    /// <summary>Simulated hours.</summary>
    public double Hours => Outcomes.Sum(outcome => outcome.Length.TotalHours);

    /// <summary>Resources that did not even run before the fault.</summary>
    public ValueList<string> NeverRan =>
        Outcomes.SelectMany(outcome => outcome.NeverRan).Distinct(StringComparer.Ordinal).ToValueList();

    /// <summary>Runs in which something happened that must never be: a fault of this program, not of the
    /// configuration.</summary>
    public ValueList<RehearsalOutcome> Problems =>
        Outcomes.Where(outcome => outcome.Problem.Length > 0).ToValueList();

    /// <summary>The run whose picture is worth most: without recovery by a single fault, else the longest outage.
    /// Null without runs.</summary>
    public RehearsalOutcome? WorstRun => Outcomes
        .OrderBy(outcome => outcome.IsRecovered)
        .ThenBy(outcome => outcome.Schedule.Fault is RehearsalFault.LoseTwo)
        .ThenByDescending(outcome => outcome.Worst)
        .ThenBy(outcome => outcome.Schedule.Seed)
        .FirstOrDefault();

    /// <summary>Adds up.</summary>
    public static RehearsalReport Of(RehearsalSubject subject, ValueList<RehearsalOutcome> outcomes) => new(
        subject,
        outcomes,
        outcomes.GroupBy(outcome => outcome.Schedule.Fault).OrderBy(group => group.Key)
            .Select(group => Sum(RehearsalSchedule.NameOf(group.Key), [.. group.Select(outcome =>
                (outcome.Schedule.Seed, outcome.Worst, outcome.IsRecovered, outcome.Why))]))
            .ToValueList(),
        subject.Resources
            .Select(resource => Sum(resource.Name, [.. outcomes.SelectMany(outcome => outcome.Outages
                .Where(outage => outage.Resource == resource.Name
                    && (outage.Down > TimeSpan.Zero || !outage.IsRecovered))
                .Select(outage => (outcome.Schedule.Seed, outage.Down, outage.IsRecovered, Why(outage))))]))
            .Where(summary => summary.Runs > 0)
            .ToValueList(),
        Seconds(outcomes),
        RehearsalAdvice.Of(subject, outcomes));

    private static ValueList<string> Why(ResourceOutage outage) => outage.Why.Length == 0 ? [] : [outage.Why];

    private static OutageSummary Sum(
        string name, IReadOnlyList<(int Seed, TimeSpan Down, bool IsRecovered, ValueList<string> Why)> runs)
    {
        var recovered = runs.Where(run => run.IsRecovered).OrderBy(run => run.Down).ThenBy(run => run.Seed).ToList();
        var lost = runs.Where(run => !run.IsRecovered).OrderBy(run => run.Seed).ToList();
        return new OutageSummary(
            name, runs.Count,
            recovered.Count == 0 ? TimeSpan.Zero : recovered[recovered.Count / 2].Down,
            recovered.Count == 0 ? TimeSpan.Zero : recovered[^1].Down,
            recovered.Count == 0 ? -1 : recovered[^1].Seed,
            lost.Count, lost.Count == 0 ? -1 : lost[0].Seed,
            lost.SelectMany(run => run.Why).GroupBy(why => why, StringComparer.Ordinal)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => group.Key).ToValueList());
    }

    private static ValueList<SecondFailure> Seconds(ValueList<RehearsalOutcome> outcomes) => outcomes
        .Where(outcome => outcome.Schedule.Fault == RehearsalFault.LoseTwo && outcome.Schedule.Nodes.Count == 2)
        .GroupBy(outcome => (First: outcome.Schedule.Nodes[0], Second: outcome.Schedule.Nodes[1]))
        .OrderBy(pair => pair.Key.First, StringComparer.Ordinal)
        .ThenBy(pair => pair.Key.Second, StringComparer.Ordinal)
        .Select(pair =>
        {
            var lost = pair.FirstOrDefault(outcome => !outcome.IsRecovered);
            var worst = pair.Where(outcome => outcome.IsRecovered).OrderByDescending(outcome => outcome.Worst)
                .FirstOrDefault();
            return new SecondFailure(
                pair.Key.First, pair.Key.Second, worst?.Worst ?? TimeSpan.Zero,
                pair.SelectMany(outcome => outcome.Outages).Where(outage => !outage.IsRecovered)
                    .Select(outage => outage.Resource).Distinct(StringComparer.Ordinal).ToValueList(),
                lost is null ? "" : string.Join("; ", lost.Why), (lost ?? worst)!.Schedule.Seed);
        })
        .ToValueList();
}
