using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Policy;
using Ha.Simulation.Faults;
using Ha.Simulation.Truth;

namespace Ha.Simulation;

/// <summary>One seed: a cluster of 1 to 7 nodes, faults by chance while safety is checked after every event; then all
/// faults end, and everything must become well by itself.</summary>
public sealed class SeedRun
{
    /// <summary>A run takes fifty thousand steps; so many are a storm.</summary>
    private const long MostSteps = 1_500_000;

    private static readonly TimeSpan s_boot = TimeSpan.FromSeconds(40);

    /// <summary>Within this after the last fault an epoch with all nodes is active (L2): detection, boots, and the
    /// time-outs of forming.</summary>
    public static readonly TimeSpan FormationBound = TimeSpan.FromSeconds(90);

    /// <summary>Within this after the last fault everything must be well (L1, L12): fencing with its retries, failure
    /// time-outs, starts.</summary>
    public static readonly TimeSpan HealingBound = TimeSpan.FromSeconds(600);

    // Failures expire after 20 s; what was banned for them is free again then, and may move.
    private static readonly TimeSpan s_expiry = TimeSpan.FromSeconds(25);

    // What persons asked for in the last moment is answered by then.
    private static readonly TimeSpan s_lastAnswers = TimeSpan.FromSeconds(21);
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(30);

    private readonly FaultInjector _injector;
    private readonly Configuration _configuration;
    private (Cib? Cib, long Now, bool IsSettled) _planned;

    /// <summary>A run that has not begun, with the faults of its seed.</summary>
    public SeedRun(int seed)
        : this(seed, null)
    {
    }

    /// <summary>A run with these faults in the place of its seed's own; null for its own.</summary>
    public SeedRun(int seed, ValueList<Fault>? faults)
    {
        Seed = seed;
        var streams = new SeedStreams(seed);
        var shape = streams.Of("shape");
        Count = shape.Next(10) == 0 ? 6 + shape.Next(2) : 1 + shape.Next(5);
        _configuration = Scenario.Configuration(streams.Of("configuration"), Count);
        Cluster = new SimulatedCluster(seed, Scenario.Hosts(Count), Knobs.Of(streams.Of("knobs")));
        Faults = faults ?? FaultSchedule.Of(streams.Of("faults"), Count);
        _injector = new FaultInjector(Cluster, random => Scenario.Configuration(random, Count));
    }

    /// <summary>The seed.</summary>
    public int Seed { get; }

    /// <summary>How many nodes there are.</summary>
    public int Count { get; }

    /// <summary>The cluster.</summary>
    public SimulatedCluster Cluster { get; }

    /// <summary>The faults.</summary>
    public ValueList<Fault> Faults { get; }

    /// <summary>How many faults came before the end or the first violation.</summary>
    public int FaultCount => _injector.Injected;

    /// <summary>What went wrong first; empty for nothing.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>How long after the faults all was well.</summary>
    public TimeSpan HealedAfter { get; private set; }

    /// <summary>How long after the faults all were in one epoch.</summary>
    public TimeSpan FormedAfter { get; private set; }

    private bool IsBroken
    {
        get
        {
            if (Cluster.Scheduler.Steps > MostSteps)
            {
                Cluster.Violate($"L6: {MostSteps} steps and no end: {Describe()}");
            }

            return Cluster.World.Violation.Length > 0;
        }
    }

    /// <summary>Runs from the beginning to the end.</summary>
    public SeedRun Run()
    {
        foreach (var host in Cluster.Hosts.ToList())
        {
            Cluster.Boot(host.Name);
        }

        Until(s_boot);
        Cluster.Propose("n1", "configuration", new CibChange.SetConfiguration(_configuration, "", null, ""));
        Until(Cluster.Scheduler.Now + TimeSpan.FromSeconds(15));
        var began = Cluster.Scheduler.Now;
        foreach (var fault in Faults)
        {
            if (IsBroken)
            {
                break;
            }

            Until(began + fault.At);
            _injector.Inject(fault);
        }

        Until(Cluster.Scheduler.Now + TimeSpan.FromSeconds(3));
        if (!IsBroken)
        {
            Heal();
        }

        Problem = Cluster.World.Violation;
        return this;
    }

    /// <summary>Seed, problem and the last lines of the story.</summary>
    public string Explain(int lines = 80) =>
        $"seed {Seed}, {Count} nodes, {Faults.Count} faults: {Problem}\n  faults:\n    "
        + string.Join("\n    ", Faults.Take(FaultCount)) + "\n"
        + Cluster.Story.Render([.. Cluster.Hosts.Select(host => host.Name)], lines);

    /// <summary>The same seed gave another trace.</summary>
    internal void Deviate() => Problem = Problem.Length == 0 ? "the same seed gave another run" : Problem;

    private void Until(TimeSpan at) => Cluster.Scheduler.RunUntil(() => IsBroken, at - Cluster.Scheduler.Now);

    private void Heal()
    {
        _injector.Heal();
        var began = Cluster.Scheduler.Now;
        Wait("L2: no epoch of all nodes", FormationBound, IsFormed);
        FormedAfter = Cluster.Scheduler.Now - began;
        Until(Cluster.Scheduler.Now + s_lastAnswers);
        Normalize();
        Wait("L1: not well", HealingBound, IsWell);
        HealedAfter = Cluster.Scheduler.Now - began;
        if (IsBroken)
        {
            return;
        }

        StaySettled();
        if (!IsBroken)
        {
            Cluster.Each(witness => witness.AtEnd());
            CheckResources();
            new FinalExam(Cluster, Cluster.Streams.Of("exam"), IsServed, IsFormed).Take();
        }
    }

    // What persons asked for in the middle of it is taken back, so that everything is wanted.
    private void Normalize()
    {
        var wanted = new List<CibChange>
        {
            new CibChange.SetProperty("maintenance-mode", null, ""),
            new CibChange.SetConfiguration(_configuration, "", null, ""),
        };
        wanted.AddRange(Cluster.Hosts.Select(host => new CibChange.SetAttribute(host.Name, "standby", null, true, "")));
        wanted.AddRange(new[] { "web", "database", "queue", "vip", "server" }
            .Select(id => new CibChange.SetMeta(id, "target-role", null, "")));
        foreach (var (index, change) in wanted.Index())
        {
            Again($"normal-{index}", change, 0);
        }
    }

    private void Again(string id, CibChange change, int tries)
    {
        var isAsked = Cluster.Propose($"n{1 + (tries % Count)}", $"{id}-{tries}", change, outcome =>
        {
            if (outcome is not ChangeOutcome.Ok && tries < 20)
            {
                Again(id, change, tries + 1);
            }
        });
        if (!isAsked)
        {
            Cluster.Scheduler.After(TimeSpan.FromSeconds(1), () => Again(id, change, tries + 1));
        }
    }

    private void Wait(string what, TimeSpan bound, Func<bool> isReached)
    {
        if (!IsBroken && !Cluster.Scheduler.RunUntil(() => IsBroken || isReached(), bound))
        {
            Cluster.Violate($"{what} after {bound.TotalSeconds:0} s: {Describe()}{Why()}");
        }
    }

    private bool IsFormed()
    {
        foreach (var host in Cluster.Hosts)
        {
            if (host.View is not { Epoch: EpochState.Active active } || active.Members.Count != Count)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsWell()
    {
        return IsFormed() && IsServed();
    }

    private bool IsServed()
    {
        foreach (var resource in (ReadOnlySpan<string>)["vip", "server", "database", "queue"])
        {
            if (Cluster.World.WhereIs(resource).Count != 1)
            {
                return false;
            }
        }

        return true;
    }

    // L6: once old failures have expired, too, what has settled stays as it is.
    private void StaySettled()
    {
        Wait("L1: the plan is not empty", HealingBound, IsSettled);
        Until(Cluster.Scheduler.Now + s_expiry);
        Wait("L1: the plan is not empty", HealingBound, IsSettled);
        if (IsBroken)
        {
            return;
        }

        var index = Cluster["n1"].View!.CommitIndex;
        var places = Describe();
        Until(Cluster.Scheduler.Now + s_quiet);
        if (!IsBroken && Describe() != places)
        {
            Cluster.Violate($"L6: settled at {index}, and moved: {places} to {Describe()}");
        }
    }

    private bool IsSettled()
    {
        var view = Cluster.Hosts.Select(host => host.View).FirstOrDefault(view => view is { IsCoordinator: true });
        return IsWell() && view is not null
            && view.Cib.Status.Fencing.All(record => record.State != FencingState.Pending)
            && IsSettledAt(view.Cib, view.Seconds(Cluster.Scheduler.Now, Cluster.Scheduler.WallClock));
    }

    // Asked after each step: the answer changes with the state and with the second alone.
    private bool IsSettledAt(Cib cib, long now)
    {
        if (!ReferenceEquals(_planned.Cib, cib) || _planned.Now != now)
        {
            _planned = (cib, now, PolicyEngine.Plan(cib, now).IsSettled);
        }

        return _planned.IsSettled;
    }

    private void CheckResources()
    {
        foreach (var host in Cluster.Hosts)
        {
            if (host.Scheduler is { Timers: > 200 } scheduler)
            {
                Cluster.Violate($"S26: {host.Name} has {scheduler.Timers} timers when all is quiet");
            }
        }
    }

    // What the coordinator has to say about it.
    private string Why()
    {
        var view = Cluster.Hosts.Select(host => host.View).FirstOrDefault(view => view is { IsCoordinator: true });
        if (view is null)
        {
            return "";
        }

        var plan = PolicyEngine.Plan(view.Cib, view.Seconds(Cluster.Scheduler.Now, Cluster.Scheduler.WallClock));
        return "; actions: " + string.Join(", ", plan.Graph.Actions.Select(action => $"{action.Key} on {action.Node} ({action.Reason})"))
            + "; fencing: " + string.Join(", ", view.Cib.Status.Fencing
                .Where(record => record.State == FencingState.Pending)
                .Select(record => $"{record.Target} by {record.Executor}: {record.Reason}"))
            + "; resources: " + string.Join(", ", plan.Resources
                .Where(resource => resource.Text.Length > 0 || resource.InFlight.Length > 0)
                .Select(resource => $"{resource.Id} {resource.Code} {resource.Text} {resource.InFlight}"));
    }

    private string Describe() => string.Join("; ", Cluster.Hosts.Select(host =>
        $"{host.Name} {(host.Truth.IsPowered ? "" : "off ")}{(host.View is { Epoch: EpochState.Active active } ? $"epoch {active.Number}" : host.View?.Epoch)} [{string.Join(',', host.Truth.Running)}]"));
}
