using System.Diagnostics;
using System.Globalization;
using Ha.InformationBase;
using Ha.Resources;
using Ha.Resources.Database;
using Npgsql;

namespace Ha.Tests.Database;

/// <summary>Real servers on loopback addresses, each with an agent of its own: what the policy engine would order, a
/// test orders.</summary>
internal sealed class ServerFarm : IDisposable
{
    public const string Programs = "/usr/lib/postgresql/15/bin";
    private const string User = "postgres";

    private readonly Dictionary<string, PostgresAgent> _agents = new(StringComparer.Ordinal);
    private readonly List<string> _log = [];
    private readonly IReadOnlyDictionary<string, string> _parameters;

    private ServerFarm(string folder, int port, string[] nodes, Dictionary<string, string> parameters)
    {
        (Folder, Port, Cluster, _parameters) = (folder, port, new MemoryCluster(nodes), parameters);
        foreach (var node in nodes)
        {
            Begin(node);
        }
    }

    public string Folder { get; }

    public int Port { get; }

    public MemoryCluster Cluster { get; }

    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>True where real servers can be run; says why not otherwise.</summary>
    public static bool CanRun(string test)
    {
        var can = Environment.IsPrivilegedProcess && File.Exists($"{Programs}/initdb") && File.Exists("/usr/bin/setpriv");
        if (!can)
        {
            Console.WriteLine($"NOT RUN: {test} needs root and the package postgresql-15");
        }

        return can;
    }

    /// <summary>A farm: the first node has data, the others will be cloned.</summary>
    public static async Task<ServerFarm> Make(int port, string[] nodes, params (string Name, string Value)[] parameters)
    {
        var folder = Directory.CreateTempSubdirectory("ha-farm").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        await Say("/bin/chown", User, folder);
        var farm = new ServerFarm(folder, port, nodes, parameters.ToDictionary(pair => pair.Name, pair => pair.Value));
        var data = farm.DataOf(nodes[0]);
        await As($"{Programs}/initdb", "-D", data, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C");
        await File.AppendAllTextAsync(Path.Combine(data, "pg_hba.conf"), "host all all 127.0.0.0/8 trust\nhost replication all 127.0.0.0/8 trust\n");
        foreach (var node in nodes)
        {
            await File.WriteAllTextAsync(
                $"{data[..^nodes[0].Length]}{node}.conf",
                $"fsync = off\nshared_buffers = 16MB\nlisten_addresses = '{farm.Cluster.Of(node).AddressOf(node)}'\n");
        }

        return farm;
    }

    public string DataOf(string node) => Path.Combine(Folder, node);

    /// <summary>Orders something of a node's agent.</summary>
    public async Task<(int Code, string Reason, TimeSpan Took)> Order(string node, string action)
    {
        var result = await _agents[node].Run(
            new AgentRequest
            {
                Agent = new AgentName("ha", null, "postgresql"),
                ResourceId = "db",
                Action = action,
                Timeout = TimeSpan.FromSeconds(40),
                Interval = TimeSpan.Zero,
                Node = node,
                Parameters = ValueMap<string>.Of(_parameters.Concat(
                [
                    new("pgdata", DataOf(node)), new("config", DataOf(node) + ".conf"), new("bindir", Programs), new("replication_user", User),
                    new("port", Port.ToString(CultureInfo.InvariantCulture)),
                    new("socket_folder", Path.Combine(Folder, "run-" + node)),
                ])),
            },
            default);
        return (result.ExitCode, result.ExitReason, result.Took);
    }

    /// <summary>Orders, and wants it done.</summary>
    public async Task<TimeSpan> Done(string node, string action)
    {
        var (code, reason, took) = await Order(node, action);
        Assert.True(code == 0, $"{action} on {node}: {code} {reason}\n{Log}");
        return took;
    }

    /// <summary>The program on a host ends, its server goes on; and a new one begins.</summary>
    public void Begin(string node)
    {
        if (_agents.Remove(node, out var before))
        {
            before.Dispose();
        }

        _agents[node] = new PostgresAgent(Cluster.Of(node), TimeProvider.System, text =>
        {
            lock (_log)
            {
                _log.Add($"{DateTime.UtcNow:mm:ss.fff} {node} {text}");
            }
        });
    }

    /// <summary>Sends a signal to a node's server: to its first process, or to all.</summary>
    public void Signal(string node, string signal, bool all = false)
    {
        using var process = new ServerProcess(DataOf(node));
        Assert.True(process.Find());
        var ids = all ? process.All() : [process.Id];
        using var kill = Process.Start("/bin/kill", [$"-{signal}", .. ids.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        kill.WaitForExit();
    }

    /// <summary>Asks a node's server.</summary>
    public async Task<string> Ask(string node, string text)
    {
        await using var connection = new NpgsqlConnection(
            $"Host={Cluster.Of(node).AddressOf(node)};Port={Port};Username={User};Database=postgres;Pooling=false;Timeout=5;Command Timeout=10");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(text, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>Waits for a state of the farm, at most half a minute.</summary>
    public async Task Until(string what, Func<Task<bool>> holds)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (await holds())
                {
                    return;
                }
            }
            catch (NpgsqlException)
            {
                // Not yet.
            }

            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30), $"waited for {what}\n{Log}");
            await Task.Yield();
            await Cluster.Of("n1").NextChange(default).WaitAsync(TimeSpan.FromMilliseconds(20)).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    public SyncRecord? Record => SyncRecord.TryParse(Cluster.Option("postgresql-record-db"), out var record) ? record : null;

    public void Dispose()
    {
        foreach (var (node, agent) in _agents)
        {
            agent.Dispose();
            using var process = new ServerProcess(DataOf(node));
            process.KillAll(TimeProvider.System, TimeSpan.FromSeconds(5)).GetAwaiter().GetResult();
        }

        if (Environment.GetEnvironmentVariable("HA_TEST_KEEP") is null)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static Task<string> As(string program, params string[] words) =>
        Say("/usr/bin/setpriv", [$"--reuid={User}", $"--regid={User}", "--init-groups", "--", program, .. words]);

    private static async Task<string> Say(string program, params string[] words)
    {
        var start = new ProcessStartInfo(program, words)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output + await errors);
        return output;
    }
}
