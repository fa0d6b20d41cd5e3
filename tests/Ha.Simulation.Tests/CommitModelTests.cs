using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Ha.Simulation.Tests;

/// <summary>The model of the commit protocol (docs/model/commit.pml), checked by spin: every state that it can reach,
/// not
/// a sample. The right one has no error; each wrong one has.</summary>
public sealed partial class CommitModelTests(ITestOutputHelper output) : IDisposable
{
    private const long FewestStates = 2_000_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-model-").FullName;

    [Fact]
    public void The_right_protocol_loses_no_acknowledged_change_in_any_state()
    {
        if (!IsInstalled())
        {
            return;
        }

        var (errors, states) = Check("-DK=2 -DL=2 -DCRASHES=2");
        output.WriteLine($"{states} states");
        Assert.Equal(0, errors);
        Assert.True(states >= FewestStates, $"{states} states only");
    }

    [Theory]
    [InlineData("-DK=3 -DL=1 -DCRASHES=1 -DSELFACK")]
    [InlineData("-DK=3 -DL=1 -DCRASHES=1 -DNOSYNC")]
    [InlineData("-DK=3 -DL=1 -DCRASHES=1 -DVOLATILE")]
    [InlineData("-DK=3 -DL=1 -DCRASHES=1 -DNOGATE")]
    [InlineData("-DK=3 -DL=1 -DCRASHES=1 -DFENCEDVOTE")]
    [InlineData("-DK=2 -DL=2 -DCRASHES=1 -DNOSTOP")]
    public void A_wrong_protocol_has_an_error(string variant)
    {
        if (IsInstalled())
        {
            Assert.True(Check(variant).Errors > 0, $"{variant}: no error found");
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private bool IsInstalled()
    {
        var missing = new[] { "spin", "gcc" }.FirstOrDefault(name => !(Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':').Any(folder => File.Exists(Path.Combine(folder, name))));
        if (missing is not null)
        {
            Console.WriteLine($"NOT RUN: the model of the commit protocol needs {missing}; deploy/need spin gcc installs it");
        }

        return missing is null;
    }

    private (long Errors, long States) Check(string variant)
    {
        File.Copy(Path.Combine(Root(), "docs", "model", "commit.pml"), Path.Combine(_folder, "commit.pml"));
        Run("spin", $"-a {variant} commit.pml");
        Run("gcc", "-O2 -DSAFETY -DVECTORSZ=2048 -DCOLLAPSE -o pan pan.c");
        var said = Run(Path.Combine(_folder, "pan"), "-E -m100000 -w24");
        return (Number(Errors().Match(said)), Number(States().Match(said)));
    }

    private string Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
        })!;
        var said = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(s_patience), $"{program} does not end");
        Assert.True(process.ExitCode == 0, $"{program} {arguments}: {said}");
        return said;
    }

    private static long Number(Match match) =>
        match.Success ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : -1;

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "HaCluster.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("no HaCluster.sln above the tests");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"errors: (\d+)")]
    private static partial Regex Errors();

    [GeneratedRegex(@"(\d+) states, stored")]
    private static partial Regex States();
}
