using System.Globalization;
using Ha.InformationBase;

namespace Ha.Resources.Database;

/// <summary>The parameters of ha:postgresql, read.</summary>
public sealed record PostgresSettings
{
    /// <summary>What the agent says of itself.</summary>
    public static readonly AgentMetadata Metadata = new()
    {
        Agent = new AgentName("ha", null, "postgresql"),
        Parameters =
        [
            new AgentParameter { Name = "pgdata", IsRequired = true, IsUnique = true },
            new AgentParameter { Name = "bindir" },
            new AgentParameter { Name = "config" },
            new AgentParameter { Name = "user", Default = "postgres" },
            new AgentParameter { Name = "port", Type = "integer", Default = "5432" },
            new AgentParameter { Name = "socket_folder", Default = "/var/run/postgresql" },
            new AgentParameter { Name = "replication_user", Default = "replicator" },
            new AgentParameter { Name = "replication_password", IsPrivate = true },
            new AgentParameter { Name = "synchronous", Type = "select", Default = "quorum", Words = ["quorum", "off"] },
            new AgentParameter { Name = "copies", Type = "integer", Default = "1" },
            new AgentParameter { Name = "when_alone", Type = "select", Default = "wait", Words = ["wait", "go-on"] },
            new AgentParameter { Name = "max_loss", Type = "integer" },
            new AgentParameter { Name = "rejoin", Type = "select", Default = "clone", Words = ["clone", "rewind", "none"] },
            new AgentParameter { Name = "silence_timeout", Type = "second", Default = "5s" },
            new AgentParameter { Name = "drain_timeout", Type = "second", Default = "1s" },
        ],
        Actions =
        [
            new AgentAction { Name = "start", Timeout = TimeSpan.FromSeconds(60) },
            new AgentAction { Name = "stop", Timeout = TimeSpan.FromSeconds(60) },
            new AgentAction { Name = "promote", Timeout = TimeSpan.FromSeconds(60) },
            new AgentAction { Name = "demote", Timeout = TimeSpan.FromSeconds(60) },
            new AgentAction { Name = "notify", Timeout = TimeSpan.FromSeconds(5) },
            new AgentAction
            {
                Name = "monitor", Timeout = TimeSpan.FromSeconds(10), Interval = TimeSpan.FromMilliseconds(100), Role = "Promoted",
            },
            new AgentAction
            {
                Name = "monitor", Timeout = TimeSpan.FromSeconds(10), Interval = TimeSpan.FromSeconds(1), Role = "Unpromoted",
            },
            new AgentAction { Name = "validate-all", Timeout = TimeSpan.FromSeconds(5) },
        ],
    };

    /// <summary>The data folder.</summary>
    public required string Data { get; init; }

    /// <summary>Folder of PostgreSQL's programs; null for Debian's, by the data's version.</summary>
    public string? Programs { get; init; }

    /// <summary>The server's configuration file; null for the one in the data folder.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The account that the server runs as, and its first database user.</summary>
    public string User { get; init; } = "postgres";

    /// <summary>The server's port, the same on all nodes.</summary>
    public int Port { get; init; } = 5432;

    /// <summary>Folder of the server's local socket.</summary>
    public string SocketFolder { get; init; } = "/var/run/postgresql";

    /// <summary>Who standbys connect as.</summary>
    public string ReplicationUser { get; init; } = "replicator";

    /// <summary>His password; null where the server wants none.</summary>
    public string? ReplicationPassword { get; init; }

    /// <summary>How many standbys shall have a transaction before a client hears of it, and what if there are
    /// fewer.</summary>
    public required SyncRule Rule { get; init; }

    /// <summary>Bytes that a promotion may lose while commits wait for nobody; null for none.</summary>
    public ulong? MaxLoss { get; init; }

    /// <summary>clone, rewind or none: how far the agent goes to let an old primary follow again.</summary>
    public string Rejoin { get; init; } = "clone";

    /// <summary>A server that has not answered for this long has failed.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stopping primary waits for standbys that do not take the rest of its log.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Reads them. Null, with what is wrong, where they make no sense.</summary>
    public static (PostgresSettings? Settings, string Error) Read(ValueMap<string> parameters)
    {
        string? Value(string name) => parameters.GetValueOrDefault(name) is { Length: > 0 } text ? text : null;
        var error = "";
        T Must<T>(string name, string expected, T otherwise, Func<string, T?> read)
            where T : struct
        {
            if (Value(name) is not { } text)
            {
                return otherwise;
            }

            var value = read(text);
            error = value is null && error.Length == 0
                ? $"parameter {name} is '{SafeText.Of(text)}'; write {expected}"
                : error;
            return value ?? otherwise;
        }

        foreach (var name in (string[])["pgdata", "bindir", "config", "socket_folder"])
        {
            if (Value(name) is { } path && !path.StartsWith('/'))
            {
                return (null, $"parameter {name} is '{SafeText.Of(path)}'; write a path from the root");
            }
        }

        if (Value("pgdata") is not { } data)
        {
            return (null, "parameter pgdata is missing: the data folder");
        }

        var (isQuorum, copies) = (Word("synchronous", "quorum", "off"), Must("copies", "1 to 8", 1, Number(1, 8)));
        var goesOn = Word("when_alone", "go-on", "wait", otherwise: false);
        bool Word(string name, string yes, string no, bool otherwise = true) => Must<bool>(
            name, $"{yes} or {no}", otherwise, text => text == yes ? true : text == no ? false : null);
        var settings = new PostgresSettings
        {
            Data = data.TrimEnd('/'),
            Programs = Value("bindir"),
            ConfigFile = Value("config"),
            User = Value("user") ?? "postgres",
            Port = Must("port", "1 to 65535", 5432, Number(1, 65535)),
            SocketFolder = Value("socket_folder") ?? "/var/run/postgresql",
            ReplicationUser = Value("replication_user") ?? "replicator",
            ReplicationPassword = Value("replication_password"),
            Rule = new SyncRule(isQuorum ? copies : 0, goesOn),
            MaxLoss = Value("max_loss") is null ? null : Must("max_loss", "a number of bytes", 0UL, text =>
                ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null),
            Rejoin = Value("rejoin") ?? "clone",
            SilenceTimeout = Must("silence_timeout", "seconds, 1s to 600s", TimeSpan.FromSeconds(5), Seconds),
            DrainTimeout = Must("drain_timeout", "seconds, 1s to 600s", TimeSpan.FromSeconds(1), Seconds),
        };
        if (settings.Rejoin is not ("clone" or "rewind" or "none"))
        {
            error = $"parameter rejoin is '{SafeText.Of(settings.Rejoin)}'; write clone, rewind or none";
        }

        return error.Length > 0 ? (null, error) : (settings, "");
    }

    private static Func<string, int?> Number(int least, int most) => text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            && number <= most ? number : null;

    private static TimeSpan? Seconds(string text) =>
        Number(1, 600)(text.EndsWith('s') ? text[..^1] : text) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
