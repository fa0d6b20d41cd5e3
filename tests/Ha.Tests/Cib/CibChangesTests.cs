using System.Globalization;
using Ha.InformationBase;

namespace Ha.Tests.InformationBase;

public sealed class CibChangesTests
{
    private static readonly Cib s_running = After(
        Cib.Empty,
        new CibChange.SetConfiguration(Samples.Configuration, "", null, ""),
        new CibChange.StartEpoch(
            1, [new EpochMember("alpha", "a1"), new EpochMember("beta", "b1")], ["alpha", "beta"], "alpha", [], 900),
        Samples.Joined("alpha", "a1"),
        Samples.Joined("beta", "b1"));

    [Theory]
    [InlineData(null, true)]
    [InlineData(1L, true)]
    [InlineData(0L, false)]
    [InlineData(2L, false)]
    public void A_new_configuration_is_taken_when_nobody_was_faster(long? expected, bool isTaken)
    {
        var change = new CibChange.SetConfiguration(Samples.Configuration, "new", expected, "");
        var result = CibChanges.Apply(s_running, change);
        Assert.Equal(isTaken, !result.IsRefused);
        Assert.Equal(isTaken ? 2 : 1, result.Cib.Revision);
    }

    // name=votes of the nodes: before alpha=1 beta=3
    [Theory]
    [InlineData("alpha=1 beta=3 gamma=1", true)]
    [InlineData("alpha=1 beta=3 gamma=1 delta=1", false)]
    [InlineData("beta=3", true)]
    [InlineData("alpha=1", false)]
    [InlineData("alpha=1 gamma=3", false)]
    [InlineData("alpha=2 beta=3", true)]
    [InlineData("alpha=2 beta=2", false)]
    public void Majorities_before_and_after_a_change_share_a_node(string nodes, bool isTaken)
    {
        var next = Samples.Configuration with
        {
            Nodes = nodes.Split(' ').Select(text => text.Split('=')).Select(parts => Samples.Configuration.Nodes[0] with
            {
                Name = parts[0], Id = parts[0], Votes = int.Parse(parts[1], CultureInfo.InvariantCulture),
            }).ToValueList(),
        };
        var result = CibChanges.Apply(s_running, new CibChange.SetConfiguration(next, "", null, ""));
        Assert.Equal(isTaken, !result.IsRefused);
    }

    [Fact]
    public void What_happens_does_not_change_the_revision_of_what_is_wanted()
    {
        var cib = After(s_running, [.. Samples.Changes.Where(change => change is not CibChange.SetConfiguration)]);
        Assert.Equal(s_running.Revision, cib.Revision);
    }

    [Fact]
    public void A_joined_node_is_a_member_with_its_program_up()
    {
        var state = s_running.Status.Find("alpha")!;
        Assert.True(state is { IsMember: true, IsProcessUp: true, Join: "member", Expected: "member", Incarnation: "a1" });
        Assert.True(s_running.Status.HasQuorum);
        Assert.Equal("1", s_running.Status.CoordinatorId);
    }

    [Fact]
    public void A_new_program_voids_the_history_and_the_attributes_of_its_node()
    {
        var before = After(
            s_running,
            Samples.Result("alpha", "vip", "start", 0, "1:1:0:x"),
            new CibChange.SetAttribute("alpha", "shutdown", "1", false, ""));
        var same = After(before, Samples.Joined("alpha", "a1")).Status.Find("alpha")!;
        Assert.NotEmpty(same.History);
        Assert.NotEmpty(same.Attributes);
        var other = After(before, Samples.Joined("alpha", "a2")).Status.Find("alpha")!;
        Assert.Empty(other.History);
        Assert.Empty(other.Attributes);
    }

    [Theory]
    [InlineData("1:1:0:x", true)]
    [InlineData("", false)]
    public void A_pending_operation_that_its_node_does_not_run_is_void(string running, bool stays)
    {
        var cib = After(s_running, Samples.Intent("alpha", "vip", "start", "1:1:0:x"));
        var report = running.Length == 0 ? Samples.Joined("alpha", "a1") : Samples.Joined("alpha", "a1", running);
        Assert.Equal(stays, EntriesOf(After(cib, report), "alpha", "vip").Contains("vip_start_0_pending"));
    }

    [Fact]
    public void A_node_that_is_not_in_an_epoch_is_no_member_and_nothing_of_it_is_forgotten()
    {
        var cib = After(
            s_running,
            Samples.Result("beta", "vip", "start", 0, "1:1:0:x"),
            new CibChange.StartEpoch(2, [new EpochMember("alpha", "a1")], ["alpha"], "alpha", [], 1100));
        var lost = cib.Status.Find("beta")!;
        Assert.True(lost is { IsMember: false, IsProcessUp: false, Expected: "member" });
        Assert.NotEmpty(lost.History);
    }

    [Fact]
    public void A_node_that_left_is_expected_down_and_runs_nothing()
    {
        var state = After(
            s_running, Samples.Result("beta", "vip", "stop", 0, "1:1:0:x"), new CibChange.LeaveNode("beta", 1)).Status.Find("beta")!;
        Assert.True(state is { Expected: "down", Join: "down", IsProcessUp: false });
        Assert.Empty(state.History);
    }

    // operation/interval/exit code/failed or not: the entries of the history after it
    [Theory]
    [InlineData("start", 0, 0, false, "vip_last_0")]
    [InlineData("monitor", 10000, 0, false, "vip_monitor_10000")]
    [InlineData("monitor", 0, 7, false, "vip_last_0")]
    [InlineData("start", 0, 1, true, "vip_last_0 vip_last_failure_0")]
    [InlineData("monitor", 10000, 1, true, "vip_last_failure_0")]
    public void Results_are_kept_under_Pacemakers_names(
        string operation, int intervalMs, int exitCode, bool isFailure, string expected)
    {
        var result = Samples.Result(
            "alpha", "vip", operation, exitCode, "1:1:0:x", isFailure ? new OperationFailure(false) : null, intervalMs);
        Assert.Equal(expected, string.Join(' ', EntriesOf(After(s_running, result), "alpha", "vip").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_stop_takes_the_recurring_entries_with_it()
    {
        var cib = After(
            s_running,
            Samples.Result("alpha", "vip", "start", 0, "1:1:0:x"),
            Samples.Result("alpha", "vip", "monitor", 0, "2:1:0:x", null, 10000),
            Samples.Result("alpha", "vip", "stop", 0, "3:1:0:x"));
        Assert.Equal(["vip_last_0"], EntriesOf(cib, "alpha", "vip"));
    }

    [Fact]
    public void A_result_takes_the_place_of_its_intent_and_counts_once()
    {
        var failed = Samples.Result("alpha", "vip", "monitor", 1, "1:1:0:x", new OperationFailure(false));
        var cib = After(s_running, Samples.Intent("alpha", "vip", "monitor", "1:1:0:x"), failed, failed);
        Assert.DoesNotContain("vip_monitor_0_pending", EntriesOf(cib, "alpha", "vip"));
        Assert.Equal("1", FailCount(cib, "fail-count-vip#monitor_0"));
    }

    [Theory]
    [InlineData(1, false, "1")]
    [InlineData(3, false, "3")]
    [InlineData(1, true, "INFINITY")]
    public void Failures_are_counted(int times, bool isFatal, string expected)
    {
        var cib = Enumerable.Range(1, times).Aggregate(s_running, (soFar, number) => After(
            soFar, Samples.Result("alpha", "vip", "start", 1, $"{number}:1:0:x", new OperationFailure(isFatal))));
        Assert.Equal(expected, FailCount(cib, "fail-count-vip#start_0"));
        Assert.Equal("1003", FailCount(cib, "last-failure-vip#start_0"));
    }

    [Fact]
    public void Two_operations_of_one_resource_are_not_intended_at_once()
    {
        var cib = After(s_running, Samples.Intent("alpha", "vip", "start", "1:1:0:x"));
        Assert.True(CibChanges.Apply(cib, Samples.Intent("alpha", "vip", "stop", "2:1:0:x")).IsRefused);
        Assert.True(CibChanges.Apply(cib, Samples.Intent("alpha", "vip", "start", "1:1:0:x")).IsRefused);
        Assert.False(CibChanges.Apply(cib, Samples.Intent("beta", "vip", "stop", "2:1:0:x")).IsRefused);
    }

    [Fact]
    public void A_cleanup_forgets_failures_and_lets_the_resource_be_probed_again()
    {
        var cib = After(
            s_running,
            Samples.Result("alpha", "vip", "start", 1, "1:1:0:x", new OperationFailure(true)),
            Samples.Result("alpha", "server", "start", 1, "2:1:0:x", new OperationFailure(true)),
            new CibChange.Cleanup("vip", null, ""));
        Assert.Empty(EntriesOf(cib, "alpha", "vip"));
        Assert.Null(FailCount(cib, "fail-count-vip#start_0"));
        Assert.Equal("INFINITY", FailCount(cib, "fail-count-server#start_0"));
        Assert.Null(FailCount(After(cib, new CibChange.Cleanup("web", "alpha", "")), "fail-count-server#start_0"));
    }

    [Theory]
    [InlineData("reboot", FencingState.Succeeded, true)]
    [InlineData("off", FencingState.Succeeded, true)]
    [InlineData("on", FencingState.Succeeded, false)]
    [InlineData("reboot", FencingState.Failed, false)]
    public void A_fenced_node_is_harmless_and_no_other(string action, FencingState state, bool isHarmless)
    {
        var cib = After(
            s_running,
            Samples.Result("beta", "vip", "start", 0, "1:1:0:x"),
            new CibChange.RequestFencing(new FencingRecord { Id = "f", Target = "beta", Action = action }),
            new CibChange.RecordFencing("f", state, "power", "", 1));
        var target = cib.Status.Find("beta")!;
        Assert.Equal(isHarmless, target is { IsMember: false, IsProcessUp: false, Expected: "down", Join: "down" });
        Assert.Equal(isHarmless, target.History.IsEmpty);
        Assert.True(CibChanges.Apply(cib, new CibChange.RecordFencing("f", state, "power", "", 2)).IsRefused);
    }

    [Fact]
    public void Nobody_vouches_that_a_member_is_off()
    {
        var vouch = new CibChange.ConfirmOff("beta", "ann", "", 1);
        Assert.True(CibChanges.Apply(s_running, vouch).IsRefused);
        var gone = After(
            s_running, new CibChange.StartEpoch(2, [new EpochMember("alpha", "a1")], ["alpha"], "alpha", [], 1100), vouch);
        Assert.Equal("down", gone.Status.Find("beta")!.Expected);
    }

    [Fact]
    public void Fencing_records_are_bounded()
    {
        var cib = Enumerable.Range(0, 300).Aggregate(s_running, static (soFar, number) => After(
            soFar,
            new CibChange.RequestFencing(new FencingRecord { Id = $"f{number}", Target = "beta", Action = "on" }),
            new CibChange.RecordFencing($"f{number}", FencingState.Failed, "", "no", 1)));
        Assert.InRange(cib.Status.Fencing.Count, 1, Status.FencingHistoryLimit + 1);
    }

    [Fact]
    public void A_move_is_one_for_each_resource_and_ends()
    {
        var cib = After(
            s_running,
            new CibChange.RequestMove("vip", "beta", "", 1),
            new CibChange.RequestMove("vip", "alpha", "", 2));
        Assert.Equal("alpha", Assert.Single(cib.Status.Moves).ToNode);
        Assert.True(CibChanges.Apply(cib, new CibChange.RequestMove("vip", "nowhere", "", 3)).IsRefused);
        Assert.Empty(After(cib, new CibChange.EndMove("vip", "")).Status.Moves);
    }

    [Fact]
    public void What_commands_set_survives_a_new_file_and_can_be_taken_back()
    {
        var cib = After(
            s_running,
            new CibChange.SetProperty("maintenance-mode", "true", ""),
            new CibChange.SetMeta("server", "target-role", "Stopped", ""),
            new CibChange.SetAttribute("alpha", "standby", "on", true, ""),
            new CibChange.SetConfiguration(Samples.Configuration, "", null, ""));
        Assert.Contains(cib.Configuration.Properties, set => set.Values.Contains(new NameValue("maintenance-mode", "true")));
        Assert.Contains(cib.Configuration.Nodes[0].Attributes, set => set.Values.Contains(new NameValue("standby", "on")));
        var back = After(
            cib,
            new CibChange.SetProperty("maintenance-mode", null, ""),
            new CibChange.SetMeta("server", "target-role", null, ""),
            new CibChange.SetAttribute("alpha", "standby", null, true, ""));
        Assert.Equal(Samples.Configuration, back.Configuration);
    }

    private static Cib After(Cib cib, params CibChange[] changes) =>
        changes.Aggregate(cib, static (soFar, change) => CibChanges.Apply(soFar, change).Cib);

    private static List<string> EntriesOf(Cib cib, string node, string resource) =>
        [.. cib.Status.Find(node)!.History.Where(history => history.ResourceId == resource)
            .SelectMany(history => history.Entries).Select(entry => entry.Id)];

    private static string? FailCount(Cib cib, string name) => cib.Status.Find("alpha")!.Attributes
        .SelectMany(set => set.Values)
        .Where(pair => pair.Name == name)
        .Select(pair => pair.Value)
        .FirstOrDefault();
}
