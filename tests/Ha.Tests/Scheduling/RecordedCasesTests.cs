using System.Diagnostics;
using System.Globalization;
using Ha.Hocon;
using Ha.InformationBase.Xml;
using Ha.Policy;
using Ha.Tests.Tidy;

namespace Ha.Tests.Scheduling;

/// <summary>Pacemaker's recorded cases, where they are given: graded by their own grader, at the levels that have been
/// reached and must not be lost.</summary>
public sealed class RecordedCasesTests
{
    private static readonly string s_cases = Path.Combine(SourceTree.Root, "..", "shared", "pacemaker-scheduler");
    private static readonly string s_grader = Path.Combine(SourceTree.Root, "..", "shared", "tools", "scheduler-parity");

    private sealed class GivenFactAttribute : FactAttribute
    {
        public GivenFactAttribute()
        {
            if (!File.Exists(s_grader) || !Directory.Exists(s_cases))
            {
                Skip = "the recorded cases and their grader are not given here (../shared)";
            }
        }
    }

    [GivenFact]
    public void Recorded_cases_are_decided_as_recorded()
    {
        var folder = Directory.CreateTempSubdirectory("ha-cases");
        try
        {
            foreach (var (name, arguments) in Cases())
            {
                var result = Simulate(name, arguments);
                File.WriteAllText(Path.Combine(folder.FullName, name + ".summary"), result.Summary);
                File.WriteAllText(Path.Combine(folder.FullName, name + ".graph"), result.Graph);
                File.WriteAllText(Path.Combine(folder.FullName, name + ".scores"), result.Scores);
            }

            var (code, text) = Grade(folder.FullName);
            Assert.True(code == 0, text);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GivenFact]
    public void The_same_case_gives_the_same_bytes()
    {
        foreach (var (name, arguments) in Cases().Where((_, index) => index % 10 == 0))
        {
            Assert.Equal(Simulate(name, arguments), Simulate(name, arguments));
        }
    }

    private static IEnumerable<(string Name, string[] Arguments)> Cases() =>
        File.ReadLines(Path.Combine(s_cases, "cases.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Select(parts => (parts[0], parts.Length > 3 ? parts[3].Split(' ', 2) : []));

    private static SimulationResult Simulate(string name, string[] arguments)
    {
        using var stream = File.OpenRead(Path.Combine(s_cases, "xml", name + ".xml"));
        var cib = CibXmlReader.Read(stream, name, new DiagnosticList());
        Assert.NotNull(cib);
        var written = arguments is ["-t", var text] ? text.Trim('\'') : null;
        var recorded = cib.ImportedAttributes.GetValueOrDefault("execution-date");
        var now = written is not null ? SimulationTime.Parse(written, 0)!.Value
            : recorded is not null ? long.Parse(recorded, CultureInfo.InvariantCulture) : 1_800_000_000;
        var remark = written is not null ? $"Setting effective cluster time: {written}"
            : recorded is null ? ""
            : string.Create(CultureInfo.InvariantCulture,
                $"Using the original execution date of: {DateTimeOffset.FromUnixTimeSeconds(now):yyyy-MM-dd HH:mm:ss}Z");
        return PolicySimulation.Run(cib, new SimulationRequest
        {
            Now = now, TimeRemark = remark, WithGraph = true, WithScores = true,
        });
    }

    private static (int Code, string Text) Grade(string folder)
    {
        var start = new ProcessStartInfo(s_grader) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(s_cases);
        start.ArgumentList.Add("--results");
        start.ArgumentList.Add(folder);
        start.ArgumentList.Add("--loose-scores");
        foreach (var level in s_reached)
        {
            start.ArgumentList.Add("--require");
            start.ArgumentList.Add(level);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text + errors.Result);
    }

    private static readonly string[] s_reached =
        ["L0=100", "T=100", "L1=100", "L2=100", "L3=100", "L4=99.5", "L5=99.5"];
}
