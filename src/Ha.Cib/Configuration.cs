namespace Ha.InformationBase;

/// <summary>What the administrators want: the whole of a cluster file. The order of resources matters (it breaks ties).
/// </summary>
public sealed record Configuration
{
    /// <summary>A cluster without nodes and resources.</summary>
    public static Configuration Empty { get; } = new();

    /// <summary>The cluster's name; empty when nobody named it.</summary>
    public string ClusterName { get; init; } = "";

    /// <summary>Cluster options (Pacemaker's crm_config): sets, of which the one with the higher score wins.</summary>
    public ValueList<AttributeSet> Properties { get; init; }

    /// <summary>The nodes, in the order written.</summary>
    public ValueList<Node> Nodes { get; init; }

    /// <summary>Quorum settings: two-node, wait-for-all and so on, as corosync names them without the "quorum." prefix.
    /// </summary>
    public ValueMap<string> Quorum { get; init; }

    /// <summary>Membership settings (token, consensus, ...), as corosync names them without the "totem." prefix.
    /// </summary>
    public ValueMap<string> Totem { get; init; }

    /// <summary>Resources of the top level, fencing devices among them; members of groups and clones are inside of
    /// these.</summary>
    public ValueList<Resource> Resources { get; init; }

    /// <summary>Templates that primitives name.</summary>
    public ValueList<Template> Templates { get; init; }

    /// <summary>All constraints, in the order written.</summary>
    public ValueList<Constraint> Constraints { get; init; }

    /// <summary>Defaults of meta attributes.</summary>
    public ValueList<AttributeSet> ResourceDefaults { get; init; }

    /// <summary>Defaults of operations.</summary>
    public ValueList<AttributeSet> OperationDefaults { get; init; }

    /// <summary>Fencing topology.</summary>
    public ValueList<FencingLevel> FencingLevels { get; init; }

    /// <summary>Named sets of ids.</summary>
    public ValueList<Tag> Tags { get; init; }

    /// <summary>Programs to call at events.</summary>
    public ValueList<Alert> Alerts { get; init; }

    /// <summary>May nodes be fenced, under the option's new name or its old one.</summary>
    public bool IsFencingEnabled =>
        (Property("fencing-enabled") ?? Property("stonith-enabled")) is not ("false" or "no" or "off");

    /// <summary>A cluster option that holds always; null where it is not set.</summary>
    public string? Property(string name) => Properties.Reverse()
        .OrderByDescending(set => set.Score)
        .SelectMany(set => set.Values)
        .Where(pair => pair.Name == name)
        .Select(pair => pair.Value)
        .FirstOrDefault();
}

/// <summary>One name and its value, as written. The value is null where the text names none.</summary>
public readonly record struct NameValue(string Name, string? Value, Origin Origin = default);

/// <summary>A block of names and values with the rule that says when it holds. Of several blocks the one with the
/// higher score wins, name by name; among equals the last written, as in Pacemaker.</summary>
public sealed record AttributeSet
{
    /// <summary>Id of the block; empty for a derived one.</summary>
    public string Id { get; init; } = "";

    /// <summary>Precedence among the blocks of one owner.</summary>
    public Score Score { get; init; }

    /// <summary>When the block holds; null for always.</summary>
    public Rule? Rule { get; init; }

    /// <summary>The names and values, in the order written.</summary>
    public ValueList<NameValue> Values { get; init; }

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }

    /// <summary>The names and values as a map; those without a value are left out.</summary>
    public ValueMap<string> ToMap() =>
        Values.Where(pair => pair.Value is not null).ToValueMap(pair => pair.Name, pair => pair.Value!);

    /// <summary>A block that always holds.</summary>
    public static AttributeSet Of(string id, IEnumerable<NameValue> values) =>
        new() { Id = id, Values = values.ToValueList() };
}

/// <summary>What kind of node it is.</summary>
public enum NodeKind
{
    /// <summary>A full member.</summary>
    Member,

    /// <summary>Managed through a remote connection.</summary>
    Remote,

    /// <summary>A member for "ping" only, in very old configurations.</summary>
    Ping,
}

/// <summary>A configured node.</summary>
public sealed record Node
{
    /// <summary>The node's name (uname).</summary>
    public required string Name { get; init; }

    /// <summary>Its id: corosync's number in our own files, any text in an imported CIB.</summary>
    public required string Id { get; init; }

    /// <summary>Member or remote.</summary>
    public NodeKind Kind { get; init; }

    /// <summary>Pacemaker's node score, for a "score" attribute in old configurations.</summary>
    public Score Score { get; init; }

    /// <summary>One address for each corosync link.</summary>
    public ValueList<string> Addresses { get; init; }

    /// <summary>Votes in the quorum, 0 to 255.</summary>
    public int Votes { get; init; } = 1;

    /// <summary>Permanent node attributes.</summary>
    public ValueList<AttributeSet> Attributes { get; init; }

    /// <summary>Capacities.</summary>
    public ValueList<AttributeSet> Utilization { get; init; }

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }
}

/// <summary>Devices that together fence a target, tried in the order of the index.</summary>
public sealed record FencingLevel
{
    /// <summary>Id of the level.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name of the target node; null where a pattern or an attribute names it.</summary>
    public string? Target { get; init; }

    /// <summary>Regular expression on node names; null where not used.</summary>
    public string? TargetPattern { get; init; }

    /// <summary>Name of a node attribute; null where not used.</summary>
    public string? TargetAttribute { get; init; }

    /// <summary>Value that the attribute must have.</summary>
    public string? TargetValue { get; init; }

    /// <summary>1 to 9; lower is tried first.</summary>
    public int Index { get; init; }

    /// <summary>Ids of the devices; all must succeed.</summary>
    public ValueList<string> Devices { get; init; }

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }
}

/// <summary>A named set of ids.</summary>
public sealed record Tag(string Id, ValueList<string> References, Origin Origin = default);

/// <summary>A program that is called at events.</summary>
public sealed record Alert
{
    /// <summary>Id of the alert.</summary>
    public required string Id { get; init; }

    /// <summary>The program.</summary>
    public required string Path { get; init; }

    /// <summary>Who is told, one call each.</summary>
    public ValueList<string> Recipients { get; init; }

    /// <summary>Kinds: nodes, fencing, resources, attributes. Empty for the first three.</summary>
    public ValueList<string> Events { get; init; }

    /// <summary>How long a call may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }
}
