using Ha.Hocon;
using Ha.InformationBase.Xml;
using Ha.Policy.Scheduling;

namespace Ha.Tests.Scheduling;

/// <summary>What is done: two nodes, the resource of most rows is active on alpha.</summary>
public sealed class ActionTests
{
    private const string Digest = "f2317cad3d54cec5d7d7aa7d0bf35cf8"; // of no parameters at all

    [Theory]
    [InlineData("", "", "")]                                                        // as wanted: nothing
    [InlineData("<nvpair id='x' name='target-role' value='Stopped'/>", "", "stop alpha")]
    [InlineData("<nvpair id='x' name='is-managed' value='false'/><nvpair id='y' name='target-role' value='Stopped'/>",
        "", "")]                                                                    // nobody may touch it
    [InlineData("", "<rsc_location id='l' rsc='a' node='alpha' score='-INFINITY'/>", "start beta, stop alpha")]
    [InlineData("<nvpair id='x' name='allow-migrate' value='true'/>",
        "<rsc_location id='l' rsc='a' node='alpha' score='-INFINITY'/>",
        "migrate_from beta, migrate_to alpha, start beta (pseudo), stop alpha")]
    public void A_resource_that_is_active(string meta, string constraints, string expected) =>
        Assert.Equal(expected, Do(meta, constraints, "", Digest));

    [Fact]
    public void Another_digest_restarts() => Assert.Equal("start alpha, stop alpha", Do("", "", "", "0123"));

    [Fact]
    public void Another_digest_reloads_where_the_history_knows_what_needs_a_restart() =>
        Assert.Equal("reload-agent alpha", Do("", "", $"op-restart-digest='{Digest}' op-force-restart=' b '", "0123"));

    [Fact]
    public void No_parameters_have_a_known_digest() =>
        Assert.Equal(Digest, ParameterDigests.Of(new Dictionary<string, string>()));

    [Fact]
    public void Digests_do_not_depend_on_order_and_tell_special_characters_apart()
    {
        var one = ParameterDigests.Of([KeyValuePair.Create("a", "<&>\""), KeyValuePair.Create("b", "2")]);
        var other = ParameterDigests.Of([KeyValuePair.Create("b", "2"), KeyValuePair.Create("a", "<&>\"")]);
        Assert.Equal(one, other);
        Assert.NotEqual(
            ParameterDigests.Of([KeyValuePair.Create("a", "<")]), ParameterDigests.Of([KeyValuePair.Create("a", ">")]));
    }

    private static string Do(string meta, string constraints, string more, string digest)
    {
        var text = $"""
            <cib validate-with='pacemaker-3.9' crm_feature_set='3.19.0' have-quorum='1'>
            <configuration>
            <crm_config><cluster_property_set id='p'><nvpair id='s' name='fencing-enabled' value='false'/>
            </cluster_property_set></crm_config>
            <nodes><node id='1' uname='alpha'/><node id='2' uname='beta'/></nodes>
            <resources><primitive id='a' class='ocf' provider='pacemaker' type='Dummy'>
            <meta_attributes id='m'>{meta}</meta_attributes></primitive></resources>
            <constraints>{constraints}</constraints>
            </configuration>
            <status>
            <node_state id='1' uname='alpha' in_ccm='true' crmd='online' join='member' expected='member'>
            {History("start", 0, more, digest)}</node_state>
            <node_state id='2' uname='beta' in_ccm='true' crmd='online' join='member' expected='member'>
            {History("monitor", 7, "", Digest)}</node_state>
            </status>
            </cib>
            """;
        var cib = CibXmlReader.Read(text, "test", new DiagnosticList());
        Assert.NotNull(cib);
        var run = Scheduler.Run(cib, 1_800_000_000);
        var lines = run.Find("a")!.Actions
            .Where(action => action is { IsOptional: false, IsRunnable: true, Node: not null })
            .Select(action => $"{action.Task} {action.Node!.Name}{(action.IsPseudo ? " (pseudo)" : "")}");
        return string.Join(", ", lines.Order(StringComparer.Ordinal));
    }

    private static string History(string task, int code, string more, string digest) =>
        "<lrm id='l'><lrm_resources><lrm_resource id='a' class='ocf' provider='pacemaker' type='Dummy'>"
        + $"<lrm_rsc_op id='a_last_0' operation='{task}' operation_key='a_{task}_0' interval='0' call-id='3'"
        + $" rc-code='{code}' op-status='0' transition-key='1:1:{code}:u' op-digest='{digest}' {more}/>"
        + "</lrm_resource></lrm_resources></lrm>";
}
