using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Resources;

namespace Ha.Simulation.Truth;

/// <summary>Agents run only what the log intends, one at a time, and each result counts once: S4, S9, S14, S15, S17.
/// </summary>
internal sealed class ExecutionWitness(SimulatedCluster cluster) : Witness(cluster)
{
    /// <summary>A plan that was made before hands were taken off may still be carried out for so long.</summary>
    private static readonly TimeSpan s_planGrace = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, List<Intent>> _intents = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Host, string Resource), (int Program, string Action)> _running = [];
    private readonly Dictionary<string, (string Node, string Resource)> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _counted = new(StringComparer.Ordinal);
    private readonly HashSet<(string, string, string, int, bool, long)> _said = [];
    private readonly Dictionary<string, TimeSpan> _unmanagedSince = new(StringComparer.Ordinal);

    public override void ProgramStarted(SimulatedHost host) => _intents[host.Name] = [];

    public override void ProgramEnded(SimulatedHost host)
    {
        foreach (var key in _running.Keys.Where(key => key.Host == host.Name).ToList())
        {
            _running.Remove(key);
        }
    }

    public override void Moved(SimulatedHost host, ReplicaView? before, ReplicaEvent.Moved moved)
    {
        NoteUnmanaged(moved.View.Cib);
        foreach (var change in moved.Changes.Where(change => change.Refusal.Length == 0))
        {
            switch (change.Change)
            {
                case CibChange.RecordIntent intent:
                    foreach (var operation in intent.Operations)
                    {
                        _keys.TryAdd(operation.Id, (operation.Node, operation.ResourceId));
                        if (operation.Node == host.Name)
                        {
                            _intents[host.Name].Add(
                                new Intent(operation.ResourceId, operation.Entry.Operation, change.Epoch));
                        }
                    }

                    break;
                case CibChange.RecordResult result:
                    CheckResult(change.Index, result, before, moved);
                    CheckAnswer(result);
                    break;
            }
        }
    }

    public override void AgentBegins(SimulatedHost host, AgentRequest request)
    {
        var key = (host.Name, request.ResourceId);
        if (_running.TryGetValue(key, out var other) && other.Program == host.Program)
        {
            Violate("S15", $"{request.Action} of {request.ResourceId} begins on {host.Name} during its {other.Action}");
        }

        _running[key] = (host.Program, request.Action);
        if (request.Action is "stop" or "demote" or "monitor" or "notify" or "meta-data" or "validate-all")
        {
            CheckHandsOff(host, request);
            return;
        }

        CheckIntent(host, request);
        CheckHandsOff(host, request);
    }

    public override void AgentEnds(SimulatedHost host, AgentRequest request, AgentResult result)
    {
        var key = (host.Name, request.ResourceId);
        if (_running.TryGetValue(key, out var running) && running.Program == host.Program)
        {
            _running.Remove(key);
        }

        if (request.Interval == TimeSpan.Zero)
        {
            _said.Add(Said(host.Name, request.ResourceId, request.Action, result.ExitCode,
                result.Status == OperationStatus.Done, (long)result.Took.TotalMilliseconds));
        }
    }

    // What the log says that an agent answered is what it did answer, to the millisecond.
    private void CheckAnswer(CibChange.RecordResult result)
    {
        var entry = result.Entry;
        var isDone = entry.Status is OperationStatus.Done or OperationStatus.Error;
        if (entry.Interval == TimeSpan.Zero && entry.Status != OperationStatus.Pending && !_said.Contains(
            Said(result.Node, result.ResourceId, entry.Operation, entry.ExitCode, isDone, entry.ExecTimeMs)))
        {
            Violate("S16", $"the log says that {entry.Operation} of {result.ResourceId} on {result.Node} ended with {entry.Status} {entry.ExitCode}; no agent said so");
        }
    }

    private static (string, string, string, int, bool, long) Said(
        string host, string resource, string action, int code, bool isDone, long took) =>
        (host, resource, action, code, isDone, took);

    // An intent lets its operation begin once, while the epoch is active in which it was committed. What the executor
    // was
    // told in this very moment it may not have read yet.
    private void CheckIntent(SimulatedHost host, AgentRequest request)
    {
        var intents = _intents[host.Name];
        var epoch = host.View?.Epoch is EpochState.Active active ? active.Number : 0;
        bool Fits(Intent intent) => intent.Resource == request.ResourceId && intent.Action == request.Action;
        var at = intents.FindIndex(intent => Fits(intent) && intent.Epoch == epoch);
        at = at < 0 ? intents.FindLastIndex(Fits) : at;
        if (at < 0)
        {
            Violate("S4", $"{request.Action} of {request.ResourceId} begins on {host.Name} without a committed intent");
            return;
        }

        var found = intents[at];
        intents.RemoveAt(at);
        if (found.Epoch != epoch && host.ChangedAt != Now)
        {
            Violate("S4", $"{request.Action} of {request.ResourceId} begins on {host.Name} by an intent of epoch {found.Epoch}, in {host.View?.Epoch}");
        }
    }

    private void CheckHandsOff(SimulatedHost host, AgentRequest request)
    {
        if (request.Action != "monitor" && host.View is { IsActive: true }
            && _unmanagedSince.TryGetValue(request.ResourceId, out var since) && Now - since > s_planGrace
            && !request.Agent.IsFencing && host.ChangedAt < since)
        {
            Violate("S14", $"{request.Action} of {request.ResourceId} on {host.Name}, which has been unmanaged since {since.TotalSeconds:0.0} s");
        }
    }

    private void NoteUnmanaged(Cib cib)
    {
        var all = IsSet(cib.Configuration.Properties, "maintenance-mode");
        foreach (var (owner, primitive) in cib.Configuration.Resources.SelectMany(Flatten))
        {
            var isUnmanaged = all || Says(owner.Meta, "is-managed", "false") || Says(primitive.Meta, "is-managed", "false")
                || IsSet(primitive.Meta, "maintenance") || IsSet(owner.Meta, "maintenance");
            if (!isUnmanaged)
            {
                _unmanagedSince.Remove(primitive.Id);
            }
            else
            {
                _unmanagedSince.TryAdd(primitive.Id, Now);
            }
        }
    }

    private void CheckResult(long index, CibChange.RecordResult result, ReplicaView? before, ReplicaEvent.Moved moved)
    {
        var key = result.Entry.TransitionKey;
        if (result.Entry.Interval == TimeSpan.Zero && !key.EndsWith("local", StringComparison.Ordinal)
            && (!_keys.TryGetValue(key, out var intent) || intent != (result.Node, result.ResourceId)))
        {
            Violate("S9", $"a result of {result.ResourceId} on {result.Node} is committed at {index} for {key}, which nobody intended");
        }

        if (result.Failure is null || moved.Changes.Count != 1 || before?.CommitIndex != index - 1)
        {
            return;
        }

        var told = string.Create(null, $"{result.Node} {key} {result.Entry.LastRun} {result.Entry.ExecTimeMs}");
        var grew = FailCount(moved.View.Cib, result) > FailCount(before.Cib, result);
        if (grew && !_counted.TryAdd(told, index) && _counted[told] != index)
        {
            Violate("S17", $"one failure of {result.ResourceId} on {result.Node} was counted twice, at {index} again");
        }
    }

    private static int FailCount(Cib cib, CibChange.RecordResult result) =>
        cib.Status.Find(result.Node)?.Attributes.SelectMany(set => set.Values)
            .Where(pair => pair.Name.StartsWith($"fail-count-{result.ResourceId.Split(':')[0]}#", StringComparison.Ordinal))
            .Sum(pair => pair.Value == "INFINITY" ? Score.InfinityValue : int.TryParse(pair.Value, out var count) ? count : 0) ?? 0;

    private static IEnumerable<(Resource Owner, Primitive Primitive)> Flatten(Resource resource) => resource switch
    {
        Primitive primitive => [(primitive, primitive)],
        Group group => group.Members.Select(member => ((Resource)group, member)),
        Clone { Child: Primitive primitive } clone => [(clone, primitive)],
        _ => [],
    };

    private static bool IsSet(ValueList<AttributeSet> sets, string name) => Says(sets, name, "true");

    private static bool Says(ValueList<AttributeSet> sets, string name, string value) =>
        sets.Any(set => set.Values.Any(pair => pair.Name == name && pair.Value == value));

    private sealed record Intent(string Resource, string Action, long Epoch);
}
