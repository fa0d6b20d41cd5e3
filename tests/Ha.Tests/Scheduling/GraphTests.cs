using Ha.Hocon;
using Ha.InformationBase.Xml;
using Ha.Policy.Scheduling;

namespace Ha.Tests.Scheduling;

/// <summary>What is in the graph, and what waits for what, on one node: a line for each action with its inputs, probes
/// left out. What random clusters showed against crm_simulate.</summary>
public sealed class GraphTests
{
    private const string Stopped = "target-role=Stopped";
    private const string OneIsEnough = "sequential='false' require-all='false'";

    [Fact]
    public void A_clone_of_groups_is_not_through_while_a_member_stays_down() => Is(
        "c_start_0 <-; g:0_start_0 <- c_start_0; one:0_start_0 <- g:0_start_0",
        Clone("c", Group("g", Primitive("one") + Primitive("two", "is-managed=false"))));

    [Theory]
    [InlineData(Stopped, "")]                                   // nothing starts: nobody is told
    [InlineData("", "a:0_post_notify_start_0 <- c_post_notify_running_0; a:0_start_0 <- c_start_0; "
        + "c_confirmed-post_notify_running_0 <- a:0_post_notify_start_0 c_post_notify_running_0; "
        + "c_confirmed-pre_notify_start_0 <- c_pre_notify_start_0; "
        + "c_post_notify_running_0 <- c_confirmed-pre_notify_start_0 c_running_0; c_pre_notify_start_0 <-; "
        + "c_running_0 <- a:0_start_0 c_start_0; c_start_0 <- c_confirmed-pre_notify_start_0 first_start_0; "
        + "first_start_0 <-")]
    public void Who_waits_for_what_cannot_start_is_told_of_no_start(string first, string expected) => Is(
        expected, Primitive("first", first) + Clone("c", Primitive("a"), "notify=true"), Order("first", "c"));

    [Theory]
    [InlineData(Stopped, "a_stop_0 <-")]                        // the monitor ends with the resource
    [InlineData("", "a_monitor_5000 <-")]                       // nobody wants it any more: it is cancelled
    public void A_monitor_that_left_the_configuration(string meta, string expected) => Is(
        expected, Primitive("a", meta), "", History("a", Entry("a", "start", 0, 0), Entry("a", "monitor", 0, 5000)));

    [Fact]
    public void A_group_that_is_down_need_not_be_stopped_before_another() => Is(
        "a_stop_0 <-", Primitive("a", Stopped) + Group("g", Primitive("b")), Order("a", "g"), Started("a"));

    [Fact]
    public void What_starts_does_not_make_what_stops_before_it_restart() => Is(
        "b_start_0 <-", Primitive("a") + Primitive("b"),
        "<rsc_order id='o' first='b' first-action='stop' then='a' then-action='start'/>", Started("a"));

    [Theory]
    [InlineData("", OneIsEnough, "a_stop_0 <- b_stop_0 c_stop_0 d_stop_0; b_stop_0 <- c_stop_0 d_stop_0; c_stop_0 <-; "
        + "d_stop_0 <-")]
    [InlineData(OneIsEnough, "", "a_stop_0 <- c_stop_0 d_stop_0; b_stop_0 <- c_stop_0 d_stop_0; "
        + "c_stop_0 <- d_stop_0; d_stop_0 <-")]
    public void Sets_of_which_one_is_enough_go_down_in_order(string first, string then, string expected) => Is(
        expected, string.Concat("abcd".Select(id => Primitive($"{id}", Stopped))), Sets(first, then),
        string.Concat("abcd".Select(id => Started($"{id}"))));

    [Fact]
    public void One_of_a_set_may_go_while_another_stays() => Is(
        "a_stop_0 <-", Primitive("a", Stopped) + Primitive("b") + Primitive("c") + Primitive("d"),
        Sets(OneIsEnough, ""), string.Concat("abcd".Select(id => Started($"{id}"))));

    [Fact]
    public void A_failure_with_on_fail_stop_stops_a_clone_for_good() => Is(
        "a:0_stop_0 <- c_stop_0; c_stop_0 <-; c_stopped_0 <- a:0_stop_0 c_stop_0",
        Clone("c", Primitive("a", "", "<op id='op' name='monitor' interval='10' on-fail='stop'/>")), "",
        History("a", Entry("a", "start", 0, 0), Entry("a", "monitor", 1, 10_000)));

    [Fact]
    public void A_member_of_a_group_that_cannot_start_is_not_watched() => Is(
        "", Primitive("first", Stopped)
            + Group("g", Primitive("a", "", "<op id='op' name='monitor' interval='10'/>")), Order("first", "g"));

    [Fact]
    public void A_group_named_twice_in_sets_does_not_block_itself() => Is(
        "a_start_0 <- g_start_0; g_start_0 <-", Group("g", Primitive("a") + Primitive("b", Stopped)),
        "<rsc_colocation id='k' score='INFINITY'><resource_set id='s1'><resource_ref id='g'/></resource_set>"
        + "<resource_set id='s2'><resource_ref id='g'/></resource_set></rsc_colocation>");

    [Fact]
    public void Of_two_orderings_of_one_pair_the_first_one_counts() => Is(
        "a_start_0 <-", Primitive("a") + Primitive("b"),
        "<rsc_order id='t' first='a' then='b' kind='Serialize'/><rsc_order id='s' first='a' then='b' kind='Mandatory'/>",
        Started("b"));

    private static void Is(string expected, string resources, string constraints = "", string history = "") =>
        Assert.Equal(
            expected.Replace("; ", "\n", StringComparison.Ordinal), Graph(resources, constraints, history));

    private static string Primitive(string id, string meta = "", string operations = "") =>
        $"<primitive id='{id}' class='ocf' provider='pacemaker' type='Dummy'>{Meta(id, meta)}"
        + $"<operations>{operations}</operations></primitive>";

    private static string Group(string id, string members) => $"<group id='{id}'>{members}</group>";

    private static string Clone(string id, string child, string meta = "") =>
        $"<clone id='{id}'>{child}{Meta(id, meta)}</clone>";

    private static string Meta(string id, string meta) => meta.Split('=') is [var name, var value]
        ? $"<meta_attributes id='{id}-m'><nvpair id='{id}-n' name='{name}' value='{value}'/></meta_attributes>"
        : "";

    private static string Order(string first, string then) => $"<rsc_order id='o' first='{first}' then='{then}'/>";

    private static string Sets(string first, string then) => $"""
        <rsc_order id='o'>
        <resource_set id='s1' {first}><resource_ref id='a'/><resource_ref id='b'/></resource_set>
        <resource_set id='s2' {then}><resource_ref id='c'/><resource_ref id='d'/></resource_set>
        </rsc_order>
        """;

    private static string Started(string id) => History(id, Entry(id, "start", 0, 0));

    private static string History(string id, params string[] entries) =>
        $"<lrm_resource id='{id}' class='ocf' provider='pacemaker' type='Dummy'>{string.Concat(entries)}</lrm_resource>";

    private static string Entry(string id, string task, int code, int intervalMs) =>
        $"<lrm_rsc_op id='{id}_{(code != 0 ? "last_failure" : intervalMs > 0 ? task : "last")}_{intervalMs}'"
        + $" operation='{task}' operation_key='{id}_{task}_{intervalMs}' interval='{intervalMs}' call-id='{2 + code}'"
        + $" rc-code='{code}' op-status='0' transition-key='1:1:0:u' op-digest='f2317cad3d54cec5d7d7aa7d0bf35cf8'/>";

    private static string Graph(string resources, string constraints, string history)
    {
        var text = $"""
            <cib validate-with='pacemaker-3.9' crm_feature_set='3.19.0' have-quorum='1'>
            <configuration>
            <crm_config><cluster_property_set id='p'><nvpair id='s' name='fencing-enabled' value='false'/>
            </cluster_property_set></crm_config>
            <nodes><node id='1' uname='alpha'/></nodes>
            <resources>{resources}</resources><constraints>{constraints}</constraints>
            </configuration>
            <status>
            <node_state id='1' uname='alpha' in_ccm='true' crmd='online' join='member' expected='member'>
            <lrm id='1'><lrm_resources>{history}</lrm_resources></lrm></node_state>
            </status>
            </cib>
            """;
        var cib = CibXmlReader.Read(text, "test", new DiagnosticList());
        Assert.NotNull(cib);
        var synapses = GraphSelection.Select(Scheduler.Run(cib, 1_800_000_000));
        return string.Join('\n', synapses
            .Where(synapse => !IsProbe(synapse.Action))
            .Select(synapse => string.Join(' ', synapse.Inputs.Where(input => !IsProbe(input))
                .Select(input => input.Key).Order(StringComparer.Ordinal).Prepend($"{synapse.Action.Key} <-")))
            .Order(StringComparer.Ordinal));
    }

    private static bool IsProbe(PolicyAction action) => action.Is(Tasks.Monitor) && action.IntervalMs == 0;
}
