namespace Ha.Lab.Tests;

/// <summary>The main job, with real daemons.</summary>
public sealed class FailoverTests
{
    [Fact]
    public void A_killed_host_is_fenced_and_its_group_moves_a_drain_moves_it_and_a_restart_of_ha_stops_nothing()
    {
        if (Lab.WhyNot is { Length: > 0 } why)
        {
            Console.WriteLine($"NOT RUN: the lab: {why}");
            return;
        }

        using var lab = Lab.Up(3);
        lab.Until("an epoch", () => lab.Status(1) is { } status && status.GetProperty("coordinator").GetString() != "");
        Assert.Equal(0, lab.Ha(1, "apply", Path.Combine(Lab.Root, "hocon/examples/web.conf")).Code);
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
        var pid = lab.On(host, "sh", "-c", "ps -eo pid,args | awk '/ha run/ && !/awk/ { print $1; exit }'").Output.Trim();
        Assert.Equal(0, lab.On(host, "kill", "-9", pid).Code);
        lab.Until("the program", () => lab.On(host, "sh", "-c", "ps -eo pid,args | awk '/ha run/ && !/awk/ { print $1; exit }'").Output.Trim() is { Length: > 0 } now && now != pid);
        lab.Until("its return", () => lab.IsSettled(host, 3));
        Assert.Equal(server, lab.On(host, "cat", "/run/ha-lab-web/nginx.pid").Output);
        Assert.Equal([place], lab.HaveAddress());
    }

    [Fact]
    public void A_cut_between_two_hosts_ends_with_one_survivor_and_a_host_that_boots_alone_starts_nothing()
    {
        if (Lab.WhyNot is { Length: > 0 } why)
        {
            Console.WriteLine($"NOT RUN: the lab: {why}");
            return;
        }

        using var lab = Lab.Up(2);
        var file = Path.Combine(Path.GetTempPath(), $"two-{Environment.ProcessId}.conf");
        File.WriteAllText(file, File.ReadAllText(Path.Combine(Lab.Root, "hocon/examples/web.conf"))
            .Replace("  n3 { id = 3, addresses = [10.77.0.13] }\n", "", StringComparison.Ordinal)
            .Replace("[n1, n2, n3]", "[n1, n2]", StringComparison.Ordinal));
        lab.Until("an epoch", () => lab.Status(1) is { } status && status.GetProperty("coordinator").GetString() != "");
        Assert.Equal(0, lab.Ha(1, "apply", file).Code);
        File.Delete(file);
        lab.Until("the group", () => lab.IsSettled(1, 2) && lab.Where(1).Length == 1);
        lab.Command("cut", "2");
        lab.Until("fencing", () => lab.Ha(1, "status").Output.Contains("n2 is", StringComparison.Ordinal)
            || lab.Ha(2, "status").Output.Contains("n1 is", StringComparison.Ordinal));
        lab.Until("one survivor", () => lab.HaveAddress().Length == 1 && (lab.Where(1).Length == 1 || lab.Where(2).Length == 1));

        // The loser boots alone, cut off: it has no quorum that counts, and starts nothing.
        var survivor = lab.HaveAddress()[0];
        lab.Command("heal", "2");
        lab.Until("both", () => lab.IsSettled(int.Parse(survivor[1..], null), 2));
        Assert.Equal([survivor], lab.HaveAddress());
    }
}
