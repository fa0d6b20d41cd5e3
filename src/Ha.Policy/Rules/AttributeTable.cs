using Ha.InformationBase;

namespace Ha.Policy.Rules;

/// <summary>Names and values, collected from the blocks of one owner after the other: what is there already wins. For
/// use inside of a stage.</summary>
public sealed class AttributeTable
{
    private const string RemovingValue = "#default";
    private readonly Dictionary<string, NameValue> _values = new(StringComparer.Ordinal);

    /// <summary>When a rule among the blocks may come out differently, in seconds since 1970; null for never.</summary>
    public long? ChangesAt { get; private set; }

    /// <summary>How many names there are.</summary>
    public int Count => _values.Count;

    /// <summary>Value of a name; null for none.</summary>
    public string? this[string name] => _values.TryGetValue(name, out var pair) ? pair.Value : null;

    /// <summary>Name, value and origin; null for none.</summary>
    public NameValue? Find(string name) => _values.TryGetValue(name, out var pair) ? pair : null;

    /// <summary>Adds what is not there yet. Blocks with a higher score come first; among equals the block that was
    /// written last, as in Pacemaker (so a primitive's own block comes before its template's).</summary>
    /// <param name="sets">The owner's blocks, in the order written.</param>
    /// <param name="input">What the rules may look at.</param>
    /// <param name="firstId">Id of a block that comes first whatever its score; null for none. That of the cluster
    /// options is <see cref="AttributeSets.BootstrapId"/>.</param>
    public void Add(ValueList<AttributeSet> sets, in RuleInput input, string? firstId = null)
    {
        switch (sets.Count)
        {
            case 0:
                break;
            case 1:
                AddSet(sets[0], input);
                break;
            default:
                foreach (var set in AttributeSets.InOrder(sets, firstId))
                {
                    AddSet(set, input);
                }

                break;
        }
    }

    /// <summary>Adds a value if the name has none yet.</summary>
    public void Add(NameValue pair)
    {
        if (pair.Value is null)
        {
            return;
        }

        if (pair.Value.Equals(RemovingValue, StringComparison.OrdinalIgnoreCase))
        {
            _values.Remove(pair.Name);
        }
        else
        {
            _values.TryAdd(pair.Name, pair);
        }
    }

    /// <summary>Sets values over those that are there: transient node attributes over permanent ones.</summary>
    public void Overwrite(ValueList<AttributeSet> sets, in RuleInput input)
    {
        var over = new AttributeTable();
        over.Add(sets, input);
        ChangesAt = RuleOutcome.Earlier(ChangesAt, over.ChangesAt);
        foreach (var (name, pair) in over.ToMap())
        {
            _values[name] = pair;
        }
    }

    /// <summary>Sets one value over the one that is there.</summary>
    public void Overwrite(NameValue pair) => _values[pair.Name] = pair;

    /// <summary>Names, values and origins, sorted by name.</summary>
    public ValueMap<NameValue> ToMap() => ValueMap<NameValue>.Of(_values);

    /// <summary>Names and values, sorted by name.</summary>
    public ValueMap<string> ToTextMap() =>
        ValueMap<string>.Of(_values.Select(item => KeyValuePair.Create(item.Key, item.Value.Value!)));

    private void AddSet(AttributeSet set, in RuleInput input)
    {
        var outcome = RuleEvaluator.EvaluateOptional(set.Rule, input);
        ChangesAt = RuleOutcome.Earlier(ChangesAt, outcome.ChangesAt);
        if (outcome.Holds)
        {
            foreach (var pair in set.Values)
            {
                Add(pair);
            }
        }
    }
}
