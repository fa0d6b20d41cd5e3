using Ha.InformationBase;
using Ha.Simulation.Hands;
using Ha.Simulation.Truth;

namespace Ha.Simulation.Faults;

/// <summary>Makes faults happen in a cluster, and ends them all.</summary>
internal sealed class FaultInjector(SimulatedCluster cluster, Func<Random, Configuration> reconfigure)
{
    private int _requests;

    /// <summary>How many faults really changed something.</summary>
    public int Injected { get; private set; }

    public void Inject(Fault fault)
    {
        Injected++;
        var host = cluster.Hosts.ElementAt(fault.Node - 1);
        var random = new Random(fault.Salt);
        cluster.Tell("", $"{fault.Kind} {host.Name}{(fault.Amount != 0 ? $" {fault.Amount}" : "")}");
        cluster.Each(witness => witness.FaultInjected(fault));
        if (!Break(fault, host, random))
        {
            Ask(fault, host, random);
        }
    }

    /// <summary>All that can be healed is healed: power, wires, engines, disks, agents, devices.</summary>
    public void Heal()
    {
        cluster.Tell("", "all faults end");
        cluster.FencingFaults = FencingFaults.None;
        foreach (var host in cluster.Hosts.ToList())
        {
            host.AgentFaults = AgentFaults.None;
            host.Disk.Failure = "";
            host.Disk.FailsOnce = false;
            host.Disk.LongestSync = TimeSpan.FromMilliseconds(4);
            host.Truth.Lied.ToList().ForEach(host.Truth.Stop);
            cluster.JumpClock(host.Name, -host.WallClockJump);
            cluster.Resume(host.Name);
        }

        cluster.Network.Heal();
        foreach (var host in cluster.Hosts.ToList())
        {
            cluster.Boot(host.Name);
        }
    }

    private bool Break(Fault fault, SimulatedHost host, Random random)
    {
        var name = host.Name;
        var length = TimeSpan.FromMilliseconds(fault.Amount);
        switch (fault.Kind)
        {
            case FaultKind.PowerLoss:
                var boots = host.Truth.Boots;
                cluster.PowerOff(name);
                if (fault.Amount > 0)
                {
                    After(length, () => OnAgain(host, boots));
                }

                return true;
            case FaultKind.PowerOn:
                cluster.Boot(name);
                return true;
            case FaultKind.ProgramKill:
                cluster.KillProgram(name);
                After(length, () => cluster.StartProgram(name));
                return true;
            case FaultKind.ProgramPause:
            case FaultKind.HostPause:
                cluster.Pause(name, length, fault.Kind == FaultKind.HostPause);
                return true;
            case FaultKind.ClockJump:
                cluster.JumpClock(name, TimeSpan.FromSeconds(fault.Amount));
                return true;
            case FaultKind.Split:
                var sides = random.Next(3) == 0 ? 3 : 2;
                cluster.Network.Split([.. cluster.Hosts.Select(_ => random.Next(sides))]);
                return true;
            case FaultKind.Unsplit:
                cluster.Network.Split([.. cluster.Hosts.Select(_ => 0)]);
                return true;
            case FaultKind.OneWayCut:
                cluster.Network.Mute(host.Number, isMute: true);
                After(length, () => cluster.Network.Mute(host.Number, isMute: false));
                return true;
            case FaultKind.EngineCrash:
                cluster.Network.EndEngine(host.Number, "corosync is gone");
                After(length, () => StartEngine(host));
                return true;
            case FaultKind.Skip:
                cluster.Network.Skip(
                    host.Number, cluster.Hosts.ElementAt(random.Next(cluster.Hosts.Count())).Number,
                        1 + random.Next(2));
                return true;
            case FaultKind.Clog:
                cluster.Network.Clog(host.Number, length);
                return true;
            default:
                return Damage(fault, host, random, length);
        }
    }

    private bool Damage(Fault fault, SimulatedHost host, Random random, TimeSpan length)
    {
        switch (fault.Kind)
        {
            case FaultKind.DiskError:
                host.Disk.FailsOnce = true;
                return true;
            case FaultKind.DiskFull:
                host.Disk.Failure = "database or disk is full";
                After(length, () => host.Disk.Failure = "");
                return true;
            case FaultKind.DiskSlow:
                host.Disk.LongestSync = length;
                return true;
            case FaultKind.BitRot when MayRot(host):
                cluster.PowerOff(host.Name);
                host.Disk.Rot();
                var boots = host.Truth.Boots;
                After(TimeSpan.FromSeconds(2), () => OnAgain(host, boots));
                return true;
            case FaultKind.Alter when cluster.Hosts.Count() < 3:
                return true; // Nobody could say which of two is right.
            case FaultKind.Alter:
                cluster.IsAltered = true;
                cluster.Network.Alter(cluster.Hosts.Last().Number);
                return true;
            case FaultKind.AgentTrouble:
                host.AgentFaults = TroubleOf(random);
                return true;
            case FaultKind.AgentsWell:
                cluster.Hosts.ToList().ForEach(each => each.AgentFaults = AgentFaults.None);
                return true;
            case FaultKind.ResourceCrash when host.Truth.Running.Count > 0:
                host.Truth.Stop(host.Truth.Running.ElementAt(random.Next(host.Truth.Running.Count)));
                return true;
            case FaultKind.FencingTrouble:
                cluster.FencingFaults = new FencingFaults
                {
                    FailPercent = random.Next(2) == 0 ? random.Next(101) : 0,
                    Delay = TimeSpan.FromSeconds(random.Next(2) == 0 ? random.Next(30) : 0),
                    LateReport = TimeSpan.FromSeconds(random.Next(2) == 0 ? random.Next(20) : 0),
                    IsStubborn = random.Next(3) == 0,
                };
                return true;
            case FaultKind.FencingWell:
                cluster.FencingFaults = FencingFaults.None;
                return true;
            default:
                return fault.Kind is FaultKind.BitRot or FaultKind.ResourceCrash;
        }
    }

    private void Ask(Fault fault, SimulatedHost host, Random random)
    {
        var name = host.Name;
        string[] resources = ["web", "database", "queue", "vip", "server"];
        var resource = resources[random.Next(resources.Length)];
        switch (fault.Kind)
        {
            case FaultKind.AddProperty:
                Add(name);
                break;
            case FaultKind.AddEverywhere:
                for (var number = 0; number < Math.Max(1, fault.Amount); number++)
                {
                    cluster.Hosts.ToList().ForEach(each => Add(each.Name));
                }

                break;
            case FaultKind.Drain:
                Propose(name, new CibChange.SetAttribute(name, "standby", random.Next(2) == 0 ? "on" : null, true, ""));
                break;
            case FaultKind.TargetRole:
                Propose(name, new CibChange.SetMeta(resource, "target-role", random.Next(2) == 0 ? "Stopped" : null, ""));
                break;
            case FaultKind.Move:
                var to = cluster.Hosts.ElementAt(random.Next(cluster.Hosts.Count())).Name;
                Propose(name, new CibChange.RequestMove(resource, random.Next(3) == 0 ? null : to, "", Seconds));
                break;
            case FaultKind.Maintenance:
                Propose(name, new CibChange.SetProperty("maintenance-mode", random.Next(2) == 0 ? "true" : null, ""));
                break;
            case FaultKind.Cleanup:
                Propose(name, new CibChange.Cleanup(random.Next(2) == 0 ? resource : null, null, ""));
                break;
            case FaultKind.Configure:
                Propose(name, new CibChange.SetConfiguration(
                    reconfigure(random), "", random.Next(4) == 0 ? 1 : null, ""));
                break;
            case FaultKind.ConfirmOff when !host.Truth.IsPowered && cluster.Hosts.FirstOrDefault(other =>
                other.View is { IsActive: true }) is { } asked:
                // The host stays off until the cluster has the word of it: a person does not switch it on meanwhile.
                Propose(asked.Name, new CibChange.ConfirmOff(name, "alice", "looked at it", Seconds));
                break;
            case FaultKind.FenceNode:
                Propose(name, new CibChange.RequestFencing(new FencingRecord
                {
                    Id = $"person-{_requests++}",
                    Target = cluster.Hosts.ElementAt(random.Next(cluster.Hosts.Count())).Name,
                    Action = "reboot",
                    Reason = "a person asked for it",
                    Origin = "alice",
                    RequestedAt = Seconds,
                }));
                break;
        }
    }

    private long Seconds => cluster.Scheduler.WallClock.ToUnixTimeSeconds();

    private static AgentFaults TroubleOf(Random random)
    {
        int Some(int most) => random.Next(2) == 0 ? 0 : random.Next(most);
        return new AgentFaults
        {
            StartFailPercent = Some(60),
            StopFailPercent = Some(20),
            HangPercent = Some(15),
            IllPerMille = Some(100),
            LiePercent = random.Next(8) == 0 ? random.Next(20) : 0,
            HollowPercent = Some(15),
            Longest = TimeSpan.FromMilliseconds(random.Next(3) == 0 ? 8000 : 200),
        };
    }

    private void Add(string name)
    {
        var id = $"add-{_requests++}";
        cluster.Propose(name, id, new CibChange.SetProperty(id, "1", ""));
    }

    private void Propose(string name, CibChange change) => cluster.Propose(name, $"ask-{_requests++}", change);

    private void After(TimeSpan length, Action action) => cluster.Scheduler.After(length, action);

    private void OnAgain(SimulatedHost host, int boots)
    {
        if (host.Truth.Boots == boots && !host.Truth.IsPowered)
        {
            cluster.Boot(host.Name);
        }
    }

    private void StartEngine(SimulatedHost host)
    {
        if (host.Truth.IsPowered)
        {
            cluster.Network.StartEngine(host.Number);
        }
    }

    // Acknowledged changes survive as long as a majority of the disks that have them does.
    private bool MayRot(SimulatedHost host)
    {
        var log = cluster.Witnesses.OfType<LogWitness>().First();
        var whole = cluster.Hosts.Count(other => other != host && !other.Disk.IsRotten
            && other.Disk.Meta.LogEpoch >= log.LastEpoch && other.Disk.LastIndex >= log.AcknowledgedIndex);

        // One that lost its disk does not count, so every majority of the others has one that knows all: an odd number
        // of nodes cannot part into halves that count on fencing.
        var isFirst = cluster.Hosts.All(other => other == host
            || (!other.Disk.IsRotten && other.Disk.Meta.LogEpoch > 0));
        return whole > cluster.Hosts.Count() / 2
            || (whole > 0 && isFirst && cluster.Hosts.Count() % 2 == 1);
    }
}
