using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy.Rules;

/// <summary>Whether date expressions hold, and when that changes.</summary>
internal static class DateRules
{
    private static readonly RuleOutcome s_never = new(false, null);

    public static RuleOutcome Evaluate(DateExpression expression, in RuleInput input) =>
        expression.Operation.ToLowerInvariant() switch
        {
            "in_range" or "" => InRange(expression, input),
            "gt" => After(expression.Start, input),
            "lt" => Before(expression.End, input),
            "date_spec" when expression.Specification is { } ranges => new RuleOutcome(HoldsFor(ranges, input), null),
            _ => s_never,
        };

    private static RuleOutcome InRange(DateExpression expression, in RuleInput input)
    {
        var start = TimeOf(expression.Start, input);
        var end = TimeOf(expression.End, input);
        var isBroken = (expression.Start is not null && start is null) || (expression.End is not null && end is null);
        if (isBroken || (start is null && end is null))
        {
            return s_never;
        }

        if (end is null && expression.Duration is { } duration)
        {
            end = EndOf(start!.Value, duration);
            if (end is null)
            {
                return s_never;
            }
        }

        if (start is { } begins && input.Now < begins.EpochSeconds)
        {
            return new RuleOutcome(false, begins.EpochSeconds);
        }

        // The last second of the range is part of it.
        return end is not { } ends ? new RuleOutcome(true, null)
            : input.Now > ends.EpochSeconds ? s_never
            : new RuleOutcome(true, ends.EpochSeconds + 1);
    }

    private static RuleOutcome After(string? text, in RuleInput input) =>
        TimeOf(text, input) is not { } start ? s_never
        : input.Now > start.EpochSeconds ? new RuleOutcome(true, null)
        : new RuleOutcome(false, start.EpochSeconds + 1);

    private static RuleOutcome Before(string? text, in RuleInput input) =>
        TimeOf(text, input) is not { } end || input.Now >= end.EpochSeconds ? s_never
        : new RuleOutcome(true, end.EpochSeconds);

    private static CalendarTime? TimeOf(string? text, in RuleInput input) =>
        text is null ? null : IsoTime.Parse(text, input.Now, input.LocalOffset);

    // From the largest unit to the smallest: a month is added to the right year, a day to the right month.
    private static CalendarTime? EndOf(CalendarTime start, ValueMap<string> duration)
    {
        var end = start;
        foreach (var unit in (ReadOnlySpan<string>)["years", "months", "weeks", "days", "hours", "minutes", "seconds"])
        {
            if (!duration.TryGetValue(unit, out var text))
            {
                continue;
            }

            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
            {
                return null;
            }

            end = unit switch
            {
                "years" => end.AddYears(count),
                "months" => end.AddMonths(count),
                "weeks" => end.AddSeconds(7L * CalendarTime.SecondsOfDay * count),
                "days" => end.AddSeconds((long)CalendarTime.SecondsOfDay * count),
                "hours" => end.AddSeconds(3600L * count),
                "minutes" => end.AddSeconds(60L * count),
                _ => end.AddSeconds(count),
            };
        }

        return end;
    }

    private static bool HoldsFor(ValueMap<string> ranges, in RuleInput input)
    {
        var now = CalendarTime.At(input.Now, (int)input.LocalOffset.TotalSeconds);
        foreach (var (unit, range) in ranges)
        {
            var value = unit switch
            {
                "years" => now.Year,
                "months" => now.Month,
                "monthdays" => now.DayOfMonth,
                "hours" => now.SecondOfDay / 3600,
                "minutes" => now.SecondOfDay / 60 % 60,
                "seconds" => now.SecondOfDay % 60,
                "yeardays" => now.DayOfYear,
                "weekyears" => now.WeekYear,
                "weeks" => now.Week,
                "weekdays" => now.DayOfWeek,
                _ => (int?)null,
            };
            if (value is not null && !IsIn(range, value.Value))
            {
                return false;
            }
        }

        return true;
    }

    // "5", "5-9", "5-" or "-9".
    private static bool IsIn(string range, int value)
    {
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
        {
            return BoundOf(range) == value;
        }

        var low = range.AsSpan(0, dash).Trim();
        var high = range.AsSpan(dash + 1).Trim();
        var isLowKnown = low.Length > 0;
        var isHighKnown = high.Length > 0;
        return (isLowKnown || isHighKnown)
            && (!isLowKnown || BoundOf(low) <= value)
            && (!isHighKnown || BoundOf(high) >= value);
    }

    private static int? BoundOf(ReadOnlySpan<char> text)
    {
        var invariant = CultureInfo.InvariantCulture;
        return int.TryParse(text.Trim(), NumberStyles.None, invariant, out var bound) ? bound : null;
    }
}
