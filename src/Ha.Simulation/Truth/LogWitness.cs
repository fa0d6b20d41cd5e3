using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Policy;

namespace Ha.Simulation.Truth;

/// <summary>One log, one state, one coordinator in an epoch; nothing durable goes back: S3, S7, S10, S18, S19, S20,
/// S23.
/// </summary>
internal sealed class LogWitness(SimulatedCluster cluster) : Witness(cluster)
{
    /// <summary>Every so many moves of a coordinator its plan is made twice.</summary>
    private const int PlansBetweenChecks = 64;

    private readonly SortedDictionary<long, Committed> _log = [];
    private readonly SortedDictionary<long, Activation> _epochs = [];
    private readonly List<(string RequestId, long Epoch, long Index)> _acknowledged = [];
    private readonly Dictionary<string, long> _commits = new(StringComparer.Ordinal);
    private readonly HashSet<string> _damaged = new(StringComparer.Ordinal);
    private long _moves;

    /// <summary>Highest index that was acknowledged to anybody.</summary>
    public long AcknowledgedIndex => _acknowledged.Count == 0 ? 0 : _acknowledged.Max(item => item.Index);

    /// <summary>Highest epoch that was active anywhere.</summary>
    public long LastEpoch => _epochs.Count == 0 ? 0 : _epochs.Keys.Last();

    public override void Moved(SimulatedHost host, ReplicaView? before, ReplicaEvent.Moved moved)
    {
        var view = moved.View;
        foreach (var change in moved.Changes)
        {
            CheckEntry(host, change);
        }

        CheckState(host, before, moved);
        // A replica whose log was another one than the majority's forgets it as a whole, and acts no more.
        var hasDiverged = Cluster.IsAltered && view is { CommitIndex: 0, IsActive: false };
        if (view.CommitIndex < _commits.GetValueOrDefault(host.Name) && !hasDiverged)
        {
            Violate("S18", $"{host.Name} knew {_commits[host.Name]} entries to be committed and now {view.CommitIndex}");
        }

        _commits[host.Name] = view.CommitIndex;
        if (view.Epoch is EpochState.Active active)
        {
            CheckEpoch(host, view, active);
        }

        if (view.IsCoordinator && ++_moves % PlansBetweenChecks == 0)
        {
            var now = Cluster.Scheduler.WallClock.ToUnixTimeSeconds();
            if (!PolicyEngine.Plan(view.Cib, now).Graph.Equals(PolicyEngine.Plan(view.Cib, now).Graph))
            {
                Violate("S20", $"the plan at {view.CommitIndex} differs from itself");
            }
        }
    }

    public override void Answered(SimulatedHost host, string requestId, ChangeOutcome outcome)
    {
        if (outcome is not ChangeOutcome.Ok ok)
        {
            return;
        }

        if (!_log.TryGetValue(ok.Index, out var entry) || entry.RequestId != requestId)
        {
            Violate("S3", $"{requestId} was acknowledged at {ok.Index}, where {entry?.RequestId ?? "nothing"} is committed");
        }

        foreach (var (number, activation) in _epochs.Where(epoch => epoch.Key > ok.Epoch))
        {
            if (activation.CommitIndex < ok.Index)
            {
                Violate("S3", $"{requestId} was acknowledged at {ok.Index} in epoch {ok.Epoch}; epoch {number} began at {activation.CommitIndex}");
            }
        }

        _acknowledged.Add((requestId, ok.Epoch, ok.Index));
    }

    public override void ProgramStarted(SimulatedHost host) => _commits.Remove(host.Name);

    public override void ProgramEnded(SimulatedHost host)
    {
        _commits.Remove(host.Name);
        if (host.Disk.Look() is not LogOpening.Opened opened)
        {
            if (!host.Disk.IsRotten && host.Disk.Look() is LogOpening.Damaged damaged)
            {
                Violate("S19", $"the log of {host.Name} is damaged, and no fault did it: {damaged.Reason}");
            }

            return;
        }

        var (log, damage) = ReplicaActor.Load(opened);
        if (damage.Length > 0)
        {
            Violate("S19", $"the log of {host.Name} cannot be read back: {damage}");
        }
        else if (_log.TryGetValue(log.CommitIndex, out var entry) && entry.Cib is { } cib && !cib.Equals(log.Cib))
        {
            Violate("S19", $"the state of {host.Name} from its disk at {log.CommitIndex} is not the state that was");
        }
    }

    public override void Stored(SimulatedHost host, LogMeta before, LogMeta? after)
    {
        if (after is null || (Cluster.IsAltered && after is { LogEpoch: 0, Commit: 0 }))
        {
            _damaged.Add(host.Name);
            return;
        }

        var wasDamaged = after.LogEpoch > before.LogEpoch ? _damaged.Remove(host.Name) : _damaged.Contains(host.Name);
        if (after.Promised < before.Promised || (!wasDamaged && after.LogEpoch < before.LogEpoch)
            || (!wasDamaged && after.Commit < before.Commit))
        {
            Violate("S18", $"what {host.Name} has on disk went back: {before} to {after}");
        }
    }

    public override void AtEnd()
    {
        foreach (var host in Cluster.Hosts)
        {
            var known = host.View!.Cib.Configuration.Properties.SelectMany(set => set.Values).Select(pair => pair.Name)
                .ToHashSet(StringComparer.Ordinal);
            foreach (var (request, _, index) in _acknowledged)
            {
                // An entry that memory altered before a majority had it may have become the base: then its text is
                // lost.
                if (request.StartsWith("add-", StringComparison.Ordinal) && !known.Contains(request)
                    && !known.Contains("altered"))
                {
                    Violate("S3", $"{request} was acknowledged at {index} and is not on {host.Name}");
                }
            }
        }
    }

    private void CheckEntry(SimulatedHost host, CommittedChange change)
    {
        if (!_log.TryGetValue(change.Index, out var entry))
        {
            _log.Add(change.Index, new Committed(change.Epoch, change.RequestId, change.Refusal));
            if (_log.TryGetValue(change.Index - 1, out var earlier) && earlier.Epoch > change.Epoch)
            {
                Violate("S10", $"entry {change.Index} of epoch {change.Epoch} follows one of epoch {earlier.Epoch}");
            }
        }
        else if (entry.Epoch != change.Epoch || entry.RequestId != change.RequestId || entry.Refusal != change.Refusal)
        {
            Violate("S7", $"{host.Name} has {change.RequestId} of epoch {change.Epoch} at {change.Index}; {entry.RequestId} of epoch {entry.Epoch} was committed there");
        }
    }

    private void CheckState(SimulatedHost host, ReplicaView? before, ReplicaEvent.Moved moved)
    {
        var view = moved.View;
        if (ReferenceEquals(before?.Cib, view.Cib) || !_log.TryGetValue(view.CommitIndex, out var entry))
        {
            return;
        }

        if (entry.Cib is null)
        {
            entry.Cib = view.Cib;
        }
        else if (!ReferenceEquals(entry.Cib, view.Cib) && !entry.Cib.Equals(view.Cib))
        {
            Violate("S7", $"the state of {host.Name} at {view.CommitIndex} is another one than elsewhere");
        }

        if (moved.Changes is [{ Refusal.Length: > 0 } refused] && before?.CommitIndex == view.CommitIndex - 1
            && before.Cib with { Status = view.Cib.Status } != view.Cib)
        {
            Violate("S23", $"{refused.RequestId} was refused and changed the configuration");
        }
    }

    private void CheckEpoch(SimulatedHost host, ReplicaView view, EpochState.Active active)
    {
        if (!_epochs.TryGetValue(active.Number, out var known))
        {
            _epochs.Add(active.Number, new Activation(active.Coordinator, active.Members, view.CommitIndex));
            foreach (var (request, epoch, index) in _acknowledged)
            {
                if (epoch < active.Number && index > view.CommitIndex)
                {
                    Violate("S3", $"{request} was acknowledged at {index}; epoch {active.Number} begins at {view.CommitIndex} without it");
                }
            }
        }
        else if (known.Coordinator != active.Coordinator || known.Members != active.Members)
        {
            Violate("S10", $"epoch {active.Number} has two coordinators: {known.Coordinator} and {active.Coordinator}, as {host.Name} says");
        }
    }

    private sealed record Committed(long Epoch, string RequestId, string Refusal)
    {
        /// <summary>The state after it, as the first replica had it that stopped there.</summary>
        public Cib? Cib { get; set; }
    }

    private sealed record Activation(string Coordinator, ValueList<string> Members, long CommitIndex);
}
