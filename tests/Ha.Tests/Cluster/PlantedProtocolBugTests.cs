using Ha.InformationBase;
using Xunit.Abstractions;

namespace Ha.Tests.Cluster;

/// <summary>Alone in its turn: what it plants is planted in the whole process.</summary>
[CollectionDefinition(nameof(PlantedBugsAlone), DisableParallelization = true)]
public sealed class PlantedBugsAlone;

/// <summary>The seeds are worth something only if they find what was planted.</summary>
[Collection(nameof(PlantedBugsAlone))]
public sealed class PlantedProtocolBugTests(ITestOutputHelper output) : IDisposable
{
    private const int Seeds = 3000;

    [Theory]
    [InlineData(PlantedBug.AcknowledgeOnSelfDelivery)]
    [InlineData(PlantedBug.PersistedBeforeSync)]
    [InlineData(PlantedBug.PromiseNotPersisted)]
    public void A_planted_bug_is_found(PlantedBug bug)
    {
        PlantedBugs.Active = bug;
        for (var seed = 0; seed < Seeds; seed++)
        {
            try
            {
                ReplicaSeed.Run(seed, isNasty: true);
            }
            catch (Xunit.Sdk.XunitException found)
            {
                output.WriteLine($"{bug} is found by seed {seed}: {found.Message.Split('\n')[0]}");
                return;
            }
        }

        Assert.Fail($"{Seeds} seeds do not find {bug}");
    }

    public void Dispose() => PlantedBugs.Active = PlantedBug.None;
}
