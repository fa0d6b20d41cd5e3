using System.Collections;

namespace Ha.Policy.Scheduling;

/// <summary>The actions of one resource in the order of their making, and beside it by key.</summary>
internal sealed class ActionList : IEnumerable<PolicyAction>
{
    private readonly List<PolicyAction> _all = [];
    private readonly List<List<PolicyAction>> _byKey = [];

    public int Count => _all.Count;

    public PolicyAction this[int index] => _all[index];

    public void Add(PolicyAction action)
    {
        _all.Add(action);
        if (WithKey(action.Key) is { } same)
        {
            same.Add(action);
        }
        else
        {
            _byKey.Add([action]);
        }
    }

    /// <summary>Those of one key, the oldest first; null for none. A resource has few keys: going through them costs
    /// less than a hash.</summary>
    public List<PolicyAction>? WithKey(string key)
    {
        foreach (var same in _byKey)
        {
            var own = same[0].Key;
            if (ReferenceEquals(own, key)
                || (own.Length == key.Length && string.Equals(own, key, StringComparison.Ordinal)))
            {
                return same;
            }
        }

        return null;
    }

    public List<PolicyAction>.Enumerator GetEnumerator() => _all.GetEnumerator();

    IEnumerator<PolicyAction> IEnumerable<PolicyAction>.GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _all.GetEnumerator();
}

/// <summary>One side of the orderings of an action. A value without an array of its own while it is empty: most actions
/// of a large cluster are probes, with nothing before them.</summary>
internal struct LinkList
{
    private PolicyLink[]? _links;

    public int Count { get; private set; }

    public readonly PolicyLink this[int index] => _links![index];

    public void Add(PolicyLink link)
    {
        if (_links is null)
        {
            _links = new PolicyLink[1];
        }
        else if (_links.Length == Count)
        {
            Array.Resize(ref _links, Count * 2);
        }

        _links[Count++] = link;
    }

    public readonly ReadOnlySpan<PolicyLink> AsSpan() => _links.AsSpan(0, Count);

    public readonly ReadOnlySpan<PolicyLink>.Enumerator GetEnumerator() => AsSpan().GetEnumerator();
}

/// <summary>Names and values of one action: a handful, so they are gone through.</summary>
internal sealed class NameTable
{
    private readonly List<KeyValuePair<string, string>> _pairs = new(1);

    public int Count => _pairs.Count;

    /// <summary>The value of a name that must be there.</summary>
    public string this[string name]
    {
        get => GetValueOrDefault(name) ?? throw new KeyNotFoundException(name);
        set => Set(name, value);
    }

    public string? GetValueOrDefault(string name)
    {
        foreach (var (known, value) in _pairs)
        {
            if (string.Equals(known, name, StringComparison.Ordinal))
            {
                return value;
            }
        }

        return null;
    }

    public void Set(string name, string value)
    {
        for (var index = 0; index < _pairs.Count; index++)
        {
            if (string.Equals(_pairs[index].Key, name, StringComparison.Ordinal))
            {
                _pairs[index] = KeyValuePair.Create(name, value);
                return;
            }
        }

        _pairs.Add(KeyValuePair.Create(name, value));
    }

    /// <summary>In the order in which the names came.</summary>
    public List<KeyValuePair<string, string>>.Enumerator GetEnumerator() => _pairs.GetEnumerator();
}
