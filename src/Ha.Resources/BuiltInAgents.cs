using Ha.InformationBase;

namespace Ha.Resources;

/// <summary>Agents of class ha, by their type.</summary>
/// <param name="agents">The agents.</param>
public sealed class BuiltInAgents(IReadOnlyDictionary<string, IResourceAgents> agents) : IResourceAgents
{
    /// <inheritdoc/>
    public Task<AgentResult> Run(AgentRequest request, CancellationToken cancel) =>
        agents.TryGetValue(request.Agent.Type, out var agent)
            ? agent.Run(request, cancel)
            : Task.FromResult(new AgentResult(
                OperationStatus.NotInstalled, 5,
                $"there is no built-in agent {SafeText.Of(request.Agent.Type)}; there are: "
                + string.Join(", ", agents.Keys.Order(StringComparer.Ordinal)),
                TimeSpan.Zero));
}
