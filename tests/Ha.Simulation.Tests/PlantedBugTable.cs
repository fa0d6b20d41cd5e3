using Ha.InformationBase;
using Ha.Simulation;

namespace Ha.Simulation.Tests;

/// <summary>For each planted bug how many seeds it takes to find it: the table of the ledger.</summary>
internal static class PlantedBugTable
{
    /// <summary>How many seeds it took to find a planted bug, and how it showed; null when none of so many
    /// does.</summary>
    public static (int Seeds, string Problem)? Find(PlantedBug bug, int most)
    {
        PlantedBugs.Active = bug;
        try
        {
            var batch = SeedBatch.Run(0, most);
            return batch.Problems is [var first, ..] ? (batch.Seeds, first.Problem) : null;
        }
        finally
        {
            PlantedBugs.Active = PlantedBug.None;
        }
    }

    public static int Print(int most)
    {
        var missed = 0;
        Console.WriteLine("| planted bug | seeds until found | as |\n| --- | --- | --- |");
        foreach (var bug in Enum.GetValues<PlantedBug>().Where(bug => bug != PlantedBug.None))
        {
            var found = Find(bug, most);
            missed += found is null ? 1 : 0;
            var problem = found?.Problem.ReplaceLineEndings(" ") ?? "";
            Console.WriteLine($"| {bug} | {found?.Seeds.ToString(null, null) ?? "none"} | {(problem.Length > 110 ? problem[..110] : problem)} |");
        }

        return missed;
    }
}
