namespace Ha.Lab.Tests;

/// <summary>The main job, with real daemons.</summary>
public sealed class FailoverTests
{
    [LabFact]
    public void A_killed_host_is_fenced_and_its_group_moves_a_drain_moves_it_and_a_restart_of_ha_stops_nothing()
    {
        using var lab = Lab.Up(3);
        lab.UntilEpoch();
        lab.Apply(1, text => text);
        lab.Until("the group", () => lab.IsSettled(1, 3) && lab.Where(1).Length == 1);
        var first = lab.Where(1)[0];
        Assert.Equal([first], lab.HaveAddress());

        // The power cut of the host that works.
        var number = first[1..];
        var other = number == "1" ? 2 : 1;
        lab.Command("kill", number);
        lab.Until("the take-over", () => lab.Where(other) is [var now] && now != first);
        Assert.Contains($"fencing of {first} requested", lab.Ha(other, "events").Output, StringComparison.Ordinal);
        lab.Until("the host's return", () => lab.IsSettled(other, 3));
        Assert.Single(lab.HaveAddress());

        // A clean move, and the answer to the question why.
        var second = lab.Where(other)[0];
        Assert.Equal(0, lab.Ha(other, "node", "drain", second, "--wait=60s").Code);
        Assert.NotEqual(second, Assert.Single(lab.HaveAddress()));
        Assert.Contains("node-drained", lab.Ha(other, "why", "www").Output, StringComparison.Ordinal);
        Assert.Equal(0, lab.Ha(other, "node", "undrain", second, "--wait=60s").Code);

        // The program ends and starts again: what runs goes on.
        var place = lab.Where(other)[0];
        var host = int.Parse(place[1..], null);
        var server = lab.On(host, "cat", "/run/ha-lab-web/nginx.pid").Output;
        var pid = ProgramOn(lab, host);
        Assert.Equal(0, lab.On(host, "kill", "-9", pid).Code);
        lab.Until("the program", () => ProgramOn(lab, host) is { Length: > 0 } now && now != pid);
        lab.Until("its return", () => lab.IsSettled(host, 3));
        Assert.Equal(server, lab.On(host, "cat", "/run/ha-lab-web/nginx.pid").Output);
        Assert.Equal([place], lab.HaveAddress());
    }

    [LabTheory]
    [InlineData("faults", "--runs", "1", "--token", "1000")]    // every fault, judged from outside
    [InlineData("durable", "--runs", "1")]                      // no acknowledged change is lost with a minority
    public void The_labs_own_judges_find_nothing_bad(string tool, params string[] words)
    {
        var (code, output) = Lab.Tool(tool, words);
        Assert.True(code == 0, output);
    }

    private static string ProgramOn(Lab lab, int host) =>
        lab.On(host, "sh", "-c", "ps -eo pid,args | awk '/ha run/ && !/awk/ { print $1; exit }'").Output.Trim();
}
