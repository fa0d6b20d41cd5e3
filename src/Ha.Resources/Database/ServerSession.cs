using System.Globalization;
using Ha.InformationBase;
using Npgsql;

namespace Ha.Resources.Database;

/// <summary>What a server says of itself.</summary>
/// <param name="IsPrimary">It accepts writes.</param>
/// <param name="Lsn">How far its log reaches: what it has written to disk, or has received.</param>
/// <param name="SystemId">Identity of its data.</param>
/// <param name="SyncNames">Its list of synchronous standbys.</param>
/// <param name="IsStreaming">It receives from a primary.</param>
/// <param name="Standbys">Who receives from it: name, state, how far.</param>
internal sealed record ServerLook(
    bool IsPrimary, ulong Lsn, ulong SystemId, string SyncNames, bool IsStreaming,
    ValueList<(string Name, string State, ulong Flushed)> Standbys);

/// <summary>The open connection to the server on this host.</summary>
internal sealed class ServerSession : IDisposable
{
    private const string LookText =
        "select not pg_is_in_recovery(), (case when pg_is_in_recovery() then coalesce(greatest("
        + "pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0') else pg_current_wal_flush_lsn() end)::text, "
        + "(select system_identifier::text from pg_control_system()), current_setting('synchronous_standby_names'), "
        + "coalesce((select status = 'streaming' from pg_stat_wal_receiver), false), "
        + "coalesce((select string_agg(application_name || '=' || state || '=' || coalesce(flush_lsn, '0/0')::text, ' ') "
        + "from pg_stat_replication where application_name !~ '[= ]'), '')";

    private readonly NpgsqlConnection _connection;
    private readonly SemaphoreSlim _turn = new(1, 1);

    private ServerSession(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Connects by the local socket, as the server's own account.</summary>
    /// <exception cref="NpgsqlException">The server does not let us in, or is not ready.</exception>
    public static Task<ServerSession> Open(PostgresSettings settings, ServerAccount account, string purpose)
    {
        var source = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder
        {
            Host = settings.SocketFolder,
            Port = settings.Port,
            Database = "postgres",
            Username = settings.User,
            Pooling = false,
            Timeout = 2,
            CommandTimeout = 2,
            CancellationTimeout = -1,
            GssEncryptionMode = GssEncryptionMode.Disable,
            ApplicationName = purpose,
        }.ConnectionString).ConfigureTypeLoading(types => types.EnableTypeLoading(false)).Build();
        return account.As(() => new ServerSession(source.OpenConnection()));
    }

    /// <summary>Looks at the server.</summary>
    public async Task<ServerLook> Look(CancellationToken cancel)
    {
        using var turn = await Turn(cancel).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(LookText, _connection);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        var standbys = reader.GetString(5).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => text.Split('='))
            .Select(parts => (parts[0], parts[1], LsnOf(parts[2])))
            .ToValueList();
        return new ServerLook(
            reader.GetBoolean(0), LsnOf(reader.GetString(1)),
            ulong.Parse(reader.GetString(2), CultureInfo.InvariantCulture), reader.GetString(3), reader.GetBoolean(4),
                standbys);
    }

    /// <summary>Asks for one truth value.</summary>
    public async Task<bool> Is(string text, CancellationToken cancel)
    {
        using var turn = await Turn(cancel).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(text, _connection);
        return await command.ExecuteScalarAsync(CancellationToken.None).ConfigureAwait(false) is true;
    }

    /// <summary>Does something.</summary>
    /// <param name="text">What.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancel">Ends the waiting for our turn.</param>
    public async Task Do(string text, TimeSpan timeout, CancellationToken cancel)
    {
        using var turn = await Turn(cancel).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(text,
            _connection) { CommandTimeout = (int)Math.Ceiling(timeout.TotalSeconds) };
        await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() =>
        // Saying good-bye may wait for a server that does not answer: on a thread that nobody else needs.
        _ = Task.Factory.StartNew(
            _connection.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private async Task<IDisposable> Turn(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        return new End(_turn);
    }

    private static ulong LsnOf(string text) => WalPosition.TryParseLsn(text, out var lsn) ? lsn : 0;

    private sealed class End(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
