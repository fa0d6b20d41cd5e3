using System.Collections.Immutable;
using Ha.Actors.Cluster;
using Ha.Kernel;

namespace Ha.Simulation.Hands;

/// <summary>A host's disk: what was synced survives a crash; what was on its way may, or may not. It can be slow, full,
/// broken, and forget.</summary>
public sealed class SimulatedDisk(SimulatedScheduler scheduler, Random random, string host) : ILogStore
{
    private LogSnapshot? _snapshot;
    private ImmutableList<LogEntry> _entries = [];
    private Action? _onItsWay;
    private int _boot;
    private bool _isOpen;

    /// <summary>Whose it is.</summary>
    public string Host => host;

    /// <summary>What is on it beside entries.</summary>
    public LogMeta Meta { get; private set; } = LogMeta.Empty;

    /// <summary>Index of the last entry on it.</summary>
    public long LastIndex => _entries.IsEmpty ? _snapshot?.Index ?? 0 : _entries[^1].Index;

    /// <summary>The longest that a sync takes.</summary>
    public TimeSpan LongestSync { get; set; } = TimeSpan.FromMilliseconds(4);

    /// <summary>Every write fails while this says why.</summary>
    public string Failure { get; set; } = "";

    /// <summary>The next write fails, once.</summary>
    public bool FailsOnce { get; set; }

    /// <summary>A bit was flipped that no opening has found yet.</summary>
    public bool IsRotten { get; private set; }

    /// <summary>Told of each change of what is durable: what was there, and what is; null after damage.</summary>
    public Action<LogMeta, LogMeta?>? OnStored { get; set; }

    /// <summary>Power or program goes: a write on its way arrived as a whole or not at all (a torn page fails the
    /// database's own checks, and its transaction with it).</summary>
    public void Crash()
    {
        if (_onItsWay is { } write && random.Next(2) == 0)
        {
            write();
        }

        _onItsWay = null;
        _isOpen = false;
        _boot++;
    }

    /// <summary>A bit flips in what is stored: the next opening finds it.</summary>
    public void Rot()
    {
        if (_entries.IsEmpty)
        {
            return;
        }

        IsRotten = true;
        var index = random.Next(_entries.Count);
        var bytes = _entries[index].Change.ToArray();
        bytes[random.Next(bytes.Length)] ^= 4;
        _entries = _entries.SetItem(index, _entries[index] with { Change = bytes });
    }

    /// <summary>What is on it, as an opening would find it now.</summary>
    public LogOpening Look()
    {
        var broken = ReplicaLog.FirstBroken(_snapshot?.Hash ?? LogHash.Zero, _snapshot?.Index ?? 0, _entries);
        return broken is { } first
            ? new LogOpening.Damaged(first.Reason)
            : new LogOpening.Opened(Meta, _snapshot, _entries);
    }

    /// <inheritdoc/>
    public Task<LogOpening> Open(CancellationToken cancel)
    {
        if (Failure.Length > 0)
        {
            return Task.FromResult<LogOpening>(new LogOpening.Unusable(Failure));
        }

        _isOpen = true;
        var opening = Look();
        if (opening is LogOpening.Damaged)
        {
            // As the real store does: set aside, and begin with an empty one.
            (_snapshot, _entries) = (null, []);
            Meta = LogMeta.Empty;
            IsRotten = false;
            OnStored?.Invoke(Meta, null);
        }

        return Task.FromResult(opening);
    }

    /// <inheritdoc/>
    public Task Append(IReadOnlyList<LogEntry> entries, LogMeta meta, CancellationToken cancel) => Sync(
        () => _entries = _entries.AddRange(entries), meta);

    /// <inheritdoc/>
    public Task SaveMeta(LogMeta meta, CancellationToken cancel) => Sync(static () => { }, meta);

    /// <inheritdoc/>
    public Task Adopt(
        long keepThrough, LogSnapshot? snapshot, IReadOnlyList<LogEntry> entries, LogMeta meta,
        CancellationToken cancel) =>
        Sync(
            () =>
            {
                _entries = snapshot is null ? _entries.RemoveAll(entry => entry.Index > keepThrough) : [];
                _snapshot = snapshot ?? (_snapshot?.Index > keepThrough ? null : _snapshot);
                _entries = _entries.AddRange(entries);
            },
            meta);

    /// <inheritdoc/>
    public Task Compact(LogSnapshot snapshot, CancellationToken cancel) => Sync(
        () =>
        {
            _snapshot = snapshot;
            _entries = _entries.RemoveAll(entry => entry.Index <= snapshot.Index);
        },
        null);

    private async Task Sync(Action write, LogMeta? meta)
    {
        var boot = _boot;
        if (Failure.Length > 0 || FailsOnce || !_isOpen)
        {
            var reason = Failure.Length > 0 ? Failure : "input/output error";
            FailsOnce = false;
            _isOpen = false;
            throw new IOException(reason);
        }

        _onItsWay = () =>
        {
            var before = Meta;
            write();
            Meta = meta ?? Meta;
            OnStored?.Invoke(before, Meta);
        };
        await scheduler.Delay(LongestSync * random.NextDouble());
        if (boot == _boot)
        {
            _onItsWay?.Invoke();
            _onItsWay = null;
        }
    }
}
