using System.Collections.Immutable;
using Ha.Actors.Link;
using Ha.InformationBase;
using Ha.Kernel;

namespace Ha.Actors.Cluster;

/// <summary>Durable commit on top of ordered messages, as a function: no clock, no disk, no network. Read this file
/// first;
/// <see cref="FormationMachine"/> forms epochs, <see cref="AdoptionMachine"/> brings members to one base,
/// <see cref="CommitMachine"/> takes changes.</summary>
/// <remarks>A change is committed when members with more than half of the configured votes have it on disk in the
/// active
/// epoch. An epoch needs promises of more than half of the votes, so two epochs share a member, and its log
/// decides.</remarks>
public static class ReplicaMachine
{
    /// <summary>How often an unfinished phase looks again.</summary>
    public static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>A replica without a connection.</summary>
    public static ReplicaState Start(ReplicaLog log, string damage, TimeSpan now) => new()
    {
        Log = log,
        InactiveSince = now,
        Disk = damage.Length == 0 ? DiskState.Sound : DiskState.Lost,
        Phase = new ReplicaPhase.Unstable("not connected to corosync yet", now),
    };

    /// <summary>What becomes of the replica, and what is to be done, in order.</summary>
    public static (ReplicaState Next, ImmutableArray<ReplicaEffect> Effects) Step(
        ReplicaConfig config, ReplicaState state, ReplicaInput input, TimeSpan now)
    {
        var turn = new Turn(config, now);
        var next = input switch
        {
            ReplicaInput.Engine { Event: var happened } => OnEngine(turn, state, happened),
            ReplicaInput.Received received => OnMessage(turn, state, received),
            ReplicaInput.Propose propose => CommitMachine.OnPropose(turn, state, propose),
            ReplicaInput.Stored { Write: var write } => OnStored(turn, state, write),
            ReplicaInput.StoreFailed failed => OnStoreFailed(turn, state, failed),
            ReplicaInput.Reopened reopened => OnReopened(turn, state, reopened),
            ReplicaInput.Silence silence => Look(turn, state with { IsSilent = silence.IsSilent }),
            ReplicaInput.FenceBasisConfirmed confirmed => FormationMachine.OnFenceBasis(turn, state, confirmed.Node),
            _ => OnTime(turn, state),
        };
        if (state.Epoch is EpochState.Active && next.Epoch is not EpochState.Active)
        {
            next = next with { InactiveSince = now };
        }

        if (!Equals(next.Epoch, state.Epoch) && !turn.SaidMoved)
        {
            turn.Moved([]);
        }

        return (next, turn.Effects);
    }

    private static ReplicaState OnEngine(Turn turn, ReplicaState state, LinkEvent happened) => happened switch
    {
        LinkEvent.Connected connected => state with { Local = connected.Local, Nodes = connected.Nodes },
        LinkEvent.MembersChanged changed => Look(
            turn, state with { Members = changed.Members.Order().ToValueList() }),
        LinkEvent.RingChanged changed => Look(turn, state with { Ring = changed.Ring }),
        LinkEvent.QuorumChanged changed => Look(turn, state with { Quorum = changed }),
        LinkEvent.Lost lost => state with
        {
            Members = [],
            Ring = null,
            Quorum = null,
            Heard = ImmutableSortedDictionary<uint, ClusterMessage.Status>.Empty,
            Phase = new ReplicaPhase.Unstable(lost.Reason, turn.Now),
        },
        _ => state,
    };

    // Group, ring and quorum come by different ways: only when all three agree is there a view.
    private static ReplicaState Look(Turn turn, ReplicaState state)
    {
        if (state.IsSilent)
        {
            return state.Phase is ReplicaPhase.Unstable
                ? state
                : state with { Phase = new ReplicaPhase.Unstable("corosync delivers nothing", turn.Now) };
        }

        if (state.Local is not { } local || state.Ring is not { } ring || state.Quorum is not { } quorum
            || quorum.Ring != ring || !state.Members.Contains(local))
        {
            return state.Phase is ReplicaPhase.Unstable
                ? state
                : state with { Phase = new ReplicaPhase.Unstable("the membership is changing", turn.Now) };
        }

        var members = state.Members.Where(member => quorum.Nodes.Contains(member.NodeId)).ToValueList();
        var key = $"{ring}|{string.Join(',', members.Select(member => $"{member.NodeId}:{member.ProcessId}"))}";
        var view = new LinkView(key, members, quorum.IsQuorate);
        if (state.Phase.CurrentView is { } current && current.Key == key && current.IsQuorate == quorum.IsQuorate)
        {
            return state;
        }

        return quorum.IsQuorate
            ? FormationMachine.Gather(turn, state, view)
            : state with { Phase = new ReplicaPhase.Minority(view, turn.Now) };
    }

    private static ReplicaState OnMessage(Turn turn, ReplicaState state, ReplicaInput.Received received)
    {
        var sender = received.Sender.NodeId;
        return received.Message switch
        {
            ClusterMessage.Status message => FormationMachine.OnStatus(turn, state, sender, message),
            ClusterMessage.Propose message => FormationMachine.OnProposal(turn, state, sender, message),
            ClusterMessage.Promise message => FormationMachine.OnPromise(turn, state, sender, message),
            ClusterMessage.Refuse message => FormationMachine.OnRefusal(turn, state, message),
            ClusterMessage.Close message => FormationMachine.OnClose(turn, state, sender, message),
            ClusterMessage.Transfer message => AdoptionMachine.OnTransfer(turn, state, sender, message),
            ClusterMessage.Adopted message => AdoptionMachine.OnAdopted(turn, state, sender, message),
            ClusterMessage.Operation message => CommitMachine.OnOperation(turn, state, message),
            ClusterMessage.Append message => CommitMachine.OnAppend(turn, state, message),
            ClusterMessage.Persisted message => CommitMachine.OnPersisted(turn, state, sender, message),
            ClusterMessage.Digest message => CommitMachine.OnDigest(turn, state, sender, message),
            _ => state,
        };
    }

    private static ReplicaState OnStored(Turn turn, ReplicaState state, StoreWrite write) => write switch
    {
        StoreWrite.SavePromise saved => FormationMachine.OnPromiseSaved(turn, state, saved),
        StoreWrite.AppendEntries saved => CommitMachine.OnAppended(turn, state, saved),
        StoreWrite.AdoptBase saved => AdoptionMachine.OnBaseSaved(turn, state, saved),
        _ => state,
    };

    private static ReplicaState OnStoreFailed(Turn turn, ReplicaState state, ReplicaInput.StoreFailed failed)
    {
        turn.Note(LogLevel.Warning, $"the log cannot be written ({failed.Reason}): this node gives no votes until it can");
        if (state.Phase.CurrentView is { IsQuorate: true } view)
        {
            // The others hear of it, and go on without this node.
            turn.Send(FormationMachine.StatusOf(
                turn, state with { Disk = DiskState.Failed }, view, isQuestion: false));
        }

        return state with
        {
            Disk = DiskState.Failed,
            IsAppending = false,
            Phase = new ReplicaPhase.Unstable($"the log cannot be written: {failed.Reason}", turn.Now),
        };
    }

    // What is known to be committed stays known: the disk may lack the end of it, which is written again then.
    private static ReplicaState OnReopened(Turn turn, ReplicaState state, ReplicaInput.Reopened reopened)
    {
        turn.Note(
            LogLevel.Warning,
            reopened.Damage.Length == 0
                ? "the log can be written again"
                : $"the log can be written again; it was damaged ({reopened.Damage}), and is taken from the others");
        var next = state with
        {
            Log = PlantedBugs.Has(PlantedBug.CommitGoesBack) ? reopened.Log
                : reopened.Damage.Length == 0 && reopened.Log.LastIndex < state.Log.CommitIndex
                && state.Log.HashAt(reopened.Log.LastIndex) == reopened.Log.LastHash
                ? state.Log.Truncate(state.Log.CommitIndex) with
                {
                    Meta = reopened.Log.Meta,
                    DurableIndex = reopened.Log.LastIndex,
                    IssuedIndex = reopened.Log.LastIndex,
                }
                : reopened.Log.CommitTo(state.Log.CommitIndex, out _),
            Disk = reopened.Damage.Length == 0 ? DiskState.Sound : DiskState.Lost,
            IsAppending = false,
            Phase = new ReplicaPhase.Unstable("the log was opened again", turn.Now),
        };
        return Look(turn, next);
    }

    private static ReplicaState OnTime(Turn turn, ReplicaState state) =>
        CommitMachine.OnTime(turn, FormationMachine.OnTime(turn, state));
}

/// <summary>One step's inputs beside the state, and what it wants done.</summary>
public sealed class Turn(ReplicaConfig config, TimeSpan now)
{
    private readonly ImmutableArray<ReplicaEffect>.Builder _effects = ImmutableArray.CreateBuilder<ReplicaEffect>();

    internal ReplicaConfig Config => config;

    internal TimeSpan Now => now;

    internal bool SaidMoved { get; private set; }

    internal ImmutableArray<ReplicaEffect> Effects => _effects.ToImmutable();

    internal void Send(ClusterMessage message) => _effects.Add(new ReplicaEffect.Send(message));

    internal void Write(StoreWrite write) => _effects.Add(new ReplicaEffect.Write(write));

    internal void Answer(string requestId, ChangeOutcome outcome) =>
        _effects.Add(new ReplicaEffect.Answer(requestId, outcome));

    internal void Moved(ValueList<CommittedChange> changes)
    {
        SaidMoved = true;
        _effects.Add(new ReplicaEffect.Moved(changes));
    }

    internal void NeedsFencing(ValueList<string> nodes) => _effects.Add(new ReplicaEffect.NeedsFencing(nodes));

    internal void Note(LogLevel level, string text) => _effects.Add(new ReplicaEffect.Note(level, text));
}
