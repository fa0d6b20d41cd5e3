using System.Globalization;
using Ha.InformationBase;

namespace Ha.Resources.Database.Workload;

/// <summary>Judges a run: pure. What is acknowledged must be there, once, from a timeline that lasted; nobody is
/// answered by a server that others have left; nobody sees less than was seen before.</summary>
public static class WorkloadChecks
{
    /// <summary>The verdict.</summary>
    public static WorkloadVerdict Judge(WorkloadHistory history)
    {
        var attempts = history.Attempts
            .OrderBy(attempt => attempt.EndedAt).ThenBy(attempt => attempt.Writer).ThenBy(attempt => attempt.Number)
            .ToList();
        var acknowledged = attempts.Where(attempt => attempt.Outcome == AttemptOutcome.Acknowledged).ToList();
        var (gap, gapBegan) = LongestGap(acknowledged, attempts, history.Length);
        return new WorkloadVerdict
        {
            Lost = Lost(acknowledged, history.Rows),
            Duplicates = Named(history.Rows
                .GroupBy(row => (row.Writer, row.Number))
                .Where(group => group.Count() > 1)
                .OrderBy(group => group.Key)
                .Select(group => $"{Name(group.Key.Writer, group.Key.Number)} is there {group.Count()} times")),
            Foreign = Foreign(attempts, history.Rows),
            LateTimelines = LateTimelines(acknowledged),
            BackwardReads = BackwardReads(acknowledged, history.Reads),
            Acknowledged = acknowledged.Count,
            Unknown = attempts.Count(attempt => attempt.Outcome == AttemptOutcome.Unknown),
            Failed = attempts.Count(attempt => attempt.Outcome == AttemptOutcome.Failed),
            Errors = attempts
                .Where(attempt => attempt.Error.Length > 0)
                .GroupBy(attempt => attempt.Error, StringComparer.Ordinal)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new WorkloadError(group.Key, group.Count()))
                .ToValueList(),
            LongestGap = gap,
            GapBeganAt = gapBegan,
            LongestSilence = LongestBetween(acknowledged.Select(attempt => attempt.EndedAt), history.Length).Length,
            Timelines = acknowledged.Select(attempt => attempt.Timeline).Distinct().Order().ToValueList(),
        };
    }

    private static ValueList<string> Lost(List<WorkloadAttempt> acknowledged, ValueList<WorkloadRow> rows)
    {
        var there = rows.ToLookup(row => (row.Writer, row.Number), row => row.Timeline);
        return Named(acknowledged
            .OrderBy(attempt => attempt.Writer).ThenBy(attempt => attempt.Number)
            .Select(attempt => (Attempt: attempt, Timelines: there[(attempt.Writer, attempt.Number)].ToList()))
            .Where(pair => pair.Timelines.Count == 0
                || (pair.Attempt.IsNew && !pair.Timelines.Contains(pair.Attempt.Timeline)))
            .Select(pair => Name(pair.Attempt.Writer, pair.Attempt.Number)
                + $" was acknowledged at {Seconds(pair.Attempt.EndedAt)} on timeline {pair.Attempt.Timeline} and "
                + (pair.Timelines.Count == 0
                    ? "is not there"
                    : $"was written again on timeline {pair.Timelines[0]}")));
    }

    private static ValueList<string> Foreign(List<WorkloadAttempt> attempts, ValueList<WorkloadRow> rows)
    {
        var asked = attempts.Select(attempt => (attempt.Writer, attempt.Number)).ToHashSet();
        return Named(rows
            .Where(row => !asked.Contains((row.Writer, row.Number)))
            .OrderBy(row => row.Writer).ThenBy(row => row.Number)
            .Select(row => $"{Name(row.Writer, row.Number)} is there, and nobody wrote it"));
    }

    // Whoever asked a server of a newer timeline, and was answered, has shown that the older one is over.
    private static ValueList<string> LateTimelines(List<WorkloadAttempt> acknowledged)
    {
        var begin = acknowledged
            .GroupBy(attempt => attempt.Timeline)
            .ToDictionary(group => group.Key, group => group.Min(attempt => attempt.EndedAt));
        return Named(acknowledged
            .Where(attempt => begin.Any(newer => newer.Key > attempt.Timeline && attempt.EndedAt > newer.Value))
            .Select(attempt => $"{Name(attempt.Writer, attempt.Number)} was acknowledged at {Seconds(attempt.EndedAt)} on "
                + $"timeline {attempt.Timeline}, after a newer one had acknowledged others"));
    }

    private static ValueList<string> BackwardReads(
        List<WorkloadAttempt> acknowledged, ValueList<WorkloadRead> reads)
    {
        // What has been shown by a time, to each writer's number: acknowledgements and ends of reads, in their order.
        var shown = acknowledged
            .Select(attempt => (attempt.EndedAt, attempt.Writer, attempt.Number))
            .Concat(reads.SelectMany(read => read.Highest.Select(pair =>
                (read.EndedAt, Writer: int.Parse(pair.Key, CultureInfo.InvariantCulture), Number: pair.Value))))
            .OrderBy(one => one.EndedAt).ThenBy(one => one.Writer).ThenBy(one => one.Number)
            .ToList();
        var known = new SortedDictionary<int, int>();
        var next = 0;
        var found = new List<string>();
        foreach (var read in reads.OrderBy(read => read.BeganAt).ThenBy(read => read.EndedAt))
        {
            for (; next < shown.Count && shown[next].EndedAt < read.BeganAt; next++)
            {
                known[shown[next].Writer] = Math.Max(known.GetValueOrDefault(shown[next].Writer), shown[next].Number);
            }

            found.AddRange(known
                .Select(pair => (pair, Seen: read.Highest.GetValueOrDefault(
                    pair.Key.ToString(CultureInfo.InvariantCulture))))
                .Where(one => one.Seen < one.pair.Value)
                .Select(one => $"a read at {Seconds(read.BeganAt)} on timeline {read.Timeline} saw writer "
                    + $"{one.pair.Key} at {one.Seen}, although {one.pair.Value} had been shown"));
        }

        return Named(found);
    }

    private static (TimeSpan Length, TimeSpan BeganAt) LongestGap(
        List<WorkloadAttempt> acknowledged, List<WorkloadAttempt> attempts, TimeSpan length)
    {
        var byWriter = acknowledged.ToLookup(attempt => attempt.Writer, attempt => attempt.EndedAt);
        return attempts
            .Select(attempt => attempt.Writer)
            .Distinct()
            .Select(writer => LongestBetween(byWriter[writer], length))
            .OrderByDescending(gap => gap.Length).ThenBy(gap => gap.BeganAt)
            .FirstOrDefault();
    }

    private static (TimeSpan Length, TimeSpan BeganAt) LongestBetween(IEnumerable<TimeSpan> sorted, TimeSpan end)
    {
        var (before, longest, from) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        foreach (var at in sorted.Append(end))
        {
            if (at - before > longest)
            {
                (longest, from) = (at - before, before);
            }

            before = at;
        }

        return (longest, from);
    }

    private static string Name(int writer, int number) => $"row {writer}/{number}";

    private static string Seconds(TimeSpan at) => string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds:0.000} s");

    private static ValueList<string> Named(IEnumerable<string> found) => found.ToValueList();
}
