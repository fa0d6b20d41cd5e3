using System.Text;
using Ha.InformationBase;
using Ha.Resources.Metadata;

namespace Ha.Resources.Fencing;

/// <summary>Fence agents, as their packages ship them: parameters on the standard input, so that no password is in a
/// process
/// list. Source: the fence agents' API (exit code 0: done and made sure; 1: failed, or could not make sure; 2: off).
/// </summary>
/// <param name="folder">Where they are, such as /usr/sbin.</param>
/// <param name="secrets">Where parameters that name a secret find it.</param>
public sealed class FenceAgents(string folder, SecretStore secrets) : IFenceAgents, IResourceAgents
{
    /// <summary>Where fence agents are on most systems.</summary>
    public const string DefaultFolder = "/usr/sbin";

    private readonly HashSet<string> _watched = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _canReboot = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public async Task<FenceResult> Run(FenceRequest request, CancellationToken cancel)
    {
        if (request.Action != "reboot" || request.Parameters.ContainsKey("pcmk_reboot_action"))
        {
            return await Call(request, cancel).ConfigureAwait(false);
        }

        // What cuts a node off its disks or its network knows no reboot: it is off then, and stays so.
        var off = request with
        {
            Action = "off",
            Timeout = FencingDevices.TimeoutOf("off", request.Parameters, request.Timeout),
        };
        if (IsKnownToReboot(request.Agent) is { } known)
        {
            return await Call(known ? request : off, cancel).ConfigureAwait(false);
        }

        // An agent that works is not asked first: that would cost a second while a node is not yet harmless.
        var result = await Call(request, cancel).ConfigureAwait(false);
        return result.Succeeded || await CanReboot(request.Agent, request.Timeout, cancel).ConfigureAwait(false)
            ? result
            : await Call(off, cancel).ConfigureAwait(false);
    }

    private async Task<FenceResult> Call(FenceRequest request, CancellationToken cancel)
    {
        var (path, error, _) = AgentPaths.Find(folder, request.Agent.Type);
        if (error.Length > 0)
        {
            return new FenceResult(false, error, "", TimeSpan.Zero);
        }

        if (secrets.Resolve(request.Parameters, out var parameters) is { Length: > 0 } missing)
        {
            return new FenceResult(false, missing, "", TimeSpan.Zero);
        }

        request = request with { Parameters = parameters };
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/sbin:/bin:/usr/sbin:/usr/bin",
            ["LC_ALL"] = "C",
        };
        var end = await ChildProcess.Run(path, [path], environment, InputOf(request), request.Timeout, cancel)
            .ConfigureAwait(false);
        var said = SafeText.Of(LastLine(end.Errors) is { Length: > 0 } line ? line : LastLine(end.Output));
        return end switch
        {
            { SpawnError: not 0 } => new FenceResult(false, $"{path} could not be run: error {end.SpawnError}", "", end.Took),
            { TimedOut: true } => new FenceResult(
                false, $"timed out after {request.Timeout.TotalSeconds:0.###} s", end.Output, end.Took),
            { Signal: not 0 } => new FenceResult(false, $"the agent was ended by signal {end.Signal}", end.Output, end.Took),
            { ExitCode: 0 } => new FenceResult(true, said, end.Output, end.Took),
            { ExitCode: 2 } when request.Action is "status" or "monitor" => new FenceResult(true, "off", end.Output, end.Took),
            _ => new FenceResult(
                false, said.Length > 0 ? said : $"the agent ended with exit code {end.ExitCode}", end.Output, end.Took),
        };
    }

    /// <summary>The device as a resource: started means that it is watched from here. A device need not be started to
    /// be
    /// used.</summary>
    public async Task<AgentResult> Run(AgentRequest request, CancellationToken cancel)
    {
        switch (request.Action)
        {
            case "stop":
                lock (_gate)
                {
                    _watched.Remove(request.ResourceId);
                }

                return new AgentResult(OperationStatus.Done, 0, "", TimeSpan.Zero);
            case "monitor" when request.Interval == TimeSpan.Zero:
                lock (_gate)
                {
                    return new AgentResult(
                        OperationStatus.Done, _watched.Contains(request.ResourceId) ? 0 : 7, "", TimeSpan.Zero);
                }

            case "start" or "monitor":
                var result = await Run(
                    new FenceRequest
                    {
                        DeviceId = request.ResourceId,
                        Agent = request.Agent,
                        Action = "monitor",
                        Parameters = request.Parameters,
                        Timeout = request.Timeout,
                    },
                    cancel).ConfigureAwait(false);
                if (result.Succeeded)
                {
                    lock (_gate)
                    {
                        _watched.Add(request.ResourceId);
                    }

                    if (request.Action == "start")
                    {
                        await CanReboot(request.Agent, request.Timeout, cancel).ConfigureAwait(false);
                    }
                }

                return new AgentResult(
                    OperationStatus.Done, result.Succeeded ? 0 : 1, result.Succeeded ? "" : result.Text, result.Took);
            default:
                return new AgentResult(
                    OperationStatus.NotSupported, 3, $"a fencing device has no action {SafeText.Of(request.Action)}", TimeSpan.Zero);
        }
    }

    // Who does not say what it can do is taken to be able to reboot.
    private async Task<bool> CanReboot(AgentName agent, TimeSpan timeout, CancellationToken cancel)
    {
        if (IsKnownToReboot(agent) is { } known)
        {
            return known;
        }

        var limit = timeout < AgentDescriptions.DefaultTimeout ? timeout : AgentDescriptions.DefaultTimeout;
        var description = await new AgentDescriptions("", folder, "", "").Of(agent, limit, cancel).ConfigureAwait(false);
        if (description is not AgentDescription.Known { Metadata.Actions: { IsEmpty: false } actions })
        {
            return true;
        }

        var can = actions.Any(action => action.Name == "reboot");
        lock (_gate)
        {
            _canReboot[agent.Type] = can;
        }

        return can;
    }

    private bool? IsKnownToReboot(AgentName agent)
    {
        lock (_gate)
        {
            return _canReboot.TryGetValue(agent.Type, out var can) ? can : null;
        }
    }

    /// <summary>What the agent reads: one name=value per line. Parameters of the manager's own stay out.</summary>
    internal static string InputOf(FenceRequest request)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in request.Parameters)
        {
            if (!name.StartsWith("pcmk_", StringComparison.Ordinal) && !name.Contains('\n', StringComparison.Ordinal)
                && !value.Contains('\n', StringComparison.Ordinal))
            {
                text.Append(name).Append('=').Append(value).Append('\n');
            }
        }

        text.Append("action=").Append(FencingDevices.AgentAction(request.Action, request.Parameters)).Append('\n');
        if (request.Target.Length > 0)
        {
            var argument = request.Parameters.GetValueOrDefault("pcmk_host_argument") ?? "port";
            var plug = FencingDevices.PlugOf(request.Target, request.Parameters);
            text.Append("nodename=").Append(request.Target).Append('\n');
            if (argument != "none" && !request.Parameters.ContainsKey(argument))
            {
                text.Append(argument).Append('=').Append(plug).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
}
