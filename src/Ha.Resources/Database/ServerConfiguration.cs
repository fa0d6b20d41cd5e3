using System.Text;

namespace Ha.Resources.Database;

/// <summary>Texts of a server's configuration: pure.</summary>
public static class ServerConfiguration
{
    /// <summary>Settings that are the cluster's, in postgresql.auto.conf, which the server reads last.</summary>
    /// <param name="before">The file as it is.</param>
    /// <param name="values">Name and value; null takes the setting out.</param>
    public static string WithSettings(string before, IReadOnlyList<(string Name, string? Value)> values)
    {
        var text = new StringBuilder();
        foreach (var line in before.Split('\n'))
        {
            var name = line.Split('=')[0].Trim();
            if (line.Length > 0 && !values.Any(value => value.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                text.Append(line).Append('\n');
            }
        }

        foreach (var (name, value) in values.Where(value => value.Value is not null))
        {
            text.Append(name).Append(" = ").Append(Quoted(value!)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>primary_conninfo of a standby: words that libpq reads.</summary>
    public static string ConnectionInfo(PostgresSettings settings, string self, string address)
    {
        var text = $"host={Word(address)} port={settings.Port} user={Word(settings.ReplicationUser)} "
            + $"application_name={Word(self)} connect_timeout=2 keepalives_idle=1 keepalives_interval=1 keepalives_count=3 "
            + "tcp_user_timeout=3000";
        return settings.ReplicationPassword is { } password ? $"{text} password={Word(password)}" : text;
    }

    /// <summary>The slot of a standby on its primary: letters, digits and underscores.</summary>
    public static string SlotOf(string node) => SlotPrefix + string.Concat(node.ToLowerInvariant().Select(letter =>
        letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') ? letter : '_'));

    /// <summary>Begins the names of our slots.</summary>
    public const string SlotPrefix = "ha_";

    /// <summary>The server's command line settings: what a standby needs so that it can be promoted at once, and an old
    /// primary so that it can be rewound.</summary>
    /// <remarks>Where wal_retrieve_retry_interval is at its default of 5 s, a standby that lost its primary a moment
    /// ago sleeps that long before it lets itself be promoted.</remarks>
    public static IReadOnlyList<string> StartArguments(PostgresSettings settings, string node)
    {
        var arguments = new List<string>
        {
            "-D", settings.Data, "-p", settings.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "-c", $"unix_socket_directories={settings.SocketFolder}", "-c", "hot_standby=on",
            "-c", "wal_retrieve_retry_interval=1s", "-c", "recovery_target_timeline=latest", "-c", $"cluster_name={node}",
        };
        if (settings.ConfigFile is { } file)
        {
            arguments.AddRange(["-c", $"config_file={file}"]);
        }

        return arguments;
    }

    // In a configuration file a quote is doubled, and so is a backslash.
    private static string Quoted(string value) =>
        $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Word(string value) =>
        $"'{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
