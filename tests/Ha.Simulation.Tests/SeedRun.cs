using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Simulation;

namespace Ha.Simulation.Tests;

/// <summary>One seed: a cluster of 1 to 5 nodes, faults by chance, then healing; invariants all along.</summary>
internal sealed class SeedRun
{
    private static readonly TimeSpan s_boot = TimeSpan.FromSeconds(40);

    /// <summary>After the last fault everything must be well within this: detection, boots, fencing with its retries,
    /// failure time-outs, starts.</summary>
    private static readonly TimeSpan s_healing = TimeSpan.FromSeconds(600);

    private readonly Random _random;
    private int _changes;

    public SeedRun(int seed)
    {
        Seed = seed;
        _random = new Random(seed * 7919);
        Count = 1 + _random.Next(5);
        Cluster = new SimulatedCluster(seed, Count);
    }

    public int Seed { get; }

    public int Count { get; }

    public SimulatedCluster Cluster { get; }

    public int Faults { get; private set; }

    public string Problem { get; private set; } = "";

    public static Configuration ConfigurationOf(int nodes) => new()
    {
        ClusterName = "simulated",
        Properties = [AttributeSet.Of("options", [new NameValue("no-quorum-policy", "stop")])],
        Nodes = Enumerable.Range(1, nodes).Select(number => new Node { Name = $"n{number}", Id = $"{number}" }).ToValueList(),
        ResourceDefaults = [AttributeSet.Of("defaults", [
            new NameValue("resource-stickiness", "10"), new NameValue("failure-timeout", "60s"), new NameValue("migration-threshold", "3")])],
        Resources =
        [
            new Group { Id = "web", Members = [Resource("vip"), Resource("server")] },
            Resource("database"),
            Resource("queue"),
            new Primitive { Id = "power", Agent = new AgentName("stonith", null, "fence_simulated") },
        ],
        Constraints =
        [
            new OrderConstraint { Id = "database-first", First = "database", Then = "queue" },
            new ColocationConstraint { Id = "apart", Resource = "queue", WithResource = "web", Score = "-50" },
        ],
    };

    public SeedRun Run(bool withFaults = true)
    {
        foreach (var node in Cluster.Nodes.ToList())
        {
            Cluster.Boot(node.Name);
        }

        Cluster.Scheduler.RunFor(s_boot);
        Cluster.Propose("n1", "configuration", new CibChange.SetConfiguration(ConfigurationOf(Count), "", null, ""));
        Cluster.Scheduler.RunFor(TimeSpan.FromSeconds(20));
        if (withFaults)
        {
            var rounds = 3 + _random.Next(8);
            for (var round = 0; round < rounds && !IsBroken(); round++)
            {
                Fault();
                Cluster.Scheduler.RunFor(TimeSpan.FromMilliseconds(_random.Next(15_000)));
            }
        }

        Heal();
        return this;
    }

    private static Primitive Resource(string id) => new()
    {
        Id = id,
        Agent = new AgentName("ocf", "simulated", "state"),
        Operations =
        [
            new OperationDefinition { Id = $"{id}-monitor", Name = "monitor", Interval = TimeSpan.FromSeconds(5) },
        ],
    };

    private void Fault()
    {
        Faults++;
        var node = $"n{1 + _random.Next(Count)}";
        switch (_random.Next(10))
        {
            case 0:
                Cluster.PowerOff(node);
                break;
            case 1:
                Cluster.KillProgram(node);
                Cluster.Scheduler.After(TimeSpan.FromMilliseconds(300 + _random.Next(3000)), () =>
                    Cluster.StartProgram(node));
                break;
            case 2:
                // A split is worst in the middle of something: changes of every node are on their way.
                foreach (var other in Cluster.Nodes)
                {
                    Cluster.Propose(other.Name, $"change-{_changes}", new CibChange.SetProperty($"p{++_changes}", "1", ""));
                }

                Cluster.Scheduler.RunFor(TimeSpan.FromMicroseconds(_random.Next(8000)));
                Cluster.Tell("split");
                Cluster.Network.Split([.. Enumerable.Range(0, Count).Select(_ => _random.Next(2))]);
                break;
            case 3:
                Cluster.Tell("healed");
                Cluster.Network.Split([.. Enumerable.Repeat(0, Count)]);
                break;
            case 4:
                Cluster.AgentFaults = new AgentFaults(_random.Next(30), _random.Next(10), _random.Next(10));
                break;
            case 5:
                Cluster.FencingFaults = (_random.Next(80), TimeSpan.FromSeconds(_random.Next(20)));
                break;
            case 6 when !Cluster.World.Powered.Contains(node):
                Cluster.Tell($"{node} is switched on");
                Cluster.Boot(node);
                break;
            case 7:
                Cluster.Propose(node, $"standby-{_changes++}", new CibChange.SetAttribute(
                    node, "standby", _random.Next(2) == 0 ? "on" : null, IsPermanent: true, ""));
                break;
            default:
                Cluster.Propose(node, $"change-{_changes}", new CibChange.SetProperty($"p{++_changes}", "1", ""));
                break;
        }
    }

    private void Heal()
    {
        Cluster.Tell("all faults end");
        Cluster.AgentFaults = AgentFaults.None;
        Cluster.FencingFaults = (0, TimeSpan.Zero);
        Cluster.Network.Split([.. Enumerable.Repeat(0, Count)]);
        foreach (var node in Cluster.Nodes.ToList())
        {
            Cluster.World.PowerOn(node.Name);
            Cluster.StartProgram(node.Name);
        }

        // What the engine has not noticed yet looks well and is not.
        Cluster.Scheduler.RunFor(TimeSpan.FromSeconds(5));
        var isWell = Cluster.Scheduler.RunUntil(() => IsBroken() || IsWell(), s_healing);
        if (IsBroken())
        {
            Problem = Cluster.World.Violation;
        }
        else if (!isWell)
        {
            Problem = $"L1: not well after {s_healing.TotalSeconds:0} s: {Describe()}";
        }
        else
        {
            Problem = Lost();
        }
    }

    private bool IsBroken() => Cluster.World.Violation.Length > 0;

    private bool IsWell()
    {
        foreach (var node in Cluster.Nodes)
        {
            if (node.View is not { Epoch: EpochState.Active active } || active.Members.Count != Count)
            {
                return false;
            }
        }

        var cib = Cluster["n1"].View!.Cib;
        var standby = cib.Configuration.Nodes.All(node => node.Attributes.Any(set => set.Values.Any(pair =>
            pair is { Name: "standby", Value: "on" })));
        return standby || new[] { "vip", "server", "database", "queue" }.All(resource => Cluster.World.WhereIs(resource).Count == 1);
    }

    // Whatever was answered with OK is in every log, at the same index, and all states of one index are equal.
    private string Lost()
    {
        foreach (var node in Cluster.Nodes)
        {
            var cib = node.View!.Cib;
            foreach (var (request, _) in Cluster.Acknowledged.Where(item =>
                item.RequestId.StartsWith("change-", StringComparison.Ordinal)))
            {
                var number = int.Parse(request.AsSpan("change-".Length), null) + 1;
                if (!cib.Configuration.Properties.SelectMany(set => set.Values).Any(pair => pair.Name == $"p{number}"))
                {
                    return $"S3: {request} was acknowledged and is not on {node.Name}";
                }
            }
        }

        return Cluster.Nodes.GroupBy(node => node.View!.CommitIndex)
            .Any(group => group.Select(node => CibCodec.Digest(node.View!.Cib)).Distinct().Count() > 1)
            ? "S7: states of one index differ"
            : "";
    }

    private string Describe() => string.Join("; ", Cluster.Nodes.Select(node =>
        $"{node.Name} {(Cluster.World.Powered.Contains(node.Name) ? "on" : "off")} {node.View?.Epoch}"))
        + "; " + string.Join("; ", Cluster.World.Running.Select(host => $"{host.Key}: {string.Join(',', host.Value)}"));
}
