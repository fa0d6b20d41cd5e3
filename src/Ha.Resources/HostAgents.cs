using Ha.InformationBase;

namespace Ha.Resources;

/// <summary>All agents of this host, by class.</summary>
/// <param name="ocf">OCF agents.</param>
/// <param name="builtIn">Agents of class ha.</param>
/// <param name="fencing">Agents of class stonith: a device is "started" when it may be watched.</param>
/// <param name="systemd">Units.</param>
public sealed class HostAgents(
    IResourceAgents ocf, IResourceAgents builtIn, IResourceAgents fencing, IResourceAgents systemd) : IResourceAgents
{
    /// <inheritdoc/>
    public Task<AgentResult> Run(AgentRequest request, CancellationToken cancel) => request.Agent.Class switch
    {
        "ocf" => ocf.Run(request, cancel),
        "ha" => builtIn.Run(request, cancel),
        "stonith" => fencing.Run(request, cancel),
        "systemd" or "service" => systemd.Run(request, cancel),
        var other => Task.FromResult(new AgentResult(
            OperationStatus.NotInstalled, 5, $"agents of class {SafeText.Of(other)} are not supported", TimeSpan.Zero)),
    };
}
