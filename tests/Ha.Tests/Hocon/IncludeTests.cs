using Ha.Hocon;

namespace Ha.Tests.Hocon;

/// <summary>Includes: rows I1 to I6 and B of the checklist, and what may not be reached by them.</summary>
public sealed class IncludeTests
{
    private static readonly TextFiles s_files = new(
        ("b.conf", "x = 1, y = ${x}"),
        ("sub/c.conf", "include \"d.conf\", c = 1"),
        ("sub/d.conf", "d = 2"),
        ("list.conf", "[1]"),
        ("multi.properties", "p=props\nq=props\nr=props"),
        ("multi.json", "{\"q\": \"json\", \"r\": \"json\"}"),
        ("multi.conf", "r = conf"),
        ("root.conf", "z = ${outside}"),
        ("self.conf", "include \"self.conf\""),
        ("one.conf", "include \"two.conf\""),
        ("two.conf", "include \"./one.conf\""),
        ("broken.conf", "a = 1\nb = x:y"),
        ("props.properties", "# c\n! c\na.b=1\na=hidden\nc : two words \nd\ne=\\u0041\\\n  B\nf g"));

    [Theory]
    [InlineData("include \"b.conf\"", "{x:1,y:1}")]
    [InlineData("include file(\"b.conf\")", "{x:1,y:1}")]
    [InlineData("include required(\"b.conf\")", "{x:1,y:1}")]
    [InlineData("include required(file(\"b.conf\"))", "{x:1,y:1}")]
    [InlineData("include required( file( \"b.conf\" ) )", "{x:1,y:1}")]
    [InlineData("include\n\"b.conf\"", "{x:1,y:1}")]
    [InlineData("include url(\"http://h/b.conf\")", "error HA1011")]
    [InlineData("include classpath(\"b.conf\")", "error HA1011")]
    [InlineData("include \"missing.conf\", a = 1", "{a:1}")]
    [InlineData("include required(\"missing.conf\")", "error HA1204")]
    [InlineData("include b.conf", "error HA1009")]
    [InlineData("include ${x}", "error HA1009")]
    [InlineData("include \"b\".conf", "error HA1016")]
    [InlineData("include = 1", "error HA1008")]
    [InlineData("include { a = 1 }", "error HA1008")]
    public void I1_to_I5_the_statement(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text, s_files));

    [Theory]
    [InlineData("include \"sub/c.conf\"", "{d:2,c:1}")]
    [InlineData("a = 0, include \"b.conf\", x = 9", "{a:0,x:9,y:9}")]
    [InlineData("x = 0, include \"b.conf\"", "{x:1,y:1}")]
    [InlineData("q { include \"b.conf\" }", "{q:{x:1,y:1}}")]
    [InlineData("q.r { include \"b.conf\" }, q.r.x = 5", "{q:{r:{x:5,y:5}}}")]
    [InlineData("q { include \"root.conf\" }, outside = 7", "{q:{z:7},outside:7}")]
    [InlineData("q { include \"root.conf\", outside = 8 }, outside = 7", "{q:{z:8,outside:8},outside:7}")]
    [InlineData("include \"multi\"", "{p:'props',q:'json',r:'conf'}")]
    [InlineData("include \"list.conf\"", "error HA1203")]
    [InlineData("include \"self.conf\"", "error HA1202")]
    [InlineData("include \"one.conf\"", "error HA1202")]
    [InlineData("include \"/etc/passwd\"", "error HA1201")]
    [InlineData("include \"../b.conf\"", "error HA1201")]
    [InlineData("include \"sub/../../b.conf\"", "error HA1201")]
    public void I6_files_are_found_and_merged_where_they_are_included(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text, s_files));

    [Fact]
    public void B_properties_are_text_and_an_object_wins() =>
        Assert.Equal(
            "{a:{b:'1'},c:'two words ',d:'',e:'AB',f:'g'}", HoconShow.Read("include \"props.properties\"", s_files));

    [Fact]
    public void Errors_in_an_included_file_have_its_name()
    {
        var document = HoconDocument.ParseText("include \"broken.conf\"", "a.conf", s_files);
        Assert.Equal(new Position("broken.conf", 2, 6), Assert.Single(document.Diagnostics).At);
    }

    [Theory]
    [InlineData("include \"conf.d/*.conf\"", "HA1106")]
    [InlineData("include \"sub\"", "HA1104")]
    public void H9_a_missing_file_is_a_warning(string text, string code)
    {
        var document = HoconDocument.ParseText(text, "a.conf", s_files);
        Assert.Equal(
            (Severity.Warning, code), (document.Diagnostics.Single().Severity, document.Diagnostics.Single().Code));
    }

    [Fact]
    public void Includes_nested_deeper_than_16_are_refused()
    {
        var files = new TextFiles(
            [.. Enumerable.Range(0, 30).Select(index => ($"f{index}.conf", $"include \"f{index + 1}.conf\""))]);
        Assert.Equal("error HA1202", HoconShow.Read("include \"f0.conf\"", files));
    }

    [Fact]
    public void Includes_that_double_are_bounded()
    {
        var files = new TextFiles(
        [
            .. Enumerable.Range(0, 15).Select(index =>
                ($"f{index}.conf", $"a {{ include \"f{index + 1}.conf\" }}, b {{ include \"f{index + 1}.conf\" }}")),
            ("f15.conf", "x = 1"),
        ]);
        Assert.StartsWith("error HA1202", HoconShow.Read("include \"f0.conf\"", files), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_out_of_the_folder_is_refused_on_the_way_and_at_the_end()
    {
        var root = Directory.CreateTempSubdirectory("ha-hocon-");
        try
        {
            var inside = root.CreateSubdirectory("etc");
            var outside = root.CreateSubdirectory("outside");
            File.WriteAllText(Path.Combine(outside.FullName, "x.conf"), "x = 1");
            File.WriteAllText(Path.Combine(inside.FullName, "ok.conf"), "x = 2");
            File.CreateSymbolicLink(
                Path.Combine(inside.FullName, "file.conf"), Path.Combine(outside.FullName, "x.conf"));
            Directory.CreateSymbolicLink(Path.Combine(inside.FullName, "dir"), "../outside");
            File.CreateSymbolicLink(Path.Combine(inside.FullName, "good.conf"), "ok.conf");
            File.CreateSymbolicLink(Path.Combine(inside.FullName, "loop.conf"), "loop.conf");
            var files = new FolderHoconFiles(inside.FullName);
            Assert.NotNull(files.Read("ok.conf"));
            Assert.NotNull(files.Read("good.conf"));
            Assert.Null(files.Read("file.conf"));
            Assert.Null(files.Read("dir/x.conf"));
            Assert.Null(files.Read("../outside/x.conf"));
            Assert.Null(files.Read("loop.conf"));
            Assert.Null(files.Read("missing.conf"));
            Assert.Null(files.Read("."));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
