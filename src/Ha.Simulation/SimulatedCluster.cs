using System.Security.Cryptography;
using System.Text;
using Ha.Actors.Cluster;
using Ha.Actors.Coordination;
using Ha.Actors.Execution;
using Ha.Actors.Fencing;
using Ha.InformationBase;
using Ha.Kernel;

namespace Ha.Simulation;

/// <summary>A whole cluster in one thread under virtual time: production actors, machines and bytes over a simulated
/// engine,
/// disks, agents and power. One seed is one run.</summary>
public sealed class SimulatedCluster
{
    private readonly SortedDictionary<string, SimulatedNode> _nodes = new(StringComparer.Ordinal);
    private readonly IncrementalHash _trace = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Random _power;
    private readonly int _seed;
    private uint _process = 1000;
    private bool _saidViolation;

    /// <summary>A cluster of nodes n1, n2, ... that are all off.</summary>
    public SimulatedCluster(int seed, int nodeCount)
    {
        _seed = seed;
        Scheduler = new SimulatedScheduler(seed);
        Network = new SimulatedNetwork(Scheduler, Stream("network"), nodeCount);
        _power = Stream("power");
        for (var number = 1; number <= nodeCount; number++)
        {
            var name = $"n{number}";
            _nodes.Add(name, new SimulatedNode(name, (uint)number, new SimulatedDisk(Scheduler, Stream($"disk {name}"))));
        }

        Scheduler.AfterStep = Check;
    }

    /// <summary>Virtual time.</summary>
    public SimulatedScheduler Scheduler { get; }

    /// <summary>The engine.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>What is truly so.</summary>
    public SimulatedWorld World { get; } = new();

    /// <summary>What agents do wrong now.</summary>
    public AgentFaults AgentFaults { get; set; } = AgentFaults.None;

    /// <summary>What fencing does wrong now.</summary>
    public (int FailPercent, TimeSpan Delay) FencingFaults { get; set; }

    /// <summary>The nodes by name.</summary>
    public IEnumerable<SimulatedNode> Nodes => _nodes.Values;

    /// <summary>Changes that were answered with OK: request id and index.</summary>
    public List<(string RequestId, long Index)> Acknowledged { get; } = [];

    /// <summary>The story so far, for a person who looks for a bug.</summary>
    public List<string> Story { get; } = [];

    /// <summary>Same seed, same hash.</summary>
    public string TraceHash => Convert.ToHexStringLower(_trace.GetCurrentHash());

    /// <summary>A node by name.</summary>
    public SimulatedNode this[string name] => _nodes[name];

    /// <summary>A host gets power, and its program starts.</summary>
    public void Boot(string name)
    {
        World.PowerOn(name);
        StartProgram(name);
    }

    /// <summary>A host loses power.</summary>
    public void PowerOff(string name)
    {
        Tell($"power of {name} is cut");
        World.PowerOff(name);
        EndProgram(name, isCrash: true);
    }

    /// <summary>The program of a host ends at once; what runs there goes on.</summary>
    public void KillProgram(string name)
    {
        Tell($"program of {name} is killed");
        EndProgram(name, isCrash: true);
    }

    /// <summary>The program of a host starts.</summary>
    public void StartProgram(string name)
    {
        var node = _nodes[name];
        if (node.System is not null || !World.Powered.Contains(name))
        {
            return;
        }

        node.Program++;
        var incarnation = $"{name}-{node.Program}";
        var log = new StoryLog(this, name);
        var system = new ActorSystem(name, Scheduler, new ExitPort(this, name), log, _seed ^ node.Program);
        node.System = system;
        node.Link = Network.Connect(node.Number, name, _process++);
        var config = new ReplicaConfig(
            name, incarnation, $"cluster-{incarnation}", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10),
            Scheduler.WallClock.ToUnixTimeSeconds() - (long)Scheduler.Now.TotalSeconds);
        var replica = system.Spawn("replica", () => new ReplicaActor(config, node.Link, node.Disk));
        node.Replica = replica;
        var agents = new SimulatedAgents(Scheduler, World, Stream($"agents {incarnation}"), name, () => AgentFaults);
        var fencing = new SimulatedFencing(
            Scheduler, Stream($"fencing {incarnation}"), () => FencingFaults, Reboot);
        system.Spawn("coordinator", () => new CoordinatorActor(replica, incarnation));
        var executor = system.Spawn("executor", () => new ExecutorActor(replica, agents, name, incarnation));
        system.Spawn("fencer", () => new FencerActor(replica, executor, fencing, name, incarnation));
        var program = node.Program;
        system.Events.Subscribe(new CallbackRef<EverythingStopped>(name, _ => Scheduler.After(TimeSpan.Zero, () =>
        {
            // The host's service manager starts the program again.
            if (node.Program == program)
            {
                KillProgram(name);
                Scheduler.After(TimeSpan.FromSeconds(1), () => StartProgram(name));
            }
        })));
        replica.Tell(new ReplicaMessage.Subscribe(new CallbackRef<ReplicaEvent>(name, happened =>
        {
            if (happened is ReplicaEvent.Moved moved)
            {
                node.View = moved.View;
            }
        })));
    }

    /// <summary>Somebody at a node wants a change.</summary>
    public void Propose(string name, string requestId, CibChange change)
    {
        var node = _nodes[name];
        if (node.System is null)
        {
            return;
        }

        node.Replica!.Tell(new ReplicaMessage.Propose(
            requestId, "a person", change, TimeSpan.FromSeconds(20), new CallbackRef<ChangeOutcome>("person", outcome =>
            {
                if (outcome is ChangeOutcome.Ok ok)
                {
                    Acknowledged.Add((requestId, ok.Index));
                }
            })));
    }

    /// <summary>Adds a line to the story, and to the trace.</summary>
    public void Tell(string line)
    {
        var text = $"{Scheduler.Now.TotalSeconds,9:0.000} {line}";
        Story.Add(text);
        _trace.AppendData(Encoding.UTF8.GetBytes(text));
    }

    // The power switch: off at once, on again a while later.
    private void Reboot(string name)
    {
        PowerOff(name);
        Scheduler.After(TimeSpan.FromSeconds(5 + _power.Next(10)), () =>
        {
            if (!World.Powered.Contains(name))
            {
                Tell($"{name} boots");
                Boot(name);
            }
        });
    }

    private void EndProgram(string name, bool isCrash)
    {
        var node = _nodes[name];
        if (node.System is null)
        {
            return;
        }

        if (isCrash)
        {
            node.Disk.Crash();
        }

        node.System.Stop();
        node.Link!.Stop();
        node.System = null;
        node.Replica = null;
        node.View = null;
    }

    private Random Stream(string subject)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{_seed} {subject}"));
        return new Random(BitConverter.ToInt32(hash));
    }

    // After every event: what the replicas say of the same index must be the same, and two epochs never act at once.
    private void Check()
    {
        if (World.Violation.Length > 0 && !_saidViolation)
        {
            _saidViolation = true;
            Tell($"VIOLATION {World.Violation}");
        }

        var active = _nodes.Values.Where(node => node.View is { IsActive: true }).ToList();
        foreach (var group in active.GroupBy(node => ((EpochState.Active)node.View!.Epoch).Number))
        {
            if (group.Select(node => ((EpochState.Active)node.View!.Epoch).Coordinator).Distinct().Count() > 1)
            {
                World.Violate($"S10: epoch {group.Key} has two coordinators");
            }
        }
    }

    private sealed class StoryLog(SimulatedCluster cluster, string name) : ILog
    {
        public void Write(LogLevel level, string source, string text)
        {
            cluster.Tell($"{name} {level}: {text}");
            if (level == LogLevel.Error)
            {
                cluster.World.Violate($"an error was logged: {name}: {text}");
            }
        }
    }

    private sealed class ExitPort(SimulatedCluster cluster, string name) : IProcessExit
    {
        public void Exit(string reason) => cluster.World.Violate($"{name} ends: {reason}");
    }
}

/// <summary>One host of a simulated cluster.</summary>
public sealed class SimulatedNode(string name, uint number, SimulatedDisk disk)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its number in the engine.</summary>
    public uint Number => number;

    /// <summary>Its disk.</summary>
    public SimulatedDisk Disk => disk;

    /// <summary>How many programs ran here.</summary>
    public int Program { get; set; }

    /// <summary>The running program; null when none runs.</summary>
    public ActorSystem? System { get; set; }

    /// <summary>The running program's link.</summary>
    public SimulatedLink? Link { get; set; }

    /// <summary>The running program's replica.</summary>
    public ActorRef<ReplicaMessage>? Replica { get; set; }

    /// <summary>What the running program sees; null when none runs.</summary>
    public ReplicaView? View { get; set; }
}
