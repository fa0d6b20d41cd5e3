using System.Text.Json;
using Ha.Tests.Node;

namespace Ha.Tests.Scheduling;

/// <summary>`ha simulate` for people: the state first, then what will be done, in order, and why; with -S the text that
/// `crm_simulate` has; as JSON all of it.</summary>
public sealed class SimulationTextTests : IDisposable
{
    private const string Lost = """
        <cib validate-with='pacemaker-3.9' crm_feature_set='3.19.0' have-quorum='1' dc-uuid='2'
        execution-date='1700000100'>
        <configuration>
        <crm_config/>
        <nodes><node id='1' uname='n1'/><node id='2' uname='n2'/></nodes>
        <resources>
        <primitive id='web' class='ocf' provider='pacemaker' type='Dummy'/>
        <primitive id='app' class='ocf' provider='pacemaker' type='Dummy'/>
        <primitive id='idle' class='ocf' provider='pacemaker' type='Dummy'>
        <meta_attributes id='idle-meta'><nvpair id='idle-role' name='target-role' value='Stopped'/></meta_attributes>
        </primitive>
        <primitive id='power' class='stonith' type='fence_lab'/>
        </resources>
        <constraints>
        <rsc_order id='web-then-app' first='web' then='app'/>
        </constraints>
        </configuration>
        <status>
        <node_state id='1' uname='n1' in_ccm='false' crmd='offline' join='member' expected='member'><lrm id='1'>
        <lrm_resources><lrm_resource id='web' class='ocf' provider='pacemaker' type='Dummy'>
        <lrm_rsc_op id='web_start_0' operation_key='web_start_0' operation='start' interval='0' call-id='1' rc-code='0'
        op-status='0' transition-key='1:1:0:u'/></lrm_resource></lrm_resources></lrm></node_state>
        <node_state id='2' uname='n2' in_ccm='true' crmd='online' join='member' expected='member'><lrm id='2'>
        <lrm_resources><lrm_resource id='power' class='stonith' type='fence_lab'>
        <lrm_rsc_op id='power_start_0' operation_key='power_start_0' operation='start' interval='0' call-id='1'
        rc-code='0' op-status='0' transition-key='1:1:0:u' op-digest='f2317cad3d54cec5d7d7aa7d0bf35cf8'/></lrm_resource>
        </lrm_resources></lrm></node_state>
        </status>
        </cib>
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-simulate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task State_then_steps_in_order_then_what_stays()
    {
        var text = await Simulate("cib.xml", Lost);
        string[] expected =
        [
            "DOWN, then DEGRADED     2 nodes, quorate, fencing on, at 2023-11-14 22:15:00 UTC",
            "  ! n1: node-unclean: it was lost",
            "",
            "What will be done, in order",
            "    1  fence n1 (reboot)              node-unclean: it was lost",
            "       look for app, idle, web on n2",
            "    2  start web on n2                was on n1; node-unclean: its node was lost; "
                + "waits-for-fencing: n1 is fenced first: it was lost",
            "    3  start app on n2                waits-for-fencing: n1 is fenced first: it was lost; "
                + "web is started first (web-then-app)",
            "",
            "What stays as it is, and why",
            "  idle      stopped       target-stopped: target-role is Stopped (cib.xml:10:33)",
            "",
            "After",
            "  n2            web, app, power",
            "  nowhere       idle",
            "  ! n1: node-offline: it is offline",
            "",
            "Nothing was changed.",
            "",
        ];
        Assert.Equal(expected, text.Split('\n'));
    }

    [Fact]
    public async Task A_cluster_file_is_simulated_from_its_first_start()
    {
        var text = await Simulate(
            "cluster.conf",
            """
            cluster { name = t }
            nodes { n1 { id = 1 }, n2 { id = 2 } }
            fencing { power { agent = fence_lab, targets = [n1, n2] } }
            resources { a { agent = "systemd:a", op { monitor { interval = 10s } } } }
            """);
        Assert.StartsWith("DOWN, then HEALTHY     2 nodes, quorate, fencing on\n", text, StringComparison.Ordinal);
        Assert.Contains("    2  start a on n1\n", text, StringComparison.Ordinal);
        Assert.Contains("watch a on n1 every 10s\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_S_it_is_the_text_of_crm_simulate()
    {
        var text = await Simulate("cib.xml", Lost, "-S");
        Assert.Contains("Transition Summary:\n  * Fence (reboot) n1 'peer is no longer part", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was changed", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_json_each_step_has_its_cause_and_its_source()
    {
        using var reply = JsonDocument.Parse(await Simulate("cib.xml", Lost, "--json"));
        Assert.Equal("ha/simulate/1", reply.RootElement.GetProperty("schema").GetString());
        Assert.Equal("DEGRADED", reply.RootElement.GetProperty("stateAfter").GetString());
        var app = reply.RootElement.GetProperty("steps").EnumerateArray()
            .Single(step => step.GetProperty("task").GetString() == "start"
                && step.GetProperty("resource").GetString() == "app");
        Assert.Equal(3, app.GetProperty("number").GetInt32());
        Assert.Contains(
            app.GetProperty("waitsFor").EnumerateArray(),
            wait => wait.GetProperty("source").GetString() == "web-then-app, cib.xml:15:1");
    }

    private async Task<string> Simulate(string name, string text, params string[] more)
    {
        var file = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(file, text.ReplaceLineEndings("\n"));
        var (code, output, error) = await CommandLine.Run(null, ["simulate", file, .. more]);
        Assert.Equal("", error);
        Assert.Equal(0, code);
        return output.Replace(_folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
    }
}
