using System.Globalization;

namespace Ha.Hocon;

/// <summary>A length of calendar time.</summary>
public readonly record struct HoconPeriod(int Years, int Months, int Days);

/// <summary>Lengths of time, sizes and booleans as text. Source: the HOCON specification, "Units format"; Pacemaker's
/// spellings and ISO 8601 beside them.</summary>
public static class HoconUnits
{
    private const decimal MaxMilliseconds = 86_400_000m * 36_500;

    /// <summary>Reads a length of time.</summary>
    /// <param name="text">Such as 500ms, 1.5s, 10 minutes, PT30S.</param>
    /// <param name="bareUnit">Unit of a number that has none (HOCON's own is ms); null refuses such numbers, other than
    /// 0. </param>
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
        if (!TryNumber(number, out var amount))
        {
            return "write a number and a unit, such as 10s";
        }

        if (unit.Length == 0)
        {
            if (amount == 0)
            {
                return "";
            }

            if (bareUnit is null)
            {
                return $"a duration needs a unit: {number}s (seconds, as in Pacemaker) "
                    + $"or {number}ms (what HOCON would read)?";
            }

            unit = bareUnit;
        }

        if (MillisecondsOf(unit) is not { } milliseconds)
        {
            return $"'{unit}' is no unit of time; known are ms, s, m, h, d";
        }

        var result = Math.Abs(amount) > MaxMilliseconds ? MaxMilliseconds + 1 : amount * milliseconds;
        if (result is < 0 or > MaxMilliseconds)
        {
            return "a duration lies between 0 and a hundred years";
        }

        value = TimeSpan.FromTicks((long)(result * TimeSpan.TicksPerMillisecond));
        return "";
    }

    /// <summary>A length of time in the largest unit that says it exactly: 10m, 1500ms, 0.</summary>
    public static string Show(TimeSpan value)
    {
        foreach (var (unit, ticks) in ((string, long)[])[
            ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute),
            ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond)])
        {
            if (value.Ticks != 0 && value.Ticks % ticks == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{value.Ticks / ticks}{unit}");
            }
        }

        return value.Ticks == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{value.Ticks * 100}ns");
    }

    /// <summary>Reads a size in bytes: 512K and 512KiB are powers of two, 512kB is a power of ten.</summary>
    /// <returns>Why not; empty when it was read.</returns>
    public static string TrySize(string text, out long value)
    {
        value = 0;
        var (number, unit) = Split(text.Trim());
        if (!TryNumber(number, out var amount) || amount < 0)
        {
            return "write a number and a unit, such as 512K";
        }

        if (BytesOf(unit) is not { } factor)
        {
            return $"'{unit}' is no unit of size; known are B, K, M, G (powers of two) and kB, MB, GB (powers of ten)";
        }

        if (amount > long.MaxValue / factor)
        {
            return "a size must be less than 8 EiB";
        }

        value = (long)(amount * factor);
        return "";
    }

    /// <summary>Reads a length of calendar time: days (also without a unit), weeks, months, years.</summary>
    /// <returns>Why not; empty when it was read.</returns>
    public static string TryPeriod(string text, out HoconPeriod value)
    {
        value = default;
        var (number, unit) = Split(text.Trim());
        if (!int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount)
            || Math.Abs((long)amount) > int.MaxValue / 7)
        {
            return "write a whole number and a unit, such as 3 months";
        }

        switch (unit)
        {
            case "" or "d" or "day" or "days":
                value = new HoconPeriod(0, 0, amount);
                return "";
            case "w" or "week" or "weeks":
                value = new HoconPeriod(0, 0, amount * 7);
                return "";
            case "m" or "mo" or "month" or "months":
                value = new HoconPeriod(0, amount, 0);
                return "";
            case "y" or "year" or "years":
                value = new HoconPeriod(amount, 0, 0);
                return "";
            default:
                return $"'{unit}' is no unit of calendar time; known are d, w, m (months), y";
        }
    }

    /// <summary>The six words of a boolean; null for any other text.</summary>
    public static bool? Boolean(string text) => text switch
    {
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        _ => null,
    };

    private static decimal? MillisecondsOf(string unit) => unit switch
    {
        "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => 0.000_001m,
        "us" or "micro" or "micros" or "microsecond" or "microseconds" or "usec" => 0.001m,
        "ms" or "milli" or "millis" or "millisecond" or "milliseconds" or "msec" => 1,
        "s" or "second" or "seconds" or "sec" => 1000,
        "m" or "minute" or "minutes" or "min" => 60_000,
        "h" or "hour" or "hours" or "hr" => 3_600_000,
        "d" or "day" or "days" => 86_400_000,
        _ => null,
    };

    private static decimal? BytesOf(string unit)
    {
        if (unit is "" or "B" or "b" or "byte" or "bytes")
        {
            return 1;
        }

        const string Letters = "KMGTPE";
        string[] tens = ["kilo", "mega", "giga", "tera", "peta", "exa"];
        string[] twos = ["kibi", "mebi", "gibi", "tebi", "pebi", "exbi"];
        for (var index = 0; index < Letters.Length; index++)
        {
            var two = Letters[index].ToString();
            var ten = index == 0 ? "k" : two;
            if (unit == two || unit == two.ToLowerInvariant() || unit == two + "i" || unit == two + "iB"
                || unit == twos[index] + "byte" || unit == twos[index] + "bytes")
            {
                return Power(1024, index + 1);
            }

            if (unit == ten + "B" || unit == tens[index] + "byte" || unit == tens[index] + "bytes")
            {
                return Power(1000, index + 1);
            }
        }

        return null;
    }

    private static decimal Power(decimal of, int times) =>
        Enumerable.Repeat(of, times).Aggregate(1m, (product, factor) => product * factor);

    private static bool TryNumber(string text, out decimal value) => decimal.TryParse(
        text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

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
        value = TimeSpan.Zero;
        try
        {
            var read = System.Xml.XmlConvert.ToTimeSpan(text);
            if (read < TimeSpan.Zero || (decimal)read.TotalMilliseconds > MaxMilliseconds)
            {
                return "a duration lies between 0 and a hundred years";
            }

            value = read;
            return "";
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return "it is no duration of ISO 8601, such as PT30S";
        }
    }
}
