using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>A location constraint (or one rule of it) on one resource: scores for nodes.</summary>
internal sealed class PolicyLocation
{
    public required string Id { get; init; }

    public required PolicyResource Resource { get; init; }

    /// <summary>Only for this role; Unknown for any.</summary>
    public Role Role { get; init; }

    public DiscoveryMode Discovery { get; init; }

    /// <summary>Nodes and what they get.</summary>
    public List<(PolicyNode Node, int Score)> Nodes { get; } = [];

    public Origin Origin { get; init; }

    /// <summary>Cause code of the score.</summary>
    public string Code { get; init; } = Cause.Location;
}

/// <summary>A dependent that goes where its primary is, or where it is not.</summary>
internal sealed class PolicyColocation
{
    public required string Id { get; init; }

    public required PolicyResource Dependent { get; init; }

    public required PolicyResource Primary { get; init; }

    public Role DependentRole { get; init; }

    public Role PrimaryRole { get; init; }

    public required int Score { get; init; }

    /// <summary>Name of the attribute that must have the same value; #uname for the node itself.</summary>
    public string NodeAttribute { get; init; } = "#uname";

    /// <summary>The dependent's wishes count for the primary's place.</summary>
    public bool HasInfluence { get; init; }

    /// <summary>Written by a person (a constraint), not made for a group.</summary>
    public bool IsExplicit { get; init; }

    public Origin Origin { get; init; }
}

/// <summary>A resource that needs a ticket.</summary>
internal sealed class PolicyTicket
{
    public required string Id { get; init; }

    public required Ticket? State { get; init; }

    public required string TicketName { get; init; }

    public required PolicyResource Resource { get; init; }

    public Role Role { get; init; }

    /// <summary>stop, demote, fence or freeze.</summary>
    public required string LossPolicy { get; init; }

    public Origin Origin { get; init; }
}
