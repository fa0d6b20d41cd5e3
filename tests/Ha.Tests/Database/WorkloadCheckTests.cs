using System.Globalization;
using Ha.InformationBase;
using Ha.Resources.Database.Workload;

namespace Ha.Tests.Database;

/// <summary>The checker finds what is planted, and nothing where nothing is. A history is written in words:
/// "a W/N FROM-TO tT" is an acknowledged attempt, "u" an unknown and "f" a failed one, "=" one that found its row
/// there;
/// "r FROM-TO tT W:N,..." is a read; "row W/N tT" is a row of the table in the end.</summary>
public sealed class WorkloadCheckTests
{
    private const string Calm = "a 1/1 0-10 t1; a 1/2 20-30 t1; a 2/1 5-12 t1; r 40-41 t1 1:2,2:1; "
        + "row 1/1 t1; row 1/2 t1; row 2/1 t1";

    [Theory]
    [InlineData(Calm, "")]
    [InlineData("a 1/1 0-10 t1; u 1/2 20-30 t0; = 1/2 40-50 t2; row 1/1 t1; row 1/2 t1", "")]
    [InlineData("a 1/1 0-10 t1; u 1/2 20-30 t0; a 1/2 40-50 t2; row 1/1 t1; row 1/2 t2", "")]
    [InlineData("a 1/1 0-10 t1; f 1/2 20-30 t0; row 1/1 t1", "")]
    [InlineData("a 1/1 0-10 t1; u 1/2 20-30 t0; row 1/1 t1; row 1/2 t1", "")]
    // Acknowledged and gone.
    [InlineData("a 1/1 0-10 t1; a 1/2 20-30 t1; row 1/1 t1", "lost 1")]
    // Acknowledged on the old timeline, and there only since it was tried again on the new one.
    [InlineData("a 1/1 0-10 t1; = 1/1 30-40 t2; row 1/1 t2", "lost 1")]
    [InlineData("a 1/1 0-10 t1; row 1/1 t1; row 1/1 t1", "duplicates 1")]
    [InlineData("a 1/1 0-10 t1; row 1/1 t1; row 9/9 t1", "foreign 1")]
    // The old primary acknowledges after the new one has.
    [InlineData("a 1/1 0-10 t1; a 2/1 20-30 t2; a 1/2 35-40 t1; row 1/1 t1; row 2/1 t2; row 1/2 t1", "late 1")]
    [InlineData("a 1/1 0-40 t1; a 2/1 20-30 t2; row 1/1 t1; row 2/1 t2", "late 1")]
    // An answer that came before the new primary's first is no proof of two.
    [InlineData("a 1/1 0-29 t1; a 2/1 20-30 t2; row 1/1 t1; row 2/1 t2", "")]
    // A read that does not see what was acknowledged before it began, and one that saw less than one before.
    [InlineData("a 1/1 0-10 t1; a 1/2 11-20 t1; r 30-31 t1 1:1; row 1/1 t1; row 1/2 t1", "backward 1")]
    [InlineData("a 1/1 0-10 t1; u 1/2 11-20 t0; r 30-31 t1 1:2; r 40-41 t2 1:1; row 1/1 t1; row 1/2 t1", "backward 1")]
    [InlineData("a 1/1 0-10 t1; a 1/2 11-20 t1; r 15-31 t1 1:1; row 1/1 t1; row 1/2 t1", "")]
    public void Finds_what_is_planted_and_nothing_else(string history, string expected)
    {
        var verdict = WorkloadChecks.Judge(Parse(history));
        Assert.Equal(expected, Show(verdict));
        Assert.Equal(expected.Length == 0, verdict.IsGood);
    }

    [Fact]
    public void A_run_in_which_nothing_was_acknowledged_is_not_good() =>
        Assert.False(WorkloadChecks.Judge(Parse("f 1/1 0-10 t0")).IsGood);

    [Theory]
    [InlineData("a 1/1 0-10 t1; a 1/2 20-500 t1; a 2/1 0-100 t1; a 2/2 110-400 t1; row 1/1 t1", 100, 490, 10, 300)]
    // From the last acknowledgement to the end counts, too.
    [InlineData("a 1/1 0-10 t1; f 1/2 20-900 t0; row 1/1 t1", 900, 890, 10, 890)]
    public void Gaps_are_of_each_writer_and_of_all(string history, int lengthMs, int gap, int from, int silence)
    {
        var parsed = Parse(history);
        var length = Ms(Math.Max(lengthMs, (int)parsed.Length.TotalMilliseconds));
        var verdict = WorkloadChecks.Judge(parsed with { Length = length });
        Assert.Equal(
            (Ms(gap), Ms(from), Ms(silence)), (verdict.LongestGap, verdict.GapBeganAt, verdict.LongestSilence));
    }

    [Fact]
    public void Whatever_row_is_taken_out_of_a_thousand_it_is_missed()
    {
        var random = new Random(6);
        for (var round = 0; round < 100; round++)
        {
            var attempts = Enumerable.Range(1, 1000).Select(number => new WorkloadAttempt(
                number % 8, (number / 8) + 1, Ms(number), Ms(number + 1),
                random.Next(4) == 0 ? AttemptOutcome.Unknown : AttemptOutcome.Acknowledged, 1, IsNew: true, "")).ToList();
            var rows = attempts.Where(attempt => attempt.Outcome == AttemptOutcome.Acknowledged || random.Next(2) == 0)
                .Select(attempt => new WorkloadRow(attempt.Writer, attempt.Number, 1)).ToList();
            var acknowledged = attempts.Where(attempt => attempt.Outcome == AttemptOutcome.Acknowledged).ToList();
            Assert.True(Judge(attempts, rows).IsGood);
            var gone = acknowledged[random.Next(acknowledged.Count)];
            rows.RemoveAll(row => row.Writer == gone.Writer && row.Number == gone.Number);
            Assert.StartsWith($"row {gone.Writer}/{gone.Number} ", Assert.Single(Judge(attempts, rows).Lost), StringComparison.Ordinal);
        }
    }

    private static WorkloadVerdict Judge(List<WorkloadAttempt> attempts, List<WorkloadRow> rows) =>
        WorkloadChecks.Judge(new WorkloadHistory(attempts.ToValueList(), [], rows.ToValueList(), Ms(2000)));

    private static string Show(WorkloadVerdict verdict) => string.Join(", ", new (string Name, int Count)[]
    {
        ("lost", verdict.Lost.Count), ("duplicates", verdict.Duplicates.Count), ("foreign", verdict.Foreign.Count),
        ("late", verdict.LateTimelines.Count), ("backward", verdict.BackwardReads.Count),
    }.Where(pair => pair.Count > 0).Select(pair => $"{pair.Name} {pair.Count}"));

    private static WorkloadHistory Parse(string text)
    {
        var (attempts, reads, rows) = (new List<WorkloadAttempt>(), new List<WorkloadRead>(), new List<WorkloadRow>());
        foreach (var words in text.Split("; ").Select(part => part.Split(' ')))
        {
            int Timeline(int at) => Number(words[at][1..]);
            (TimeSpan From, TimeSpan To) Span(int at) => (
                Ms(Number(words[at].Split('-')[0])), Ms(Number(words[at].Split('-')[1])));
            (int Writer, int Number) Row() => (Number(words[1].Split('/')[0]), Number(words[1].Split('/')[1]));
            switch (words[0])
            {
                case "row":
                    rows.Add(new WorkloadRow(Row().Writer, Row().Number, Timeline(2)));
                    break;
                case "r":
                    reads.Add(new WorkloadRead(
                        Span(1).From, Span(1).To, Timeline(2), ValueMap<int>.Of(words[3].Split(',')
                        .Select(pair => new KeyValuePair<string, int>(
                            pair.Split(':')[0], Number(pair.Split(':')[1]))))));
                    break;
                default:
                    attempts.Add(new WorkloadAttempt(
                        Row().Writer, Row().Number, Span(2).From, Span(2).To,
                        words[0] switch { "u" => AttemptOutcome.Unknown, "f" => AttemptOutcome.Failed, _ => AttemptOutcome.Acknowledged },
                        Timeline(3), words[0] == "a", words[0] is "u" or "f" ? "broken" : ""));
                    break;
            }
        }

        return new WorkloadHistory(
            attempts.ToValueList(), reads.ToValueList(), rows.ToValueList(),
            attempts.Max(attempt => attempt.EndedAt));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static TimeSpan Ms(int number) => TimeSpan.FromMilliseconds(number);
}
