using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Ha.InformationBase;

namespace Ha.Actors.Cluster;

/// <summary>The log as it is in memory: a snapshot's place, the entries after it, and the committed state.</summary>
public sealed record ReplicaLog
{
    /// <summary>A request id is remembered over this many entries: the same again within them is not appended. It must
    /// be
    /// the same on every member, so it is counted in entries and never by what a member happens to hold.</summary>
    public const int RequestWindow = 1000;

    /// <summary>What the node promised and knows.</summary>
    public LogMeta Meta { get; init; } = LogMeta.Empty;

    /// <summary>Entries up to this index are in the snapshot alone.</summary>
    public long SnapshotIndex { get; init; }

    /// <summary>Place in the chain of the snapshot's last entry.</summary>
    public LogHash SnapshotHash { get; init; } = LogHash.Zero;

    /// <summary>The state at <see cref="SnapshotIndex"/>.</summary>
    public Cib SnapshotCib { get; init; } = Cib.Empty;

    /// <summary>The entries after the snapshot, in order.</summary>
    public ImmutableList<LogEntry> Entries { get; init; } = [];

    /// <summary>Entries up to this index are on disk.</summary>
    public long DurableIndex { get; init; }

    /// <summary>Entries up to this index are on disk, or on their way in the order of writes.</summary>
    public long IssuedIndex { get; init; }

    /// <summary>Entries up to this index are committed, and applied in <see cref="Cib"/>.</summary>
    public long CommitIndex { get; init; }

    /// <summary>The committed state.</summary>
    public Cib Cib { get; init; } = Cib.Empty;

    /// <summary>Index of each request: those of the entries, and of the last <see cref="RequestWindow"/> before the
    /// snapshot.
    /// </summary>
    public ImmutableDictionary<string, long> Requests { get; init; } =
        ImmutableDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Why committed changes had no effect, by index; empty ones are left out.</summary>
    public ImmutableDictionary<long, string> Refusals { get; init; } = ImmutableDictionary<long, string>.Empty;

    /// <summary>Index of the last entry.</summary>
    public long LastIndex => SnapshotIndex + Entries.Count;

    /// <summary>Place in the chain of the last entry.</summary>
    public LogHash LastHash => Entries.IsEmpty ? SnapshotHash : Entries[^1].Hash;

    /// <summary>Where the log ends, as other nodes are told.</summary>
    public LogPosition Position => new(Meta.LogEpoch, LastIndex, LastHash.Hex, CommitIndex);

    /// <summary>The place in the chain at an index; null where the log does not have it.</summary>
    public LogHash? HashAt(long index) =>
        index == SnapshotIndex ? SnapshotHash
        : index > SnapshotIndex && index <= LastIndex ? Entries[(int)(index - SnapshotIndex - 1)].Hash
        : null;

    /// <summary>True when the request is among the last entries.</summary>
    public bool Knows(string requestId) =>
        Requests.TryGetValue(requestId, out var index) && index > LastIndex - RequestWindow;

    /// <summary>The log with its next entry committed.</summary>
    /// <param name="change">What that entry says.</param>
    public ReplicaLog Commit(CibChange change)
    {
        var applied = CibChanges.Apply(Cib, change);
        return this with
        {
            Cib = applied.Cib,
            CommitIndex = CommitIndex + 1,
            Refusals = applied.IsRefused ? Refusals.SetItem(CommitIndex + 1, applied.Refusal) : Refusals,
        };
    }

    /// <summary>The log with everything up to <paramref name="index"/> committed, as far as it has it.</summary>
    /// <returns>Where an entry cannot be read: its reason in <paramref name="error"/>, and the log up to
    /// there.</returns>
    public ReplicaLog CommitTo(long index, out string error)
    {
        var log = this;
        error = "";
        while (log.CommitIndex < Math.Min(index, log.LastIndex))
        {
            var entry = log.Entries[(int)(log.CommitIndex - log.SnapshotIndex)];
            if (!CibCodec.TryDecode(entry.Change.Span, out CibChange? change, out var reason))
            {
                error = $"entry {entry.Index} cannot be read: {reason}";
                return log;
            }

            log = log.Commit(change!);
        }

        return log;
    }

    /// <summary>The log with all up to the committed index in its snapshot.</summary>
    public ReplicaLog Compact()
    {
        var forgotten = CommitIndex - RequestWindow;
        return this with
        {
            SnapshotIndex = CommitIndex,
            SnapshotHash = HashAt(CommitIndex) ?? SnapshotHash,
            SnapshotCib = Cib,
            Entries = Entries.RemoveRange(0, (int)(CommitIndex - SnapshotIndex)),
            Requests = Requests.RemoveRange(
                Requests.Where(request => request.Value <= forgotten).Select(request => request.Key)),
            Refusals = Refusals.RemoveRange(Refusals.Keys.Where(index => index <= forgotten)),
        };
    }

    /// <summary>The log with one more entry, made from a change.</summary>
    public ReplicaLog Append(long epoch, string requestId, string principal, ReadOnlyMemory<byte> change)
    {
        var index = LastIndex + 1;
        var entry = new LogEntry(
            index, epoch, requestId, principal, change, HashOf(LastHash, index, epoch, requestId, principal,
                change.Span));
        return this with { Entries = Entries.Add(entry), Requests = Requests.SetItem(requestId, index) };
    }

    /// <summary>The log that ends at <paramref name="index"/>.</summary>
    public ReplicaLog Truncate(long index)
    {
        var kept = Entries.RemoveRange((int)(index - SnapshotIndex), (int)(LastIndex - index));
        return this with
        {
            Entries = kept,
            DurableIndex = Math.Min(DurableIndex, index),
            IssuedIndex = Math.Min(IssuedIndex, index),
            Requests = Requests.RemoveRange(Entries.Skip((int)(index - SnapshotIndex)).Select(entry =>
                entry.RequestId)),
        };
    }

    /// <summary>SHA-256 over the place before and all that an entry says.</summary>
    public static LogHash HashOf(
        LogHash before, long index, long epoch, string requestId, string principal, ReadOnlySpan<byte> change)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> numbers = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(numbers, index);
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], epoch);
        hash.AppendData(Encoding.ASCII.GetBytes(before.Hex));
        hash.AppendData(numbers);
        foreach (var text in (string[])[requestId, principal])
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt64BigEndian(numbers, bytes.Length);
            hash.AppendData(numbers[..8]);
            hash.AppendData(bytes);
        }

        hash.AppendData(change);
        return new LogHash(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>The index and reason of the first entry that does not continue the chain; null when all do.</summary>
    public static (long Index, string Reason)? FirstBroken(LogHash before, long beforeIndex,
        IEnumerable<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Index != beforeIndex + 1)
            {
                return (beforeIndex + 1, $"entry {beforeIndex + 1} is missing; {entry.Index} follows {beforeIndex}");
            }

            var expected = HashOf(before, entry.Index, entry.Epoch, entry.RequestId, entry.Principal,
                entry.Change.Span);
            if (expected != entry.Hash)
            {
                return (entry.Index, $"entry {entry.Index} does not continue the chain");
            }

            (before, beforeIndex) = (entry.Hash, entry.Index);
        }

        return null;
    }
}
