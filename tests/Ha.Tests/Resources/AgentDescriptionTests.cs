using System.Globalization;
using Ha.InformationBase;
using Ha.Resources.Metadata;

namespace Ha.Tests.Resources;

/// <summary>What agents say of themselves, and what those say that mean no good.</summary>
public sealed class AgentDescriptionTests : IDisposable
{
    private const string Good =
        """
        <?xml version="1.0"?>
        <!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
        <resource-agent name="a" version="1.0">
        <longdesc lang="en">Text with &lt;signs&gt; and <![CDATA[<parameter name="no"/>]]></longdesc>
        <parameters>
        <parameter name="ip" unique="1" required="1"><content type="string" default=""/></parameter>
        <parameter name="port" unique-group="x" reloadable="1"><content type="integer" default="80"/></parameter>
        <parameter name="old" deprecated="1"><content type="string"/></parameter>
        <parameter name="new" obsoletes="old"><content type="boolean"/></parameter>
        <parameter name="older"><deprecated><replaced-with name="new"/></deprecated><content type="string"/></parameter>
        <parameter name="mode"><content type="select"><option value="fast"/><option value="slow"/></content></parameter>
        <parameter name="passwd"><content type="string"/></parameter>
        </parameters>
        <actions>
        <action name="start" timeout="20s"/><action name="monitor" timeout="20" interval="500ms" role="Promoted"/>
        <action name="odd" timeout="soon"/>
        </actions>
        </resource-agent>
        """;

    private readonly AgentFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parameters_and_actions_are_read()
    {
        Assert.True(AgentMetadataXml.TryRead(new AgentName("ocf", "test", "a"), Good, out var metadata, out var error), error);
        Assert.Equal(
            "ip*! port=80~! old(new) new:boolean older(new) mode[fast,slow] passwd#",
            string.Join(' ', metadata!.Parameters.Select(Show)));
        Assert.Equal(
            "start/20 monitor/20/0.5/Promoted odd/",
            string.Join(' ', metadata.Actions.Select(action => string.Create(
                CultureInfo.InvariantCulture,
                $"{action.Name}/{action.Timeout?.TotalSeconds}/{action.Interval?.TotalSeconds}/{action.Role}")
                .TrimEnd('/') + (action.Timeout is null ? "/" : ""))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no xml at all")]
    [InlineData("<resource-agent>")]
    [InlineData("<other/>")]
    [InlineData("<resource-agent>&nothing;</resource-agent>")]
    [InlineData("<!DOCTYPE r [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><resource-agent>&a;</resource-agent>")]
    [InlineData("<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><resource-agent>&b;</resource-agent>")]
    [InlineData("<resource-agent>\u0001</resource-agent>")]
    [InlineData("\ufffd\ufffd\ufffd")]
    public void What_is_no_metadata_is_refused_with_a_reason(string text)
    {
        Assert.False(AgentMetadataXml.TryRead(new AgentName("ocf", "test", "a"), text, out var metadata, out var error));
        Assert.Null(metadata);
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Metadata_has_bounds()
    {
        var agent = new AgentName("ocf", "test", "a");
        var deep = $"<resource-agent>{string.Concat(Enumerable.Repeat("<a>", 100_000))}";
        Assert.False(AgentMetadataXml.TryRead(agent, deep, out _, out var error));
        Assert.Contains("deep", error, StringComparison.Ordinal);
        var many = $"<resource-agent><parameters>{string.Concat(Enumerable.Repeat("<parameter name=\"a\"/>", 3000))}";
        Assert.False(AgentMetadataXml.TryRead(agent, many, out _, out error));
        Assert.Contains("more than 2000", error, StringComparison.Ordinal);
        var big = $"<resource-agent>{new string('x', 2_000_000)}</resource-agent>";
        Assert.False(AgentMetadataXml.TryRead(agent, big, out _, out error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Damaged_metadata_never_throws()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var text = Good.ToCharArray();
            for (var change = 0; change <= seed % 5; change++)
            {
                text[random.Next(text.Length)] = (char)random.Next(1, 300);
            }

            var cut = new string(text)[..random.Next(1, text.Length)];
            foreach (var damaged in (string[])[new string(text), cut])
            {
                var read = AgentMetadataXml.TryRead(new AgentName("ocf", "test", "a"), damaged, out var metadata, out var error);
                Assert.Equal(read, metadata is not null);
                Assert.Equal(read, error.Length == 0);
            }
        }
    }

    [Theory]
    [InlineData("cat <<'X'\n@good\nX\n", "known 7")]
    [InlineData("cat <<'X'\n@good\nX\nexit 1\n", "PATH ended with exit code 1 when it was asked what it is")]
    [InlineData("exit 0\n", "what PATH says of itself cannot be read: line 0: Root element is missing.")]
    [InlineData("head -c 10000000 /dev/urandom\n", "PATH describes itself in more than 1048576 bytes")]
    [InlineData("head -c 100000 /dev/zero\n", "what PATH says of itself cannot be read")]
    [InlineData("trap '' TERM; sleep 600\n", "PATH did not describe itself within 1 s and was killed")]
    public async Task An_agent_that_misbehaves_is_described_by_what_it_did(string text, string expected)
    {
        _folder.Ocf("a", text.Replace("@good", Good, StringComparison.Ordinal));
        Assert.StartsWith(expected, await Describe("ocf:test:a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_longer_than_what_operations_may_say_is_read_whole()
    {
        var filler = string.Concat(Enumerable.Range(0, 1500).Select(number => $"<parameter name=\"{new string('p', 90)}{number}\"/>\n"));
        _folder.Write("long", $"<resource-agent><parameters>\n{filler}</parameters></resource-agent>");
        _folder.Ocf("a", $"cat {_folder.File("long")}\n");
        Assert.Equal("known 1500", await Describe("ocf:test:a"));
    }

    [Fact]
    public async Task An_agent_is_asked_in_its_own_way()
    {
        _folder.Ocf("a", $"[ \"$*\" = meta-data ] && [ -n \"$OCF_ROOT\" ] && cat {_folder.Write("good", Good)}\n");
        _folder.Write("fence_a", $"#!/bin/sh\n[ \"$*\" = '-o metadata' ] && cat {_folder.File("good")}\n");
        _folder.Write("fence_b", $"#!/bin/sh\nread l; [ \"$l\" = 'action=metadata' ] && cat {_folder.File("good")}\n");
        _folder.Write("script", "#!/bin/sh\n");
        Assert.Equal("known 7", await Describe("ocf:test:a"));
        Assert.Equal("known 7", await Describe("stonith:fence_a"));
        Assert.Equal("known 7", await Describe("stonith:fence_b"));
        Assert.Equal("known 0", await Describe("lsb:script"));
        Assert.Equal("known 0", await Describe("service:script"));
        Assert.Equal("known 3", await Describe("ha:vip"));
        Assert.StartsWith("absent", await Describe("ocf:test:none"), StringComparison.Ordinal);
        Assert.StartsWith("absent", await Describe("stonith:fence_none"), StringComparison.Ordinal);
        Assert.StartsWith("absent", await Describe("systemd:none"), StringComparison.Ordinal);
        Assert.StartsWith("absent", await Describe("ha:none"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_is_asked_of_systemd()
    {
        await using var systemd = new StandInSystemd();
        systemd.Units["web.service"] = new StandInUnit();
        Assert.Equal("known 0", await Describe("systemd:web", systemd.Folder));
        Assert.StartsWith("absent", await Describe("systemd:other", systemd.Folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_agent_of_this_host_can_be_read()
    {
        var folder = "/usr/lib/ocf/resource.d/heartbeat";
        var agents = Directory.Exists(folder)
            ? Directory.GetFiles(folder).Where(path => !Path.GetFileName(path).StartsWith('.'))
                .Order(StringComparer.Ordinal).Take(20).ToList()
            : [];
        var descriptions = new AgentDescriptions("/usr/lib/ocf", "/usr/sbin", "/etc/init.d", _folder.Path);
        foreach (var agent in agents)
        {
            var name = new AgentName("ocf", "heartbeat", Path.GetFileName(agent));
            var description = await descriptions.Of(name, TimeSpan.FromSeconds(20), CancellationToken.None);
            Assert.True(description is AgentDescription.Known, $"{name}: {description}");
        }

        if (agents.Count == 0)
        {
            Console.WriteLine($"NOT RUN: {folder} is not there (package resource-agents)");
        }
    }

    private async Task<string> Describe(string agent, string? run = null)
    {
        Assert.True(AgentName.TryParse(agent, out var name));
        var descriptions = new AgentDescriptions(_folder.Path, _folder.Path, _folder.Path, run ?? _folder.File("run"));
        return await descriptions.Of(name!, TimeSpan.FromSeconds(1), CancellationToken.None) switch
        {
            AgentDescription.Known known => $"known {known.Metadata.Parameters.Count}",
            AgentDescription.Absent absent => $"absent {absent.Reason}",
            AgentDescription.Unreadable unreadable => unreadable.Reason.Replace(
                _folder.File("resource.d/test/a"), "PATH", StringComparison.Ordinal),
            _ => "?",
        };
    }

    private static string Show(AgentParameter parameter) =>
        parameter.Name
        + (parameter.IsRequired ? "*" : "")
        + (parameter.Default is { } value ? $"={value}" : "")
        + (parameter.IsReloadable ? "~" : "")
        + (parameter.IsUnique ? "!" : "")
        + (parameter.ReplacedBy is { } other ? $"({other})" : "")
        + (parameter.Type == "boolean" ? ":boolean" : "")
        + (parameter.Words.IsEmpty ? "" : $"[{string.Join(',', parameter.Words)}]")
        + (parameter.IsPrivate ? "#" : "");
}
