using Ha.Hocon;
using Ha.InformationBase.Reader;
using Ha.Node.Commands;
using Ha.Node.Hosting;

namespace Ha.Tests.Resources;

/// <summary>A cluster file held against the agents of the host that reads it.</summary>
public sealed class AgentInspectionTests : IDisposable
{
    private const string Metadata =
        """
        <resource-agent name="a"><parameters>
        <parameter name="ip" required="1"><content type="string"/></parameter>
        <parameter name="port"><content type="integer"/></parameter>
        </parameters><actions><action name="monitor" timeout="20s"/></actions></resource-agent>
        """;

    private readonly AgentFolder _folder = new();

    public AgentInspectionTests()
    {
        _folder.Ocf("a", $"cat <<'X'\n{Metadata}\nX\n");
        _folder.Ocf("mute", "exit 1\n");
        _folder.Write("fence_a", $"#!/bin/sh\ncat <<'X'\n{Metadata}\nX\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_unit_that_systemd_starts_by_itself_is_a_warning()
    {
        await using var systemd = new StandInSystemd();
        systemd.Units["web.service"] = new StandInUnit { FileState = "enabled" };
        var read = ClusterFileReader.ReadText("resources.web { agent = \"systemd:web\" }");
        var inspected = await AgentInspection.Of(
            read, new NodeSettings { RunFolder = systemd.Folder }, CancellationToken.None);
        Assert.False(inspected.HasErrors);
        var warning = Assert.Single(inspected.Diagnostics, item => item.Code == "HA2129");
        Assert.Equal(
            "'web': systemd starts web.service at boot, whatever the cluster wants: systemctl disable web.service",
            warning.Message);
    }

    [Theory]
    [InlineData("resources.r { agent = \"ocf:test:a\", params { ip = x, port = 80 } }", "usable")]
    [InlineData("resources.r { agent = \"ocf:test:a\", params { ip = x, prt = 80 } }",
        "refused: error HA2122 'r': ocf:test:a has no parameter prt (did you mean port?)")]
    [InlineData("resources.r { agent = \"ocf:test:a\", params { ip = x, port = many } }",
        "refused: error HA2124 'r': port is 'many'; write a whole number")]
    [InlineData("resources.r { agent = \"ocf:test:a\" }, groups.g.members = [r]",
        "refused: error HA2121 'r' has no ip, which ocf:test:a needs (write params { ip = ... })")]
    [InlineData("templates.t { agent = \"ocf:test:a\", params { ip = x } }, resources.r { template = t }", "usable")]
    [InlineData("templates.t { agent = \"ocf:test:a\" }, resources.r { template = t }",
        "refused: error HA2121 'r' has no ip, which ocf:test:a needs (write params { ip = ... })")]
    [InlineData("resources.r { agent = \"ocf:test:none\" }",
        "usable: warning HA2120 'r': its agent ocf:test:none is not on this host (install it on every node that may run the resource)")]
    [InlineData("resources.r { agent = \"ocf:test:mute\" }",
        "usable: warning HA2127 'r': its parameters cannot be checked: PATH ended with exit code 1 when it was asked what it is")]
    [InlineData("nodes.n1 { id = 1 }, fencing.f { agent = fence_a, targets = [n1], params { ip = x } }", "usable")]
    public async Task The_agents_of_this_host_have_a_say(string text, string expected)
    {
        var read = ClusterFileReader.ReadText(text);
        Assert.True(read.Configuration is not null, string.Join('\n', read.Diagnostics));
        var known = read.Diagnostics.Count;
        var settings = new NodeSettings
        {
            OcfRoot = _folder.Path,
            FenceFolder = _folder.Path,
            InitFolder = _folder.Path,
            RunFolder = _folder.Path,
        };
        var inspected = await AgentInspection.Of(read, settings, CancellationToken.None);
        var said = string.Join(" | ", inspected.Diagnostics.Skip(known).Select(item =>
            $"{(item.Severity == Severity.Error ? "error" : "warning")} {item.Code} {item.Message}"
            + (item.Fix.Length > 0 ? $" ({item.Fix})" : "")));
        Assert.Equal(
            expected,
            (inspected.HasErrors ? "refused" : "usable") + (said.Length > 0 ? ": " : "")
            + said.Replace(_folder.File("resource.d/test/mute"), "PATH", StringComparison.Ordinal));
    }
}
