using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Reader;
using Ha.InformationBase.Xml;
using Ha.InformationBase.Xml.Import;

namespace Ha.Tests.Xml;

/// <summary>A CIB becomes a cluster file that is read without an error and means the same, apart from what was said.
/// </summary>
public sealed class CibImportTests
{
    private const string Old = """
        <cib validate-with="pacemaker-2.10">
          <configuration>
            <crm_config>
              <cluster_property_set id="cib-bootstrap-options">
                <nvpair id="o1" name="dc-version" value="2.1.5"/>
                <nvpair id="o2" name="cluster-name" value="shop"/>
                <nvpair id="o3" name="stonith-enabled" value="1"/>
                <nvpair id="o4" name="stonith-timeout" value="90"/>
                <nvpair id="o5" name="no-quorum-policy" value="Freeze"/>
                <nvpair id="o6" name="redis_REPL_INFO" value="alpha"/>
              </cluster_property_set>
            </crm_config>
            <nodes>
              <node id="1" uname="alpha"/><node id="2" uname="beta"/>
              <node id="r" uname="r" type="remote"/>
            </nodes>
            <resources>
              <clone id="fencing">
                <primitive id="f" class="stonith" type="fence_ipmilan">
                  <instance_attributes id="f-i"><nvpair id="f-h" name="pcmk_host_list" value="alpha gamma"/>
                  </instance_attributes>
                </primitive>
              </clone>
              <master id="ms">
                <meta_attributes id="ms-m"><nvpair id="ms-x" name="master-max" value="1"/></meta_attributes>
                <primitive id="db" class="ocf" provider="heartbeat" type="pgsql">
                  <operations>
                    <op id="m1" name="monitor" interval="10" timeout="30" role="Master"/>
                    <op id="m2" name="monitor" interval="11s" timeout="PT30S" role="Slave"/>
                    <op id="m3" name="start" interval="0" on-fail="Restart"/>
                  </operations>
                </primitive>
              </master>
              <primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2"/>
              <bundle id="web"><podman image="x"/></bundle>
            </resources>
            <constraints>
              <rsc_colocation id="c" rsc="ip" with-rsc="ms" with-rsc-role="Master"/>
              <rsc_order id="o" first="ms" then="ip" first-action="promote" then-action="start" score="0"/>
              <rsc_location id="l" rsc="web" node="alpha" score="5"/>
              <rsc_location id="n" rsc="ip" node="gamma" score="5"/>
            </constraints>
          </configuration>
        </cib>
        """;

    [Fact]
    public void Old_names_and_values_get_their_new_form()
    {
        var result = Import(Old);
        Assert.Empty(result.Problems);
        var configuration = ClusterFileReader.ReadText(result.Text).Configuration!;
        Assert.Equal(result.Configuration, configuration);
        Assert.Equal("shop", configuration.ClusterName);
        Assert.Equal(
            "fencing-enabled=true fencing-timeout=90s no-quorum-policy=freeze", Show(configuration.Properties));
        Assert.Equal("ip ms f", string.Join(' ', configuration.Resources.Select(resource => resource.Id)));

        var clone = Assert.IsType<Clone>(configuration.Resources[1]);
        Assert.Equal("promoted-max=1 promotable=true", Show(clone.Meta));
        Assert.Equal(
            ["db-monitor-10s: {role=Master, timeout=30s}", "db-monitor-11s: {role=Slave, timeout=30s}",
                "db-start: {on-fail=restart}"],
            ((Primitive)clone.Child).Operations.Select(one => $"{one.Id}: {one.Attributes}"));
        Assert.Equal(
            ("Promoted", "0", "Optional"),
            (((ColocationConstraint)configuration.Constraints[0]).WithResourceRole,
                ((ColocationConstraint)configuration.Constraints[0]).Score,
                ((OrderConstraint)configuration.Constraints[1]).Kind));
    }

    [Fact]
    public void What_cannot_be_carried_over_is_said_with_its_place() => Assert.Equal(
        """
        warning cib.xml:15:7: node 'r' is no full member; such nodes are left out
        warning cib.xml:20:41: device 'f' keeps only the hosts that are nodes: alpha
        warning cib.xml:19:9: fencing device 'f' stands for itself now, no longer in 'fencing'
        warning cib.xml:35:7: bundle 'web' is left out: cluster files have no bundles yet
        warning cib.xml:24:7: a cluster file has resources, then groups, then clones: the first goes first among equals
        warning cib.xml:10:9: cluster options: 'redis_REPL_INFO = alpha' is left out: it has no meaning here
        warning cib.xml:40:7: constraint 'l' is left out: there is no resource 'web'
        warning cib.xml:41:7: constraint 'n' is left out: there is no node 'gamma'
        """,
        string.Join('\n', Import(Old).Notes));

    [Theory]
    [InlineData("stonith_enabled", "0", "fencing-enabled=false")]
    [InlineData("no_quorum_policy", "ignore", "no-quorum-policy=ignore")]
    [InlineData("crmd-transition-delay", "2", "transition-delay=2s")]
    [InlineData("transition_idle_timeout", "60s", "cluster-delay=1m")]
    [InlineData("default-resource-stickiness", "100", "rsc: resource-stickiness=100")]
    [InlineData("is_managed_default", "no", "rsc: is-managed=false")]
    [InlineData("default-action-timeout", "30", "op: timeout=30s")]
    public void Names_of_old_versions_are_known(string name, string value, string expected)
    {
        var result = Import($"<cib><configuration><crm_config><cluster_property_set id='s'>"
            + $"<nvpair id='p' name='{name}' value='{value}'/>"
            + "</cluster_property_set></crm_config></configuration></cib>");
        var configuration = ClusterFileReader.ReadText(result.Text).Configuration!;
        var (resources, operations) = (Show(configuration.ResourceDefaults), Show(configuration.OperationDefaults));
        Assert.Empty(result.Notes);
        Assert.Equal(expected, Show(configuration.Properties)
            + (resources.Length > 0 ? $"rsc: {resources}" : "") + (operations.Length > 0 ? $"op: {operations}" : ""));
    }

    [GivenCasesFact]
    public void Every_case_becomes_a_cluster_file_that_says_what_is_left()
    {
        foreach (var file in GivenCases.Files)
        {
            var result = Import(File.ReadAllText(file));
            Assert.Equal("", string.Join('\n', result.Problems.Select(problem => $"{file}: {problem}")));
            Assert.Equal(result.Configuration, ClusterFileReader.ReadText(result.Text).Configuration);
        }
    }

    [GivenCasesFact]
    public void What_is_not_noted_is_all_there()
    {
        var complete = 0;
        foreach (var file in GivenCases.Files)
        {
            var text = File.ReadAllText(file);
            var before = CibXmlReader.Read(text, "cib.xml", new DiagnosticList())!.Configuration;
            var result = Import(text);
            if (result.Notes.Any(note => note.Code is not "HA4102" and not "HA4110"))
            {
                continue;
            }

            complete++;
            Assert.Equal(Ids(before), Ids(result.Configuration));
            Assert.Equal(
                before.Constraints.Select(constraint => constraint.Id).Order(StringComparer.Ordinal),
                result.Configuration.Constraints.Select(constraint => constraint.Id).Order(StringComparer.Ordinal));
            Assert.Equal(before.Nodes.Select(node => node.Name), result.Configuration.Nodes.Select(node => node.Name));
        }

        Assert.InRange(complete, 250, int.MaxValue);
    }

    private static IEnumerable<string> Ids(Configuration configuration) =>
        configuration.Resources.SelectMany(ImportedResources.Tree).Select(resource => resource.Id)
            .Order(StringComparer.Ordinal);

    private static string Show(ValueList<AttributeSet> sets) =>
        string.Join(' ', sets.SelectMany(set => set.Values).Select(pair => $"{pair.Name}={pair.Value}"));

    private static ImportedCluster Import(string text)
    {
        var cib = CibXmlReader.Read(text, "cib.xml", new DiagnosticList());
        Assert.NotNull(cib);
        return CibImport.ToClusterFile(cib.Configuration);
    }
}
