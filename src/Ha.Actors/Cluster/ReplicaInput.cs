using Ha.Actors.Link;
using Ha.InformationBase;
using Ha.Kernel;

namespace Ha.Actors.Cluster;

/// <summary>What can happen to a replica.</summary>
public abstract record ReplicaInput
{
    private ReplicaInput()
    {
    }

    /// <summary>The engine said something; messages come as <see cref="Received"/>.</summary>
    public sealed record Engine(LinkEvent Event) : ReplicaInput;

    /// <summary>A message of a replica, one's own among them.</summary>
    public sealed record Received(LinkMember Sender, ClusterMessage Message) : ReplicaInput;

    /// <summary>Somebody on this node wants a change.</summary>
    public sealed record Propose(
        string RequestId, string Principal, ReadOnlyMemory<byte> Change, TimeSpan DeadlineAt) : ReplicaInput;

    /// <summary>A write is on disk.</summary>
    public sealed record Stored(StoreWrite Write) : ReplicaInput;

    /// <summary>A write failed: the disk is not to be trusted.</summary>
    public sealed record StoreFailed(string Reason) : ReplicaInput;

    /// <summary>After a failure the disk can be written again; this is what is on it.</summary>
    /// <param name="Log">The log.</param>
    /// <param name="Damage">What is wrong with it; empty for nothing. The log is empty then.</param>
    public sealed record Reopened(ReplicaLog Log, string Damage) : ReplicaInput;

    /// <summary>The engine stopped to give this node its own messages back, or does so again.</summary>
    public sealed record Silence(bool IsSilent) : ReplicaInput;

    /// <summary>A node is confirmed harmless.</summary>
    public sealed record FenceBasisConfirmed(string Node) : ReplicaInput;

    /// <summary>Time went by.</summary>
    public sealed record TimePassed : ReplicaInput;
}

/// <summary>What a replica wants written.</summary>
public abstract record StoreWrite
{
    private StoreWrite()
    {
    }

    /// <summary>A promise.</summary>
    public sealed record SavePromise(LogMeta Meta, string View) : StoreWrite;

    /// <summary>Meta alone.</summary>
    public sealed record SaveMeta(LogMeta Meta) : StoreWrite;

    /// <summary>Entries at the end.</summary>
    public sealed record AppendEntries(ValueList<LogEntry> Entries, LogMeta Meta, string View, long Epoch) : StoreWrite;

    /// <summary>The base of an epoch.</summary>
    public sealed record AdoptBase(
        long KeepThrough, LogSnapshot? Snapshot, ValueList<LogEntry> Entries, LogMeta Meta, string View, long Epoch)
        : StoreWrite;

    /// <summary>A snapshot in the place of entries.</summary>
    public sealed record CompactTo(LogSnapshot Snapshot) : StoreWrite;
}

/// <summary>What a replica wants done.</summary>
public abstract record ReplicaEffect
{
    private ReplicaEffect()
    {
    }

    /// <summary>To all members, in order.</summary>
    public sealed record Send(ClusterMessage Message) : ReplicaEffect;

    /// <summary>To disk, in the order of the effects.</summary>
    public sealed record Write(StoreWrite Target) : ReplicaEffect;

    /// <summary>To whoever proposed.</summary>
    public sealed record Answer(string RequestId, ChangeOutcome Outcome) : ReplicaEffect;

    /// <summary>The committed state or the epoch moved.</summary>
    public sealed record Moved(ValueList<CommittedChange> Changes) : ReplicaEffect;

    /// <summary>No epoch without the fencing of these nodes.</summary>
    public sealed record NeedsFencing(ValueList<string> Nodes) : ReplicaEffect;

    /// <summary>A line for the log.</summary>
    public sealed record Note(LogLevel Level, string Text) : ReplicaEffect;
}
