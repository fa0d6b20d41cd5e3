namespace Ha.InformationBase;

/// <summary>What an agent says of itself.</summary>
public sealed record AgentMetadata
{
    /// <summary>The agent.</summary>
    public required AgentName Agent { get; init; }

    /// <summary>Its parameters.</summary>
    public ValueList<AgentParameter> Parameters { get; init; }

    /// <summary>Its actions.</summary>
    public ValueList<AgentAction> Actions { get; init; }
}

/// <summary>One parameter of an agent.</summary>
public sealed record AgentParameter
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>string, boolean, integer, second, select, ..., as the agent writes it.</summary>
    public string Type { get; init; } = "string";

    /// <summary>Nothing works without it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>No two resources may have the same value.</summary>
    public bool IsUnique { get; init; }

    /// <summary>It may change without a restart.</summary>
    public bool IsReloadable { get; init; }

    /// <summary>No output may show it.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>It should not be used any more.</summary>
    public bool IsDeprecated { get; init; }

    /// <summary>The parameter to use instead of this one; null for none.</summary>
    public string? ReplacedBy { get; init; }

    /// <summary>What holds where it is not set; null for nothing.</summary>
    public string? Default { get; init; }

    /// <summary>The words of a parameter of type select; empty otherwise.</summary>
    public ValueList<string> Words { get; init; }
}

/// <summary>One action of an agent.</summary>
public sealed record AgentAction
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The timeout that the agent advises; null for none.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The interval that the agent advises; null for none.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>The role that a monitor is for; null for any.</summary>
    public string? Role { get; init; }
}
