using System.Text;
using Ha.Hocon;

namespace Ha.Tests.Hocon;

/// <summary>The grammar, row by row of the checklist for a conforming parser: letters, root, punctuation, JSON,
/// unquoted text, triple quotes, concatenation, keys, merging.</summary>
public sealed class SyntaxTests
{
    [Theory]
    [InlineData("a = 1", "{a:1}")]
    [InlineData("a = é😀", "{a:'é😀'}")]
    public void L1_text_is_utf8(string text, string expected) => Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'=', 0xFF }, 1, 3)]
    [InlineData(new byte[] { (byte)'a', (byte)'=', (byte)'1', (byte)'\n', 0xC3, 0xA9, (byte)'=', 0xC3 }, 2, 3)]
    [InlineData(new byte[] { (byte)'a', (byte)'=', 0xED, 0xA0, 0x80 }, 1, 3)]
    public void L1_other_bytes_are_an_error_with_their_place(byte[] bytes, int line, int column)
    {
        var document = HoconDocument.Parse("a.conf", bytes);
        var error = Assert.Single(document.Diagnostics);
        Assert.Equal(("HA1302", line, column), (error.Code, error.At.Line, error.At.Column));
    }

    [Theory]
    [InlineData("\uFEFFa = 1", "{a:1}")]
    [InlineData("a \uFEFF= \uFEFF1\uFEFF", "{a:1}")]
    [InlineData("a = \"\uFEFF\"", "{a:'\uFEFF'}")]
    public void L2_a_byte_order_mark_is_a_blank_outside_of_quotes(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("\u00A0")]
    [InlineData("\u2007")]
    [InlineData("\u202F")]
    [InlineData("\u2003")]
    [InlineData("\u2028")]
    [InlineData("\u2029")]
    [InlineData("\t")]
    [InlineData("\v")]
    [InlineData("\f")]
    [InlineData("\r")]
    [InlineData("\u001C")]
    [InlineData("\u001D")]
    [InlineData("\u001E")]
    [InlineData("\u001F")]
    public void L3_these_are_blanks(string blank) =>
        Assert.Equal("{a:1}", HoconShow.Read($"{blank}a{blank}={blank}1{blank}"));

    [Theory]
    [InlineData("a = 1\nb = 2", "{a:1,b:2}")]
    [InlineData("a = 1\r\nb = 2\r\n", "{a:1,b:2}")]
    [InlineData("a = [1\n2]", "{a:[1,2]}")]
    [InlineData("a = [1\r2]", "{a:['1\r2']}")]
    [InlineData("a = [1\u20282]", "{a:['1\u20282']}")]
    public void L4_only_a_line_feed_is_a_new_line(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("# c\na = 1 # c\n// c\nb = 2 // c", "{a:1,b:2}")]
    [InlineData("a = \"# // x\"", "{a:'# // x'}")]
    [InlineData("a = [ # c\n1, // c\n# c\n2 ]", "{a:[1,2]}")]
    [InlineData("a = b#c", "{a:'b'}")]
    [InlineData("a = b//c", "{a:'b'}")]
    [InlineData("a = b/c", "{a:'b/c'}")]
    [InlineData("a // c\n = // c\n 1", "{a:1}")]
    public void L5_comments_go_to_the_end_of_the_line(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("", "{}")]
    [InlineData(" \n# c\n", "{}")]
    [InlineData("{}", "{}")]
    public void R1_an_empty_file_is_an_empty_object(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("{ a = 1 }", "{a:1}")]
    [InlineData("{ a = 1", "error HA1002")]
    [InlineData("a = 1 }", "error HA1004")]
    [InlineData("{ a = 1 } }", "error HA1001")]
    public void R2_braces_of_the_root_may_be_left_out_in_pairs(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("[1, 2]", "[1,2]")]
    [InlineData("[]", "[]")]
    public void R3_the_root_may_be_a_list(string text, string expected) => Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("5", "error HA1006")]
    [InlineData("\"a\"", "error HA1006")]
    [InlineData("[1] x", "error HA1001")]
    [InlineData("{} a = 1", "error HA1001")]
    public void R4_a_scalar_root_and_what_follows_the_root_are_errors(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a = 1, b : 2", "{a:1,b:2}")]
    [InlineData("a=1\nb:2", "{a:1,b:2}")]
    public void P1_equals_and_colon_are_the_same(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a { b = 1 }", "{a:{b:1}}")]
    [InlineData("a{b=1}", "{a:{b:1}}")]
    [InlineData("a\n{ b = 1 }", "{a:{b:1}}")]
    [InlineData("a [1]", "error HA1013")]
    public void P2_no_sign_is_needed_before_a_brace(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a=1,\nb=2\n,c=3", "{a:1,b:2,c:3}")]
    [InlineData("a=[1\n,2,\n3\n4]", "{a:[1,2,3,4]}")]
    public void P3_a_comma_or_a_new_line_separates(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a=[1,2,],", "{a:[1,2]}")]
    [InlineData("a={b=1,},", "{a:{b:1}}")]
    [InlineData("a=[1,,2]", "error HA1005")]
    [InlineData("a=[,1]", "error HA1005")]
    [InlineData("a=[1,,]", "error HA1005")]
    [InlineData(",a=1", "error HA1005")]
    [InlineData("a=1,,b=2", "error HA1005")]
    [InlineData("a=1\n,\n,b=2", "error HA1005")]
    public void P4_one_comma_may_trail_and_none_may_lead_or_double(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a=1 b=2", "error HA1016")]
    [InlineData("a={} b={}", "error HA1016")]
    public void P5_blanks_separate_nothing(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a = \"\\\" \\\\ \\/ \\n\\t\\b\\f\\r\"", "{a:'\" \\ / \n\t\b\f\r'}")]
    [InlineData("a = \"\\u00e9\\uD83D\\uDE00\"", "{a:'é😀'}")]
    [InlineData("a = \"\\uD83D\"", "error HA1026")]
    [InlineData("a = \"\\x\"", "error HA1026")]
    [InlineData("a = \"\\u12\"", "error HA1026")]
    [InlineData("a = \"x\ty\"", "error HA1025")]
    [InlineData("a = \"x\ny = 1", "error HA1024")]
    [InlineData("a = \"x", "error HA1024")]
    public void J1_quoted_text_is_a_json_string(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("1e+3")]
    [InlineData("-0.5E-7")]
    [InlineData("1.10")]
    [InlineData("0600")]
    [InlineData("123456789012345678901234567890")]
    public void J2_a_number_keeps_its_letters(string number) =>
        Assert.Equal($"{{a:{number}}}", HoconShow.Read($"a = {number}"));

    [Theory]
    [InlineData("a=true,b=false,c=null", "{a:true,b:false,c:null}")]
    [InlineData("a=\"true\",b=\"null\",c=\"1\"", "{a:'true',b:'null',c:'1'}")]
    [InlineData("a=True", "{a:'True'}")]
    public void J3_literals_are_not_in_quotes(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("$")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("[")]
    [InlineData("]")]
    [InlineData(":")]
    [InlineData("=")]
    [InlineData("+")]
    [InlineData("`")]
    [InlineData("^")]
    [InlineData("?")]
    [InlineData("!")]
    [InlineData("@")]
    [InlineData("*")]
    [InlineData("&")]
    [InlineData("\\")]
    public void U1_these_letters_need_quotes(string letter)
    {
        Assert.StartsWith("error", HoconShow.Read($"a = x{letter}y"), StringComparison.Ordinal);
        Assert.Equal($"{{a:'x{letter}y'}}",
            HoconShow.Read($"a = \"x{letter.Replace("\\", "\\\\", StringComparison.Ordinal)}y\""));
    }

    [Theory]
    [InlineData("a = 10.0bar", "{a:'10.0bar'}")]
    [InlineData("a = truefoo", "{a:'truefoo'}")]
    [InlineData("a = 10.0.0.1", "{a:'10.0.0.1'}")]
    [InlineData("a = -INFINITY", "{a:'-INFINITY'}")]
    [InlineData("a = nullable", "{a:'nullable'}")]
    [InlineData("a = 1e", "{a:'1e'}")]
    [InlineData("a = /usr/lib/x", "{a:'/usr/lib/x'}")]
    public void U2_text_that_begins_like_a_literal_is_text(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a = \"\"\"x\\n\ny\"\"\"", "{a:'x\\n\ny'}")]
    [InlineData("a = \"\"\"\"\"\"", "{a:''}")]
    [InlineData("a = \"\"\"x\"\"\"\"\"", "{a:'x\"\"'}")]
    [InlineData("a = \"\"\"x\"y\"\"z\"\"\"", "{a:'x\"y\"\"z'}")]
    [InlineData("a = \"\"\"x", "error HA1027")]
    [InlineData("a = b\"\"\" c\"\"\"d", "{a:'b cd'}")]
    public void T1_to_T5_three_quotes_hold_raw_text(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a =  x   y  ", "{a:'x   y'}")]
    [InlineData("a = \"x\"   y  \"z\"", "{a:'x   y  z'}")]
    [InlineData("a = 1 1.10 0600", "{a:'1 1.10 0600'}")]
    [InlineData("a = null true x", "{a:'null true x'}")]
    [InlineData("a = 1 2", "{a:'1 2'}")]
    [InlineData("a = \"\" \"\"", "{a:' '}")]
    [InlineData("a = 1 // c", "{a:1}")]
    [InlineData("a = 1.0\nb = ${a}", "{a:1.0,b:1.0}")]
    [InlineData("a = 1\nb = ${a}2", "{a:1,b:'12'}")]
    public void C1_to_C3_texts_side_by_side_are_joined(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a = [1] [2]", "{a:[1,2]}")]
    [InlineData("a = [1][2] [3]", "{a:[1,2,3]}")]
    [InlineData("x=[1],a = ${x} [2]", "{x:[1],a:[1,2]}")]
    [InlineData("a = {b=1} {c=2}", "{a:{b:1,c:2}}")]
    [InlineData("a = {b={c=1}} {b={d=2}}", "{a:{b:{c:1,d:2}}}")]
    [InlineData("a = [1] {b=1}", "error HA1406")]
    [InlineData("a = x {b=1}", "error HA1405")]
    [InlineData("a = [1] x", "error HA1405")]
    [InlineData("x={b=1},a=${x} 5", "error HA1405")]
    public void C4_to_C6_lists_are_appended_and_objects_merged(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a = [1]\n[2]", "error HA1014")]
    [InlineData("a = x\ny = z", "{a:'x',y:'z'}")]
    [InlineData("x={b=1},y={c=2},a = ${x}  ${y}", "{x:{b:1},y:{c:2},a:{b:1,c:2}}")]
    [InlineData("x=[1],y=[2],a = ${x}  ${y}", "{x:[1],y:[2],a:[1,2]}")]
    [InlineData("x={b=1},y={c=2},a = ${x}\" \"${y}", "error HA1405")]
    [InlineData("a = [1 2]", "{a:['1 2']}")]
    public void C7_to_C9_a_new_line_ends_a_concatenation(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a.1 = y, a.0 = x, a.b = z", "['x','y']")]
    [InlineData("a.10 = z, a.2 = y", "['y','z']")]
    public void C10_an_object_of_numbers_can_be_read_as_a_list(string text, string expected)
    {
        var items = HoconDocument.ParseText(text).Root.Find("a").AsList()!;
        Assert.Equal(expected, $"[{string.Join(',', items.Select(HoconShow.Show))}]");
    }

    [Theory]
    [InlineData("a.b.c = 1", "{a:{b:{c:1}}}")]
    [InlineData("\"a.b\".c = 1", "{a.b:{c:1}}")]
    [InlineData("3.14 = x", "{3:{14:'x'}}")]
    [InlineData("10.0foo = x", "{10:{0foo:'x'}}")]
    [InlineData("true = 1, null = 2", "{true:1,null:2}")]
    [InlineData("a b c = 1", "{a b c:1}")]
    [InlineData("a \"b\" c = 1", "{a b c:1}")]
    [InlineData("\"\".\"\" = 1", "{:{:1}}")]
    [InlineData("a..b = 1", "error HA1014")]
    [InlineData(".a = 1", "error HA1014")]
    [InlineData("a. = 1", "error HA1014")]
    [InlineData("${a} = 1", "error HA1014")]
    [InlineData("a${b} = 1", "error HA1013")]
    [InlineData("[a] = 1", "error HA1001")]
    [InlineData("a-b_c = 1", "{a-b_c:1}")]
    [InlineData("a\nb = 1", "error HA1006")]
    [InlineData("include.x = 1", "{include:{x:1}}")]
    [InlineData("\"include\" = 1", "{include:1}")]
    [InlineData("a include = 1", "{a include:1}")]
    public void K1_to_K11_keys_are_paths(string text, string expected) => Assert.Equal(expected, HoconShow.Read(text));

    [Theory]
    [InlineData("a=1,a=2", "{a:2}")]
    [InlineData("a={b=1},a={c=2}", "{a:{b:1,c:2}}")]
    [InlineData("a.b=1,a.c=2,a.b=3", "{a:{b:3,c:2}}")]
    [InlineData("a=[1],a=[2]", "{a:[2]}")]
    [InlineData("a={b=1},a=null,a={c=2}", "{a:{c:2}}")]
    [InlineData("a={b=1},a=5,a={c=2}", "{a:{c:2}}")]
    [InlineData("a={b=1},a=[1]", "{a:[1]}")]
    [InlineData("a={b={c=1,d=2}},a.b.c=3", "{a:{b:{c:3,d:2}}}")]
    public void M1_to_M5_the_last_value_wins_and_objects_merge(string text, string expected) =>
        Assert.Equal(expected, HoconShow.Read(text));

    [Fact]
    public void Nesting_is_bounded_and_no_stack_overflows()
    {
        Assert.Equal("error HA1003", HoconShow.Read(new string('[', 10_000)));
        Assert.Equal("error HA1003", HoconShow.Read(string.Concat(Enumerable.Repeat("a{", 10_000))));
        Assert.StartsWith("error", HoconShow.Read($"{string.Join('.', Enumerable.Repeat("a", 10_000))} = 1"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_big_is_refused()
    {
        var document = HoconDocument.Parse("a.conf", new byte[HoconDocument.MaxBytes + 1]);
        Assert.Equal("HA1301", Assert.Single(document.Diagnostics).Code);
    }

    [Theory]
    [InlineData("a = x\0y")]
    [InlineData("\0a = 1")]
    [InlineData("a\0b = 1")]
    [InlineData("a = \"\0\"")]
    [InlineData("a = [\0]")]
    [InlineData("a = 1\0")]
    public void A_zero_character_is_an_error(string text) =>
        Assert.StartsWith("error", HoconShow.Read(text), StringComparison.Ordinal);

    [Fact]
    public void An_object_with_many_fields_takes_no_square_of_their_number()
    {
        var text = string.Join('\n', Enumerable.Range(0, 50_000).Select(index => $"a{index} = {index}"));
        var root = Assert.IsType<HoconObject>(HoconDocument.Parse("a.conf", Encoding.UTF8.GetBytes(text)).Root);
        Assert.Equal(50_000, root.Fields.Count);
    }
}
