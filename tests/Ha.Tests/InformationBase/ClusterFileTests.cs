using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Reader;
using Ha.Tests.Tidy;

namespace Ha.Tests.InformationBase;

/// <summary>What a cluster file becomes, and what is said of its mistakes.</summary>
public sealed class ClusterFileTests
{
    private const string Start = """
        nodes { alpha { id = 1, addresses = [10.0.0.1] }, beta { id = 2, addresses = [10.0.0.2] } }
        fencing { f { agent = fence_ipmilan, targets = [alpha, beta] } }
        resources { vip { agent = "ha:vip" }, web { agent = "systemd:nginx" }, db { agent = "ocf:heartbeat:pgsql" } }

        """;

    private const int StartLines = 3;

    public static TheoryData<string> Examples =>
        [.. Directory.GetFiles(Path.Combine(SourceTree.Root, "hocon", "examples"), "*.conf")
            .Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_is_right(string name)
    {
        var read = ReadExample(name);
        Assert.Equal(
            [], read.Diagnostics.Where(item => item.Severity == Severity.Error).Select(item => item.ToString()));
        Assert.NotNull(read.Configuration);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void What_is_written_is_read_back_the_same(string name)
    {
        var configuration = ReadExample(name).Configuration!;
        AssertSameAfterWriting(configuration);
    }

    [Fact]
    public void An_active_passive_pair_becomes_a_group_with_fencing()
    {
        var configuration = ReadExample("two-nodes.conf").Configuration!;
        Assert.Equal("web", configuration.ClusterName);
        Assert.Equal(["web", "fence-alpha", "fence-beta"], configuration.Resources.Select(resource => resource.Id));
        var group = Assert.IsType<Group>(configuration.Resources[0]);
        Assert.Equal(["vip", "nginx"], group.Members.Select(member => member.Id));
        var device = Assert.IsType<Primitive>(configuration.Resources[1]);
        Assert.Equal("stonith:fence_ipmilan", device.Agent!.ToString());
        Assert.Equal(
            "lanplus=true username=ha password=secret://ipmi ip=10.9.0.11 pcmk_host_list=alpha",
            string.Join(' ', device.Parameters[0].Values.Select(pair => $"{pair.Name}={pair.Value}")));
        Assert.Equal(TimeSpan.FromMinutes(5), device.Operations[0].Interval);
        Assert.Equal(["10.0.0.11", "10.1.0.11"], configuration.Nodes[0].Addresses);
    }

    [Fact]
    public void A_promotable_clone_keeps_both_monitors()
    {
        var configuration = ReadExample("postgres-paf.conf").Configuration!;
        var clone = configuration.Resources.OfType<Clone>().Single();
        var primitive = Assert.IsType<Primitive>(clone.Child);
        Assert.Equal(
            "monitor/16s/Unpromoted monitor/15s/Promoted",
            string.Join(' ', primitive.Operations.Where(operation => operation.Name == "monitor").Select(operation =>
                $"{operation.Name}/{HoconUnits.Show(operation.Interval)}/{operation.Attributes["role"]}")));
        Assert.Equal("/usr/lib/postgresql/16/bin", primitive.Parameters[0].Values[0].Value);
    }

    [Theory]
    [InlineData(
        "resources.vip.op.monitor { interval = 10 }",
        "1:39 HA2011 resources.vip.op.monitor.interval is '10': a duration needs a unit; 10s (seconds, as in "
        + "Pacemaker) or 10ms (what HOCON would read)?")]
    [InlineData(
        "resources.vip.meta { migration-treshold = 3 }",
        "1:22 HA2009 unknown key migration-treshold in resources.vip.meta; did you mean migration-threshold?")]
    [InlineData(
        "resources.x { params { a = 1 } }",
        "1:13 HA2003 resources.x has no agent; write an agent such as \"ocf:heartbeat:IPaddr2\"")]
    [InlineData(
        "resources.x { agent = nginx }",
        "1:23 HA2020 resource 'x': 'nginx' is no name of an agent; write class:type or ocf:provider:type: "
        + "\"ocf:heartbeat:nginx\", \"systemd:nginx\", \"ha:vip\"")]
    [InlineData(
        "resources.x { agent = \"system:nginx\" }",
        "1:23 HA2020 resource 'x': 'system' is no class of agents; known are ocf, systemd, service, lsb, ha; "
        + "did you mean systemd?")]
    [InlineData(
        "resources.x { agent = \"stonith:fence_x\" }",
        "1:23 HA2026 resource 'x': fencing devices stand in the section fencing; write fencing { x { agent = "
        + "fence_x, targets = [...] } }")]
    [InlineData(
        "groups.g { members = [vip web] }",
        "1:23 HA2008 'vip web' is one name with a blank in it, not several names; put commas between")]
    [InlineData(
        "groups.g { members = [vip, wbe] }",
        "1:22 HA2022 group 'g': there is no resource 'wbe'; did you mean web?")]
    [InlineData(
        "groups { g { members = [vip] }, h { members = [vip] } }",
        "1:47 HA2023 'vip' is in 'g' already, and cannot be in 'h', too; take it out of one")]
    [InlineData("groups.g { members = [] }", "1:22 HA2021 group 'g' has no members; write members = [first, second]")]
    [InlineData("groups.vip { members = [web] }", "1:12 HA2030 the id 'vip' is used twice; rename one")]
    [InlineData("clones.c { of = nothing }", "1:17 HA2022 clone 'c': there is no resource or group 'nothing'")]
    [InlineData(
        "fencing.g { agent = fence_x, targets = [alhpa] }",
        "1:41 HA2022 fencing.g.targets: there is no node 'alhpa'; did you mean alpha?")]
    [InlineData(
        "fencing-levels { alpha = [[f], [g]] }",
        "1:33 HA2022 fencing-levels.alpha: there is no fencing device 'g'")]
    [InlineData("fencing-levels { gamma = [[f]] }", "1:18 HA2022 fencing-levels: there is no node 'gamma'")]
    [InlineData(
        "constraints.location.l { rsc = vip, node = gamma }",
        "1:44 HA2022 constraints.location.l.node: there is no node 'gamma'")]
    [InlineData(
        "constraints.location.l { rsc = vpi, node = beta }",
        "1:32 HA2022 constraints.location.l.rsc: there is no resource 'vpi'; did you mean vip?")]
    [InlineData(
        "constraints.location.l { rsc = vip }",
        "1:24 HA2003 constraints.location.l has no node; write node = NAME, or a rule")]
    [InlineData(
        "constraints.location.l { rsc = vip, node = beta, score = high }",
        "1:58 HA2011 constraints.location.l.score is 'high': write a whole number, INFINITY or -INFINITY")]
    [InlineData(
        "constraints.order { a { first = vip, then = web }, b { first = web, then = vip } }",
        "1:54 HA2034 these orders are a loop: vip -> web -> vip; remove one of them, or write kind = Optional")]
    [InlineData(
        "constraints.order.o { first = vip, then = web, kind = Mandatry }",
        "1:55 HA2011 constraints.order.o.kind is 'Mandatry'; write one of: Mandatory, Optional, Serialize; did you "
        + "mean Mandatory?")]
    [InlineData(
        "constraints.colocation.c { sets = [{ members = [vip, wbe] }] }",
        "1:54 HA2022 constraints.colocation.c.sets[0].members: there is no resource 'wbe'; did you mean web?")]
    [InlineData(
        "constraints.colocation.c { rsc = vip, sets = [{ members = [vip, web] }] }",
        "1:34 HA2045 constraints.colocation.c has both rsc and sets; write one of them")]
    [InlineData(
        "nodes.gamma { id = 2, addresses = [10.0.0.3] }",
        "1:13 HA2031 two nodes have the id 2; number them 1, 2, 3")]
    [InlineData(
        "nodes.gamma { id = 3, addresses = [10.0.0.3], votes = 999 }",
        "1:13 HA2032 node 'gamma' has 999 votes; write 0 to 255")]
    [InlineData(
        "nodes.gamma { id = 3, addresses = [10.0.0.2] }",
        "1:13 HA2037 the address 10.0.0.2 is written for several links")]
    [InlineData(
        "nodes.gamma { id = 3 }",
        "1:13 HA2038 node 'gamma' has fewer addresses than others; write one address for each link of corosync, the "
        + "same number for each node")]
    [InlineData(
        "cluster.properties { no-quorum-policy = stopp }",
        "1:41 HA2011 cluster.properties.no-quorum-policy is 'stopp': write one of: stop, freeze, ignore, demote, "
        + "fence, suicide; did you mean stop?")]
    [InlineData(
        "cluster.properties { fencing-enbled = true }",
        "1:22 HA2009 unknown key fencing-enbled in cluster.properties; did you mean fencing-enabled?")]
    [InlineData("resorces { }", "1:1 HA2009 unknown key resorces; did you mean resources?")]
    [InlineData("bundles { b { } }", "1:9 HA2014 bundles are not supported by this version yet; remove them")]
    [InlineData("acls { role { } }", "1:6 HA2014 acls are not supported by this version yet; remove them")]
    [InlineData(
        "resources.vip.op { monitor { interval = 10s }, m2 { name = monitor, interval = 10s } }",
        "1:48 HA2024 resources.vip.op.m2 is a second monitor with the interval 10s; give each its own interval, "
        + "even if it is 1s more")]
    [InlineData(
        "resources.vip.op { monitr { interval = 10s } }",
        "1:20 HA2025 'monitr' is no action of an agent; did you mean monitor?")]
    [InlineData("quorum { two-nodes = true }", "1:10 HA2009 unknown key two-nodes in quorum; did you mean two-node?")]
    [InlineData(
        "alerts.a { path = /x, events = [node] }",
        "1:32 HA2011 alerts.a.events has 'node'; write some of: nodes, fencing, resources, attributes; did you mean "
        + "nodes?")]
    [InlineData(
        "vrrp.routers.r { vrid = 300, interface = e, addresses = [x], members { alpha { } } }",
        "1:25 HA2011 vrrp.routers.r.vrid is '300'; write a number from 1 to 255")]
    [InlineData("resources = 5", "1:13 HA2012 resources must be an object { ... }, not a number")]
    [InlineData("resources.vip = 5", "1:11 HA2002 resources.vip must be an object { ... }, not a number")]
    [InlineData("tags { t = [vip, nothing] }", "1:18 HA2022 tags.t: there is no resource 'nothing'")]
    public void A_mistake_is_said_with_its_place_and_what_to_do(string text, string expected)
    {
        var read = ClusterFileReader.ReadText(Start + text);
        var error = read.Diagnostics.First(item => item.Severity == Severity.Error);
        var fix = error.Fix.Length > 0 ? $"; {error.Fix}" : "";
        Assert.Equal(expected, $"{error.At.Line - StartLines}:{error.At.Column} {error.Code} {error.Message}{fix}");
        Assert.Null(read.Configuration);
    }

    [Theory]
    [InlineData(
        "nodes.web1.example.com { id = 3 }",
        "unknown key example in nodes.web1; quote a name that has dots: \"web1.example\"")]
    [InlineData(
        "fencing.f.params.a.b = 1",
        "fencing.f.params.a must be a text, not an object; put a name that has dots into quotes: \"a...\"")]
    public void H1_a_name_with_dots_needs_quotes(string text, string expected) =>
        Assert.Contains(
            ClusterFileReader.ReadText(Start + text).Diagnostics, item => $"{item.Message}; {item.Fix}" == expected);

    [Theory]
    [InlineData("cluster.properties.fencing-enabled = false", "HA2105")]
    [InlineData("cluster.properties { fencing-enabled = true, stonith-enabled = true }", "HA2101")]
    [InlineData("fencing.f.params.password = topsecret", "HA2104")]
    [InlineData("fencing.f.params.password = \"secret://ipmi\"", "")]
    [InlineData("fencing.f.params.password = \"file:///etc/ha/ipmi\"", "")]
    [InlineData("fencing.f.params.password_script = /x", "")]
    [InlineData("resources.vip.meta.priority = 010", "HA2107")]
    [InlineData("vrrp { }", "HA2102")]
    [InlineData("clones.c.of = vip", "")]
    [InlineData("cluster.properties.shutdown-lock = yes", "HA2103")]
    [InlineData("cluster.properties.shutdown-lock = no", "")]
    [InlineData("resources.vip.meta.allow-migrate = true", "")]
    [InlineData("resources.vip.utilization.memory = 5", "")]
    [InlineData("constraints.ticket.t { ticket = a, rsc = vip }", "HA2103")]
    [InlineData("constraints.order.o { first = vip, then = web }", "")]
    [InlineData("constraints.order.o { first = vip, then = web, first-action = promote }", "")]
    [InlineData("constraints.colocation.c { sets = [{ members = [vip, web] }] }", "")]
    [InlineData("constraints.colocation.c { rsc = vip, with-rsc = web, with-rsc-role = Promoted }", "")]
    [InlineData("constraints.location.l { rsc = vip, node = beta }", "")]
    [InlineData(
        "constraints.location.l { rsc = vip, rule { expressions = [{ attribute = a, operation = defined }] } }",
            "")]
    [InlineData("nodes.gamma { id = 3, addresses = [10.0.0.3] }", "HA2108")]
    public void What_may_be_wrong_is_a_warning(string text, string code)
    {
        var read = ClusterFileReader.ReadText(Start + text);
        Assert.Equal(code, string.Join(' ', read.Diagnostics.Select(item => item.Code)));
        Assert.NotNull(read.Configuration);
    }

    [Fact]
    public void A_secret_in_plain_text_is_not_shown_by_the_warning_about_it()
    {
        const string Text = Start + "fencing.f.params.password = topsecret";
        var warning = Assert.Single(ClusterFileReader.ReadText(Text).Diagnostics);
        Assert.DoesNotContain("topsecret", warning.Render(Text), StringComparison.Ordinal);
    }

    [Fact]
    public void Old_names_of_options_are_read_as_the_new_ones()
    {
        var read = ClusterFileReader.ReadText(
            Start + "cluster.properties { stonith-timeout = 90s, stop-orphan-resources = no }");
        Assert.Equal(
            "fencing-timeout=90s stop-removed-resources=false",
            string.Join(' ', read.Configuration!.Properties[0].Values.Select(pair => $"{pair.Name}={pair.Value}")));
    }

    [Theory]
    [InlineData("resources.vip.meta.priority = 5", "HA2001")]
    [InlineData("resources.vip { override = true, meta.priority = 5 }", "")]
    [InlineData("resources.other { agent = \"ha:vip\" }", "")]
    [InlineData("cluster.properties.batch-limit = 5", "")]
    public void H8_a_second_definition_in_another_file_needs_a_word(string dropIn, string code)
    {
        var read = ClusterFileReader.Read(
            [("cluster.conf", System.Text.Encoding.UTF8.GetBytes(Start)),
                ("conf.d/a.conf", System.Text.Encoding.UTF8.GetBytes(dropIn))]);
        Assert.Equal(code, string.Join(' ', read.Diagnostics.Select(item => item.Code)));
    }

    [Fact]
    public void Rules_sets_tickets_and_templates_are_read_and_written_back()
    {
        const string Text = """
            templates { t { agent = "ocf:heartbeat:Dummy", meta.priority = 5 } }
            resources { d { template = t, params-sets { nights { score = 5, values { x = 1 }
              rule { boolean-op = or, expressions = [
                { date-spec { hours = "20-23" } }, { start = "2026-01-01", duration { hours = 5 } },
                { expressions = [{ attribute = "#uname", operation = ne, value = alpha }
                  { attribute = x, operation = defined }] }
              ] } } } } }
            op-defaults-sets { slow { values { timeout = 2m }
              rule { expressions = [{ class = ocf, type = Dummy }, { name = start }] } } }
            tags { all = [vip, web] }
            constraints {
              location {
                by-rule { rsc = all
                  rule { score = -INFINITY, expressions = [{ attribute = disk, operation = eq, value = bad }] } }
                by-pattern { rsc-pattern = "^d", node = beta, score = 5, resource-discovery = never }
              }
              colocation { c { score = -100
                sets = [{ members = [vip, web], sequential = no }, { members = [db], role = Started }] } }
              order { o { kind = Optional, sets = [{ members = [vip, web], require-all = false, action = start }] } }
              ticket { k { ticket = site-a, rsc = db, loss-policy = stop } }
            }
            quorum { two-node = true }
            totem { token = 5s }
            fencing-levels { alpha = [[f]], beta = [[f]] }
            rsc-defaults { resource-stickiness = 100 }
            """;
        var read = ClusterFileReader.ReadText(Start + Text);
        Assert.All(read.Diagnostics, item => Assert.Equal("HA2103", item.Code));
        var configuration = read.Configuration!;
        Assert.Equal(5, configuration.Constraints.Count);
        var block = configuration.Resources.OfType<Primitive>().Single(one => one.Id == "d").Parameters[0];
        Assert.Equal(3, block.Rule!.Expressions.Count);
        AssertSameAfterWriting(configuration);
    }

    [Fact]
    public void The_reference_is_made_of_the_catalogue_and_sets_only_defaults()
    {
        var path = Path.Combine(SourceTree.Root, "hocon", "reference.conf");
        var expected = ReferenceText.Write();
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == expected,
            $"hocon/reference.conf is not what the catalogue says; write ReferenceText.Write() into it:\n{expected}");
        var read = ClusterFileReader.ReadText(expected, "reference.conf");
        Assert.Equal([], read.Diagnostics.Select(item => item.ToString()));
        foreach (var definition in PropertyCatalog.Cluster.Where(definition => definition.Default.Length > 0))
        {
            Assert.Contains(read.Configuration!.Properties[0].Values, pair => pair.Name == definition.Name
                && pair.Value == ValueChecks.Normal(definition, definition.Default));
        }
    }

    private static ClusterFile ReadExample(string name)
    {
        var path = Path.Combine(SourceTree.Root, "hocon", "examples", name);
        return ClusterFileReader.Read([(name, File.ReadAllBytes(path))]);
    }

    private static void AssertSameAfterWriting(Configuration configuration)
    {
        var text = ClusterFileWriter.Write(configuration);
        var again = ClusterFileReader.ReadText(text, "written.conf");
        Assert.Equal(
            [], again.Diagnostics.Where(item => item.Severity == Severity.Error).Select(item => item.ToString()));
        Assert.Equal(text, ClusterFileWriter.Write(again.Configuration!));
        Assert.Empty(ConfigurationDiff.Of(configuration, again.Configuration!));
        Assert.Equal(configuration, again.Configuration);
    }
}
