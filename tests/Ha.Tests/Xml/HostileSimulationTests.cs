using System.Text;
using Ha.Node.Commands;
using Ha.Tests.Node;

namespace Ha.Tests.Xml;

/// <summary>`ha simulate` on what nobody should give it: one clear error with the place, or a remark and the decision
/// that Pacemaker documents; nothing thrown, nothing without end.</summary>
public sealed class HostileSimulationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ha-hostile-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("deep", "cib.xml:1:195: <a> is nested deeper than 64 elements")]
    [InlineData("tag", "cib.xml:1:1052673: a start tag is longer than 1048576 bytes")]
    [InlineData("entity", "cib.xml:1:1: a document type (DTD) is not allowed in a CIB")]
    [InlineData("cut", "cib.xml:1:")]
    [InlineData("cluster", "cib.xml:1:1: the document is a <cluster>, not a <cib>")]
    public async Task What_cannot_be_read_is_one_error_with_its_place(string kind, string expected)
    {
        var (code, output, error) = await Simulate(kind switch
        {
            "deep" => "<cib>" + string.Concat(Enumerable.Repeat("<a>", 1_000_000)),
            "tag" => $"<cib a='{new string('x', 40_000_000)}'/>",
            "entity" => "<!DOCTYPE cib [<!ENTITY a 'x'>]><cib a='&a;'/>",
            "cut" => "<cib><configuration><resources>",
            _ => "<cluster/>",
        });
        Assert.Equal((ExitCode.BadConfiguration, ""), (code, output));
        Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<primitive id='a' class='lsb' type='D' template='t'/>", "",
        "<primitive id=\"a\">: there is no template 't'")]
    [InlineData("<primitive id='a' class='lsb' type='D'/><primitive id='a' class='lsb' type='D'/>",
        "", "<primitive id=\"a\">: another <primitive> has this id")]
    [InlineData("<primitive id='a' class='lsb' type='D'/>",
        "<rsc_order id='o' first='a' then='b'/>", "constraint 'o': there is no resource 'b'")]
    [InlineData("<primitive id='a' class='lsb' type='D'/><primitive id='b' class='lsb' type='D'/>",
        "<rsc_order id='o' first='a' then='b'/><rsc_order id='p' first='b' then='a'/>",
        "these orders are a loop: b -> a -> b; none of them can start first")]
    [InlineData("<primitive id='a' class='lsb' type='D'/><primitive id='b' class='lsb' type='D'/>",
        "<rsc_order id='o'><resource_set id='s'><resource_ref id='a'/><resource_ref id='b'/></resource_set>"
        + "<resource_set id='t'><resource_ref id='b'/><resource_ref id='a'/></resource_set></rsc_order>",
        "these orders are a loop:")]
    public async Task What_is_doubtful_is_remarked_and_planned(string resources, string constraints, string expected)
    {
        var (code, output, error) = await Simulate(Whole(resources, constraints));
        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains($"cib.xml:2:", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.NotEmpty(output);
    }

    [Theory]
    [InlineData("<clone id='c'><meta_attributes id='m'><nvpair id='x' name='clone-max' value='2147483647'/>"
        + "<nvpair id='y' name='clone-node-max' value='99999999999999999999'/></meta_attributes>"
        + "<primitive id='r' class='lsb' type='D'/></clone>", "")]
    [InlineData("<bundle id='b'><docker image='x' replicas='2147483647'/></bundle>", "")]
    [InlineData("<primitive id='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' class='lsb' type='D'/>",
        "<rsc_location id='l' rsc-pattern='(a+)+$b' node='n1' score='1'/>")]
    [InlineData("<primitive id='a' class='lsb' type='D'><operations>"
        + "<op id='o' name='monitor' interval='99999999999999999999'/></operations></primitive>", "")]
    public async Task What_has_no_measure_is_cut_to_one(string resources, string constraints)
    {
        var (code, output, _) = await Simulate(Whole(resources, constraints));
        Assert.Equal(ExitCode.Ok, code);
        Assert.NotEmpty(output);
    }

    private async Task<(int Code, string Out, string Error)> Simulate(string text)
    {
        var path = Path.Combine(_folder, "cib.xml");
        await File.WriteAllTextAsync(path, text, new UTF8Encoding(false));
        return await CommandLine.Run(null, "simulate", path, "--plan-only");
    }

    private static string Whole(string resources, string constraints) =>
        "<cib validate-with='pacemaker-3.9' crm_feature_set='3.19.0' have-quorum='1'>\n<configuration>"
        + "<crm_config><cluster_property_set id='p'><nvpair id='f' name='stonith-enabled' value='false'/>"
        + "</cluster_property_set></crm_config><nodes><node id='1' uname='n1'/></nodes>"
        + $"<resources>{resources}</resources><constraints>{constraints}</constraints></configuration>"
        + "<status><node_state id='1' uname='n1' in_ccm='true' crmd='online' join='member' expected='member'/></status>"
        + "</cib>\n";
}
