using System.Collections.Immutable;
using Ha.InformationBase;
using Ha.Kernel;

namespace Ha.Actors.Cluster;

/// <summary>Bringing all members of a new epoch to one base log. The base is the promised log with the highest epoch,
/// then
/// the highest index: never the longest, never a version counter.</summary>
internal static class AdoptionMachine
{
    /// <summary>How many times the status time-out an adoption may take before the epoch goes on without the slow one.
    /// </summary>
    private const int PatienceFactor = 3;

    public static ReplicaState Begin(Turn turn, ReplicaState state, ReplicaPhase.Promising promising)
    {
        var (baseNode, best) = promising.Promises
            .OrderByDescending(promise => PlantedBugs.Has(PlantedBug.LongestLogWins) ? 0 : promise.Value.Log.Epoch)
            .ThenByDescending(promise => promise.Value.Log.Index)
            .ThenBy(promise => promise.Key)
            .Select(promise => (promise.Key, promise.Value.Log))
            .First();
        var adopting = new ReplicaPhase.Adopting(
            promising.View, promising.Epoch, promising.FenceBasis, promising.Promises, promising.Proposer, baseNode,
                best,
            null, false, [], HasMissed: false, turn.Now);
        var next = state with { Phase = adopting };
        if (state.Local!.Value.NodeId == baseNode)
        {
            SendBase(turn, state, adopting);
        }

        return state.Log.LastIndex == best.Index && state.Log.LastHash.Hex == best.Hash
            ? Adopt(turn, next, adopting, state.Log.LastIndex, null, [])
            : next;
    }

    public static ReplicaState OnTransfer(Turn turn, ReplicaState state, uint sender, ClusterMessage.Transfer message)
    {
        if (state.Phase is not ReplicaPhase.Adopting adopting || adopting.HasAdopted
            || adopting.View.Key != message.View || adopting.Epoch != message.Epoch || sender != adopting.BaseNode
            || !message.ForNodes.Contains(state.Local!.Value.NodeId))
        {
            return state;
        }

        var soFar = adopting.Received ?? new TransferSoFar(message.After, message.SnapshotHash, [], []);
        soFar = soFar with
        {
            SnapshotParts = message.SnapshotPart.IsEmpty ? soFar.SnapshotParts
                : soFar.SnapshotParts.Add(message.SnapshotPart),
            Entries = soFar.Entries.AddRange(message.Entries),
        };
        var received = adopting with { Received = soFar, Since = turn.Now };
        var next = state with { Phase = received };
        return message.IsLast ? Take(turn, next, received, soFar) : next;
    }

    public static ReplicaState OnBaseSaved(Turn turn, ReplicaState state, StoreWrite.AdoptBase saved)
    {
        if (state.Log.Meta.LogEpoch == saved.Epoch)
        {
            state = state with { Disk = DiskState.Sound };
        }

        if (state.Phase is ReplicaPhase.Adopting adopting && adopting.View.Key == saved.View
            && adopting.Epoch == saved.Epoch)
        {
            if (adopting.HasMissed)
            {
                // The others went on without this node; a new epoch takes it in, and now little is missing.
                return FormationMachine.Gather(turn, state with { IsAppending = false }, adopting.View);
            }

            turn.Send(new ClusterMessage.Adopted(saved.View, saved.Epoch, state.Log.LastIndex, state.Log.LastHash.Hex));
            return state with { IsAppending = false, Log = state.Log with { DurableIndex = state.Log.LastIndex } };
        }

        return state;
    }

    public static ReplicaState OnAdopted(Turn turn, ReplicaState state, uint sender, ClusterMessage.Adopted message)
    {
        switch (state.Phase)
        {
            case ReplicaPhase.Adopting adopting when adopting.View.Key == message.View
                && adopting.Epoch == message.Epoch:
                if (!adopting.Promises.ContainsKey(sender) || message.Hash != adopting.Base.Hash)
                {
                    turn.Note(LogLevel.Error, $"{state.NameOf(sender)} adopted another base than epoch {message.Epoch} has");
                    return state;
                }

                var next = adopting with { Adopted = adopting.Adopted.Add(sender), Since = turn.Now };
                return next is { HasAdopted: true, HasMissed: false } && next.Promises.Keys.All(next.Adopted.Contains)
                    ? CommitMachine.Begin(turn, state, next)
                    : state with { Phase = next };
            case ReplicaPhase.Working working when working.View.Key == message.View && working.Epoch == message.Epoch:
                return state with { Phase = working with { Adopted = working.Adopted.Add(sender) } };
            default:
                return state;
        }
    }

    public static ReplicaState OnTime(Turn turn, ReplicaState state, ReplicaPhase.Adopting adopting)
    {
        if (turn.Now - adopting.Since < turn.Config.StatusTimeout * PatienceFactor)
        {
            return state;
        }

        return adopting is { HasAdopted: true, HasMissed: false } && VoteChecks.MayForm(state, adopting.Adopted,
            adopting.FenceBasis)
            ? CommitMachine.Begin(turn, state, adopting)
            : FormationMachine.Gather(turn, state, adopting.View);
    }

    private static ReplicaState Take(
        Turn turn, ReplicaState state, ReplicaPhase.Adopting adopting, TransferSoFar received)
    {
        LogSnapshot? snapshot = null;
        var before = state.Log.HashAt(received.After);
        if (!received.SnapshotParts.IsEmpty)
        {
            snapshot = new LogSnapshot(received.After, 0, new LogHash(received.SnapshotHash),
                Join(received.SnapshotParts));
            before = snapshot.Hash;
        }

        var entries = received.Entries.Select(entry => entry.ToEntry()).ToValueList();
        var last = entries.IsEmpty ? before?.Hex : entries[entries.Count - 1].Hash.Hex;
        if (before is null || last != adopting.Base.Hash
            || ReplicaLog.FirstBroken(before.Value, received.After, entries) is not null)
        {
            turn.Note(LogLevel.Warning, "the base that was sent does not fit this node's log; asking for a whole one");
            return state with { Phase = adopting with { Received = null } };
        }

        return Adopt(turn, state, adopting, received.After, snapshot, entries);
    }

    private static ReplicaState Adopt(
        Turn turn, ReplicaState state, ReplicaPhase.Adopting adopting, long keepThrough, LogSnapshot? snapshot,
        ValueList<LogEntry> entries)
    {
        var present = adopting.Promises.Keys.Select(state.NameOf).ToHashSet(StringComparer.Ordinal);
        var meta = state.Log.Meta with
        {
            LogEpoch = adopting.Epoch,
            FenceBasis = adopting.FenceBasis.Where(node => !present.Contains(node)).ToValueList(),
        };
        var log = state.Disk == DiskState.Lost && keepThrough == 0 ? new ReplicaLog() : state.Log;
        if (snapshot is not null)
        {
            if (!SnapshotCodec.TryDecode(snapshot, out var read, out var error))
            {
                turn.Note(LogLevel.Error, $"the snapshot that was sent cannot be read: {error}");
                return state with { Phase = adopting with { Received = null } };
            }

            log = read!;
        }
        else if (keepThrough < log.LastIndex && !PlantedBugs.Has(PlantedBug.TailKept))
        {
            turn.Note(
                LogLevel.Info,
                $"{log.LastIndex - keepThrough} unacknowledged changes of this node are not in epoch {adopting.Epoch}; set aside");
            log = log.Truncate(keepThrough);
        }

        log = entries.Aggregate(log, static (soFar, entry) => soFar with
        {
            Entries = soFar.Entries.Add(entry),
            Requests = soFar.Requests.SetItem(entry.RequestId, entry.Index),
        });
        turn.Write(new StoreWrite.AdoptBase(keepThrough, snapshot, entries, meta, adopting.View.Key, adopting.Epoch));
        return state with
        {
            Log = log with { Meta = meta, IssuedIndex = log.LastIndex },
            Phase = adopting with { HasAdopted = true, Received = null },
        };
    }

    private static void SendBase(Turn turn, ReplicaState state, ReplicaPhase.Adopting adopting)
    {
        var log = state.Log;
        var groups = adopting.Promises
            .Where(promise => promise.Value.Log.Hash != adopting.Base.Hash
                || promise.Value.Log.Index != adopting.Base.Index)
            .GroupBy(promise => CommonIndex(log, promise.Value.Log))
            .OrderBy(group => group.Key);
        foreach (var group in groups)
        {
            var nodes = group.Select(promise => promise.Key).ToValueList();
            var after = group.Key;
            var snapshotHash = "";
            if (after < log.SnapshotIndex)
            {
                after = log.SnapshotIndex;
                snapshotHash = log.SnapshotHash.Hex;
                var bytes = SnapshotCodec.Encode(log);
                for (var start = 0; start < bytes.Length; start += turn.Config.ChunkBytes)
                {
                    var part = bytes.AsMemory(start, Math.Min(turn.Config.ChunkBytes, bytes.Length - start));
                    turn.Send(new ClusterMessage.Transfer(
                        adopting.View.Key, adopting.Epoch, nodes, after, part, snapshotHash, [], IsLast: false));
                }
            }

            SendEntries(turn, adopting, nodes, after, snapshotHash, log.Entries.Skip((int)(after - log.SnapshotIndex)));
        }
    }

    private static void SendEntries(
        Turn turn, ReplicaPhase.Adopting adopting, ValueList<uint> nodes, long after, string snapshotHash,
        IEnumerable<LogEntry> entries)
    {
        var chunk = new List<WireEntry>();
        var bytes = 0;
        foreach (var entry in entries)
        {
            if (chunk.Count > 0 && bytes + entry.Change.Length > turn.Config.ChunkBytes)
            {
                turn.Send(new ClusterMessage.Transfer(
                    adopting.View.Key, adopting.Epoch, nodes, after, default, snapshotHash, chunk.ToValueList(),
                        IsLast: false));
                chunk.Clear();
                bytes = 0;
            }

            chunk.Add(WireEntry.Of(entry));
            bytes += entry.Change.Length;
        }

        turn.Send(new ClusterMessage.Transfer(
            adopting.View.Key, adopting.Epoch, nodes, after, default, snapshotHash, chunk.ToValueList(), IsLast: true));
    }

    // Where a member's log and ours part at the latest: at its end, when we have the same entry there; else at what it
    // knows to be committed, which every base has.
    private static long CommonIndex(ReplicaLog log, LogPosition position) =>
        log.HashAt(position.Index)?.Hex == position.Hash ? position.Index : Math.Min(position.Commit, log.LastIndex);

    private static byte[] Join(ValueList<ReadOnlyMemory<byte>> parts)
    {
        var bytes = new byte[parts.Sum(part => part.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            part.Span.CopyTo(bytes.AsSpan(at));
            at += part.Length;
        }

        return bytes;
    }
}
