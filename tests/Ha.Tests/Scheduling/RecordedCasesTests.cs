using System.Diagnostics;
using Ha.Policy;
using Ha.Tests.Tidy;

namespace Ha.Tests.Scheduling;

/// <summary>Pacemaker's recorded cases, where they are given: graded by their own grader, at the levels that have been
/// reached and must not be lost.</summary>
public sealed class RecordedCasesTests
{
    private static readonly string s_cases = RecordedCase.Folder;
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
            foreach (var recorded in RecordedCase.All())
            {
                var name = recorded.Name;
                var result = Simulate(recorded);
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
        foreach (var recorded in RecordedCase.All())
        {
            Assert.Equal(Simulate(recorded), Simulate(recorded));
        }
    }

    private static SimulationResult Simulate(RecordedCase recorded)
    {
        var cib = recorded.Read();
        return PolicySimulation.Run(cib, recorded.RequestFor(cib));
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
