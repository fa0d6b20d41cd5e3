using Ha.Hocon;

namespace Ha.Tests.Hocon;

/// <summary>Messages: place, words, fix; several in one run; the traps of the language.</summary>
public sealed class DiagnosticTests
{
    [Theory]
    [InlineData(
        "agent = ocf:heartbeat:IPaddr2",
        "1:12 unquoted text may not contain ':'",
        "put it in quotes: \"ocf:heartbeat:IPaddr2\"")]
    [InlineData("a = fe80::1", "1:9 unquoted text may not contain ':'", "put it in quotes: \"fe80::1\"")]
    [InlineData(
        "a = 00:00:5e:00:01:33",
        "1:7 unquoted text may not contain ':'",
        "put it in quotes: \"00:00:5e:00:01:33\"")]
    [InlineData("a = 02:30", "1:7 unquoted text may not contain ':'", "put it in quotes: \"02:30\"")]
    [InlineData("a = admin@x", "1:10 unquoted text may not contain '@'", "put it in quotes: \"admin@x\"")]
    [InlineData("a = *", "1:5 unquoted text may not contain '*'", "put it in quotes: \"*\"")]
    [InlineData("a = n1:1;n2:2", "1:7 unquoted text may not contain ':'", "put it in quotes: \"n1:1;n2:2\"")]
    [InlineData("a = http://x/y", "1:9 unquoted text may not contain ':'", "put it in quotes: \"http://x/y\"")]
    [InlineData("a = +INFINITY", "1:5 unquoted text may not contain '+'", "write INFINITY")]
    [InlineData(
        "opts = rw,noatime\nx = 1",
        "1:11 'noatime' has no value: = or { is expected after it",
        "put a text that has a comma in it into quotes")]
    [InlineData("é😀 = a:b", "1:7 unquoted text may not contain ':'", "put it in quotes: \"a:b\"")]
    [InlineData(
        "a = 1\n\tb = ${x.y}",
        "2:6 ${x.y} finds nothing",
        "environment variables are read only where --allow-env names them")]
    [InlineData("timeout = 1\nb = ${timout}", "2:5 ${timout} finds nothing", "did you mean timeout?")]
    [InlineData("a = { b = 1\n", "1:5 this { is never closed", "add }")]
    [InlineData(
        "a = [1, 2\nb = 3",
        "2:3 a second '=' for one key",
        "put a comma or a new line between two fields, or the text into quotes")]
    public void E_H10_to_H12_an_error_says_where_what_and_what_to_write(string text, string message, string fix)
    {
        var first = HoconDocument.ParseText(text, "a.conf").Diagnostics[0];
        Assert.Equal($"{message} | {fix}", $"{first.At.Line}:{first.At.Column} {first.Message} | {first.Fix}");
    }

    [Theory]
    [InlineData("members = [vip nginx]", "HA1102 1:12")]
    [InlineData("password = abc#123", "HA1101 1:15")]
    [InlineData("url = \"http://${host}:80\"", "HA1103 1:7")]
    [InlineData("timeout = 5\nt = ${?timout}", "HA1105 2:5")]
    public void H2_H5_H6_H7_what_probably_means_something_else_is_a_warning(string text, string expected)
    {
        var warning = Assert.Single(HoconDocument.ParseText(text, "a.conf").Diagnostics);
        Assert.Equal(
            (Severity.Warning, expected), (warning.Severity, $"{warning.Code} {warning.At.Line}:{warning.At.Column}"));
    }

    [Theory]
    [InlineData("a = 0600", "0600")]
    [InlineData("a = 1.10", "1.10")]
    [InlineData("a = 1e3", "1e3")]
    public void H4_a_number_is_passed_on_as_written(string text, string expected) =>
        Assert.Equal(expected, HoconDocument.ParseText(text).Root.Find("a").AsText());

    [Fact]
    public void Several_errors_are_reported_in_one_run()
    {
        const string Text = """
            a = x:y
            b { c = p@q, d = 1 }
            e = [1,, 2]
            f = "open
            g = ok
            h = { i = *, j = [a:b, c] }
            k
            """;
        var places =
            HoconDocument.ParseText(Text, "a.conf").Diagnostics.Select(item => $"{item.At.Line}:{item.At.Column}");
        Assert.Equal("1:6 2:10 3:8 4:5 6:11 6:20 7:1", string.Join(' ', places));
    }

    [Fact]
    public void At_most_20_errors_are_reported()
    {
        var text = string.Concat(Enumerable.Repeat("a = x:y\n", 100));
        Assert.Equal(20, HoconDocument.ParseText(text).Diagnostics.Count);
    }

    [Fact]
    public void The_line_is_shown_with_a_mark_below_the_place_and_the_fix()
    {
        const string Text = "resources {\n\tvip { é = ocf:heartbeat:IPaddr2 }\n}\n";
        var error = Assert.Single(HoconDocument.ParseText(Text, "cluster.conf").Diagnostics);
        Assert.Equal(
            "error cluster.conf:2:15: unquoted text may not contain ':'\n"
            + "   2 | \tvip { é = ocf:heartbeat:IPaddr2 }\n"
            + "     | \t             ^ put it in quotes: \"ocf:heartbeat:IPaddr2\"",
            error.Render(Text));
    }

    [Theory]
    [InlineData("migration-treshold", "migration-threshold")]
    [InlineData("timout", "timeout")]
    [InlineData("vpi", "vip")]
    [InlineData("ip", "vip")]
    [InlineData("xy", "")]
    [InlineData("nothing-like-it", "")]
    public void A_suggestion_is_near(string written, string expected) =>
        Assert.Equal(
            expected, Suggestion.Nearest(written, ["migration-threshold", "timeout", "vip", "resource-stickiness"])
                ?? "");

    [Fact]
    public void Every_value_knows_where_it_was_written()
    {
        var root = (HoconObject)HoconDocument.ParseText("a {\n  b.c = 1\n}\nd = ${a.b}", "x.conf").Root!;
        Assert.Equal(new Position("x.conf", 2, 9), root.Find("a", "b", "c")!.At);
        Assert.Equal(new Position("x.conf", 2, 5), ((HoconObject)root.Find("a", "b")!).Fields[0].At);
        Assert.Equal(new Position("x.conf", 4, 1), root.Fields[1].At);
    }

    [Fact]
    public void Q_a_document_of_several_files_is_one()
    {
        var document = HoconDocument.ParseAll(
            [("a.conf", "a.x = 1, b = ${a.y}"u8.ToArray()), ("conf.d/b.conf", "a.y = 2"u8.ToArray())]);
        Assert.Equal("{a:{x:1,y:2},b:2}", HoconShow.Text(document));
        Assert.Equal(["a.conf", "conf.d/b.conf"], ((HoconObject)document.Root!).Fields[0].Files);
    }
}
