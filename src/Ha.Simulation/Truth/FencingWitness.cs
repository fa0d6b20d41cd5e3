using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Resources;

namespace Ha.Simulation.Truth;

/// <summary>Fencing has a reason, does not hit the healthy, is not repeated for nothing, and is not kept waiting: S6,
/// L11.</summary>
internal sealed class FencingWitness(SimulatedCluster cluster) : Witness(cluster)
{
    private static readonly TimeSpan s_longestDispatch = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);
    private readonly Dictionary<(string By, int Program, string Target), TimeSpan> _inFlight = [];
    private readonly Dictionary<(string By, string Target), TimeSpan> _due = [];
    private readonly List<(TimeSpan At, string Target)> _splitKills = [];
    private readonly Dictionary<(string By, string Target), string?> _asked = [];
    private readonly HashSet<(string By, int Program, string Request)> _done = [];
    private TimeSpan? _splitAt;

    /// <summary>How many hosts were fenced.</summary>
    public int Kills { get; private set; }

    public override void Moved(SimulatedHost host, ReplicaView? before, ReplicaEvent.Moved moved)
    {
        foreach (var change in moved.Changes.Where(change => change.Refusal.Length == 0))
        {
            if (change.Change is not CibChange.RequestFencing { Record: var record })
            {
                continue;
            }

            if (_wanted.Add(record.Id))
            {
                CheckRequest(record, before, moved.View);
            }

            // With one device there is no delay: whoever shall do it begins as soon as it knows, if nothing is under
            // way.
            if (record.Executor == host.Name && moved.View.IsActive && record.Target != host.Name
                && !_inFlight.ContainsKey((host.Name, host.Program, record.Target)))
            {
                var program = host.Program;
                _due[(host.Name, record.Target)] = Now;
                Cluster.Scheduler.After(s_longestDispatch, () => CheckDispatch(host, program, record));
            }
        }
    }

    public override void FencingBegins(SimulatedHost by, FenceRequest request)
    {
        _due.Remove((by.Name, request.Target));
        var isAsked = by.View is { } view && (
            view.Cib.Status.Fencing.Any(record =>
                record.Target == request.Target && record.State == FencingState.Pending)
            || view.Epoch is EpochState.Inactive { IsQuorate: true });
        if (!isAsked && by.MovedAt != Now)
        {
            Violate("S6", $"{by.Name} fences {request.Target}, and nobody asked for it");
        }

        var asked = by.View is not { IsActive: true } ? null : by.View.Cib.Status.Fencing.FirstOrDefault(record =>
            record.Target == request.Target && record.State == FencingState.Pending && record.Executor == by.Name)?.Id;
        if (asked is not null && _done.Contains((by.Name, by.Program, asked)))
        {
            Violate("S6", $"{by.Name} fences {request.Target} again for {asked}, which it has carried out");
        }

        _asked[(by.Name, request.Target)] = asked;
        var key = (by.Name, by.Program, request.Target);
        if (!_inFlight.TryAdd(key, Now))
        {
            Violate("S6", $"{by.Name} fences {request.Target} twice at the same time");
        }

        if (by.Name == request.Target)
        {
            Violate("S6", $"{by.Name} fences itself by a device");
        }
    }

    public override void FencingEnds(SimulatedHost by, int program, FenceRequest request, FenceResult result)
    {
        if (result.Succeeded && _asked.GetValueOrDefault((by.Name, request.Target)) is { } asked)
        {
            _done.Add((by.Name, program, asked));
        }

        _inFlight.Remove((by.Name, program, request.Target));
    }

    public override void ProgramEnded(SimulatedHost host)
    {
        foreach (var key in _inFlight.Keys.Where(key => key.By == host.Name).ToList())
        {
            _inFlight.Remove(key);
        }
    }

    // After one split of two hosts that are both well, one dies at most.
    public override void PowerCut(string by, SimulatedHost target, FenceRequest request)
    {
        Kills++;
        if (_splitAt is null || Cluster.Hosts.Count() != 2 || Cluster.FencingFaults is { IsStubborn: true })
        {
            return;
        }

        _splitKills.Add((Now, target.Name));
        if (_splitKills.Select(kill => kill.Target).Distinct(StringComparer.Ordinal).Count() > 1
            && _splitKills[^1].At - _splitKills[0].At < TimeSpan.FromSeconds(4))
        {
            Violate("S6", "both hosts were fenced after one split");
        }
    }

    public override void FaultInjected(Faults.Fault fault)
    {
        _splitAt = fault.Kind == Faults.FaultKind.Split ? Now : null;
        _splitKills.Clear();
    }

    private void CheckDispatch(SimulatedHost host, int program, FencingRecord record)
    {
        var isStillWanted = host.Program == program
            && host is { Scheduler.IsPaused: false, View: { IsActive: true } view }
            && host.ChangedAt < Now - s_longestDispatch
            && view.Cib.Status.Fencing.Any(known => known.Id == record.Id && known.State == FencingState.Pending
                && known.Executor == host.Name);
        if (_due.Remove((host.Name, record.Target)) && isStillWanted)
        {
            Violate("L11", $"{host.Name} has not begun to fence {record.Target} {s_longestDispatch.TotalMilliseconds:0} ms after it was asked to");
        }
    }

    private void CheckRequest(FencingRecord record, ReplicaView? before, ReplicaView view)
    {
        if (record.Reason.Length == 0 || record.Origin.Length == 0)
        {
            Violate("S6", $"fencing of {record.Target} was asked for without a reason");
        }

        // What the coordinator saw may be one step older than the place of its request.
        var states = new[] { before?.Cib, view.Cib }.OfType<Cib>()
            .Select(cib => cib.Status.Find(record.Target)).ToList();
        var isClean = states.Count == 2 && states.All(state =>
            state is { IsMember: true, IsProcessUp: true, Join: "member" } && !HasFailed(state));
        if (isClean && record.Origin.StartsWith('n') && view.Epoch is EpochState.Active active
            && active.Members.Contains(record.Target))
        {
            Violate("S6", $"fencing of {record.Target}, an active and clean member, was asked for: {record.Reason}");
        }
    }

    private static bool HasFailed(NodeState state) => state.History.Any(history => history.Entries.Any(entry =>
        entry.Status is not (OperationStatus.Done or OperationStatus.Pending)));
}
