using Ha.Resources.Vrrp;

namespace Ha.Tests.Vrrp;

/// <summary>Who gives grants in a simulated cluster, by the rule: a grant only after every earlier one was released, or
/// ran out and its address lease with it. It reaches hosts another way than the LAN.</summary>
internal sealed class GrantCoordinator
{
    private const long GrantNs = 3_000_000_000;
    private const double TickMs = 200;
    private readonly SimulatedLan _lan;
    private readonly Random _random;
    private SimulatedRouterHost? _holder;
    private ulong _epoch;
    private long _longestEnd;

    public GrantCoordinator(SimulatedLan lan, int seed)
    {
        (_lan, _random) = (lan, new Random(seed));
        lan.Released = (_, epoch) => lan.After(1, () => Hear(epoch));
        Tick();
    }

    public int Moves { get; private set; }

    /// <summary>A planned move: the successor gets a grant that waits for the release.</summary>
    public void Move()
    {
        var next = _lan.Hosts.FirstOrDefault(host => host != _holder && host.IsReachable);
        if (_holder is { IsReachable: true } holder && next is not null)
        {
            var (epoch, end) = (_epoch, Extend());
            _epoch++;
            Tell(next, VirtualRouterEvent.Granted(_epoch, end, awaitedRelease: epoch));
            Tell(holder, VirtualRouterEvent.Of(VirtualRouterEventKind.Yield));
            _holder = next;
            Moves++;
        }
    }

    private void Tick()
    {
        if (_holder is { IsReachable: true })
        {
            Tell(_holder, VirtualRouterEvent.Granted(_epoch, Extend(), _holder.StateOf(0).AwaitedRelease));
        }
        else if (_lan.Now > _longestEnd + SimulatedLan.LeaseNs)
        {
            _holder = _lan.Hosts.FirstOrDefault(host => host.IsReachable);
            _epoch++;
            if (_holder is not null)
            {
                Tell(_holder, VirtualRouterEvent.Granted(_epoch, Extend()));
            }
        }

        _lan.After(TickMs, Tick);
    }

    // The holder let go by itself: the next one need not wait for the end.
    private void Hear(ulong epoch)
    {
        if (epoch == _epoch)
        {
            _holder = null;
            _longestEnd = _lan.Now - SimulatedLan.LeaseNs;
        }
    }

    private long Extend() => _longestEnd = Math.Max(_longestEnd, _lan.Now + GrantNs);

    private void Tell(SimulatedRouterHost host, VirtualRouterEvent happened) =>
        _lan.After(0.1 + (_random.NextDouble() * 5), () => host.Do(happened));
}
