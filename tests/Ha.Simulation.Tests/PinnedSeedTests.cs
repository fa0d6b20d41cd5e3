using Ha.Simulation;

namespace Ha.Simulation.Tests;

/// <summary>Seeds that found something once; docs/simulation-ledger.md says what.</summary>
[Collection("one world at a time")]
public sealed class PinnedSeedTests
{
    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(29)]
    [InlineData(30)]
    [InlineData(37)]
    [InlineData(54)]
    [InlineData(82)]
    [InlineData(101)]
    [InlineData(128)]
    [InlineData(203)]
    [InlineData(211)]
    [InlineData(300)]
    [InlineData(377)]
    [InlineData(455)]
    [InlineData(465)]
    [InlineData(476)]
    [InlineData(508)]
    [InlineData(1080)]
    [InlineData(1118)]
    [InlineData(1215)]
    [InlineData(2067)]
    [InlineData(3884)]
    [InlineData(4016)]
    [InlineData(7532)]
    public void What_was_found_once_is_gone(int seed)
    {
        var run = new SeedRun(seed).Run();
        Assert.True(run.Problem.Length == 0, run.Explain());
    }
}
