using System.Collections.Immutable;
using Ha.InformationBase;
using Ha.Kernel;

namespace Ha.Actors.Cluster;

/// <summary>Taking changes in an active epoch: append, persist, tell, and commit when a majority has
/// persisted.</summary>
internal static class CommitMachine
{
    /// <summary>The epoch's base is held by enough: changes are taken. The coordinator's first change starts
    /// it.</summary>
    public static ReplicaState Begin(Turn turn, ReplicaState state, ReplicaPhase.Adopting adopting)
    {
        var working = new ReplicaPhase.Working(
            adopting.View, adopting.Epoch, adopting.FenceBasis, adopting.Promises, adopting.Adopted,
            ImmutableSortedDictionary<uint, ClusterMessage.Persisted>.Empty, adopting.Sequencer, state.Log.LastIndex,
            state.Log.LastHash, ImmutableSortedSet.Create<string>(StringComparer.Ordinal), null);
        var next = state with { Phase = working, WasActive = true };
        if (working.Sequencer != state.Local!.Value.NodeId || working.Adopted.IsEmpty)
        {
            return next;
        }

        var members = working.Adopted
            .Select(node => new EpochMember(state.NameOf(node), working.Promises[node].Incarnation))
            .OrderBy(member => member.Node, StringComparer.Ordinal)
            .ToValueList();
        var start = new CibChange.StartEpoch(
            working.Epoch, members, (state.Quorum?.Nodes ?? []).Select(state.NameOf).ToValueList(),
            state.NameOf(CoordinatorOf(state, working)), working.FenceBasis, ClockOf(turn, state));
        return Order(turn, next, $"epoch-{working.Epoch}", turn.Config.Self, CibCodec.Encode(start));
    }

    public static ReplicaState OnPropose(Turn turn, ReplicaState state, ReplicaInput.Propose propose)
    {
        var waiting = new WaitingProposal(
            propose.RequestId, propose.Principal, propose.Change, propose.DeadlineAt, WasSent: false);
        if (Answered(turn, state, waiting))
        {
            return state;
        }

        return SendWaiting(turn, state with { Waiting = state.Waiting.SetItem(waiting.RequestId, waiting) }, waiting);
    }

    /// <summary>A change wants a place: the sequencer gives it the next one.</summary>
    public static ReplicaState OnOperation(Turn turn, ReplicaState state, ClusterMessage.Operation message) =>
        state.Phase is ReplicaPhase.Working working && working.View.Key == message.View
        && working.Epoch == message.Epoch && working.Sequencer == state.Local!.Value.NodeId
            ? Order(turn, state, message.RequestId, message.Principal, message.Change)
            : state;

    /// <summary>A change with its place.</summary>
    public static ReplicaState OnAppend(Turn turn, ReplicaState state, ClusterMessage.Append message)
    {
        var ready = state.Phase is ReplicaPhase.Adopting adopting
            && adopting.View.Key == message.View && adopting.Epoch == message.Epoch
                ? adopting is { HasAdopted: true, HasMissed: false }
                    ? Begin(turn, state, adopting)
                    : state with { Phase = adopting with { HasMissed = true } }
                : state;
        if (ready.Phase is not ReplicaPhase.Working working
            || (message.Index <= ready.Log.LastIndex && !PlantedBugs.Has(PlantedBug.OldEpochAppended))
            || ((working.View.Key != message.View || working.Epoch != message.Epoch)
                && !PlantedBugs.Has(PlantedBug.OldEpochAppended)))
        {
            return ready;
        }

        if ((message.Index != ready.Log.LastIndex + 1 || message.Before != ready.Log.LastHash.Hex)
            && !PlantedBugs.Has(PlantedBug.GapIgnored) && !PlantedBugs.Has(PlantedBug.OldEpochAppended))
        {
            turn.Note(LogLevel.Info, $"entry {ready.Log.LastIndex + 1} was missed: the members compare their logs");
            return FormationMachine.Gather(turn, ready, working.View);
        }

        if (!CibCodec.TryDecode(message.Change.Span, out CibChange? _, out var error))
        {
            turn.Note(LogLevel.Error, $"a change of {message.Principal} cannot be read ({error}): this node stops voting");
            return ready with
            {
                Disk = DiskState.Failed,
                Phase = new ReplicaPhase.Unstable($"a change cannot be read: {error}", turn.Now),
            };
        }

        if (PlantedBugs.Has(PlantedBug.AcknowledgeOnSelfDelivery) && ready.Waiting.ContainsKey(message.RequestId))
        {
            turn.Answer(message.RequestId, new ChangeOutcome.Ok(message.Epoch, ready.Log.LastIndex + 1));
        }

        return Persist(turn, ready with
        {
            Log = ready.Log.Append(message.Epoch, message.RequestId, message.Principal, message.Change),
            Phase = working with { OnTheirWay = working.OnTheirWay.Remove(message.RequestId) },
        });
    }

    private static ReplicaState Order(
        Turn turn, ReplicaState state, string requestId, string principal, ReadOnlyMemory<byte> change)
    {
        var working = (ReplicaPhase.Working)state.Phase;
        if (state.Log.Knows(requestId) || working.OnTheirWay.Contains(requestId))
        {
            return state;
        }

        var index = working.Ordered + 1;
        turn.Send(new ClusterMessage.Append(
            working.View.Key, working.Epoch, index, working.OrderedHash.Hex, requestId, principal, change));
        return state with
        {
            Phase = working with
            {
                Ordered = index,
                OrderedHash = ReplicaLog.HashOf(
                    working.OrderedHash, index, working.Epoch, requestId, principal, change.Span),
                OnTheirWay = working.OnTheirWay.Add(requestId),
            },
        };
    }

    public static ReplicaState OnAppended(Turn turn, ReplicaState state, StoreWrite.AppendEntries saved)
    {
        var last = saved.Entries[saved.Entries.Count - 1];
        var isAppending = state.IsAppending && last.Index < state.Log.IssuedIndex;
        var durable = state.Log.HashAt(last.Index) == last.Hash
            ? state with
            {
                IsAppending = isAppending,
                Log = state.Log with { DurableIndex = Math.Max(state.Log.DurableIndex, last.Index) },
            }
            : state with { IsAppending = isAppending };
        if (durable.Phase is ReplicaPhase.Working working && working.View.Key == saved.View
            && working.Epoch == saved.Epoch)
        {
            turn.Send(new ClusterMessage.Persisted(saved.View, saved.Epoch, last.Index, last.Hash.Hex));
        }

        return Persist(turn, durable);
    }

    public static ReplicaState OnPersisted(Turn turn, ReplicaState state, uint sender, ClusterMessage.Persisted message)
    {
        if (state.Phase is not ReplicaPhase.Working working || working.View.Key != message.View
            || working.Epoch != message.Epoch || !working.Promises.ContainsKey(sender))
        {
            return state;
        }

        var next = state with { Phase = working with { Persisted = working.Persisted.SetItem(sender, message) } };
        if (Agrees(state.Log, message))
        {
            return Commit(turn, next);
        }

        turn.Note(LogLevel.Error, $"entry {message.Index} differs between this node and {state.NameOf(sender)}");
        var others = ((ReplicaPhase.Working)next.Phase).Persisted
            .Where(persisted => !Agrees(state.Log, persisted.Value))
            .Select(persisted => persisted.Key);
        return VoteChecks.Votes(state, others) >= VoteChecks.Quorum(state) ? Diverge(turn, next, working.View) : next;
    }

    private static bool Agrees(ReplicaLog log, ClusterMessage.Persisted persisted) =>
        PlantedBugs.Has(PlantedBug.HashesIgnored) || log.HashAt(persisted.Index) is not { } own
        || own.Hex == persisted.Hash;

    // A majority has something else: what this node has is worth nothing. It takes theirs, and counts again after that.
    private static ReplicaState Diverge(Turn turn, ReplicaState state, LinkView view)
    {
        turn.Note(LogLevel.Error, "a majority differs from this node: it acts no more until it has taken their log");
        var next = state with
        {
            Disk = DiskState.Lost,
            IsAppending = false,
            Compared = null,
            Log = new ReplicaLog { Meta = state.Log.Meta with { LogEpoch = 0, Commit = 0 }, Cib = state.Log.Cib },
        };
        return FormationMachine.Gather(turn, next, view);
    }

    public static ReplicaState OnDigest(Turn turn, ReplicaState state, uint sender, ClusterMessage.Digest message)
    {
        if (state.Compared is not { } compared || compared.Index != message.Index || compared.Own == message.Value
            || state.Phase is not ReplicaPhase.Working working || working.View.Key != message.View
            || working.Epoch != message.Epoch)
        {
            return state;
        }

        turn.Note(
            LogLevel.Error, $"the state at {message.Index} differs between this node and {state.NameOf(sender)}");
        var others = compared.Others.SetItem(sender, message.Value);
        var alike = others.Where(other => other.Value == message.Value).Select(other => other.Key);
        return VoteChecks.Votes(state, alike) >= VoteChecks.Quorum(state)
            ? Diverge(turn, state, working.View)
            : state with { Compared = compared with { Others = others } };
    }

    public static ReplicaState OnTime(Turn turn, ReplicaState state)
    {
        foreach (var waiting in state.Waiting.Values.Where(waiting => turn.Now >= waiting.DeadlineAt).ToList())
        {
            turn.Answer(waiting.RequestId, waiting.WasSent && !PlantedBugs.Has(PlantedBug.FailureAfterSending)
                ? new ChangeOutcome.Unknown(waiting.RequestId)
                : new ChangeOutcome.Fail(WhyNot(state)) { IsLate = true });
            state = state with { Waiting = state.Waiting.Remove(waiting.RequestId) };
        }

        return state;
    }

    private static string WhyNot(ReplicaState state) =>
        state.Epoch is EpochState.Inactive inactive ? $"no change can be committed here: {inactive.Reason}" : "too late";

    // One batch is on its way to the disk at a time; what comes meanwhile goes with the next one.
    private static ReplicaState Persist(Turn turn, ReplicaState state) =>
        state.IsAppending || state.Phase is not ReplicaPhase.Working ? state : Flush(turn, state);

    /// <summary>Writes every entry that is in memory alone: before a promise says that the log reaches so far, too.
    /// </summary>
    public static ReplicaState Flush(Turn turn, ReplicaState state)
    {
        if (state.Log.IssuedIndex >= state.Log.LastIndex)
        {
            return state;
        }

        var (view, epoch) = state.Phase is ReplicaPhase.Working working ? (working.View.Key, working.Epoch) : ("", 0);
        var entries = state.Log.Entries.Skip((int)(state.Log.IssuedIndex - state.Log.SnapshotIndex)).ToValueList();
        var meta = state.Log.Meta with { Commit = state.Log.CommitIndex };
        if (PlantedBugs.Has(PlantedBug.PersistedBeforeSync) && view.Length > 0)
        {
            turn.Send(new ClusterMessage.Persisted(view, epoch, state.Log.LastIndex, state.Log.LastHash.Hex));
        }

        turn.Write(new StoreWrite.AppendEntries(entries, meta, view, epoch));
        return state with
        {
            IsAppending = true,
            Log = state.Log with { Meta = meta, IssuedIndex = state.Log.LastIndex },
        };
    }

    // The highest index that some member has on disk and enough others, too.
    private static ReplicaState Commit(Turn turn, ReplicaState state)
    {
        var working = (ReplicaPhase.Working)state.Phase;
        var candidates = working.Persisted.Values
            .Select(persisted => persisted.Index)
            .Where(index => index > state.Log.CommitIndex && index <= state.Log.LastIndex)
            .Distinct()
            .OrderDescending()
            .ToList();
        if (candidates.Count == 0)
        {
            return state;
        }

        var reached = candidates
            .FirstOrDefault(index => VoteChecks.IsCommitted(
                state,
                [.. working.Persisted
                    .Where(persisted => persisted.Value.Index >= index && Agrees(state.Log, persisted.Value))
                    .Select(persisted => persisted.Key)],
                () => MembersOf(state, working)));
        return reached > state.Log.CommitIndex ? Advance(turn, state, reached) : state;
    }

    private static IReadOnlyCollection<uint> MembersOf(ReplicaState state, ReplicaPhase.Working working) =>
        working.Start is { } start
            ? [.. working.Promises.Keys.Where(node => start.Members.Any(member =>
                member.Node == state.NameOf(node)))]
            : working.Adopted;

    private static ReplicaState Advance(Turn turn, ReplicaState state, long reached)
    {
        var log = state.Log;
        var changes = new List<CommittedChange>();
        var working = (ReplicaPhase.Working)state.Phase;
        var compared = state.Compared;
        for (var index = log.CommitIndex + 1; index <= reached; index++)
        {
            var entry = log.Entries[(int)(index - log.SnapshotIndex - 1)];
            CibCodec.TryDecode(entry.Change.Span, out CibChange? change, out var error);
            if (change is null)
            {
                turn.Note(LogLevel.Error, $"entry {index} cannot be read ({error}): this node stops voting");
                return state with
                {
                    Disk = DiskState.Failed,
                    Phase = new ReplicaPhase.Unstable($"entry {index} cannot be read", turn.Now),
                };
            }

            log = log.Commit(PlantedBugs.Has(PlantedBug.StateDiffers) && turn.Config.Self == "n2"
                && change is CibChange.SetProperty ? new CibChange.CheckDigest() : change);
            changes.Add(new CommittedChange(
                entry.Epoch, index, entry.RequestId, entry.Principal, change, log.Refusals.GetValueOrDefault(index, "")));
            if (change is CibChange.CheckDigest || index % turn.Config.EntriesBetweenDigests == 0)
            {
                compared = new DigestPoint(
                    index, CibCodec.Digest(log.Cib), ImmutableSortedDictionary<uint, string>.Empty);
                turn.Send(new ClusterMessage.Digest(working.View.Key, working.Epoch, index, compared.Own));
            }

            if (change is CibChange.StartEpoch started && started.Epoch == working.Epoch)
            {
                working = working with { Start = started };
                turn.Note(
                    LogLevel.Info,
                    $"epoch {started.Epoch} with {string.Join(", ", started.Members.Select(member => member.Node))}; "
                    + $"{started.Coordinator} coordinates");
            }
        }

        var clock = changes.Select(committed => committed.Change).OfType<CibChange.StartEpoch>()
            .Where(start => start.Epoch == working.Epoch)
            .Select(start => (TimeSpan?)(TimeSpan.FromSeconds(start.At) - turn.Now)).LastOrDefault() ?? state.Clock;
        var hasStarted = ((ReplicaPhase.Working)state.Phase).Start is null && working.Start is not null;
        // Everyone sees the new state before an asker hears that its change is in it.
        var next = state with { Log = log, Phase = working, Compared = compared, Clock = clock };
        turn.Moved(changes.ToValueList());
        foreach (var waiting in next.Waiting.Values.ToList())
        {
            if (Answered(turn, next, waiting))
            {
                next = next with { Waiting = next.Waiting.Remove(waiting.RequestId) };
            }
            else if (hasStarted)
            {
                next = SendWaiting(turn, next, waiting);
            }
        }

        return Compact(turn, next);
    }

    private static bool Answered(Turn turn, ReplicaState state, WaitingProposal waiting)
    {
        if (!state.Log.Requests.TryGetValue(waiting.RequestId, out var index)
            || (index > state.Log.CommitIndex && !PlantedBugs.Has(PlantedBug.AnswerUncommitted))
            || state.Epoch is not EpochState.Active active)
        {
            return false;
        }

        turn.Answer(waiting.RequestId, state.Log.Refusals.TryGetValue(index, out var refusal)
            ? new ChangeOutcome.Fail(refusal)
            : new ChangeOutcome.Ok(active.Number, index));
        return true;
    }

    private static ReplicaState SendWaiting(Turn turn, ReplicaState state, WaitingProposal waiting)
    {
        if (state.Phase is not ReplicaPhase.Working { Start: not null } working
            || state.Log.Requests.ContainsKey(waiting.RequestId))
        {
            return state;
        }

        var sent = state with { Waiting = state.Waiting.SetItem(waiting.RequestId, waiting with { WasSent = true }) };
        if (working.Sequencer == state.Local!.Value.NodeId)
        {
            return Order(turn, sent, waiting.RequestId, waiting.Principal, waiting.Change);
        }

        turn.Send(new ClusterMessage.Operation(
            working.View.Key, working.Epoch, waiting.RequestId, waiting.Principal, waiting.Change));
        return sent;
    }

    // The member that has been one for longest, as the base says; then the one with the lowest id.
    private static uint CoordinatorOf(ReplicaState state, ReplicaPhase.Working working)
    {
        var status = BaseState(state).Status;
        return working.Adopted
            .OrderBy(node => status.Find(state.NameOf(node)) is { IsMember: true, MemberSince: > 0 and var since }
                ? since
                : long.MaxValue)
            .ThenBy(node => node)
            .First();
    }

    // The cluster's clock goes on where the epoch before had it; after a full stop it is this host's, and not behind
    // what is written in the log. So a jump of a wall clock, or one that is wrong, expires nothing and fences nobody.
    private static long ClockOf(Turn turn, ReplicaState state)
    {
        if (state.Clock is { } clock && !PlantedBugs.Has(PlantedBug.OwnWallClock))
        {
            return (long)(clock + turn.Now).TotalSeconds;
        }

        var nodes = BaseState(state).Status.Nodes;
        return Math.Max(
            turn.Config.WallSeconds(turn.Now),
            nodes.SelectMany(node => (long[])[node.MemberSince, node.ProcessSince]).DefaultIfEmpty(0).Max());
    }

    /// <summary>The state that the log has with its last entry, committed or not.</summary>
    public static Cib BaseState(ReplicaState state) =>
        state.Log.Entries.Skip((int)(state.Log.CommitIndex - state.Log.SnapshotIndex)).Aggregate(
            state.Log.Cib,
            static (cib, entry) => CibCodec.TryDecode(entry.Change.Span, out CibChange? change, out _)
                ? CibChanges.Apply(cib, change!).Cib
                : cib);

    private static ReplicaState Compact(Turn turn, ReplicaState state)
    {
        var log = state.Log;
        if (log.CommitIndex - log.SnapshotIndex < turn.Config.EntriesBeforeSnapshot || state.IsAppending
            || log.DurableIndex < log.CommitIndex)
        {
            return state;
        }

        var compacted = log.Compact();
        turn.Write(new StoreWrite.CompactTo(new LogSnapshot(
            compacted.SnapshotIndex, log.Meta.LogEpoch, compacted.SnapshotHash, SnapshotCodec.Encode(compacted))));
        return state with { Log = compacted };
    }
}
