using System.Text;
using Ha.Hocon;
using Ha.InformationBase.Xml;
using Ha.Policy.Scheduling;

namespace Ha.Tests.Scheduling;

/// <summary>Where resources go: small clusters of three nodes on which nothing runs yet.</summary>
public sealed class PlacementTests
{
    private const string Three =
        "<primitive id='a' class='ocf' provider='pacemaker' type='Dummy'/>" +
        "<primitive id='b' class='ocf' provider='pacemaker' type='Dummy'/>" +
        "<primitive id='c' class='ocf' provider='pacemaker' type='Dummy'/>";

    private const string Clone =
        "<clone id='k'><primitive id='i' class='ocf' provider='pacemaker' type='Stateful'/><meta_attributes id='km'>" +
        "<nvpair id='k1' name='promotable' value='true'/><nvpair id='k2' name='clone-max' value='2'/>" +
        "</meta_attributes></clone>" +
        "<primitive id='a' class='ocf' provider='pacemaker' type='Dummy'/>";

    private const string Group =
        "<group id='g'><primitive id='m' class='ocf' provider='pacemaker' type='Dummy'/>" +
        "<primitive id='n' class='ocf' provider='pacemaker' type='Dummy'/></group>" +
        "<primitive id='a' class='ocf' provider='pacemaker' type='Dummy'/>";

    [Theory]
    [InlineData("", "a=alpha b=beta c=gamma")]                                      // spread out, in order of name
    [InlineData("<rsc_location id='l' rsc='a' node='beta' score='1'/>", "a=beta b=alpha c=gamma")]
    [InlineData("<rsc_location id='l' rsc='a' node='alpha' score='-INFINITY'/>", "a=beta b=alpha c=gamma")]
    [InlineData("<rsc_location id='l' rsc='nobody' node='beta' score='1'/>", "a=alpha b=beta c=gamma")]
    [InlineData("<rsc_colocation id='l' rsc='b' with-rsc='a' score='INFINITY'/>", "a=alpha b=alpha c=beta")]
    [InlineData("<rsc_colocation id='l' rsc='a' with-rsc='c' score='-INFINITY'/>"
        + "<rsc_location id='m' rsc='a' node='alpha' score='9'/><rsc_location id='n' rsc='c' node='alpha' score='1'/>",
        "a=alpha b=gamma c=beta")]                                                  // the primary avoids its dependent
    [InlineData("<rsc_colocation id='l' rsc='b' with-rsc='a' score='INFINITY'/>"
        + "<rsc_location id='m' rsc='b' node='gamma' score='5'/>", "a=gamma b=gamma c=alpha")]  // or hears it
    [InlineData("<rsc_colocation id='l' rsc='a' with-rsc='b' score='INFINITY'/>"
        + "<rsc_colocation id='m' rsc='b' with-rsc='a' score='INFINITY'/>", "a=alpha b=alpha c=beta")]  // a loop
    [InlineData("<rsc_colocation id='l' score='INFINITY'><resource_set id='s'><resource_ref id='a'/>"
        + "<resource_ref id='b'/><resource_ref id='c'/></resource_set></rsc_colocation>", "a=alpha b=alpha c=alpha")]
    [InlineData("<rsc_colocation id='l' score='INFINITY'><resource_set id='s'><resource_ref id='a'/>"
        + "</resource_set><resource_set id='t' sequential='false'><resource_ref id='b'/><resource_ref id='c'/>"
        + "</resource_set></rsc_colocation><rsc_location id='m' rsc='b' node='beta' score='INFINITY'/>",
        "a=beta b=beta c=beta")]                                                    // c must be where a can be
    [InlineData("<rsc_colocation id='l' rsc='b' with-rsc='a' score='INFINITY' node-attribute='rack'/>"
        + "<rsc_location id='m' rsc='a' node='gamma' score='INFINITY'/><rsc_location id='n' rsc='c' node='alpha' "
        + "score='INFINITY'/>", "a=gamma b=beta c=alpha")]                          // beta and gamma share a rack
    [InlineData("<rsc_location id='l' rsc-pattern='^([ab])$'><rule id='r' score-attribute='want-%1'><expression id='e'"
        + " attribute='want-%1' operation='defined'/></rule></rsc_location>", "a=gamma b=alpha c=beta")]
    [InlineData("<rsc_location id='l' rsc-pattern='!^a$' node='alpha' score='-INFINITY'/>", "a=alpha b=beta c=gamma")]
    [InlineData("<rsc_ticket id='l' rsc='a' ticket='t'/>", "a=nowhere b=alpha c=beta")]
    [InlineData("<rsc_location id='l' rsc='a' node='gamma' score='0' resource-discovery='exclusive'/>",
        "a=gamma b=alpha c=beta")]
    public void Three_primitives(string constraints, string expected) =>
        Assert.Equal(expected, Place(Three, constraints, "", "a", "b", "c"));

    [Theory]
    [InlineData("", "m=alpha n=alpha a=beta")]
    [InlineData("<rsc_location id='l' rsc='g' node='beta' score='5'/>", "m=beta n=beta a=alpha")]
    [InlineData("<rsc_location id='l' rsc='n' node='beta' score='5'/>", "m=beta n=beta a=alpha")]      // members add up
    [InlineData("<rsc_location id='l' rsc='n' node='alpha' score='-INFINITY'/>", "m=beta n=beta a=alpha")]
    [InlineData("<rsc_colocation id='l' rsc='g' with-rsc='a' score='-INFINITY'/>", "m=beta n=beta a=alpha")]
    [InlineData("<rsc_colocation id='l' rsc='a' with-rsc='g' score='INFINITY'/>", "m=alpha n=alpha a=alpha")]
    [InlineData("<rsc_colocation id='l' rsc='a' with-rsc='g' score='INFINITY'/><rsc_location id='m' rsc='a' "
        + "node='gamma' score='5'/>", "m=gamma n=gamma a=gamma")]
    public void Groups(string constraints, string expected) =>
        Assert.Equal(expected, Place(Group, constraints, "", "m", "n", "a"));

    [Theory]
    [InlineData("", "i:0=alpha i:1=beta a=gamma")]                                  // nobody is worth a promotion
    [InlineData("<rsc_location id='l' rsc='k'><rule id='r' role='Promoted' score='7'><expression id='e' "
        + "attribute='#uname' operation='eq' value='beta'/></rule></rsc_location>", "i:0=alpha i:1=beta* a=gamma")]
    [InlineData("<rsc_location id='l' rsc='k'><rule id='r' role='Promoted' score='7'><expression id='e' "
        + "attribute='#uname' operation='eq' value='beta'/></rule></rsc_location><rsc_colocation id='m' rsc='a' "
        + "with-rsc='k' with-rsc-role='Promoted' score='INFINITY'/>", "i:0=alpha i:1=beta* a=beta")]
    [InlineData("<rsc_colocation id='m' rsc='a' with-rsc='k' with-rsc-role='Promoted' score='INFINITY'/>",
        "i:0=alpha i:1=beta a=nowhere")]
    [InlineData("<rsc_colocation id='m' rsc='a' with-rsc='k' score='-INFINITY'/>", "i:0=alpha i:1=beta a=gamma")]
    [InlineData("<rsc_location id='l' rsc='k' node='alpha' score='-INFINITY'/>", "i:0=beta i:1=gamma a=alpha")]
    public void Promotable_clones(string constraints, string expected) =>
        Assert.Equal(expected, Place(Clone, constraints, "", "i:0", "i:1", "a"));

    [Theory]
    [InlineData("default", "x=alpha y=beta z=gamma")]
    [InlineData("utilization", "x=beta y=gamma z=nowhere")]                         // alpha is too small for any
    [InlineData("minimal", "x=beta y=gamma z=nowhere")]
    [InlineData("balanced", "x=gamma y=beta z=nowhere")]                            // gamma has the most room
    public void Capacities(string strategy, string expected)
    {
        var resources = new StringBuilder();
        foreach (var id in new[] { "x", "y", "z" })
        {
            resources.Append($"<primitive id='{id}' class='ocf' provider='pacemaker' type='Dummy'>")
                .Append($"<utilization id='{id}u'>").Append($"<nvpair id='{id}m' name='memory' value='10'/></utilization></primitive>");
        }

        Assert.Equal(expected, Place(
            resources.ToString(), "", $"<nvpair id='o' name='placement-strategy' value='{strategy}'/>", "x", "y", "z"));
    }

    [Fact]
    public void Everything_with_everything_comes_to_an_end()
    {
        const int Count = 40;
        var resources = new StringBuilder();
        var constraints = new StringBuilder();
        for (var one = 0; one < Count; one++)
        {
            resources.Append($"<primitive id='r{one}' class='ocf' provider='pacemaker' type='Dummy'/>");
            for (var other = 0; other < Count; other++)
            {
                constraints.Append($"<rsc_colocation id='l{one}-{other}' rsc='r{one}' with-rsc='r{other}' score='3'/>");
            }
        }

        var placed = Place(resources.ToString(), constraints.ToString(), "", "r0", $"r{Count - 1}");
        Assert.Equal($"r0=alpha r{Count - 1}=alpha", placed);
    }

    /// <summary>Runs the engine and shows where these resources are placed; a star stands for a promotion.</summary>
    private static string Place(string resources, string constraints, string options, params string[] shown)
    {
        var text = $"""
            <cib validate-with='pacemaker-3.9' crm_feature_set='3.19.0' have-quorum='1'>
            <configuration>
            <crm_config><cluster_property_set id='p'><nvpair id='s' name='fencing-enabled' value='false'/>{options}
            </cluster_property_set></crm_config>
            <nodes>{Node(1, "alpha", "one", "", 5)}{Node(2, "beta", "two", "", 15)}{Node(3, "gamma", "two", "30", 19)}
            </nodes>
            <resources>{resources}</resources><constraints>{constraints}</constraints>
            </configuration>
            <status>{State(1, "alpha")}{State(2, "beta")}{State(3, "gamma")}</status>
            </cib>
            """;
        var cib = CibXmlReader.Read(text, "test", new DiagnosticList());
        Assert.NotNull(cib);
        var run = Scheduler.Run(cib, 1_800_000_000);
        return string.Join(' ', shown.Select(id => run.Find(id) is { } resource
            ? $"{id}={resource.AssignedTo?.Name ?? "nowhere"}{(resource.NextRole == Role.Promoted ? "*" : "")}"
            : $"{id}=missing"));
    }

    private static string Node(int id, string name, string rack, string wanted, int memory) =>
        $"<node id='{id}' uname='{name}'><instance_attributes id='n{id}'>"
        + $"<nvpair id='n{id}r' name='rack' value='{rack}'/>"
        + (wanted.Length > 0 ? $"<nvpair id='n{id}w' name='want-a' value='{wanted}'/>" : "")
        + $"</instance_attributes><utilization id='n{id}u'><nvpair id='n{id}m' name='memory' value='{memory}'/>"
        + "</utilization></node>";

    private static string State(int id, string name) =>
        $"<node_state id='{id}' uname='{name}' in_ccm='true' crmd='online' join='member' expected='member'/>";
}
