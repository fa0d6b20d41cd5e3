using System.Globalization;
using System.Net.Sockets;
using Ha.InformationBase;
using Npgsql;

namespace Ha.Resources.Database.Workload;

/// <summary>One client: a connection of its own, made anew whenever it breaks.</summary>
/// <param name="connect">How to connect.</param>
/// <param name="plan">What the run does.</param>
/// <param name="time">The clock of the run.</param>
/// <param name="began">When the run began, by that clock.</param>
internal sealed class WorkloadClient(string connect, WorkloadPlan plan, TimeProvider time, long began) : IDisposable
{
    private const string Timeline =
        "('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int";

    private NpgsqlConnection? _connection;
    private string _notice = "";

    /// <summary>Appends rows until it is cancelled; a number is tried until it is acknowledged.</summary>
    public async Task<List<WorkloadAttempt>> Write(int writer, CancellationToken cancel)
    {
        var attempts = new List<WorkloadAttempt>();
        var text = $"with made as (insert into {plan.Table} (writer, number, timeline) values "
            + $"(@writer, @number, {Timeline}) on conflict do nothing returning 1) "
            + $"select {Timeline}, (select count(*) from made)::int";
        for (var number = 1; !cancel.IsCancellationRequested;)
        {
            var beganAt = Now;
            var (outcome, values, error) = await Ask(
                text, [new("writer", writer), new("number", number)], Two, cancel).ConfigureAwait(false);
            attempts.Add(new WorkloadAttempt(
                writer, number, beganAt, Now, outcome, values.Item1, values.Item2 > 0, error));
            number += outcome == AttemptOutcome.Acknowledged ? 1 : 0;
            await Rest(outcome == AttemptOutcome.Acknowledged ? plan.Pause : plan.ReconnectDelay, cancel)
                .ConfigureAwait(false);
        }

        return attempts;
    }

    /// <summary>Looks at the table until it is cancelled.</summary>
    public async Task<List<WorkloadRead>> Read(CancellationToken cancel)
    {
        var reads = new List<WorkloadRead>();
        var text = $"select {Timeline}, coalesce((select string_agg(writer || ':' || most, ' ') from "
            + $"(select writer, max(number) as most from {plan.Table} group by writer) as each), '')";
        while (!cancel.IsCancellationRequested)
        {
            var beganAt = Now;
            var (outcome, values, _) = await Ask(
                text, [], reader => (reader.GetInt32(0), reader.GetString(1)), cancel).ConfigureAwait(false);
            if (outcome == AttemptOutcome.Acknowledged)
            {
                reads.Add(new WorkloadRead(beganAt, Now, values.Item1, ValueMap<int>.Of(values.Item2
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(pair => pair.Split(':'))
                    .Select(pair => new KeyValuePair<string, int>(
                        pair[0], int.Parse(pair[1], CultureInfo.InvariantCulture))))));
            }

            await Rest(TimeSpan.FromMilliseconds(10), cancel).ConfigureAwait(false);
        }

        return reads;
    }

    /// <inheritdoc/>
    public void Dispose() => Drop();

    private TimeSpan Now => time.GetElapsedTime(began);

    private static (int, int) Two(NpgsqlDataReader reader) => (reader.GetInt32(0), reader.GetInt32(1));

    private async Task<(AttemptOutcome Outcome, T Values, string Error)> Ask<T>(
        string text, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
        where T : struct
    {
        var isSent = false;
        using var limit = new CancellationTokenSource(plan.AttemptTimeout, time);
        try
        {
            // A server that is gone does not answer a cancellation either: the attempt is left to itself then.
            var asking = Once();
            await asking.WaitAsync(limit.Token).ConfigureAwait(false);
            return _notice.Length > 0
                ? (AttemptOutcome.Unknown, default, _notice)
                : (AttemptOutcome.Acknowledged, await asking.ConfigureAwait(false), "");
        }
        catch (OperationCanceledException)
        {
            Drop();
            return (isSent ? AttemptOutcome.Unknown : AttemptOutcome.Failed, default,
                isSent ? "no answer in time" : "no connection in time");
        }
        catch (PostgresException refused)
        {
            Drop();

            // What ends a session may come after the row was committed.
            var isOpen = isSent && refused.SqlState is [ '5', '7', .. ] or [ '0', '8', .. ];
            return (isOpen ? AttemptOutcome.Unknown : AttemptOutcome.Failed, default,
                $"{refused.SqlState} {refused.MessageText}");
        }
        catch (Exception broken) when (broken is NpgsqlException or IOException or SocketException
            or InvalidOperationException or ObjectDisposedException)
        {
            Drop();
            return (isSent ? AttemptOutcome.Unknown : AttemptOutcome.Failed, default,
                isSent ? "the connection broke" : "no connection");
        }

        async Task<T> Once()
        {
            _notice = "";
            if (_connection is null)
            {
                var connection = new NpgsqlConnection(connect);
                connection.Notice += (_, told) => _notice = told.Notice.MessageText;
                _connection = connection;
                await connection.OpenAsync(limit.Token).ConfigureAwait(false);
            }

            await using var command = new NpgsqlCommand(text, _connection);
            command.Parameters.AddRange(parameters);
            isSent = true;
            await using var reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
            await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            var values = read(reader);
            await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false);
            return values;
        }
    }

    private void Drop()
    {
        if (_connection is { } connection)
        {
            _connection = null;

            // Closing may wait for a server that does not answer: on a thread that nobody else needs.
            _ = Task.Factory.StartNew(
                connection.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private async Task Rest(TimeSpan pause, CancellationToken cancel)
    {
        if (pause > TimeSpan.Zero && !cancel.IsCancellationRequested)
        {
            await Task.Delay(pause, time, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
