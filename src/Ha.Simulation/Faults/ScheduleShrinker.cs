using Ha.InformationBase;

namespace Ha.Simulation.Faults;

/// <summary>Makes the list of faults of a failed run as short as it gets while the run still fails in the same way: by
/// leaving out ever smaller parts.</summary>
public static class ScheduleShrinker
{
    /// <summary>A longer search says little more.</summary>
    public const int MostRuns = 200;

    /// <summary>The shortest list that was found.</summary>
    /// <param name="faults">Those of the failed run.</param>
    /// <param name="fails">Runs with fewer; true when it fails in the same way.</param>
    public static ValueList<Fault> Shrink(ValueList<Fault> faults, Func<ValueList<Fault>, bool> fails)
    {
        var kept = faults;
        var size = Math.Max(1, kept.Count / 2);
        for (var runs = 0; runs < MostRuns;)
        {
            var before = kept.Count;
            for (var start = 0; start < kept.Count && runs < MostRuns;)
            {
                var fewer = kept.Where((_, index) => index < start || index >= start + size).ToValueList();
                runs++;
                if (fails(fewer))
                {
                    kept = fewer;
                }
                else
                {
                    start += size;
                }
            }

            if (size == 1 && kept.Count == before)
            {
                break;
            }

            size = Math.Max(1, size / 2);
        }

        return kept;
    }

    /// <summary>A failed seed with as few faults as fail in the same way.</summary>
    public static SeedRun Shrink(SeedRun failed)
    {
        // What follows the number of the invariant tells times and names, which differ.
        var number = failed.Problem.Split(':')[0];
        bool Fails(ValueList<Fault> faults) =>
            new SeedRun(failed.Seed, faults).Run().Problem.Split(':')[0] == number;
        var faults = failed.Faults.Take(failed.FaultCount).ToValueList();
        return Fails(faults) ? new SeedRun(failed.Seed, Shrink(faults, Fails)).Run() : failed;
    }
}
