namespace Ha.Resources.Database.Workload;

/// <summary>What a run does.</summary>
public sealed record WorkloadPlan
{
    /// <summary>Greatest number of clients of a kind.</summary>
    public const int MaxClients = 64;

    /// <summary>Where the primary is reached: an address that follows it, or several hosts with commas, of which the
    /// one that accepts writes is taken.</summary>
    public required string Host { get; init; }

    /// <summary>Port of the servers.</summary>
    public int Port { get; init; } = 5432;

    /// <summary>The database.</summary>
    public string Database { get; init; } = "postgres";

    /// <summary>Who connects. He must be able to make a table.</summary>
    public string User { get; init; } = "postgres";

    /// <summary>His password; null where none is needed, or PGPASSWORD or a password file has it.</summary>
    public string? Password { get; init; }

    /// <summary>How long the clients write.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Clients that write.</summary>
    public int Writers { get; init; } = 8;

    /// <summary>Clients that read.</summary>
    public int Readers { get; init; } = 2;

    /// <summary>A client gives an attempt up after this long: its end is unknown then.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Pause of a client before it connects again.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Pause of a writer after an acknowledged row: it keeps a run's history within bounds.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How long after the end a primary may take until it accepts a write.</summary>
    public TimeSpan SettleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The table, in the first schema of the search path.</summary>
    public string Table { get; init; } = "ha_test_failover";
}
