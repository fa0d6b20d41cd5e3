using Xunit.Abstractions;

namespace Ha.Simulation.Tests;

[Collection("one world at a time")]
public sealed class SeedTests(ITestOutputHelper output)
{
    private const int Seeds = 500;

    [Fact]
    public void A_quiet_cluster_runs_everything_once()
    {
        var run = new SeedRun(1).Run(withFaults: false);
        Assert.True(run.Problem.Length == 0, Explain(run));
    }

    [Fact]
    public void Whatever_breaks_nothing_runs_twice_nothing_acknowledged_is_lost_and_all_is_well_in_the_end()
    {
        var problems = new List<string>();
        long faults = 0, steps = 0;
        var hours = 0.0;
        for (var seed = 0; seed < Seeds && problems.Count < 3; seed++)
        {
            var run = new SeedRun(seed).Run();
            faults += run.Faults;
            steps += run.Cluster.Scheduler.Steps;
            hours += run.Cluster.Scheduler.Now.TotalHours;
            if (run.Problem.Length > 0)
            {
                problems.Add(Explain(run));
            }
        }

        output.WriteLine($"{Seeds} seeds, {hours:0.0} simulated hours, {faults} faults, {steps} events");
        Assert.True(problems.Count == 0, string.Join("\n\n", problems));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(42)]
    [InlineData(77)]
    public void The_same_seed_gives_the_same_trace(int seed) =>
        Assert.Equal(new SeedRun(seed).Run().Cluster.TraceHash, new SeedRun(seed).Run().Cluster.TraceHash);

    private static IEnumerable<string> UpToViolation(List<string> story)
    {
        var at = story.FindIndex(line => line.Contains("VIOLATION", StringComparison.Ordinal));
        return at < 0 ? story : story.Take(at + 1);
    }

    private static string Explain(SeedRun run) =>
        $"seed {run.Seed}, {run.Count} nodes: {run.Problem}\n  "
        + string.Join("\n  ", UpToViolation(run.Cluster.Story).TakeLast(60).Select(line => line.Length > 220 ? line[..220] : line));
}
