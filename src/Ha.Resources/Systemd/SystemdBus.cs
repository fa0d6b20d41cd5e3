using Ha.InformationBase;

namespace Ha.Resources.Systemd;

/// <summary>systemd's manager over the bus: what we ask of it, and nothing else. Its private socket comes first: it
/// needs no message bus, which may be restarted, and which ends early when the host shuts down. Source:
/// org.freedesktop.systemd1(5).</summary>
/// <param name="runFolder">/run.</param>
internal sealed class SystemdBus(string runFolder) : IDisposable
{
    /// <summary>Where run-time state is.</summary>
    public const string DefaultRunFolder = "/run";

    private const string Name = "org.freedesktop.systemd1";
    private const string ManagerPath = "/org/freedesktop/systemd1";
    private const string ManagerInterface = "org.freedesktop.systemd1.Manager";
    private const string UnitInterface = "org.freedesktop.systemd1.Unit";
    private const string PropertiesInterface = "org.freedesktop.DBus.Properties";
    private const string BusInterface = "org.freedesktop.DBus";

    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly SemaphoreSlim _reloading = new(1, 1);
    private DbusConnection? _connection;

    private string PrivateSocket => Path.Combine(runFolder, "systemd/private");

    private string BusSocket => Path.Combine(runFolder, "dbus/system_bus_socket");

    /// <summary>True where systemd runs, or is about to.</summary>
    public bool IsThere => Directory.Exists(Path.Combine(runFolder, "systemd/system"))
        || File.Exists(PrivateSocket) || File.Exists(BusSocket);

    /// <summary>The connection; a new one when the one before broke.</summary>
    /// <returns>The connection, or why there is none.</returns>
    public async Task<(DbusConnection? Connection, string Error)> Connect(CancellationToken cancel)
    {
        if (Volatile.Read(ref _connection) is { LostBecause: "" } open)
        {
            return (open, "");
        }

        try
        {
            await _opening.WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return (null, "no connection to systemd in time");
        }

        try
        {
            if (_connection is { LostBecause: "" } other)
            {
                return (other, "");
            }

            _connection?.Dispose();
            var (connection, error) = await Open(cancel).ConfigureAwait(false);
            Volatile.Write(ref _connection, connection);
            return (connection, error);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The object of a unit. systemd gives one for a unit that does not exist, too.</summary>
    public async Task<UnitReply<string>> Load(DbusConnection connection, string unit, CancellationToken cancel) =>
        PathIn(await connection.Call(
            Name, ManagerPath, ManagerInterface, "LoadUnit", [DbusValue.Of(unit)], cancel).ConfigureAwait(false));

    /// <summary>The object of a unit that systemd already knows; refused for another.</summary>
    public async Task<UnitReply<string>> Find(DbusConnection connection, string unit, CancellationToken cancel) =>
        PathIn(await connection.Call(
            Name, ManagerPath, ManagerInterface, "GetUnit", [DbusValue.Of(unit)], cancel).ConfigureAwait(false));

    /// <summary>How a unit is.</summary>
    /// <param name="connection">From <see cref="Connect"/>.</param>
    /// <param name="unit">Its name.</param>
    /// <param name="path">Its object.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task<UnitReply<UnitState>> Read(
        DbusConnection connection, string unit, string path, CancellationToken cancel)
    {
        switch (await AllOf(connection, path, UnitInterface, cancel).ConfigureAwait(false))
        {
            case UnitReply<Dictionary<string, DbusValue>>.Answered all:
                var state = StateOf(unit, all.Value);
                return new UnitReply<UnitState>.Answered(state.Active is "active" or "inactive"
                    ? state
                    : await WithDetail(connection, state, path, cancel).ConfigureAwait(false));
            case UnitReply<Dictionary<string, DbusValue>>.Refused refused:
                return new UnitReply<UnitState>.Refused(refused.Name, refused.Text);
            case UnitReply<Dictionary<string, DbusValue>>.Lost lost:
                return new UnitReply<UnitState>.Lost(lost.Reason);
            default:
                return new UnitReply<UnitState>.Lost("systemd did not answer");
        }
    }

    /// <summary>Asks for a job, and gives its object.</summary>
    /// <param name="connection">From <see cref="Connect"/>.</param>
    /// <param name="method">StartUnit, StopUnit, RestartUnit, ReloadUnit.</param>
    /// <param name="unit">Its name.</param>
    /// <param name="mode">replace, or ignore-dependencies.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task<UnitReply<string>> Submit(
        DbusConnection connection, string method, string unit, string mode, CancellationToken cancel) =>
        PathIn(await connection.Call(
            Name, ManagerPath, ManagerInterface, method, [DbusValue.Of(unit), DbusValue.Of(mode)], cancel)
            .ConfigureAwait(false));

    /// <summary>systemd reads its files again, unless it has read this one meanwhile: units that start together need it
    /// once, and where there are many units it takes seconds.</summary>
    /// <param name="connection">From <see cref="Connect"/>.</param>
    /// <param name="unit">The unit that the file adds to.</param>
    /// <param name="path">Its object.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task<UnitReply<string>> ReloadFor(
        DbusConnection connection, string unit, string path, string file, CancellationToken cancel)
    {
        try
        {
            await _reloading.WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new UnitReply<string>.Lost("systemd reads its files for others");
        }

        try
        {
            return await Read(connection, unit, path, cancel).ConfigureAwait(false)
                is UnitReply<UnitState>.Answered { Value.DropIns: var known }
                && known.Contains(file, StringComparer.Ordinal)
                ? new UnitReply<string>.Answered("")
                : await Reload(connection, cancel).ConfigureAwait(false);
        }
        finally
        {
            _reloading.Release();
        }
    }

    /// <summary>Signals about one unit: ends of its jobs, changes of its state.</summary>
    public static DbusWatch Watch(DbusConnection connection, string unit, string path) => connection.Watch(signal =>
        (signal.Member == "JobRemoved" && signal.TextAt(2) == unit)
        || (signal.Member == "PropertiesChanged" && signal.Path == path));

    /// <summary>The job and its result that a signal tells of; null where it tells of something else.</summary>
    public static (string Job, string Result)? JobOf(DbusMessage signal) =>
        signal is { Member: "JobRemoved" } && signal.TextAt(1) is { } job && signal.TextAt(3) is { } result
            ? (job, result)
            : null;

    public void Dispose()
    {
        _connection?.Dispose();
        _opening.Dispose();
        _reloading.Dispose();
    }

    private static async Task<UnitReply<string>> Reload(DbusConnection connection, CancellationToken cancel) =>
        await connection.Call(Name, ManagerPath, ManagerInterface, "Reload", [], cancel).ConfigureAwait(false) switch
        {
            DbusReply.Answered => new UnitReply<string>.Answered(""),
            DbusReply.Refused refused => new UnitReply<string>.Refused(refused.Name, refused.Text),
            DbusReply.Lost lost => new UnitReply<string>.Lost(lost.Reason),
            _ => new UnitReply<string>.Lost("systemd did not answer"),
        };

    private async Task<(DbusConnection? Connection, string Error)> Open(CancellationToken cancel)
    {
        var (direct, error) = await DbusConnection.Open(PrivateSocket, isBus: false, cancel).ConfigureAwait(false);
        if (direct is not null)
        {
            // To a direct connection systemd tells everything; the call matters where it would not.
            _ = await direct.Call(Name, ManagerPath, ManagerInterface, "Subscribe", [], cancel).ConfigureAwait(false);
            return (direct, "");
        }

        var (bus, busError) = await DbusConnection.Open(BusSocket, isBus: true, cancel).ConfigureAwait(false);
        if (bus is null)
        {
            return (null, $"{error}; {busError}");
        }

        foreach (var rule in (string[])
        [
            $"type='signal',sender='{Name}',interface='{ManagerInterface}',member='JobRemoved'",
            $"type='signal',sender='{Name}',interface='{PropertiesInterface}',path_namespace='{ManagerPath}/unit'",
        ])
        {
            var match = await bus.Call(
                BusInterface, "/org/freedesktop/DBus", BusInterface, "AddMatch", [DbusValue.Of(rule)], cancel)
                .ConfigureAwait(false);
            if (match is not DbusReply.Answered)
            {
                bus.Dispose();
                return (null, $"{BusSocket}: {match}");
            }
        }

        _ = await bus.Call(Name, ManagerPath, ManagerInterface, "Subscribe", [], cancel).ConfigureAwait(false);
        return (bus, "");
    }

    private static async Task<UnitReply<Dictionary<string, DbusValue>>> AllOf(
        DbusConnection connection, string path, string type, CancellationToken cancel)
    {
        switch (await connection.Call(Name, path, PropertiesInterface, "GetAll", [DbusValue.Of(type)], cancel)
            .ConfigureAwait(false))
        {
            case DbusReply.Answered { Body: [DbusValue.Array entries] }:
                var all = new Dictionary<string, DbusValue>(StringComparer.Ordinal);
                foreach (var item in entries.Items)
                {
                    if (item is DbusValue.Entry { Key: DbusValue.Text name } entry)
                    {
                        all[name.Value] = entry.Content.Bare();
                    }
                }

                return new UnitReply<Dictionary<string, DbusValue>>.Answered(all);
            case DbusReply.Refused refused:
                return new UnitReply<Dictionary<string, DbusValue>>.Refused(refused.Name, refused.Text);
            case DbusReply.Lost lost:
                return new UnitReply<Dictionary<string, DbusValue>>.Lost(lost.Reason);
            default:
                return new UnitReply<Dictionary<string, DbusValue>>.Refused("", "systemd's answer makes no sense");
        }
    }

    private static async Task<UnitState> WithDetail(
        DbusConnection connection, UnitState state, string path, CancellationToken cancel)
    {
        var type = UnitNames.InterfaceOf(state.Name);
        return type.Length > 0 && await AllOf(connection, path, type, cancel).ConfigureAwait(false)
            is UnitReply<Dictionary<string, DbusValue>>.Answered own
            ? state with
            {
                Result = TextOf(own.Value, "Result"),
                MainProcess = (uint)(own.Value.GetValueOrDefault("MainPID") is DbusValue.Number pid ? pid.Bits : 0),
            }
            : state;
    }

    private static UnitState StateOf(string unit, Dictionary<string, DbusValue> all) => new()
    {
        Name = unit,
        Load = TextOf(all, "LoadState"),
        Active = TextOf(all, "ActiveState"),
        Sub = TextOf(all, "SubState"),
        FileState = TextOf(all, "UnitFileState"),
        HasJob = all.GetValueOrDefault("Job") is DbusValue.Structure { Fields: [DbusValue.Number { Bits: > 0 }, ..] },
        ConditionHeld = all.GetValueOrDefault("ConditionResult") is not DbusValue.Number { Bits: 0 }
            || all.GetValueOrDefault("ConditionTimestamp") is DbusValue.Number { Bits: 0 },
        DropIns = all.GetValueOrDefault("DropInPaths") is DbusValue.Array paths
            ? paths.Items.OfType<DbusValue.Text>().Select(text => text.Value).ToValueList()
            : [],
    };

    // The states come into messages: whatever a stranger wrote there is made safe.
    private static string TextOf(Dictionary<string, DbusValue> all, string name) =>
        all.GetValueOrDefault(name) is DbusValue.Text text ? SafeText.Of(text.Value) : "";

    private static UnitReply<string> PathIn(DbusReply reply) => reply switch
    {
        DbusReply.Answered answered when answered.TextAt(0) is { } path => new UnitReply<string>.Answered(path),
        DbusReply.Refused refused => new UnitReply<string>.Refused(refused.Name, refused.Text),
        DbusReply.Lost lost => new UnitReply<string>.Lost(lost.Reason),
        _ => new UnitReply<string>.Refused("", "systemd's answer makes no sense"),
    };
}
