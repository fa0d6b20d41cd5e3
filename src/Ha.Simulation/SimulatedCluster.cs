using System.Security.Cryptography;
using System.Text;
using Ha.Actors.Cluster;
using Ha.Actors.Coordination;
using Ha.Actors.Execution;
using Ha.Actors.Fencing;
using Ha.InformationBase;
using Ha.Kernel;
using Ha.Resources;
using Ha.Simulation.Engine;
using Ha.Simulation.Hands;
using Ha.Simulation.Truth;

namespace Ha.Simulation;

/// <summary>A whole cluster in one thread under virtual time: production actors, machines and bytes over a simulated
/// engine, disks, agents and power. One seed is one run.</summary>
public sealed partial class SimulatedCluster
{
    private readonly SortedDictionary<string, SimulatedHost> _hosts = new(StringComparer.Ordinal);
    private readonly IncrementalHash _trace = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Random _power;
    private readonly int _seed;
    private uint _process = 1000;

    /// <summary>A cluster of hosts that are all off.</summary>
    /// <param name="seed">Of all that is random.</param>
    /// <param name="hosts">Their names, in the order of their numbers from 1 on.</param>
    /// <param name="knobs">How this run differs.</param>
    /// <param name="votes">Votes of each; one where not said.</param>
    /// <param name="isQuick">Only that nothing runs twice is checked.</param>
    public SimulatedCluster(
        int seed, IReadOnlyList<string> hosts, Knobs knobs, IReadOnlyList<int>? votes = null, bool isQuick = false)
    {
        _seed = seed;
        Knobs = knobs;
        Scheduler = new SimulatedScheduler(seed);
        Streams = new SeedStreams(seed);
        World = new SimulatedWorld(hosts);
        Network = new SimulatedNetwork(Scheduler, Streams.Of("network"), hosts, knobs.Engine, votes);
        _power = Streams.Of("power");
        foreach (var (index, name) in hosts.Index())
        {
            var disk = new SimulatedDisk(Scheduler, Streams.Of($"disk {name}"), name) { LongestSync = knobs.LongestSync };
            var host = new SimulatedHost(name, (uint)(index + 1), disk, World[name]);
            disk.OnStored = (before, after) => Each(witness => witness.Stored(host, before, after));
            _hosts.Add(name, host);
        }

        Witnesses = isQuick ? [new PlacementWitness(this)] :
        [
            new PlacementWitness(this), new LogWitness(this), new AnswerWitness(this), new ExecutionWitness(this),
            new FencingWitness(this), new OrderWitness(this),
        ];
    }

    /// <summary>Virtual time.</summary>
    public SimulatedScheduler Scheduler { get; }

    /// <summary>How this run differs from others beside its faults.</summary>
    public Knobs Knobs { get; }

    /// <summary>Random numbers by subject.</summary>
    public SeedStreams Streams { get; }

    /// <summary>The engine.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>What is truly so.</summary>
    public SimulatedWorld World { get; }

    /// <summary>Who checks.</summary>
    public IReadOnlyList<Witness> Witnesses { get; }

    /// <summary>What fencing does wrong now.</summary>
    public FencingFaults FencingFaults { get; set; } = FencingFaults.None;

    /// <summary>What one device does wrong with one request; null for what all do.</summary>
    public Func<FenceRequest, FencingFaults>? DeviceFaults { get; set; }

    /// <summary>An entry was altered on its way, and replicas may say so.</summary>
    public bool IsAltered { get; set; }

    /// <summary>How long a host that was fenced takes until its program runs again.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) BootTime { get; init; } =
        (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));

    /// <summary>Hosts without any power supply: nothing brings them up.</summary>
    public HashSet<string> Unfed { get; } = new(StringComparer.Ordinal);

    /// <summary>The hosts by name.</summary>
    public IEnumerable<SimulatedHost> Hosts => _hosts.Values;

    /// <summary>The story so far, for a person who looks for a bug.</summary>
    public Timeline Story { get; } = new();

    /// <summary>Same seed, same hash.</summary>
    public string TraceHash => Convert.ToHexStringLower(_trace.GetCurrentHash());

    /// <summary>A host by name.</summary>
    public SimulatedHost this[string name] => _hosts[name];

    /// <summary>A host gets power; its engine and its program start.</summary>
    public void Boot(string name)
    {
        var host = _hosts[name];
        if (Unfed.Contains(name))
        {
            return;
        }

        if (!host.Truth.IsPowered)
        {
            Tell(name, "boots");
            host.Truth.PowerOn();
            host.WallClockJump = TimeSpan.Zero;
        }

        Network.StartEngine(host.Number);
        StartProgram(name);
    }

    /// <summary>A host loses power.</summary>
    public void PowerOff(string name)
    {
        var host = _hosts[name];
        if (host.Truth.IsPowered)
        {
            Tell(name, "loses power");
            host.Truth.PowerOff();
            EndProgram(name);
            Network.EndEngine(host.Number, "power is off");
        }
    }

    /// <summary>The program of a host ends at once; what runs there goes on.</summary>
    public void KillProgram(string name)
    {
        if (_hosts[name].System is not null)
        {
            Tell(name, "program is killed");
            EndProgram(name);
        }
    }

    /// <summary>The program of a host starts.</summary>
    public void StartProgram(string name)
    {
        var host = _hosts[name];
        if (host.System is not null || !host.Truth.IsPowered)
        {
            return;
        }

        host.Program++;
        var incarnation = $"{name}-{host.Program}";
        var scheduler = new HostScheduler(Scheduler) { WallClockJump = host.WallClockJump };
        var system = new ActorSystem(
            name, scheduler, new ExitPort(this, name), new StoryLog(this, name), unchecked(_seed * 31) ^ host.Program);
        host.System = system;
        host.Scheduler = scheduler;
        host.Link = Network.Connect(
            host.Number, name, Network.Faults.IsSameProcessId ? 1000 + host.Number : _process++);
        var config = new ReplicaConfig(
            name, incarnation, $"cluster-{incarnation}", Knobs.StatusTimeout, Knobs.ColdTimeout,
            scheduler.WallClock.ToUnixTimeSeconds() - (long)Scheduler.Now.TotalSeconds)
        {
            EntriesBeforeSnapshot = Knobs.EntriesBeforeSnapshot,
            EntriesBetweenDigests = Knobs.EntriesBetweenDigests,
            ChunkBytes = Knobs.ChunkBytes,
        };
        var replica = system.Spawn("replica", () => new ReplicaActor(config, host.Link, host.Disk));
        host.Replica = replica;
        var agents = new SimulatedAgents(
            Scheduler, host.Truth, Streams.Of($"agents {incarnation}"), () => host.AgentFaults, new AgentPort(this));
        var fencing = new SimulatedFencing(
            Scheduler, Streams.Of($"fencing {incarnation}"), request => DeviceFaults?.Invoke(request) ?? FencingFaults, new PowerPort(this, host.Program), name);
        system.Spawn("coordinator", () => new CoordinatorActor(replica, incarnation));
        var executor = system.Spawn("executor", () => new ExecutorActor(replica, agents, name, incarnation));
        system.Spawn("fencer", () => new FencerActor(replica, executor, fencing, name, incarnation));
        Each(witness => witness.ProgramStarted(host));
        var program = host.Program;
        system.Events.Subscribe(new CallbackRef<EverythingStopped>(name, _ => RestartSoon(host, program)));
        replica.Tell(new ReplicaMessage.Subscribe(
            new CallbackRef<ReplicaEvent>(name, happened => See(host, program, happened))));
    }

    /// <summary>A program stands still for a while, and with it its whole host where the engine stands still, too.
    /// </summary>
    public void Pause(string name, TimeSpan length, bool withEngine)
    {
        var host = _hosts[name];
        if (host.Scheduler is not { IsPaused: false } scheduler)
        {
            return;
        }

        Tell(name, withEngine ? "host stands still" : "program stands still");
        scheduler.Pause();
        if (withEngine)
        {
            Network.Freeze(host.Number);
        }

        var program = host.Program;
        Scheduler.After(length, () =>
        {
            if (withEngine)
            {
                Network.Thaw(host.Number);
            }

            if (host.Program == program)
            {
                Resume(name);
            }
        });
    }

    /// <summary>A program that stands still goes on.</summary>
    public void Resume(string name)
    {
        var host = _hosts[name];
        if (host.Scheduler is { IsPaused: true } scheduler)
        {
            Tell(name, "goes on");
            host.ChangedAt = Scheduler.Now;
            scheduler.Resume();
        }
    }

    /// <summary>A host's wall clock jumps.</summary>
    public void JumpClock(string name, TimeSpan by)
    {
        var host = _hosts[name];
        if (by == TimeSpan.Zero)
        {
            return;
        }

        Tell(name, $"wall clock jumps by {by.TotalSeconds:0} s");
        host.WallClockJump += by;
        if (host.Scheduler is { } scheduler)
        {
            scheduler.WallClockJump = host.WallClockJump;
        }
    }

    /// <summary>Somebody at a host wants a change.</summary>
    /// <returns>False when nobody is there to be asked.</returns>
    public bool Propose(string name, string requestId, CibChange change, Action<ChangeOutcome>? onAnswer = null)
    {
        var host = _hosts[name];
        if (host is not { Replica: { } replica, Scheduler.IsPaused: false })
        {
            return false;
        }

        var deadline = TimeSpan.FromSeconds(20);
        Each(witness => witness.Asked(host, requestId, change, deadline));
        replica.Tell(new ReplicaMessage.Propose(
            requestId, "a person", change, deadline, new CallbackRef<ChangeOutcome>("person", outcome =>
            {
                Each(witness => witness.Answered(host, requestId, outcome));
                onAnswer?.Invoke(outcome);
            })));
        return true;
    }

    /// <summary>Adds a line to the story, and to the trace.</summary>
    /// <param name="host">Whom it is about; empty for all.</param>
    /// <param name="text">What happened.</param>
    public void Tell(string host, string text)
    {
        var at = Scheduler.Now;
        Story.Add(at, host, text);
        Span<byte> bytes = stackalloc byte[8];
        BitConverter.TryWriteBytes(bytes, at.Ticks);
        _trace.AppendData(bytes);
        _trace.AppendData(Encoding.UTF8.GetBytes(host));
        _trace.AppendData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>An invariant does not hold.</summary>
    public void Violate(string what)
    {
        if (World.Violation.Length == 0)
        {
            Tell("", $"VIOLATION {what}");
        }

        World.Violate(what);
    }

    internal void Each(Action<Witness> tell)
    {
        foreach (var witness in Witnesses)
        {
            tell(witness);
        }
    }

    private void See(SimulatedHost host, int program, ReplicaEvent happened)
    {
        if (happened is not ReplicaEvent.Moved moved || host.Program != program || host.System is null)
        {
            return;
        }

        var before = host.View;
        host.View = moved.View;
        host.MovedAt = Scheduler.Now;
        if (before is { IsActive: true } && !moved.View.IsActive)
        {
            host.ChangedAt = Scheduler.Now;
        }

        Each(witness => witness.Moved(host, before, moved));
    }

    // The host's init starts the program again.
    private void RestartSoon(SimulatedHost host, int program) => Scheduler.After(TimeSpan.Zero, () =>
    {
        if (host.Program == program && host.System is not null)
        {
            KillProgram(host.Name);
            Scheduler.After(TimeSpan.FromSeconds(1), () => StartProgram(host.Name));
        }
    });

    private void EndProgram(string name)
    {
        var host = _hosts[name];
        if (host.System is not { } system)
        {
            return;
        }

        host.Disk.Crash();
        host.Link!.Stop();
        host.Scheduler!.End();
        host.System = null;
        host.Replica = null;
        host.View = null;
        host.Scheduler = null;
        system.Stop();
        Each(witness => witness.ProgramEnded(host));
    }
}
