using Ha.Actors.Cluster;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Xml;
using Ha.Node.Views;
using Ha.Policy;
using Ha.Tests.Tidy;

namespace Ha.Tests.Node;

/// <summary>`ha why` in a running cluster of what runs several times: as a whole, for one instance, for the promotion.
/// The clusters are those of the scripts in tests/Ha.Tests/Scheduling/reasons.</summary>
public sealed class CloneWhyTests
{
    private const long Now = 1_700_000_100;

    [Theory]
    [InlineData("clone-node-max", "a:2", "a:2 is stopped: clone-node-max: n1: it has an instance of k, as many as it may have.")]
    [InlineData("clone-max", "a:0", "a:0 is started on n1, as wanted.")]
    [InlineData("clone-max", "k", "k: 2 of 2 run, on n1 and n2. a:0 is started on n1, as wanted.")]
    public void An_instance_or_the_whole(string script, string name, string expected)
    {
        var view = View(script);
        var why = WhyView.Of(view, PolicyEngine.Plan(view.Cib, Now), name, null, []);
        Assert.Equal(expected, why?.Answer);
    }

    [Theory]
    [InlineData("promoted-max", "k is promoted on n1.", "promoted-max")]
    [InlineData("no-promotion-score", "k has no promoted instance.", "no-promotion-score")]
    [InlineData("promotion-score-negative", "k has no promoted instance.", "promotion-score-negative")]
    public void Promotion(string script, string expected, string cause)
    {
        var view = View(script);
        var why = WhyView.OfPromotion(view, PolicyEngine.Plan(view.Cib, Now), "k");
        Assert.Equal(expected, why?.Answer);
        Assert.Contains(why!.Causes, each => each.Code == cause);
    }

    private static ReplicaView View(string script)
    {
        var path = Path.Combine(SourceTree.Root, "tests/Ha.Tests/Scheduling/reasons", $"{script}.xml.txt");
        var cib = CibXmlReader.Read(File.ReadAllText(path).Split("\n----\n")[0], "cib.xml", new DiagnosticList());
        Assert.NotNull(cib);
        return new ReplicaView("n1", cib, new EpochState.Active(1, ["n1"], "n1"), 0, ["n1"]);
    }
}
