using Ha.InformationBase;

namespace Ha.Simulation.Faults;

/// <summary>The faults of a seed, made before the run: a swarm, in which each seed has only some kinds of faults, so
/// that
/// rare ones are not drowned by common ones.</summary>
public static class FaultSchedule
{
    // Nodes that are cut off, boot alone and lose their engine while they wait for fencing that does not succeed.
    private static readonly FaultKind[] s_lonely =
    [
        FaultKind.Split, FaultKind.Split, FaultKind.Unsplit, FaultKind.EngineCrash, FaultKind.PowerLoss,
        FaultKind.PowerOn, FaultKind.ProgramKill, FaultKind.FencingTrouble, FaultKind.FencingTrouble,
        FaultKind.FencingWell, FaultKind.AddProperty, FaultKind.DiskError, FaultKind.ClockJump, FaultKind.Clog,
    ];

    // Epochs that form anew under the same ring, without one that stands still and goes on by what it knew.
    private static readonly FaultKind[] s_stalls =
    [
        FaultKind.ProgramPause, FaultKind.ProgramPause, FaultKind.Skip, FaultKind.Skip, FaultKind.AddEverywhere,
        FaultKind.AddEverywhere, FaultKind.Clog, FaultKind.Alter,
    ];

    // Disks that lose everything while others are away.
    private static readonly FaultKind[] s_losses =
    [
        FaultKind.PowerLoss, FaultKind.PowerLoss, FaultKind.PowerOn, FaultKind.BitRot, FaultKind.BitRot,
        FaultKind.AddEverywhere, FaultKind.AddProperty, FaultKind.Split, FaultKind.Unsplit, FaultKind.DiskError,
    ];

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

        var pattern = random.Next(12);
        if (pattern < 4 && hosts > 1)
        {
            return pattern switch
            {
                0 => Races(random, hosts),
                1 => OneOf(random, hosts, s_lonely),
                2 when hosts > 2 => OneOf(random, hosts, s_stalls),
                3 when hosts > 2 => OneOf(random, hosts, s_losses),
                _ => OneOf(random, hosts, s_lonely),
            };
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
                    at - TimeSpan.FromMicroseconds(random.Next(8000)), FaultKind.AddEverywhere, 1, random.Next(4),
                    random.Next(1_000_000)));
            }
        }

        return faults.OrderBy(fault => fault.At).ToValueList();
    }

    // Views that break in the middle of many changes and heal when the other side has just formed: where logs part.
    private static ValueList<Fault> Races(Random random, int hosts)
    {
        var faults = new List<Fault>();
        var at = TimeSpan.FromSeconds(random.Next(5));
        if (random.Next(2) == 0)
        {
            Add(FaultKind.FencingTrouble, 0);
        }

        for (var count = 3 + random.Next(6); count > 0; count--)
        {
            at += TimeSpan.FromMilliseconds(random.Next(random.Next(2) == 0 ? 1500 : 12_000));
            Add(FaultKind.AddEverywhere, 1 + random.Next(random.Next(2) == 0 ? 6 : 40));
            at += TimeSpan.FromMicroseconds(random.Next(25_000));
            Add(random.Next(6) switch
            {
                0 => FaultKind.PowerLoss,
                1 => FaultKind.OneWayCut,
                _ => FaultKind.Split,
            }, 1000 + random.Next(8000));
            at += TimeSpan.FromMilliseconds(900 + random.Next(5000));
            Add(random.Next(4) == 0 ? FaultKind.Split : FaultKind.Unsplit, 0);
        }

        return faults.ToValueList();

        void Add(FaultKind kind, int amount) =>
            faults.Add(new Fault(at, kind, 1 + random.Next(hosts), amount, random.Next(1_000_000)));
    }

    private static ValueList<Fault> OneOf(Random random, int hosts, FaultKind[] kinds)
    {
        var faults = new List<Fault>();
        var at = TimeSpan.Zero;
        for (var count = 10 + random.Next(20); count > 0; count--)
        {
            var kind = kinds[random.Next(kinds.Length)];
            faults.Add(new Fault(at, kind, 1 + random.Next(hosts), AmountOf(kind, random), random.Next(1_000_000)));
            at += TimeSpan.FromMilliseconds(random.Next(random.Next(3) == 0 ? 500 : 9000));
        }

        return faults.ToValueList();
    }

    private static int AmountOf(FaultKind kind, Random random) => kind switch
    {
        FaultKind.PowerLoss => random.Next(2) == 0 ? 0 : 1000 + random.Next(40_000),
        FaultKind.ProgramKill => 100 + random.Next(random.Next(3) == 0 ? 40_000 : 3000),
        FaultKind.ProgramPause or FaultKind.HostPause => 50 + random.Next(random.Next(2) == 0 ? 3000 : 30_000),
        FaultKind.ClockJump => random.Next(-1, 2) * (random.Next(2) == 0 ? 1 + random.Next(100) : 40_000_000),
        FaultKind.OneWayCut => 500 + random.Next(15_000),
        FaultKind.EngineCrash => 200 + random.Next(random.Next(2) == 0 ? 3000 : 30_000),
        FaultKind.Clog => 100 + random.Next(random.Next(6) == 0 ? 60_000 : 8000),
        FaultKind.AddEverywhere => 1 + random.Next(4),
        FaultKind.DiskFull => 100 + random.Next(30_000),
        FaultKind.DiskSlow => 10 + random.Next(random.Next(3) == 0 ? 3000 : 200),
        _ => 0,
    };
}
