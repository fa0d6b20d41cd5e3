using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Reader;
using Ha.InformationBase.Xml;
using Ha.Tests.Tidy;

namespace Ha.Tests.Xml;

/// <summary>What is written is read back the same.</summary>
public sealed class CibXmlWriterTests
{
    // References to one element become elements of their own, under ids of their own; one case uses an id twice.
    private static readonly string[] s_withRepeatedIds =
    [
        "bug-lf-2619.xml", "failed-sticky-group.xml", "nvpair-id-ref.xml", "orphan-2.xml", "utilization-shuffle.xml",
    ];

    [GivenCasesFact]
    public void Every_case_is_written_and_read_back_the_same()
    {
        foreach (var file in GivenCases.Files)
        {
            var cib = Read(File.ReadAllText(file), file);
            var text = CibXmlWriter.Write(cib);
            var again = Read(text, file);
            Assert.Equal(text, CibXmlWriter.Write(again));
            if (!s_withRepeatedIds.Contains(Path.GetFileName(file)))
            {
                Assert.Equal(cib, again);
            }
        }
    }

    [Fact]
    public void Every_example_of_a_cluster_file_can_be_written_as_a_cib()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(SourceTree.Root, "hocon", "examples"), "*.conf"))
        {
            var configuration = ClusterFileReader.ReadText(File.ReadAllText(file)).Configuration;
            Assert.NotNull(configuration);
            var again = Read(CibXmlWriter.Write(Cib.Empty with { Configuration = configuration }), file).Configuration;
            Assert.Equal(configuration.Resources, again.Resources);
            Assert.Equal(configuration.Constraints.Count, again.Constraints.Count);
            Assert.Equal(configuration.ClusterName, again.ClusterName);
        }
    }

    [Fact]
    public void What_xml_cannot_say_is_replaced()
    {
        var set = AttributeSet.Of("1 a:b", [new NameValue("x", "a\u0001<\"'&\n\ud83d\ude00b")]);
        var cib = Cib.Empty with { Configuration = Configuration.Empty with { Properties = [set, set] } };
        var again = Read(CibXmlWriter.Write(cib), "cib.xml").Configuration.Properties;
        Assert.Equal("id-1-a-b id-1-a-b-2", string.Join(' ', again.Select(one => one.Id)));
        Assert.Equal("a?<\"'&\n\ud83d\ude00b", again[0].Values[0].Value);
    }

    [Fact]
    public void Pacemaker_2_1_gets_the_names_that_it_knows()
    {
        var text = CibXmlWriter.Write(
            Read("<cib crm_feature_set='3.20.5' validate-with='pacemaker-3.10'><configuration><crm_config>"
                + "<cluster_property_set id='o'><nvpair id='a' name='fencing-enabled' value='false'/>"
                + "<nvpair id='b' name='no-quorum-policy' value='fence'/></cluster_property_set>"
                + "</crm_config></configuration></cib>", "cib.xml"),
            CibDialect.Pacemaker21);
        var cib = Read(text, "cib.xml");
        Assert.Equal("stonith-enabled=false no-quorum-policy=suicide", string.Join(' ',
            cib.Configuration.Properties[0].Values.Select(pair => $"{pair.Name}={pair.Value}")));
        Assert.Equal(("3.16.1", "pacemaker-3.9"),
            (cib.ImportedAttributes["crm_feature_set"], cib.ImportedAttributes["validate-with"]));
    }

    private static Cib Read(string text, string file)
    {
        var diagnostics = new DiagnosticList();
        var cib = CibXmlReader.Read(text, Path.GetFileName(file), diagnostics);
        Assert.DoesNotContain(diagnostics.Items, item => item.Severity == Severity.Error);
        return cib!;
    }
}
