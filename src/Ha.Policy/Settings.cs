using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>Reads values out of attribute sets: the set with the higher score wins, among equals the last written.
/// Sets with a rule are left out: rules come with a later version, and the readers say so.</summary>
internal static class Settings
{
    public static NameValue? Find(ValueList<AttributeSet> sets, string name)
    {
        NameValue? best = null;
        var bestScore = Score.MinusInfinity;
        foreach (var set in sets)
        {
            if (set.Rule is not null || (best is not null && set.Score < bestScore))
            {
                continue;
            }

            foreach (var pair in set.Values)
            {
                if (pair.Name == name)
                {
                    best = pair;
                    bestScore = set.Score;
                }
            }
        }

        return best;
    }

    public static string? Text(ValueList<AttributeSet> sets, string name) => Find(sets, name)?.Value;

    /// <summary>All names with their winning values.</summary>
    public static ValueMap<string> All(ValueList<AttributeSet> sets) => sets
        .SelectMany(set => set.Values.Select(pair => pair.Name))
        .Distinct(StringComparer.Ordinal)
        .ToValueMap(name => name, name => Text(sets, name) ?? "");

    /// <summary>A cluster option, under its new name or its old one.</summary>
    public static NameValue? Property(Cib cib, string name, string? oldName = null) =>
        Find(cib.Configuration.Properties, name)
        ?? (oldName is null ? null : Find(cib.Configuration.Properties, oldName));

    public static bool IsTrue(string? text, bool otherwise) => text?.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "y" or "1" => true,
        "false" or "no" or "off" or "n" or "0" => false,
        _ => otherwise,
    };

    /// <summary>A length of time as Pacemaker reads it: a bare number is seconds.</summary>
    public static TimeSpan? Duration(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var trimmed = text.Trim();
        var end = 0;
        while (end < trimmed.Length && (char.IsAsciiDigit(trimmed[end]) || trimmed[end] == '.'))
        {
            end++;
        }

        if (!double.TryParse(trimmed.AsSpan(0, end), NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        double? milliseconds = trimmed[end..].Trim() switch
        {
            "" or "s" or "sec" or "second" or "seconds" => number * 1000,
            "ms" or "msec" or "millisecond" or "milliseconds" => number,
            "us" or "usec" or "microsecond" or "microseconds" => number / 1000,
            "m" or "min" or "minute" or "minutes" => number * 60_000,
            "h" or "hr" or "hour" or "hours" => number * 3_600_000,
            "d" or "day" or "days" => number * 86_400_000,
            _ => null,
        };
        return milliseconds is { } value ? TimeSpan.FromMilliseconds(value) : null;
    }

    public static Score ScoreOf(string? text, Score otherwise) =>
        text is not null && Score.TryParse(text, out var score) ? score : otherwise;
}
