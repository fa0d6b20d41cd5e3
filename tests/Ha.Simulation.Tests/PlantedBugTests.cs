using Ha.InformationBase;
using Ha.Simulation;
using Xunit.Abstractions;

namespace Ha.Simulation.Tests;

/// <summary>A simulation that finds nothing proves nothing, unless it finds what was planted.</summary>
[Collection("one world at a time")]
public sealed class PlantedBugTests(ITestOutputHelper output) : IDisposable
{
    private const int Seeds = 2000;

    [Theory]
    [InlineData(PlantedBug.AcknowledgeOnSelfDelivery)]
    [InlineData(PlantedBug.StartBeforeFencing)]
    [InlineData(PlantedBug.StopSkippedOnMove)]
    [InlineData(PlantedBug.PersistedBeforeSync)]
    [InlineData(PlantedBug.PromiseNotPersisted)]
    [InlineData(PlantedBug.NoQuorumGate)]
    [InlineData(PlantedBug.HalfWithoutFencing)]
    [InlineData(PlantedBug.FencedVotesCount)]
    [InlineData(PlantedBug.CommitOnOne)]
    public void A_planted_bug_is_found(PlantedBug bug)
    {
        PlantedBugs.Active = bug;
        var batch = SeedBatch.Run(0, Seeds);
        output.WriteLine($"{bug} is found by seed {string.Join(", ", batch.Problems)} after {batch.Seeds} seeds");
        Assert.False(batch.Problems.IsEmpty, $"{Seeds} seeds do not find {bug}");
    }

    public void Dispose() => PlantedBugs.Active = PlantedBug.None;
}
