using Ha.Node.Api;
using Ha.Simulation.Rehearsal;

namespace Ha.Node.Views;

/// <summary>What a rehearsal found, for programs.</summary>
internal static class RehearsalView
{
    /// <summary>The view.</summary>
    public static RehearsalReply Of(string path, RehearsalReport report) => new()
    {
        File = path,
        Nodes = [.. report.Subject.Hosts],
        Resources = [.. report.Subject.Resources.Select(resource => resource.Name)],
        Runs = report.Outcomes.Count,
        SimulatedHours = Math.Round(report.Hours, 2),
        DetectionTime = Round(report.Subject.DetectionTime),
        ByFault = [.. report.ByFault.Select(Of)],
        ByResource = [.. report.ByResource.Select(Of)],
        SecondFailures = [.. report.SecondFailures.Select(pair => new SecondFailureReply(
            pair.First, pair.Second, Round(pair.Worst), [.. pair.Down], pair.Why, pair.Seed))],
        NeverRan = [.. report.NeverRan],
        Advice = [.. report.Advice.Select(advice => new AdviceReply(
            advice.Code, advice.Subject, advice.Text, advice.Remedy))],
        Problems = [.. report.Problems.Select(outcome => $"seed {outcome.Schedule.Seed}: {outcome.Problem}")],
    };

    private static OutageReply Of(OutageSummary summary) => new(
        summary.Name, summary.Runs, Round(summary.Median), Round(summary.Worst), summary.WorstSeed, summary.Lost,
        summary.LostSeed, [.. summary.Why]);

    private static double Round(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
