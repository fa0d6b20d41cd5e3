using System.Globalization;
using Ha.Hocon;

namespace Ha.Tests.Hocon;

/// <summary>Typed reads: rows V, D, Z and Y of the checklist, and what our own schema takes instead.</summary>
public sealed class ConversionTests
{
    [Theory]
    [InlineData("5", "5", 5L, 5.0, null)]
    [InlineData("\"5\"", "5", 5L, 5.0, null)]
    [InlineData("1.10", "1.10", null, 1.1, null)]
    [InlineData("0600", "0600", 600L, 600.0, null)]
    [InlineData("3.0", "3.0", 3L, 3.0, null)]
    [InlineData("1e3", "1e3", 1000L, 1000.0, null)]
    [InlineData("yes", "yes", null, null, true)]
    [InlineData("\"on\"", "on", null, null, true)]
    [InlineData("false", "false", null, null, false)]
    [InlineData("no", "no", null, null, false)]
    [InlineData("off", "off", null, null, false)]
    [InlineData("True", "True", null, null, null)]
    [InlineData("null", null, null, null, null)]
    [InlineData("[1]", null, null, null, null)]
    public void V_values_convert(string written, string? text, long? whole, double? number, bool? boolean)
    {
        var value = HoconDocument.ParseText($"a = {written}").Root.Find("a");
        Assert.Equal(
            (text, whole, number, boolean), (value.AsText(), value.AsLong(), value.AsDouble(), value.AsBoolean()));
    }

    [Theory]
    [InlineData("10", "00:00:00.0100000")]
    [InlineData("10ms", "00:00:00.0100000")]
    [InlineData("10 s", "00:00:10")]
    [InlineData("1.5s", "00:00:01.5000000")]
    [InlineData("\"2 minutes\"", "00:02:00")]
    [InlineData("1h", "01:00:00")]
    [InlineData("1d", "1.00:00:00")]
    [InlineData("100us", "00:00:00.0001000")]
    [InlineData("100 nanos", "00:00:00.0000001")]
    [InlineData("1 day", "1.00:00:00")]
    [InlineData("1 Second", null)]
    [InlineData("1 w", null)]
    [InlineData("s", null)]
    [InlineData("-1s", null)]
    [InlineData("99999999999999999999999999d", null)]
    [InlineData("9999999999999999999999999999999999999999999s", null)]
    public void D_a_bare_duration_counts_milliseconds(string written, string? expected)
    {
        var value = HoconDocument.ParseText($"a = {written}").Root.Find("a").AsDuration();
        Assert.Equal(expected, value?.ToString("c", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("15min", "15m")]
    [InlineData("2hr", "2h")]
    [InlineData("500msec", "500ms")]
    [InlineData("90sec", "90s")]
    [InlineData("10usec", "10us")]
    [InlineData("PT30S", "30s")]
    [InlineData("P1DT12H", "36h")]
    [InlineData("1.5s", "1500ms")]
    [InlineData("120s", "2m")]
    [InlineData("10", "a duration needs a unit: 10s (seconds, as in Pacemaker) or 10ms (what HOCON would read)?")]
    [InlineData("10x", "'x' is no unit of time; known are ms, s, m, h, d")]
    [InlineData("P", "it is no duration of ISO 8601, such as PT30S")]
    [InlineData("-PT1S", "write a number and a unit, such as 10s")]
    [InlineData("", "write a number and a unit, such as 10s")]
    public void H3_our_schema_wants_a_unit_and_knows_other_spellings(string text, string expected)
    {
        var error = HoconUnits.TryDuration(text, null, out var value);
        Assert.Equal(expected, error.Length == 0 ? HoconUnits.Show(value) : error);
    }

    [Theory]
    [InlineData("5", 5L)]
    [InlineData("5b", 5L)]
    [InlineData("1K", 1024L)]
    [InlineData("1k", 1024L)]
    [InlineData("1Ki", 1024L)]
    [InlineData("1KiB", 1024L)]
    [InlineData("1 kibibyte", 1024L)]
    [InlineData("1kB", 1000L)]
    [InlineData("2 kilobytes", 2000L)]
    [InlineData("1m", 1048576L)]
    [InlineData("1MB", 1000000L)]
    [InlineData("0.5K", 512L)]
    [InlineData("1E", 1152921504606846976L)]
    [InlineData("8E", null)]
    [InlineData("1KB", null)]
    [InlineData("-1", null)]
    [InlineData("1x", null)]
    public void Z_sizes_are_powers_of_two_or_of_ten(string text, long? expected) =>
        Assert.Equal(expected, HoconDocument.ParseText($"a = {text}").Root.Find("a").AsSize());

    [Theory]
    [InlineData("3", 0, 0, 3)]
    [InlineData("2w", 0, 0, 14)]
    [InlineData("5 months", 0, 5, 0)]
    [InlineData("5m", 0, 5, 0)]
    [InlineData("1y", 1, 0, 0)]
    [InlineData("-2 days", 0, 0, -2)]
    public void Y_periods_are_calendar_time(string text, int years, int months, int days) =>
        Assert.Equal(
            new HoconPeriod(years, months, days), HoconDocument.ParseText($"a = {text}").Root.Find("a").AsPeriod());

    [Theory]
    [InlineData("1.5 months")]
    [InlineData("1 s")]
    [InlineData("99999999999")]
    public void Y_other_periods_are_refused(string text) =>
        Assert.Null(HoconDocument.ParseText($"a = {text}").Root.Find("a").AsPeriod());
}
