using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Ha.InformationBase;

/// <summary>An immutable map from names to values: sorted by name (ordinal), compared by content, walked in that
/// order everywhere.</summary>
public readonly struct ValueMap<TValue> : IReadOnlyCollection<KeyValuePair<string, TValue>>,
    IEquatable<ValueMap<TValue>>
{
    private readonly KeyValuePair<string, TValue>[]? _items;

    private ValueMap(KeyValuePair<string, TValue>[] sorted) => _items = sorted;

    /// <summary>The map without entries.</summary>
    public static ValueMap<TValue> Empty => default;

    /// <inheritdoc/>
    public int Count => _items?.Length ?? 0;

    /// <summary>True for a map without entries.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The names, sorted.</summary>
    public IEnumerable<string> Keys => Items.Select(item => item.Key);

    /// <summary>The values, in the order of their names.</summary>
    public IEnumerable<TValue> Values => Items.Select(item => item.Value);

    private KeyValuePair<string, TValue>[] Items => _items ?? [];

    /// <summary>The value of a name that must be there.</summary>
    /// <exception cref="KeyNotFoundException">There is no such name.</exception>
    public TValue this[string name] =>
        TryGetValue(name, out var value) ? value : throw new KeyNotFoundException($"no entry '{name}'");

    /// <summary>A map of these entries; of two with one name, the later stays.</summary>
    public static ValueMap<TValue> Of(IEnumerable<KeyValuePair<string, TValue>> entries)
    {
        var sorted = new SortedDictionary<string, TValue>(StringComparer.Ordinal);
        foreach (var (name, value) in entries)
        {
            sorted[name] = value;
        }

        return new ValueMap<TValue>([.. sorted]);
    }

    /// <summary>Finds a value by its name.</summary>
    public bool TryGetValue(string name, [MaybeNullWhen(false)] out TValue value)
    {
        var index = IndexOf(name);
        value = index >= 0 ? Items[index].Value : default;
        return index >= 0;
    }

    /// <summary>The value of a name, or the default of its type where there is none.</summary>
    public TValue? GetValueOrDefault(string name) => TryGetValue(name, out var value) ? value : default;

    /// <summary>True when there is an entry of this name.</summary>
    public bool ContainsKey(string name) => IndexOf(name) >= 0;

    /// <summary>This map with one entry added or replaced.</summary>
    public ValueMap<TValue> SetItem(string name, TValue value)
    {
        var index = IndexOf(name);
        if (index >= 0)
        {
            var copy = (KeyValuePair<string, TValue>[])Items.Clone();
            copy[index] = new KeyValuePair<string, TValue>(name, value);
            return new ValueMap<TValue>(copy);
        }

        var at = ~index;
        return new ValueMap<TValue>([.. Items[..at], new KeyValuePair<string, TValue>(name, value), .. Items[at..]]);
    }

    /// <summary>This map without the entry of this name, if there was one.</summary>
    public ValueMap<TValue> Remove(string name)
    {
        var index = IndexOf(name);
        return index < 0 ? this : new ValueMap<TValue>([.. Items[..index], .. Items[(index + 1)..]]);
    }

    /// <summary>Walks the entries in the order of their names.</summary>
    public IEnumerator<KeyValuePair<string, TValue>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, TValue>>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Items.GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(ValueMap<TValue> other)
    {
        if (Count != other.Count)
        {
            return false;
        }

        var comparer = EqualityComparer<TValue>.Default;
        for (var index = 0; index < Count; index++)
        {
            if (!string.Equals(Items[index].Key, other.Items[index].Key, StringComparison.Ordinal)
                || !comparer.Equals(Items[index].Value, other.Items[index].Value))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ValueMap<TValue> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var (name, value) in Items)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{{{string.Join(", ", Items.Select(item => $"{item.Key}={item.Value}"))}}}";

    /// <summary>Compares by content.</summary>
    public static bool operator ==(ValueMap<TValue> left, ValueMap<TValue> right) => left.Equals(right);

    /// <summary>Compares by content.</summary>
    public static bool operator !=(ValueMap<TValue> left, ValueMap<TValue> right) => !left.Equals(right);

    private int IndexOf(string name)
    {
        var items = Items;
        int low = 0, high = items.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = string.CompareOrdinal(items[middle].Key, name);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }
}

/// <summary>Makes <see cref="ValueMap{TValue}"/> values.</summary>
public static class ValueMap
{
    /// <summary>A map of the elements under the names and with the values that the two functions give.</summary>
    public static ValueMap<TValue> ToValueMap<T, TValue>(
        this IEnumerable<T> items, Func<T, string> name, Func<T, TValue> value) =>
        ValueMap<TValue>.Of(items.Select(item => new KeyValuePair<string, TValue>(name(item), value(item))));
}
