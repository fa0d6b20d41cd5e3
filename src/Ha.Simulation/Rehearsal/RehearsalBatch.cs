using Ha.InformationBase;

namespace Ha.Simulation.Rehearsal;

/// <summary>Many schedules on one configuration, one thread for each core.</summary>
public static class RehearsalBatch
{
    /// <summary>Runs the first seeds of these kinds and adds them up.</summary>
    /// <param name="subject">What is rehearsed.</param>
    /// <param name="kinds">Which faults.</param>
    /// <param name="count">How many runs.</param>
    /// <param name="cancel">Ends it early; what has run counts.</param>
    public static RehearsalReport Run(
        RehearsalSubject subject, ValueList<RehearsalFault> kinds, int count, CancellationToken cancel = default)
    {
        var seeds = kinds.IsEmpty ? [] : RehearsalSchedule.Seeds(kinds, count).ToArray();
        var outcomes = new RehearsalOutcome?[seeds.Length];
        var width = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, seeds.Length, width, (index, loop) =>
        {
            if (cancel.IsCancellationRequested)
            {
                loop.Stop();
            }
            else
            {
                outcomes[index] = new RehearsalRun(subject, seeds[index]).Run();
            }
        });
        return RehearsalReport.Of(subject, outcomes.OfType<RehearsalOutcome>().ToValueList());
    }
}
