using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Kernel;
using Ha.Resources;
using ITimer = Ha.Kernel.ITimer;

namespace Ha.Actors.Execution;

/// <summary>Carries out what the log intends for this node, one operation per resource at a time, and puts the results
/// into
/// the log. An operation begins only when its intent was committed in the epoch that is active here; without an epoch
/// this
/// node only stops.</summary>
public sealed class ExecutorActor(
    ActorRef<ReplicaMessage> replica, IResourceAgents agents, string self, string incarnation) : Actor<ExecutorMessage>
{
    private static readonly TimeSpan s_changeDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_tickInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>How long this node may be without an epoch, though the engine says that it is in the majority or is
    /// gone
    /// itself, before it stops what it runs. Others start nothing of it before they have fenced it.</summary>
    private static readonly TimeSpan s_formationLimit = TimeSpan.FromSeconds(15);

    /// <summary>The same in a cluster without fencing, where others do not wait.</summary>
    private static readonly TimeSpan s_unsafeFormationLimit = TimeSpan.FromSeconds(1);

    /// <summary>How long after its start the program leaves alone what runs: corosync may be starting, too.</summary>
    private static readonly TimeSpan s_startGrace = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, OperationIntent> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<QueuedOperation>> _queued = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PendingResult> _results = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Recurring> _recurring = new(StringComparer.Ordinal);
    private ReplicaView? _view;
    private Cib? _alone;
    private string _stopReason = "";
    private long _reportedEpoch;
    private int _generation;
    private long _serial;
    private bool _wasActive;
    private bool _saidStopped;

    /// <summary>Incarnation as it is reported: counts up whenever this node did something that the log does not know.
    /// </summary>
    private string Incarnation => $"{incarnation}.{_generation}";

    private long Now => _view?.Seconds(Context.Now, Context.WallClock) ?? Context.WallClock.ToUnixTimeSeconds();

    /// <inheritdoc/>
    protected override void OnStart()
    {
        replica.Tell(new ReplicaMessage.Subscribe(
            Context.Self.Adapt<ReplicaEvent>(happened => new ExecutorMessage.FromReplica(happened))));
        Context.TellSelfAfter(s_tickInterval, new ExecutorMessage.Tick());
    }

    /// <inheritdoc/>
    protected override void Receive(ExecutorMessage message)
    {
        switch (message)
        {
            case ExecutorMessage.FromReplica { Event: ReplicaEvent.Moved moved }:
                Follow(moved);
                break;
            case ExecutorMessage.StopEverything stop:
                _stopReason = stop.Reason;
                Context.Log.Warning($"stopping everything: {stop.Reason}");
                StopAlone();
                break;
            case ExecutorMessage.Ended ended:
                Finish(ended.OperationId, ended.Result);
                break;
            case ExecutorMessage.Due due:
                Repeat(due);
                break;
            case ExecutorMessage.Answered answered:
                Settle(answered);
                break;
            case ExecutorMessage.ReportAnswered { Outcome: not ChangeOutcome.Ok } answered:
                if (answered.Epoch == _reportedEpoch)
                {
                    _reportedEpoch = 0;
                }

                break;
            case ExecutorMessage.Tick:
                Context.TellSelfAfter(s_tickInterval, new ExecutorMessage.Tick());
                StopAlone();
                Report();
                break;
        }
    }

    private void Follow(ReplicaEvent.Moved moved)
    {
        _view = moved.View;
        if (moved.View.Epoch is not EpochState.Active active)
        {
            StopAlone();
            return;
        }

        _wasActive = true;
        if (_alone is not null)
        {
            // What was stopped here on our own is not in the log: everything is looked at again.
            _alone = null;
            _generation++;
            _results.Clear();
            CancelRecurring(_ => true);
        }

        DropOld(active.Number);
        foreach (var committed in moved.Changes.Where(committed => committed.Refusal.Length == 0))
        {
            Obey(committed, active.Number);
        }

        Report();
    }

    private void Obey(CommittedChange committed, long epoch)
    {
        switch (committed.Change)
        {
            case CibChange.RecordIntent intent when (committed.Epoch == epoch
                || PlantedBugs.Has(PlantedBug.OldIntentObeyed)) && _stopReason.Length == 0:
                foreach (var operation in intent.Operations.Where(operation => operation.Node == self))
                {
                    Begin(operation);
                }

                break;
            case CibChange.ForgetHistory forget when forget.Node == self:
                CancelRecurring(recurring => recurring.Intent.ResourceId == forget.ResourceId
                    && (forget.OperationKey is null || recurring.Intent.Entry.OperationKey == forget.OperationKey));
                break;
            case CibChange.Cleanup cleanup when cleanup.Node is null || cleanup.Node == self:
                CancelForgotten();
                break;
        }
    }

    // What waited for its turn when its epoch ended is void, unless it does no harm: nobody counts on it any more.
    private void DropOld(long epoch)
    {
        foreach (var (resource, queue) in _queued
            .Where(pair => pair.Value.Any(queued => !queued.MayRunIn(epoch))).ToList())
        {
            _queued[resource] = new Queue<QueuedOperation>(queue.Where(queued => queued.MayRunIn(epoch)));
            RunNext(resource);
        }
    }

    // Recurring operations whose entry is no longer in the log will be asked for anew.
    private void CancelForgotten()
    {
        var known = _view!.Cib.Status.Find(self)?.History ?? [];
        CancelRecurring(recurring => !known.Any(history => history.ResourceId == recurring.Intent.ResourceId
            && history.Entries.Any(entry => entry.OperationKey == recurring.Intent.Entry.OperationKey)));
    }

    // Once in each epoch: what this node is doing. What is pending in the log and not in the list is void.
    private void Report()
    {
        if (_view is not { Epoch: EpochState.Active active } || _reportedEpoch == active.Number
            || (_reportedEpoch > 0 && PlantedBugs.Has(PlantedBug.NoReport)))
        {
            return;
        }

        _reportedEpoch = active.Number;
        var doing = _running.Keys
            .Concat(_results.Keys)
            .Concat(_queued.Values.SelectMany(queue => queue).Select(queued => queued.Intent.Id))
            .Concat(_recurring.Values.Select(recurring => recurring.Intent.Id))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToValueList();
        var number = active.Number;
        replica.Tell(new ReplicaMessage.Propose(
            $"{Incarnation}-report-{number}", self,
            new CibChange.ReportNode(
                self, Incarnation, doing, _view.Cib.Status.Sequence, Now), s_changeDeadline,
            Context.Self.Adapt<ChangeOutcome>(outcome => new ExecutorMessage.ReportAnswered(number, outcome))));
        foreach (var result in _results.Values.ToList())
        {
            Send(result);
        }
    }

    private void Begin(OperationIntent intent)
    {
        if (_running.ContainsKey(intent.Id) || _results.ContainsKey(intent.Id))
        {
            return;
        }

        if (intent.Entry.Interval > TimeSpan.Zero)
        {
            Watch(intent);
            return;
        }

        if (intent.Entry.Operation is not ("monitor" or "notify"))
        {
            CancelRecurring(recurring => recurring.Intent.ResourceId == intent.ResourceId);
        }

        Enqueue(intent);
    }

    private void Enqueue(OperationIntent intent)
    {
        if (!_queued.TryGetValue(intent.ResourceId, out var queue))
        {
            _queued.Add(intent.ResourceId, queue = new Queue<QueuedOperation>());
        }

        queue.Enqueue(new QueuedOperation(intent, _view is { Epoch: EpochState.Active active } ? active.Number : 0));
        RunNext(intent.ResourceId);
    }

    private void RunNext(string resourceId)
    {
        if ((_running.Values.Any(running => running.ResourceId == resourceId) && !PlantedBugs.Has(PlantedBug.TwoAtOnce))
            || !_queued.TryGetValue(resourceId, out var queue) || !queue.TryPeek(out var next)
            || (!next.IsHarmless && _view is not { IsActive: true }))
        {
            return;
        }

        var intent = queue.Dequeue().Intent;

        _running.Add(intent.Id, intent);
        if (intent.Entry.Interval == TimeSpan.Zero && intent.Entry.Operation != "monitor")
        {
            Context.Log.Info($"{intent.Entry.Operation} of {intent.ResourceId} begins");
        }

        var request = new AgentRequest
        {
            Agent = intent.Agent,
            ResourceId = intent.ResourceId,
            Action = intent.Entry.Operation,
            Interval = intent.Entry.Interval,
            Timeout = intent.Timeout,
            Parameters = intent.Parameters,
            Meta = intent.Meta,
            Node = self,
        };
        Context.Run(
            cancel => agents.Run(request, cancel),
            result => new ExecutorMessage.Ended(intent.Id, result),
            fault => new ExecutorMessage.Ended(
                intent.Id, new AgentResult(OperationStatus.Error, 1, fault.Message, TimeSpan.Zero)));
    }

    private void Finish(string operationId, AgentResult result)
    {
        if (!_running.Remove(operationId, out var intent))
        {
            return;
        }

        var isFatal = !_view!.Cib.Configuration.Properties.SelectMany(set => set.Values).Any(pair =>
            pair.Name == "start-failure-is-fatal" && pair.Value is "false" or "no" or "off");
        var change = ResultMachine.Record(intent, result, self, isFatal, Now);
        if (_alone is not null)
        {
            _alone = CibChanges.Apply(_alone, change).Cib;
        }

        if (intent.Entry.Interval > TimeSpan.Zero)
        {
            Note(intent, change);
        }
        else
        {
            Context.Log.Info(
                $"{intent.Entry.Operation} of {intent.ResourceId}: exit code {result.ExitCode}"
                + $"{(result.ExitReason.Length > 0 ? $" ({result.ExitReason})" : "")} after {result.Took.TotalMilliseconds:0} ms");
            Keep(intent, change);
        }

        RunNext(intent.ResourceId);
        StopAlone();
    }

    private void Keep(OperationIntent intent, CibChange.RecordResult change)
    {
        var result = new PendingResult(intent, change);
        _results[intent.Id] = result;
        Send(result);
    }

    private void Send(PendingResult result)
    {
        if (_view is { IsActive: true })
        {
            var id = result.Intent.Id;
            replica.Tell(new ReplicaMessage.Propose(
                $"{Incarnation}-r-{id}-{result.Change.Entry.LastRun}-{_serial++}", self, result.Change, s_changeDeadline,
                Context.Self.Adapt<ChangeOutcome>(outcome => new ExecutorMessage.Answered(id, outcome))));
        }
    }

    private void Settle(ExecutorMessage.Answered answered)
    {
        if (answered.Outcome is ChangeOutcome.Ok
            || (answered.Outcome is ChangeOutcome.Fail { IsLate: false } && _view is { IsActive: true })
            || PlantedBugs.Has(PlantedBug.ResultNotResent))
        {
            _results.Remove(answered.OperationId);
        }
        else if (_results.TryGetValue(answered.OperationId, out var result))
        {
            Send(result);
        }
    }

    private void Watch(OperationIntent intent)
    {
        var key = intent.Entry.OperationKey;
        if (_recurring.Remove(key, out var before))
        {
            before.Timer?.Cancel();
        }

        var recurring = new Recurring(intent, ++_serial);
        _recurring.Add(key, recurring);
        recurring.Timer = Context.TellSelfAfter(
            intent.StartDelay, new ExecutorMessage.Due(key, recurring.Generation));
    }

    private void Repeat(ExecutorMessage.Due due)
    {
        if (_recurring.TryGetValue(due.Key, out var recurring) && recurring.Generation == due.Generation
            && !_running.ContainsKey(recurring.Intent.Id))
        {
            Enqueue(recurring.Intent);
        }
    }

    // A recurring answer is recorded when it differs from the one before.
    private void Note(OperationIntent intent, CibChange.RecordResult change)
    {
        if (!_recurring.TryGetValue(intent.Entry.OperationKey, out var recurring) || recurring.Intent.Id != intent.Id)
        {
            return;
        }

        if (!ResultMachine.IsSame(recurring.Last, change.Entry))
        {
            recurring.Last = change.Entry;
            Context.Log.Info(
                $"{intent.Entry.Operation} of {intent.ResourceId}: exit code {change.Entry.ExitCode}"
                + (change.Entry.ExitReason.Length > 0 ? $" ({change.Entry.ExitReason})" : ""));
            Keep(intent, change);
        }

        if (PlantedBugs.Has(PlantedBug.MonitorNotRepeated))
        {
            return;
        }

        recurring.Timer = Context.TellSelfAfter(
            intent.Entry.Interval, new ExecutorMessage.Due(intent.Entry.OperationKey, recurring.Generation));
    }

    private void CancelRecurring(Func<Recurring, bool> which)
    {
        foreach (var (key, recurring) in _recurring.Where(pair => which(pair.Value)).ToList())
        {
            recurring.Timer?.Cancel();
            _recurring.Remove(key);
        }
    }

    private void StopAlone()
    {
        if (_view is null || !MustStopAlone(_view))
        {
            return;
        }

        if (_alone is null)
        {
            Context.Log.Warning(_stopReason.Length > 0
                ? "stops what runs here"
                : "no quorum: stops what runs here, as no-quorum-policy says");
            _alone = LocalStopMachine.AloneWithoutQuorum(_view.Cib, self, _stopReason.Length > 0);
            _queued.Clear();
            CancelRecurring(_ => true);
        }

        var stops = LocalStopMachine.Stops(_alone, self, ++_serial, Now);
        if (stops.IsEmpty && _running.Count == 0 && _stopReason.Length > 0 && !_saidStopped)
        {
            _saidStopped = true;
            Context.Publish(new EverythingStopped(_stopReason));
        }

        foreach (var intent in stops)
        {
            if (!_running.Values.Any(running => running.ResourceId == intent.ResourceId))
            {
                Enqueue(intent);
            }
        }
    }

    private bool MustStopAlone(ReplicaView view)
    {
        if (_stopReason.Length > 0)
        {
            return true;
        }

        if (view.Epoch is not EpochState.Inactive inactive || !LocalStopMachine.MustStop(view.Cib))
        {
            return false;
        }

        return inactive.IsQuorate
            ? _wasActive && Context.Now - inactive.Since
                > (view.Cib.Configuration.IsFencingEnabled ? s_formationLimit : s_unsafeFormationLimit)
            : _wasActive || Context.Now > s_startGrace;
    }

    private sealed class Recurring(OperationIntent intent, long generation)
    {
        public OperationIntent Intent => intent;

        public long Generation => generation;

        public HistoryEntry? Last { get; set; }

        public ITimer? Timer { get; set; }
    }
}
