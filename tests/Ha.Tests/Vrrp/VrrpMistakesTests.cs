using System.Text;
using Ha.Hocon;
using Ha.InformationBase.Reader;
using Ha.Resources.Vrrp;
using Ha.Resources.Vrrp.Plan;

namespace Ha.Tests.Vrrp;

/// <summary>A wrong configuration gets one clear error each, with its place. The host has eth0 with 192.0.2.11/24 and
/// fd00::11/64.</summary>
public sealed class VrrpMistakesTests
{
    private const string Right = """
        vrrp.routers.r {
          vrid = 51
          version = 3
          interface = eth0
          addresses = ["192.0.2.100/24"]
          advertise-interval = 1s
          members { a { priority = 100 }, b { priority = 90 } }
        }
        """;

    [Fact]
    public void What_is_right_gets_none() => Assert.Equal([], Mistakes(Right));

    [Theory] // what is written instead of what; the place and the words of the one error
    [InlineData("vrid = 51", "vrid = 0", "v.conf:2:10:", "is '0'", "1 to 255")] // SD-30
    [InlineData("vrid = 51", "vrid = 256", "v.conf:2:10:", "is '256'", "1 to 255")]
    [InlineData("vrid = 51", "", "v.conf:1:16:", "has no vrid", "1 to 255")]
    [InlineData("vrid = 51", "vrid = 51, color = red", "v.conf:2:14:", "unknown key color", "")]
    [InlineData("version = 3", "version = 4", "v.conf:3:13:", "is '4'", "2, 3")]
    [InlineData("1s", "5ms", "v.conf:6:24:", "is '5ms'", "10ms to 40950ms")]
    [InlineData("1s", "41s", "v.conf:6:24:", "is '41s'", "10ms to 40950ms")]
    [InlineData("1s", "0", "v.conf:6:24:", "is '0", "10ms to 40950ms")]
    [InlineData("1s", "15ms", "v.conf:6:24:", "is '15ms'", "whole centiseconds")]
    [InlineData("1s", "500ms\nversion = 2", "v.conf:6:24:", "is '500ms'", "whole seconds, 1s to 255s")] // v2 cannot say it
    [InlineData("1s", "256s\nversion = 2", "v.conf:6:24:", "256s", "whole seconds, 1s to 255s")]
    [InlineData("1s", "1s\nversion = 2\npassword = longer-than-8", "v.conf:8:12:", "password", "8")]
    [InlineData("1s", "1s\npassword = short", "v.conf:7:12:", "version 3 has none", "version = 2")]
    [InlineData("1s", "1s\nkey = short", "v.conf:7:7:", "shorter than 16", "")]
    [InlineData("priority = 100", "priority = 0", "v.conf:7:28:", "is '0'", "1 to 255")]
    [InlineData("priority = 100", "priority = 256", "v.conf:7:28:", "is '256'", "1 to 255")]
    [InlineData("192.0.2.100/24", "198.51.100.1/24", "v.conf:5:15:", "in no network of eth0", "/32")] // SD-13
    [InlineData("192.0.2.100/24", "192.0.2.100/33", "v.conf:5:16:", "length", "1 to 32")]
    [InlineData("192.0.2.100/24", "192.0.2/24", "v.conf:5:16:", "'192.0.2/24'", "192.0.2.1/24")]
    [InlineData("192.0.2.100/24", "224.0.0.18/24", "v.conf:5:16:", "no address that a host can have", "")]
    [InlineData("\"192.0.2.100/24\"", "\"192.0.2.100/24\", \"192.0.2.100/24\"", "v.conf:5:34:", "twice", "remove one")]
    [InlineData("\"192.0.2.100/24\"", "\"fd00::1/64\"", "v.conf:5:15:", "link-local", "fe80::10/64")]
    [InlineData("3\n  interface = eth0\n  addresses = [\"192.0.2.100/24\"", "2\n  interface = eth0\n  addresses = [\"fe80::1/64\"", "v.conf:3:13:", "version 2 is IPv4's", "version = 3")]
    [InlineData("interface = eth0", "interface = eth7", "v.conf:4:15:", "no interface eth7", "ip link")]
    [InlineData(
        "members { a { priority = 100 }", "transport = unicast\nmembers { a { address = 192.0.2.11 }", "v.conf:8:39:", "member 'b'", "needs address = ...")]
    [InlineData("interface = eth0", "interface = eth0\npeers = [192.0.2.9]", "v.conf:5:9:", "transport is multicast", "unicast")]
    [InlineData("interface = eth0", "interface = eth0\npreempt-delay = 2000s", "v.conf:5:17:", "2000s", "1000s")]
    [InlineData("interface = eth0", "interface = eth0\ntrack { checks = [x] }", "v.conf:5:18:", "there is no check 'x'", "")]
    public void A_mistake_gets_one_error_with_its_place(
        string written, string instead, string place, string what, string hint)
    {
        var mistakes = Mistakes(Right.Replace(written, instead, StringComparison.Ordinal));
        var isSaid = mistakes.Count == 1 && mistakes[0].StartsWith(place, StringComparison.Ordinal)
            && mistakes[0].Contains(what, StringComparison.Ordinal)
            && mistakes[0].Contains(hint, StringComparison.Ordinal);
        Assert.True(isSaid, $"want {place} {what} {hint}, have {string.Join('\n', mistakes)}");
    }

    [Fact]
    public void Two_routers_of_one_number_and_family_on_one_interface_get_one_error()
    {
        var mistakes = Mistakes(Right + "\n" + Right.Replace("routers.r", "routers.s", StringComparison.Ordinal));
        Assert.Contains("'r' and 's' are both number 51 on eth0", Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("198.51.100.1/32")] // SD-13: routed to this host, and said so
    [InlineData("192.0.2.100")]
    public void An_address_that_stands_alone_need_be_in_no_network(string address) =>
        Assert.Equal([], Mistakes(Right.Replace("192.0.2.100/24", address, StringComparison.Ordinal)));

    private static IReadOnlyList<string> Mistakes(string text)
    {
        var (section, diagnostics) = VrrpReader.ReadFile("v.conf", Encoding.UTF8.GetBytes(text));
        if (section is null)
        {
            return
            [
                .. diagnostics.Where(item => item.Severity == Severity.Error)
                    .Select(item => item.ToString().Replace("error ", "", StringComparison.Ordinal)),
            ];
        }

        return VrrpPlanner.Of(section, "a", AddressesOf).Mistakes;
    }

    private static IReadOnlyList<InterfaceAddress>? AddressesOf(string name) => name == "eth0"
        ? [new(CraftedReceiver.AddressOf("192.0.2.11"), 24), new(CraftedReceiver.AddressOf("fd00::11"), 64)]
        : null;
}
