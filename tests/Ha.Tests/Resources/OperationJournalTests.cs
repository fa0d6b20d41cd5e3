using System.Diagnostics;
using Ha.InformationBase;
using Ha.Resources;
using Ha.Resources.Ocf;

namespace Ha.Tests.Resources;

/// <summary>What a killed program's agents still do, the next program knows: with real processes.</summary>
public sealed class OperationJournalTests : IDisposable
{
    private readonly AgentFolder _folder = new();
    private readonly List<Process> _processes = [];

    private string Journal => _folder.File("operations");

    [Fact]
    public async Task The_next_program_waits_for_what_is_under_way_and_sees_what_it_did()
    {
        var mark = _folder.File("started");
        var left = Left($"sleep 0.7; touch {mark}");
        new OperationJournal(Journal).Begin(left.Id, "res:0", TimeSpan.FromSeconds(30));
        _folder.Ocf("a", $"test -e {mark} && exit 0\nexit 7\n");
        var result = await Look(new OperationJournal(Journal));
        Assert.Equal((OperationStatus.Done, 0), (result.Status, result.ExitCode));
        Assert.Empty(Directory.GetFiles(Journal));
    }

    [Fact]
    public async Task What_is_past_its_time_is_killed_with_its_group()
    {
        var mark = _folder.File("started");
        var left = Left($"sleep 300 & sleep 300; touch {mark}");
        new OperationJournal(Journal).Begin(left.Id, "res:0", TimeSpan.FromSeconds(0.3));
        _folder.Ocf("a", $"test -e {mark} && exit 0\nexit 7\n");
        var result = await Look(new OperationJournal(Journal));
        Assert.Equal((OperationStatus.Done, 7), (result.Status, result.ExitCode));
        Assert.True(left.WaitForExit(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Another_resource_waits_for_nothing_and_a_number_that_is_anothers_now_is_let_live()
    {
        var left = Left("sleep 300");
        new OperationJournal(Journal).Begin(left.Id, "other", TimeSpan.FromSeconds(300));
        _folder.Ocf("a", "exit 7\n");
        Assert.Equal(7, (await Look(new OperationJournal(Journal))).ExitCode);
        var text = await File.ReadAllTextAsync(Path.Combine(Journal, $"{left.Id}"));
        await File.WriteAllTextAsync(Path.Combine(Journal, $"{left.Id}"), $"1 1 res:0{text[text.Length..]}");
        await File.WriteAllTextAsync(Path.Combine(Journal, "nonsense"), "1 2 3");
        Assert.Equal(7, (await Look(new OperationJournal(Journal))).ExitCode);
        Assert.False(left.HasExited);
        Assert.Empty(Directory.GetFiles(Journal));
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            process.Dispose();
        }

        _folder.Dispose();
    }

    private Process Left(string script)
    {
        var process = Process.Start(new ProcessStartInfo("setsid", ["/bin/sh", "-c", script]))!;
        _processes.Add(process);
        return process;
    }

    private Task<AgentResult> Look(OperationJournal journal) =>
        new OcfAgents(_folder.Path, "/tools", default, journal).Run(
            new AgentRequest
            {
                Agent = new AgentName("ocf", "test", "a"),
                ResourceId = "res:0",
                Action = "monitor",
                Timeout = TimeSpan.FromSeconds(20),
                Node = "n1",
            },
            CancellationToken.None);
}
