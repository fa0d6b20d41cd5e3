using Ha.Simulation;
using Ha.Simulation.Faults;
using Xunit.Abstractions;

namespace Ha.Simulation.Tests;

[Collection("one world at a time")]
public sealed class SeedTests(ITestOutputHelper output)
{
    private const int Seeds = 900;

    [Fact]
    public void A_quiet_cluster_runs_everything_once()
    {
        var run = new SeedRun(1, []).Run();
        Assert.True(run.Problem.Length == 0, run.Explain());
    }

    [Fact]
    public void Whatever_breaks_nothing_runs_twice_nothing_acknowledged_is_lost_and_all_is_well_in_the_end()
    {
        var explained = "";
        var batch = SeedBatch.Run(0, Seeds, onProblem: run => explained += ScheduleShrinker.Shrink(run).Explain());
        output.WriteLine(batch.ToString());
        Assert.True(batch.Problems.IsEmpty, explained);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(42)]
    [InlineData(77)]
    public void The_same_seed_gives_the_same_trace(int seed) =>
        Assert.Equal(new SeedRun(seed).Run().Cluster.TraceHash, new SeedRun(seed).Run().Cluster.TraceHash);
}
