using System.Globalization;
using Ha.Hocon;
using Ha.InformationBase.Reader;

namespace Ha.InformationBase.Xml.Import;

/// <summary>Names and values in the one form that a cluster file has for them.</summary>
internal static class ImportedValues
{
    /// <summary>Blocks whose names and values a cluster file can say.</summary>
    /// <param name="sets">As imported.</param>
    /// <param name="catalog">The names that there are; null for any.</param>
    /// <param name="plainId">Id of the block that needs no id.</param>
    /// <param name="owner">Whose they are, for notes.</param>
    /// <param name="notes">Takes what is left out.</param>
    public static ValueList<AttributeSet> Of(
        ValueList<AttributeSet> sets, IReadOnlyList<PropertyDefinition>? catalog, string plainId, string owner,
        ImportNotes notes)
    {
        var kept = new List<AttributeSet>();
        foreach (var set in sets)
        {
            if (set.Rule is { } rule && !ImportedConstraints.IsSayable(rule))
            {
                notes.Add("HA4105", set.Origin, $"{owner}: '{set.Id}' is left out: its rule cannot be said");
                continue;
            }

            var values = new List<NameValue>();
            foreach (var pair in set.Values)
            {
                AddPair(pair, catalog, owner, values, notes);
            }

            if (values.Count > 0)
            {
                // The plain block comes first in a cluster file: so only the first may be it.
                var isPlain = kept.Count == 0 && set.Rule is null && set.Score == Score.Zero;
                kept.Add(set with
                {
                    Id = isPlain ? plainId : set.Id == plainId ? $"{set.Id}-{kept.Count}" : set.Id,
                    Rule = set.Rule is null ? null : ImportedConstraints.Sayable(set.Rule),
                    Values = values.ToValueList(),
                });
            }
        }

        return kept.ToValueList();
    }

    /// <summary>The same for the attributes of an element.</summary>
    public static ValueMap<string> Of(
        ValueMap<string> attributes, IReadOnlyList<PropertyDefinition> catalog, string owner, Origin at,
        ImportNotes notes)
    {
        var values = new List<NameValue>();
        foreach (var (name, value) in attributes)
        {
            AddPair(new NameValue(name, value, at), catalog, owner, values, notes);
        }

        return values.ToValueMap(pair => pair.Name, pair => pair.Value!);
    }

    /// <summary>The word of a list that is meant, whatever its case; null for none.</summary>
    public static string? WordOf(string text, IEnumerable<string> words) =>
        words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase));

    private static void AddPair(
        NameValue pair, IReadOnlyList<PropertyDefinition>? catalog, string owner, List<NameValue> values,
        ImportNotes notes)
    {
        if (pair.Value is null || pair.Value.Equals("#default", StringComparison.OrdinalIgnoreCase)
            || values.Exists(one => one.Name == pair.Name))
        {
            // Without effect in Pacemaker, too.
            return;
        }

        if (catalog is null)
        {
            values.Add(pair);
            return;
        }

        var definition = catalog.FirstOrDefault(known => known.Name == pair.Name || known.Alias == pair.Name);
        if (definition is null)
        {
            notes.Add("HA4106", pair.Origin,
                $"{owner}: '{pair.Name} = {pair.Value}' is left out: it has no meaning here");
        }
        else if (FormOf(definition, pair.Value) is { } form)
        {
            if (!values.Exists(one => one.Name == definition.Name))
            {
                values.Add(pair with { Name = definition.Name, Value = form });
            }
        }
        else
        {
            notes.Add("HA4107", pair.Origin,
                $"{owner}: '{pair.Name} = {pair.Value}' is left out: it is no right value");
        }
    }

    private static string? FormOf(PropertyDefinition definition, string text)
    {
        var trimmed = text.Trim();
        switch (definition.Kind)
        {
            case ValueKind.Boolean:
                return CibScope.TruthOf(trimmed) switch
                {
                    null => null,
                    true => "true",
                    false => "false",
                };
            case ValueKind.Duration:
                return IntervalText.TryParse(trimmed, out var length) ? HoconUnits.Show(length) : null;
            case ValueKind.Integer:
                var invariant = CultureInfo.InvariantCulture;
                return int.TryParse(trimmed, NumberStyles.AllowLeadingSign, invariant, out var number)
                    ? number.ToString(invariant)
                    : null;
            case ValueKind.Score:
                return Score.TryParse(trimmed, out var score) ? score.ToString() : null;
            case ValueKind.Word:
                return WordOf(trimmed, definition.Words);
            default:
                return text;
        }
    }
}
