using System.CommandLine;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Node.Commands;

namespace Ha.Tests.Node;

/// <summary>Commands against a node's interface on a real socket.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private static readonly string[] s_long = ["run"];
    private TestNode _node = null!;
    private int _call;

    public static IEnumerable<object[]> Leaves => Walk(CommandTree.Build(), [])
        .Where(path => !s_long.Contains(path))
        .Select(path => new object[] { path });

    public async Task InitializeAsync() => _node = await TestNode.Start();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    // The whole tree: whatever is added to it is held to this.
    [Theory]
    [MemberData(nameof(Leaves))]
    public async Task Every_command_speaks_JSON_with_a_schema(string path)
    {
        var (code, output, _) = await CommandLine.Run(_node, [.. path.Split(' '), .. ArgumentsOf(path), "--json"]);
        Assert.Contains(code, KnownCodes());
        using var document = JsonDocument.Parse(output);
        Assert.Matches("^ha/[a-z]+/1$", document.RootElement.GetProperty("schema").GetString()!);
    }

    [Theory]
    [MemberData(nameof(Leaves))]
    public async Task Every_command_says_in_JSON_that_no_node_answers_or_needs_none(string path)
    {
        var (code, output, _) = await CommandLine.Run(
            null, [.. path.Split(' '), .. ArgumentsOf(path), "--json", "--socket", "/nonexistent/api.sock"]);
        using var document = JsonDocument.Parse(output);
        var schema = document.RootElement.GetProperty("schema").GetString()!;
        Assert.Matches("^ha/[a-z]+/1$", schema);
        Assert.True(schema != "ha/error/1" || document.RootElement.GetProperty("code").GetInt32() == code);
        Assert.True(schema == "ha/error/1" || code is ExitCode.Ok or ExitCode.Differs);
    }

    [Theory]
    [MemberData(nameof(Leaves))]
    public async Task Every_command_has_help(string path)
    {
        var (code, output, _) = await CommandLine.Run(null, ["help", .. path.Split(' ')]);
        Assert.Equal(0, code);
        Assert.Contains($" {path} ", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Leaves))]
    public void Every_option_is_described(string path)
    {
        var command = Find(path);
        Assert.All(command.Options.Where(option => !option.Hidden), option => Assert.NotEmpty(option.Description ?? ""));
        Assert.All(command.Arguments, argument => Assert.NotEmpty(argument.Description ?? ""));
        Assert.NotEmpty(command.Description ?? "");
    }

    // Changes that every command tries on a dry run reach no log.
    [Theory]
    [MemberData(nameof(Leaves))]
    public async Task A_dry_run_changes_nothing(string path)
    {
        if (Find(path).Options.Any(option => option.Name == "--dry-run"))
        {
            var (code, output, _) = await CommandLine.Run(_node, [.. path.Split(' '), .. ArgumentsOf(path), "--dry-run"]);
            if (path != "node confirm-off")
            {
                Assert.Equal(0, code);
                Assert.Contains("Nothing was changed.", output, StringComparison.Ordinal);
                return;
            }

            // Nobody vouches that a node is off that answers.
            Assert.Equal(ExitCode.Refused, code);
        }

        Assert.Empty(_node.Proposed);
    }

    [Theory]
    [InlineData("help", new[] { "bash" })]
    [InlineData("completion", new[] { "bash" })]
    public async Task Completion_suggests_commands(string expected, string[] shell)
    {
        var (_, script, _) = await CommandLine.Run(null, ["completion", .. shell]);
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
        var (code, output, _) = await CommandLine.Run(null, "[suggest:3]", "ha ");
        Assert.Equal(0, code);
        Assert.Contains(expected, output.Split('\n').Select(line => line.Trim()));
    }

    [Fact]
    public async Task Quiet_changes_say_nothing()
    {
        var (code, output, error) = await CommandLine.Run(_node, "pause", "-q");
        Assert.Equal((0, "", ""), (code, output, error));
        Assert.Single(_node.Proposed);
    }

    [Fact]
    public async Task A_reason_is_kept_with_the_change()
    {
        await CommandLine.Run(_node, "node", "drain", "n2", "--reason", "kernel update");
        Assert.Equal("kernel update", Assert.IsType<CibChange.SetAttribute>(_node.Proposed.Single().Change).Reason);
    }

    [Fact]
    public async Task Only_what_is_named_is_shown_and_a_wrong_name_is_told()
    {
        var (code, output, _) = await CommandLine.Run(_node, "status", "a");
        Assert.Equal(0, code);
        Assert.Contains(" a ", output, StringComparison.Ordinal);
        Assert.DoesNotContain(" b ", output, StringComparison.Ordinal);
        (code, _, var error) = await CommandLine.Run(_node, "status", "powr");
        Assert.Equal(ExitCode.NoSuchObject, code);
        Assert.Contains("no resource or node 'powr'; did you mean power?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watching_ends_when_the_node_ends()
    {
        var watching = CommandLine.Run(_node, "status", "-w", "--json");
        var changed = await CommandLine.Run(_node, "pause");
        Assert.Equal(0, changed.Code);
        _node.Become(_node.View.Cib, new EpochState.Inactive("the engine is gone", false, TimeSpan.Zero));
        await _node.DisposeServer();
        var (code, output, _) = await watching;
        Assert.Contains(code, (int[])[ExitCode.ConnectionLost, ExitCode.Unreachable]);
        Assert.All(
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).SkipLast(4)
                .Where(line => line.StartsWith('{') && line.Length > 1),
            line => Assert.Contains("\"schema\":\"ha/status/1\"", line, StringComparison.Ordinal));
    }

    // Every number of the table has its case.
    [Fact]
    public async Task Exit_codes_are_those_of_the_table()
    {
        Assert.Equal(ExitCode.Ok, await Code("status"));
        Assert.Equal(ExitCode.Usage, await Code("status", "--nonsense"));
        Assert.Equal(ExitCode.BadData, await Code("check", "/nonexistent/cluster.conf"));
        Assert.Equal(ExitCode.BadData, await Code("check", ""));
        Assert.Equal(ExitCode.BadData, await Code("apply", _node.Folder));
        Assert.Equal(ExitCode.NoSuchObject, await Code("why", "nobody"));
        Assert.Equal(ExitCode.NoSuchObject, await Code("move", "a", "--to", "n7"));
        Assert.Equal(ExitCode.NoSuchObject, await Code("node", "drain", "n7"));
        Assert.Equal(ExitCode.Refused, await Code("node", "fence", "n2"));
        Assert.Equal(ExitCode.Refused, await Code("node", "confirm-off", "n2"));
        Assert.Equal(ExitCode.Unreachable, (await CommandLine.Run(null, "status", "--socket", "/nonexistent")).Code);
        Assert.Empty(_node.Proposed);
    }

    [Fact]
    public async Task Exit_codes_of_a_cluster_file()
    {
        Assert.Equal(ExitCode.Ok, await Code("check", File("same.conf", TestNode.Configuration)));
        Assert.Equal(ExitCode.Ok, await Code("diff", File("same.conf", TestNode.Configuration)));
        Assert.Equal(ExitCode.BadConfiguration, await Code("check", File("bad.conf", "cluster { name = ")));
        Assert.Equal(ExitCode.BadConfiguration, await Code("apply", File("bad.conf", "cluster { name = ")));
        var other = TestNode.Configuration.Replace("interval = 10s", "interval = 5s", StringComparison.Ordinal);
        Assert.Equal(ExitCode.Differs, await Code("diff", File("other.conf", other)));
        Assert.Equal(ExitCode.Differs, await Code("apply", "--dry-run", "--exit-code", File("other.conf", other)));
        Assert.Equal(ExitCode.RevisionMoved, await Code("apply", "--expect-rev", "9", File("other.conf", other)));
        Assert.Empty(_node.Proposed);
        Assert.Equal(ExitCode.Ok, await Code("apply", "--expect-rev", "1", File("other.conf", other)));
        var warned = TestNode.Configuration.Replace("fencing {", "nothing {", StringComparison.Ordinal)
            .Replace("nothing { power { agent = fence_lab, targets = [n1, n2] } }", "", StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await Code("check", File("warned.conf", warned)));
        Assert.Equal(ExitCode.BadConfiguration, await Code("check", "--strict", File("warned.conf", warned)));
    }

    [Fact]
    public async Task Exit_codes_of_the_state()
    {
        _node.Become(Running("a n1", "b n2", "power n1"));
        Assert.Equal(ExitCode.Ok, await Code("status", "--exit-code"));
        Assert.Equal(0, await Code("status", "--check"));

        _node.Become(CibChanges.Apply(Running("a n1", "b n2", "power n1"), new CibChange.SetAttribute("n2", "standby", "on", true, "")).Cib);
        Assert.Equal(ExitCode.Degraded, await Code("status", "--exit-code"));
        Assert.Equal(1, await Code("status", "--check"));

        _node.Become(Running("a n1"));
        Assert.Equal(ExitCode.Down, await Code("status", "--exit-code"));
        Assert.Equal(2, await Code("status", "--check"));

        Assert.Equal(ExitCode.Unknown, (await CommandLine.Run(null, "status", "--check", "--socket", "/nonexistent")).Code);
    }

    [Fact]
    public async Task Exit_codes_without_an_epoch()
    {
        _node.Become(_node.View.Cib, new EpochState.Inactive("no quorum", IsQuorate: false, TimeSpan.Zero));
        var (code, _, error) = await CommandLine.Run(_node, "pause");
        Assert.Equal(ExitCode.NoQuorum, code);
        Assert.Contains("n1 cannot change anything: no quorum; look here and on the other nodes: ha status", error, StringComparison.Ordinal);
        Assert.Empty(_node.Proposed);
        Assert.Equal(0, await Code("status"));
        Assert.Equal(0, await Code("why", "a"));

        // What lets an epoch form is taken all the same, unless the engine sees the node.
        Assert.Equal(ExitCode.Refused, await Code("node", "confirm-off", "n2", "--yes"));
        Assert.Empty(_node.Proposed);
        _node.LinkMembers = ["n1"];
        _node.Become(_node.View.Cib);
        await Code("node", "confirm-off", "n2", "--yes");
        Assert.Single(_node.Proposed);

        _node.Become(_node.View.Cib, new EpochState.Inactive("an epoch is forming", IsQuorate: true, TimeSpan.Zero));
        _node.Answer = new ChangeOutcome.Fail("no epoch formed in time");
        Assert.Equal(ExitCode.NoCoordinator, await Code("pause"));
    }

    [Fact]
    public async Task Exit_codes_of_a_change()
    {
        _node.Answer = new ChangeOutcome.Fail("the log is full");
        Assert.Equal(ExitCode.Failed, await Code("pause"));
        _node.Answer = new ChangeOutcome.Unknown("r1");
        Assert.Equal(ExitCode.TimedOut, await Code("pause"));
        _node.Answer = null;
        _node.Become(Running("a n1", "b n2", "power n1"));
        var (code, _, error) = await CommandLine.Run(_node, "stop", "a", "--wait", "1ms");
        Assert.Equal(ExitCode.TimedOut, code);
        Assert.Contains("still in progress after 0.001 s; it goes on: ha status, ha events -f", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_reached_is_refused_with_its_cause()
    {
        _node.Become(CibChanges.Apply(Running("a n1", "b n2", "power n1"), new CibChange.SetAttribute("n2", "standby", "on", true, "")).Cib);
        var (code, _, error) = await CommandLine.Run(_node, "move", "a", "--to", "n2");
        Assert.Equal(ExitCode.CannotBeReached, code);
        Assert.Contains("a would not go to n2: node-drained: it is drained; ha why a --on n2", error, StringComparison.Ordinal);
        Assert.Empty(_node.Proposed);
    }

    [Fact]
    public async Task A_change_that_disturbs_what_is_not_named_is_refused_with_its_place()
    {
        var text = TestNode.Configuration + "\nconstraints { colocation { together { rsc = b, with-rsc = a } } }";
        Assert.Equal(0, await Code("apply", File("together.conf", text)));
        _node.Become(Running("a n1", "b n1", "power n2"));
        _node.Proposed.Clear();
        var (code, _, error) = await CommandLine.Run(_node, "stop", "a");
        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains("b (together.conf:6:", error, StringComparison.Ordinal);
        Assert.Contains("add --allow b, or --yes", error, StringComparison.Ordinal);
        Assert.Empty(_node.Proposed);
        Assert.Equal(0, await Code("stop", "a", "--allow", "b"));
    }

    [Fact]
    public async Task A_group_moves_without_disturbing_anything_else()
    {
        var text = TestNode.Configuration + "\ngroups { g { members = [a, b] } }";
        Assert.Equal(0, await Code("apply", File("group.conf", text)));
        _node.Become(Running("a n1", "b n1", "power n2"));
        var (code, text1, error) = await CommandLine.Run(_node, "move", "g", "--to", "n2", "--dry-run");
        Assert.Equal(("", 0), (error, code));
        var lines = text1.Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal(
            ["stop b on n1", "stop a on n1", "start a on n2", "start b on n2"],
            lines.Where(line => line.StartsWith("st", StringComparison.Ordinal)
                    && !line.Contains("power", StringComparison.Ordinal))
                .Select(line => string.Join(' ', line.Split(' ').Take(4))));
        Assert.Equal(0, await Code("move", "g", "--to", "n2"));
    }

    [Fact]
    public async Task A_node_that_hangs_up_is_a_lost_connection()
    {
        var path = Path.Combine(_node.Folder, "rude.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var asked = CommandLine.Run(null, "status", "--socket", path);
        while (await Task.WhenAny(asked, listener.AcceptAsync()) is Task<Socket> accepting)
        {
            using var accepted = await accepting;
            await accepted.ReceiveAsync(new byte[1000]);
        }

        Assert.Equal(ExitCode.ConnectionLost, (await asked).Code);
    }

    [Fact]
    public async Task A_node_that_says_nothing_is_given_up()
    {
        var path = Path.Combine(_node.Folder, "mute.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var (code, _, error) = await CommandLine.Run(null, "status", "--socket", path, "--timeout", "100ms");
        Assert.Equal(ExitCode.TimedOut, code);
        Assert.Contains("did not answer within 0.1 s; a longer wait: --timeout 60s", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_use_the_node_is_told_so()
    {
        await using var node = await TestNode.Start(new Ha.Node.Api.Doorkeeper(new Nobody(), ownUserId: -1));
        System.IO.File.SetUnixFileMode(node.Socket, UnixFileMode.None);
        if (Environment.UserName == "root")
        {
            // Root may always: the rule is looked at where it is decided.
            Assert.False(new Ha.Node.Api.PeerCredentials(1, 1000, 1000).MayUse(0, new Nobody()));
            return;
        }

        Assert.Equal(ExitCode.NotPermitted, (await CommandLine.Run(node, "status")).Code);
    }

    private async Task<int> Code(params string[] args) => (await CommandLine.Run(_node, args)).Code;

    private string File(string name, string text)
    {
        var path = Path.Combine(_node.Folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    // As if agents had said that these run where it says, and that the rest runs nowhere.
    private Cib Running(params string[] places)
    {
        var cib = _node.View.Cib;
        _call++;
        foreach (var primitive in CibNames.AllResources(cib.Configuration).OfType<Primitive>())
        {
            foreach (var node in (string[])["n1", "n2"])
            {
                var isOn = places.Contains($"{primitive.Id} {node}");
                var entry = new HistoryEntry
                {
                    Id = $"{primitive.Id}_last_0",
                    Operation = "monitor",
                    CallId = _call,
                    Status = OperationStatus.Done,
                    ExitCode = isOn ? 0 : 7,
                    TransitionKey = $"0:{_call}:7:x",
                };
                cib = CibChanges.Apply(
                    cib, new CibChange.RecordResult(node, primitive.Id, primitive.Agent!, entry, null, 1)).Cib;
            }
        }

        return cib;
    }

    private string[] ArgumentsOf(string path) =>
    [
        .. Find(path).Arguments
            .Where(argument => argument.Arity.MinimumNumberOfValues > 0 || argument.Name == "file")
            .Select(argument => argument.Name switch
            {
                "name" or "resource" => "a",
                "node" => "n1",
                "router" => "a",
                "file" when path is "vrrp run" or "vrrp check" => File("vrrp.conf", OfNoInterface),
                "file" => File("cluster.conf", TestNode.Configuration),
                "shell" => "bash",
                "host" => "/nonexistent",
                var other => throw new InvalidOperationException($"say in this test what {path} takes for {other}"),
            }),
        .. Find(path).Options.Any(option => option.Name == "--runs") ? ["--runs", "2"] : Array.Empty<string>(),
        .. Find(path).Options.Any(option => option.Name == "--state")
            ? ["--state", Path.Combine(_node.Folder, "state")]
            : Array.Empty<string>(),
    ];

    private static string OfNoInterface =>
        $"vrrp.routers.r {{ vrid = 5, interface = none0, addresses = [192.0.2.1], members.\"{Environment.MachineName}\" {{ }} }}";

    private static HashSet<int> KnownCodes() =>
    [
        .. typeof(ExitCode).GetFields().Select(field => (int)field.GetRawConstantValue()!),
    ];

    private static Command Find(string path) => path.Split(' ')
        .Aggregate((Command)CommandTree.Build(), (at, word) => at.Subcommands.Single(sub => sub.Name == word));

    private static IEnumerable<string> Walk(Command command, IReadOnlyList<string> path) =>
        command.Subcommands.Count == 0
            ? [string.Join(' ', path)]
            : command.Subcommands.SelectMany(sub => Walk(sub, [.. path, sub.Name]));

    private sealed class Nobody : Ha.Node.Api.IAccounts
    {
        public bool IsInGroup(int userId, int groupId, string group) => false;

        public string? NameOf(int userId) => null;
    }
}
