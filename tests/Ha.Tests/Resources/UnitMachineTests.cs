using Ha.Resources.Systemd;

namespace Ha.Tests.Resources;

/// <summary>What the state of a unit means for an operation.</summary>
public sealed class UnitMachineTests
{
    [Theory]
    // action, state (load/active/sub[/main process][+job]), progress, next
    [InlineData("monitor", "loaded/active/running", "fresh", "0")]
    [InlineData("monitor", "loaded/active/exited", "fresh", "0")]
    [InlineData("monitor", "loaded/inactive/dead", "fresh", "7")]
    [InlineData("monitor", "loaded/failed/failed", "fresh", "7 u.service is failed")]
    [InlineData("monitor", "loaded/activating/start-pre", "fresh", "wait")]
    [InlineData("monitor", "loaded/activating/auto-restart", "fresh", "wait")]
    [InlineData("monitor", "loaded/deactivating/stop-sigterm", "fresh", "wait")]
    [InlineData("monitor", "loaded/reloading/reload", "fresh", "wait")]
    [InlineData("monitor", "loaded/maintenance/", "fresh", "1 u.service is maintenance")]
    [InlineData("monitor", "not-found/active/running", "fresh", "0")]
    [InlineData("start", "loaded/inactive/dead", "fresh", "StartUnit")]
    [InlineData("start", "loaded/failed/failed", "fresh", "StartUnit")]
    [InlineData("start", "loaded/active/running", "fresh", "0")]
    [InlineData("start", "loaded/active/running+job", "fresh", "StartUnit")]
    [InlineData("start", "loaded/deactivating/stop", "fresh", "StartUnit")]
    [InlineData("start", "loaded/activating/start", "asked", "wait")]
    [InlineData("start", "loaded/active/running", "done", "0")]
    [InlineData("start", "loaded/reloading/reload", "done", "wait")]
    [InlineData("start", "loaded/activating/auto-restart", "done", "wait")]
    [InlineData("start", "loaded/activating/auto-restart", "failed",
        "1 u.service is activating (auto-restart); the job ended with: failed")]
    [InlineData("start", "loaded/failed/failed", "failed", "1 u.service is failed; the job ended with: failed")]
    [InlineData("start", "loaded/inactive/dead", "dependency", "1 u.service is inactive (dead); the job ended with: dependency")]
    [InlineData("start", "loaded/active/running", "canceled", "0")]
    [InlineData("restart", "loaded/active/running", "fresh", "RestartUnit")]
    [InlineData("reload", "loaded/active/running", "fresh", "ReloadUnit")]
    [InlineData("stop", "loaded/active/running", "fresh", "StopUnit")]
    [InlineData("stop", "loaded/activating/auto-restart", "fresh", "StopUnit")]
    [InlineData("stop", "loaded/inactive/dead", "fresh", "0")]
    [InlineData("stop", "loaded/inactive/dead+job", "fresh", "StopUnit")]
    [InlineData("stop", "masked/inactive/dead", "fresh", "0")]
    [InlineData("stop", "loaded/failed/failed", "fresh", "0")]
    [InlineData("stop", "loaded/failed/failed/77", "fresh", "1 u.service is failed, main process 77, which does not end")]
    [InlineData("stop", "loaded/deactivating/stop-sigterm", "asked", "wait")]
    [InlineData("stop", "loaded/deactivating/final-sigkill", "done", "wait")]
    [InlineData("stop", "loaded/inactive/dead", "done", "0")]
    [InlineData("stop", "loaded/active/running", "canceled", "1 u.service is active (running); the job ended with: canceled")]
    [InlineData("stop", "loaded/activating/auto-restart", "done", "StopUnit")]
    [InlineData("validate-all", "loaded/inactive/dead", "fresh", "0")]
    [InlineData("validate-all", "masked/inactive/dead", "fresh", "5 u.service is masked here: systemctl unmask u.service")]
    [InlineData("promote", "loaded/active/running", "fresh", "3 a unit of systemd has no action promote")]
    public void A_state_leads_to_one_next_step(string action, string state, string progress, string expected) =>
        Assert.Equal(expected, Show(UnitMachine.Next(action, Unit(state), progress switch
        {
            "fresh" => new UnitProgress.Fresh(),
            "asked" => new UnitProgress.Asked("/job/1"),
            _ => new UnitProgress.Ended(progress),
        })));

    [Fact]
    public void A_unit_that_ends_at_once_is_told_apart_from_one_whose_condition_does_not_hold()
    {
        var ended = Show(UnitMachine.Next("start", Unit("loaded/inactive/dead"), new UnitProgress.Ended("done")));
        var held = Show(UnitMachine.Next(
            "start", Unit("loaded/inactive/dead") with { ConditionHeld = false }, new UnitProgress.Ended("done")));
        Assert.Contains("RemainAfterExit=yes", ended, StringComparison.Ordinal);
        Assert.Contains("one of its conditions does not hold", held, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nginx", "nginx.service")]
    [InlineData("nginx.service", "nginx.service")]
    [InlineData("data.mount", "data.mount")]
    [InlineData("postgresql@15-main", "postgresql@15-main.service")]
    [InlineData("my.app", "my.app.service")]
    [InlineData("a/b", null)]
    [InlineData("@", null)]
    public void The_ending_of_a_service_may_be_left_out(string type, string? expected) =>
        Assert.Equal(expected, UnitNames.Of(type));

    private static UnitState Unit(string text)
    {
        var parts = text.Replace("+job", "", StringComparison.Ordinal).Split('/');
        return new UnitState
        {
            Name = "u.service",
            Load = parts[0],
            Active = parts[1],
            Sub = parts[2],
            HasJob = text.EndsWith("+job", StringComparison.Ordinal),
            MainProcess = parts.Length > 3 ? uint.Parse(parts[3]) : 0,
        };
    }

    private static string Show(UnitStep step) => step switch
    {
        UnitStep.Answer answer => $"{answer.ExitCode} {answer.Reason}".TrimEnd(),
        UnitStep.Submit submit => submit.Method,
        _ => "wait",
    };
}
