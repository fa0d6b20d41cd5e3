using System.Text;
using Ha.InformationBase.Reader;
using Ha.Resources.Vrrp;
using Ha.Resources.Vrrp.Plan;

namespace Ha.Tests.Vrrp.Link;

/// <summary>A file of virtual routers on a host: what it becomes, and one clear error for each mistake.</summary>
public sealed class VrrpFileTests
{
    private const string Right =
        "vrid = 51, interface = eth0, addresses = [\"10.0.0.100/24\"], members { a { priority = 200 }, b { } }";

    [Theory]
    [InlineData("vrid = 0", "vrrp.routers.web.vrid is '0'; write a number from 1 to 255")]
    [InlineData("vrid = 256", "vrrp.routers.web.vrid is '256'; write a number from 1 to 255")]
    [InlineData(
        "version = 2, advertise-interval = 100ms",
        "vrrp.routers.web.advertise-interval is '100ms': version 2 can say whole seconds, 1s to 255s; or use version = 3")]
    [InlineData(
        "advertise-interval = 15ms",
        "vrrp.routers.web.advertise-interval is '15ms': version 3 can say whole centiseconds, 10ms to 40950ms")]
    [InlineData(
        "version = 2, password = longer-than-8",
        "vrrp.routers.web.password is longer than 8 octets; shorten it on all members")]
    [InlineData("password = x", "vrrp.routers.web has a password, and version 3 has none; use version = 2, or a key")]
    [InlineData("key = short", "vrrp.routers.web.key is shorter than 16 octets; take a long random text")]
    [InlineData("peers = [10.0.0.9]", "vrrp.routers.web has peers, and its transport is multicast; write transport = unicast")]
    [InlineData("notify = [tell]", "vrrp.routers.web.notify begins with 'tell'; write the whole path of the program")]
    [InlineData("members.a.priority = 300", "vrrp.routers.web.members.a.priority is '300'; write a number from 1 to 255")]
    [InlineData("down-after = 1", "vrrp.routers.web.down-after is '1'; write a number from 2 to 255")]
    [InlineData("prioritty = 5", "unknown key prioritty in vrrp.routers.web")]
    [InlineData("track.checks = [none]", "vrrp.routers.web.track.checks: there is no check 'none'")]
    public void A_mistake_in_the_text_is_one_error_with_its_place(string more, string expected)
    {
        var (section, diagnostics) = VrrpReader.ReadFile(
            "f", Encoding.UTF8.GetBytes($"vrrp.routers.web {{ {Right} }}\nvrrp.routers.web {{ {more} }}"));
        Assert.Null(section);
        var error = Assert.Single(diagnostics);
        Assert.Equal(2, error.At.Line);
        Assert.StartsWith(expected, $"{error.Message}; {error.Fix}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("addresses = [\"192.0.2.1/24\"]", "192.0.2.1 is in no network of eth0 (10.0.0.1/24, fe80::1/64)")]
    [InlineData("addresses = [nonsense]", "'nonsense' is no address that a host can have")]
    [InlineData("addresses = [\"10.0.0.100/33\"]", "'10.0.0.100/33' has no right length of its network; write 1 to 32")]
    [InlineData("addresses = [\"224.0.0.18/24\"]", "'224.0.0.18/24' is no address that a host can have")]
    [InlineData("addresses = [\"10.0.0.100/24\", \"10.0.0.100/24\"]", "10.0.0.100 is there twice; remove one")]
    [InlineData("addresses = [\"10.0.0.100/24 eth1\"]", "'10.0.0.100/24 eth1' is no address")]
    [InlineData("addresses = [\"2001:db8::1/64\"]", "the first IPv6 address of router 'web' must be a link-local one")]
    [InlineData("version = 2, addresses = [\"fe80::9/64\"]", "router 'web' has IPv6 addresses, and version 2 is IPv4's")]
    [InlineData("interface = none0", "there is no interface none0 on this host")]
    [InlineData("interface = \"../x\"", "'../x' is no name of an interface")]
    [InlineData("transport = unicast, members.b.address = x", "member 'a' of router 'web' needs address = ...")]
    [InlineData("members = null, members.c { }", "this host is 'a', and no virtual router has it as a member")]
    public void A_mistake_that_only_this_host_can_see_says_what_and_where(string more, string expected)
    {
        var (plan, mistakes) = Plan($"vrrp.routers.web {{ {Right} }}\nvrrp.routers.web {{ {more} }}");
        Assert.Null(plan);
        Assert.Contains(mistakes, mistake => mistake.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_routers_with_one_number_on_one_interface_are_refused()
    {
        var (_, mistakes) = Plan($"vrrp.routers.web {{ {Right} }}\nvrrp.routers.other {{ {Right} }}");
        Assert.Contains("are both number 51 on eth0", Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_router_of_both_families_is_two_with_one_number()
    {
        var (plan, _) = Plan(
            $"vrrp.routers.web {{ {Right} }}\nvrrp.routers.web.addresses = [\"10.0.0.100/24\", \"fe80::100/64\", \"10.0.0.101/24 dev eth1\"]");
        Assert.Equal(
            ["web: 10.0.0.100 10.0.0.101", "web-ipv6: fe80::100"],
            plan!.Routers.Select(router => $"{router.Settings.Id}: {string.Join(' ', router.Settings.Advertised)}"));
        Assert.Equal("eth1", plan.Routers[0].Settings.Addresses[1].Interface);
        Assert.Equal(0x00005e000133, plan.Routers[0].Settings.VirtualMac);
        Assert.Equal(0x00005e000233, plan.Routers[1].Settings.VirtualMac);
    }

    [Fact]
    public void Routers_of_a_sync_group_stand_together_and_ranks_follow_priorities()
    {
        var (plan, _) = Plan(
            $"vrrp.routers {{ one {{ {Right} }}, two {{ {Right}, vrid = 52 }}, three {{ {Right}, vrid = 53, members.b.priority = 250 }} }}\n"
            + "vrrp.sync-groups.g.routers = [one, three]");
        Assert.Equal(["g 0 2", " 2 1"], plan!.Groups.Select(group => $"{group.Id} {group.First} {group.Count}"));
        Assert.Equal(["one 1", "three 2", "two 1"], plan.Routers.Select(router => $"{router.Settings.Id} {router.Rank}"));
    }

    [Fact]
    public void Unicast_peers_are_the_other_members_and_the_foreign_ones_which_know_no_ranks()
    {
        var (plan, _) = Plan(
            $"vrrp.routers.web {{ {Right}, transport = unicast, peers = [10.0.0.7], min-ttl = 254\n"
            + "members.a.address = 10.0.0.1, members.b.address = 10.0.0.2 }");
        var router = Assert.Single(plan!.Routers);
        Assert.Equal(
            ["10.0.0.2 254 True", "10.0.0.7 254 False"],
            router.Settings.Peers.Select(peer => $"{peer.Address} {peer.MinTtl} {peer.IsMember}"));
        Assert.Equal(0, router.Rank);
    }

    private static (VrrpPlan? Plan, IReadOnlyList<string> Mistakes) Plan(string text)
    {
        var (section, diagnostics) = VrrpReader.ReadFile("f", Encoding.UTF8.GetBytes(text));
        Assert.True(section is not null, string.Join('\n', diagnostics));
        return VrrpPlanner.Of(section, "a", name => name switch
        {
            "eth0" => [Of("10.0.0.1", 24), Of("fe80::1", 64)],
            "eth1" => [Of("10.0.0.33", 24)],
            _ => null,
        });
    }

    private static InterfaceAddress Of(string address, int prefix)
    {
        Assert.True(VrrpAddress.TryParse(address, out var parsed));
        return new InterfaceAddress(parsed, prefix);
    }
}
