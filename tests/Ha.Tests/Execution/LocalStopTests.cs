using System.Text;
using Ha.Actors.Execution;
using Ha.InformationBase;
using Ha.InformationBase.Reader;

namespace Ha.Tests.Execution;

/// <summary>What a node without quorum stops by itself, for each policy.</summary>
public sealed class LocalStopTests
{
    [Theory]
    [InlineData("stop", "b a")]           // in the order of the group, from its end
    [InlineData("demote", "b a")]         // nothing here is promoted
    [InlineData("fence", "b a")]          // nobody is there to be asked
    [InlineData("suicide", "b a")]
    [InlineData("freeze", "")]
    [InlineData("ignore", "")]
    public void A_node_alone_stops_what_its_policy_says(string policy, string expected)
    {
        var cib = RunningOn("n1", policy);
        var stopped = new List<string>();
        if (LocalStopMachine.MustStop(cib))
        {
            var alone = LocalStopMachine.AloneWithoutQuorum(cib, "n1", stopAll: false);
            while (LocalStopMachine.Stops(alone, "n1", stopped.Count + 1, 100) is { IsEmpty: false } stops)
            {
                var stop = Assert.Single(stops);
                stopped.Add(stop.ResourceId);
                alone = CibChanges.Apply(alone, Result("n1", stop.ResourceId, "stop", 10 + stopped.Count)).Cib;
            }
        }

        Assert.Equal(expected, string.Join(' ', stopped));
    }

    private static Cib RunningOn(string node, string policy)
    {
        var text = $$"""
            cluster { name = t, properties { no-quorum-policy = {{policy}} } }
            nodes { n1 { id = 1 }, n2 { id = 2 }, n3 { id = 3 } }
            fencing { power { agent = fence_lab, targets = [n1, n2, n3] } }
            resources { a { agent = "ocf:lab:a" }, b { agent = "ocf:lab:b" } }
            groups { g { members = [a, b] } }
            """;
        var read = ClusterFileReader.Read([("cluster.conf", Encoding.UTF8.GetBytes(text))]);
        return ((CibChange[])
        [
            new CibChange.SetConfiguration(read.Configuration!, text, null, ""),
            new CibChange.StartEpoch(
                1, [new EpochMember("n1", "i1"), new EpochMember("n2", "i2"), new EpochMember("n3", "i3")],
                ["n1", "n2", "n3"], "n2", [], 1),
            new CibChange.ReportNode("n1", "i1", [], 0, 1),
            new CibChange.ReportNode("n2", "i2", [], 0, 1),
            new CibChange.ReportNode("n3", "i3", [], 0, 1),
            Result(node, "a", "start", 1),
            Result(node, "b", "start", 2),
        ]).Aggregate(Cib.Empty, static (cib, change) => CibChanges.Apply(cib, change).Cib);
    }

    private static CibChange.RecordResult Result(string node, string resource, string operation, int call) => new(
        node, resource, new AgentName("ocf", "lab", resource),
        new HistoryEntry
        {
            Id = $"{resource}_{operation}_0",
            Operation = operation,
            OperationKey = $"{resource}_{operation}_0",
            CallId = call,
            Status = OperationStatus.Done,
            TransitionKey = $"{call}:{call}:0:test",
            LastChange = call,
        },
        null, call);
}
