using System.Diagnostics;
using System.Text.RegularExpressions;
using Ha.InformationBase;
using Ha.Resources;
using Ha.Resources.Systemd;
using Ha.Tests.Tidy;

namespace Ha.Tests.Resources;

/// <summary>Units of a real systemd, the first process of a root of its own that sees nothing of the host
/// (systemd-root). It boots an init, so it runs only where HA_TEST_SYSTEMD=1 asks for it.</summary>
public sealed class RealSystemdTests
{
    private const string Mark = "HA_TEST_IN_SYSTEMD";
    private const string LastFile = "/run/may-end";
    private const string CgroupRoot = "/sys/fs/cgroup/unified";

    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Units_of_a_real_systemd_start_fail_hold_and_stop()
    {
        if (Environment.GetEnvironmentVariable("HA_TEST_SYSTEMD") != "1" || !Environment.IsPrivilegedProcess
            || !File.Exists("/lib/systemd/systemd") || !Directory.Exists(CgroupRoot))
        {
            Console.WriteLine("NOT RUN: a real systemd is booted only as root, with a cgroup2, where HA_TEST_SYSTEMD=1 asks for it");
            return;
        }

        var cgroup = $"{CgroupRoot}/ha-test-{Environment.ProcessId}";
        Directory.CreateDirectory(cgroup);
        var script = Path.Combine(SourceTree.Root, "tests/Ha.Tests/Resources/systemd-root");
        using var outer = Process.Start("/bin/sh",
        [
            "-c", "echo $$ > \"$0/cgroup.procs\"; exec unshare --fork --kill-child --pid --mount --uts --ipc --cgroup --net "
            + "\"$1\" \"$(readlink /proc/self/ns/mnt)\" \"$2\"",
            cgroup, script, AppContext.BaseDirectory,
        ]);
        try
        {
            var inner = await InitOf(outer.Id);
            using var tests = Process.Start(new ProcessStartInfo("/usr/bin/nsenter",
            [
                "-t", $"{inner}", "-m", "-p", "-u", "-i", "-n", "-C", "/usr/bin/env", "-i", $"{Mark}=1", "HOME=/tmp",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DOTNET_CLI_TELEMETRY_OPTOUT=1", "DOTNET_NOLOGO=1",
                "/bin/sh", "-c", "ip link set lo up; exec dotnet vstest /opt/tests/Ha.Tests.dll --TestCaseFilter:FullyQualifiedName=\"$0\"",
                $"{typeof(RealSystemdTests).FullName}.{nameof(Inside_units_run)}",
            ])
            { RedirectStandardOutput = true })!;
            var output = await tests.StandardOutput.ReadToEndAsync();
            await tests.WaitForExitAsync();
            Assert.True(tests.ExitCode == 0 && Regex.IsMatch(output, "Failed: +0, Passed: +1,"), output);
            Assert.True(File.Exists($"/proc/{inner}/root{LastFile}"), "the test did nothing inside");
        }
        finally
        {
            outer.Kill();
            await outer.WaitForExitAsync();
            await RemoveCgroup(cgroup);
        }
    }

    [Fact]
    public async Task Inside_units_run()
    {
        if (Environment.GetEnvironmentVariable(Mark) != "1")
        {
            return;
        }

        using var agent = new SystemdAgent();
        Assert.Equal("0 7 0 0 0", await Run(agent, "web", "validate-all monitor start start monitor"));

        // The cluster's addition holds: killed, it is not started behind our back though the unit says Restart=always.
        Assert.Contains("ha.service", await Ask("show", "-P", "Before", "web"), StringComparison.Ordinal);
        var process = await Ask("show", "-P", "MainPID", "web");
        await Ask("kill", "-s", "KILL", "web");
        using var limit = new CancellationTokenSource(s_long);
        while (await Ask("show", "-P", "MainPID", "web") == process)
        {
            limit.Token.ThrowIfCancellationRequested();
        }

        Assert.StartsWith("7", await Run(agent, "web", "monitor"), StringComparison.Ordinal);
        Assert.Equal("0 0 7 0", await Run(agent, "web", "start stop monitor stop"));
        Assert.False(File.Exists("/run/systemd/system/web.service.d/50-ha-cluster.conf"));

        Assert.Equal("5", await Run(agent, "none", "start"));
        Assert.Equal("0", await Run(agent, "none", "stop"));
        Assert.Equal("5", await Run(agent, "masked", "start"));
        Assert.Equal("1", await Run(agent, "once", "start"));
        Assert.Equal("1", await Run(agent, "held", "start"));

        // Whether the start already sees its end is a race that systemd itself has.
        Assert.Contains(await Run(agent, "dies", "start"), (string[])["0", "1"]);
        while ((await Ask("is-active", "dies")).StartsWith("active", StringComparison.Ordinal))
        {
            limit.Token.ThrowIfCancellationRequested();
        }

        Assert.Equal("7", await Run(agent, "dies", "monitor"));

        var late = await Call(agent, "stubborn", "start", s_long);
        Assert.Equal(0, late.ExitCode);
        late = await Call(agent, "stubborn", "stop", TimeSpan.FromSeconds(1));
        Assert.Equal(OperationStatus.Timeout, late.Status);
        Assert.Matches("is deactivating \\(stop-sigterm\\), main process [0-9]+$", late.ExitReason);
        await Ask("kill", "-s", "KILL", "stubborn");
        Assert.Equal("0", await Run(agent, "stubborn", "stop"));

        await SystemdExecutesItselfAnew(agent);
        await OurOwnUnitStops(agent);
    }

    private static async Task SystemdExecutesItselfAnew(SystemdAgent agent)
    {
        var start = Call(agent, "slow", "start", s_long);
        while (!(await Ask("is-active", "slow")).StartsWith("activating", StringComparison.Ordinal))
        {
            Assert.False(start.IsCompleted);
        }

        await Ask("daemon-reexec");
        Assert.Equal(0, (await start).ExitCode);
        Assert.Equal("0 0", await Run(agent, "slow", "monitor stop"));
    }

    // With Before=ha.service an ordinary stop waits for the end of ha.service, and ha.service waits for the stop.
    private static async Task OurOwnUnitStops(SystemdAgent agent)
    {
        Assert.Equal("0", await Run(agent, "web", "start"));
        await Ask("start", "ha");
        await Ask("stop", "--no-block", "ha");
        await Ask("stop", "--no-block", "web");
        Assert.Contains("waiting", await Ask("list-jobs", "--no-legend"), StringComparison.Ordinal);
        Assert.StartsWith("active", await Ask("is-active", "web"), StringComparison.Ordinal);
        Assert.Equal("0 7", await Run(agent, "web", "stop monitor"));
        Assert.StartsWith("deactivating", await Ask("is-active", "ha"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(LastFile, "");
    }

    private static async Task<string> Run(SystemdAgent agent, string unit, string actions)
    {
        var codes = new List<string>();
        foreach (var action in actions.Split(' '))
        {
            var result = await Call(agent, unit, action, s_long);
            codes.Add(result.Status is OperationStatus.Done or OperationStatus.NotInstalled
                ? $"{result.ExitCode}"
                : $"{result.Status}({result.ExitReason})");
        }

        return string.Join(' ', codes);
    }

    private static Task<AgentResult> Call(
        SystemdAgent agent, string unit, string action, TimeSpan timeout) => agent.Run(
        new AgentRequest
        {
            Agent = new AgentName("systemd", null, unit),
            ResourceId = unit,
            Action = action,
            Timeout = timeout,
            Node = "n1",
        },
        CancellationToken.None);

    private static Task<string> Ask(params string[] words) => OwnNamespace.Say("/usr/bin/systemctl", words);

    // The first process of the new namespace, once it has become systemd and listens.
    private static async Task<int> InitOf(int outer)
    {
        using var limit = new CancellationTokenSource(s_long);
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            var children = File.Exists($"/proc/{outer}/task/{outer}/children")
                ? await File.ReadAllTextAsync($"/proc/{outer}/task/{outer}/children", limit.Token)
                : throw new InvalidOperationException("systemd-root ended: its guards said why");
            if (int.TryParse(children.Trim(), out var inner) && CommandOf(inner) == "systemd"
                && File.Exists($"/proc/{inner}/root/run/systemd/private"))
            {
                return inner;
            }

            await Task.Yield();
        }
    }

    // Empty for a process that is gone meanwhile.
    private static string CommandOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/comm").Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    // Its processes are killed, and gone a moment later.
    private static async Task RemoveCgroup(string cgroup)
    {
        using var limit = new CancellationTokenSource(s_long);
        while ((await File.ReadAllTextAsync($"{cgroup}/cgroup.events", limit.Token)).Contains("populated 1", StringComparison.Ordinal))
        {
            await Task.Yield();
        }

        foreach (var folder in Directory.GetDirectories(cgroup, "*", SearchOption.AllDirectories)
            .OrderByDescending(path => path.Length).Append(cgroup))
        {
            using var remove = Process.Start("/bin/rmdir", [folder]);
            await remove.WaitForExitAsync();
        }
    }
}
