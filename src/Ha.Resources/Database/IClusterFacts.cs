using Ha.InformationBase;

namespace Ha.Resources.Database;

/// <summary>What an agent sees of the cluster, and how it tells others: attributes of nodes, which go through the
/// cluster's log.</summary>
public interface IClusterFacts
{
    /// <summary>This node.</summary>
    string Self { get; }

    /// <summary>True while this node is in an active epoch.</summary>
    bool IsActive { get; }

    /// <summary>Names of the nodes that are members, sorted; empty where that is not known.</summary>
    ValueList<string> Members { get; }

    /// <summary>Names of all nodes of the configuration, sorted.</summary>
    ValueList<string> Nodes { get; }

    /// <summary>The first address of a node; its name where none is known.</summary>
    string AddressOf(string node);

    /// <summary>An attribute of a node that is gone when the node leaves; null for none.</summary>
    string? Attribute(string node, string name);

    /// <summary>An option of the cluster; null for none.</summary>
    string? Option(string name);

    /// <summary>Sets an attribute of this node, or removes it (null); done once it is committed.</summary>
    /// <returns>Empty, or why it is not.</returns>
    Task<string> SetAttribute(string name, string? value, CancellationToken cancel);

    /// <summary>Sets an option of the cluster where it still has the value that was seen; done once it is
    /// committed.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seen">What it was seen to be; empty where there was none.</param>
    /// <param name="value">What it shall be.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <returns>Empty, or why it is not.</returns>
    Task<string> SetOption(string name, string seen, string value, CancellationToken cancel);

    /// <summary>Completes with the next change of what is known.</summary>
    Task NextChange(CancellationToken cancel);
}
