using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Ha.InformationBase;

namespace Ha.Resources.Vip;

/// <summary>A virtual IP address on an interface, by netlink: no child process, about ten microseconds. The address is
/// leased: the kernel drops it by itself when our program is gone for longer than the lease, which is long enough for a
/// restart.</summary>
public sealed class VipAgent : IResourceAgents, IDisposable
{
    /// <summary>How long the kernel keeps an address that nobody renews.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(120);

    /// <summary>What it says of itself.</summary>
    public static readonly AgentMetadata Metadata = new()
    {
        Agent = new AgentName("ha", null, "vip"),
        Parameters =
        [
            new AgentParameter { Name = "ip", IsRequired = true, IsUnique = true },
            new AgentParameter { Name = "cidr_netmask", Type = "integer" },
            new AgentParameter { Name = "nic" },
        ],
        Actions =
        [
            new AgentAction { Name = "start", Timeout = TimeSpan.FromSeconds(1) },
            new AgentAction { Name = "stop", Timeout = TimeSpan.FromSeconds(1) },
            new AgentAction { Name = "monitor", Timeout = TimeSpan.FromSeconds(1), Interval = TimeSpan.FromSeconds(1) },
            new AgentAction { Name = "validate-all" },
        ],
    };

    private static readonly TimeSpan s_renewInterval = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<AgentResult> Run(AgentRequest request, CancellationToken cancel)
    {
#pragma warning disable RS0030 // How long the kernel took.
        var start = Stopwatch.GetTimestamp();
#pragma warning restore RS0030
        var (code, reason) = request.Agent.Type == "vip"
            ? Act(request)
            : (5, $"there is no built-in agent {SafeText.Of(request.Agent.Type)}; there is: vip");
        var status = code == 5 ? OperationStatus.NotInstalled : OperationStatus.Done;
        return Task.FromResult(new AgentResult(status, code, reason, Stopwatch.GetElapsedTime(start)));
    }

    /// <summary>Stops renewing; the addresses stay until their leases end.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var held in _held.Values)
            {
                held.Dispose();
            }

            _held.Clear();
        }
    }

    private (int Code, string Reason) Act(AgentRequest request)
    {
        if (!IPAddress.TryParse(request.Parameters.GetValueOrDefault("ip"), out var address))
        {
            return (6, $"parameter ip is '{SafeText.Of(request.Parameters.GetValueOrDefault("ip") ?? "")}', which is no address");
        }

        var most = address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32;
        var prefixText = request.Parameters.GetValueOrDefault("cidr_netmask");
        var prefix = most;
        if (prefixText is not null
            && (!int.TryParse(prefixText, NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix < 1
                || prefix > most))
        {
            return (6, $"parameter cidr_netmask is '{SafeText.Of(prefixText)}'; write 1 to {most}");
        }

        return request.Action switch
        {
            "start" => Start(request, address, prefixText is null ? null : prefix),
            "stop" => Stop(request, address),
            "monitor" => Monitor(request, address),
            "validate-all" => (0, ""),
            _ => (3, $"ha:vip has no action {SafeText.Of(request.Action)}"),
        };
    }

    private (int Code, string Reason) Start(AgentRequest request, IPAddress address, int? prefix)
    {
        var (device, connected, error) = DeviceFor(request, address);
        if (device is null)
        {
            return (5, error);
        }

        var index = Netlink.IndexOf(device.Name);
        var bits = prefix ?? connected;
        var result = Netlink.Add(index, address, bits, (uint)Lease.TotalSeconds);
        if (result is not 0 and not Netlink.Exists)
        {
            return (1, $"the kernel does not take {address}/{bits} on {device.Name}: error {result}");
        }

        Hold(request.ResourceId, address, index, bits, device.GetPhysicalAddress());
        return (0, "");
    }

    private (int Code, string Reason) Stop(AgentRequest request, IPAddress address)
    {
        lock (_gate)
        {
            if (_held.Remove(request.ResourceId, out var held))
            {
                held.Dispose();
            }
        }

        if (Netlink.Find(address) is not { } found)
        {
            return (0, "");
        }

        var result = Netlink.Delete(Netlink.IndexOf(found.Device.Name), address, found.Prefix);
        return result is 0 or Netlink.Absent ? (0, "") : (1, $"the kernel does not let {address} go: error {result}");
    }

    private (int Code, string Reason) Monitor(AgentRequest request, IPAddress address)
    {
        if (Netlink.Find(address) is not { } found)
        {
            return (7, "");
        }

        // After a restart of our program the address is still there: its lease goes on.
        lock (_gate)
        {
            if (!_held.ContainsKey(request.ResourceId))
            {
                _held[request.ResourceId] = new Held(address, Netlink.IndexOf(found.Device.Name), found.Prefix);
            }
        }

        return found.Device.OperationalStatus is OperationalStatus.Down
            ? (1, $"{found.Device.Name} is down")
            : (0, "");
    }

    private void Hold(string resource, IPAddress address, int device, int prefix, PhysicalAddress card)
    {
        lock (_gate)
        {
            if (_held.Remove(resource, out var before))
            {
                before.Dispose();
            }

            var held = new Held(address, device, prefix);
            _held[resource] = held;
            if (card.GetAddressBytes().Length == 6)
            {
                _ = AddressAnnouncer.Announce(address, device, card, held.Ended);
            }
        }
    }

    // The device that the parameter names, or the one whose network the address is in.
    private static (NetworkInterface? Device, int Prefix, string Error) DeviceFor(AgentRequest request,
        IPAddress address)
    {
        var most = address.GetAddressBytes().Length * 8;
        var name = request.Parameters.GetValueOrDefault("nic");
        foreach (var device in NetworkInterface.GetAllNetworkInterfaces())
        {
            var network = device.GetIPProperties().UnicastAddresses.FirstOrDefault(own =>
                own.Address.AddressFamily == address.AddressFamily && own.PrefixLength > 0
                && new IPNetwork(Masked(own.Address, own.PrefixLength), own.PrefixLength).Contains(address));
            if (name is null ? network is not null : device.Name == name)
            {
                return (device, network?.PrefixLength ?? most, "");
            }
        }

        return (null, 0, name is null
            ? $"no interface is in the network of {address}; name one with parameter nic"
            : $"there is no interface {SafeText.Of(name)}");
    }

    private static IPAddress Masked(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefix; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPAddress(bytes);
    }

    private sealed class Held : IDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Timer _renewal;

        public Held(IPAddress address, int device, int prefix)
        {
            _renewal = new Timer(
                _ =>
                {
                    // An address that somebody took away does not come back by renewal.
                    if (!_end.IsCancellationRequested && Netlink.Find(address) is not null)
                    {
                        _ = Netlink.Add(device, address, prefix, (uint)Lease.TotalSeconds);
                    }
                },
                null, s_renewInterval, s_renewInterval);
        }

        public CancellationToken Ended => _end.Token;

        public void Dispose()
        {
            _end.Cancel();
            _renewal.Dispose();
        }
    }
}
