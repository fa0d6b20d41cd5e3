using Ha.InformationBase;

namespace Ha.Tests.InformationBase;

/// <summary>A small cluster, and one change of every kind, in an order in which most have an effect.</summary>
internal static class Samples
{
    public static AgentName Agent { get; } = new("ocf", "heartbeat", "Dummy");

    public static Configuration Configuration { get; } = new()
    {
        ClusterName = "sample",
        Nodes = [new() { Name = "alpha", Id = "1" }, new() { Name = "beta", Id = "2", Votes = 3 }],
        Properties = [AttributeSet.Of("options", [new NameValue("no-quorum-policy", "stop")])],
        Resources =
        [
            new Primitive
            {
                Id = "vip",
                Agent = Agent,
                Operations = [new OperationDefinition { Id = "m", Name = "monitor", Interval = TimeSpan.FromSeconds(10) }],
            },
            new Group { Id = "web", Members = [new Primitive { Id = "server", Agent = Agent }] },
            new Clone { Id = "copies", Child = new Primitive { Id = "copy", Agent = Agent } },
        ],
        Constraints =
        [
            new OrderConstraint { Id = "first", First = "vip", Then = "web" },
            new ColocationConstraint { Id = "with", Resource = "web", WithResource = "vip", Score = Score.Infinity.ToString() },
        ],
    };

    public static List<CibChange> Changes { get; } =
    [
        new CibChange.SetConfiguration(Configuration, "cluster { }\n\"ü\"", 0, "first"),
        new CibChange.StartEpoch(
            7, [new EpochMember("alpha", "a1"), new EpochMember("beta", "b1")], ["alpha", "beta"], "alpha", [], 1000),
        Joined("alpha", "a1"),
        Joined("beta", "b1"),
        Intent("alpha", "vip", "start", "3:1:0:plan"),
        Result("alpha", "vip", "start", 0, "3:1:0:plan"),
        new CibChange.ForgetHistory("alpha", "vip", "vip_monitor_10000"),
        new CibChange.Cleanup("vip", null, "by hand"),
        new CibChange.SetAttribute("alpha", "rack", "7", true, "hardware"),
        new CibChange.SetProperty("maintenance-mode", "true", "work"),
        new CibChange.SetMeta("vip", "target-role", "Stopped", "work"),
        new CibChange.RequestMove("vip", "beta", "work", 1010),
        new CibChange.EndMove("vip", "done"),
        new CibChange.RequestFencing(new FencingRecord
        {
            Id = "f1", Target = "beta", Action = "reboot", Reason = "lost", Origin = "alpha", RequestedAt = 1020,
        }),
        new CibChange.AssignFencing("f1", "alpha"),
        new CibChange.RecordFencing("f1", FencingState.Succeeded, "power", "", 1030),
        new CibChange.LeaveNode("alpha", 1040),
        new CibChange.ConfirmOff("beta", "ann", "pulled the plug", 1050),
        new CibChange.CheckDigest(),
    ];

    public static CibChange Joined(string node, string incarnation, params string[] running) =>
        new CibChange.ReportNode(node, incarnation, running.ToValueList(), long.MaxValue, 1001);

    public static CibChange Intent(string node, string resource, string operation, string key, int intervalMs = 0) =>
        new CibChange.RecordIntent("1", [new OperationIntent
        {
            Node = node,
            ResourceId = resource,
            Agent = Agent,
            Entry = Entry(resource, operation, key, intervalMs),
            Timeout = TimeSpan.FromSeconds(20),
            Parameters = ValueMap<string>.Of([KeyValuePair.Create("ip", "192.0.2.1")]),
        }], 1002);

    public static CibChange Result(
        string node, string resource, string operation, int exitCode, string key, OperationFailure? failure = null,
        int intervalMs = 0) =>
        new CibChange.RecordResult(
            node, resource, Agent,
            Entry(resource, operation, key, intervalMs) with
            {
                Status = exitCode == 0 || failure is null ? OperationStatus.Done : OperationStatus.Error,
                ExitCode = exitCode,
            },
            failure, 1003);

    private static HistoryEntry Entry(string resource, string operation, string key, int intervalMs) => new()
    {
        Id = $"{resource}_{operation}",
        Operation = operation,
        Interval = TimeSpan.FromMilliseconds(intervalMs),
        TransitionKey = key,
    };
}
