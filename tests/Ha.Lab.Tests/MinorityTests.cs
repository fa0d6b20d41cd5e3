namespace Ha.Lab.Tests;

/// <summary>A host that is cut off from two others, for each policy: with real daemons, in one lab, one after the
/// other.
/// </summary>
public sealed class MinorityTests(MinorityTests.Shared shared) : IClassFixture<MinorityTests.Shared>
{
    private const int NoQuorum = 106;

    private static readonly TimeSpan s_while = TimeSpan.FromSeconds(3);

    [LabTheory]
    [InlineData("stop", false)]
    [InlineData("demote", false)]           // what is not promotable stops
    [InlineData("suicide", false)]
    [InlineData("freeze", true)]
    [InlineData("ignore", true)]            // nothing is started without an epoch, whatever the policy; what runs goes on
    public void A_minority_does_what_the_policy_says_without_waiting_for_anyone(string policy, bool goesOn)
    {
        var lab = shared.Lab;
        lab.Mend();
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
        lab.Command("heal", $"{host}");
        lab.Until("the host's return", () => lab.IsSettled(other, 3));
        Assert.All(witness.Twice(), what => Assert.Equal(0, what.Value));
    }

    private static string? StateOf(Lab lab, int asked, string node) => lab.Status(asked)?.GetProperty("nodes")
        .EnumerateArray().First(item => item.GetProperty("name").GetString() == node).GetProperty("state").GetString();

    /// <summary>A lab for all of them; made by the first that can run.</summary>
    public sealed class Shared : IDisposable
    {
        private Lab? _lab;

        internal Lab Lab
        {
            get
            {
                if (_lab is null)
                {
                    _lab = Lab.Up(3, tokenMs: 500);
                    _lab.UntilEpoch();
                }

                return _lab;
            }
        }

        public void Dispose() => _lab?.Dispose();
    }
}
