using System.Text.RegularExpressions;
using Ha.Tests.Tidy;

namespace Ha.Tests.Vrrp;

/// <summary>docs/vrrp-conformance.md says what is true: every row is there once, and every test that it names exists.
/// </summary>
public sealed partial class ConformancePageTests
{
    private static readonly string s_page =
        File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "vrrp-conformance.md"));

    [Fact]
    public void Every_row_has_its_line()
    {
        string[] wanted =
        [
            .. Rows("SD-", 2, (1, 22), (30, 44), (50, 58), (60, 67)), .. Rows("T", 2, (1, 20)), .. Rows("R", 2, (1, 24)),
            .. Rows("S", 2, (1, 21)), .. Rows("M", 2, (1, 12)), .. Rows("N", 2, (1, 9)), .. Rows("X", 2, (1, 14)),
            .. Rows("F", 1, (1, 10)),
        ];
        var lines = RowLine().Matches(s_page);
        var there = lines.Select(line => line.Groups[1].Value).Order(StringComparer.Ordinal);
        Assert.Equal(wanted.Order(StringComparer.Ordinal), there);
        Assert.All(lines, line => Assert.False(string.IsNullOrWhiteSpace(line.Groups[2].Value), line.Value));
    }

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var text = string.Join('\n', SourceTree.Files("tests", "*Tests.cs").Select(File.ReadAllText));
        var missing = TestName().Matches(s_page)
            .Where(name => !text.Contains($"class {name.Groups[1].Value}", StringComparison.Ordinal)
                || !text.Contains($" {name.Groups[2].Value}(", StringComparison.Ordinal))
            .Select(name => name.Value);
        Assert.Equal([], missing);
    }

    private static IEnumerable<string> Rows(string prefix, int digits, params (int First, int Last)[] spans) =>
        spans.SelectMany(span => Enumerable.Range(span.First, span.Last - span.First + 1))
            .Select(number => prefix + number.ToString($"D{digits}", System.Globalization.CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^\| ((?:SD-|[TRSMNXF])\d+) \| [^|]+ \| ([^|\n]*) \|$", RegexOptions.Multiline)]
    private static partial Regex RowLine();

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex TestName();
}
