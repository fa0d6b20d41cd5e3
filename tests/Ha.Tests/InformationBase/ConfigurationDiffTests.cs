using Ha.InformationBase;
using Ha.InformationBase.Reader;

namespace Ha.Tests.InformationBase;

/// <summary>Two configurations compared: stable lines, one for each thing that changes.</summary>
public sealed class ConfigurationDiffTests
{
    private const string Before = """
        nodes { alpha { id = 1 }, beta { id = 2 } }
        fencing { f { agent = fence_x, targets = [alpha, beta], params.password = old } }
        resources {
          vip { agent = "ha:vip" }
          nginx { agent = "systemd:nginx", op.monitor { interval = 15s } }
          gone { agent = "ocf:heartbeat:Dummy", params.token = t }
        }
        groups { web { members = [vip, nginx] } }
        """;

    [Theory]
    [InlineData("", "")]
    [InlineData("resources.nginx.op.monitor.interval = 10s", "~ resources.nginx.op.monitor.interval 15s → 10s")]
    [InlineData("resources.nginx.op.monitor.interval = 15000ms", "")]
    [InlineData(
        "resources.exporter.agent = \"systemd:exporter\"",
        "+ resources.exporter { agent = \"systemd:exporter\" }")]
    [InlineData("groups.web.members = [nginx, vip]", "~ groups.web.members [vip, nginx] → [nginx, vip]")]
    [InlineData(
        "resources.gone = null",
        "- resources.gone { agent = \"ocf:heartbeat:Dummy\", params { token = \"*****\" } }")]
    [InlineData("fencing.f.params.password = new", "~ fencing.f.params.password \"*****\" → \"*****\"")]
    [InlineData("fencing.f.params.password = \"secret://p\"", "~ fencing.f.params.password \"*****\" → \"secret://p\"")]
    [InlineData(
        "constraints.location.l { rsc = web, node = alpha, score = 50 }",
        "+ constraints.location.l { rsc = web, node = alpha, score = 50 }")]
    [InlineData("cluster.properties.batch-limit = 5", "+ cluster.properties.batch-limit 5")]
    [InlineData("nodes.beta.attributes.rack = 7", "+ nodes.beta.attributes { rack = 7 }")]
    [InlineData(
        "groups.web.meta.priority = 1, resources.vip.params.ip = 10.0.0.1",
        "+ groups.web.meta { priority = 1 } | + resources.vip.params { ip = 10.0.0.1 }")]
    public void Each_change_is_one_line(string change, string expected)
    {
        var lines = ConfigurationDiff.Of(Read(Before), Read($"{Before}\n{change}"));
        Assert.Equal(expected, string.Join(
            " | ", lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))));
    }

    [Fact]
    public void What_one_direction_adds_the_other_removes()
    {
        var before = Read(Before);
        var after = Read($"{Before}\nresources.x.agent = \"ha:vip\"");
        Assert.Equal(
            ConfigurationDiff.Of(before, after)
                .Select(line => line.Replace('+', '-')), ConfigurationDiff.Of(after, before));
    }

    private static Configuration Read(string text)
    {
        var read = ClusterFileReader.ReadText(text);
        Assert.True(read.Configuration is not null, string.Join('\n', read.Diagnostics));
        return read.Configuration;
    }
}
