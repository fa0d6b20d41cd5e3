using Ha.Actors.Cluster;
using Ha.Actors.Transition;
using Ha.InformationBase;
using Ha.Kernel;
using Ha.Policy;

namespace Ha.Actors.Coordination;

/// <summary>What the coordinator is told.</summary>
public abstract record CoordinatorMessage
{
    private protected CoordinatorMessage()
    {
    }

    /// <summary>The replica moved.</summary>
    public sealed record FromReplica(ReplicaEvent Event) : CoordinatorMessage;
}

/// <summary>Plans whenever the committed state changes, while this node is the coordinator, and sets going what is
/// ready.
/// One batch of changes is under way at a time: the next plan sees what became of it.</summary>
public sealed class CoordinatorActor(ActorRef<ReplicaMessage> replica, string incarnation) : Actor<CoordinatorMessage>
{
    private static readonly TimeSpan s_tickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_changeDeadline = TimeSpan.FromSeconds(10);

    private ReplicaView? _view;
    private bool _isDirty;
    private int _underWay;
    private long _requests;
    private long _transition;
    private bool _isSettled;
    private NoticeMemory _notices = NoticeMemory.Empty;
    private long? _recheckAt;

    /// <inheritdoc/>
    protected override void OnStart()
    {
        replica.Tell(new ReplicaMessage.Subscribe(
            Context.Self.Adapt<ReplicaEvent>(happened => new CoordinatorMessage.FromReplica(happened))));
        Context.TellSelfAfter(s_tickInterval, new Tick());
    }

    /// <inheritdoc/>
    protected override void Receive(CoordinatorMessage message)
    {
        switch (message)
        {
            case CoordinatorMessage.FromReplica { Event: ReplicaEvent.Moved moved }:
                _view = moved.View;
                _isDirty = true;
                break;
            case Answered answered:
                _underWay--;
                if (answered.Outcome is ChangeOutcome.Fail fail)
                {
                    // What was to be told may not have been told.
                    Context.Log.Debug($"a change was refused: {fail.Reason}");
                    _notices = NoticeMemory.Empty;
                }

                _isDirty = true;
                break;
            case Tick:
                Context.TellSelfAfter(s_tickInterval, new Tick());
                _isDirty |= _recheckAt is { } at && Now >= at;
                break;
            default:
                return;
        }

        Act();
    }

    private long Now => _view?.Seconds(Context.Now, Context.WallClock) ?? Context.WallClock.ToUnixTimeSeconds();

    private void Act()
    {
        if (_view is not { IsCoordinator: true })
        {
            _notices = NoticeMemory.Empty;
        }

        if (!_isDirty || _underWay > 0 || _view is not { IsCoordinator: true } view)
        {
            return;
        }

        _isDirty = false;
        var plan = PolicyEngine.Plan(view.Cib, Now, withReasons: false);
        _recheckAt = Earliest(plan.Graph.RecheckAt, plan.Graph.Actions
            .Where(action => action.Kind == ActionKind.Fence)
            .Select(action => TransitionMachine.FencingRetryAt(view.Cib, action.Node)));
        var id = $"T{TransitionNumber(view)}";
        var changes = TransitionMachine.Next(plan, view.Cib, id, view.CommitIndex, view.Self, Now, ref _notices)
            .Concat(Reassignments(view))
            .Concat(CoordinatorMachine.EndedMoves(plan, view.Cib))
            .ToValueList();
        Say(plan, view, changes.Count);
        foreach (var change in changes)
        {
            _underWay++;
            replica.Tell(new ReplicaMessage.Propose(
                $"{incarnation}-c{_requests++}", view.Self, change, s_changeDeadline,
                Context.Self.Adapt<ChangeOutcome>(outcome => new Answered(outcome))));
        }
    }

    private void Say(Plan plan, ReplicaView view, int changes)
    {
        var isSettled = plan.IsSettled && changes == 0;
        if (isSettled != _isSettled)
        {
            _isSettled = isSettled;
            if (isSettled)
            {
                Context.Log.Info($"T{_transition} settled at {view.CommitIndex}");
            }
            else
            {
                foreach (var action in plan.Graph.Actions.Where(action => action.Kind != ActionKind.Pseudo))
                {
                    Context.Log.Info(
                        $"T{_transition} plans {action.Key} on {action.Node}"
                        + (action.Reason.Length > 0 ? $": {action.Reason}" : ""));
                }
            }
        }
    }

    // One number for everything that is done until the cluster has settled again.
    private long TransitionNumber(ReplicaView view)
    {
        if (_isSettled || _transition == 0)
        {
            _transition = Math.Max(_transition + 1, view.CommitIndex);
        }

        return _transition;
    }

    // A request without a living executor (a person's, or one whose node is gone) gets one.
    private static IEnumerable<CibChange> Reassignments(ReplicaView view) =>
        view.Cib.Status.Fencing
            .Where(record => record.State == FencingState.Pending
                && (record.Executor == record.Target
                    || view.Cib.Status.Find(record.Executor) is not { IsMember: true, IsProcessUp: true }))
            .Select(record => (record, executor: CoordinatorMachine.ExecutorFor(view.Cib, record.Target, view.Self)))
            .Where(pair => pair.executor != pair.record.Executor)
            .Select(pair => new CibChange.AssignFencing(pair.record.Id, pair.executor));

    private static long? Earliest(long? first, IEnumerable<long?> others)
    {
        var all = others.Append(first).OfType<long>().ToList();
        return all.Count == 0 ? null : all.Min();
    }

    private sealed record Tick : CoordinatorMessage;

    private sealed record Answered(ChangeOutcome Outcome) : CoordinatorMessage;
}
