using Ha.InformationBase;
using Ha.Resources.Lsb;

namespace Ha.Resources;

/// <summary>All agents of this host, by class.</summary>
/// <param name="ocf">OCF agents.</param>
/// <param name="builtIn">Agents of class ha.</param>
/// <param name="fencing">Agents of class stonith: a device is "started" when it may be watched.</param>
/// <param name="systemd">Units.</param>
/// <param name="lsb">Init scripts.</param>
public sealed class HostAgents(
    IResourceAgents ocf, IResourceAgents builtIn, IResourceAgents fencing, IResourceAgents systemd, LsbAgents lsb)
    : IResourceAgents
{
    /// <inheritdoc/>
    public Task<AgentResult> Run(AgentRequest request, CancellationToken cancel) => request.Agent.Class switch
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
