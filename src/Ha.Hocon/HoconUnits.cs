using System.Globalization;

namespace Ha.Hocon;

/// <summary>Lengths of time, sizes and booleans as text. Source: the HOCON specification, "Units format"; Pacemaker's
/// spellings and ISO 8601 beside them.</summary>
public static class HoconUnits
{
    /// <summary>Reads a length of time.</summary>
    /// <param name="text">Such as 500ms, 1.5s, 10 minutes, PT30S.</param>
    /// <param name="bareUnit">Unit of a number that has none; null refuses such numbers, other than 0.</param>
    /// <param name="value">The length.</param>
    /// <returns>Why not; empty when it was read.</returns>
    public static string TryDuration(string text, string? bareUnit, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        var trimmed = text.Trim();
        if (trimmed.StartsWith('P'))
        {
            return TryIso(trimmed, out value);
        }

        var (number, unit) = Split(trimmed);
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount))
        {
            return $"'{text}' is no length of time; write a number and a unit, such as 10s";
        }

        if (unit.Length == 0)
        {
            if (amount == 0)
            {
                return "";
            }

            if (bareUnit is null)
            {
                return $"a length of time needs a unit: {number}s, or {number}ms?";
            }

            unit = bareUnit;
        }

        decimal? milliseconds = unit switch
        {
            "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => amount / 1_000_000,
            "us" or "micro" or "micros" or "microsecond" or "microseconds" or "usec" => amount / 1000,
            "ms" or "milli" or "millis" or "millisecond" or "milliseconds" or "msec" => amount,
            "s" or "second" or "seconds" or "sec" => amount * 1000,
            "m" or "minute" or "minutes" or "min" => amount * 60_000,
            "h" or "hour" or "hours" or "hr" => amount * 3_600_000,
            "d" or "day" or "days" => amount * 86_400_000,
            _ => null,
        };
        if (milliseconds is not { } result)
        {
            return $"'{unit}' is no unit of time; known are ms, s, m, h, d";
        }

        if (result < 0 || result > 86_400_000m * 36_500)
        {
            return $"'{text}' is out of range: 0 to a hundred years";
        }

        value = TimeSpan.FromTicks((long)(result * TimeSpan.TicksPerMillisecond));
        return "";
    }

    /// <summary>Reads a size in bytes: 512K and 512KiB are powers of two, 512kB is a power of ten.</summary>
    public static string TrySize(string text, out long value)
    {
        value = 0;
        var (number, unit) = Split(text.Trim());
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
        {
            return $"'{text}' is no size; write a number and a unit, such as 512K";
        }

        var prefixes = "KMGTPE";
        var prefix = unit.Length > 0 ? prefixes.IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal) + 1 : 0;
        decimal? factor = unit switch
        {
            "" or "B" or "b" or "byte" or "bytes" => 1,
            [_] or [_, 'i'] or [_, 'i', 'B'] when prefix > 0 => Power(1024, prefix),
            [_, 'B'] when prefix > 0 => Power(1000, prefix),
            _ => null,
        };
        if (factor is not { } times || amount * times > long.MaxValue)
        {
            return $"'{unit}' is no unit of size; known are B, K, M, G (powers of two) and kB, MB, GB (powers of ten)";
        }

        value = (long)(amount * times);
        return "";
    }

    /// <summary>The six words of a boolean; null for any other text.</summary>
    public static bool? Boolean(string text) => text switch
    {
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        _ => null,
    };

    private static decimal Power(decimal of, int times) =>
        Enumerable.Repeat(of, times).Aggregate(1m, (product, factor) => product * factor);

    private static (string Number, string Unit) Split(string text)
    {
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is '.' or '-' or '+'))
        {
            end++;
        }

        return (text[..end], text[end..].Trim());
    }

    private static string TryIso(string text, out TimeSpan value)
    {
        try
        {
            value = System.Xml.XmlConvert.ToTimeSpan(text);
            return value < TimeSpan.Zero ? $"'{text}' is negative" : "";
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            value = TimeSpan.Zero;
            return $"'{text}' is no length of time of ISO 8601";
        }
    }
}
