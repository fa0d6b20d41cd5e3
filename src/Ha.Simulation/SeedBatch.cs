using Ha.InformationBase;

namespace Ha.Simulation;

/// <summary>Many seeds, on all cores, and what they add up to.</summary>
/// <param name="Seeds">How many ran.</param>
/// <param name="Hours">Simulated hours.</param>
/// <param name="Faults">Injected faults.</param>
/// <param name="Events">Steps of all schedulers.</param>
/// <param name="LongestHealing">The longest that all was not well after the faults.</param>
/// <param name="LongestForming">The longest without an epoch of all after the faults.</param>
/// <param name="Problems">Seed and problem of those that failed, by seed.</param>
public sealed record SeedBatch(
    int Seeds, double Hours, long Faults, long Events, TimeSpan LongestHealing, TimeSpan LongestForming,
    ValueList<(int Seed, string Problem)> Problems)
{
    /// <summary>Every so many seeds one runs twice: the same seed gives the same run.</summary>
    private const int SeedsBetweenDoubles = 100;

    /// <summary>How many seeds ran twice, and gave the same trace.</summary>
    public int Doubles { get; init; }

    /// <summary>Runs seeds in the order of their numbers.</summary>
    /// <param name="first">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="mostProblems">No new seed begins after so many problems.</param>
    /// <param name="onProblem">Told of each run that failed.</param>
    public static SeedBatch Run(int first, int count, int mostProblems = 1, Action<SeedRun>? onProblem = null)
    {
        var gate = new Lock();
        var batch = new SeedBatch(0, 0, 0, 0, TimeSpan.Zero, TimeSpan.Zero, []);
        var width = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(first, first + count, width, (seed, loop) =>
        {
            var run = new SeedRun(seed).Run();
            var again = seed % SeedsBetweenDoubles == 0 ? new SeedRun(seed).Run() : null;
            if (again is not null && again.Cluster.TraceHash != run.Cluster.TraceHash)
            {
                run.Deviate();
            }

            lock (gate)
            {
                batch = batch.With(run, again is not null);
                if (run.Problem.Length > 0)
                {
                    onProblem?.Invoke(run);
                    if (batch.Problems.Count >= mostProblems)
                    {
                        loop.Stop();
                    }
                }
            }
        });
        return batch;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Seeds} seeds, {Hours:0.0} simulated hours, {Faults} faults, {Events} events, healed after {LongestHealing.TotalSeconds:0} s at most, "
        + $"formed after {LongestForming.TotalSeconds:0} s at most, {Doubles} run twice alike, {Problems.Count} problems";

    private SeedBatch With(SeedRun run, bool isDouble) => new(
        Seeds + 1, Hours + run.Cluster.Scheduler.Now.TotalHours, Faults + run.FaultCount,
        Events + run.Cluster.Scheduler.Steps,
        run.HealedAfter > LongestHealing ? run.HealedAfter : LongestHealing,
        run.FormedAfter > LongestForming ? run.FormedAfter : LongestForming,
        run.Problem.Length == 0 ? Problems : Problems.Add((run.Seed, run.Problem)))
        {
            Doubles = Doubles + (isDouble ? 1 : 0),
        };
}
