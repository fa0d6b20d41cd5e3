using Ha.InformationBase;
using Npgsql;

namespace Ha.Resources.Database;

/// <summary>One server on this host and all that is needed to work with it.</summary>
internal sealed class ServerScene : IDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);

    private ServerSession? _session;
    private long _lookedAt;

    public ServerScene(
        PostgresSettings settings, ServerAccount account, InstanceFacts facts, TimeProvider time, Action<string> log)
    {
        (Settings, Account, Facts, Time, Log) = (settings, account, facts, time, log);
        Folder = new DataFolder(settings);
        Process = new ServerProcess(settings.Data);
        Programs = new ServerPrograms(settings, account, Folder, facts.Cluster.Self);
        _lookedAt = time.GetTimestamp();
    }

    public PostgresSettings Settings { get; set; }

    public ServerAccount Account { get; }

    public InstanceFacts Facts { get; }

    public TimeProvider Time { get; }

    public Action<string> Log { get; }

    public DataFolder Folder { get; }

    public ServerProcess Process { get; }

    public ServerPrograms Programs { get; }

    /// <summary>What the server said last; null since it does not run.</summary>
    public ServerLook? Last { get; private set; }

    /// <summary>How long it has not answered.</summary>
    public TimeSpan Silence => Time.GetElapsedTime(_lookedAt);

    /// <summary>The open connection; a new one where there is none. Null while the server lets nobody in.</summary>
    public async Task<ServerSession?> Session(CancellationToken cancel)
    {
        if (_session is { } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return _session ??= await ServerSession.Open(Settings, Account, "ha:postgresql").ConfigureAwait(false);
        }
        catch (Exception e) when (IsExpected(e))
        {
            return null;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Asks the server how it is; null where it does not say.</summary>
    public async Task<ServerLook?> Look(CancellationToken cancel)
    {
        if (await Session(cancel).ConfigureAwait(false) is not { } session)
        {
            return null;
        }

        try
        {
            Last = await session.Look(cancel).ConfigureAwait(false);
            _lookedAt = Time.GetTimestamp();
            return Last;
        }
        catch (Exception e) when (IsExpected(e))
        {
            Drop();
            return null;
        }
    }

    /// <summary>The server is gone, or another will come: what it said counts no more.</summary>
    public void Forget()
    {
        Drop();
        Last = null;
        _lookedAt = Time.GetTimestamp();
    }

    /// <summary>Lets the server read its configuration again.</summary>
    public void Reload() => Process.Signal(1);

    /// <summary>How far this node's data reaches; null where that cannot be said now.</summary>
    public async Task<DataReport?> Report(CancellationToken cancel)
    {
        var self = Facts.Cluster.Self;
        if (Process.IsAlive())
        {
            return await Look(cancel).ConfigureAwait(false) is { } look
                ? new DataReport(self, look.SystemId, new WalPosition(Folder.LatestTimeline(), look.Lsn),
                    !look.IsPrimary)
                : null;
        }

        return Folder.State() switch
        {
            DataState.Empty => new DataReport(self, 0, default, IsAtRest: true),
            DataState.PrimaryAtRest when Folder.Control().Control is { } control =>
                new DataReport(self, control.SystemId, new WalPosition(control.Timeline, control.Checkpoint),
                    IsAtRest: true),
            _ => null,
        };
    }

    /// <summary>When this standby last let go of its primary for somebody else's promotion; null for never. Until the
    /// promise is over it does not go back to that one: nothing that it says it has grows behind the asker's back, and
    /// a primary that lives on unseen gets no acknowledgement from it.</summary>
    public (string? Primary, long At)? Promise { get; private set; }

    /// <summary>The promise still holds.</summary>
    public bool IsPromised => Promise is { } promise && promise.Primary == Facts.Record?.Primary
        && Time.GetElapsedTime(promise.At) < PromiseLength;

    /// <summary>How long a standby keeps away from a primary that another node wants to replace.</summary>
    public static readonly TimeSpan PromiseLength = TimeSpan.FromSeconds(30);

    /// <summary>Lets go of the primary, if this is a standby that runs: after that its log does not grow.</summary>
    /// <returns>False where it still receives.</returns>
    public async Task<bool> LetGo(CancellationToken cancel)
    {
        if (!Process.IsAlive() || await Session(cancel).ConfigureAwait(false) is not { } session)
        {
            return !Process.IsAlive();
        }

        Promise = (Facts.Record?.Primary, Time.GetTimestamp());
        Folder.Set(Account, ("primary_conninfo", ""));
        Reload();
        var began = Time.GetTimestamp();
        try
        {
            // A receiver that ended is not begun again once the server has read that there is no primary.
            while (!await session.Is(
                "select not pg_is_in_recovery() or (current_setting('primary_conninfo') = '' and not exists "
                + "(select from pg_stat_get_wal_receiver() where pid is not null))", cancel).ConfigureAwait(false))
            {
                if (Time.GetElapsedTime(began) > TimeSpan.FromSeconds(3))
                {
                    return false;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(2), Time, cancel).ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception e) when (IsExpected(e))
        {
            Drop();
            return false;
        }
    }

    /// <summary>Ends the server: asks it, asks it harder, and kills it.</summary>
    /// <param name="limit">How long it may take in all.</param>
    /// <returns>False where a process cannot be ended.</returns>
    public async Task<bool> End(TimeSpan limit)
    {
        const int interrupt = 2;
        const int quit = 3;
        Drop();
        if (Process.Find())
        {
            Process.Signal(interrupt);
            var drain = Min(Settings.DrainTimeout, limit / 3);
            if (!await Gone(drain).ConfigureAwait(false))
            {
                // A standby that does not take the rest of the log would hold the end up for a minute.
                Log("a standby does not take the rest of the log: its sender is ended");
                Process.SignalChildren(NativeProcess.Terminate, "walsender");
                if (!await Gone(limit / 3).ConfigureAwait(false))
                {
                    Log("the server does not end: it is told to at once");
                    Process.Signal(quit);
                    await Gone(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
                }
            }
        }

        var isGone = await Process.KillAll(Time, limit / 3).ConfigureAwait(false);
        Forget();
        return isGone;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Drop();
        Process.Dispose();
    }

    /// <summary>What goes wrong with a server is expected to.</summary>
    public static bool IsExpected(Exception e) => e is NpgsqlException or IOException or TimeoutException
        or InvalidOperationException or ObjectDisposedException or System.Net.Sockets.SocketException;

    private void Drop()
    {
        var session = Interlocked.Exchange(ref _session, null);
        session?.Dispose();
    }

    private async Task<bool> Gone(TimeSpan limit)
    {
        var began = Time.GetTimestamp();
        while (Process.IsAlive())
        {
            if (Time.GetElapsedTime(began) > limit)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), Time).ConfigureAwait(false);
        }

        return true;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
