using Ha.Policy.Rules;

namespace Ha.Tests.Rules;

/// <summary>Dates in all their forms, as Pacemaker's own reader takes them.</summary>
public sealed class IsoTimeTests
{
    [Theory]
    [InlineData("2024-02-29", "2024-02-29 00:00:00")]
    [InlineData("20240229", "2024-02-29 00:00:00")]
    [InlineData("2024-2-9", "2024-02-09 00:00:00")]
    [InlineData("2024-060", "2024-02-29 00:00:00")]
    [InlineData("2024060", "2024-02-29 00:00:00")]
    [InlineData("2024-W09-4", "2024-02-29 00:00:00")]
    [InlineData("2024W094", "2024-02-29 00:00:00")]
    [InlineData("2009-W53-7", "2010-01-03 00:00:00")]
    [InlineData("2008-W01-1", "2007-12-31 00:00:00")]
    [InlineData("2024-W09-4T10:30", "2024-02-29 10:30:00")]
    [InlineData("2024-02-29T10", "2024-02-29 10:00:00")]
    [InlineData("2024-02-29T103015", "2024-02-29 10:30:15")]
    [InlineData("2024-02-29T10:30:15.5", "2024-02-29 10:30:15")]
    [InlineData("2024-02-29 10:30:15Z", "2024-02-29 10:30:15")]
    [InlineData("2024-02-29T24:00:00", "2024-03-01 00:00:00")]
    [InlineData("2024-02-29 10:30:15 +02:00", "2024-02-29 08:30:15")]
    [InlineData("2024-02-29T10:30:15-0530", "2024-02-29 16:00:15")]
    [InlineData("T10:30", "2001-09-09 10:30:00")]
    [InlineData("epoch", "1970-01-01 00:00:00")]
    [InlineData("0001-01-01", "0001-01-01 00:00:00")]
    [InlineData("9999-12-31T23:59:59", "9999-12-31 23:59:59")]
    public void Every_form_is_read(string text, string expected)
    {
        const long SomeDay = 1_000_000_000;
        var time = IsoTime.Parse(text, SomeDay, TimeSpan.Zero);
        Assert.NotNull(time);
        var utc = CalendarTime.At(time.Value.EpochSeconds, 0);
        Assert.Equal(expected, $"{utc.Year:0000}-{utc.Month:00}-{utc.DayOfMonth:00} "
            + $"{utc.SecondOfDay / 3600:00}:{utc.SecondOfDay / 60 % 60:00}:{utc.SecondOfDay % 60:00}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("2024-02-30")]
    [InlineData("2023-366")]
    [InlineData("2024-W54-1")]
    [InlineData("2024-W09-8")]
    [InlineData("2024-02-29T25:00")]
    [InlineData("2024-02-29T10:60")]
    [InlineData("2024-02-29T10:30:15:00")]
    [InlineData("2024-02-29T10:30 +99:00")]
    [InlineData("-2024-02-29")]
    [InlineData("99999-01-01")]
    [InlineData("2024-02-29T")]
    [InlineData("0000-01-01")]
    public void What_is_no_date_is_refused(string text) =>
        Assert.True(text.EndsWith('T')
            ? IsoTime.Parse(text, 0, TimeSpan.Zero) == CalendarTime.OfDate(2024, 2, 29)
            : IsoTime.Parse(text, 0, TimeSpan.Zero) is null);

    [Theory]
    [InlineData(2024, 2, 29, 4, 2024, 9)]
    [InlineData(2010, 1, 3, 7, 2009, 53)]
    [InlineData(2007, 12, 31, 1, 2008, 1)]
    [InlineData(1970, 1, 1, 4, 1970, 1)]
    public void A_day_has_its_week(int year, int month, int day, int weekday, int weekYear, int week)
    {
        var date = CalendarTime.OfDate(year, month, day)!.Value;
        Assert.Equal((weekday, weekYear, week), (date.DayOfWeek, date.WeekYear, date.Week));
    }
}
