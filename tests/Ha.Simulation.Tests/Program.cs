using System.Diagnostics;
using Ha.InformationBase;
using Ha.Simulation;

namespace Ha.Simulation.Tests;

/// <summary>Runs seeds outside of the test runner, for the ledger: seeds FIRST COUNT [BUG], story SEED LINES, bugs
/// MOST [NAME ...].</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is ["bugs", var most, .. var names])
        {
            return PlantedBugTable.Print(int.Parse(most, null), names);
        }

        if (arguments is ["story", var told, var lines])
        {
            Console.WriteLine(new SeedRun(int.Parse(told, null)).Run().Explain(int.Parse(lines, null)));
            return 0;
        }

        if (arguments is ["rehearse", var file, var runs])
        {
            var began = Stopwatch.StartNew();
            var subject = RehearsalTests.Subject(name: file);
            var report = Rehearsal.RehearsalBatch.Run(
                subject, Rehearsal.RehearsalSchedule.KindsFor(subject), int.Parse(runs, null));
            Console.WriteLine(string.Join('\n', report.ByFault.Select(line => line.ToString())
                .Concat(report.ByResource.Select(line => line.ToString()))
                .Concat(report.SecondFailures.Select(line => line.ToString()))
                .Concat(report.Advice.Select(line => line.ToString()))
                .Concat(report.Problems.Select(line => line.ToString()))));
            Console.WriteLine($"{report.Hours:0.0} hours in {began.Elapsed.TotalSeconds:0.0} s");
            return 0;
        }

        if (arguments is not ["seeds", var first, var count, .. var rest])
        {
            Console.Error.WriteLine("usage: seeds FIRST COUNT [PLANTED BUG | all], or bugs MOST, or story SEED LINES");
            return 64;
        }

        PlantedBugs.Active = rest is [var bug, ..] && Enum.TryParse<PlantedBug>(bug, out var planted)
            ? planted : PlantedBug.None;
        var watch = Stopwatch.StartNew();
        var batch = SeedBatch.Run(
            int.Parse(first, null), int.Parse(count, null), mostProblems: rest is ["all"] ? 1000 : 1,
            onProblem: run => Console.WriteLine(rest is ["all"] ? $"seed {run.Seed}: {run.Problem}" : run.Explain()));
        Console.WriteLine($"{batch} in {watch.Elapsed.TotalSeconds:0.0} s");
        return batch.Problems.IsEmpty ? 0 : 1;
    }
}
