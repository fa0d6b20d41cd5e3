using Ha.Actors.Cluster;
using Ha.Actors.Execution;
using Ha.InformationBase;
using Ha.Kernel;
using Ha.Resources;
using Ha.Resources.Fencing;

namespace Ha.Actors.Fencing;

/// <summary>What the fencer is told.</summary>
public abstract record FencerMessage
{
    private protected FencerMessage()
    {
    }

    /// <summary>The replica moved, or cannot go on without fencing.</summary>
    public sealed record FromReplica(ReplicaEvent Event) : FencerMessage;
}

/// <summary>Carries out committed fencing requests that name this node, one for each target at a time; and before an
/// epoch
/// can form, the fencing that it needs.</summary>
public sealed class FencerActor(
    ActorRef<ReplicaMessage> replica, ActorRef<ExecutorMessage> executor, IFenceAgents agents, string self,
    string incarnation) : Actor<FencerMessage>
{
    private static readonly TimeSpan s_changeDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Of two nodes that cannot see each other, the one with less to lose waits so long before it fences.
    /// </summary>
    private static readonly TimeSpan s_yieldDelay = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_formationRetryInterval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Work> _work = new(StringComparer.Ordinal);

    // Targets that an agent is busy with, also for a request that was dropped meanwhile: no second one begins.
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);

    // How requests ended, until the log has it.
    private readonly Dictionary<string, CibChange.RecordFencing> _finished = new(StringComparer.Ordinal);
    private readonly HashSet<string> _onItsWay = new(StringComparer.Ordinal);
    private ValueList<string> _needed = [];
    private ReplicaView? _view;
    private long _requests;

    private long Now => _view?.Seconds(Context.Now, Context.WallClock) ?? Context.WallClock.ToUnixTimeSeconds();

    /// <inheritdoc/>
    protected override void OnStart() => replica.Tell(new ReplicaMessage.Subscribe(
        Context.Self.Adapt<ReplicaEvent>(happened => new FencerMessage.FromReplica(happened))));

    /// <inheritdoc/>
    protected override void Receive(FencerMessage message)
    {
        switch (message)
        {
            case FencerMessage.FromReplica { Event: ReplicaEvent.Moved moved }:
                Follow(moved);
                break;
            case FencerMessage.FromReplica { Event: ReplicaEvent.NeedsFencing needs }:
                _view = needs.View;
                _needed = needs.Nodes;
                BeginNeeded();
                break;
            case Again again when _work.TryGetValue(again.Target, out var repeated) && repeated.Id == again.Id:
                Go(repeated, FencingMachine.Begin(repeated.Progress));
                break;
            case DelayOver over when _work.TryGetValue(over.Target, out var delayed) && delayed.Id == over.Id:
                Call(delayed);
                break;
            case Ended ended:
                _busy.Remove(ended.Target);
                if (_work.TryGetValue(ended.Target, out var work) && work.Id == ended.Id)
                {
                    Go(work, FencingMachine.After(work.Progress,
                        ended.Result.Succeeded || PlantedBugs.Has(PlantedBug.FenceFailureIgnored), ended.Result.Text));
                }

                BeginPending();
                BeginNeeded();
                break;
            case Answered answered:
                _onItsWay.Remove(answered.Change.RequestId);
                if (answered.Outcome is ChangeOutcome.Ok
                    || (answered.Outcome is ChangeOutcome.Fail { IsLate: false } && _view is { IsActive: true }))
                {
                    _finished.Remove(answered.Change.RequestId);
                }

                BeginPending();
                break;
        }
    }

    private void Follow(ReplicaEvent.Moved moved)
    {
        _view = moved.View;
        if (moved.View.IsActive)
        {
            _needed = [];
            foreach (var (target, work) in _work.Where(pair => pair.Value.IsForEpoch).ToList())
            {
                Context.Log.Info($"fencing of {target} is no longer needed for an epoch");
                _work.Remove(target);
            }
        }

        if (moved.View.Epoch is EpochState.Inactive { IsQuorate: false } && !PlantedBugs.Has(PlantedBug.MinorityFences))
        {
            // A side without quorum has nothing to form: the others may live.
            _needed = [];
            _work.Where(pair => pair.Value.IsForEpoch).Select(pair => pair.Key).ToList()
                .ForEach(target => _work.Remove(target));
        }

        DropCalledOff(moved.View.Cib);
        BeginPending();

        if (moved.View.Epoch is EpochState.Active active && moved.Changes.Any(committed =>
            committed.Epoch == active.Number && committed.Refusal.Length == 0 && IsAboutSelf(moved.View.Cib,
                committed.Change)))
        {
            executor.TellSystem(new ExecutorMessage.StopEverything("this node is being fenced"));
        }
    }

    // A request that is no longer pending was called off, or somebody else carried it out.
    private void DropCalledOff(Cib cib)
    {
        foreach (var (target, work) in _work.Where(pair => !pair.Value.IsForEpoch).ToList())
        {
            if (!PlantedBugs.Has(PlantedBug.CalledOffGoesOn) && !cib.Status.Fencing.Any(record =>
                record.Id == work.Id && record.State == FencingState.Pending && record.Executor == self))
            {
                Context.Log.Info($"fencing of {target} is called off");
                _work.Remove(target);
            }
        }
    }

    private void BeginPending()
    {
        if (_view is not { IsActive: true } view)
        {
            return;
        }

        foreach (var record in view.Cib.Status.Fencing.Where(record => record.State == FencingState.Pending
            && record.Executor == self && record.Target != self && !_work.ContainsKey(record.Target)
            && !_busy.Contains(record.Target)).ToList())
        {
            if (_finished.TryGetValue(record.Id, out var done) && !PlantedBugs.Has(PlantedBug.FencedAgain))
            {
                Propose(done);
                continue;
            }

            Context.Log.Warning($"fencing {record.Target} ({record.Action}): {record.Reason}");
            Start(new Work(record.Id, record.Target, IsForEpoch: false,
                FencingMachine.Plan(view.Cib.Configuration, record.Target, record.Action)), TimeSpan.Zero);
        }
    }

    private bool IsAboutSelf(Cib cib, CibChange change) => change switch
    {
        CibChange.RequestFencing request => request.Record.Target == self && request.Record.Action != "on",
        CibChange.AssignFencing assign => assign.Executor == self && cib.Status.Fencing.Any(record =>
            record.Id == assign.RequestId && record.Target == self && record.State == FencingState.Pending),
        CibChange.RecordFencing { State: FencingState.Succeeded } done => cib.Status.Fencing.Any(record =>
            record.Id == done.RequestId && record.Target == self && record.Action != "on"),
        _ => false,
    };

    private void BeginNeeded()
    {
        foreach (var node in _needed)
        {
            BeginForEpoch(node);
        }
    }

    private void BeginForEpoch(string target)
    {
        if (_work.ContainsKey(target) || _busy.Contains(target) || _view is null)
        {
            return;
        }

        _needed = _needed.Where(node => node != target).ToValueList();
        if (PlantedBugs.Has(PlantedBug.BasisBeforeFencing))
        {
            replica.Tell(new ReplicaMessage.FenceBasisConfirmed(target));
        }

        var progress = FencingMachine.Plan(_view.Cib.Configuration, target, "reboot");
        Context.Log.Warning($"fencing {target}: no epoch can form without its vote, and it is gone");
        Start(
            new Work($"epoch-{_requests++}", target, IsForEpoch: true, progress),
            Yields(_view.Cib, target) ? s_yieldDelay : TimeSpan.Zero);
    }

    // When both sides want to fence each other, one must be faster: the one that runs more, else the one first by name.
    private bool Yields(Cib cib, string target)
    {
        int Active(string node) => cib.Status.Find(node)?.History.Count(history => history.Entries
            .Where(entry => entry.Interval == TimeSpan.Zero && entry.Status != OperationStatus.Pending)
            .OrderBy(entry => entry.CallId)
            .LastOrDefault() is { ExitCode: 0, Operation: not "stop" }) ?? 0;
        var (own, other) = (Active(self), Active(target));
        return own != other ? own < other : string.CompareOrdinal(self, target) > 0;
    }

    private void Start(Work work, TimeSpan delay)
    {
        _work[work.Target] = work;
        if (delay == TimeSpan.Zero)
        {
            Go(work, FencingMachine.Begin(work.Progress));
            return;
        }

        switch (FencingMachine.Begin(work.Progress))
        {
            case FencingNext.Do begin:
                _work[work.Target] = work with { Progress = begin.Progress };
                Context.TellSelfAfter(delay, new DelayOver(work.Target, work.Id));
                break;
            case var failed:
                Go(work, failed);
                break;
        }
    }

    private void Go(Work work, FencingNext next)
    {
        switch (next)
        {
            case FencingNext.Do step:
                var going = work with { Progress = step.Progress };
                _work[work.Target] = going;
                var delay = step.Progress.Tries == 0
                    ? FencingDevices.DelayOf(
                        FencingDevices.ParametersOf(step.Step.Device), work.Target, Context.Random.NextDouble())
                    : TimeSpan.Zero;
                if (delay > TimeSpan.Zero)
                {
                    Context.TellSelfAfter(delay, new DelayOver(work.Target, work.Id));
                }
                else
                {
                    Call(going);
                }

                break;
            case FencingNext.Succeeded succeeded:
                Context.Log.Warning($"{work.Target} is fenced, by {succeeded.Devices}");
                End(work, FencingState.Succeeded, succeeded.Devices, "");
                break;
            case FencingNext.Failed failed:
                Context.Log.Warning($"fencing of {work.Target} failed: {failed.Error}");
                End(work, FencingState.Failed, "", failed.Error);
                break;
        }
    }

    private void Call(Work work)
    {
        var step = work.Progress.Steps[work.Progress.At];
        var parameters = FencingDevices.ParametersOf(step.Device);
        var request = new FenceRequest
        {
            DeviceId = step.Device.Id,
            Agent = step.Device.Agent!,
            Action = step.Action,
            Target = work.Target,
            Parameters = parameters,
            Timeout = FencingDevices.TimeoutOf(step.Action, parameters, FencingDevices.DefaultTimeout),
        };
        _busy.Add(work.Target);
        Context.Run(
            cancel => agents.Run(request, cancel),
            result => new Ended(work.Target, work.Id, result),
            fault => new Ended(work.Target, work.Id, new FenceResult(false, fault.Message, "", TimeSpan.Zero)));
    }

    private void End(Work work, FencingState state, string device, string error)
    {
        _work.Remove(work.Target);
        if (!work.IsForEpoch)
        {
            _finished[work.Id] = new CibChange.RecordFencing(work.Id, state, device, error, Now);
            Propose(_finished[work.Id]);
        }
        else if (state == FencingState.Succeeded)
        {
            replica.Tell(new ReplicaMessage.FenceBasisConfirmed(work.Target));
        }
        else
        {
            var again = work with { Id = $"epoch-{_requests++}" };
            _work[work.Target] = again with
            {
                Progress = FencingMachine.Plan(_view!.Cib.Configuration, work.Target, "reboot"),
            };
            Context.TellSelfAfter(s_formationRetryInterval, new Again(work.Target, again.Id));
        }
    }

    private void Propose(CibChange.RecordFencing change)
    {
        if (_onItsWay.Add(change.RequestId))
        {
            replica.Tell(new ReplicaMessage.Propose(
                $"{incarnation}-f{_requests++}", self, change, s_changeDeadline,
                Context.Self.Adapt<ChangeOutcome>(outcome => new Answered(change, outcome))));
        }
    }

    private sealed record Work(string Id, string Target, bool IsForEpoch, FencingProgress Progress);

    private sealed record DelayOver(string Target, string Id) : FencerMessage;

    private sealed record Again(string Target, string Id) : FencerMessage;

    private sealed record Ended(string Target, string Id, FenceResult Result) : FencerMessage;

    private sealed record Answered(CibChange.RecordFencing Change, ChangeOutcome Outcome) : FencerMessage;
}
