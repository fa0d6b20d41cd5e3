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
    private ulong _awaited;
    private long _awaitedEnd;
    private long _longestEnd;
    private long _lastTellAt;

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
        if (_awaited == 0 && _holder is { IsReachable: true } holder && next is not null)
        {
            (_awaited, _awaitedEnd) = (_epoch, _longestEnd);
            _epoch++;
            _holder = next;
            Tell(next, VirtualRouterEvent.Granted(_epoch, Extend(), _awaited));
            var epoch = _awaited;
            Tell(holder, VirtualRouterEvent.Of(VirtualRouterEventKind.Yield), () =>
            {
                // It had the grant and was not active: nobody hears of it on the LAN.
                if (holder.IsReachable && holder.RoleOf() != VirtualRouterRole.Active)
                {
                    Hear(epoch);
                }
            });
            Moves++;
        }
    }

    private void Tick()
    {
        if (_awaited != 0 && _lan.Now > _awaitedEnd + SimulatedLan.LeaseNs)
        {
            Hear(_awaited);
        }

        if (_holder is { IsReachable: true })
        {
            Tell(_holder, VirtualRouterEvent.Granted(_epoch, Extend(), _awaited));
        }
        else if (_lan.Now > _longestEnd + SimulatedLan.LeaseNs)
        {
            (_holder, _awaited) = (_lan.Hosts.FirstOrDefault(host => host.IsReachable), 0);
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
        if (epoch == _awaited)
        {
            _awaited = 0;
            if (_holder is not null)
            {
                Tell(_holder, VirtualRouterEvent.Released(epoch));
            }
        }
        else if (epoch == _epoch && _awaited == 0)
        {
            _holder = null;
            _longestEnd = _lan.Now - SimulatedLan.LeaseNs;
        }
    }

    private long Extend() => _longestEnd = Math.Max(_longestEnd, _lan.Now + GrantNs);

    // In order, as the cluster's messages come.
    private void Tell(SimulatedRouterHost host, VirtualRouterEvent happened, Action? then = null)
    {
        _lastTellAt = Math.Max(_lastTellAt, _lan.Now + _random.NextInt64(100_000, 5_000_000));
        _lan.At(_lastTellAt, () =>
        {
            host.Do(happened);
            then?.Invoke();
        });
    }
}
