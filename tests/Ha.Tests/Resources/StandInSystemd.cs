using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Ha.InformationBase;
using Ha.Resources.Systemd;

namespace Ha.Tests.Resources;

/// <summary>A unit of the stand-in.</summary>
internal sealed class StandInUnit
{
    public string Load { get; set; } = "loaded";

    public string Active { get; set; } = "inactive";

    public string Sub { get; set; } = "dead";

    public string Result { get; set; } = "success";

    public string FileState { get; set; } = "disabled";

    public uint MainProcess { get; set; }

    public bool ConditionHeld { get; set; } = true;

    public uint Job { get; set; }

    public string[] DropIns { get; set; } = [];
}

/// <summary>systemd's interface, in the real wire form over a real socket, with units that do what a test says. It is a
/// bus or a direct socket, as the real one is both.</summary>
internal sealed class StandInSystemd : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Socket, byte> _clients = new();
    private readonly Lock _gate = new();
    private readonly bool _isBus;
    private readonly string _socket;
    private Socket _listener;
    private uint _jobs;
    private uint _serial;

    public StandInSystemd(bool isBus = false)
    {
        Folder = Directory.CreateTempSubdirectory("ha-sd-").FullName;
        _isBus = isBus;
        _socket = Path.Combine(Folder, isBus ? "dbus/system_bus_socket" : "systemd/private");
        Directory.CreateDirectory(Path.GetDirectoryName(_socket)!);
        _listener = Listen();
    }

    /// <summary>What stands for /run.</summary>
    public string Folder { get; }

    public ConcurrentDictionary<string, StandInUnit> Units { get; } = new(StringComparer.Ordinal);

    /// <summary>Every method that was called, in order: member and first arguments.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>What a job does, after it was accepted and before its caller is told; nothing by default.</summary>
    public Action<string, string, uint> OnJob { get; set; } = (_, _, _) => { };

    /// <summary>A refusal for a method; null for none.</summary>
    public Func<string, string, string?> Refusal { get; set; } = (_, _) => null;

    /// <summary>A message is answered by these bytes instead; null for a right answer.</summary>
    public Func<DbusMessage, byte[]?> Garbage { get; set; } = _ => null;

    /// <summary>Called for each call of a method, before it is answered.</summary>
    public Action<DbusMessage> OnCall { get; set; } = _ => { };

    /// <summary>A unit enters a state, and everyone is told.</summary>
    public void Change(string unit, string active, string sub, string result = "success", uint mainProcess = 0)
    {
        var one = Units[unit];
        (one.Active, one.Sub, one.Result, one.MainProcess) = (active, sub, result, mainProcess);
        Tell(new DbusMessage
        {
            Kind = DbusKind.Signal,
            Serial = 1,
            Path = PathOf(unit),
            Interface = "org.freedesktop.DBus.Properties",
            Member = "PropertiesChanged",
            Body =
            [
                DbusValue.Of("org.freedesktop.systemd1.Unit"),
                new DbusValue.Array("{sv}",
                [
                    new DbusValue.Entry(DbusValue.Of("ActiveState"), new DbusValue.Variant(DbusValue.Of(active))),
                ]),
                new DbusValue.Array("s", []),
            ],
        });
    }

    /// <summary>A job ends, and everyone is told.</summary>
    public void End(string unit, uint job, string result)
    {
        Units[unit].Job = 0;
        Tell(new DbusMessage
        {
            Kind = DbusKind.Signal,
            Serial = 1,
            Path = "/org/freedesktop/systemd1",
            Interface = "org.freedesktop.systemd1.Manager",
            Member = "JobRemoved",
            Body = [DbusValue.Of(job), DbusValue.PathOf(JobPath(job)), DbusValue.Of(unit), DbusValue.Of(result)],
        });
    }

    /// <summary>All connections break, as when systemd executes itself anew; new ones are taken.</summary>
    public void BreakAll()
    {
        foreach (var client in _clients.Keys)
        {
            client.Dispose();
        }
    }

    /// <summary>Nobody listens any more, until <see cref="Return"/>.</summary>
    public void Vanish()
    {
        _listener.Dispose();
        File.Delete(_socket);
        BreakAll();
    }

    public void Return() => _listener = Listen();

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        BreakAll();
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string JobPath(uint job) => $"/org/freedesktop/systemd1/job/{job}";

    private static string PathOf(string unit) =>
        "/org/freedesktop/systemd1/unit/" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(unit));

    private static string UnitOf(string path) =>
        Encoding.UTF8.GetString(Convert.FromHexString(path[(path.LastIndexOf('/') + 1)..]));

    private Socket Listen()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_socket));
        listener.Listen();
        _ = Accept(listener);
        return listener;
    }

    private async Task Accept(Socket listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync();
                _clients[client] = 0;
                _ = Serve(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It vanished.
        }
    }

    private async Task Serve(Socket client)
    {
        try
        {
            using var stream = new NetworkStream(client, ownsSocket: true);
            var greeting = await Line(stream);
            Assert.StartsWith("\0AUTH EXTERNAL ", greeting, StringComparison.Ordinal);
            await stream.WriteAsync("OK 0123456789abcdef0123456789abcdef\r\n"u8.ToArray());
            Assert.Equal("BEGIN", await Line(stream));
            var prefix = new byte[DbusCodec.PrefixBytes];
            while (true)
            {
                await stream.ReadExactlyAsync(prefix);
                Assert.True(DbusCodec.TryLength(prefix, out var length, out var error), error);
                var bytes = new byte[length];
                prefix.CopyTo(bytes, 0);
                await stream.ReadExactlyAsync(bytes.AsMemory(prefix.Length));
                Assert.True(DbusCodec.TryDecode(bytes, out var message, out error), error);
                OnCall(message!);
                Send(client, Garbage(message!) ?? DbusCodec.Encode(Answer(message!)));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // The client went away.
        }
        finally
        {
            _clients.TryRemove(client, out _);
        }
    }

    private static async Task<string> Line(NetworkStream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1 && one[0] != (byte)'\n')
        {
            line.Append((char)one[0]);
        }

        return line.ToString().TrimEnd('\r');
    }

    private DbusMessage Answer(DbusMessage call)
    {
        var first = call.TextAt(0) ?? "";
        Calls.Enqueue($"{call.Member} {first} {call.TextAt(1)}".TrimEnd());
        if (Refusal(call.Member, first) is { } name)
        {
            return Error(call, name, $"{name} was scripted");
        }

        switch (call.Member)
        {
            case "Hello" when _isBus:
                return Reply(call, DbusValue.Of(":1.42"));
            case "AddMatch" when _isBus:
            case "Subscribe":
                return Reply(call);
            case "Reload":
                foreach (var (unit, state) in Units)
                {
                    var dropIn = UnitDropIn.PathOf(Folder, unit);
                    state.DropIns = File.Exists(dropIn) ? [dropIn] : [];
                }

                return Reply(call);
            case "GetUnit" when !Units.ContainsKey(first):
                return Error(call, "org.freedesktop.systemd1.NoSuchUnit", $"Unit {first} not loaded.");
            case "LoadUnit":
                Units.TryAdd(first, new StandInUnit { Load = "not-found" });
                return Reply(call, DbusValue.PathOf(PathOf(first)));
            case "GetUnit":
                return Reply(call, DbusValue.PathOf(PathOf(first)));
            case "GetAll":
                return Reply(call, Properties(Units[UnitOf(call.Path)], first));
            case "StartUnit" or "StopUnit" or "RestartUnit" or "ReloadUnit":
                var job = Interlocked.Increment(ref _jobs);
                Units[first].Job = job;
                OnJob(call.Member, first, job);
                return Reply(call, DbusValue.PathOf(JobPath(job)));
            default:
                return Error(call, "org.freedesktop.DBus.Error.UnknownMethod", call.Member);
        }
    }

    private static DbusValue.Array Properties(StandInUnit unit, string type)
    {
        (string Name, DbusValue Value)[] all = type.EndsWith(".Unit", StringComparison.Ordinal)
            ?
            [
                ("LoadState", DbusValue.Of(unit.Load)), ("ActiveState", DbusValue.Of(unit.Active)),
                ("SubState", DbusValue.Of(unit.Sub)), ("UnitFileState", DbusValue.Of(unit.FileState)),
                ("ConditionResult", DbusValue.Of(unit.ConditionHeld)),
                ("ConditionTimestamp", new DbusValue.Number('t', 1)),
                ("Job", new DbusValue.Structure([DbusValue.Of(unit.Job), DbusValue.PathOf(JobPath(unit.Job))])),
                ("DropInPaths", new DbusValue.Array("s", unit.DropIns.Select(DbusValue.Of).ToValueList())),
            ]
            : [("Result", DbusValue.Of(unit.Result)), ("MainPID", DbusValue.Of(unit.MainProcess))];
        return new DbusValue.Array("{sv}", all
            .Select(pair => (DbusValue)new DbusValue.Entry(DbusValue.Of(pair.Name), new DbusValue.Variant(pair.Value)))
            .ToValueList());
    }

    private DbusMessage Reply(DbusMessage call, params ValueList<DbusValue> body) => new()
    {
        Kind = DbusKind.Answer,
        Serial = Interlocked.Increment(ref _serial),
        ReplySerial = call.Serial,
        Body = body,
    };

    private DbusMessage Error(DbusMessage call, string name, string text) => new()
    {
        Kind = DbusKind.Error,
        Serial = Interlocked.Increment(ref _serial),
        ReplySerial = call.Serial,
        ErrorName = name,
        Body = [DbusValue.Of(text)],
    };

    private void Tell(DbusMessage signal)
    {
        var bytes = DbusCodec.Encode(signal with { Serial = Interlocked.Increment(ref _serial) });
        foreach (var client in _clients.Keys)
        {
            Send(client, bytes);
        }
    }

    private void Send(Socket client, byte[] bytes)
    {
        lock (_gate)
        {
            try
            {
                client.Send(bytes);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The client went away.
            }
        }
    }
}
