namespace Ha.Lab.Tests;

/// <summary>Who may go on after a cut, with real daemons.</summary>
public sealed class QuorumTests
{
    private const int NoQuorum = 106;

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

    [LabTheory]
    [InlineData("stop", false)]
    [InlineData("demote", false)]           // what is not promotable stops
    [InlineData("suicide", false)]
    [InlineData("freeze", true)]
    [InlineData("ignore", true)]            // nothing is started without an epoch, whatever the policy; what runs goes on
    public void A_minority_does_what_the_policy_says_without_waiting_for_anyone(string policy, bool goesOn)
    {
        using var lab = Lab.Up(3, tokenMs: 500);
        lab.UntilEpoch();
        lab.Apply(1, text => text.Replace("no-quorum-policy = stop", $"no-quorum-policy = {policy}", StringComparison.Ordinal));
        lab.Until("the group", () => lab.IsSettled(1, 3) && lab.Where(1).Length == 1);
        var place = lab.Where(1)[0];
        var host = int.Parse(place[1..], null);

        // Nobody fences in time, and nobody can be asked: the host is on its own.
        using var witness = lab.Watch();
        lab.PowerMode("fail");
        lab.Command("cut", $"{host}");
        lab.Until("the loss of quorum", () => lab.Status(host)?.GetProperty("quorate").GetBoolean() == false);
        if (goesOn)
        {
            lab.Holds(s_while, "it runs", () => lab.HaveAddress() is [var one] && one == place && lab.HasServer(host));
        }
        else
        {
            lab.Until("the stop", () => lab.HaveAddress().Length == 0 && !lab.HasServer(host));
            lab.Holds(s_while, "nothing runs", () => lab.HaveAddress().Length == 0);
        }

        // The others wait for the fencing, which goes on failing; then it works, and they take over.
        var other = (host % 3) + 1;
        Assert.Equal("unclean", StateOf(lab, other, place));
        Assert.DoesNotContain(Enumerable.Range(1, 3), number => number != host && lab.HasServer(number));
        var refused = lab.Ha(host, "apply", Path.Combine(Lab.Root, "hocon/examples/web.conf"), "--timeout", "3s");
        Assert.True(refused.Code == NoQuorum, $"{refused.Code}: {refused.Output}");
        lab.PowerMode("");
        lab.Until("the take-over", () => lab.HaveAddress() is [var one] && one != place);
        Assert.All(witness.Twice(), what => Assert.Equal(0, what.Value));
    }

    private static string? StateOf(Lab lab, int asked, string node) => lab.Status(asked)?.GetProperty("nodes")
        .EnumerateArray().First(item => item.GetProperty("name").GetString() == node).GetProperty("state").GetString();

    private static string OfTwoHosts(string text) => text
        .Replace("  n3 { id = 3, addresses = [10.77.0.13] }\n", "", StringComparison.Ordinal)
        .Replace("[n1, n2, n3]", "[n1, n2]", StringComparison.Ordinal);
}
