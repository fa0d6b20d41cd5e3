using Ha.InformationBase;

namespace Ha.Simulation;

/// <summary>When all is well and quiet, one thing more goes wrong, and must be mended within a bound of its own: L4,
/// L5,
/// L7 to L10. Each seed takes one of them.</summary>
internal sealed class FinalExam(SimulatedCluster cluster, Random random, Func<bool> isServed, Func<bool> isFormed)
{
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_expiry = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_failover = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_diskBack = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_catchUp = TimeSpan.FromSeconds(25);

    private int _requests;

    private bool IsBroken => cluster.World.Violation.Length > 0;

    /// <summary>Takes it.</summary>
    public void Take()
    {
        var hosts = cluster.Hosts.ToList();
        var coordinator = hosts.FirstOrDefault(host => host.View is { IsCoordinator: true }) ?? hosts[0];
        var other = hosts.FirstOrDefault(host => host != coordinator) ?? coordinator;
        switch (random.Next(6))
        {
            case 0:
                Crash();
                break;
            case 1 when hosts.Count > 1:
                Lose(other, "L5: what ran on a lost node does not run elsewhere");
                break;
            case 2 when hosts.Count > 1:
                Lose(coordinator, "L7: after the loss of the coordinator not all runs");
                break;
            case 3 when hosts.Count > 1:
                Drain(other);
                break;
            case 4 when hosts.Count > 2:
                CatchUp(other, coordinator);
                break;
            default:
                FillDisk(other);
                break;
        }
    }

    private void Crash()
    {
        var running = cluster.World.Hosts.SelectMany(host => host.Running.Select(resource => (host, resource)))
            .Where(pair => pair.resource != "power").ToList();
        if (running.Count > 0)
        {
            var (host, resource) = running[random.Next(running.Count)];
            cluster.Tell("", $"{resource} dies on {host.Name}");
            host.Stop(resource);
            // Alone, a node on which it failed too often waits for its failure time-out.
            Within(cluster.Hosts.Count() > 1 ? s_recovery : s_expiry, "L4: what failed is not recovered", isServed);
        }
    }

    // Without a majority of the others the node itself must come back first: its fencing switches it on again.
    private void Lose(SimulatedHost host, string what)
    {
        cluster.PowerOff(host.Name);
        Within(s_failover, what, isServed);
    }

    private void Drain(SimulatedHost host)
    {
        Ask(new CibChange.SetAttribute(host.Name, "standby", "on", true, ""));
        Within(s_drain, "L8: a drained node does not become empty", () =>
            host.Truth.Running.All(resource => resource == "power") && isServed());
    }

    private void FillDisk(SimulatedHost host)
    {
        host.Disk.Failure = "database or disk is full";
        for (var count = 0; count < 10; count++)
        {
            Ask(new CibChange.SetProperty($"full-{count}", "1", ""));
        }

        cluster.Scheduler.RunUntil(() => IsBroken, TimeSpan.FromSeconds(5));
        host.Disk.Failure = "";
        Within(s_diskBack, "L10: a disk that can be written again does not bring its node back", isFormed);
    }

    // It was away for hundreds of changes, and they go on while it comes back.
    private void CatchUp(SimulatedHost host, SimulatedHost coordinator)
    {
        cluster.KillProgram(host.Name);
        for (var count = 0; count < 300; count++)
        {
            var number = count;
            cluster.Scheduler.After(TimeSpan.FromMilliseconds(number * 20), () => cluster.Propose(
                coordinator.Name, $"load-{_requests++}", new CibChange.SetProperty($"load-{number % 20}", $"{number}", "")));
        }

        cluster.Scheduler.RunUntil(() => IsBroken, TimeSpan.FromSeconds(3));
        cluster.StartProgram(host.Name);
        Within(s_catchUp, "L9: a node does not catch up under load", isFormed);
    }

    private void Ask(CibChange change) => cluster.Propose(
        cluster.Hosts.First(host => host.View is { IsActive: true }).Name, $"exam-{_requests++}", change);

    private void Within(TimeSpan bound, string what, Func<bool> isReached)
    {
        // What has just happened is seen at the earliest a moment later.
        cluster.Scheduler.RunUntil(() => IsBroken, TimeSpan.FromMilliseconds(10));
        if (!IsBroken && !cluster.Scheduler.RunUntil(() => IsBroken || isReached(), bound))
        {
            cluster.Violate($"{what} after {bound.TotalSeconds:0} s: {string.Join("; ", cluster.Hosts.Select(host => $"{host.Name} [{string.Join(',', host.Truth.Running)}]"))}");
        }
    }
}
