using System.Globalization;
using System.Text;
using Ha.Node.Api;
using Ha.Resources.Database.Workload;

namespace Ha.Node.Views;

/// <summary>What a test of a failover found, for programs and for people.</summary>
internal static class FailoverText
{
    /// <summary>How many findings of a kind are named.</summary>
    private const int MaxNamed = 10;

    /// <summary>The view.</summary>
    public static FailoverReply Of(WorkloadHistory history, WorkloadVerdict verdict, int? runExitCode) => new()
    {
        Good = verdict.IsGood,
        LengthMs = Ms(history.Length),
        Acknowledged = verdict.Acknowledged,
        Unknown = verdict.Unknown,
        Failed = verdict.Failed,
        LongestGapMs = Ms(verdict.LongestGap),
        GapBeganMs = Ms(verdict.GapBeganAt),
        LongestSilenceMs = Ms(verdict.LongestSilence),
        Lost = verdict.Lost.Count,
        Duplicates = verdict.Duplicates.Count,
        Foreign = verdict.Foreign.Count,
        LateTimelines = verdict.LateTimelines.Count,
        Reads = history.Reads.Count,
        BackwardReads = verdict.BackwardReads.Count,
        Timelines = [.. verdict.Timelines],
        Errors = [.. verdict.Errors.Select(error =>
            new FailoverErrorReply(Commands.Arguments.Printable(error.Text), error.Count))],
        Findings =
        [
            .. verdict.Lost.Take(MaxNamed), .. verdict.Duplicates.Take(MaxNamed), .. verdict.Foreign.Take(MaxNamed),
            .. verdict.LateTimelines.Take(MaxNamed), .. verdict.BackwardReads.Take(MaxNamed),
        ],
        RunExitCode = runExitCode,
    };

    /// <summary>The text.</summary>
    public static string Text(FailoverReply reply)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"{(reply.Good ? "GOOD" : reply.Acknowledged == 0 ? "NOTHING WAS ACKNOWLEDGED" : "BAD")}");
        Line($"rows       {reply.Acknowledged} acknowledged, {reply.Unknown} unknown, {reply.Failed} failed, in {reply.LengthMs / 1000:0.0} s");
        Line($"lost       {reply.Lost}");
        Line($"duplicates {reply.Duplicates}");
        Line($"foreign    {reply.Foreign}");
        Line($"two servers at once: {reply.LateTimelines} acknowledgements of a timeline that was over");
        Line($"reads      {reply.Reads}, {reply.BackwardReads} of them went back");
        Line($"longest gap of a writer {reply.LongestGapMs:0} ms, from {reply.GapBeganMs / 1000:0.000} s on; of all writers together {reply.LongestSilenceMs:0} ms");
        Line($"timelines  {string.Join(" → ", reply.Timelines)}");
        foreach (var error in reply.Errors.Take(MaxNamed))
        {
            Line($"  {error.Count,6} × {error.Text}");
        }

        foreach (var finding in reply.Findings)
        {
            Line($"  {finding}");
        }

        return text.ToString();
    }

    private static double Ms(TimeSpan span) => Math.Round(span.TotalMilliseconds, 3);
}
