using Ha.InformationBase;

namespace Ha.Simulation;

/// <summary>Configurations of simulated clusters: what there is in each, and what differs by chance.</summary>
public static class Scenario
{
    /// <summary>Names of the hosts: n1, n2, ...</summary>
    public static ValueList<string> Hosts(int count) =>
        Enumerable.Range(1, count).Select(number => $"n{number}").ToValueList();

    /// <summary>A cluster with a group, an ordered pair and fencing; quorum policies, limits and constraints by
    /// chance.</summary>
    public static Configuration Configuration(Random random, int nodes)
    {
        var constraints = new List<Constraint>
        {
            new OrderConstraint { Id = "database-first", First = "database", Then = "queue" },
            new ColocationConstraint { Id = "apart", Resource = "queue", WithResource = "web", Score = "-50" },
        };
        if (nodes > 2 && random.Next(3) == 0)
        {
            constraints.Add(new LocationConstraint { Id = "not-there", Resource = "database", Node = "n2", Score = "-INFINITY" });
        }

        if (nodes > 2 && random.Next(3) == 0)
        {
            constraints.Add(new ColocationConstraint { Id = "never", Resource = "database", WithResource = "server", Score = "-INFINITY" });
        }

        var monitor = TimeSpan.FromSeconds(random.Next(3) == 0 ? 2 : 5);
        return new Configuration
        {
            ClusterName = "simulated",
            Properties = [AttributeSet.Of("options", Options(random))],
            Nodes = Hosts(nodes).Select((name, index) => new Node { Name = name, Id = $"{index + 1}" }).ToValueList(),
            ResourceDefaults = [AttributeSet.Of("defaults", [
                new NameValue("resource-stickiness", random.Next(3) == 0 ? "0" : "10"),
                new NameValue("failure-timeout", "20s"),
                new NameValue("migration-threshold", random.Next(3) == 0 ? "1" : "3")])],
            Resources =
            [
                new Group { Id = "web", Members = [Resource("vip", monitor), Resource("server", monitor)] },
                Resource("database", monitor) with
                {
                    Parameters = [AttributeSet.Of("database-parameters", [new NameValue("level", $"{random.Next(4)}")])],
                },
                Resource("queue", monitor),
                new Primitive
                {
                    Id = "power",
                    Agent = new AgentName(AgentName.FencingClass, null, "fence_simulated"),
                    Parameters = [AttributeSet.Of("power-parameters", [new NameValue("password", SimulatedCluster.SecretMarker)])],
                },
            ],
            Constraints = constraints.ToValueList(),
        };
    }

    private static ValueList<NameValue> Options(Random random)
    {
        var options = new List<NameValue>
        {
            new("no-quorum-policy", random.Next(4) == 0 ? "freeze" : "stop"),
        };
        if (random.Next(4) == 0)
        {
            options.Add(new NameValue("batch-limit", "2"));
        }

        if (random.Next(4) == 0)
        {
            options.Add(new NameValue("start-failure-is-fatal", "false"));
        }

        return options.ToValueList();
    }

    private static Primitive Resource(string id, TimeSpan monitor) => new()
    {
        Id = id,
        Agent = new AgentName("ocf", "simulated", "state"),
        Operations = [new OperationDefinition { Id = $"{id}-monitor", Name = "monitor", Interval = monitor }],
    };
}
