using Ha.InformationBase;

namespace Ha.Resources.Database;

/// <summary>ha:postgresql: PostgreSQL with streaming replication as a promotable clone. No acknowledged transaction is
/// lost while its promise of copies holds: see <see cref="SyncRecord"/>.</summary>
/// <param name="facts">What it sees of the cluster.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it tells what it does.</param>
public sealed class PostgresAgent(IClusterFacts facts, TimeProvider time, Action<string> log) : IResourceAgents,
    IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PostgresInstance> _instances = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<AgentResult> Run(AgentRequest request, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var (code, reason) = await Act(request, cancel).ConfigureAwait(false);
        return new AgentResult(
            code == 5 ? OperationStatus.NotInstalled : OperationStatus.Done, code, SafeText.Of(reason),
            time.GetElapsedTime(began));
    }

    /// <summary>Stops watching. The servers go on, and are found again.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var instance in _instances.Values)
            {
                instance.Dispose();
            }

            _instances.Clear();
        }
    }

    private async Task<(int Code, string Reason)> Act(AgentRequest request, CancellationToken cancel)
    {
        var (settings, error) = PostgresSettings.Read(request.Parameters);
        if (settings is null)
        {
            return (6, error);
        }

        var (account, missing) = ServerAccount.Find(settings.User);
        if (account is null)
        {
            return (5, missing);
        }

        if (request.Action is "notify")
        {
            return (0, "");
        }

        var instance = InstanceOf(request.ResourceId.Split(':')[0], settings, account);
        try
        {
            return request.Action switch
            {
                "start" => await instance.Start(request.Timeout, cancel).ConfigureAwait(false),
                "stop" => await instance.Stop(request.Timeout).ConfigureAwait(false),
                "promote" => await instance.Promote(request.Timeout, cancel).ConfigureAwait(false),
                "demote" => await instance.Demote(request.Timeout).ConfigureAwait(false),
                "monitor" => await instance.Monitor(cancel).ConfigureAwait(false),
                "validate-all" => instance.Scene.Programs.Missing() is { Length: > 0 } absent ? (5, absent) : (0, ""),
                _ => (3, $"ha:postgresql has no action {SafeText.Of(request.Action)}"),
            };
        }
        catch (Exception e) when (ServerScene.IsExpected(e) || e is UnauthorizedAccessException)
        {
            return (1, e.Message);
        }
    }

    private PostgresInstance InstanceOf(string id, PostgresSettings settings, ServerAccount account)
    {
        lock (_gate)
        {
            if (_instances.TryGetValue(id, out var known))
            {
                if (known.Scene.Settings.Data == settings.Data && known.Scene.Account == account)
                {
                    known.Scene.Settings = settings;
                    return known;
                }

                known.Dispose();
            }

            var scene = new ServerScene(
                settings, account, new InstanceFacts(facts, id), time, text => log($"{id}: {text}"));
            return _instances[id] = new PostgresInstance(scene);
        }
    }
}
