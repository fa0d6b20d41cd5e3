using System.Globalization;

namespace Ha.InformationBase.Xml;

/// <summary>Lengths of time as Pacemaker writes them: a number with a unit (seconds without one), or an ISO 8601
/// duration. Source: Pacemaker Explained, "Time specification" in the section on operations.</summary>
public static class IntervalText
{
    /// <summary>Reads a length of time.</summary>
    /// <returns>False for anything else, for a negative length, and for one that is longer than 200 years.</returns>
    public static bool TryParse(string text, out TimeSpan length)
    {
        length = default;
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty)
        {
            return false;
        }

        if (trimmed[0] is 'P')
        {
            return TryParseDuration(trimmed[1..], out length);
        }

        var digits = trimmed[0] == '+' ? 1 : 0;
        while (digits < trimmed.Length && char.IsAsciiDigit(trimmed[digits]))
        {
            digits++;
        }

        var invariant = CultureInfo.InvariantCulture;
        return long.TryParse(trimmed[..digits], NumberStyles.AllowLeadingSign, invariant, out var number)
            && TicksOf(trimmed[digits..].TrimStart()) is { } ticks
            && TryScale(number, ticks, out length);
    }

    private static long? TicksOf(ReadOnlySpan<char> unit) => unit.ToString().ToLowerInvariant() switch
    {
        "" or "s" or "sec" => TimeSpan.TicksPerSecond,
        "ms" or "msec" => TimeSpan.TicksPerMillisecond,
        "us" or "usec" => TimeSpan.TicksPerMicrosecond,
        "m" or "min" => TimeSpan.TicksPerMinute,
        "h" or "hr" => TimeSpan.TicksPerHour,
        _ => null,
    };

    // Years and months have no fixed length; Pacemaker counts them from 1970, as here. "P10S" without a T is read too.
    private static bool TryParseDuration(ReadOnlySpan<char> text, out TimeSpan length)
    {
        length = default;
        var isTime = false;
        var sum = 0L;
        for (var index = 0; index < text.Length;)
        {
            if (text[index] is 'T')
            {
                isTime = true;
                index++;
                continue;
            }

            var start = index;
            while (index < text.Length && char.IsAsciiDigit(text[index]))
            {
                index++;
            }

            var isNumber = long.TryParse(
                text[start..index], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            var seconds = index >= text.Length ? null : text[index++] switch
            {
                'Y' => 365L * 86_400,
                'M' when !isTime => 30L * 86_400,
                'W' => 7L * 86_400,
                'D' => 86_400L,
                'H' => 3_600L,
                'M' => 60L,
                'S' => 1L,
                _ => (long?)null,
            };
            var ticks = seconds * TimeSpan.TicksPerSecond;
            if (!isNumber || ticks is null || !TryScale(number, ticks.Value, out var part))
            {
                return false;
            }

            sum += part.Ticks;
            if (sum < 0)
            {
                return false;
            }
        }

        length = TimeSpan.FromTicks(sum);
        return text.Length > 0;
    }

    private static bool TryScale(long number, long ticks, out TimeSpan length)
    {
        const long MaxTicks = 200L * 366 * TimeSpan.TicksPerDay;
        var isInRange = number >= 0 && number <= MaxTicks / ticks;
        length = isInRange ? TimeSpan.FromTicks(number * ticks) : default;
        return isInRange;
    }
}
