using System.Globalization;

namespace Ha.Hocon;

/// <summary>What the plain language makes of a value where a certain kind is asked for. Source: the HOCON
/// specification, "Automatic type conversions". Our own schema is stricter: see the readers of the cluster
/// file.</summary>
public static class HoconConversions
{
    /// <summary>The value at a path of names; null when there is none.</summary>
    public static HoconValue? Find(this HoconValue? root, params ReadOnlySpan<string> path)
    {
        var value = root;
        foreach (var name in path)
        {
            value = (value as HoconObject)?.Get(name);
        }

        return value;
    }

    /// <summary>Text, numbers and booleans as text; null for null, lists and objects.</summary>
    public static string? AsText(this HoconValue? value) =>
        value is HoconScalar { IsNull: false } scalar ? scalar.Text : null;

    /// <summary>A boolean, or one of the six words; null for anything else.</summary>
    public static bool? AsBoolean(this HoconValue? value) =>
        value.AsText() is { } text ? HoconUnits.Boolean(text) : null;

    /// <summary>A whole number, also from text or from 3.0; null for anything else, and where it does not
    /// fit.</summary>
    public static long? AsLong(this HoconValue? value)
    {
        if (value.AsText() is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        return value.AsDouble() is { } number && number == Math.Truncate(number) && Math.Abs(number) < long.MaxValue
            ? (long)number
            : null;
    }

    /// <summary>A number, also from text; null for anything else.</summary>
    public static double? AsDouble(this HoconValue? value) =>
        value.AsText() is { } text
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? number
            : null;

    /// <summary>A list, or an object whose names are numbers: sorted by them, gaps closed. Null for anything
    /// else.</summary>
    public static IReadOnlyList<HoconValue>? AsList(this HoconValue? value) => value switch
    {
        HoconArray array => array.Items,
        HoconObject body when IndexedFields(body) is { Count: > 0 } fields =>
            [.. fields.OrderBy(field => field.Index).Select(field => field.Value)],
        _ => null,
    };

    /// <summary>A length of time; a bare number counts milliseconds. Null for anything else.</summary>
    public static TimeSpan? AsDuration(this HoconValue? value) =>
        value.AsText() is { } text && HoconUnits.TryDuration(text, "ms", out var duration).Length == 0 ? duration
            : null;

    /// <summary>A size in bytes; null for anything else.</summary>
    public static long? AsSize(this HoconValue? value) =>
        value.AsText() is { } text && HoconUnits.TrySize(text, out var size).Length == 0 ? size : null;

    /// <summary>A length of calendar time; a bare number counts days. Null for anything else.</summary>
    public static HoconPeriod? AsPeriod(this HoconValue? value) =>
        value.AsText() is { } text && HoconUnits.TryPeriod(text, out var period).Length == 0 ? period : null;

    private static List<(int Index, HoconValue Value)> IndexedFields(HoconObject body)
    {
        var fields = new List<(int, HoconValue)>();
        foreach (var field in body.Fields)
        {
            if (int.TryParse(field.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                fields.Add((index, field.Value));
            }
        }

        return fields;
    }
}
