using Ha.Hocon;
using Ha.InformationBase.Reader;

namespace Ha.Tests.InformationBase;

/// <summary>Settings with which data is lost sooner or later are warned of.</summary>
public sealed class SafetyCheckTests
{
    private const string Clone = "clones { c { of = db, meta { promotable = true } } }";
    private const string Power = "fencing { p { agent = fence_x, targets = [a], params.method = onoff } }";

    [Theory]
    [InlineData("pgdata = /d", Clone, Power, "")]
    [InlineData("pgdata = /d", Clone, "fencing { p { agent = fence_x, targets = [a], params.method = cycle } }", "HA2130")]
    [InlineData("pgdata = /d, synchronous = off", Clone, Power, "HA2131")]
    [InlineData("pgdata = /d, synchronous = off, max_loss = 1000", Clone, Power, "")]
    [InlineData("pgdata = /d, when_alone = go-on", Clone, Power, "HA2132")]
    [InlineData("pgdata = /d", Clone, "cluster.properties.fencing-enabled = false", "HA2133")]
    [InlineData("pgdata = /d", "", Power, "HA2134")]
    public void What_loses_data_is_warned_of(string parameters, string clones, string fencing, string expected)
    {
        var text = $"cluster {{ name = x }}\nnodes {{ a {{ id = 1 }} }}\nresources {{ db {{ agent = \"ha:postgresql\", params {{ {parameters} }} }} }}\n{clones}\n{fencing}\n";
        var file = ClusterFileReader.Read(
            [("cluster.conf", System.Text.Encoding.UTF8.GetBytes(text))], new NoHoconFiles(),
            new HoconEnvironment(new HashSet<string>(), _ => null));
        Assert.NotNull(file.Configuration);
        Assert.Equal(expected, string.Join(' ', file.Diagnostics.Select(item => item.Code)
            .Where(code => string.CompareOrdinal(code, "HA2130") >= 0 && string.CompareOrdinal(code, "HA2139") <= 0)));
    }
}
