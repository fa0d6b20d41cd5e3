using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Kernel;
using Ha.Simulation.Engine;

namespace Ha.Tests.Cluster;

/// <summary>Three replicas with real log files. One file is damaged while its node is down: the node gives no vote,
/// says why, stops nobody, and learns again from the others.</summary>
public sealed class DamagedLogTests : IDisposable
{
    private static readonly string[] s_names = ["n1", "n2", "n3"];
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-damage-").FullName;
    private readonly SimulatedScheduler _scheduler = new(7);
    private readonly SimulatedNetwork _network;
    private readonly Dictionary<string, Program> _programs = new(StringComparer.Ordinal);
    private readonly List<string> _exits = [];
    private uint _process = 1;

    public DamagedLogTests() => _network = new SimulatedNetwork(_scheduler, new Random(7), s_names, EngineFaults.None);

    public void Dispose()
    {
        foreach (var program in _programs.Values)
        {
            program.Store.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("truncate")]
    [InlineData("half")]
    [InlineData("chain")]
    [InlineData("garbage")]
    public void A_node_with_a_damaged_log_gives_no_vote_and_says_so(string damage)
    {
        Array.ForEach(s_names, Start);
        AllActive(s_names);
        Commit("n1", "before", "1");
        AllHave(s_names, "before", "1");
        Array.ForEach(s_names, Stop);

        // One sound log and a damaged one are no majority of three: the damaged one must not help.
        Damage(PathOf("n3"), damage);
        Start("n2");
        Start("n3");
        _scheduler.RunFor(s_patience);
        Assert.All(["n2", "n3"], name => Assert.False(_programs[name].View!.IsActive));
        var inactive = Assert.IsType<EpochState.Inactive>(_programs["n3"].View!.Epoch);
        Assert.Contains("damaged or lost, so it gives no vote", inactive.Reason, StringComparison.Ordinal);
        Assert.Contains(_programs["n3"].Lines, line => line.Contains("the log is damaged: ", StringComparison.Ordinal)
            && line.Contains("gives no votes", StringComparison.Ordinal));
        Assert.True(File.Exists(PathOf("n3") + ".damaged-1"));

        // With a second sound log there is a majority, and the third learns what it lost.
        Start("n1");
        AllActive(s_names);
        AllHave(s_names, "before", "1");
        Commit("n3", "after", "2");
        AllHave(s_names, "after", "2");
        Assert.Empty(_exits);
    }

    [Fact]
    public void A_log_that_cannot_be_written_costs_the_vote_and_nothing_else()
    {
        Directory.CreateDirectory(PathOf("n3"));
        Array.ForEach(s_names, Start);
        AllActive("n1", "n2");
        Commit("n1", "p", "1");
        AllHave(["n1", "n2"], "p", "1");
        Assert.Contains(
            "cannot be written, so it gives no vote",
            Assert.IsType<EpochState.Inactive>(_programs["n3"].View!.Epoch).Reason, StringComparison.Ordinal);
        Assert.Empty(_exits);
    }

    // Two of three come back after a power cut: they wait for the third one a while, and then go on without it.
    [Fact]
    public void After_a_power_cut_two_of_three_are_enough()
    {
        Array.ForEach(s_names, Start);
        AllActive(s_names);
        Array.ForEach(s_names, Stop);
        Start("n1");
        Start("n3");
        AllActive("n1", "n3");
    }

    private string PathOf(string name) => Path.Combine(_folder, $"{name}.db");

    private void Start(string name)
    {
        var program = new Program(name, new SqliteLogStore(PathOf(name)));
        program.System = new ActorSystem(name, _scheduler, new Exits(this, name), program, (int)_process);
        var number = (uint)(Array.IndexOf(s_names, name) + 1);
        _network.StartEngine(number);
        var link = _network.Connect(number, name, _process);
        var config = new ReplicaConfig(
            name, $"{name}-{_process}", $"cluster-{_process}", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), 0);
        _process++;
        program.Replica = program.System.Spawn("replica", () => new ReplicaActor(config, link, program.Store));
        program.Replica.Tell(new ReplicaMessage.Subscribe(new CallbackRef<ReplicaEvent>(name, happened =>
            program.View = happened is ReplicaEvent.Moved moved ? moved.View : program.View)));
        _programs[name] = program;
        _scheduler.RunFor(TimeSpan.FromSeconds(1));
    }

    private void Stop(string name)
    {
        _programs[name].System!.Stop();
        _scheduler.RunUntilIdle();
        _programs[name].Store.Dispose();
    }

    private void AllActive(params string[] names) => Assert.True(
        _scheduler.RunUntil(() => names.All(name => _programs[name].View is { IsActive: true }), s_patience), Story);

    private void AllHave(string[] names, string property, string value) => Assert.True(_scheduler.RunUntil(
        () => names.All(name => _programs[name].View?.Cib.Configuration.Property(property) == value), s_patience),
        Story);

    private string Story => string.Join('\n', _programs.Values.SelectMany(program =>
        program.Lines.Select(line => $"{program.Name} {line}")
            .Append($"{program.Name} {program.View?.Epoch}")));

    private void Commit(string name, string property, string value)
    {
        ChangeOutcome? outcome = null;
        _programs[name].Replica!.Tell(new ReplicaMessage.Propose(
            property, "ana", new CibChange.SetProperty(property, value, ""), TimeSpan.FromSeconds(20),
            new CallbackRef<ChangeOutcome>("ana", answer => outcome = answer)));
        _scheduler.RunUntil(() => outcome is not null, s_patience);
        Assert.IsType<ChangeOutcome.Ok>(outcome);
    }

    private static void Damage(string path, string how)
    {
        // The write-ahead log is part of the file: it was folded in when the program closed it.
        Assert.False(File.Exists(path + "-wal"));
        var bytes = File.ReadAllBytes(path);
        switch (how)
        {
            case "flip":
                for (var at = 4096; at < bytes.Length; at += 64)
                {
                    bytes[at] ^= 0x55;
                }

                break;
            case "truncate":
                bytes = bytes[..100];
                break;
            case "half":
                bytes = bytes[..(bytes.Length / 2 + 7)];
                break;
            case "garbage":
                new Random(3).NextBytes(bytes);
                break;
            default:
                using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
                {
                    connection.Open();
                    using var command = connection.CreateCommand();
                    command.CommandText = "UPDATE log SET principal = 'mallory' WHERE idx = 1";
                    Assert.Equal(1, command.ExecuteNonQuery());
                }

                return;
        }

        File.WriteAllBytes(path, bytes);
    }

    private sealed class Program(string name, SqliteLogStore store) : ILog
    {
        public string Name => name;

        public SqliteLogStore Store => store;

        public ActorSystem? System { get; set; }

        public ActorRef<ReplicaMessage>? Replica { get; set; }

        public ReplicaView? View { get; set; }

        public List<string> Lines { get; } = [];

        public void Write(LogLevel level, string source, string text) => Lines.Add(text);
    }

    private sealed class Exits(DamagedLogTests test, string name) : IProcessExit
    {
        public void Exit(string reason) => test._exits.Add($"{name}: {reason}");
    }
}
