using System.Globalization;
using System.Security.Cryptography;
using Ha.Actors.Cluster;
using Ha.Actors.Coordination;
using Ha.Actors.Execution;
using Ha.Actors.Fencing;
using Ha.Actors.Link;
using Ha.InformationBase;
using Ha.Kernel;
using Ha.Node.Api;
using Ha.Node.Commands;
using Ha.Node.Pacemaker;
using Ha.Resources;
using Ha.Resources.Database;
using Ha.Resources.Fencing;
using Ha.Resources.Lsb;
using Ha.Resources.Ocf;
using Ha.Resources.Systemd;
using Ha.Resources.Vip;

namespace Ha.Node.Hosting;

/// <summary>Builds every actor in the order of the flow: read it to see who tells whom.</summary>
internal sealed class NodeHost : INodeGateway, IProcessExit, IAsyncDisposable
{
    private static readonly TimeSpan s_statusTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_coldTimeout = TimeSpan.FromSeconds(10);

    private readonly NodeSettings _settings;
    private readonly ActorSystem _system;
    private readonly SqliteLogStore _store;
    private readonly CorosyncLink _link;
    private readonly VipAgent _vip = new();
    private readonly PostgresAgent _postgres;
    private readonly SystemdAgent _systemd;
    private readonly EventLog _events = new();
    private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActorRef<ReplicaMessage> _replica;
    private readonly ActorRef<ExecutorMessage> _executor;
    private readonly string _incarnation = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ApiServer? _api;
    private long _requests;

    public NodeHost(NodeSettings settings)
    {
        _settings = settings;
        _systemd = new SystemdAgent(settings.RunFolder);
        var scheduler = new ThreadScheduler();
        _system = new ActorSystem(
            settings.Name, scheduler, this, new ConsoleLog(settings.Debug ? LogLevel.Debug : LogLevel.Info),
            RandomNumberGenerator.GetInt32(int.MaxValue));
        _store = new SqliteLogStore(Path.Combine(settings.StateFolder, "log.db"));
        _link = new CorosyncLink("ha", settings.AllowPlaintextRing);
        View = new ReplicaView(
            settings.Name, Cib.Empty, new EpochState.Inactive("the node is starting", false, TimeSpan.Zero), 0, []);

        var config = new ReplicaConfig(
            settings.Name, _incarnation, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), s_statusTimeout,
            s_coldTimeout, scheduler.WallClock.ToUnixTimeSeconds());
        _replica = _system.Spawn("replica", () => new ReplicaActor(config, _link, _store));

        var secrets = SecretCommands.StoreOf(settings);
        var fenceAgents = new FenceAgents(settings.FenceFolder, secrets);
        _postgres = new PostgresAgent(
            new ClusterFacts(this), TimeProvider.System,
            text => _system.Log.Write(LogLevel.Info, settings.Name, text));
        var builtIn = new BuiltInAgents(new Dictionary<string, IResourceAgents>(StringComparer.Ordinal)
        {
            ["vip"] = _vip,
            ["postgresql"] = _postgres,
        });
        var journal = new OperationJournal(Path.Combine(Path.GetDirectoryName(settings.Socket) ?? "/run/ha", "operations"));
        var agents = new HostAgents(
            new OcfAgents(settings.OcfRoot, settings.ToolFolder, ToolVariables(settings), journal), builtIn,
                fenceAgents,
            _systemd,
            new LsbAgents(settings.InitFolder, journal), secrets);
        _system.Spawn("coordinator", () => new CoordinatorActor(_replica, _incarnation));
        _executor = _system.Spawn(
            "executor", () => new ExecutorActor(_replica, agents, settings.Name, _incarnation));
        _system.Spawn(
            "fencer", () => new FencerActor(_replica, _executor, fenceAgents, settings.Name, _incarnation));
        _replica.Tell(new ReplicaMessage.Subscribe(new CallbackRef<ReplicaEvent>("host", OnReplica)));
        _system.Events.Subscribe(new CallbackRef<EverythingStopped>("host", OnEverythingStopped));
    }

    /// <inheritdoc/>
    public ReplicaView View { get; private set; }

    /// <summary>Completes with the exit code when the node has ended.</summary>
    public Task<int> End => _end.Task;

    /// <summary>Opens the interface.</summary>
    public async Task Start(CancellationToken cancel)
    {
        foreach (var trouble in (string[])
            [ToolLinks.Make(_settings.ToolFolder), AgentFolders.Make(_settings.RunFolder)])
        {
            if (trouble.Length > 0)
            {
                _system.Log.Write(LogLevel.Warning, _settings.Name, trouble);
            }
        }

        _api = await ApiServer.Start(_settings.Socket, new ApiRoutes(this), Doorkeeper.OfHost(), cancel)
            .ConfigureAwait(false);
    }

    /// <summary>Leaves cleanly: everything here is moved or stopped first.</summary>
    public async Task Leave()
    {
        using var limit = new CancellationTokenSource(_settings.LeaveTimeout);
        if (View.IsActive)
        {
            await Propose(
                new CibChange.SetAttribute(
                    _settings.Name, "shutdown", Now().ToString(CultureInfo.InvariantCulture), IsPermanent: false, "the node is stopping"),
                _settings.Name, TimeSpan.FromSeconds(10), limit.Token).ConfigureAwait(false);
            while (View.IsActive && RunsSomething(View.Cib) && !limit.IsCancellationRequested)
            {
                await NextChange(limit.Token).ConfigureAwait(false);
            }

            if (View.IsActive && !RunsSomething(View.Cib))
            {
                await Propose(
                    new CibChange.LeaveNode(_settings.Name, Now()), _settings.Name, TimeSpan.FromSeconds(10),
                        limit.Token)
                    .ConfigureAwait(false);
                _end.TrySetResult(0);
                return;
            }
        }

        _executor.Tell(new ExecutorMessage.StopEverything("the node is stopping"));
        await Task.WhenAny(_end.Task, Forever(limit.Token)).ConfigureAwait(false);
        _end.TrySetResult(1);
    }

    /// <inheritdoc/>
    public Task NextChange(CancellationToken cancel) => _moved.Task.WaitAsync(cancel);

    /// <inheritdoc/>
    public async Task<ChangeOutcome> Propose(
        CibChange change, string principal, TimeSpan deadline, CancellationToken cancel)
    {
        // Without an epoch a person's word about a node is what lets one form.
        if (change is CibChange.ConfirmOff confirm && !View.IsActive)
        {
            _replica.Tell(new ReplicaMessage.FenceBasisConfirmed(confirm.Node));
        }

        var id = $"{_incarnation}-p{Interlocked.Increment(ref _requests)}";
        var outcome = await _system.Ask<ReplicaMessage, ChangeOutcome>(
            _replica, reply => new ReplicaMessage.Propose(id, principal, change, deadline, reply),
            deadline + TimeSpan.FromSeconds(1)).WaitAsync(cancel).ConfigureAwait(false);
        return outcome ?? new ChangeOutcome.Unknown(id);
    }

    /// <inheritdoc/>
    public IReadOnlyList<EventReply> EventsAfter(long after) => _events.After(after);

    /// <inheritdoc/>
    public void Exit(string reason)
    {
        _system.Log.Write(LogLevel.Error, _settings.Name, $"the node ends: {reason}");
        _end.TrySetResult(1);
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
        {
            await _api.DisposeAsync().ConfigureAwait(false);
        }

        _system.Stop();
        _link.Dispose();
        _vip.Dispose();
        _postgres.Dispose();
        _systemd.Dispose();
        _store.Dispose();
    }

    private static async Task Forever(CancellationToken cancel)
    {
        var never = new TaskCompletionSource();
        await using var registration = cancel.Register(() => never.TrySetResult()).ConfigureAwait(false);
        await never.Task.ConfigureAwait(false);
    }

    // Agents get nothing of our environment; the helper commands that they call need these two.
    private static ValueMap<string> ToolVariables(NodeSettings settings) => ValueMap<string>.Of(
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["HA_SOCKET"] = settings.Socket,
            ["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT"),
        }
        .Where(pair => pair.Value is not null)
        .Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value!)));

    private long Now() => _system.Scheduler.WallClock.ToUnixTimeSeconds();

    private bool RunsSomething(Cib cib) =>
        cib.Status.Find(_settings.Name)?.History.Any(history => history.Entries.Any(entry =>
            entry.Status == OperationStatus.Pending
            || (entry is { Interval.Ticks: 0, Operation: not "stop", ExitCode: 0 or 8 }
                && entry.CallId == history.Entries.Where(other => other.Interval == TimeSpan.Zero).Max(other =>
                    other.CallId)))) ?? false;

    private void OnReplica(ReplicaEvent happened)
    {
        if (happened is not ReplicaEvent.Moved moved)
        {
            return;
        }

        View = moved.View;
        _events.Add(moved.Changes, _system.Scheduler.WallClock);
        var before = Interlocked.Exchange(
            ref _moved, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        before.TrySetResult();
    }

    private void OnEverythingStopped(EverythingStopped stopped) => _end.TrySetResult(
        stopped.Reason == "the node is stopping" ? 0 : 1);
}
