using Ha.Hocon;
using Ha.InformationBase.Reader;
using Ha.Simulation.Rehearsal;
using Xunit.Abstractions;

namespace Ha.Simulation.Tests;

/// <summary>Administrators' rehearsals: what is weak is named, what is good is not, and a seed is a run.</summary>
[Collection("one world at a time")]
public sealed class RehearsalTests(ITestOutputHelper output)
{
    [Fact]
    public void A_good_cluster_recovers_from_every_single_fault_and_gets_no_advice()
    {
        var subject = Subject();
        var report = RehearsalBatch.Run(subject, RehearsalSchedule.KindsFor(subject), 100);
        output.WriteLine(string.Join('\n', report.ByFault));
        Assert.Empty(report.Problems);
        Assert.Empty(report.NeverRan);
        Assert.Empty(report.Advice);
        Assert.Equal(10, report.ByFault.Count);
        Assert.All(
            report.Outcomes.Where(outcome =>
                outcome.Schedule.Fault is not (RehearsalFault.LoseTwo or RehearsalFault.AgentHangs)),
            outcome => Assert.True(outcome.IsRecovered, $"{outcome.Schedule}: {string.Join("; ", outcome.Why)}"));
    }

    [Theory]
    [InlineData("fencing-shares-power", "beta", "beta  = [[board-beta],  [supply]]", "beta  = [[board-beta]]")]
    [InlineData("stop-timeout-dominates", "database", "stop { timeout = 60s }", "stop { timeout = 100s }")]
    [InlineData("single-place", "reports", "constraints {",
        "constraints { location { a { rsc = reports, node = alpha, score = -INFINITY }, b { rsc = reports, node = beta, score = -INFINITY } }")]
    [InlineData("no-quorum-spare", "alpha", "alpha { id = 1,", "alpha { id = 1, votes = 3,")]
    [InlineData("no-monitor", "reports", "op    { monitor { interval = 20s } }", "op    { }")]
    [InlineData("no-fencing", "the cluster", "fencing-enabled = true", "fencing-enabled = false")]
    [InlineData("late-detection", "the cluster", "rsc-defaults {", "totem { token = 15s }\nrsc-defaults {")]
    public void A_planted_weakness_is_named_and_no_other(string code, string subject, string good, string bad)
    {
        var advice = Assert.Single(RehearsalAdvice.Of(Subject(text =>
        {
            Assert.Contains(good, text, StringComparison.Ordinal);
            return text.Replace(good, bad, StringComparison.Ordinal);
        }), []));
        Assert.Equal((code, subject), (advice.Code, advice.Subject));
    }

    [Fact]
    public void One_device_for_all_is_named()
    {
        var subject = Subject(text => text.Replace("[board-alpha], ", "", StringComparison.Ordinal)
            .Replace("[board-beta],  ", "", StringComparison.Ordinal)
            .Replace("[board-gamma], ", "", StringComparison.Ordinal));
        var advice = Assert.Single(RehearsalAdvice.Of(subject, []));
        Assert.Equal(("single-fencing-device", "supply"), (advice.Code, advice.Subject));
        Assert.Contains("alpha, beta, gamma", advice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_network_is_named()
    {
        var advice = Assert.Single(RehearsalAdvice.Of(
            Subject(text => System.Text.RegularExpressions.Regex.Replace(text, @", 10\.1\.0\.\d+", "")), []));
        Assert.Equal("single-link", advice.Code);
    }

    [Fact]
    public void What_the_advice_says_is_what_the_rehearsal_shows()
    {
        var subject = Subject(text => text.Replace("[board-beta],  [supply]", "[board-beta]", StringComparison.Ordinal));
        var report = RehearsalBatch.Run(subject, [RehearsalFault.LoseNode], 24);
        var beta = report.Outcomes.Where(outcome => outcome.Schedule.Nodes[0] == "beta" && outcome.Schedule.Length == TimeSpan.Zero
            && outcome.Outages.Any(outage => outage.Down > TimeSpan.Zero)).ToList();
        Assert.NotEmpty(beta);
        Assert.All(beta, outcome => Assert.False(outcome.IsRecovered, outcome.Schedule.ToString()));
        Assert.All(beta, outcome => Assert.Contains("fencing of beta did not succeed", outcome.Why[0], StringComparison.Ordinal));
        Assert.All(
            report.Outcomes.Where(outcome => outcome.Schedule.Nodes[0] != "beta"),
            outcome => Assert.True(outcome.IsRecovered, $"{outcome.Schedule}: {string.Join("; ", outcome.Why)}"));
    }

    [Fact]
    public void A_seed_is_a_run()
    {
        var subject = Subject();
        foreach (var seed in new[] { 0, 3, 11 })
        {
            var (first, second) = (new RehearsalRun(subject, seed), new RehearsalRun(subject, seed));
            Assert.Equal(first.Run(), second.Run());
            Assert.Equal(first.Story(500), second.Story(500));
            Assert.Equal(first.Spans, second.Spans);
        }
    }

    internal static RehearsalSubject Subject(Func<string, string>? change = null, string name = "three-nodes.conf")
    {
        var text = File.ReadAllText(Path.Combine(CommitModelTests.Root(), "hocon", "examples", name));
        var file = ClusterFileReader.Read(
            [(name, System.Text.Encoding.UTF8.GetBytes(change?.Invoke(text) ?? text))], new NoHoconFiles(),
            new HoconEnvironment(new HashSet<string>(StringComparer.Ordinal), _ => null));
        Assert.False(file.HasErrors, string.Join('\n', file.Diagnostics));
        return RehearsalSubject.Of(file.Configuration!);
    }
}
