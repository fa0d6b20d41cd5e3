using Ha.Resources.Vrrp;

namespace Ha.Tests.Vrrp;

/// <summary>One host of a simulated LAN: a process that carries out what the machine says, and a kernel that keeps
/// addresses for the length of their lease when the process stops.</summary>
internal sealed class SimulatedRouterHost
{
    private readonly SimulatedLan _lan;
    private readonly VirtualRouterSettings[] _routers;
    private readonly VirtualRouterState[] _states;
    private readonly VirtualRouterEffect[] _buffer;
    private readonly bool[] _isHeld;
    private readonly VrrpPolicy _policy;
    private readonly Queue<(int Lan, byte[] Packet, VrrpCarrier Carrier, long At, ulong Released)> _waiting = new();
    private long _leaseEndsAt = long.MaxValue;
    private long _wakeToken;

    public SimulatedRouterHost(
        SimulatedLan lan, int index, VirtualRouterSettings[] routers, VrrpAddress own, VrrpPolicy policy)
    {
        (_lan, Index, _routers, Own, _policy) = (lan, index, routers, own, policy);
        _states = [.. routers.Select(_ => VirtualRouterState.Initial)];
        _buffer = new VirtualRouterEffect[SyncGroupMachine.MaxEffects(routers.Length)];
        _isHeld = new bool[routers.Length];
    }

    public int Index { get; }

    public VrrpAddress Own { get; }

    public bool IsRunning { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>Reachable for a coordinator over another way than the LAN.</summary>
    public bool IsReachable => IsRunning && !IsPaused;

    public IReadOnlyList<VirtualRouterSettings> Routers => _routers;

    public VirtualRouterState StateOf(int router) => _states[router];

    public VirtualRouterRole RoleOf(int router = 0) => _states[router].Role;

    /// <summary>True while clients get an answer from it.</summary>
    public bool Holds(int router) => _isHeld[router] && _lan.Now < _leaseEndsAt;

    public void Start()
    {
        for (var router = 0; router < _routers.Length; router++)
        {
            _states[router] = VirtualRouterState.Initial;
            _isHeld[router] = false;
        }

        (IsRunning, IsPaused, _leaseEndsAt) = (true, false, long.MaxValue);
        _waiting.Clear();
        for (var router = 0; router < _routers.Length; router++)
        {
            Do(VirtualRouterEvent.Start(Own, isLinkUp: true), router);
        }
    }

    public void Stop()
    {
        for (var router = 0; router < _routers.Length && IsReachable; router++)
        {
            Do(VirtualRouterEvent.Stop(resigns: true), router);
        }

        IsRunning = false;
    }

    /// <summary>The process is gone at once; its addresses end with their lease.</summary>
    public void Kill() => (IsRunning, _leaseEndsAt) = (false, Math.Min(_leaseEndsAt, _lan.Now + SimulatedLan.LeaseNs));

    public void Pause()
    {
        if (IsReachable)
        {
            (IsPaused, _leaseEndsAt) = (true, _lan.Now + SimulatedLan.LeaseNs);
        }
    }

    /// <summary>It wakes up: what came meanwhile is read first, then the timers.</summary>
    public void Resume()
    {
        if (!IsRunning || !IsPaused)
        {
            return;
        }

        IsPaused = false;
        while (_waiting.TryDequeue(out var one))
        {
            Receive(one.Lan, one.Packet, one.Carrier, one.At, one.Released);
        }

        Expire();
        _leaseEndsAt = long.MaxValue;
    }

    public void Receive(int lan, byte[] packet, VrrpCarrier carrier, long at, ulong released)
    {
        if (!IsRunning)
        {
            return;
        }

        if (IsPaused)
        {
            _waiting.Enqueue((lan, packet, carrier, at, released));
            return;
        }

        var verdict = AdvertChecks.Judge(_routers.AsSpan(lan, 1), [Own], packet, carrier, _policy, out var advert);
        if (verdict.IsAccepted)
        {
            var isMember = _lan.Hosts.Any(host => host.Own == carrier.Source && host._policy == VrrpPolicy.Dual);
            Do(VirtualRouterEvent.AdvertReceived(advert, carrier.Source, at, isMember), lan);
            if (released > 0)
            {
                Do(VirtualRouterEvent.Released(released), lan);
            }
        }
    }

    public void Do(VirtualRouterEvent happened, int router = 0)
    {
        if (!IsReachable)
        {
            return;
        }

        var effects = new EffectBuffer(_buffer);
        SyncGroupMachine.Step(_routers, _states, router, happened, _lan.Now, ref effects);
        foreach (var effect in effects.Effects.ToArray())
        {
            CarryOut(effect);
        }

        CheckSelf();
        WakeLater();
    }

    private void CarryOut(in VirtualRouterEffect effect)
    {
        switch (effect.Kind)
        {
            case VirtualRouterEffectKind.InstallAddresses:
                Hold(!_isHeld[effect.Router], "installs addresses that it has");
                _isHeld[effect.Router] = true;
                break;
            case VirtualRouterEffectKind.RemoveAddresses:
                Hold(_isHeld[effect.Router], "removes addresses that it does not have");
                _isHeld[effect.Router] = false;
                break;
            case VirtualRouterEffectKind.SendAdvert:
                Send(effect);
                break;
            case VirtualRouterEffectKind.Became:
                Hold(effect.From != effect.To, "becomes what it is");
                _lan.Changes.Add((_lan.Now, this, effect));
                break;
            default:
                break;
        }
    }

    private void Send(in VirtualRouterEffect effect)
    {
        var (lan, router) = (effect.Router, _routers[effect.Router]);
        var carrier = new VrrpCarrier(Own, VrrpAddress.Ipv4Group, 255);
        var packet = new byte[64];
        var length = VrrpCodec.Encode(
            packet,
            new VrrpAdvert
            {
                Version = router.Version,
                Vrid = router.Vrid,
                Priority = effect.Priority,
                IntervalCs = effect.IntervalCs,
                Checksum = effect.WithPseudoHeader ? VrrpChecksumForms.PseudoHeader : VrrpChecksumForms.MessageOnly,
            },
            router.Advertised, carrier);
        var released = effect.ReleasedEpoch;
        Hold(effect.Priority != 0 || !_isHeld[lan], "resigns with its addresses");
        for (var copy = 0; copy < effect.Copies; copy++)
        {
            _lan.At(_lan.Now + (copy * 1_000_000L), () => _lan.Carry(this, lan, packet[..length], carrier, released));
        }

        if (released > 0)
        {
            _lan.Released?.Invoke(this, released);
        }
    }

    private void Expire()
    {
        for (var router = 0; router < _routers.Length; router++)
        {
            if (IsReachable && _states[router].NextDeadline <= _lan.Now)
            {
                Do(VirtualRouterEvent.TimerExpired, router);
            }
        }
    }

    private void WakeLater()
    {
        var token = ++_wakeToken;
        var at = SyncGroupMachine.NextDeadline(_states);
        if (at != VirtualRouterTimes.Never)
        {
            _lan.At(at, () =>
            {
                if (token == _wakeToken && IsReachable)
                {
                    Expire();
                }
            });
        }
    }

    private void CheckSelf()
    {
        for (var router = 0; router < _routers.Length; router++)
        {
            ref readonly var state = ref _states[router];
            Hold(_isHeld[router] == (state.Role == VirtualRouterRole.Active), "has addresses and is not active, or not");
            Hold(state.Role != VirtualRouterRole.Active || VirtualRouterMachine.MayBeActive(_routers[router], state, _lan.Now), "is active and may not be so");
            Hold(state.Role == _states[0].Role || state.Role == VirtualRouterRole.Initialize
                || _states[0].Role == VirtualRouterRole.Initialize, "is a group of two minds");
        }
    }

    private void Hold(bool condition, string what)
    {
        if (!condition)
        {
            _lan.Broken.Add($"{_lan.Now / 1e6} ms: host {Index} {what}");
        }
    }
}
