using System.Collections.Concurrent;
using Ha.InformationBase;
using Ha.Node.Pacemaker;
using Ha.Resources;
using Ha.Resources.Ocf;
using Ha.Tests.Node;

namespace Ha.Tests.Resources;

/// <summary>The helper commands that agents call: what they answer, and what they change.</summary>
public sealed class AgentToolTests
{
    [Theory]
    [InlineData("-n a -v 5", "name=a update=5")]
    [InlineData("-na -v5", "name=a update=5")]
    [InlineData("--name=a --update 5", "name=a update=5")]
    [InlineData("--name a -Gq", "name=a query quiet")]
    [InlineData("-p -v 5", "promotion update=5")]
    [InlineData("-p res -v 5", "promotion=res update=5")]
    [InlineData("--promotion=res -D", "promotion=res delete")]
    [InlineData("--quer -n a", "name=a query")]
    [InlineData("-v -INFINITY -n a", "name=a update=-INFINITY")]
    [InlineData("-x", "error -x is not known here")]
    [InlineData("--nope", "error --nope is not known here")]
    [InlineData("--query=1", "error --query takes no value")]
    [InlineData("-n", "error --name needs a value")]
    [InlineData("word", "error 'word' is no option")]
    public void Options_are_read_as_getopt_reads_them(string line, string expected)
    {
        var read = ToolOptions.TryParse(line.Split(' '), AttributeTools.Options, out var options, out var error);
        var names = AttributeTools.Options.Where(option => read && options!.Has(option.Name))
            .Select(option => option.Name + (options![option.Name] is { Length: > 0 } value ? "=" + value : ""))
            .Order(StringComparer.Ordinal);
        Assert.Equal(expected, read
            ? string.Join(' ', names.OrderBy(name => name.Split('=')[0] switch
            {
                "name" or "promotion" => 0,
                "update" or "query" or "delete" => 1,
                _ => 2,
            }))
            : "error " + error);
    }

    [Theory]
    // command line (as resource "db:0" on n1), answer
    [InlineData("crm_node -n", "n1")]
    [InlineData("crm_node --list", "1 n1 member\n2 n2 member\n3 n3 lost")]
    [InlineData("crm_node -p", "n1 n2")]
    [InlineData("crm_node -q", "1")]
    [InlineData("crm_node -i", "1")]
    [InlineData("crm_node -N 2", "n2")]
    [InlineData("crm_attribute -n rack -N n2 -G -q", "7")]
    [InlineData("crm_attribute -n rack -N n2 --query", "scope=nodes  name=rack value=7")]
    [InlineData("crm_attribute -n none -N n2 -G -q", "105 crm_attribute: n2 has no attribute none")]
    [InlineData("crm_attribute -n none -N n2 -G -q --default=3", "3")]
    [InlineData("crm_attribute -n x -N nope -G", "105 crm_attribute: there is no node nope")]
    [InlineData("crm_attribute -n x -N n2 -l reboot -v 5", "set n2 x=5 reboot")]
    [InlineData("crm_attribute -n x -N n2 -l forever -v 5", "set n2 x=5 forever")]
    [InlineData("crm_attribute -n x -N n2 -v 5", "set n2 x=5 forever")]
    [InlineData("crm_attribute -n rack -N n2 -v 7", "")]
    [InlineData("crm_attribute -n rack -N n2 -D", "set n2 rack= forever")]
    [InlineData("crm_attribute -n rack -N n2 -v rack++", "set n2 rack=8 forever")]
    [InlineData("crm_attribute -n rack -N n2 -v rack+=5", "set n2 rack=12 forever")]
    [InlineData("crm_attribute -n rack -N n2 -v a+b", "set n2 rack=a+b forever")]
    [InlineData("crm_attribute -n none -N n2 -D", "")]
    [InlineData("crm_attribute -p -v 10", "set n1 master-db=10 reboot")]
    [InlineData("crm_attribute --promotion other -N n2 -v 10", "set n2 master-other=10 reboot")]
    [InlineData("crm_attribute -p -D", "")]
    [InlineData("crm_attribute -t crm_config -n no-quorum-policy -G -q", "freeze")]
    [InlineData("crm_attribute -t crm_config -n x -s mysql -v 1", "option x=1")]
    [InlineData("crm_attribute -t nodes --node n1 -z -n cpu -v 4",
        "3 crm_attribute: capacities of nodes stand in the cluster file here")]
    [InlineData("crm_master -l reboot -v 100", "set n1 master-db=100 reboot")]
    [InlineData("crm_master -l forever -N n2 -v 100", "set n2 master-db=100 forever")]
    [InlineData("crm_master -G --quiet", "105 crm_master: n1 has no attribute master-db")]
    [InlineData("attrd_updater -n lsn -v 12345 -p", "set n1 lsn=12345 reboot")]
    [InlineData("attrd_updater -n pingd -B 3000 -d 5s", "set n1 pingd=3000 reboot")]
    [InlineData("attrd_updater -n ping -Q -N n2", "name=\"ping\" host=\"n2\" value=\"100\"")]
    [InlineData("attrd_updater --query -n ping --query-all", "name=\"ping\" host=\"n2\" value=\"100\"")]
    [InlineData("attrd_updater -n ping -Q",
        "105 attrd_updater: Could not query value of ping: attribute does not exist")]
    [InlineData("attrd_updater -n ping -N n2 -U 100", "")]
    [InlineData("attrd_updater -n ping -N n2 -D", "set n2 ping= reboot")]
    [InlineData("crm_standby -N n2 -v on", "set n2 standby=on forever")]
    [InlineData("crm_standby -N n2 -G -q", "off")]
    [InlineData("crm_failcount -r db -N n2 -G -q", "3")]
    [InlineData("crm_failcount -r db -N n2 -D", "cleanup db n2")]
    [InlineData("crm_resource -r db -g port", "5432")]
    [InlineData("crm_resource -r db --meta --get-parameter notify", "true")]
    [InlineData("crm_resource -r db -m -g none", "105 crm_resource: Attribute 'none' not found for 'db'")]
    [InlineData("crm_resource -r nope -W", "105 crm_resource: there is no resource nope")]
    [InlineData("crm_resource -r db -W -Q", "n2")]
    [InlineData("crm_resource -r db -W", "resource db is running on: n2")]
    [InlineData("crm_resource -r db --meta -p target-role -v Stopped", "meta db target-role=Stopped")]
    [InlineData("crm_resource -B -r db -N n2 -Q", "move db")]
    [InlineData("crm_resource -C -r db", "cleanup db ")]
    [InlineData("crm_resource -l", "db")]
    [InlineData("cibadmin -Q --xpath //nvpair[@name='rack']", "<nvpair id=\"n2-rack\" name=\"rack\" value=\"7\" />")]
    [InlineData("cibadmin -Q --xpath //node_state[@crmd='online']//nvpair[@name='none']",
        "105 cibadmin: No such device or address: nothing is found")]
    [InlineData("cibadmin -Q --xpath count(//node)", "105 cibadmin: No such device or address: nothing is found")]
    [InlineData("cibadmin -D --xpath //node", "error -D is not known here")]
    [InlineData("pacemakerd -$", "Pacemaker 2.1.5")]
    [InlineData("crm_mon -1", "3 crm_mon: for people there is ha status; for programs: crm_mon -1 --output-as=xml")]
    public void A_command_answers_or_changes_one_thing(string line, string expected) =>
        Assert.Equal(expected, Show(line, Decide(line)));

    [Fact]
    public void Cibadmin_shows_the_lines_that_agents_cut_values_out_of()
    {
        var all = Assert.IsType<ToolStep.Say>(Decide("cibadmin -Q")).Text;
        Assert.StartsWith("<cib ", all.TrimStart(), StringComparison.Ordinal);
        var two = Assert.IsType<ToolStep.Say>(Decide("cibadmin --query --xpath //node_state//nvpair")).Text;
        Assert.StartsWith("<xpath-query>\n", two, StringComparison.Ordinal);
        Assert.Contains("name=\"ping\" value=\"100\"", two, StringComparison.Ordinal);
        Assert.StartsWith("64 ", Show("cibadmin", Decide("cibadmin -Q --xpath //[")), StringComparison.Ordinal);
        Assert.StartsWith("3 ", Show("cibadmin", Decide("cibadmin -l")), StringComparison.Ordinal);
    }

    [Fact]
    public void Crm_mon_shows_nodes_and_resources_in_the_lines_that_agents_look_for()
    {
        var text = Assert.IsType<ToolStep.Say>(Decide("crm_mon -1 --output-as=xml")).Text;
        Assert.Contains("<node name=\"n3\" id=\"3\" online=\"false\"", text, StringComparison.Ordinal);
        Assert.Contains("<node name=\"n1\" id=\"1\" online=\"true\" standby=\"false\"", text, StringComparison.Ordinal);
        Assert.Contains("<resource id=\"db\" resource_agent=\"ocf:heartbeat:pgsql\" role=\"Promoted\" active=\"true\"",
            text, StringComparison.Ordinal);
        Assert.StartsWith("<?xml", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_agent_sets_its_promotion_score_through_the_running_node()
    {
        const string Agent = "/usr/lib/ocf/resource.d/heartbeat/Stateful";
        if (!File.Exists(Agent))
        {
            Console.WriteLine($"NOT RUN: {Agent} is not there (package resource-agents)");
            return;
        }

        await using var node = await TestNode.Start();
        var tools = Path.Combine(node.Folder, "tools");
        Assert.Equal("", ToolLinks.Make(tools));
        var agents = new OcfAgents("/usr/lib/ocf", tools, ValueMap<string>.Of([new("HA_SOCKET", node.Socket)]));
        var codes = new ConcurrentQueue<string>();
        foreach (var action in (string[])["start", "monitor", "promote", "monitor", "demote", "stop", "monitor"])
        {
            var result = await agents.Run(
                new AgentRequest
                {
                    Agent = new AgentName("ocf", "heartbeat", "Stateful"),
                    ResourceId = "db",
                    Action = action,
                    Timeout = TimeSpan.FromSeconds(60),
                    Parameters = ValueMap<string>.Of([new("state", Path.Combine(node.Folder, "state"))]),
                    Node = "n1",
                },
                CancellationToken.None);
            codes.Enqueue($"{action}={result.ExitCode}");
        }

        Assert.Equal("start=0 monitor=0 promote=0 monitor=8 demote=0 stop=0 monitor=7", string.Join(' ', codes));
        Assert.Equal(
            "n1 master-db=5 n1 master-db=10 n1 master-db=5 n1 master-db=",
            string.Join(' ', node.Proposed.Select(item => item.Change).Cast<CibChange.SetAttribute>()
                .Select(set => $"{set.Node} {set.Name}={set.Value}")));
    }

    [Fact]
    public async Task A_command_without_a_running_node_fails_with_a_reason()
    {
        using var folder = new AgentFolder();
        Assert.Equal("", ToolLinks.Make(folder.File("tools")));
        folder.Ocf("a", "crm_node -n 2> $OCF_RESKEY_out; exit $(( $? == 69 ? 0 : 1 ))\n");
        var result = await new OcfAgents(
            folder.Path, folder.File("tools"), ValueMap<string>.Of([new("HA_SOCKET", folder.File("none"))])).Run(
            new AgentRequest
            {
                Agent = new AgentName("ocf", "test", "a"),
                ResourceId = "a",
                Action = "start",
                Timeout = TimeSpan.FromSeconds(60),
                Parameters = ValueMap<string>.Of([new("out", folder.File("out"))]),
                Node = "n1",
            },
            CancellationToken.None);
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("crm_node: no node answers at", await File.ReadAllTextAsync(folder.File("out")), StringComparison.Ordinal);
    }

    private static ToolStep Decide(string line)
    {
        var words = line.Split(' ');
        var (known, decide) = AgentTools.Find(words[0]);
        return ToolOptions.TryParse(words[1..], known, out var options, out var error)
            ? decide(options, Scene())
            : new ToolStep.Say("error " + error);
    }

    private static ToolScene Scene()
    {
        var agent = new AgentName("ocf", "heartbeat", "pgsql");
        var configuration = new Configuration
        {
            Nodes =
            [
                new() { Name = "n1", Id = "1" },
                new() { Name = "n2", Id = "2", Attributes = [AttributeSet.Of("n2", [new NameValue("rack", "7")])] },
                new() { Name = "n3", Id = "3" },
            ],
            Properties = [AttributeSet.Of("options", [new NameValue("no-quorum-policy", "freeze")])],
            Resources =
            [
                new Clone
                {
                    Id = "dbs",
                    Meta = [AttributeSet.Of("dbs-meta", [new NameValue("notify", "true")])],
                    Child = new Primitive
                    {
                        Id = "db",
                        Agent = agent,
                        Parameters =
                        [
                            AttributeSet.Of("db-params", [new NameValue("port", "1")]),
                            AttributeSet.Of("db-params-2", [new NameValue("port", "5432")]),
                        ],
                    },
                },
            ],
        };
        var status = Status.Empty with
        {
            Nodes =
            [
                new NodeState { Name = "n1", Id = "1", IsMember = true, IsProcessUp = true },
                new NodeState
                {
                    Name = "n2",
                    Id = "2",
                    IsMember = true,
                    IsProcessUp = true,
                    Attributes =
                    [
                        AttributeSet.Of("status-2",
                        [
                            new NameValue("ping", "100"), new NameValue("fail-count-db#monitor_1000", "2"),
                            new NameValue("fail-count-db#start_0", "1"),
                        ]),
                    ],
                    History =
                    [
                        new ResourceHistory
                        {
                            ResourceId = "db",
                            Agent = agent,
                            Entries = [new HistoryEntry { Id = "db_last_0", Operation = "promote", Status = OperationStatus.Done }],
                        },
                    ],
                },
            ],
        };
        return new ToolScene(Cib.Empty with { Configuration = configuration, Status = status }, "n1", true, "db:0");
    }

    private static string Show(string line, ToolStep step) => step switch
    {
        ToolStep.Say say => say.Text,
        ToolStep.Fail fail => $"{fail.ExitCode} {line.Split(' ')[0]}: {fail.Text}",
        ToolStep.Change { Wanted: CibChange.SetAttribute set } =>
            $"set {set.Node} {set.Name}={set.Value} {(set.IsPermanent ? "forever" : "reboot")}",
        ToolStep.Change { Wanted: CibChange.SetProperty set } => $"option {set.Name}={set.Value}",
        ToolStep.Change { Wanted: CibChange.SetMeta set } => $"meta {set.ResourceId} {set.Name}={set.Value}",
        ToolStep.Change { Wanted: CibChange.Cleanup cleanup } => $"cleanup {cleanup.ResourceId} {cleanup.Node}",
        ToolStep.Change { Wanted: CibChange.RequestMove move } => $"move {move.ResourceId}",
        _ => step.ToString()!,
    };
}
