using System.Diagnostics;
using Ha.InformationBase;
using Ha.Resources;
using Ha.Resources.Ocf;

namespace Ha.Tests.Resources;

/// <summary>OCF agents as child processes: real ones, that do what agents do on bad days.</summary>
public sealed class OcfAgentTests : IDisposable
{
    private readonly AgentFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(190)]
    [InlineData(191)]
    public async Task An_exit_code_is_handed_on_as_it_is(int code)
    {
        _folder.Ocf("a", $"exit {code}\n");
        var result = await Run("a", "monitor");
        Assert.Equal((OperationStatus.Done, code), (result.Status, result.ExitCode));
    }

    [Theory]
    [InlineData("echo 'ocf-exit-reason:disk full' >&2; exit 1", "disk full")]
    [InlineData("echo 'ocf-exit-reason:one' >&2; echo noise >&2; echo 'ocf-exit-reason:two' >&2; exit 1", "two")]
    [InlineData("echo 'ocf-exit-reason:not here'; exit 1", "")]
    [InlineData("printf 'ocf-exit-reason:a\\033[31mred\\n' >&2; exit 1", "a\\x1b[31mred")]
    [InlineData("printf 'ocf-exit-reason:\\377\\376\\n' >&2; exit 1", "\ufffd\ufffd")]
    [InlineData("seq 200000 >&2; echo 'ocf-exit-reason:after much noise' >&2; exit 1", "after much noise")]
    public async Task The_last_reason_on_the_standard_error_counts_and_is_safe_to_print(string text, string expected)
    {
        _folder.Ocf("a", text + "\n");
        Assert.Equal(expected, (await Run("a", "start")).ExitReason);
    }

    [Fact]
    public async Task A_long_reason_is_cut()
    {
        _folder.Ocf("a", "printf 'ocf-exit-reason:%02000d\\n' 7 >&2; exit 1\n");
        Assert.Equal(512, (await Run("a", "start")).ExitReason.Length);
    }

    [Fact]
    public async Task An_agent_is_told_what_the_interface_says_and_nothing_of_ours()
    {
        Environment.SetEnvironmentVariable("HA_TEST_SECRET", "x");
        _folder.Ocf("a", "env > \"$OCF_RESKEY_out\"; echo \"action=$1 count=$# folder=$(pwd)\" >> \"$OCF_RESKEY_out\"\n");
        var result = await Run(
            "a", "monitor", parameters: [new("out", _folder.File("env")), new("pg-ctl_x", "a b\n'c\"")],
            meta: [new("notify-type", "pre"), new("clone_max", "3")], interval: TimeSpan.FromSeconds(10));
        Assert.Equal(0, result.ExitCode);
        var text = await File.ReadAllTextAsync(_folder.File("env"));
        foreach (var expected in (string[])
        [
            $"OCF_ROOT={_folder.Path}\n", "OCF_RA_VERSION_MAJOR=1\n", "OCF_RA_VERSION_MINOR=1\n",
            "OCF_RESOURCE_INSTANCE=res:0\n", "OCF_RESOURCE_TYPE=a\n", "OCF_RESOURCE_PROVIDER=test\n",
            "OCF_RESKEY_CRM_meta_interval=10000\n", "OCF_RESKEY_CRM_meta_timeout=20000\n",
            "OCF_RESKEY_CRM_meta_notify_type=pre\n", "OCF_RESKEY_CRM_meta_clone_max=3\n",
            "OCF_RESKEY_CRM_meta_on_node=n1\n", "OCF_RESKEY_crm_feature_set=", "HA_SBIN_DIR=/tools\n",
            "HA_RSCTMP=/run/resource-agents\n", "PATH=/tools:/sbin:/bin:/usr/sbin:/usr/bin\n",
            "action=monitor count=1 folder=/\n",
        ])
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("HA_TEST_SECRET", text, StringComparison.Ordinal);
        Assert.DoesNotContain("DOTNET_", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_out_ends_the_agent_and_all_that_it_started_though_they_do_not_listen()
    {
        // Everyone who lives holds the pipe open: its end is the end of the last of them.
        var pipe = _folder.File("pipe");
        using var made = Process.Start("mkfifo", pipe);
        await made.WaitForExitAsync();
        _folder.Ocf("a", $"exec > '{pipe}'\ntrap '' TERM\n(trap '' TERM; sleep 600) & (sleep 601) & sleep 602\n");
        var reading = Task.Run(() => File.ReadAllText(pipe));
        var result = await Run("a", "start", timeout: TimeSpan.FromMilliseconds(300));
        Assert.Equal(
            (OperationStatus.Timeout, 1, "start took longer than 0.3 s and was killed"),
            (result.Status, result.ExitCode, result.ExitReason));
        Assert.Equal("", await reading.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.InRange(result.Took, TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_agent_that_listens_may_clean_up_before_it_ends()
    {
        var file = _folder.File("clean");
        _folder.Ocf("a", $"trap 'echo yes > {file}; exit 0' TERM\nsleep 600 & wait\n");
        Assert.Equal(OperationStatus.Timeout, (await Run("a", "stop", timeout: TimeSpan.FromMilliseconds(300))).Status);
        Assert.Equal("yes\n", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task An_operation_that_is_cancelled_is_killed_long_before_its_time()
    {
        using var cancel = new CancellationTokenSource();
        var started = _folder.File("started");
        using var made = Process.Start("mkfifo", started);
        await made.WaitForExitAsync();
        _folder.Ocf("a", $"trap '' TERM\necho go > '{started}'\nsleep 600\n");
        var run = Run("a", "start", timeout: TimeSpan.FromMinutes(10), cancel: cancel.Token);
        await File.ReadAllTextAsync(started);
        await cancel.CancelAsync();
        var result = await run.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.NotEqual(0, result.ExitCode);
    }

    [Theory]
    [InlineData("head -c 10000000 /dev/zero | tr '\\0' x; exit 7")]
    [InlineData("head -c 10000000 /dev/urandom; exit 7")]
    [InlineData("head -c 10000000 /dev/urandom >&2; exit 7")]
    [InlineData("exec >&- 2>&-; exit 7")]
    [InlineData("exec <&-; exit 7")]
    [InlineData("sleep 300 & echo $! > $OCF_RESKEY_pid; exit 7")]
    public async Task Whatever_an_agent_says_or_leaves_behind_its_exit_code_counts(string text)
    {
        _folder.Ocf("a", text + "\n");
        var result = await Run(
            "a", "monitor", parameters: [new("pid", _folder.File("pid"))], timeout: TimeSpan.FromSeconds(30));
        Assert.Equal((OperationStatus.Done, 7), (result.Status, result.ExitCode));
        if (File.Exists(_folder.File("pid")))
        {
            // The daemon that it left is alive, and is ours to end.
            using var daemon = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(_folder.File("pid"))));
            daemon.Kill();
        }
    }

    [Fact]
    public async Task An_agent_that_dies_of_a_signal_has_failed()
    {
        _folder.Ocf("a", "kill -SEGV $$\n");
        var result = await Run("a", "monitor");
        Assert.Equal((OperationStatus.Error, 1, "the agent was ended by signal 11"),
            (result.Status, result.ExitCode, result.ExitReason));
    }

    [Fact]
    public async Task What_is_not_there_or_may_not_be_run_says_so()
    {
        _folder.Ocf("plain", "exit 0\n", UnixFileMode.UserRead);
        _folder.Ocf("open", "exit 0\n", AgentFolder.Executable | UnixFileMode.OtherWrite);
        _folder.Write("resource.d/test/nointerp", "#!/does/not/exist\n");
        Directory.CreateDirectory(_folder.File("resource.d/test/folder"));
        Assert.Equal(
            "NotInstalled 5 does not exist: is the agent's package installed?", await Short("none"));
        Assert.Equal("NotInstalled 5 or its interpreter does not exist", await Short("nointerp"));
        Assert.Equal("NotInstalled 5 does not exist: is the agent's package installed?", await Short("folder"));
        Assert.StartsWith("Error 4 is not executable", await Short("plain"), StringComparison.Ordinal);
        Assert.StartsWith("Error 4 may be written by others than its owner", await Short("open"), StringComparison.Ordinal);
        Assert.Equal("Error 2 '../x' cannot be the name of an agent", await Short("../x"));
    }

    [Theory]
    [InlineData("a=b", "x")]
    [InlineData("a b", "x")]
    [InlineData("", "x")]
    [InlineData("ok", "x\0y")]
    public async Task Parameters_that_no_environment_can_hold_are_refused_before_the_agent_runs(
        string name, string value)
    {
        _folder.Ocf("a", $"touch {_folder.File("ran")}\n");
        var result = await Run("a", "start", parameters: [new(name, value)]);
        Assert.Equal((OperationStatus.Error, 2), (result.Status, result.ExitCode));
        Assert.False(File.Exists(_folder.File("ran")));
    }

    [Fact]
    public async Task A_hundred_agents_at_once_all_answer()
    {
        _folder.Ocf("a", "echo noise; exit $OCF_RESKEY_code\n");
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(number =>
            Run("a", "monitor", parameters: [new("code", $"{number % 10}")])));
        Assert.Equal(Enumerable.Range(0, 100).Select(number => number % 10), results.Select(result => result.ExitCode));
    }

    private async Task<string> Short(string type)
    {
        var result = await Run(type, "start");
        var reason = result.ExitReason.Replace($"{_folder.Path}/resource.d/test/{type} ", "", StringComparison.Ordinal);
        return $"{result.Status} {result.ExitCode} {reason}";
    }

    private Task<AgentResult> Run(
        string type, string action, KeyValuePair<string, string>[]? parameters = null,
        KeyValuePair<string, string>[]? meta = null, TimeSpan? timeout = null, TimeSpan interval = default,
        CancellationToken cancel = default) =>
        new OcfAgents(_folder.Path, "/tools").Run(
            new AgentRequest
            {
                Agent = new AgentName("ocf", "test", type),
                ResourceId = "res:0",
                Action = action,
                Interval = interval,
                Timeout = timeout ?? TimeSpan.FromSeconds(20),
                Parameters = ValueMap<string>.Of(parameters ?? []),
                Meta = ValueMap<string>.Of(meta ?? []),
                Node = "n1",
            },
            cancel);
}
