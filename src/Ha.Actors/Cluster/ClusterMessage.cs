using Ha.Actors.Link;
using Ha.InformationBase;

namespace Ha.Actors.Cluster;

/// <summary>What replicas say to each other, in the engine's one order. The sender's node is the engine's word, never
/// the
/// message's.</summary>
public abstract record ClusterMessage
{
    private ClusterMessage()
    {
    }

    /// <summary>What a node has: sent by every member whenever the view changes.</summary>
    /// <param name="View">Key of the view that it is meant for.</param>
    /// <param name="Incarnation">The program's random number.</param>
    /// <param name="ClusterId">Empty for a node that was never in an epoch.</param>
    /// <param name="Promised">Highest epoch promised.</param>
    /// <param name="Log">Where its log ends.</param>
    /// <param name="WasActive">This program has been in an active epoch.</param>
    /// <param name="Disk">Whether its promises can count.</param>
    /// <param name="FenceBasis">Nodes that it knows to be harmless.</param>
    /// <param name="IsQuestion">It wants to hear again from those that have spoken already.</param>
    /// <param name="Seconds">Seconds since 1970 by the cluster's clock; 0 where the sender does not know it.</param>
    public sealed record Status(
        string View, string Incarnation, string ClusterId, long Promised, LogPosition Log, bool WasActive,
        DiskState Disk, ValueList<string> FenceBasis, bool IsQuestion, long Seconds) : ClusterMessage;

    /// <summary>Asks for promises to a new epoch.</summary>
    /// <param name="View">Key of the view.</param>
    /// <param name="Epoch">The epoch.</param>
    /// <param name="ClusterId">The cluster's random id.</param>
    /// <param name="Participants">Who shall promise.</param>
    /// <param name="Learners">Those of them whose promises do not count, since they may have forgotten earlier
    /// ones.</param>
    /// <param name="FenceBasis">Nodes whose missing votes are vouched for.</param>
    /// <param name="BasisEpoch">The last epoch that whoever vouches knows of: in a later one such a node may have come
    /// back.</param>
    public sealed record Propose(
        string View, long Epoch, string ClusterId, ValueList<uint> Participants, ValueList<uint> Learners,
        ValueList<string> FenceBasis, long BasisEpoch) : ClusterMessage;

    /// <summary>No lower epoch will be joined; on disk. Says where the log ends now. Two may have proposed the same
    /// number: the promise is made to one of them.</summary>
    public sealed record Promise(string View, long Epoch, uint Proposer, string Incarnation, LogPosition Log)
        : ClusterMessage;

    /// <summary>A higher epoch was promised already.</summary>
    public sealed record Refuse(string View, long Epoch, long Promised) : ClusterMessage;

    /// <summary>These promises are the ones that count, on every node the same: the proposer names them, since the
    /// engine
    /// may have skipped one of them somewhere.</summary>
    public sealed record Close(string View, long Epoch, ValueList<ClosedPromise> Promises) : ClusterMessage;

    /// <summary>Entries of the base for nodes that lack them.</summary>
    /// <param name="View">Key of the view.</param>
    /// <param name="Epoch">The epoch that is being adopted.</param>
    /// <param name="ForNodes">Who should take it.</param>
    /// <param name="After">Entries begin after this index; the snapshot, where there is one, ends there.</param>
    /// <param name="SnapshotPart">A part of the snapshot's bytes; empty for none.</param>
    /// <param name="SnapshotHash">Place in the chain of the snapshot's last entry; empty when there is no
    /// snapshot.</param>
    /// <param name="Entries">Entries in order.</param>
    /// <param name="IsLast">Nothing follows for these nodes.</param>
    public sealed record Transfer(
        string View, long Epoch, ValueList<uint> ForNodes, long After, ReadOnlyMemory<byte> SnapshotPart,
        string SnapshotHash, ValueList<WireEntry> Entries, bool IsLast) : ClusterMessage;

    /// <summary>The base is adopted; on disk.</summary>
    public sealed record Adopted(string View, long Epoch, long Index, string Hash) : ClusterMessage;

    /// <summary>A change that the sequencer has given its place: to be appended by all. One node gives places in an
    /// epoch,
    /// so two different entries never have the same epoch and index, and a hole is seen by the hash before.</summary>
    public sealed record Append(
        string View, long Epoch, long Index, string Before, string RequestId, string Principal,
        ReadOnlyMemory<byte> Change) : ClusterMessage;

    /// <summary>A change that wants a place.</summary>
    public sealed record Operation(
        string View, long Epoch, string RequestId, string Principal, ReadOnlyMemory<byte> Change) : ClusterMessage;

    /// <summary>The log up to this index is on disk.</summary>
    public sealed record Persisted(string View, long Epoch, long Index, string Hash) : ClusterMessage;

    /// <summary>Digest of the state at an index.</summary>
    public sealed record Digest(string View, long Epoch, long Index, string Value) : ClusterMessage;

    /// <summary>Nothing: shows that the way to ourselves is open.</summary>
    public sealed record Echo(long Number) : ClusterMessage;
}

/// <summary>A promise as the proposer heard it.</summary>
public sealed record ClosedPromise(uint Node, string Incarnation, LogPosition Log);

/// <summary>What a node's disk is worth for voting.</summary>
public enum DiskState
{
    /// <summary>It has what was ever promised and acknowledged.</summary>
    Sound,

    /// <summary>The log was damaged, or differed from the others': set aside. The node learns, and votes again once it
    /// has
    /// the others' log.</summary>
    Lost,

    /// <summary>It cannot be written: the node takes no part until it can.</summary>
    Failed,
}

/// <summary>Where a log ends.</summary>
/// <param name="Epoch">Epoch whose base was adopted last: this decides first, never the length.</param>
/// <param name="Index">Last entry.</param>
/// <param name="Hash">Its place in the chain.</param>
/// <param name="Commit">Index known to be committed.</param>
public sealed record LogPosition(long Epoch, long Index, string Hash, long Commit);

/// <summary>An entry on the wire.</summary>
public sealed record WireEntry(
    long Index, long Epoch, string RequestId, string Principal, ReadOnlyMemory<byte> Change, string Hash)
{
    /// <summary>The entry as the log has it.</summary>
    public LogEntry ToEntry() => new(Index, Epoch, RequestId, Principal, Change, new LogHash(Hash));

    /// <summary>An entry as the wire has it.</summary>
    public static WireEntry Of(LogEntry entry) =>
        new(entry.Index, entry.Epoch, entry.RequestId, entry.Principal, entry.Change, entry.Hash.Hex);

    /// <inheritdoc/>
    public bool Equals(WireEntry? other) => other is not null && Index == other.Index && Hash == other.Hash;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Index, Hash);
}
