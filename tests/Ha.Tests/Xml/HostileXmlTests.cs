using System.Text;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Xml;

namespace Ha.Tests.Xml;

/// <summary>CIBs that nobody should have written: an error or a warning with the line and the element, nothing thrown,
/// nothing fetched, and no more time than the text is worth.</summary>
public sealed class HostileXmlTests
{
    [Theory]
    [InlineData("", "HA4001")]
    [InlineData("BZh91AY&SY", "HA4001")]
    [InlineData("<cib", "HA4001")]
    [InlineData("<cib><configuration></cib>", "HA4001")]
    [InlineData("<cib/><cib/>", "HA4001")]
    [InlineData("<cib a='1' a='2'/>", "HA4001")]
    [InlineData("<cib>&nbsp;</cib>", "HA4001")]
    [InlineData("<cib>\u0001</cib>", "HA4001")]
    [InlineData("<!DOCTYPE cib SYSTEM 'file:///etc/hostname'><cib/>", "HA4001")]
    [InlineData("<!DOCTYPE cib [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><cib a='&b;'/>", "HA4001")]
    [InlineData("<cib a='\0'/>", "HA4001")]
    [InlineData("<cluster/>", "HA4003")]
    public void What_is_no_cib_is_refused(string text, string code)
    {
        var (cib, diagnostics) = Read(text);
        Assert.Null(cib);
        var only = Assert.Single(diagnostics);
        Assert.Equal((code, Severity.Error, "cib.xml", 1), (only.Code, only.Severity, only.At.File, only.At.Line));
    }

    [Theory]
    [InlineData("<primitive class='ocf' type='x'/>", "HA4013 error 1 <primitive>: it has no attribute 'id'")]
    [InlineData("<primitive id='a'/>", "HA4013 error 2 <primitive id=\"a\">: it has no attribute 'class'")]
    [InlineData("<primitive id='a' class='x' type='y'/><group id='a'/>",
        "HA4020 error 1 <group id=\"a\">: another <primitive> has this id", "HA4030")]
    [InlineData("<primitive id='a' template='t'/>",
        "HA4060 error 1 <primitive id=\"a\">: there is no template 't'")]
    [InlineData("<clone id='c'/>", "HA4031 error 1 <clone id=\"c\">: there is nothing in it to be cloned")]
    [InlineData("<bundle id='b'/>", "HA4033 error 1 <bundle id=\"b\">: it has no container")]
    [InlineData("<wish id='w'/>",
        "HA4015 warning 1 <wish id=\"w\">: it is not known inside of <resources>; it is ignored")]
    [InlineData("<primitive id='a' class='x' type='y'><operations id-ref='o'/></primitive>",
        "HA4011 warning 1 <operations>: no <operations> has the id 'o'; it is ignored")]
    [InlineData("<primitive id='a' class='x' type='y'><operations id='o' id-ref='o'/></primitive>",
        "HA4010 error 1 <operations id=\"o\">: its id-ref 'o' leads in a circle")]
    [InlineData("<primitive id='a' class='x' type='y'><operations><op id='o' name='monitor' interval='ten'/>"
        + "</operations></primitive>",
        "HA4019 warning 1 <op id=\"o\">: its interval 'ten' is not a length of time; it counts as 0")]
    [InlineData("<primitive id='a' class='x' type='y'><meta_attributes id='m' score='INFINITYY'/></primitive>",
        "HA4017 warning 1 <meta_attributes id=\"m\">: its score 'INFINITYY' is not a score; it counts as 0")]
    public void What_has_no_meaning_is_said(string resources, string expected, string also = "")
    {
        var (cib, diagnostics) = Read(Whole(resources, ""));
        Assert.NotNull(cib);
        var told = diagnostics.Where(item => item.Code != also).ToList();
        var first = told[0];
        var severity = first.Severity == Severity.Error ? "error" : "warning";
        Assert.Equal((expected, 4), (
            $"{first.Code} {severity} {told.Count(item => item.Code == first.Code)} {first.Message}", first.At.Line));
    }

    [Theory]
    [InlineData("<rsc_location id='l' rsc='b' node='n' score='1'/>", "HA4061")]
    [InlineData("<rsc_location id='l' node='n' score='1'/>", "HA4062")]
    [InlineData("<rsc_colocation id='l' rsc='a' score='1'/>", "HA4062")]
    [InlineData("<rsc_order id='l' first='a' then='z'/>", "HA4061")]
    [InlineData("<rsc_order id='l'><resource_set id='s'><resource_ref id='z'/></resource_set></rsc_order>", "HA4061")]
    [InlineData("<rsc_order id='l' first='a' then='c'/><rsc_order id='m' first='c' then='a'/>", "HA4064")]
    [InlineData("<rsc_order id='l' first='a' then='a'/>", "HA4064")]
    [InlineData("<rsc_order id='l' first='a' then='c' symmetrical='perhaps'/>", "HA4016")]
    [InlineData("<rsc_location id='l' rsc='a'><rule id='r' boolean-op='xor' score='1'/></rsc_location>", "HA4023")]
    [InlineData("<rsc_location id='l' rsc='a'><rule id-ref='r'/></rsc_location>", "HA4011")]
    [InlineData("<rsc_location id='l' rsc='a' nodes='n' score='1'/>", "HA4014")]
    public void Constraints_that_do_not_fit_are_kept_and_warned_of(string constraints, string code)
    {
        var (cib, diagnostics) = Read(Whole(
            "<primitive id='a' class='x' type='y'/><primitive id='c' class='x' type='y'/>", constraints));
        Assert.Equal($"{code} Warning", string.Join(' ', diagnostics.Select(item => $"{item.Code} {item.Severity}")));
        Assert.NotEmpty(cib!.Configuration.Constraints);
    }

    [Fact]
    public void A_loop_is_shown_from_where_it_starts()
    {
        var (_, diagnostics) = Read(Whole(
            "<primitive id='a' class='x' type='y'/><primitive id='b' class='x' type='y'/>"
            + "<primitive id='c' class='x' type='y'/>",
            "<rsc_order id='1' first='a' then='b'/><rsc_order id='2' first='b' then='c'/>"
            + "<rsc_order id='3' first='c' then='b'/>"));
        Assert.StartsWith(
            "these orders are a loop: c -> b -> c;", Assert.Single(diagnostics).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("depth", "is nested deeper than")]
    [InlineData("attributes", "has more than 256 attributes")]
    [InlineData("value", "is longer than 1048576 bytes")]
    [InlineData("elements", "more than 2000000 elements")]
    public void Bounds_are_kept(string what, string expected)
    {
        var (cib, diagnostics) = Read(what switch
        {
            "depth" => $"<cib>{string.Concat(Enumerable.Repeat("<a>", 1_000_000))}",
            "attributes" => $"<cib {string.Concat(Enumerable.Range(0, 1_000_000).Select(index => $"a{index}='' "))}/>",
            "value" => $"<cib a='{new string('x', 40_000_000)}'/>",
            _ => $"<cib><status>{string.Concat(Enumerable.Repeat("<a/>", 10_000_000))}</status></cib>",
        });
        Assert.Null(cib);
        Assert.Contains(expected, diagnostics[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_between_elements_is_warned_of()
    {
        var (cib, diagnostics) = Read("<cib>\n <configuration>hello</configuration></cib>");
        Assert.NotNull(cib);
        Assert.Equal("warning cib.xml:2:17: a CIB has no text between its elements; it is ignored",
            Assert.Single(diagnostics).ToString());
    }

    [Fact]
    public void Comments_may_hold_anything()
    {
        var (cib, diagnostics) = Read("<?xml version='1.0'?><!-- ' < = \" - --><cib><!--\n\"'<a b=''>-->"
            + "<configuration/>"
            + $"<!-- {new string('=', 2_000_000)} --></cib>");
        Assert.NotNull(cib);
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void Many_mistakes_are_counted_not_searched()
    {
        var text = Whole(
            string.Concat(Enumerable.Range(0, 100_000).Select(index => $"<primitive id='r{index}' template='t'/>")),
            string.Concat(Enumerable.Range(0, 100_000).Select(index =>
                $"<rsc_order id='o{index}' first='q{index}' then='q{index + 1}'/>")));
        var (_, diagnostics) = Read(text);
        Assert.Equal(2 * Diagnostic.Limit, diagnostics.Count);
    }

    [Fact]
    public void A_long_chain_of_orders_is_followed()
    {
        const int Length = 100_000;
        var resources = string.Concat(Enumerable.Range(0, Length).Select(index =>
            $"<primitive id='r{index}' class='x' type='y'/>"));
        var chain = string.Concat(Enumerable.Range(0, Length).Select(index =>
            $"<rsc_order id='o{index}' first='r{index}' then='r{(index + 1) % Length}'/>"));
        Assert.Equal("HA4064", Assert.Single(Read(Whole(resources, chain)).Diagnostics).Code);
    }

    [GivenCasesFact]
    public void Whatever_is_changed_in_a_case_nothing_is_thrown()
    {
        const int Mutations = 2000;
        var random = new System.Random(24_112_026);
        var texts = GivenCases.Files.Select(File.ReadAllText).Where(text => text.Length < 30_000).ToList();
        for (var round = 0; round < Mutations; round++)
        {
            var text = Mutate(texts[random.Next(texts.Count)], random);
            var (cib, diagnostics) = Read(text);
            Assert.True(cib is not null || diagnostics.Any(item => item.Severity == Severity.Error), text);
        }
    }

    // Values are exchanged, emptied and spoilt; elements are doubled or cut.
    private static string Mutate(string text, System.Random random)
    {
        for (var change = random.Next(1, 6); change > 0; change--)
        {
            var quotes = text.Index().Where(item => item.Item == '"').Select(item => item.Index).ToList();
            var at = random.Next(Math.Max(1, quotes.Count / 2 - 1)) * 2;
            if (at + 1 >= quotes.Count)
            {
                return text;
            }

            var (start, end) = (quotes[at] + 1, quotes[at + 1]);
            string[] values = ["", "0", "-1", "99999999999999999999", "INFINITYY", "x", "true", "&#1;", "<", "P1Y"];
            text = random.Next(8) switch
            {
                0 => text[..start],
                1 => text[..start] + text[(start + 1)..],
                _ => text[..start] + values[random.Next(values.Length)] + text[end..],
            };
        }

        return text;
    }

    private static string Whole(string resources, string constraints) =>
        "<cib validate-with=\"pacemaker-3.9\">\n <configuration>\n  <resources>\n"
        + $"   {resources}\n  </resources>\n  <constraints>{constraints}</constraints>\n </configuration>\n</cib>\n";

    private static (Cib? Cib, IReadOnlyList<Diagnostic> Diagnostics) Read(string text)
    {
        var diagnostics = new DiagnosticList();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return (CibXmlReader.Read(stream, "cib.xml", diagnostics), diagnostics.Items);
    }
}
