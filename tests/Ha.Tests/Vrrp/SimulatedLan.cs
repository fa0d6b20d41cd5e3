using Ha.Resources.Vrrp;

namespace Ha.Tests.Vrrp;

/// <summary>Hosts with virtual routers on one or more LANs, in virtual time: every advert is encoded, carried, decoded,
/// judged and given to the machine. A router of index i speaks on LAN i. A seed is a run.</summary>
internal sealed class SimulatedLan
{
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private readonly Random _random;
    private readonly HashSet<(int From, int To, int Lan)> _cuts = [];
    private long _order;

    public SimulatedLan(int seed) => _random = new Random(seed);

    /// <summary>How long the kernel keeps an address that nobody renews.</summary>
    public static long LeaseNs { get; } = 2_000_000_000;

    public List<SimulatedRouterHost> Hosts { get; } = [];

    public long Now { get; private set; }

    public double Loss { get; set; }

    public long LeastDelayNs { get; set; } = 50_000;

    public long MostDelayNs { get; set; } = 200_000;

    /// <summary>What the hosts see, in order: role changes with their time.</summary>
    public List<(long At, SimulatedRouterHost Host, VirtualRouterEffect Change)> Changes { get; } = [];

    /// <summary>Broken promises; a run must have none.</summary>
    public List<string> Broken { get; } = [];

    /// <summary>Checked after every event.</summary>
    public Action? Check { get; set; }

    /// <summary>A resignation that says that a grant is released has left a host.</summary>
    public Action<SimulatedRouterHost, ulong>? Released { get; set; }

    public SimulatedRouterHost Add(VirtualRouterSettings[] routers, string address, VrrpPolicy policy = VrrpPolicy.Dual)
    {
        var host = new SimulatedRouterHost(this, Hosts.Count, routers, CraftedReceiver.AddressOf(address), policy);
        Hosts.Add(host);
        return host;
    }

    public void At(long at, Action action) => _events.Enqueue(action, (Math.Max(at, Now), _order++));

    public void After(double milliseconds, Action action) => At(Now + RouterScript.Ns(milliseconds), action);

    public void RunTo(double milliseconds)
    {
        var until = RouterScript.Ns(milliseconds);
        while (_events.TryPeek(out var action, out var key) && key.At <= until)
        {
            _events.Dequeue();
            Now = key.At;
            action();
            Check?.Invoke();
        }

        Now = until;
    }

    /// <summary>Cuts one direction.</summary>
    public void Cut(int from, int to, int lan = 0) => _cuts.Add((from, to, lan));

    public void Heal() => _cuts.Clear();

    public void Carry(SimulatedRouterHost from, int lan, byte[] packet, VrrpCarrier carrier, ulong released)
    {
        foreach (var to in Hosts)
        {
            if (to != from && !_cuts.Contains((from.Index, to.Index, lan)) && _random.NextDouble() >= Loss)
            {
                var at = Now + _random.NextInt64(LeastDelayNs, MostDelayNs + 1);
                At(at, () => to.Receive(lan, packet, carrier, at, released));
            }
        }
    }

    public IReadOnlyList<SimulatedRouterHost> Holders(int router = 0) => [.. Hosts.Where(host => host.Holds(router))];
}
