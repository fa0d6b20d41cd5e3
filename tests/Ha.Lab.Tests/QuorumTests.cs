namespace Ha.Lab.Tests;

/// <summary>Two hosts, with real daemons: who may go on after a cut, and who may begin.</summary>
public sealed class QuorumTests
{
    private static readonly TimeSpan s_while = TimeSpan.FromSeconds(5);

    [LabFact]
    public void A_cut_between_two_hosts_ends_with_one_survivor_and_a_host_that_boots_alone_starts_nothing()
    {
        using var lab = Lab.Up(2);
        lab.UntilEpoch();
        lab.Apply(1, OfTwoHosts);
        lab.Until("the group", () => lab.IsSettled(1, 2) && lab.Where(1).Length == 1);

        // A cut: each side would fence the other.
        using var witness = lab.Watch();
        lab.Command("cut", "2");
        lab.Until("one survivor", () => lab.PowerActs() > 0 && lab.HaveAddress() is [var one]
            && lab.IsSettled(int.Parse(one[1..], null), 1));
        Assert.Equal(1, lab.PowerActs());
        var survivor = lab.HaveAddress()[0];
        var winner = int.Parse(survivor[1..], null);

        // The loser boots alone, cut off, and starts nothing; then it joins again.
        lab.Until("the loser's boot", () => lab.Status(3 - winner) is not null);
        lab.Holds(s_while, "the survivor alone has the address", () => lab.HaveAddress() is [var one] && one == survivor);
        Assert.False(lab.HasServer(3 - winner));
        lab.Command("heal", "2");
        lab.Until("both", () => lab.IsSettled(winner, 2));
        Assert.Equal([survivor], lab.HaveAddress());
        Assert.All(witness.Twice(), what => Assert.Equal(0, what.Value));

        // Everything ends; one boots alone, with the other off for good: it may not start anything.
        lab.Command("kill", "1");
        lab.Command("kill", "2");
        lab.PowerMode("fail");
        lab.Command("power", "1", "on");
        lab.Until("the program", () => lab.Status(1) is not null);
        lab.Holds(s_while, "nothing runs", () => lab.HaveAddress().Length == 0 && !lab.HasServer(1));
        Assert.Equal("UNKNOWN", lab.Status(1)!.Value.GetProperty("state").GetString());
        lab.PowerMode("");
        lab.Command("power", "2", "on");
        lab.Until("both", () => lab.IsSettled(1, 2) && lab.HaveAddress().Length == 1);
    }

    private static string OfTwoHosts(string text) => text
        .Replace("  n3 { id = 3, addresses = [10.77.0.13] }\n", "", StringComparison.Ordinal)
        .Replace("[n1, n2, n3]", "[n1, n2]", StringComparison.Ordinal);
}
