using System.Globalization;
using System.Text;
using Ha.Hocon;
using Ha.InformationBase.Xml;
using Ha.Policy.Scheduling;

namespace Ha.Tests.Scheduling;

/// <summary>How states and histories are read: clusters of the nodes alpha and beta, of which alpha is well, and what
/// their status says in the end.</summary>
public sealed class ViewTests
{
    private const string Well = "in_ccm='true' crmd='online' join='member' expected='member'";
    private const string Gone = "in_ccm='false' crmd='offline' join='down' expected='down'";
    private const string Lost = "in_ccm='false' crmd='offline' join='down' expected='member'";
    private const long Now = 1_700_000_000;

    private const string Device = "<primitive id='d' class='stonith' type='fence_x'/>";
    private const string Service =
        "<primitive id='a' class='ocf' provider='p' type='Dummy'><operations>OPS</operations>"
        + "<meta_attributes id='am'>META</meta_attributes></primitive>";

    private const string Copies =
        "<clone id='k'><primitive id='a' class='ocf' provider='p' type='Dummy'/>"
        + "<meta_attributes id='km'>META</meta_attributes></clone>";

    [Theory]
    [InlineData(Well, "", true, "Online: [ alpha beta ]")]
    [InlineData(Gone, "", true, "Online: [ alpha ] | OFFLINE: [ beta ]")]
    [InlineData(Lost, "", true, "Node beta: UNCLEAN (offline) | Online: [ alpha ]")]
    [InlineData(Lost, "", false, "Online: [ alpha ] | OFFLINE: [ beta ]")]                  // nobody can be fenced
    [InlineData("in_ccm='1699999990' crmd='1699999999' join='member' expected='member'", "", true,
        "Online: [ alpha beta ]")]                                                          // times, as of late
    [InlineData("in_ccm='true' crmd='offline' join='member' expected='member'", "", true,
        "Node beta: UNCLEAN (online) | Online: [ alpha ]")]
    [InlineData("in_ccm='true' crmd='online' join='pending' expected='member'", "", true,
        "Node beta: pending | Online: [ alpha ]")]
    [InlineData("in_ccm='true' crmd='online' join='banned' expected='member'", "", true,
        "Node beta: UNCLEAN (online) | Online: [ alpha ]")]
    [InlineData("crmd='offline' join='down'", "", true, "Node beta: UNCLEAN (offline) | Online: [ alpha ]")]
    [InlineData("none", "", true, "Node beta: UNCLEAN (offline) | Online: [ alpha ]")]      // never heard of
    [InlineData("none", "", false, "Online: [ alpha ] | OFFLINE: [ beta ]")]
    [InlineData(Well, "standby=on", true, "Node beta: standby | Online: [ alpha ]")]
    [InlineData(Gone, "standby=on", true, "Node beta: OFFLINE (standby) | Online: [ alpha ]")]
    [InlineData(Well, "maintenance=true", true, "Node beta: maintenance | Online: [ alpha ]")]
    [InlineData(Well, "terminate=true", true, "Node beta: UNCLEAN (online) | Online: [ alpha ]")]
    [InlineData(Lost, "shutdown=1699999999", true, "Online: [ alpha ] | OFFLINE: [ beta ]")]  // it went in peace
    public void Nodes(string state, string attributes, bool canFence, string expected) =>
        Assert.Equal(expected, NodesOf(Show(Device, state, attributes, "", canFence, "")));

    [Theory]
    [InlineData("monitor=7/7", "Stopped")]
    [InlineData("monitor=0/7", "Started beta")]                              // found running
    [InlineData("monitor=8/7", "Promoted beta")]
    [InlineData("monitor=1/7", "FAILED beta")]                               // who knows: it is stopped first
    [InlineData("monitor=5/7", "Stopped (Not installed)")]                   // it cannot run there
    [InlineData("start=0/0", "Started beta")]
    [InlineData("start=0/0 stop=0/0", "Stopped")]
    [InlineData("start=1/0", "FAILED beta")]
    [InlineData("start=1/0 stop=0/0", "Stopped")]                            // a stop ends a failed start
    [InlineData("start=0/0 monitor:10=7/0", "FAILED beta")]
    [InlineData("start=0/0 monitor:10=190/0", "Started beta")]               // degraded, but well
    [InlineData("start=0/0 monitor:10=1/0 monitor:10=0/0", "Started beta")]
    [InlineData("start=0/0 monitor:10=1/0 monitor:20=0/0", "FAILED beta")]   // another monitor says nothing of it
    [InlineData("start=0/0 promote=0/0", "Promoted beta")]
    [InlineData("start=0/0 promote=0/0 demote=0/0", "Unpromoted beta")]
    [InlineData("start=0/0 stop=1/0", "FAILED beta")]
    [InlineData("start=-1", "Starting beta")]
    [InlineData("start=0/0 stop=-1", "Stopping beta")]
    [InlineData("start=0/0 monitor:10=-1", "Started beta (Monitoring)")]
    [InlineData("monitor=-1", "Stopped")]                                    // a probe under way
    [InlineData("start=0/0 notify=1/0", "Started beta")]
    public void A_history(string entries, string expected) =>
        Assert.Equal(expected, LineOf(Show(Device + Service, Well, "", entries, canFence: true, "")));

    [Theory]
    [InlineData("<op id='o' name='monitor' interval='10s' on-fail='ignore'/>", "", "Started beta (failure ignored)")]
    [InlineData("<op id='o' name='monitor' interval='10s' on-fail='block'/>", "", "FAILED beta (blocked)")]
    [InlineData("<op id='o' name='monitor' interval='10s' on-fail='stop'/>", "", "FAILED beta")]
    [InlineData("", "target-role=Stopped", "FAILED beta (disabled)")]
    [InlineData("", "is-managed=false", "Stopped (unmanaged)")]              // left alone, it may be off
    [InlineData("", "maintenance=true", "Stopped (maintenance)")]
    [InlineData("", "failure-timeout=60s", "Started beta")]                  // over
    [InlineData("", "failure-timeout=1000d", "FAILED beta")]
    public void A_failed_monitor(string operations, string meta, string expected) =>
        Assert.Equal(expected, LineOf(Show(
            Device + Service.Replace("OPS", operations, StringComparison.Ordinal), Well, "",
            "start=0/0 monitor:10=7/0", canFence: true, meta)));

    [Theory]
    [InlineData("start=0/0 stop=1/0", true, "UNCLEAN (online)", "FAILED beta")]
    [InlineData("start=0/0 stop=1/0", false, null, "FAILED beta (blocked)")]
    public void A_failed_stop(string entries, bool canFence, string? node, string expected)
    {
        var text = Show(Device + Service, Well, "", entries, canFence, "");
        Assert.Equal(expected, LineOf(text));
        Assert.Equal(node is not null, text.Contains($"beta: {node ?? "UNCLEAN"}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a", "", "Started: [ beta ] | Stopped: [ alpha ]")]
    [InlineData("a:7", "", "Started: [ beta ] | Stopped: [ alpha ]")]        // a number of old times
    [InlineData("a", "clone-max=0", "a\t(ocf:p:Dummy):\t ORPHANED Started beta")]
    [InlineData("a", "is-managed=false", "a\t(ocf:p:Dummy):\t Started beta (unmanaged) | Stopped: [ alpha ]")]
    [InlineData("a", "target-role=Stopped", "Started: [ beta ] | Stopped (disabled): [ alpha ]")]
    [InlineData("a:1", "globally-unique=true",
        "a:0\t(ocf:p:Dummy):\t Stopped | a:1\t(ocf:p:Dummy):\t Started beta")]
    public void Instances(string id, string meta, string expected) =>
        Assert.Equal(expected, string.Join(" | ", Show(Device + Copies, Well, "", "start=0/0", true, meta, id)
            .Split('\n').Where(line => line.StartsWith("      * ", StringComparison.Ordinal))
            .Select(line => line[8..])));

    [Fact]
    public void What_left_the_configuration_is_shown_while_it_is_active()
    {
        Assert.Equal("ORPHANED Started beta", LineOf(Show(Device, Well, "", "start=0/0", true, "")));
        Assert.Equal("", LineOf(Show(Device, Well, "", "start=0/0 stop=0/0", true, "")));
    }

    [Fact]
    public void A_service_on_a_lost_node_has_it_fenced()
    {
        var text = Show(Device + Service, Gone, "", "start=0/0", canFence: true, "");
        Assert.Contains("Node beta: UNCLEAN (offline)", text, StringComparison.Ordinal);
        Assert.Equal("Started beta (UNCLEAN)", LineOf(text));
    }

    private static string NodesOf(string text) => string.Join(" | ", text.Split('\n')
        .TakeWhile(line => !line.Contains("Full List", StringComparison.Ordinal))
        .Where(line => line.StartsWith("    * ", StringComparison.Ordinal))
        .Select(line => line[6..]));

    private static string LineOf(string text) => text.Split('\n')
        .Where(line => line.StartsWith("    * a\t", StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(":\t ", StringComparison.Ordinal) + 3)..].Trim())
        .FirstOrDefault("");

    private static string Show(
        string resources, string state, string attributes, string entries, bool canFence, string meta,
        string historyId = "a")
    {
        var status = state == "none" ? "" : $"<node_state id='2' uname='beta' {state}>{Pairs(attributes, "t")}"
            + $"<lrm id='2'><lrm_resources>{History(entries, historyId)}</lrm_resources></lrm></node_state>";
        var text = "<cib have-quorum='true'><configuration><crm_config><cluster_property_set id='o'>"
            + $"<nvpair id='o1' name='stonith-enabled' value='{(canFence ? "true" : "false")}'/>"
            + "</cluster_property_set></crm_config><nodes><node id='1' uname='alpha'/><node id='2' uname='beta'/>"
            + $"</nodes><resources>{Filled(resources, meta)}</resources><constraints/></configuration><status>"
            + $"<node_state id='1' uname='alpha' {Well}/>{status}</status></cib>";
        var cib = CibXmlReader.Read(text, "test.xml", new DiagnosticList());
        Assert.NotNull(cib);
        var shown = new StringWriter { NewLine = "\n" };
        StatusText.Write(Scheduler.View(cib, Now), shown);
        return shown.ToString();
    }

    private static string Filled(string resources, string meta) => resources
        .Replace("OPS", "", StringComparison.Ordinal)
        .Replace("META", meta.Length == 0 ? "" : NameValue(meta, "m"), StringComparison.Ordinal);

    private static string Pairs(string attributes, string id) => attributes.Length == 0 ? ""
        : $"<transient_attributes id='2'><instance_attributes id='{id}'>{NameValue(attributes, id)}"
            + "</instance_attributes></transient_attributes>";

    private static string NameValue(string pair, string id)
    {
        var parts = pair.Split('=');
        return $"<nvpair id='{id}1' name='{parts[0]}' value='{parts[1]}'/>";
    }

    // "monitor:10=7/0": operation, interval in seconds, exit code, expected one; −1 alone for pending.
    private static string History(string entries, string id)
    {
        if (entries.Length == 0)
        {
            return "";
        }

        var text = new StringBuilder($"<lrm_resource id='{id}' class='ocf' provider='p' type='Dummy'>");
        var call = 1;
        foreach (var entry in entries.Split(' '))
        {
            var (name, codes) = (entry.Split('=')[0], entry.Split('=')[1]);
            var interval = name.Contains(':', StringComparison.Ordinal)
                ? int.Parse(name.Split(':')[1], CultureInfo.InvariantCulture) * 1000
                : 0;
            var task = name.Split(':')[0];
            var isPending = codes == "-1";
            var code = isPending ? "193" : codes.Split('/')[0];
            var expected = isPending ? "0" : codes.Split('/')[1];
            var status = isPending ? "-1" : "0";
            var key = $"{call}:1:{expected}:u";
            text.Append(CultureInfo.InvariantCulture, $"<lrm_rsc_op id='{id}_{call}' operation='{task}' ")
                .Append(CultureInfo.InvariantCulture, $"operation_key='{id}_{task}_{interval}' interval='{interval}' ")
                .Append(CultureInfo.InvariantCulture, $"call-id='{(isPending ? -1 : call)}' rc-code='{code}' ")
                .Append(CultureInfo.InvariantCulture, $"op-status='{status}' transition-key='{key}' ")
                .Append(CultureInfo.InvariantCulture, $"transition-magic='{status}:{code};{key}' ")
                .Append(CultureInfo.InvariantCulture, $"last-rc-change='{Now - 1000}'/>");
            call++;
        }

        return text.Append("</lrm_resource>").ToString();
    }
}
