using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Reader;

namespace Ha.Tests.InformationBase;

/// <summary>A primitive held against what its agent says of itself.</summary>
public sealed class AgentMetadataTests
{
    private static readonly AgentMetadata s_address = new()
    {
        Agent = new AgentName("ocf", "heartbeat", "IPaddr2"),
        Parameters =
        [
            new AgentParameter { Name = "ip", IsRequired = true, IsUnique = true },
            new AgentParameter { Name = "cidr_netmask", Type = "integer" },
            new AgentParameter { Name = "arp_bg", Type = "boolean", Default = "true" },
            new AgentParameter { Name = "mode", Type = "select", Words = ["fast", "slow"] },
            new AgentParameter { Name = "old_ip", ReplacedBy = "ip", IsDeprecated = true },
            new AgentParameter { Name = "passwd", Type = "integer", IsPrivate = true },
        ],
        Actions =
        [
            new AgentAction { Name = "start", Timeout = TimeSpan.FromSeconds(20) },
            new AgentAction { Name = "monitor", Timeout = TimeSpan.FromSeconds(20),
                Interval = TimeSpan.FromSeconds(10) },
        ],
    };

    [Theory]
    [InlineData("params { ip = 10.0.0.1, cidr_netmask = 24, arp_bg = yes, mode = fast }", "")]
    [InlineData(
        "params { ip = 10.0.0.1, cidr_netmsk = 24 }",
        "error 2:41 'vip': ocf:heartbeat:IPaddr2 has no parameter cidr_netmsk; did you mean cidr_netmask?")]
    [InlineData(
        "params { cidr_netmask = 24 }",
        "error 1:15 'vip' has no ip, which ocf:heartbeat:IPaddr2 needs; write params { ip = ... }")]
    [InlineData(
        "params { ip = 10.0.0.1, cidr_netmask = x }",
        "error 2:41 'vip': cidr_netmask is 'x'; write a whole number")]
    [InlineData("params { ip = 10.0.0.1, arp_bg = maybe }", "error 2:41 'vip': arp_bg is 'maybe'; write true or false")]
    [InlineData("params { ip = 10.0.0.1, mode = fats }",
        "error 2:41 'vip': mode is 'fats'; write one of: fast, slow; did you mean fast?")]
    [InlineData(
        "params { old_ip = 10.0.0.1 }",
        "warning 2:26 'vip': the parameter old_ip of ocf:heartbeat:IPaddr2 is deprecated; use ip")]
    [InlineData("params { ip = 10.0.0.1, passwd = x }", "error 2:41 'vip': passwd is '*****'; write a whole number")]
    [InlineData("params { ip = 10.0.0.1, passwd = \"secret://x\" }", "")]
    [InlineData(
        "params { ip = 10.0.0.1 }, op.monitor { interval = 5s, timeout = 10s }",
        "warning 2:54 'vip': the timeout 10s of monitor is below 20s; give it what its agent advises, or more")]
    [InlineData(
        "params { ip = 10.0.0.1 }, op.promote { timeout = 30s }",
        "error 2:54 'vip': ocf:heartbeat:IPaddr2 has no action promote")]
    public void Parameters_and_actions_are_checked(string text, string expected)
    {
        var found = AgentMetadataChecks.Check(Read(text), s_address);
        Assert.Equal(expected, string.Join(" | ", found.Select(item =>
            $"{(item.Severity == Severity.Error ? "error" : "warning")} {item.At.Line}:{item.At.Column} {item.Message}"
            + (item.Fix.Length > 0 ? $"; {item.Fix}" : ""))));
    }

    [Fact]
    public void An_agent_that_is_not_here_is_a_warning_with_the_nodes_that_have_it()
    {
        var found = Assert.Single(AgentMetadataChecks.Check(Read(""), null, ["beta", "gamma"]));
        Assert.Equal(Severity.Warning, found.Severity);
        Assert.Equal("'vip': its agent ocf:heartbeat:IPaddr2 is not on this host, but on beta, gamma", found.Message);
    }

    private static Primitive Read(string text)
    {
        var read = ClusterFileReader.ReadText(
            $"resources.vip {{ agent = \"ocf:heartbeat:IPaddr2\"\n                {text} }}");
        Assert.True(read.Configuration is not null, string.Join('\n', read.Diagnostics));
        return (Primitive)read.Configuration.Resources[0];
    }
}
