using Ha.InformationBase;

namespace Ha.Actors.Cluster;

/// <summary>One entry of the log, with its place in the chain.</summary>
/// <param name="Index">From 1 on, without gaps.</param>
/// <param name="Epoch">Epoch in which it was proposed.</param>
/// <param name="RequestId">What its sender called it.</param>
/// <param name="Principal">Who asked for it.</param>
/// <param name="Change">The change, in canonical bytes.</param>
/// <param name="Hash">SHA-256 over the previous hash, epoch, index, request id, principal and change.</param>
public sealed record LogEntry(
    long Index, long Epoch, string RequestId, string Principal, ReadOnlyMemory<byte> Change, LogHash Hash);

/// <summary>Place in the hash chain: 32 bytes as 64 hex digits.</summary>
public readonly record struct LogHash(string Hex)
{
    /// <summary>Before the first entry.</summary>
    public static LogHash Zero { get; } = new(new string('0', 64));

    /// <inheritdoc/>
    public override string ToString() => Hex;
}

/// <summary>What a node promised and knows, beside its entries. All of it survives a crash.</summary>
/// <param name="ClusterId">Random, made with the first epoch; empty before.</param>
/// <param name="Promised">No epoch below this one is joined any more.</param>
/// <param name="LogEpoch">Epoch whose base was adopted last.</param>
/// <param name="Commit">Index up to which entries were known to be committed.</param>
/// <param name="FenceBasis">Nodes confirmed harmless since the last epoch.</param>
public sealed record LogMeta(
    string ClusterId, long Promised, long LogEpoch, long Commit, ValueList<string> FenceBasis)
{
    /// <summary>A node that has never been in an epoch.</summary>
    public static LogMeta Empty { get; } = new("", 0, 0, 0, []);
}

/// <summary>The whole state at one index.</summary>
public sealed record LogSnapshot(long Index, long Epoch, LogHash Hash, ReadOnlyMemory<byte> State);

/// <summary>What was found on disk.</summary>
public abstract record LogOpening
{
    private LogOpening()
    {
    }

    /// <summary>All in order.</summary>
    public sealed record Opened(LogMeta Meta, LogSnapshot? Snapshot, IReadOnlyList<LogEntry> Entries) : LogOpening;

    /// <summary>Damaged, and set aside; the store is empty and can be written. The node must not vote until it has
    /// taken a
    /// peer's log.</summary>
    /// <param name="Reason">What is wrong, with the first bad index.</param>
    public sealed record Damaged(string Reason) : LogOpening;

    /// <summary>It cannot be read or written now (permission, no space, I/O error). Open again later.</summary>
    public sealed record Unusable(string Reason) : LogOpening;
}

/// <summary>The durable log of one node. Each write is on disk when its task is done; an exception means that it may
/// not
/// be, and that this node must give up its vote.</summary>
public interface ILogStore
{
    /// <summary>Reads what is there, and checks it. Also after a write that failed: nothing that was open before is
    /// used
    /// again.</summary>
    Task<LogOpening> Open(CancellationToken cancel);

    /// <summary>Entries are added at the end and meta is replaced, in one transaction.</summary>
    Task Append(IReadOnlyList<LogEntry> entries, LogMeta meta, CancellationToken cancel);

    /// <summary>Meta is replaced.</summary>
    Task SaveMeta(LogMeta meta, CancellationToken cancel);

    /// <summary>Own entries beyond <paramref name="keepThrough"/> are set aside, others take their place (after a
    /// snapshot
    /// where one is given), and meta is replaced: one transaction.</summary>
    Task Adopt(
        long keepThrough, LogSnapshot? snapshot, IReadOnlyList<LogEntry> entries, LogMeta meta,
            CancellationToken cancel);

    /// <summary>A snapshot takes the place of all entries up to its index.</summary>
    Task Compact(LogSnapshot snapshot, CancellationToken cancel);
}
