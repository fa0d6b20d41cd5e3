namespace Ha.InformationBase;

/// <summary>A condition: on node attributes, dates, kinds of resource or operation, or other conditions.</summary>
public abstract record RuleExpression
{
    private protected RuleExpression()
    {
    }

    /// <summary>Id of the element.</summary>
    public string Id { get; init; } = "";

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }
}

/// <summary>Several conditions, joined by and or by or.</summary>
public sealed record Rule : RuleExpression
{
    /// <summary>True when one of the expressions is enough.</summary>
    public bool IsOr { get; init; }

    /// <summary>Score that the rule gives where it holds (location constraints); null for none.</summary>
    public string? Score { get; init; }

    /// <summary>Node attribute that holds the score; null for none.</summary>
    public string? ScoreAttribute { get; init; }

    /// <summary>Role that the rule is limited to; null for any.</summary>
    public string? Role { get; init; }

    /// <summary>The conditions, in the order written.</summary>
    public ValueList<RuleExpression> Expressions { get; init; }
}

/// <summary>A test of a node attribute.</summary>
public sealed record AttributeExpression : RuleExpression
{
    /// <summary>The attribute's name.</summary>
    public required string Attribute { get; init; }

    /// <summary>lt, gt, lte, gte, eq, ne, defined, not_defined.</summary>
    public required string Operation { get; init; }

    /// <summary>What it is compared with; null for defined and not_defined.</summary>
    public string? Value { get; init; }

    /// <summary>string, integer, number, version; null for a guess by the value.</summary>
    public string? Type { get; init; }

    /// <summary>literal, param or meta; null for literal.</summary>
    public string? ValueSource { get; init; }
}

/// <summary>A test of the time.</summary>
public sealed record DateExpression : RuleExpression
{
    /// <summary>gt, lt, in_range, date_spec.</summary>
    public required string Operation { get; init; }

    /// <summary>ISO 8601; null for none.</summary>
    public string? Start { get; init; }

    /// <summary>ISO 8601; null for none.</summary>
    public string? End { get; init; }

    /// <summary>Length of the range from its start: years, months, weeks, days, hours, minutes, seconds; null for none.
    /// </summary>
    public ValueMap<string>? Duration { get; init; }

    /// <summary>Ranges: seconds, minutes, hours, monthdays, weekdays, yeardays, months, weeks, years, weekyears, moon;
    /// null
    /// for none.</summary>
    public ValueMap<string>? Specification { get; init; }
}

/// <summary>A test of a resource's agent, for defaults.</summary>
public sealed record ResourceExpression : RuleExpression
{
    /// <summary>Agent class; null for any.</summary>
    public string? Class { get; init; }

    /// <summary>Agent provider; null for any.</summary>
    public string? Provider { get; init; }

    /// <summary>Agent type; null for any.</summary>
    public string? Type { get; init; }
}

/// <summary>A test of an operation, for defaults.</summary>
public sealed record OperationExpression : RuleExpression
{
    /// <summary>Name of the operation.</summary>
    public required string Name { get; init; }

    /// <summary>Interval, as written; null for any.</summary>
    public string? Interval { get; init; }
}
