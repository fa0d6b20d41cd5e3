using System.Collections.Concurrent;
using Ha.InformationBase;
using Ha.Resources;
using Ha.Resources.Systemd;

namespace Ha.Tests.Resources;

/// <summary>Units of systemd, against a stand-in that speaks the real wire form.</summary>
public sealed class SystemdAgentTests
{
    private const string Web = "nginx.service";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_unit_starts_runs_and_stops(bool isBus)
    {
        await using var systemd = new StandInSystemd(isBus);
        systemd.Units[Web] = new StandInUnit();
        systemd.OnJob = (method, unit, job) => Obey(systemd, method, unit, job);
        using var agent = new SystemdAgent(systemd.Folder);
        Assert.Equal("Done 7", await Run(agent, "monitor"));
        Assert.Equal("Done 0", await Run(agent, "start"));
        Assert.Equal("Done 0", await Run(agent, "monitor"));
        Assert.Equal("Done 0", await Run(agent, "stop"));
        Assert.Equal("Done 7", await Run(agent, "monitor"));
        Assert.Equal("Done 0", await Run(agent, "stop"));
        Assert.Equal(isBus, systemd.Calls.Contains("Hello"));
    }

    [Fact]
    public async Task While_the_cluster_runs_a_unit_systemd_stops_it_after_the_cluster_and_does_not_restart_it()
    {
        await using var systemd = new StandInSystemd();
        systemd.Units[Web] = new StandInUnit();
        systemd.OnJob = (method, unit, job) => Obey(systemd, method, unit, job);
        using var agent = new SystemdAgent(systemd.Folder);
        var file = Path.Combine(systemd.Folder, "systemd/system/nginx.service.d/50-ha-cluster.conf");
        Assert.Equal("Done 0", await Run(agent, "start"));
        var text = await File.ReadAllTextAsync(file);
        Assert.Contains("Before=ha.service\n", text, StringComparison.Ordinal);
        Assert.Contains("Restart=no\n", text, StringComparison.Ordinal);
        var calls = systemd.Calls.ToList();
        Assert.InRange(calls.IndexOf("Reload"), 0, calls.FindIndex(call => call == $"StartUnit {Web} replace") - 1);
        Assert.Equal("Done 0", await Run(agent, "stop"));
        Assert.False(Directory.Exists(Path.GetDirectoryName(file)));
    }

    [Theory]
    [InlineData("not-found", "NotInstalled 5 systemd has no unit nginx.service here: is its package installed?")]
    [InlineData("masked", "NotInstalled 5 nginx.service is masked here: systemctl unmask nginx.service")]
    [InlineData("bad-setting",
        "NotInstalled 5 systemd cannot load nginx.service: systemctl status nginx.service says why")]
    public async Task What_cannot_be_started_here_is_not_installed_and_is_stopped(string load, string expected)
    {
        await using var systemd = new StandInSystemd();
        systemd.Units[Web] = new StandInUnit { Load = load };
        using var agent = new SystemdAgent(systemd.Folder);
        Assert.Equal(expected, await Run(agent, "start"));
        Assert.Equal(expected, await Run(agent, "monitor"));
        Assert.Equal("Done 0", await Run(agent, "stop"));
        Assert.DoesNotContain(systemd.Calls, call => call.StartsWith("St", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_that_is_done_does_not_make_a_failed_unit_started()
    {
        await using var systemd = new StandInSystemd();
        systemd.Units[Web] = new StandInUnit();
        systemd.OnJob = (_, unit, job) =>
        {
            systemd.Change(unit, "failed", "failed", "exit-code");
            systemd.End(unit, job, "done");
        };
        using var agent = new SystemdAgent(systemd.Folder);
        Assert.Equal("Done 1 nginx.service is failed, result exit-code", await Run(agent, "start"));
        Assert.Equal("Done 7 nginx.service is failed, result exit-code", await Run(agent, "monitor"));
    }

    [Theory]
    [InlineData("activating", "start", "active", "running", "Done 0")]
    [InlineData("activating", "auto-restart", "failed", "failed", "Done 7 nginx.service is failed")]
    [InlineData("reloading", "reload", "active", "running", "Done 0")]
    [InlineData("deactivating", "stop-sigterm", "inactive", "dead", "Done 7")]
    public async Task A_monitor_waits_for_a_unit_that_is_on_its_way(
        string active, string sub, string then, string thenSub, string expected)
    {
        await using var systemd = new StandInSystemd();
        systemd.Units[Web] = new StandInUnit { Active = active, Sub = sub };
        var looked = Seen(systemd, "GetAll", 2);
        using var agent = new SystemdAgent(systemd.Folder);
        var monitor = Run(agent, "monitor");
        await looked;
        Assert.False(monitor.IsCompleted);
        systemd.Change(Web, then, thenSub);
        Assert.Equal(expected, await monitor);
    }

    [Fact]
    public async Task A_stop_that_takes_too_long_says_what_holds_it()
    {
        await using var systemd = new StandInSystemd();
        systemd.Units[Web] = new StandInUnit { Active = "active", Sub = "running" };
        systemd.OnJob = (_, unit, _) => systemd.Change(unit, "deactivating", "stop-sigterm", mainProcess: 4711);
        using var agent = new SystemdAgent(systemd.Folder);
        Assert.Equal(
            "Timeout 1 stop took longer than 3 s: nginx.service is deactivating (stop-sigterm), main process 4711",
            await Run(agent, "stop", TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task A_reload_that_takes_long_is_no_failure_of_the_monitor()
    {
        await using var systemd = new StandInSystemd();
        systemd.Units[Web] = new StandInUnit { Active = "reloading", Sub = "reload" };
        using var agent = new SystemdAgent(systemd.Folder);
        Assert.Equal("Done 0", await Run(agent, "monitor", TimeSpan.FromMilliseconds(200)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_breaks_in_the_middle_of_a_job_is_made_again(bool signalWasMissed)
    {
        await using var systemd = new StandInSystemd();
        systemd.Units[Web] = new StandInUnit();
        var submitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var jobs = new ConcurrentQueue<uint>();
        systemd.OnJob = (_, unit, job) =>
        {
            jobs.Enqueue(job);
            systemd.Change(unit, "activating", "start");
            if (job == 1)
            {
                submitted.TrySetResult();
            }
            else
            {
                again.TrySetResult();
            }
        };
        using var agent = new SystemdAgent(systemd.Folder);
        var start = Run(agent, "start");
        await submitted.Task;
        systemd.Vanish();
        if (signalWasMissed)
        {
            systemd.Change(Web, "active", "running");
            systemd.End(Web, 1, "done");
        }

        systemd.Return();
        if (!signalWasMissed)
        {
            // The same job is asked for again, which systemd merges with the one that runs.
            await again.Task;
            systemd.Change(Web, "active", "running");
            systemd.End(Web, 2, "done");
        }

        Assert.Equal("Done 0", await start);
        Assert.Equal(signalWasMissed ? 1 : 2, jobs.Count);
    }

    [Theory]
    [InlineData("org.freedesktop.systemd1.NoSuchUnit", "start", "NotInstalled 5")]
    [InlineData("org.freedesktop.systemd1.UnitMasked", "start", "NotInstalled 5")]
    [InlineData("org.freedesktop.DBus.Error.AccessDenied", "start", "Done 4")]
    [InlineData("org.freedesktop.systemd1.TransactionIsDestructive", "start", "Done 1")]
    [InlineData("org.freedesktop.systemd1.NoSuchUnit", "stop", "Done 0")]
    public async Task Refusals_have_the_exit_code_that_they_mean(string name, string action, string expected)
    {
        await using var systemd = new StandInSystemd();
        systemd.Units[Web] = new StandInUnit { Active = action == "stop" ? "active" : "inactive" };
        systemd.Refusal = (member, _) => member is "StartUnit" or "StopUnit" ? name : null;
        using var agent = new SystemdAgent(systemd.Folder);
        Assert.StartsWith(expected, await Run(agent, action), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_breaks_the_connection_and_not_the_operation()
    {
        await using var systemd = new StandInSystemd();
        systemd.Units[Web] = new StandInUnit { Active = "active", Sub = "running" };
        var times = 0;
        systemd.Garbage = call =>
            call.Member == "GetAll" && Interlocked.Increment(ref times) <= 3 ? new byte[64 * times] : null;
        using var agent = new SystemdAgent(systemd.Folder);
        Assert.Equal("Done 0", await Run(agent, "monitor"));
        Assert.True(times > 3);
    }

    [Fact]
    public async Task While_systemd_stops_our_own_unit_a_stop_does_not_wait_for_the_order_of_units()
    {
        await using var systemd = new StandInSystemd();
        systemd.Units[Web] = new StandInUnit { Active = "active", Sub = "running" };
        systemd.Units["ha.service"] = new StandInUnit { Active = "deactivating", Sub = "stop-sigterm" };
        systemd.OnJob = (method, unit, job) => Obey(systemd, method, unit, job);
        using var agent = new SystemdAgent(systemd.Folder);
        Assert.Equal("Done 0", await Run(agent, "stop"));
        Assert.Contains($"StopUnit {Web} ignore-dependencies", systemd.Calls);
    }

    [Fact]
    public async Task A_stop_that_waits_is_asked_for_anew_when_systemd_begins_to_stop_our_own_unit()
    {
        await using var systemd = new StandInSystemd();
        systemd.Units[Web] = new StandInUnit { Active = "active", Sub = "running" };
        systemd.Units["ha.service"] = new StandInUnit { Active = "active", Sub = "running" };
        systemd.OnJob = (method, unit, job) =>
        {
            if (systemd.Units["ha.service"].Active == "deactivating")
            {
                Obey(systemd, method, unit, job);
                return;
            }

            // The job waits for ha.service, which stops now and waits for the job.
            systemd.Change("ha.service", "deactivating", "stop-sigterm");
        };
        using var agent = new SystemdAgent(systemd.Folder);
        Assert.Equal("Done 0", await Run(agent, "stop"));
        Assert.Equal(
            [$"StopUnit {Web} replace", $"StopUnit {Web} ignore-dependencies"],
            systemd.Calls.Where(call => call.StartsWith("StopUnit", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Fifty_units_at_once_share_one_connection()
    {
        await using var systemd = new StandInSystemd();
        systemd.OnJob = (method, unit, job) => Obey(systemd, method, unit, job);
        using var agent = new SystemdAgent(systemd.Folder);
        var names = Enumerable.Range(0, 50).Select(number => $"unit{number}").ToList();
        foreach (var name in names)
        {
            systemd.Units[name + ".service"] = new StandInUnit();
        }

        // By the time of the first reload every unit has its file: one is enough for all.
        systemd.OnCall = call => SpinWait.SpinUntil(
            () => call.Member != "Reload" || names.All(name => File.Exists(UnitDropIn.PathOf(systemd.Folder, name + ".service"))));
        var started = await Task.WhenAll(names.Select(name => Run(agent, "start", unit: name)));
        Assert.All(started, result => Assert.Equal("Done 0", result));
        Assert.Single(systemd.Calls, call => call == "Reload");
        Assert.Single(systemd.Calls, call => call == "Subscribe");
    }

    [Fact]
    public async Task Without_systemd_its_units_are_not_installed()
    {
        var folder = Directory.CreateTempSubdirectory("ha-sd-");
        using var agent = new SystemdAgent(folder.FullName);
        Assert.StartsWith("NotInstalled 5 systemd does not run here", await Run(agent, "monitor"), StringComparison.Ordinal);
        folder.Delete();
    }

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("a b")]
    [InlineData("x@")]
    public async Task Names_that_no_unit_can_have_are_refused(string name)
    {
        await using var systemd = new StandInSystemd();
        using var agent = new SystemdAgent(systemd.Folder);
        Assert.StartsWith("Error 6", await Run(agent, "start", unit: name), StringComparison.Ordinal);
        Assert.Empty(systemd.Calls);
    }

    private static void Obey(StandInSystemd systemd, string method, string unit, uint job)
    {
        var (active, sub) = method == "StopUnit" ? ("inactive", "dead") : ("active", "running");
        systemd.Change(unit, active, sub);
        systemd.End(unit, job, "done");
    }

    // Completes when a method has been called so often.
    private static Task Seen(StandInSystemd systemd, string member, int times)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = times;
        systemd.OnCall = call =>
        {
            if (call.Member == member && Interlocked.Decrement(ref left) == 0)
            {
                seen.TrySetResult();
            }
        };
        return seen.Task;
    }

    private static async Task<string> Run(
        SystemdAgent agent, string action, TimeSpan? timeout = null, string unit = "nginx")
    {
        var result = await agent.Run(
            new AgentRequest
            {
                Agent = new AgentName("systemd", null, unit),
                ResourceId = "web",
                Action = action,
                Timeout = timeout ?? TimeSpan.FromSeconds(30),
                Node = "n1",
            },
            CancellationToken.None);
        return $"{result.Status} {result.ExitCode} {result.ExitReason}".TrimEnd();
    }
}
