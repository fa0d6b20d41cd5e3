using System.Globalization;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Xml;
using Ha.Policy;
using Ha.Policy.Scheduling;
using Ha.Tests.Xml;

namespace Ha.Tests.Scheduling;

/// <summary>What the report of any decision must hold, on the recorded cases: nothing is without a cause, scores are
/// the sums of their parts, and to ask for reasons changes no decision.</summary>
public sealed class ReportTests
{
    // Of the scores, as far as parts and totals can be compared. What is missing: see ScoreParts.
    private const double LeastShare = 0.998;

    [GivenCasesFact]
    public void What_should_run_and_does_not_has_a_cause()
    {
        foreach (var (name, report) in Reports())
        {
            var without = report.Resources.FirstOrDefault(resource =>
                resource is { IsWanted: true, AssignedTo: null, Code.Length: 0 });
            Assert.True(without is null, $"{name}: {without?.Id}");
        }
    }

    [GivenCasesFact]
    public void What_cannot_be_done_says_what_stands_in_its_way()
    {
        foreach (var (name, report) in Reports())
        {
            var blind = report.Steps.FirstOrDefault(step => step.Number == 0
                && step.WaitsFor.All(wait => wait.Code.Length == 0
                    || wait.Text.Contains("something that", StringComparison.Ordinal)));
            Assert.True(blind is null, $"{name}: {blind?.Task} of {blind?.Resource}");
        }
    }

    [GivenCasesFact]
    public void Scores_are_the_sums_of_their_parts()
    {
        int all = 0, equal = 0;
        foreach (var (_, report) in Reports())
        {
            foreach (var resource in report.Resources)
            {
                foreach (var (node, score) in resource.Scores)
                {
                    var sum = resource.Reasons
                        .Where(reason => reason.Node == node || reason.Node.Length == 0)
                        .Aggregate(Score.Zero, (total, reason) => total + reason.Score);

                    // A node that cannot be used has a ban of its own beside the score.
                    var isUnusable = report.Nodes.First(each => each.Name == node).Code.Length > 0;
                    all++;
                    equal += sum == score || (sum.IsBan && isUnusable) ? 1 : 0;
                }
            }
        }

        Assert.True(equal >= all * LeastShare, $"{equal} of {all}");
    }

    [GivenCasesFact]
    public void To_ask_why_changes_nothing()
    {
        foreach (var (name, cib, now) in Cases())
        {
            Assert.True(Graph(cib, now, withReasons: false) == Graph(cib, now, withReasons: true), name);
        }
    }

    [GivenCasesFact]
    public void The_same_input_gives_the_same_report()
    {
        foreach (var (name, cib, now) in Cases().Take(60))
        {
            Assert.True(PolicyReport.Of(cib, now) == PolicyReport.Of(cib, now), name);
        }
    }

    private static string Graph(Cib cib, long now, bool withReasons)
    {
        var run = Scheduler.Run(cib, now, withReasons: withReasons);
        using var text = new StringWriter();
        GraphXml.Write(run, GraphSelection.Select(run), text);
        return text.ToString();
    }

    private static IEnumerable<(string Name, PolicyReport Report)> Reports() =>
        Cases().Select(item => (item.Name, PolicyReport.Of(item.Cib, item.Now)));

    private static IEnumerable<(string Name, Cib Cib, long Now)> Cases()
    {
        foreach (var path in GivenCases.Files)
        {
            using var stream = File.OpenRead(path);
            var cib = CibXmlReader.Read(stream, path, new DiagnosticList());
            Assert.NotNull(cib);
            var now = long.TryParse(
                cib.ImportedAttributes.GetValueOrDefault("execution-date"), CultureInfo.InvariantCulture, out var at)
                ? at
                : 1_700_000_000;
            yield return (Path.GetFileNameWithoutExtension(path), cib, now);
        }
    }
}
