namespace Ha.Policy.Rules;

/// <summary>A second on the calendar of a place with a fixed offset from UTC. Years 1 to 9999.</summary>
/// <param name="Year">1 to 9999.</param>
/// <param name="DayOfYear">1 to 366.</param>
/// <param name="SecondOfDay">0 to 86,399.</param>
/// <param name="OffsetSeconds">How far its clock is ahead of UTC.</param>
internal readonly record struct CalendarTime(int Year, int DayOfYear, int SecondOfDay, int OffsetSeconds)
{
    public const int SecondsOfDay = 86_400;
    private const int FirstYear = 1;
    private const int LastYear = 9999;

    /// <summary>Seconds since 1970 UTC.</summary>
    public long EpochSeconds =>
        DaysBefore(Year) + DayOfYear - 1 is var days
            ? (days * SecondsOfDay) + SecondOfDay - OffsetSeconds
            : 0;

    /// <summary>1 to 12.</summary>
    public int Month => Date.Month;

    /// <summary>1 to 31.</summary>
    public int DayOfMonth => Date.Day;

    /// <summary>1 for Monday to 7 for Sunday.</summary>
    public int DayOfWeek => Date.DayOfWeek == System.DayOfWeek.Sunday ? 7 : (int)Date.DayOfWeek;

    /// <summary>Year of the ISO week, which differs from the year around New Year.</summary>
    public int WeekYear => System.Globalization.ISOWeek.GetYear(Date);

    /// <summary>ISO week, 1 to 53.</summary>
    public int Week => System.Globalization.ISOWeek.GetWeekOfYear(Date);

    private DateTime Date => new DateTime(Year, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(DayOfYear - 1);

    /// <summary>The time at a number of seconds since 1970 UTC; clipped to the years that there are.</summary>
    public static CalendarTime At(long epochSeconds, int offsetSeconds)
    {
        var first = DaysBefore(FirstYear) * SecondsOfDay;
        var last = (DaysBefore(LastYear + 1) * SecondsOfDay) - 1;
        var seconds = Math.Clamp(epochSeconds + offsetSeconds, first, last);
        var date = DateTime.UnixEpoch.AddSeconds(seconds);
        return new CalendarTime(date.Year, date.DayOfYear, (int)date.TimeOfDay.TotalSeconds, offsetSeconds);
    }

    /// <summary>A date; null where there is none.</summary>
    public static CalendarTime? OfDate(int year, int month, int day) =>
        year is >= FirstYear and <= LastYear && month is >= 1 and <= 12
        && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new CalendarTime(year, new DateOnly(year, month, day).DayOfYear, 0, 0)
            : null;

    /// <summary>A day of a year; null where there is none.</summary>
    public static CalendarTime? OfOrdinal(int year, int day) =>
        year is >= FirstYear and <= LastYear && day >= 1 && day <= DaysIn(year)
            ? new CalendarTime(year, day, 0, 0)
            : null;

    /// <summary>A day of an ISO week; null where there is none.</summary>
    public static CalendarTime? OfWeek(int year, int week, int day)
    {
        var isDay = year is > FirstYear and < LastYear && day is >= 1 and <= 7
            && week >= 1 && week <= System.Globalization.ISOWeek.GetWeeksInYear(year);
        if (!isDay)
        {
            return null;
        }

        var date = System.Globalization.ISOWeek.ToDateTime(year, week, (DayOfWeek)(day % 7));
        return new CalendarTime(date.Year, date.DayOfYear, 0, 0);
    }

    /// <summary>Later, or earlier for a negative number.</summary>
    public CalendarTime AddSeconds(long seconds) => At(EpochSeconds + seconds, OffsetSeconds);

    /// <summary>The same day of the month, or the last one where the month is shorter.</summary>
    public CalendarTime AddMonths(int months)
    {
        var month = ((long)Year * 12) + Month - 1 + months;
        var year = (int)Math.Clamp(month / 12, FirstYear, LastYear);
        var inYear = (int)(month % 12) + 1;
        var day = Math.Min(DayOfMonth, DateTime.DaysInMonth(year, Math.Clamp(inYear, 1, 12)));
        return this with { Year = year, DayOfYear = new DateOnly(year, Math.Clamp(inYear, 1, 12), day).DayOfYear };
    }

    /// <summary>The same day of the year; Pacemaker counts so, past leap days too.</summary>
    public CalendarTime AddYears(int years)
    {
        var year = (int)Math.Clamp((long)Year + years, FirstYear, LastYear);
        return this with { Year = year, DayOfYear = Math.Min(DayOfYear, DaysIn(year)) };
    }

    private static int DaysIn(int year) => DateTime.IsLeapYear(year) ? 366 : 365;

    // Days from 1970 to the first of January of a year.
    private static long DaysBefore(int year)
    {
        var before = year - 1L;
        return (before * 365) + (before / 4) - (before / 100) + (before / 400) - 719_162;
    }
}
