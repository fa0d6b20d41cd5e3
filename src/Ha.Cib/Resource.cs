namespace Ha.InformationBase;

/// <summary>Something the cluster keeps running.</summary>
public abstract record Resource
{
    private protected Resource()
    {
    }

    /// <summary>Its id, unique in the configuration.</summary>
    public required string Id { get; init; }

    /// <summary>Meta attributes: priority, target-role, resource-stickiness and so on.</summary>
    public ValueList<AttributeSet> Meta { get; init; }

    /// <summary>Parameters of its agent (instance attributes).</summary>
    public ValueList<AttributeSet> Parameters { get; init; }

    /// <summary>What it needs of a node's capacities.</summary>
    public ValueList<AttributeSet> Utilization { get; init; }

    /// <summary>What an imported element says beside its id and agent, as written: Pacemaker takes these for meta
    /// attributes that come before all others.</summary>
    public ValueMap<string> Attributes { get; init; }

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }
}

/// <summary>Which agent: ocf:heartbeat:IPaddr2, systemd:nginx, stonith:fence_ipmilan, ha:vip.</summary>
/// <param name="Class">ocf, systemd, service, lsb, stonith (fence agents), ha (built in).</param>
/// <param name="Provider">Of class ocf only; null otherwise.</param>
/// <param name="Type">The agent's name.</param>
public sealed record AgentName(string Class, string? Provider, string Type)
{
    /// <summary>The class of fence agents.</summary>
    public const string FencingClass = "stonith";

    /// <summary>True for a fence agent.</summary>
    public bool IsFencing => Class == FencingClass;

    /// <summary>The parts, joined by colons.</summary>
    public override string ToString() => Provider is null ? $"{Class}:{Type}" : $"{Class}:{Provider}:{Type}";

    /// <summary>Reads class:type or class:provider:type.</summary>
    public static bool TryParse(string text, out AgentName? name)
    {
        var parts = text.Split(':');
        name = parts switch
        {
            [var kind, var type] when kind.Length > 0 && type.Length > 0 && kind != "ocf" => new AgentName(kind, null, type),
            [var kind, var provider, var type] when kind.Length > 0 && provider.Length > 0 && type.Length > 0 =>
                new AgentName(kind, provider, type),
            _ => null,
        };
        return name is not null;
    }
}

/// <summary>One service, address or device: what an agent manages.</summary>
public sealed record Primitive : Resource
{
    /// <summary>The agent; null only where <see cref="TemplateId"/> names a template that has it.</summary>
    public AgentName? Agent { get; init; }

    /// <summary>The template it takes what it lacks from; null for none.</summary>
    public string? TemplateId { get; init; }

    /// <summary>Operations with their settings.</summary>
    public ValueList<OperationDefinition> Operations { get; init; }

    /// <summary>True for a fencing device.</summary>
    public bool IsFencingDevice => Agent?.Class == "stonith";
}

/// <summary>What primitives can share.</summary>
public sealed record Template : Resource
{
    /// <summary>The agent.</summary>
    public AgentName? Agent { get; init; }

    /// <summary>Operations with their settings.</summary>
    public ValueList<OperationDefinition> Operations { get; init; }

    /// <summary>A primitive with what it takes from this template. Its own word wins: its blocks come later, and its
    /// operations replace those of the same name and role. Source: the behaviour of Pacemaker 2.1 and 3.0.</summary>
    public Primitive Complete(Primitive primitive) => primitive with
    {
        Agent = primitive.Agent ?? Agent,
        Attributes = Attributes,
        Meta = Meta.AddRange(primitive.Meta),
        Parameters = Parameters.AddRange(primitive.Parameters),
        Utilization = Utilization.AddRange(primitive.Utilization),
        Operations = primitive.Operations.AddRange(Operations.Where(operation =>
            !primitive.Operations.Any(own => own.Name == operation.Name && RoleOf(own) == RoleOf(operation)))),
    };

    // Operations without a role, and those of the role that every instance has, count as one.
    private static string RoleOf(OperationDefinition operation) =>
        operation.Attributes.GetValueOrDefault("role")?.ToLowerInvariant() switch
        {
            null or "started" or "unpromoted" or "slave" => "",
            { } role => role,
        };
}

/// <summary>Members that run together and start one after the other.</summary>
public sealed record Group : Resource
{
    /// <summary>The members, in starting order.</summary>
    public ValueList<Primitive> Members { get; init; }
}

/// <summary>Copies of a primitive or a group on several nodes.</summary>
public sealed record Clone : Resource
{
    /// <summary>What is copied: a primitive or a group.</summary>
    public required Resource Child { get; init; }

    /// <summary>True where an imported file wrote the old element for a promotable clone.</summary>
    public bool IsLegacyPromotable { get; init; }

    /// <summary>Its instances have two roles, as far as its own meta attributes say.</summary>
    public bool IsPromotable => IsLegacyPromotable || Meta.Any(set => set.Values.Any(pair =>
        pair is { Name: "promotable", Value: "true" or "yes" or "on" or "y" or "1" }));
}

/// <summary>A container with a network, storage and perhaps a primitive inside.</summary>
public sealed record Bundle : Resource
{
    /// <summary>docker, podman or rkt.</summary>
    public required string Technology { get; init; }

    /// <summary>Attributes of the container element: image, replicas, replicas-per-host, promoted-max, network,
    /// run-command, options.</summary>
    public ValueMap<string> Container { get; init; }

    /// <summary>Attributes of the network element; null where there is none.</summary>
    public ValueMap<string>? Network { get; init; }

    /// <summary>Port mappings.</summary>
    public ValueList<ValueMap<string>> Ports { get; init; }

    /// <summary>Storage mappings.</summary>
    public ValueList<ValueMap<string>> Storage { get; init; }

    /// <summary>The primitive inside; null for none.</summary>
    public Primitive? Child { get; init; }
}

/// <summary>Settings of one operation of a primitive.</summary>
public sealed record OperationDefinition
{
    /// <summary>Id of the definition.</summary>
    public string Id { get; init; } = "";

    /// <summary>start, stop, monitor, promote, demote, notify, migrate_to, migrate_from, reload-agent.</summary>
    public required string Name { get; init; }

    /// <summary>Zero for an operation that does not recur.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>What the element itself says beside its name and interval (timeout, role, on-fail, enabled,
    /// start-delay,
    /// interval-origin, record-pending, OCF_CHECK_LEVEL), as written.</summary>
    public ValueMap<string> Attributes { get; init; }

    /// <summary>Meta attribute blocks of the operation.</summary>
    public ValueList<AttributeSet> Meta { get; init; }

    /// <summary>Instance attribute blocks of the operation.</summary>
    public ValueList<AttributeSet> Parameters { get; init; }

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }
}
