namespace Ha.InformationBase;

/// <summary>A rule about where, when or with what resources run. Roles and actions are kept as written (null: not
/// said),
/// since defaults depend on the kind of resource.</summary>
public abstract record Constraint
{
    private protected Constraint()
    {
    }

    /// <summary>Its id, unique in the configuration.</summary>
    public required string Id { get; init; }

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }
}

/// <summary>Members of a set inside of a constraint.</summary>
public sealed record ResourceSet
{
    /// <summary>Id of the set.</summary>
    public string Id { get; init; } = "";

    /// <summary>Ids of resources or tags, in order.</summary>
    public ValueList<string> Members { get; init; }

    /// <summary>One after the other; null for the default, true.</summary>
    public bool? Sequential { get; init; }

    /// <summary>All of them needed; null for the default, true.</summary>
    public bool? RequireAll { get; init; }

    /// <summary>Role, for colocation, location and ticket.</summary>
    public string? Role { get; init; }

    /// <summary>Action, for ordering.</summary>
    public string? Action { get; init; }

    /// <summary>Score of the set, as written.</summary>
    public string? Score { get; init; }

    /// <summary>Kind of an ordering set, as written.</summary>
    public string? Kind { get; init; }

    /// <summary>Order of colocated members, as written.</summary>
    public string? Ordering { get; init; }

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }
}

/// <summary>Where a resource may run.</summary>
public sealed record LocationConstraint : Constraint
{
    /// <summary>Id of a resource or tag; null where a pattern or sets name it.</summary>
    public string? Resource { get; init; }

    /// <summary>Regular expression on resource ids (a leading ! negates); null where not used.</summary>
    public string? ResourcePattern { get; init; }

    /// <summary>Sets of resources.</summary>
    public ValueList<ResourceSet> Sets { get; init; }

    /// <summary>The node; null where rules choose.</summary>
    public string? Node { get; init; }

    /// <summary>Score, as written; null where rules carry it.</summary>
    public string? Score { get; init; }

    /// <summary>Role, as written.</summary>
    public string? Role { get; init; }

    /// <summary>always, never, exclusive; null for always.</summary>
    public string? ResourceDiscovery { get; init; }

    /// <summary>Rules that give scores to nodes.</summary>
    public ValueList<Rule> Rules { get; init; }

    /// <summary>When the whole constraint holds; null for always.</summary>
    public ValueList<Rule> Lifetime { get; init; }
}

/// <summary>A resource (dependent) that goes where another (primary) is, or where it is not.</summary>
public sealed record ColocationConstraint : Constraint
{
    /// <summary>The dependent; null where sets are used.</summary>
    public string? Resource { get; init; }

    /// <summary>The primary; null where sets are used.</summary>
    public string? WithResource { get; init; }

    /// <summary>Role of the dependent, as written.</summary>
    public string? ResourceRole { get; init; }

    /// <summary>Role of the primary, as written.</summary>
    public string? WithResourceRole { get; init; }

    /// <summary>Instance number of the dependent, in old configurations.</summary>
    public string? ResourceInstance { get; init; }

    /// <summary>Instance number of the primary, in old configurations.</summary>
    public string? WithResourceInstance { get; init; }

    /// <summary>Score, as written.</summary>
    public string? Score { get; init; }

    /// <summary>Node attribute whose value must be the same; null for the node itself.</summary>
    public string? NodeAttribute { get; init; }

    /// <summary>Whether the dependent influences the primary's place; null for the dependent's meta attribute critical.
    /// </summary>
    public bool? Influence { get; init; }

    /// <summary>Sets of resources.</summary>
    public ValueList<ResourceSet> Sets { get; init; }

    /// <summary>When the constraint holds; null for always.</summary>
    public ValueList<Rule> Lifetime { get; init; }
}

/// <summary>An action (first) that comes before another (then).</summary>
public sealed record OrderConstraint : Constraint
{
    /// <summary>Resource of the first action; null where sets are used.</summary>
    public string? First { get; init; }

    /// <summary>Resource of the later action; null where sets are used.</summary>
    public string? Then { get; init; }

    /// <summary>The first action; null for start.</summary>
    public string? FirstAction { get; init; }

    /// <summary>The later action; null for the same as the first.</summary>
    public string? ThenAction { get; init; }

    /// <summary>Instance number of the first, in old configurations.</summary>
    public string? FirstInstance { get; init; }

    /// <summary>Instance number of the later, in old configurations.</summary>
    public string? ThenInstance { get; init; }

    /// <summary>Mandatory, Optional or Serialize, as written; null for what <see cref="Score"/> says, else Mandatory.
    /// </summary>
    public string? Kind { get; init; }

    /// <summary>Score, in old configurations.</summary>
    public string? Score { get; init; }

    /// <summary>Whether the reverse holds for the opposite actions; null for the default of the kind.</summary>
    public bool? Symmetrical { get; init; }

    /// <summary>Whether all instances of a clone must be active first; null for true.</summary>
    public bool? RequireAll { get; init; }

    /// <summary>Sets of resources.</summary>
    public ValueList<ResourceSet> Sets { get; init; }

    /// <summary>When the constraint holds; null for always.</summary>
    public ValueList<Rule> Lifetime { get; init; }
}

/// <summary>A resource that needs a ticket.</summary>
public sealed record TicketConstraint : Constraint
{
    /// <summary>The ticket.</summary>
    public required string Ticket { get; init; }

    /// <summary>The resource; null where sets are used.</summary>
    public string? Resource { get; init; }

    /// <summary>Role, as written.</summary>
    public string? ResourceRole { get; init; }

    /// <summary>stop, demote, fence, freeze, as written.</summary>
    public string? LossPolicy { get; init; }

    /// <summary>Sets of resources.</summary>
    public ValueList<ResourceSet> Sets { get; init; }
}
