using Ha.InformationBase;
using Xunit.Abstractions;

namespace Ha.Simulation.Tests;

/// <summary>A simulation that finds nothing proves nothing, unless it finds what was planted.</summary>
[Collection("one world at a time")]
public sealed class PlantedBugTests(ITestOutputHelper output) : IDisposable
{
    private const int Seeds = 500;

    [Theory]
    [InlineData(PlantedBug.AcknowledgeOnSelfDelivery)]
    [InlineData(PlantedBug.StartBeforeFencing)]
    [InlineData(PlantedBug.StopSkippedOnMove)]
    public void A_planted_bug_is_found(PlantedBug bug)
    {
        PlantedBugs.Active = bug;
        for (var seed = 0; seed < Seeds; seed++)
        {
            if (new SeedRun(seed).Run().Problem is { Length: > 0 } problem)
            {
                output.WriteLine($"{bug} is found by seed {seed}: {problem}");
                return;
            }
        }

        Assert.Fail($"{Seeds} seeds do not find {bug}");
    }

    public void Dispose() => PlantedBugs.Active = PlantedBug.None;
}
