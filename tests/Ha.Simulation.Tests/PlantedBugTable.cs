using Ha.InformationBase;
using Ha.Simulation;

namespace Ha.Simulation.Tests;

/// <summary>For each planted bug how many seeds it takes to find it: the table of the ledger.</summary>
internal static class PlantedBugTable
{
    private const int Chunk = 16;

    /// <summary>How many seeds it took to find a planted bug, and how it showed; null when none of so many
    /// does.</summary>
    public static (int Seeds, string Problem)? Find(PlantedBug bug, int most)
    {
        for (var first = 0; first < most; first += Chunk)
        {
            var problems = Problems(bug, first, Math.Min(Chunk, most - first));
            foreach (var (seed, problem) in problems.OrderBy(problem => problem.Seed))
            {
                // A seed that fails without the bug has not found it.
                if (new SeedRun(seed).Run().Problem.Length == 0)
                {
                    return (seed + 1, problem);
                }
            }
        }

        return null;
    }

    private static ValueList<(int Seed, string Problem)> Problems(PlantedBug bug, int first, int count)
    {
        PlantedBugs.Active = bug;
        try
        {
            return SeedBatch.Run(first, count, mostProblems: count).Problems;
        }
        finally
        {
            PlantedBugs.Active = PlantedBug.None;
        }
    }

    public static int Print(int most, IReadOnlyCollection<string> names)
    {
        var missed = 0;
        Console.WriteLine("| planted bug | seeds until found | as |\n| --- | --- | --- |");
        foreach (var bug in Enum.GetValues<PlantedBug>().Where(bug => bug != PlantedBug.None
            && (names.Count == 0 || names.Contains(bug.ToString()))))
        {
            var found = Find(bug, most);
            missed += found is null ? 1 : 0;
            var problem = found?.Problem.ReplaceLineEndings(" ") ?? "";
            Console.WriteLine($"| {bug} | {found?.Seeds.ToString(null, null) ?? "none"} | {(problem.Length > 110 ? problem[..110] : problem)} |");
        }

        return missed;
    }
}
