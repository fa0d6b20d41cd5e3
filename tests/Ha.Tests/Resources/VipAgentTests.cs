using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Ha.InformationBase;
using Ha.Resources;
using Ha.Resources.Vip;

namespace Ha.Tests.Resources;

/// <summary>The built-in address, against the kernel, in a network of its own.</summary>
public sealed class VipAgentTests
{
    private const string Old = "10.66.0.9";
    private const string New = "2001:db8:66::9";

    [Fact]
    public Task An_address_comes_is_announced_is_leased_and_goes() =>
        OwnNamespace.Run($"{typeof(VipAgentTests).FullName}.{nameof(Inside_an_address_comes_and_goes)}");

    [Theory]
    [InlineData("ip=nonsense", "start", 6)]
    [InlineData("", "start", 6)]
    [InlineData("ip=192.0.2.200 cidr_netmask=33", "start", 6)]
    [InlineData("ip=192.0.2.200 cidr_netmask=x", "start", 6)]
    [InlineData("ip=192.0.2.200 nic=none0", "start", 5)]
    [InlineData("ip=192.0.2.200", "monitor", 7)]
    [InlineData("ip=192.0.2.200", "stop", 0)]
    [InlineData("ip=192.0.2.200", "validate-all", 0)]
    [InlineData("ip=192.0.2.200", "promote", 3)]
    public async Task What_cannot_be_is_refused_with_the_code_that_it_means(string parameters, string action, int code)
    {
        using var agent = new VipAgent();
        Assert.Equal(code, (await Run(agent, action, parameters)).ExitCode);
    }

    [Fact]
    public async Task Inside_an_address_comes_and_goes()
    {
        if (!OwnNamespace.IsHere())
        {
            return;
        }

        using var agent = new VipAgent();
        using var wire = new Socket(AddressFamily.Packet, SocketType.Raw, ProtocolType.Unspecified);
        wire.Bind(new WirePoint(NetworkInterface.GetAllNetworkInterfaces().Single(card => card.Name == "v1")));
        foreach (var ip in (string[])[Old, New])
        {
            Assert.Equal(7, (await Run(agent, "monitor", $"ip={ip}")).ExitCode);
            Assert.Equal(0, (await Run(agent, "start", $"ip={ip}")).ExitCode);
            Assert.Equal(0, (await Run(agent, "monitor", $"ip={ip}")).ExitCode);
            Assert.Equal(IPAddress.Parse(ip), await Announced(wire, ip));
            var shown = await OwnNamespace.Say("/usr/bin/ip", "-o", "addr", "show", "dev", "v0", "to", ip);
            Assert.Matches(@"valid_lft 1[12]\dsec", shown);
            Assert.Contains(ip == Old ? "/24" : "/64", shown, StringComparison.Ordinal);
            Assert.Equal(0, (await Run(agent, "start", $"ip={ip}")).ExitCode);
        }

        Assert.Equal(0, (await Run(agent, "stop", $"ip={Old}")).ExitCode);
        Assert.Equal(7, (await Run(agent, "monitor", $"ip={Old}")).ExitCode);
        Assert.Equal(0, (await Run(agent, "stop", $"ip={Old}")).ExitCode);
        Assert.Equal("", await OwnNamespace.Say("/usr/bin/ip", "-o", "addr", "show", "to", Old));
        Assert.Equal(0, (await Run(agent, "monitor", $"ip={New}")).ExitCode);

        // A card without a network is no place for an address; one that is named is, with its own length.
        Assert.Equal(5, (await Run(agent, "start", "ip=192.0.2.1")).ExitCode);
        Assert.Equal(0, (await Run(agent, "start", "ip=192.0.2.1 nic=v0 cidr_netmask=28")).ExitCode);
        Assert.Contains("/28", await OwnNamespace.Say("/usr/bin/ip", "-o", "addr", "show", "to", "192.0.2.1"), StringComparison.Ordinal);
        await OwnNamespace.Say("/usr/bin/ip", "link", "set", "v0", "down");
        Assert.NotEqual(0, (await Run(agent, "monitor", "ip=192.0.2.1")).ExitCode);
    }

    // The first announcement of this address that comes out at the other end of the cable.
    private static async Task<IPAddress> Announced(Socket wire, string ip)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var frame = new byte[2048];
        while (true)
        {
            var count = await wire.ReceiveAsync(frame, limit.Token);
            if (AnnouncementCodec.TryDecode(frame.AsSpan(0, count), out var announcement, out _)
                && announcement.Address.Equals(IPAddress.Parse(ip)))
            {
                return announcement.Address;
            }
        }
    }

    private static Task<AgentResult> Run(VipAgent agent, string action, string parameters) => agent.Run(
        new AgentRequest
        {
            Agent = new AgentName("ha", null, "vip"),
            ResourceId = "vip-" + parameters,
            Action = action,
            Timeout = TimeSpan.FromSeconds(10),
            Parameters = ValueMap<string>.Of(parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Split('=', 2)).Select(pair => new KeyValuePair<string, string>(pair[0], pair[1]))),
            Node = "n1",
        },
        CancellationToken.None);

    /// <summary>sockaddr_ll for all that comes on one card.</summary>
    private sealed class WirePoint(NetworkInterface card) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, 20);
            BinaryPrimitives.WriteUInt16BigEndian(address.Buffer.Span[2..], 3);
            BinaryPrimitives.WriteInt32LittleEndian(address.Buffer.Span[4..], Netlink.IndexOf(card.Name));
            return address;
        }
    }
}
