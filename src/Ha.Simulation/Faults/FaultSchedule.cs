using Ha.InformationBase;

namespace Ha.Simulation.Faults;

/// <summary>The faults of a seed, made before the run: a swarm, in which each seed has only some kinds of faults, so
/// that
/// rare ones are not drowned by common ones.</summary>
public static class FaultSchedule
{
    /// <summary>The faults of a seed in the order of their times.</summary>
    /// <param name="random">The seed's stream for it.</param>
    /// <param name="hosts">How many hosts there are.</param>
    public static ValueList<Fault> Of(Random random, int hosts)
    {
        var kinds = Enum.GetValues<FaultKind>();
        var share = 15 + random.Next(60);
        var chosen = kinds.Where(_ => random.Next(100) < share).ToList();
        chosen.Add(FaultKind.AddProperty);
        chosen.Add(kinds[random.Next(kinds.Length)]);
        if (random.Next(2) == 0)
        {
            chosen.AddRange([FaultKind.PowerLoss, FaultKind.Split, FaultKind.Unsplit, FaultKind.ProgramKill]);
        }

        var length = TimeSpan.FromSeconds(10 + random.Next(110));
        var faults = new List<Fault>();
        var at = TimeSpan.Zero;
        while (at < length && faults.Count < 60)
        {
            // Half of the gaps are so short that one fault falls into what the one before set going.
            at += TimeSpan.FromMilliseconds(random.Next(2) == 0 ? random.Next(500) : random.Next(12_000));
            var kind = chosen[random.Next(chosen.Count)];
            faults.Add(new Fault(at, kind, 1 + random.Next(hosts), AmountOf(kind, random), random.Next(1_000_000)));
            if (kind == FaultKind.Split && random.Next(2) == 0)
            {
                // A split is worst in the middle of something.
                faults.Insert(faults.Count - 1, new Fault(
                    at - TimeSpan.FromMicroseconds(random.Next(8000)), FaultKind.AddEverywhere, 1, 0,
                    random.Next(1_000_000)));
            }
        }

        return faults.OrderBy(fault => fault.At).ToValueList();
    }

    private static int AmountOf(FaultKind kind, Random random) => kind switch
    {
        FaultKind.PowerLoss => random.Next(2) == 0 ? 0 : 1000 + random.Next(40_000),
        FaultKind.ProgramKill => 100 + random.Next(random.Next(3) == 0 ? 40_000 : 3000),
        FaultKind.ProgramPause or FaultKind.HostPause => 50 + random.Next(random.Next(2) == 0 ? 3000 : 30_000),
        FaultKind.ClockJump => random.Next(-1, 2) * (random.Next(2) == 0 ? 1 + random.Next(100) : 40_000_000),
        FaultKind.OneWayCut => 500 + random.Next(15_000),
        FaultKind.EngineCrash => 200 + random.Next(random.Next(2) == 0 ? 3000 : 30_000),
        FaultKind.Clog => 100 + random.Next(8000),
        FaultKind.DiskFull => 100 + random.Next(30_000),
        FaultKind.DiskSlow => 10 + random.Next(random.Next(3) == 0 ? 3000 : 200),
        _ => 0,
    };
}
