using System.Collections.Immutable;
using Ha.Actors.Cluster;
using Ha.Kernel;

namespace Ha.Simulation;

/// <summary>A node's disk: what was synced survives a crash, what was not does not.</summary>
public sealed class SimulatedDisk(SimulatedScheduler scheduler, Random random) : ILogStore
{
    private static readonly TimeSpan s_longestSync = TimeSpan.FromMilliseconds(4);

    private LogMeta _meta = LogMeta.Empty;
    private LogSnapshot? _snapshot;
    private ImmutableList<LogEntry> _entries = [];
    private int _boot;

    /// <summary>Writes that are on their way are lost.</summary>
    public void Crash() => _boot++;

    /// <inheritdoc/>
    public Task<LogOpening> Open(CancellationToken cancel)
    {
        var broken = ReplicaLog.FirstBroken(_snapshot?.Hash ?? LogHash.Zero, _snapshot?.Index ?? 0, _entries);
        return Task.FromResult<LogOpening>(broken is { } first
            ? new LogOpening.Damaged(first.Reason)
            : new LogOpening.Opened(_meta, _snapshot, _entries));
    }

    /// <inheritdoc/>
    public Task Append(IReadOnlyList<LogEntry> entries, LogMeta meta, CancellationToken cancel) => Sync(() =>
    {
        _entries = _entries.AddRange(entries);
        _meta = meta;
    });

    /// <inheritdoc/>
    public Task SaveMeta(LogMeta meta, CancellationToken cancel) => Sync(() => _meta = meta);

    /// <inheritdoc/>
    public Task Adopt(
        long keepThrough, LogSnapshot? snapshot, IReadOnlyList<LogEntry> entries, LogMeta meta,
            CancellationToken cancel) =>
        Sync(() =>
        {
            _entries = snapshot is null ? _entries.RemoveAll(entry => entry.Index > keepThrough) : [];
            _snapshot = snapshot ?? (_snapshot?.Index > keepThrough ? null : _snapshot);
            _entries = _entries.AddRange(entries);
            _meta = meta;
        });

    /// <inheritdoc/>
    public Task Compact(LogSnapshot snapshot, CancellationToken cancel) => Sync(() =>
    {
        _snapshot = snapshot;
        _entries = _entries.RemoveAll(entry => entry.Index <= snapshot.Index);
    });

    private async Task Sync(Action write)
    {
        var boot = _boot;
        await scheduler.Delay(s_longestSync * random.NextDouble());
        if (boot == _boot)
        {
            write();
        }
    }
}
