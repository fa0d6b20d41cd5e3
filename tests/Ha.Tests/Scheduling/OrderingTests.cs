using Ha.Hocon;
using Ha.InformationBase.Xml;
using Ha.Policy.Scheduling;

namespace Ha.Tests.Scheduling;

/// <summary>What an ordering holds back or brings along, on one node that nothing runs on yet.</summary>
public sealed class OrderingTests
{
    private const string Group =
        "<clone id='c'><group id='g'><primitive id='one' class='ocf' provider='pacemaker' type='Dummy'/>"
        + "<primitive id='two' class='ocf' provider='pacemaker' type='Dummy'>{0}</primitive></group></clone>";

    [Theory]
    [InlineData("", "last:start one:0:start two:0:start")]
    [InlineData("<meta_attributes id='m'><nvpair id='n' name='target-role' value='Stopped'/></meta_attributes>",
        "one:0:start")]                             // half a group does not make the clone run
    public void What_comes_after_a_clone_of_groups_waits_for_a_whole_group(string second, string expected) =>
        Assert.Equal(expected, Starts(
            Group.Replace("{0}", second, StringComparison.Ordinal)
            + "<primitive id='last' class='ocf' provider='pacemaker' type='Dummy'/>",
            "<rsc_order id='o' first='c' then='last'/>", ""));

    [Theory]
    [InlineData("alpha", "a:monitor:alpha a:monitor:guest")]
    [InlineData("beta", "a:monitor:alpha")]         // the guest moves: what runs in it is asked for elsewhere, later
    public void A_guest_that_moves_is_not_looked_into(string wanted, string expected) =>
        Assert.Equal(expected, Monitors(
            "<primitive id='vm' class='ocf' provider='pacemaker' type='Dummy'><meta_attributes id='m'>"
            + "<nvpair id='n' name='remote-node' value='guest'/></meta_attributes></primitive>"
            + "<primitive id='a' class='ocf' provider='pacemaker' type='Dummy'/>",
            $"<rsc_location id='l' rsc='vm' node='{wanted}' score='INFINITY'/>",
            History("vm", "ocf", "Dummy") + History("guest", "ocf", "remote")));

    [Fact]
    public void A_container_does_not_wait_for_what_stops_in_its_own_guest()
    {
        var run = Run(
            "<primitive id='vm' class='ocf' provider='pacemaker' type='Dummy'><meta_attributes id='m'>"
            + "<nvpair id='n' name='remote-node' value='guest'/><nvpair id='t' name='target-role' value='Stopped'/>"
            + "</meta_attributes></primitive><primitive id='a' class='ocf' provider='pacemaker' type='Dummy'/>",
            "<rsc_order id='o' first='vm' then='a'/>",
            History("vm", "ocf", "Dummy") + History("guest", "ocf", "remote"), History("a", "ocf", "Dummy"));
        var stop = run.Find("vm")!.Actions.Single(action => action.Is(Tasks.Stop) && !action.IsOptional);
        var waitsFor = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var link in stop.Before)
        {
            if (link.Kind != OrderKind.None && link.Action.Is(Tasks.Stop))
            {
                waitsFor.Add(link.Action.Key);
            }
        }

        Assert.Equal(["guest_stop_0"], waitsFor);
    }

    private static string Starts(string resources, string constraints, string history) => string.Join(' ',
        Run(resources, constraints, history).Actions
            .Where(action => action is { IsOptional: false, IsRunnable: true, Node: not null })
            .Where(action => action.Is(Tasks.Start))
            .Select(action => $"{action.Resource!.Id}:start")
            .Order(StringComparer.Ordinal));

    private static string Monitors(string resources, string constraints, string history) => string.Join(' ',
        Run(resources, constraints, history).Actions
            .Where(action => action is { IsOptional: false, IsRunnable: true, IntervalMs: 0 }
                && action.Is(Tasks.Monitor) && action.Resource!.Id == "a" && action.Node!.Name != "beta")
            .Select(action => $"{action.Resource!.Id}:monitor:{action.Node!.Name}")
            .Order(StringComparer.Ordinal));

    private static PolicyRun Run(string resources, string constraints, string history, string inGuest = "")
    {
        var text = $"""
            <cib validate-with='pacemaker-3.9' crm_feature_set='3.19.0' have-quorum='1'>
            <configuration>
            <crm_config><cluster_property_set id='p'><nvpair id='s' name='fencing-enabled' value='false'/>
            </cluster_property_set></crm_config>
            <nodes><node id='1' uname='alpha'/>{(history.Length > 0 ? "<node id='2' uname='beta'/>" : "")}</nodes>
            <resources>{resources}</resources><constraints>{constraints}</constraints>
            </configuration>
            <status>
            <node_state id='1' uname='alpha' in_ccm='true' crmd='online' join='member' expected='member'>
            <lrm id='1'><lrm_resources>{history}</lrm_resources></lrm></node_state>
            <node_state id='2' uname='beta' in_ccm='true' crmd='online' join='member' expected='member'/>
            <node_state id='guest' uname='guest' remote_node='true'>
            <lrm id='guest'><lrm_resources>{inGuest}</lrm_resources></lrm></node_state>
            </status>
            </cib>
            """;
        var cib = CibXmlReader.Read(text, "test", new DiagnosticList());
        Assert.NotNull(cib);
        return Scheduler.Run(cib, 1_800_000_000);
    }

    private static string History(string id, string kind, string type) =>
        $"<lrm_resource id='{id}' class='{kind}' provider='pacemaker' type='{type}'>"
        + $"<lrm_rsc_op id='{id}_last_0' operation='start' operation_key='{id}_start_0' interval='0' call-id='3'"
        + " rc-code='0' op-status='0' transition-key='1:1:0:u' op-digest='f2317cad3d54cec5d7d7aa7d0bf35cf8'/>"
        + "</lrm_resource>";
}
