using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Resources.Database;

namespace Ha.Node.Hosting;

/// <summary>What agents in this program see of the cluster: the committed state, and changes through the log.</summary>
internal sealed class ClusterFacts(INodeGateway node) : IClusterFacts
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string Self => node.View.Self;

    /// <inheritdoc/>
    public bool IsActive => node.View.IsActive;

    /// <inheritdoc/>
    public ValueList<string> Members => node.View.Epoch is EpochState.Active active ? active.Members : [];

    /// <inheritdoc/>
    public ValueList<string> Nodes => node.View.Cib.Configuration.Nodes
        .Where(one => one.Kind == NodeKind.Member).Select(one => one.Name).Order(StringComparer.Ordinal).ToValueList();

    /// <inheritdoc/>
    public string AddressOf(string name) =>
        node.View.Cib.Configuration.Nodes.FirstOrDefault(one => one.Name == name)
            is { Addresses: { IsEmpty: false } own } ? own[0] : name;

    /// <inheritdoc/>
    public string? Attribute(string name, string attribute) => node.View.Cib.Status.Find(name)?.Attributes
        .SelectMany(set => set.Values).FirstOrDefault(pair => pair.Name == attribute).Value;

    /// <inheritdoc/>
    public string? Option(string name) => node.View.Cib.Configuration.Property(name);

    /// <inheritdoc/>
    public Task<string> SetAttribute(string name, string? value, CancellationToken cancel) =>
        Change(new CibChange.SetAttribute(Self, name, value, IsPermanent: false, ""), cancel);

    /// <inheritdoc/>
    public Task<string> SetOption(string name, string seen, string value, CancellationToken cancel) =>
        Change(new CibChange.SetProperty(name, value, "", seen), cancel);

    /// <inheritdoc/>
    public Task NextChange(CancellationToken cancel) => node.NextChange(cancel);

    private async Task<string> Change(CibChange change, CancellationToken cancel) =>
        await node.Propose(change, Self, s_deadline, cancel).ConfigureAwait(false) switch
        {
            ChangeOutcome.Ok => "",
            ChangeOutcome.Fail fail => fail.Reason,
            _ => "it is not known whether it was committed",
        };
}
