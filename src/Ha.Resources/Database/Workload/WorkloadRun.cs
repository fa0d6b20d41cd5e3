using Ha.InformationBase;
using Npgsql;

namespace Ha.Resources.Database.Workload;

/// <summary>A run: many clients append and read while something happens to the servers; then the table is read, and the
/// history is ready to be judged. Sources: the ways in which acknowledged writes are lost, and how to see it.</summary>
public static class WorkloadRun
{
    /// <summary>Makes the table, runs the clients, reads what is there.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="during">Runs beside the clients, once they write: what breaks the servers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends the writing early; the table is read nevertheless.</param>
    /// <exception cref="NpgsqlException">No server could be reached at the beginning, or none accepted writes within
    /// the time after the end.</exception>
    public static async Task<WorkloadHistory> Run(
        WorkloadPlan plan, Func<CancellationToken, Task> during, TimeProvider time, CancellationToken cancel)
    {
        var connect = ConnectionOf(plan);
        await Settled(
            connect,
            $"drop table if exists {plan.Table}; create table {plan.Table} "
            + "(writer int, number int, timeline int, primary key (writer, number))",
            TimeSpan.Zero, time).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(plan.Length, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        var began = time.GetTimestamp();
        var clients = new List<WorkloadClient>();
        WorkloadClient Client()
        {
            clients.Add(new WorkloadClient(connect, plan, time, began));
            return clients[^1];
        }

        var writers = Enumerable.Range(1, plan.Writers).Select(number => Client().Write(number, end.Token)).ToList();
        var readers = Enumerable.Range(1, plan.Readers).Select(_ => Client().Read(end.Token)).ToList();
        await during(end.Token).ConfigureAwait(false);
        var attempts = (await Task.WhenAll(writers).ConfigureAwait(false)).SelectMany(each => each).ToValueList();
        var reads = (await Task.WhenAll(readers).ConfigureAwait(false)).SelectMany(each => each).ToValueList();
        var length = time.GetElapsedTime(began);
        clients.ForEach(client => client.Dispose());

        // Only a primary that commits shows what is really there; an index may hide what is there twice.
        await Settled(
            connect, $"insert into {plan.Table} values (0, 0, 0) on conflict do nothing",
            plan.SettleTimeout, time).ConfigureAwait(false);
        return new WorkloadHistory(attempts, reads, await Rows(plan, connect).ConfigureAwait(false), length);
    }

    /// <summary>Takes the table away.</summary>
    public static async Task Clean(WorkloadPlan plan)
    {
        await using var connection = new NpgsqlConnection(ConnectionOf(plan));
        await connection.OpenAsync().ConfigureAwait(false);
        await using var command = new NpgsqlCommand($"drop table if exists {plan.Table}", connection);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private static string ConnectionOf(WorkloadPlan plan) => new NpgsqlConnectionStringBuilder
    {
        Host = plan.Host,
        Port = plan.Port,
        Database = plan.Database,
        Username = plan.User,
        Password = plan.Password,
        Pooling = false,
        Timeout = Math.Max(1, (int)Math.Ceiling(plan.AttemptTimeout.TotalSeconds)),
        CommandTimeout = 0,
        CancellationTimeout = -1,
        Multiplexing = false,
        GssEncryptionMode = GssEncryptionMode.Disable,
        ApplicationName = "ha test failover",
    }.ConnectionString;

    private static async Task Settled(
        string connect, string text, TimeSpan limit, TimeProvider time)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
                await using var connection = new NpgsqlConnection(connect);
                await connection.OpenAsync(patience.Token).ConfigureAwait(false);
                await using var command = new NpgsqlCommand(text, connection);
                await command.ExecuteNonQueryAsync(patience.Token).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException or IOException
                && time.GetElapsedTime(began) < limit)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static async Task<ValueList<WorkloadRow>> Rows(WorkloadPlan plan, string connect)
    {
        await using var connection = new NpgsqlConnection(connect);
        await connection.OpenAsync().ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            "set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off; "
            + $"select writer, number, timeline from {plan.Table} where writer > 0",
            connection);
        await using var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        var rows = new List<WorkloadRow>();
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            rows.Add(new WorkloadRow(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2)));
        }

        return rows.ToValueList();
    }
}
