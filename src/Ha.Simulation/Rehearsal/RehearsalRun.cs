using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Resources;
using Ha.Resources.Fencing;
using Ha.Simulation.Engine;
using Ha.Simulation.Hands;
using Ha.Simulation.Truth;

namespace Ha.Simulation.Rehearsal;

/// <summary>One schedule on one configuration: the whole cluster in simulation, with the program that really runs.
/// </summary>
public sealed class RehearsalRun
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestBaseline = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan s_deadDevice = TimeSpan.FromSeconds(20);

    private readonly RehearsalSubject _subject;
    private readonly RehearsalSchedule _schedule;
    private readonly RehearsalRecorder _recorder;
    private readonly SimulatedCluster _cluster;
    private readonly HashSet<string> _slow = new(StringComparer.Ordinal);
    private readonly HashSet<string> _dead = new(StringComparer.Ordinal);
    private HashSet<string> _expected = new(StringComparer.Ordinal);
    private int _underWay;
    private int _requests;
    private int _fenced;

    /// <summary>A run that has not begun.</summary>
    public RehearsalRun(RehearsalSubject subject, int seed)
    {
        _subject = subject;
        _schedule = RehearsalSchedule.Of(subject, seed);
        var knobs = Knobs.Quiet with { Engine = new EngineFaults { DetectionTime = subject.DetectionTime } };
        _cluster = new SimulatedCluster(seed, subject.Hosts, knobs, subject.Votes, isQuick: true)
        {
            BootTime = (TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(70)),
        };
        var device = TimeSpan.FromSeconds(1 + (3 * _cluster.Streams.Of("devices").NextDouble()));
        _cluster.DeviceFaults = request => Faults(request, device);
        foreach (var host in _cluster.Hosts)
        {
            host.AgentFaults = new AgentFaults { Longest = subject.OperationTime };
        }

        _recorder = new RehearsalRecorder(_cluster, subject);
    }

    /// <summary>What happened, for a person: one line for each thing, one column for each node.</summary>
    public string Story(int lines) => _cluster.Story.Render(_subject.Hosts, lines);

    /// <summary>What was so and when, for pictures.</summary>
    public ValueList<RehearsalSpan> Spans => _recorder.Spans;

    /// <summary>When the fault came.</summary>
    public TimeSpan FaultAt { get; private set; }

    /// <summary>Runs from the first boot to the end.</summary>
    public RehearsalOutcome Run()
    {
        Begin();
        FaultAt = _cluster.Scheduler.Now + _schedule.At;
        Pass(_schedule.At);
        _recorder.CountsFrom = FaultAt;
        _cluster.Tell("", $"fault: {_schedule.Describe()}");
        Inject();
        var patience = _subject.Patience + _schedule.Gap + _schedule.Length;
        var until = _cluster.Scheduler.Now + patience;
        while ((!IsOver() || _underWay > 0) && _cluster.World.Violation.Length == 0)
        {
            Pass(s_step);
            if ((_cluster.Scheduler.Now >= until || IsHopeless()) && _underWay == 0)
            {
                break;
            }
        }

        return Outcome();
    }

    private void Begin()
    {
        foreach (var host in _subject.Hosts)
        {
            _cluster.Boot(host);
        }

        While(() => !_cluster.Hosts.All(host => host.View is { Epoch: EpochState.Active active }
            && active.Members.Count == _subject.Hosts.Count), s_longestBaseline);
        _cluster.Propose(_subject.Hosts[0], "configuration", new CibChange.SetConfiguration(
            _subject.Configuration, "", null, ""));
        var all = _subject.Resources.Select(resource => resource.Name).ToHashSet(StringComparer.Ordinal);
        While(() => !_recorder.AllRun(all)
            || _cluster.Scheduler.Now - _recorder.ChangedAt < s_quiet, s_longestBaseline);
        _expected = _recorder.Running;
    }

    private void Pass(TimeSpan length) => _cluster.Scheduler.RunFor(length);

    private void While(Func<bool> isNotYet, TimeSpan limit)
    {
        var until = _cluster.Scheduler.Now + limit;
        while (isNotYet() && _cluster.Scheduler.Now < until)
        {
            Pass(s_step);
        }
    }

    // All runs, nothing has changed for a while, and every node that is on is back.
    private bool IsOver() => _recorder.AllRun(_expected) && _cluster.Scheduler.Now - _recorder.ChangedAt >= s_quiet
        && _cluster.Hosts.All(host => host.Truth.IsPowered
            ? host.View is { IsActive: true } : _cluster.Unfed.Contains(host.Name));

    // Nodes without power keep the others from having quorum: only time passes from here on.
    private bool IsHopeless() => _subject.Hosts.Count > 2
        && VotesOf([.. _cluster.Hosts.Where(host => !_cluster.Unfed.Contains(host.Name))]) < _subject.Quorum
        && _cluster.Scheduler.Now - _recorder.ChangedAt > _subject.DetectionTime + _subject.LongestStop;

    private void Inject()
    {
        switch (_schedule.Fault)
        {
            case RehearsalFault.LoseNode:
                LosePower(_schedule.Nodes[0]);
                Later(_schedule.Length, () => Feed(_schedule.Nodes[0]));
                break;
            case RehearsalFault.LoseTwo:
                LosePower(_schedule.Nodes[0]);
                Later(_schedule.Gap, () => LosePower(_schedule.Nodes[^1]));
                break;
            case RehearsalFault.Split:
                _cluster.Network.Split([.. _subject.Hosts.Select(host => _schedule.Nodes.Contains(host) ? 1 : 0)]);
                Later(_schedule.Length, () => _cluster.Network.Split([.. _subject.Hosts.Select(_ => 0)]));
                break;
            case RehearsalFault.SlowFencing:
                _subject.Devices.ToList().ForEach(device => _slow.Add(device.Id));
                _cluster.PowerOff(_schedule.Nodes[0]);
                break;
            case RehearsalFault.FencingDeviceDead:
                _dead.Add(_schedule.Device);
                var target = _schedule.Nodes.FirstOrDefault(node => FencingDevices
                    .Attempts(_subject.Configuration, node).Any(attempt => attempt.Any(device =>
                        device.Id == _schedule.Device)));
                Later(_schedule.Gap, () => _cluster.PowerOff(target ?? _schedule.Nodes[0]));
                break;
            case RehearsalFault.AgentHangs:
                Hang();
                break;
            case RehearsalFault.ResourceDies:
                Die();
                break;
            case RehearsalFault.RollingRestart:
                _underWay++;
                Restart(0);
                break;
            case RehearsalFault.NodeCrashes:
                _cluster.PowerOff(_schedule.Nodes[0]);
                break;
            default:
                _cluster.KillProgram(_schedule.Nodes[0]);
                Later(_schedule.Length, () => _cluster.StartProgram(_schedule.Nodes[0]));
                break;
        }
    }

    private void LosePower(string node)
    {
        _cluster.Unfed.Add(node);
        _cluster.PowerOff(node);
    }

    private void Feed(string node)
    {
        _cluster.Unfed.Remove(node);
        _cluster.Boot(node);
    }

    private void Hang()
    {
        var hanging = (ValueList<string>)[$"{_schedule.Action} {_schedule.Resource}"];
        Each(faults => faults with { Hanging = hanging });
        if (_schedule.Action != "monitor")
        {
            Die();
        }

        Later(_schedule.Length, () => Each(faults => faults with { Hanging = [] }));
    }

    private void Each(Func<AgentFaults, AgentFaults> change)
    {
        foreach (var host in _cluster.Hosts)
        {
            host.AgentFaults = change(host.AgentFaults);
        }
    }

    // A stop that hangs is met only where something still runs: then the resource falls ill instead of being gone.
    private void Die()
    {
        foreach (var host in _cluster.World.Hosts)
        {
            var name = host.Running.FirstOrDefault(name => name.Split(':')[0] == _schedule.Resource);
            if (name is null)
            {
                continue;
            }

            if (_schedule.Action == "stop")
            {
                _cluster[host.Name].AgentFaults = _cluster[host.Name].AgentFaults with { Ill = _schedule.Resource };
            }
            else
            {
                host.Stop(name);
            }

            return;
        }
    }

    // Drain, wait until nothing runs there, off and on again, undrain; then the next.
    private void Restart(int index)
    {
        if (index == _schedule.Nodes.Count)
        {
            _underWay--;
            return;
        }

        var node = _schedule.Nodes[index];
        var end = _cluster.Scheduler.Now + _subject.LongestStop + TimeSpan.FromSeconds(60);
        Ask(node, "on");
        Await(end, () => _cluster.World[node].Running.All(name => !_subject.Resources.Any(resource =>
            name.Split(':')[0] == resource.Id)), () =>
        {
            _cluster.PowerOff(node);
            _cluster.Scheduler.After(_schedule.Length, () =>
            {
                _cluster.Boot(node);
                Await(_cluster.Scheduler.Now + _subject.Patience, () => _cluster[node].View is { IsActive: true }, () =>
                {
                    Ask(node, null);
                    Await(_cluster.Scheduler.Now + TimeSpan.FromSeconds(30), () => false, () => Restart(index + 1));
                });
            });
        });
    }

    private void Await(TimeSpan end, Func<bool> isReached, Action then) => _cluster.Scheduler.After(s_step, () =>
    {
        if (isReached() || _cluster.Scheduler.Now >= end)
        {
            then();
        }
        else
        {
            Await(end, isReached, then);
        }
    });

    private void Ask(string node, string? standby)
    {
        var asked = _cluster.Hosts.FirstOrDefault(host => host.View is { IsActive: true })?.Name ?? node;
        _cluster.Propose(asked, $"ask-{_requests++}", new CibChange.SetAttribute(node, "standby", standby, true, ""));
    }

    private void Later(TimeSpan after, Action action)
    {
        if (after > TimeSpan.Zero)
        {
            _underWay++;
            _cluster.Scheduler.After(after, () =>
            {
                _underWay--;
                action();
            });
        }
    }

    private FencingFaults Faults(FenceRequest request, TimeSpan usual)
    {
        var device = _subject.Devices.FirstOrDefault(device => device.Id == request.DeviceId);
        var isDead = _dead.Contains(request.DeviceId)
            || (device is not null && RehearsalSubject.IsOnBoard(device) && _cluster.Unfed.Contains(request.Target));
        if (isDead)
        {
            return new FencingFaults { IsDead = true, Delay = request.Timeout < s_deadDevice
                ? request.Timeout : s_deadDevice };
        }

        _fenced += request.Action is "off" or "reboot" ? 1 : 0;
        return new FencingFaults { Delay = _slow.Contains(request.DeviceId) ? request.Timeout * 0.9 : usual };
    }

    private RehearsalOutcome Outcome() => new(
        _schedule,
        _cluster.Scheduler.Now,
        _subject.Resources.Where(resource => _expected.Contains(resource.Name)).Select(resource =>
        {
            var runs = _recorder.Running.Contains(resource.Name);
            return new ResourceOutage(resource.Name, _recorder.Down(resource.Name), runs, runs ? "" : WhyDown(resource));
        }).ToValueList(),
        _subject.Resources.Select(resource => resource.Name).Where(name => !_expected.Contains(name)).ToValueList(),
        _fenced,
        _cluster.World.Violation);

    // Told from what the members know, the first reason that fits.
    private string WhyDown(RehearsedResource resource)
    {
        var view = _cluster.Hosts.Select(host => host.View).FirstOrDefault(view => view is { IsActive: true });
        var on = _cluster.Hosts.Where(host => host.Truth.IsPowered).ToList();
        if (view is null)
        {
            var missing = _subject.Hosts.Where(host => on.All(other => other.Name != host)).ToList();
            return VotesOf(on) < _subject.Quorum && (_subject.Hosts.Count > 2 || on.Count == 0)
                ? $"no quorum: {VotesOf(on)} of {_subject.Votes.Sum()} votes are left, {_subject.Quorum} are needed"
                : $"fencing of {string.Join(", ", missing)} did not succeed, and without it the others do not go on";
        }

        var unfenced = view.Cib.Status.Nodes.FirstOrDefault(node => node.IsMember != true && node.History.Any(history =>
            history.ResourceId.Split(':')[0] == resource.Id) && view.Cib.Status.Fencing.Any(record =>
                record.Target == node.Name && record.State != FencingState.Succeeded));
        if (unfenced is not null)
        {
            return $"fencing of {unfenced.Name} did not succeed, and it may still run there";
        }

        var failed = view.Cib.Status.Nodes.SelectMany(node => node.History
                .Where(history => history.ResourceId.Split(':')[0] == resource.Id)
                .SelectMany(history => history.Entries.Select(entry => (node.Name, Entry: entry))))
            .Where(item => item.Entry.Status is not (OperationStatus.Done or OperationStatus.Pending)
                || (item.Entry.ExitCode is not (0 or 7 or 8) && item.Entry.Status == OperationStatus.Done))
            .ToList();
        if (failed.Count > 0)
        {
            return $"its {failed[^1].Entry.Operation} failed on {string.Join(", ", failed.Select(item => item.Name).Distinct())}";
        }

        var banned = view.Cib.Status.Nodes.Where(node => node.Attributes.Any(set => set.Values.Any(pair =>
            pair.Name.StartsWith($"fail-count-{resource.Id}#", StringComparison.Ordinal)))).Select(node => node.Name).ToList();
        return banned.Count > 0
            ? $"it failed too often on {string.Join(", ", banned)}"
            : $"no node that is left may run it ({string.Join(", ", on.Select(host => host.Name))})";
    }

    private int VotesOf(List<SimulatedHost> hosts) =>
        hosts.Sum(host => _subject.Votes[(int)host.Number - 1]);
}
