using Ha.InformationBase;
using Ha.Resources.Lsb;

namespace Ha.Resources;

/// <summary>All agents of this host, by class.</summary>
/// <param name="ocf">OCF agents.</param>
/// <param name="builtIn">Agents of class ha.</param>
/// <param name="fencing">Agents of class stonith: a device is "started" when it may be watched.</param>
/// <param name="systemd">Units.</param>
/// <param name="lsb">Init scripts.</param>
/// <param name="secrets">Where parameters that name a secret find it. The fence agents look theirs up themselves.</param>
public sealed class HostAgents(
    IResourceAgents ocf, IResourceAgents builtIn, IResourceAgents fencing, IResourceAgents systemd, LsbAgents lsb,
    SecretStore secrets) : IResourceAgents
{
    /// <inheritdoc/>
    public Task<AgentResult> Run(AgentRequest request, CancellationToken cancel)
    {
        if (request.Agent.Class is "stonith")
        {
            return RunWith(request, cancel);
        }

        // Without its secret a resource cannot run here; it may be able to stop.
        var error = secrets.Resolve(request.Parameters, out var parameters);
        return error.Length > 0 && request.Action != "stop"
            ? Task.FromResult(new AgentResult(OperationStatus.NoSecrets, 5, error, TimeSpan.Zero))
            : RunWith(request with { Parameters = parameters }, cancel);
    }

    private Task<AgentResult> RunWith(AgentRequest request, CancellationToken cancel) => request.Agent.Class switch
    {
        "ocf" => ocf.Run(request, cancel),
        "ha" => builtIn.Run(request, cancel),
        "stonith" => fencing.Run(request, cancel),
        "systemd" => systemd.Run(request, cancel),
        "lsb" => lsb.Run(request, cancel),
        // An init script where there is one, else a unit.
        "service" when lsb.Has(request.Agent.Type) => lsb.Run(request, cancel),
        "service" => systemd.Run(request, cancel),
        var other => Task.FromResult(new AgentResult(
            OperationStatus.NotInstalled, 5, $"agents of class {SafeText.Of(other)} are not supported", TimeSpan.Zero)),
    };
}
