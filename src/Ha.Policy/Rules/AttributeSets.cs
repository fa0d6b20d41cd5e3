using Ha.InformationBase;

namespace Ha.Policy.Rules;

/// <summary>Blocks of names and values, put together: rules, scores, precedence.</summary>
public static class AttributeSets
{
    /// <summary>The block of cluster options that comes before all others.</summary>
    public const string BootstrapId = "cib-bootstrap-options";

    /// <summary>The names and values that hold, each with its origin, sorted by name.</summary>
    /// <param name="sets">The blocks of one owner, in the order written.</param>
    /// <param name="input">What the rules may look at.</param>
    /// <param name="changesAt">When that may change, in seconds since 1970; null for never.</param>
    /// <param name="firstId">Id of a block that comes first whatever its score; null for none.</param>
    public static ValueMap<NameValue> Unpack(
        ValueList<AttributeSet> sets, in RuleInput input, out long? changesAt, string? firstId = null)
    {
        var table = new AttributeTable();
        table.Add(sets, input, firstId);
        changesAt = table.ChangesAt;
        return table.ToMap();
    }

    /// <summary>The blocks in the order of their precedence: the named one, then by score, then the last written.
    /// </summary>
    public static IEnumerable<AttributeSet> InOrder(ValueList<AttributeSet> sets, string? firstId = null) =>
        sets.Reverse()
            .OrderByDescending(set => firstId is not null && set.Id == firstId)
            .ThenByDescending(set => set.Score);
}
