using Ha.InformationBase;

namespace Ha.Simulation.Rehearsal;

/// <summary>The kinds of faults that are rehearsed. A seed's kind is its number modulo how many there are, so that a
/// seed is the same schedule whatever else was rehearsed.</summary>
public enum RehearsalFault
{
    /// <summary>A node loses all power, its own board with it.</summary>
    LoseNode,

    /// <summary>Two nodes do, one after the other.</summary>
    LoseTwo,

    /// <summary>The nodes of two sides do not hear each other.</summary>
    Split,

    /// <summary>A node crashes, and whatever fences it takes nearly its time-out.</summary>
    SlowFencing,

    /// <summary>A fencing device does not answer, and then a node crashes that it fences.</summary>
    FencingDeviceDead,

    /// <summary>A resource dies, and an operation that shall recover it hangs until its time-out.</summary>
    AgentHangs,

    /// <summary>A resource dies.</summary>
    ResourceDies,

    /// <summary>Each node in turn is drained, restarted and taken back.</summary>
    RollingRestart,

    /// <summary>A node crashes; what is on its board goes on.</summary>
    NodeCrashes,

    /// <summary>The cluster's own program dies on a node and starts again.</summary>
    ProgramDies,
}

/// <summary>What one run rehearses: a function of subject and seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Fault">The kind.</param>
/// <param name="At">When it begins, counted from when all was well.</param>
/// <param name="Nodes">The nodes that it is about, in their order; for a split those of one side.</param>
/// <param name="Resource">The resource that it is about; empty for none.</param>
/// <param name="Action">The operation that hangs; empty for none.</param>
/// <param name="Device">The fencing device that it is about; empty for none.</param>
/// <param name="Gap">Between the first fault and the second.</param>
/// <param name="Length">How long it lasts; zero for until the end.</param>
public sealed record RehearsalSchedule(
    int Seed, RehearsalFault Fault, TimeSpan At, ValueList<string> Nodes, string Resource, string Action, string Device,
    TimeSpan Gap, TimeSpan Length)
{
    private static readonly RehearsalFault[] s_kinds = Enum.GetValues<RehearsalFault>();

    /// <summary>The kinds that mean something for a subject: without devices none is dead.</summary>
    public static ValueList<RehearsalFault> KindsFor(RehearsalSubject subject) => s_kinds.Where(kind => kind switch
    {
        RehearsalFault.LoseTwo or RehearsalFault.Split => subject.Hosts.Count > 1,
        RehearsalFault.SlowFencing => !subject.Devices.IsEmpty,
        RehearsalFault.FencingDeviceDead => !subject.Devices.IsEmpty,
        RehearsalFault.AgentHangs or RehearsalFault.ResourceDies => !subject.Resources.IsEmpty,
        _ => true,
    }).ToValueList();

    /// <summary>The first seeds of these kinds, in the order of their numbers.</summary>
    public static IEnumerable<int> Seeds(ValueList<RehearsalFault> kinds, int count) =>
        Enumerable.Range(0, int.MaxValue).Where(seed => kinds.Contains(KindOf(seed))).Take(count);

    /// <summary>A seed's kind.</summary>
    public static RehearsalFault KindOf(int seed) => s_kinds[seed % s_kinds.Length];

    /// <summary>A seed's schedule.</summary>
    public static RehearsalSchedule Of(RehearsalSubject subject, int seed)
    {
        var random = new SeedStreams(seed).Of("rehearsal");
        TimeSpan Some(double least, double most) =>
            TimeSpan.FromSeconds(least + ((most - least) * random.NextDouble()));
        var kind = KindOf(seed);
        var order = subject.Hosts.ToArray();
        random.Shuffle(order);
        var resource = subject.Resources.IsEmpty ? null : subject.Resources[random.Next(subject.Resources.Count)];
        var device = subject.Devices.IsEmpty ? "" : subject.Devices[random.Next(subject.Devices.Count)].Id;
        var action = random.Next(3) switch { 0 => "start", 1 => "monitor", _ => "stop" };
        var sideSize = 1 + random.Next(Math.Max(1, order.Length - 1));
        var at = Some(0, 10);
        var gap = Some(0, 40);
        var length = random.Next(2) == 0 ? TimeSpan.Zero : Some(60, 120);
        return kind switch
        {
            RehearsalFault.LoseTwo => Make(order[..Math.Min(2, order.Length)], gap: gap),
            RehearsalFault.Split => Make(order[..Math.Min(sideSize, order.Length)], length: Some(20, 90)),
            RehearsalFault.FencingDeviceDead => Make(order, device: device, gap: Some(1, 5)),
            RehearsalFault.SlowFencing => Make(order[..1]),
            RehearsalFault.AgentHangs => Make([], resource?.Id, action, length: length),
            RehearsalFault.ResourceDies => Make([], resource?.Id),
            RehearsalFault.RollingRestart => Make([.. subject.Hosts], length: Some(20, 60)),
            RehearsalFault.ProgramDies => Make(order[..1], length: Some(0.5, 5)),
            _ => Make(order[..1], length: length),
        };

        RehearsalSchedule Make(
            string[] nodes, string? about = null, string what = "", string device = "", TimeSpan gap = default,
            TimeSpan length = default) =>
            new(seed, kind, at, nodes.ToValueList(), about ?? "", what, device, gap, length);
    }

    /// <summary>A kind as commands and reports write it: lose-node.</summary>
    public static string NameOf(RehearsalFault fault) => string.Concat(fault.ToString().Select((letter, index) =>
        char.IsUpper(letter) && index > 0 ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    /// <summary>What happens, as a sentence without its full stop.</summary>
    public string Describe() => Fault switch
    {
        RehearsalFault.LoseNode when Length > TimeSpan.Zero =>
            $"{Nodes[0]} loses all power for {Length.TotalSeconds:0} s",
        RehearsalFault.LoseNode => $"{Nodes[0]} loses all power",
        RehearsalFault.LoseTwo => $"{Nodes[0]} loses all power, and {Nodes[^1]} {Gap.TotalSeconds:0} s later",
        RehearsalFault.Split => $"{string.Join(", ", Nodes)} and the others do not hear each other for {Length.TotalSeconds:0} s",
        RehearsalFault.SlowFencing => $"{Nodes[0]} crashes, and fencing takes nearly its time-out",
        RehearsalFault.FencingDeviceDead => $"{Device} does not answer, and then a node crashes that it fences",
        RehearsalFault.AgentHangs => $"{Resource} dies, and its {Action} hangs"
            + (Length > TimeSpan.Zero ? $" for {Length.TotalSeconds:0} s" : ""),
        RehearsalFault.ResourceDies => $"{Resource} dies",
        RehearsalFault.RollingRestart => "each node in turn is drained, restarted and taken back",
        RehearsalFault.NodeCrashes => $"{Nodes[0]} crashes",
        _ => $"the cluster's program on {Nodes[0]} dies and starts again",
    };
}
