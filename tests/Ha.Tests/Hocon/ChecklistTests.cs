using System.Reflection;
using System.Text.RegularExpressions;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Reader;

namespace Ha.Tests.Hocon;

/// <summary>The checklist of the language (rows L to Q) and the traps (H1 to H15): each row has a test that bears its
/// name.</summary>
public sealed partial class ChecklistTests
{
    private static readonly (string Letter, int Last)[] s_numbered =
    [
        ("L", 5), ("R", 4), ("P", 5), ("J", 4), ("U", 2), ("T", 5), ("C", 10), ("K", 11), ("M", 5), ("S", 10), ("F", 9),
        ("I", 6), ("H", 15),
    ];

    private static readonly string[] s_lettered = ["V", "D", "Z", "Y", "B", "E", "Q"];

    [Fact]
    public void Every_row_has_a_test_of_its_name()
    {
        var tested = typeof(ChecklistTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FactAttribute>() is not null)
            .SelectMany(method => RowsOf(method.Name))
            .ToHashSet(StringComparer.Ordinal);
        var rows = s_numbered.SelectMany(row => Enumerable.Range(1, row.Last).Select(number => $"{row.Letter}{number}"))
            .Concat(s_lettered);
        Assert.DoesNotContain(rows, row => !tested.Contains(row));
    }

    [Theory]
    [InlineData("S4_S5_it_looks", "S4 S5")]
    [InlineData("T1_to_T5_three", "T1 T2 T3 T4 T5")]
    [InlineData("E_H10_to_H12_an_error", "E H10 H11 H12")]
    [InlineData("A_file_that", "")]
    public void Rows_are_read_from_names(string name, string rows) =>
        Assert.Equal(rows, string.Join(' ', RowsOf(name)));

    // The schema's types decide whether a word is a boolean, and a text stays a text.
    [Theory]
    [InlineData("yes", true)]
    [InlineData("on", true)]
    [InlineData("no", false)]
    [InlineData("off", false)]
    public void H13_a_word_is_a_boolean_only_where_one_is_wanted(string word, bool expected)
    {
        var value = HoconDocument.ParseText($"a = {word}", "a.conf").Root.Find("a");
        Assert.Equal((word, expected), (value.AsText(), value.AsBoolean()));
        var file = ClusterFileReader.ReadText(
            $$"""
            cluster { name = t }
            nodes { n1 { id = 1 } }
            resources { a { agent = "ocf:heartbeat:Dummy", params { fake = {{word}} }, meta { is-managed = {{word}} } } }
            """);
        var primitive = (Primitive)file.Configuration!.Resources.Single();
        Assert.Equal(word, primitive.Parameters[0].Values.Single(pair => pair.Name == "fake").Value);
        Assert.Equal(expected, HoconUnits.Boolean(primitive.Meta[0].Values.Single().Value!));
    }

    // One file must say the same on every node: the environment counts only by name, and only where that is said.
    [Fact]
    public void H14_the_environment_is_off_unless_a_name_is_allowed()
    {
        const string Text = "a = ${HA_TEST_HOST}";
        string? Lookup(string name) => name == "HA_TEST_HOST" ? "alpha" : null;
        var off = HoconDocument.Parse("a.conf", System.Text.Encoding.UTF8.GetBytes(Text));
        Assert.Equal("a.conf:1:5", Assert.Single(off.Diagnostics).At.ToString());
        Assert.Null(off.Root);
        var other = HoconDocument.Parse(
            "a.conf", System.Text.Encoding.UTF8.GetBytes(Text), null, new HoconEnvironment(new HashSet<string> { "PATH" }, Lookup));
        Assert.Null(other.Root);
        var on = HoconDocument.Parse(
            "a.conf", System.Text.Encoding.UTF8.GetBytes(Text), null,
            new HoconEnvironment(new HashSet<string> { "HA_TEST_HOST" }, Lookup));
        Assert.Equal("alpha", on.Root.Find("a").AsText());
    }

    // Columns count letters, not bytes or halves of letters; lines end at line feeds alone.
    [Theory]
    [InlineData("a = 1\r\nb = x:y", 2, 6)]
    [InlineData("\uFEFFa = x:y", 1, 7)]
    [InlineData("a = \"\"\"one\ntwo\n\"\"\"\nb = x:y", 4, 6)]
    [InlineData("\t\ta = x:y", 1, 8)]
    [InlineData("a = \"😀😀\", b = x:y", 1, 16)]
    [InlineData("# one\n\n// two\n  a {\n    b = x:y\n  }", 5, 10)]
    [InlineData("a = [\n  1,\n  x:y\n]", 3, 4)]
    [InlineData("a = 1\u2028b = x:y", 1, 9)]
    public void E_a_position_is_a_line_and_a_column(string text, int line, int column)
    {
        var error = HoconDocument.ParseText(text, "a.conf").Diagnostics.First(item => item.Severity == Severity.Error);
        Assert.Equal((line, column), (error.At.Line, error.At.Column));
    }

    private static IEnumerable<string> RowsOf(string name)
    {
        var match = Rows().Match(name);
        string? before = null;
        var isRange = false;
        foreach (var row in match.Groups[1].Captures.Select(capture => capture.Value.TrimEnd('_')))
        {
            if (row == "to")
            {
                isRange = true;
                continue;
            }

            if (isRange && before is not null)
            {
                for (var number = int.Parse(before[1..], null) + 1; number < int.Parse(row[1..], null); number++)
                {
                    yield return $"{row[0]}{number}";
                }
            }

            yield return row;
            (before, isRange) = (row, false);
        }
    }

    [GeneratedRegex("^((?:[LRPJUTCKMSFIH][0-9]+|[VDZYBEQ]|to)_)+")]
    private static partial Regex Rows();
}
