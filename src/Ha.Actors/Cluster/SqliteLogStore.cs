using System.Globalization;
using System.Text.Json;
using Ha.InformationBase;
using Microsoft.Data.Sqlite;

namespace Ha.Actors.Cluster;

/// <summary>The log in one SQLite file: write-ahead log, synchronous=FULL, one writer. A write that fails is not tried
/// again
/// on the same file: the node gives up its vote.</summary>
public sealed class SqliteLogStore(string path) : ILogStore, IDisposable
{
    private const int SchemaVersion = 1;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const int MaxSetAside = 3;
    private const long ReserveBytes = 8 * 1024 * 1024;

    // After a failed write nothing on this file is to be trusted until it was opened and checked again.
    private SqliteConnection? _connection;

    /// <inheritdoc/>
    public Task<LogOpening> Open(CancellationToken cancel)
    {
        if (_connection is not null)
        {
            // After a failure: what was kept for this moment makes room.
            Close();
            DeleteReserve();
        }

        return Task.FromResult(Opening());
    }

    private LogOpening Opening()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "/");
            Connect();
            var check = (string?)Scalar("PRAGMA quick_check(1)");
            var opening = check == "ok" ? Read() : new LogOpening.Damaged($"{path}: {check}");
            if (opening is LogOpening.Damaged damaged)
            {
                return Anew(damaged.Reason);
            }

            MakeReserve();
            return opening;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Corrupt or NotADatabase)
        {
            return Anew($"{path}: {e.Message}");
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidCastException or OverflowException)
        {
            return Anew($"{path}: {e.Message}");
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            return new LogOpening.Unusable($"{path}: {e.Message}");
        }
    }

    // The damaged file is kept for people; an empty one takes its place.
    private LogOpening Anew(string reason)
    {
        try
        {
            Close();
            var number = Enumerable.Range(1, MaxSetAside).FirstOrDefault(
                candidate => !File.Exists($"{path}.damaged-{candidate}"), MaxSetAside);
            foreach (var suffix in (string[])["", "-wal", "-shm"])
            {
                if (File.Exists(path + suffix))
                {
                    File.Move(path + suffix, $"{path}.damaged-{number}{suffix}", overwrite: true);
                }
            }

            Connect();
            return Read() is LogOpening.Opened
                ? new LogOpening.Damaged($"{reason}; set aside as {path}.damaged-{number}")
                : new LogOpening.Unusable(reason);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            return new LogOpening.Unusable($"{reason}; and {e.Message}");
        }
    }

    private void Connect()
    {
        _connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=FULL");
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private void MakeReserve()
    {
        try
        {
            if (!File.Exists(ReservePath))
            {
                File.OpenHandle(ReservePath, FileMode.Create, FileAccess.Write,
                    preallocationSize: ReserveBytes).Dispose();
            }
        }
        catch (IOException)
        {
            // No room for a reserve: the log itself may still fit, and a write that does not will say so.
        }
    }

    private void DeleteReserve()
    {
        try
        {
            File.Delete(ReservePath);
        }
        catch (IOException)
        {
            // A folder that cannot be written: opening says so next.
        }
    }

    private string ReservePath => path + ".reserve";

    /// <inheritdoc/>
    public Task Append(IReadOnlyList<LogEntry> entries, LogMeta meta, CancellationToken cancel)
    {
        using var transaction = Connection.BeginTransaction();
        Insert(entries, transaction);
        PutMeta(meta, transaction);
        transaction.Commit();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SaveMeta(LogMeta meta, CancellationToken cancel)
    {
        using var transaction = Connection.BeginTransaction();
        PutMeta(meta, transaction);
        transaction.Commit();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Adopt(
        long keepThrough, LogSnapshot? snapshot, IReadOnlyList<LogEntry> entries, LogMeta meta,
            CancellationToken cancel)
    {
        using var transaction = Connection.BeginTransaction();
        Run(
            transaction,
            """
            INSERT INTO orphaned_ops(idx, epoch, request_id, principal, change)
            SELECT idx, epoch, request_id, principal, change FROM log WHERE idx > $keep
            """,
            ("$keep", keepThrough));
        Run(transaction, "DELETE FROM log WHERE idx > $keep", ("$keep", keepThrough));
        Run(transaction, "DELETE FROM snapshot WHERE idx > $keep", ("$keep", keepThrough));
        if (snapshot is not null)
        {
            Run(transaction, "DELETE FROM log");
            PutSnapshot(snapshot, transaction);
        }

        Insert(entries, transaction);
        PutMeta(meta, transaction);
        transaction.Commit();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Compact(LogSnapshot snapshot, CancellationToken cancel)
    {
        using var transaction = Connection.BeginTransaction();
        PutSnapshot(snapshot, transaction);
        Run(transaction, "DELETE FROM log WHERE idx <= $index", ("$index", snapshot.Index));
        transaction.Commit();
        return Task.CompletedTask;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => Close();

    private SqliteConnection Connection =>
        _connection ?? throw new InvalidOperationException("the log is not open");

    private LogOpening Read()
    {
        var version = Convert.ToInt64(Scalar("PRAGMA user_version"), CultureInfo.InvariantCulture);
        if (version > SchemaVersion)
        {
            return new LogOpening.Unusable($"{path} was written by a newer version ({version}; this one knows {SchemaVersion})");
        }

        Execute(
            $"""
            CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS log(
              idx INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, request_id TEXT NOT NULL, principal TEXT NOT NULL,
              change BLOB NOT NULL, hash TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS snapshot(
              one INTEGER PRIMARY KEY CHECK (one = 1), idx INTEGER NOT NULL, epoch INTEGER NOT NULL, hash TEXT NOT NULL,
              state BLOB NOT NULL);
            CREATE TABLE IF NOT EXISTS orphaned_ops(
              idx INTEGER NOT NULL, epoch INTEGER NOT NULL, request_id TEXT NOT NULL, principal TEXT NOT NULL,
              change BLOB NOT NULL);
            PRAGMA user_version={SchemaVersion};
            """);
        var snapshot = ReadSnapshot();
        var entries = ReadEntries();
        var broken = ReplicaLog.FirstBroken(snapshot?.Hash ?? LogHash.Zero, snapshot?.Index ?? 0, entries);
        return broken is { } first
            ? new LogOpening.Damaged($"{path}: {first.Reason}")
            : new LogOpening.Opened(ReadMeta(), snapshot, entries);
    }

    private LogSnapshot? ReadSnapshot()
    {
        using var command = Command("SELECT idx, epoch, hash, state FROM snapshot");
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? new LogSnapshot(
                reader.GetInt64(0), reader.GetInt64(1), new LogHash(reader.GetString(2)),
                    reader.GetFieldValue<byte[]>(3))
            : null;
    }

    private List<LogEntry> ReadEntries()
    {
        using var command = Command("SELECT idx, epoch, request_id, principal, change, hash FROM log ORDER BY idx");
        using var reader = command.ExecuteReader();
        var entries = new List<LogEntry>();
        while (reader.Read())
        {
            entries.Add(new LogEntry(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3),
                reader.GetFieldValue<byte[]>(4), new LogHash(reader.GetString(5))));
        }

        return entries;
    }

    private LogMeta ReadMeta()
    {
        using var command = Command("SELECT name, value FROM meta");
        using var reader = command.ExecuteReader();
        var meta = LogMeta.Empty;
        while (reader.Read())
        {
            var value = reader.GetString(1);
            meta = reader.GetString(0) switch
            {
                "cluster_id" => meta with { ClusterId = value },
                "promised" => meta with { Promised = long.Parse(value, CultureInfo.InvariantCulture) },
                "log_epoch" => meta with { LogEpoch = long.Parse(value, CultureInfo.InvariantCulture) },
                "commit_index" => meta with { Commit = long.Parse(value, CultureInfo.InvariantCulture) },
                "fence_basis" => meta with
                {
                    FenceBasis = value.Split(',', StringSplitOptions.RemoveEmptyEntries).ToValueList(),
                },
                _ => meta,
            };
        }

        return meta;
    }

    private void PutMeta(LogMeta meta, SqliteTransaction transaction)
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
        [
            ("cluster_id", meta.ClusterId),
            ("promised", meta.Promised.ToString(CultureInfo.InvariantCulture)),
            ("log_epoch", meta.LogEpoch.ToString(CultureInfo.InvariantCulture)),
            ("commit_index", meta.Commit.ToString(CultureInfo.InvariantCulture)),
            ("fence_basis", string.Join(',', meta.FenceBasis)),
        ])
        {
            Run(transaction, "INSERT OR REPLACE INTO meta(name, value) VALUES ($name, $value)", ("$name", name), ("$value", value));
        }
    }

    private void PutSnapshot(LogSnapshot snapshot, SqliteTransaction transaction) => Run(
        transaction,
        "INSERT OR REPLACE INTO snapshot(one, idx, epoch, hash, state) VALUES (1, $idx, $epoch, $hash, $state)",
        ("$idx", snapshot.Index), ("$epoch", snapshot.Epoch), ("$hash", snapshot.Hash.Hex),
        ("$state", snapshot.State.ToArray()));

    private void Insert(IReadOnlyList<LogEntry> entries, SqliteTransaction transaction)
    {
        foreach (var entry in entries)
        {
            Run(
                transaction,
                """
                INSERT OR REPLACE INTO log(idx, epoch, request_id, principal, change, hash)
                VALUES ($idx, $epoch, $request, $principal, $change, $hash)
                """,
                ("$idx", entry.Index), ("$epoch", entry.Epoch), ("$request", entry.RequestId),
                ("$principal", entry.Principal), ("$change", entry.Change.ToArray()), ("$hash", entry.Hash.Hex));
        }
    }

    private object? Scalar(string sql)
    {
        using var command = Command(sql);
        return command.ExecuteScalar();
    }

    private void Execute(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private static void Run(SqliteTransaction transaction, string sql, params ReadOnlySpan<(string Name,
        object Value)> values)
    {
        using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql)
    {
        var command = Connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
