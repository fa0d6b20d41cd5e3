using System.Text;
using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.InformationBase.Reader;
using Ha.Node.Api;

namespace Ha.Tests.Node;

/// <summary>A node's interface on a real Unix socket, over a state that commits every change at once.</summary>
internal sealed class TestNode : INodeGateway, IAsyncDisposable
{
    public const string Configuration = """
        cluster { name = t }
        nodes { n1 { id = 1 }, n2 { id = 2 } }
        fencing { power { agent = fence_lab, targets = [n1, n2] } }
        resources {
          a { agent = "ocf:lab:a", op { monitor { interval = 10s } } }
          b { agent = "ocf:lab:b", op { monitor { interval = 10s } } }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-api-").FullName;
    private readonly List<EventReply> _events = [];
    private ApiServer? _server;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TestNode(Cib cib) => View = ViewOf(cib, new EpochState.Active(3, ["n1", "n2"], "n2"));

    public ReplicaView View { get; private set; }

    public string Socket => Path.Combine(_folder, "api.sock");

    /// <summary>A folder for files of the test.</summary>
    public string Folder => _folder;

    /// <summary>Changes that reached the cluster's log.</summary>
    public List<(string Principal, CibChange Change)> Proposed { get; } = [];

    /// <summary>What the log answers instead of committing; null to commit.</summary>
    public ChangeOutcome? Answer { get; set; }

    public static async Task<TestNode> Start(Doorkeeper? doorkeeper = null)
    {
        var file = ClusterFileReader.Read([("cluster.conf", Encoding.UTF8.GetBytes(Configuration))]);
        var cib = Cib.Empty;
        foreach (var change in (CibChange[])
        [
            new CibChange.SetConfiguration(file.Configuration!, Configuration, null, ""),
            new CibChange.StartEpoch(3, [new EpochMember("n1", "i1"), new EpochMember("n2", "i2")], ["n1", "n2"], "n2", [], 1),
            new CibChange.ReportNode("n1", "i1", [], 0, 1),
            new CibChange.ReportNode("n2", "i2", [], 0, 1),
        ])
        {
            cib = CibChanges.Apply(cib, change).Cib;
        }

        var node = new TestNode(cib);
        File.SetUnixFileMode(node._folder, (UnixFileMode)Convert.ToInt32("755", 8));
        node._server = await ApiServer.Start(
            node.Socket, new ApiRoutes(node), doorkeeper ?? Doorkeeper.OfHost(), CancellationToken.None);
        return node;
    }

    /// <summary>Nodes that the engine shows, from the next state on.</summary>
    public ValueList<string> LinkMembers { get; set; } = ["n1", "n2"];

    /// <summary>The state becomes another one.</summary>
    public void Become(Cib cib, EpochState? epoch = null)
    {
        View = ViewOf(cib, epoch ?? View.Epoch);
        var before = Interlocked.Exchange(
            ref _moved, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        before.TrySetResult();
    }

    /// <summary>Something happened.</summary>
    public void Add(EventReply happened) => _events.Add(happened);

    public Task NextChange(CancellationToken cancel) => _moved.Task.WaitAsync(cancel);

    /// <summary>What the log waits for before it answers.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Counts down with each change that reached the log.</summary>
    public CountdownEvent? Arrivals { get; set; }

    public async Task<ChangeOutcome> Propose(
        CibChange change, string principal, TimeSpan deadline, CancellationToken cancel)
    {
        lock (Proposed)
        {
            Proposed.Add((principal, change));
        }

        Arrivals?.Signal();
        await Gate;
        if (Answer is not null)
        {
            return Answer;
        }

        var applied = CibChanges.Apply(View.Cib, change);
        if (applied.IsRefused)
        {
            return new ChangeOutcome.Fail(applied.Refusal);
        }

        Become(applied.Cib);
        return new ChangeOutcome.Ok(3, View.CommitIndex);
    }

    public IReadOnlyList<EventReply> EventsAfter(long after) => [.. _events.Where(item => item.Number > after)];

    /// <summary>The node's program ends.</summary>
    public async Task DisposeServer()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            await server.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeServer();
        Directory.Delete(_folder, recursive: true);
    }

    private ReplicaView ViewOf(Cib cib, EpochState epoch) => new("n1", cib, epoch, 7, LinkMembers);
}
