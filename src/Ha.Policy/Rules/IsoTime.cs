using System.Globalization;

namespace Ha.Policy.Rules;

/// <summary>Dates and times in ISO 8601, as Pacemaker reads them: 2024-02-29, 20240229, 2024-060, 2024-W09-4, "epoch";
/// then T or a blank and 10, 10:30, 10:30:15 or 103015; then Z, or an offset, which a blank may precede. A date alone
/// is midnight UTC, a time without an offset is local. A time alone is today's.</summary>
internal static class IsoTime
{
    /// <summary>Reads one.</summary>
    /// <returns>Null for anything else.</returns>
    public static CalendarTime? Parse(string text, long now, TimeSpan localOffset)
    {
        var rest = text.AsSpan().Trim();
        var local = (int)localOffset.TotalSeconds;
        if (rest.Length == 0)
        {
            return null;
        }

        if (rest.Equals("epoch", StringComparison.OrdinalIgnoreCase))
        {
            return new CalendarTime(1970, 1, 0, 0);
        }

        if (rest[0] == 'T' || (rest.Length > 2 && rest[2] == ':'))
        {
            var today = CalendarTime.At(now, local) with { SecondOfDay = 0 };
            return TimeOf(today, rest[0] == 'T' ? rest[1..] : rest, local);
        }

        var end = rest.IndexOfAny('T', ' ');
        var date = DateOf(end < 0 ? rest : rest[..end]);
        var time = end < 0 ? default : rest[(end + 1)..];
        return date is null || time.Length == 0 ? date : TimeOf(date.Value, time, local);
    }

    private static CalendarTime? DateOf(ReadOnlySpan<char> text)
    {
        var week = text.IndexOf('W');
        if (week > 0)
        {
            var rest = text[(week + 1)..];
            var dash = rest.IndexOf('-');
            var (end, begin) = dash >= 0 ? (dash, dash + 1) : (Math.Min(2, rest.Length), Math.Min(2, rest.Length));
            return CalendarTime.OfWeek(
                Number(text[..week].TrimEnd('-'), 4), Number(rest[..end], 2), Number(rest[begin..], 1));
        }

        var first = text.IndexOf('-');
        if (first < 0)
        {
            return text.Length switch
            {
                8 => CalendarTime.OfDate(Number(text[..4], 4), Number(text[4..6], 2), Number(text[6..], 2)),
                7 => CalendarTime.OfOrdinal(Number(text[..4], 4), Number(text[4..], 3)),
                _ => null,
            };
        }

        var start = Number(text[..first], 4);
        var others = text[(first + 1)..];
        var second = others.IndexOf('-');
        return second < 0
            ? CalendarTime.OfOrdinal(start, Number(others, 3))
            : CalendarTime.OfDate(start, Number(others[..second], 2), Number(others[(second + 1)..], 2));
    }

    private static CalendarTime? TimeOf(CalendarTime date, ReadOnlySpan<char> text, int localOffset)
    {
        var zone = text.IndexOfAny("Z+- ");
        var time = zone < 0 ? text : text[..zone];
        var offset = zone < 0 ? localOffset : OffsetOf(text[zone..].TrimStart(), localOffset);
        if (SecondsOf(time) is not { } seconds || offset is null)
        {
            return null;
        }

        // 24:00:00 is the next day's first second.
        return (date with { OffsetSeconds = offset.Value }).AddSeconds(seconds);
    }

    private static int? OffsetOf(ReadOnlySpan<char> text, int localOffset)
    {
        if (text.Length == 0 || text[0] == 'Z')
        {
            return text.Length == 0 ? localOffset : 0;
        }

        var digits = text[0] is '+' or '-' ? text[1..] : text;
        return SecondsOf(digits) is { } seconds ? (text[0] == '-' ? -seconds : seconds) : null;
    }

    private static int? SecondsOf(ReadOnlySpan<char> text)
    {
        var fraction = text.IndexOfAny('.', ',');
        text = fraction < 0 ? text : text[..fraction];
        Span<int> parts = [0, 0, 0];
        for (var index = 0; text.Length > 0; index++)
        {
            var colon = text.IndexOf(':');
            var length = colon < 0 ? Math.Min(2, text.Length) : colon;
            var part = Number(text[..length], 2);
            if (index == parts.Length || part < 0)
            {
                return null;
            }

            parts[index] = part;
            text = text[(colon < 0 ? length : colon + 1)..];
        }

        var seconds = (parts[0] * 3600) + (parts[1] * 60) + parts[2];
        return parts[1] < 60 && parts[2] < 60 && seconds <= CalendarTime.SecondsOfDay ? seconds : null;
    }

    // Digits alone, at most so many; -1 for anything else.
    private static int Number(ReadOnlySpan<char> text, int digits) =>
        text.Length > 0 && text.Length <= digits
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;
}
