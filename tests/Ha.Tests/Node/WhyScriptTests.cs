using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Node.Views;
using Ha.Policy;
using Ha.Tests.Policy;
using Ha.Tests.Tidy;

namespace Ha.Tests.Node;

/// <summary>One script for each cause: a cluster file, commands that lead to a state in which this is truly the cause,
/// and the first line of what `ha why` then says; four dashes between them. A file is named by the code that the line
/// must name. HA_WRITE_SCRIPTS=1 writes what came instead of comparing.</summary>
public sealed class WhyScriptTests
{
    private const string Divider = "\n----\n";

    // The codes of which issue and notes speak; this many of them must each have a script.
    private const int LeastCodes = 25;

    private static readonly string[] s_required =
    [
        "target-stopped", "disabled-by-stop-all", "unmanaged", "maintenance-cluster", "maintenance-node",
        "maintenance-resource", "node-offline", "node-unclean", "node-pending", "node-drained", "node-shutting-down",
        "no-quorum-stop", "no-quorum-freeze", "no-quorum-demote", "location", "opt-in-no-rule", "stickiness",
        "colocation-with", "anti-colocation", "group-predecessor", "tie-broken", "waits-for", "partner-cannot-start",
        "waits-for-fencing", "waits-for-probe", "start-failed-here", "threshold-reached", "stop-failed-blocked",
        "monitor-failed", "op-timeout", "active-on-several-nodes", "agent-missing", "binary-missing", "not-permitted",
        "bad-config", "running-now",
    ];

    private static string Folder => Path.Combine(SourceTree.Root, "tests/Ha.Tests/Node/why");

    public static IEnumerable<object[]> Names => Directory.EnumerateFiles(Folder, "*.txt")
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Order(StringComparer.Ordinal)
        .Select(name => new object[] { name });

    [Theory]
    [MemberData(nameof(Names))]
    public void The_first_line_names_the_true_cause(string name)
    {
        var path = Path.Combine(Folder, $"{name}.txt");
        var parts = File.ReadAllText(path).Split(Divider);
        Assert.Equal(3, parts.Length);

        var (why, line) = Play(parts[0], parts[1].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        if (Environment.GetEnvironmentVariable("HA_WRITE_SCRIPTS") == "1")
        {
            File.WriteAllText(path, $"{parts[0]}{Divider}{parts[1]}{Divider}{line}\n");
            return;
        }

        Assert.Equal(parts[2].TrimEnd('\n'), line);
        var code = name.Split('+')[0];
        if (code == "as-wanted")
        {
            Assert.DoesNotContain(why.Causes, cause => cause.Code.Length == 0);
            Assert.EndsWith("as wanted.", line, StringComparison.Ordinal);
            return;
        }

        Assert.Contains($": {code}: ", line, StringComparison.Ordinal);
        Assert.Equal(code, why.Causes[0].Code);
    }

    [Fact]
    public void Enough_causes_have_a_script()
    {
        var told = Names.Select(name => ((string)name[0]).Split('+')[0]).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(s_required, code => !told.Contains(code));
        Assert.True(s_required.Length >= LeastCodes);
    }

    [Fact]
    public void A_name_that_nobody_has_gets_no_answer() =>
        Assert.Null(WhyView.Of(View(new PolicyWorld(0), null), PolicyEngine.Plan(Cib.Empty, 0), "nobody", null, []));

    private static (WhyReply Why, string FirstLine) Play(string configuration, string[] commands)
    {
        var world = new PolicyWorld(0);
        Assert.Equal("ok", world.Do("cluster", configuration));
        EpochState? epoch = null;
        foreach (var command in commands[..^1])
        {
            epoch = command switch
            {
                "minority" => new EpochState.Inactive("no quorum", IsQuorate: false, TimeSpan.Zero),
                "forming" => new EpochState.Inactive("an epoch is forming", IsQuorate: true, TimeSpan.Zero),
                _ => epoch,
            };
            if (command is not ("minority" or "forming"))
            {
                world.Do(command, "");
            }
        }

        var question = commands[^1].Split(' ');
        Assert.Equal("why", question[0]);
        var why = WhyView.Of(
            View(world, epoch), PolicyEngine.Plan(world.Cib, world.Now), question[1],
            question.Length == 4 ? question[3] : null, []);
        Assert.NotNull(why);
        return (why, WhyText.Of(why).Split('\n')[0]);
    }

    private static ReplicaView View(PolicyWorld world, EpochState? epoch) => new(
        "n1", world.Cib, epoch ?? new EpochState.Active(1, ["n1"], "n1"), 0, ["n1"]);
}
