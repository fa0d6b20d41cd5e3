using Ha.Resources.Vip;
using Ha.Resources.Vrrp.Plan;

namespace Ha.Resources.Vrrp.Link;

/// <summary>Everything of the link layer of this process: interfaces, devices, settings of the kernel, the two
/// real-time threads. Made from a plan, ended as it was found.</summary>
public sealed class VrrpLink : IDisposable
{
    private readonly VrrpPlan _plan;
    private readonly KernelSettings _kernel;
    private readonly NetlinkSocket _netlink;
    private readonly KernelWatch _watch = new();
    private readonly LinkSignal _told = new();
    private readonly List<LinkPort> _ports = [];
    private readonly Dictionary<int, LinkSocket> _voices = [];
    private readonly List<string> _virtualDevices = [];
    private readonly LinkRouter[] _routers;
    private readonly VrrpAddress[] _sources;
    private readonly AddressHand _hand;
    private readonly RouterLoop _loop;

    /// <summary>Opens and makes what the plan needs. Nothing is sent yet.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="memory">A file that keeps what was in /proc/sys before; null for none.</param>
    /// <exception cref="LinkException">The host does not let us.</exception>
    public VrrpLink(VrrpPlan plan, string? memory)
    {
        _plan = plan;
        _kernel = new KernelSettings(memory);
        _kernel.Recall();
        _netlink = new NetlinkSocket();
        _routers = new LinkRouter[plan.Routers.Count];
        _sources = new VrrpAddress[_routers.Length];
        var devices = new int[_routers.Length];
        var addresses = new HeldAddress[_routers.Length][];
        if (plan.Routers.Any(router => router.Settings.UsesVirtualMac))
        {
            _kernel.LiftReversePathFilter();
        }

        OpenPorts();
        for (var index = 0; index < _routers.Length; index++)
        {
            var settings = plan.Routers[index].Settings;
            var port = _ports.First(port => port.Device.Name == settings.Interface);
            var parent = port.Device;
            var own = parent;
            if (settings.UsesVirtualMac && !settings.IsOwner)
            {
                own = VirtualDevice.Create(_netlink, settings, parent, _kernel);
                devices[index] = own.Index;
                _virtualDevices.Add(own.Name);
            }

            addresses[index] = Hold(settings, parent, own);
            _sources[index] = InterfaceAddresses.SourceOf(settings, InterfaceAddresses.Of(settings.Interface) ?? []);
            _routers[index] = new LinkRouter(
                settings, SenderOf(settings, parent), addresses[index], port, Array.IndexOf(port.Routers, index),
                plan.Routers[index].Members);
        }

        _hand = new AddressHand(
            addresses, devices, [.. plan.Routers.Select(router => router.Settings.IsOwner)], _voices, _told,
            () => _loop!.Heartbeat);
        _loop = new RouterLoop(_routers, [.. _ports], [.. plan.Groups], _hand, _watch, _told);
    }

    /// <summary>Settings of the kernel that could not be set.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>How late the host wakes us.</summary>
    public LatenessMeter Lateness => _loop.Lateness;

    /// <summary>Why there is no real-time priority; empty when there is.</summary>
    public string PriorityProblem => _loop.PriorityProblem;

    /// <summary>How often garbage was collected, and the longest that it took.</summary>
    public (int Count, TimeSpan Longest) Collections =>
        (_loop.Budget.Collections, TimeSpan.FromTicks(_loop.Budget.WorstNs / 100));

    /// <summary>Events that were lost since nobody took them.</summary>
    public long LostEvents => _loop.Events.Lost + _hand.Events.Lost;

    /// <summary>The real-time path's clock: nanoseconds since the host began.</summary>
    public static long Now => LinkClock.Now;

    /// <summary>Begins: every router starts.</summary>
    public void Start()
    {
        _hand.Sweep();
        _hand.Start();
        for (var index = 0; index < _routers.Length; index++)
        {
            var rank = VirtualRouterEvent.Of(VirtualRouterEventKind.RankChanged);
            _ = _loop.Tell(index, rank with { Number = _plan.Routers[index].Rank });
            _ = _loop.Tell(
                index, VirtualRouterEvent.Start(_sources[index], DeviceOf(_routers[index].Settings.Interface).IsUp));
        }

        _loop.Start();
    }

    /// <summary>Tells a router that something happened.</summary>
    public bool Tell(int router, in VirtualRouterEvent what) => _loop.Tell(router, what);

    /// <summary>Waits for events.</summary>
    /// <param name="limit">At most so long.</param>
    public void Wait(TimeSpan limit) => _ = _told.Wait(limit.Ticks * 100);

    /// <summary>Wakes whoever waits for events.</summary>
    public void Wake() => _told.Raise();

    /// <summary>Takes an event; by one thread alone.</summary>
    public bool TryTake(out LinkEvent what) => _loop.Events.TryTake(out what) || _hand.Events.TryTake(out what);

    /// <summary>What a router knows now.</summary>
    public VirtualRouterState StateOf(int router) => _loop.Snapshot(router);

    /// <summary>What it counted.</summary>
    public RouterCounters CountersOf(int router) => _routers[router].Counters;

    /// <summary>Looks whether the addresses that adverts come from are still the same, and tells.</summary>
    public void LookAtAddresses()
    {
        for (var index = 0; index < _routers.Length; index++)
        {
            var settings = _routers[index].Settings;
            var source = InterfaceAddresses.SourceOf(settings, InterfaceAddresses.Of(settings.Interface) ?? []);
            if (source != _sources[index])
            {
                _sources[index] = source;
                _ = _loop.Tell(
                    index, VirtualRouterEvent.Of(VirtualRouterEventKind.OwnAddressChanged) with { Address = source });
            }
        }
    }

    /// <summary>Sets again what others have changed in /proc/sys.</summary>
    /// <returns>What was changed.</returns>
    public IReadOnlyList<string> Verify() => _kernel.Verify();

    /// <summary>Every router ends: whatever is active resigns, its addresses gone before.</summary>
    public void End() => _loop.End();

    /// <summary>Ends: resigns, takes addresses and devices away, puts the kernel's settings back.</summary>
    public void Dispose()
    {
        _loop.End();
        _hand.Dispose();
        foreach (var name in _virtualDevices)
        {
            VirtualDevice.Remove(_netlink, name);
        }

        _kernel.Restore();
        foreach (var socket in _voices.Values)
        {
            socket.Dispose();
        }

        foreach (var router in _routers)
        {
            router.Sender.Dispose();
        }

        _loop.Dispose();
        _watch.Dispose();
        _netlink.Dispose();
        _told.Dispose();
    }

    // Every interface that is spoken on, or that has an address, gets a socket.
    private void OpenPorts()
    {
        var spoken = _plan.Routers.Select(router => router.Settings.Interface);
        var names = spoken
            .Concat(_plan.Routers.SelectMany(router => router.Settings.Addresses).Select(address => address.Interface))
            .Where(name => name.Length > 0)
            .Distinct(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var name in names)
        {
            var device = LinkDevice.Find(name)
                ?? throw new LinkException($"there is no interface {name} with a hardware address on this host");
            var routers = _plan.Routers.Index().Where(item => item.Item.Settings.Interface == name)
                .Select(item => item.Index).ToArray();
            var watched = _plan.Routers.SelectMany(router => router.Settings.Addresses)
                .Where(address => !address.Address.IsIpv6)
                .Select(address => (uint)address.Address.Bits)
                .Distinct().ToList();
            var socket = new LinkSocket(device.Index, watched);
            _voices[device.Index] = socket;
            _ports.Add(new LinkPort(
                device, socket, routers, [.. routers.Select(index => _plan.Routers[index].Settings)]));
            var hasVirtualMac = routers.Any(index => _plan.Routers[index].Settings.UsesVirtualMac);
            problems.AddRange(_kernel.Apply(KernelSettingPlan.ForInterface(name, hasVirtualMac)));
        }

        Problems = problems;
    }

    private LinkDevice DeviceOf(string name) => _ports.First(port => port.Device.Name == name).Device;

    private HeldAddress[] Hold(VirtualRouterSettings settings, LinkDevice parent, LinkDevice own)
    {
        var isRouter = _kernel.IsForwarding(settings.IsIpv6);
        return
        [
            .. settings.Addresses.Select(address =>
            {
                var isElsewhere = address.Interface.Length > 0 && address.Interface != settings.Interface;
                var device = isElsewhere ? DeviceOf(address.Interface) : own;
                return new HeldAddress(
                    address, device, isElsewhere ? device.Index : parent.Index, !isElsewhere && own != parent, isRouter,
                    AddressHand.LeaseSeconds);
            }),
        ];
    }

    private AdvertSender SenderOf(VirtualRouterSettings settings, LinkDevice parent)
    {
        var socket = _voices[parent.Index];
        var peers = settings.Transport == VrrpTransport.Unicast
            ? new PeerSocket(
                settings.Source.ToIPAddress(), [.. settings.Peers.Select(peer => peer.Address.ToIPAddress())],
                    parent.Index)
            : null;
        return new AdvertSender(settings, parent, socket, peers);
    }
}
