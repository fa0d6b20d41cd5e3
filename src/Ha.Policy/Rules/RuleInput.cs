using Ha.InformationBase;

namespace Ha.Policy.Rules;

/// <summary>What rules may look at. All members but the time may stay at their defaults: what is not there, no
/// expression finds.</summary>
public readonly record struct RuleInput
{
    /// <summary>The time, in seconds since 1970 UTC.</summary>
    public required long Now { get; init; }

    /// <summary>How far local time is ahead of UTC: of dates without an offset, and of what a clock on the wall shows.
    /// </summary>
    public TimeSpan LocalOffset { get; init; }

    /// <summary>Value of a node attribute, #uname, #id, #kind, #is_dc, #cluster-name and #site-name among them; null
    /// for one that is not defined. Null where there is no node.</summary>
    public Func<string, string?>? NodeAttribute { get; init; }

    /// <summary>Value of a parameter of the resource, for expressions with value-source param.</summary>
    public Func<string, string?>? Parameter { get; init; }

    /// <summary>Value of a meta attribute of the resource, for expressions with value-source meta.</summary>
    public Func<string, string?>? Meta { get; init; }

    /// <summary>Agent of the resource; null where there is none.</summary>
    public AgentName? Agent { get; init; }

    /// <summary>Name of the operation; null where there is none.</summary>
    public string? Operation { get; init; }

    /// <summary>Interval of the operation.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Groups of the pattern that matched the resource's id, from %0 on; null where there is no pattern.
    /// </summary>
    public IReadOnlyList<string>? Submatches { get; init; }

    /// <summary>A name with %0 to %9 replaced by the groups of the pattern; groups that are missing become nothing.
    /// </summary>
    public string Expand(string name)
    {
        if (Submatches is null || !name.Contains('%', StringComparison.Ordinal))
        {
            return name;
        }

        var expanded = new System.Text.StringBuilder();
        for (var index = 0; index < name.Length; index++)
        {
            if (name[index] == '%' && index + 1 < name.Length && char.IsAsciiDigit(name[index + 1]))
            {
                var group = name[++index] - '0';
                expanded.Append(group < Submatches.Count ? Submatches[group] : "");
            }
            else
            {
                expanded.Append(name[index]);
            }
        }

        return expanded.ToString();
    }
}

/// <summary>Whether a rule holds, and until when that is sure.</summary>
/// <param name="Holds">It holds.</param>
/// <param name="ChangesAt">Seconds since 1970 UTC at which the outcome may change by itself; null for never. The ranges
/// of a date_spec are not counted: Pacemaker looks at those at its recheck interval alone.</param>
public readonly record struct RuleOutcome(bool Holds, long? ChangesAt)
{
    /// <summary>The earlier of two times of change.</summary>
    public static long? Earlier(long? one, long? other) =>
        one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);
}
