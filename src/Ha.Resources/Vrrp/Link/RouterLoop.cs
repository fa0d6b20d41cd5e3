using System.Runtime.CompilerServices;
using Ha.Resources.Vip;
using Ha.Resources.Vrrp.Plan;

namespace Ha.Resources.Vrrp.Link;

/// <summary>The thread that hears and sends adverts: it waits for packets and deadlines, asks the protocol what
/// follows, and does it. In its steady state it allocates nothing and waits for no lock.</summary>
internal sealed unsafe class RouterLoop : IDisposable
{
    // While there is nothing to do, it shows now and then that it lives.
    private const long LongestWaitNs = 200 * LinkClock.Millisecond;

    // How long a resignation waits for the addresses to be gone.
    private const long ReleaseLimitNs = 50 * LinkClock.Millisecond;

    // Between copies of a resignation.
    private const long CopyGapNs = LinkClock.Millisecond;

    // A claim of one of our addresses is answered so often at most.
    private const long ConflictGapNs = 500 * LinkClock.Millisecond;

    // Frames of one interface that are taken before anything else is looked at.
    private const int MostFrames = 256;
    private const int QueueSize = 1024;
    private const int FloorEvery = 512;

    private readonly LinkRouter[] _routers;
    private readonly LinkPort[] _ports;
    private readonly VirtualRouterSettings[] _settings;
    private readonly VirtualRouterState[] _states;
    private readonly RouterGroup[] _groups;
    private readonly RouterGroup[] _groupOf;
    private readonly AddressHand _hand;
    private readonly LinkSignal _told;
    private readonly KernelWatch _watch;
    private readonly LinkRing<LinkCommand> _commands = new(QueueSize);
    private readonly LinkSignal _signal = new();
    private readonly LinkSignal _pause = new();
    private readonly LinkNative.PollEntry[] _polled;
    private readonly VirtualRouterEffect[] _effects;
    private readonly AllocationBudget _budget = new();
    private readonly Lock _askGate = new();
    private Thread? _thread;
    private long _heartbeat = LinkClock.Now;
    private int _measured;
    private int _version;
    private volatile bool _isEnding;

    /// <summary>Prepares it; <see cref="Start"/> begins.</summary>
    /// <param name="routers">The virtual routers.</param>
    /// <param name="ports">The interfaces that they speak on.</param>
    /// <param name="groups">Which of them are active together.</param>
    /// <param name="hand">Who sets addresses.</param>
    /// <param name="watch">What the kernel tells of links and addresses.</param>
    /// <param name="told">Raised when there is an event.</param>
    public RouterLoop(
        LinkRouter[] routers, LinkPort[] ports, RouterGroup[] groups, AddressHand hand, KernelWatch watch,
            LinkSignal told)
    {
        _routers = routers;
        _ports = ports;
        _groups = groups;
        _groupOf = [.. groups.SelectMany(group => Enumerable.Repeat(group, group.Count))];
        _settings = [.. routers.Select(router => router.Settings)];
        _states = new VirtualRouterState[routers.Length];
        Array.Fill(_states, VirtualRouterState.Initial);
        _hand = hand;
        _watch = watch;
        _told = told;
        _effects = GC.AllocateArray<VirtualRouterEffect>(SyncGroupMachine.MaxEffects(routers.Length), pinned: true);
        _polled = GC.AllocateArray<LinkNative.PollEntry>(ports.Length + 2, pinned: true);
        _polled[0] = new LinkNative.PollEntry { Descriptor = _signal.Descriptor, Events = LinkNative.PollIn };
        _polled[1] = new LinkNative.PollEntry { Descriptor = watch.Descriptor, Events = LinkNative.PollIn };
        for (var port = 0; port < ports.Length; port++)
        {
            _polled[port + 2] = new LinkNative.PollEntry
            {
                Descriptor = ports[port].Socket.Descriptor,
                Events = LinkNative.PollIn,
            };
        }
    }

    /// <summary>When it last moved.</summary>
    public long Heartbeat => Volatile.Read(ref _heartbeat);

    /// <summary>How late the host wakes it.</summary>
    public LatenessMeter Lateness { get; } = new();

    /// <summary>When garbage is collected, and how long it took.</summary>
    public AllocationBudget Budget => _budget;

    /// <summary>What the others should know.</summary>
    public LinkRing<LinkEvent> Events { get; } = new(QueueSize);

    /// <summary>Why it has no real-time priority; empty when it has.</summary>
    public string PriorityProblem { get; private set; } = "";

    /// <summary>Begins.</summary>
    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "adverts" };
        _thread.Start();
    }

    /// <summary>Tells it that something happened to a router.</summary>
    /// <returns>False when its queue is full.</returns>
    public bool Tell(int router, in VirtualRouterEvent what)
    {
        lock (_askGate)
        {
            if (!_commands.TryPut(new LinkCommand(router, what)))
            {
                return false;
            }
        }

        _signal.Raise();
        return true;
    }

    /// <summary>A whole copy of what a router knows, for other threads.</summary>
    public VirtualRouterState Snapshot(int router)
    {
        while (true)
        {
            var before = Volatile.Read(ref _version);
            var copy = _states[router];
            Thread.MemoryBarrier();
            if ((before & 1) == 0 && Volatile.Read(ref _version) == before)
            {
                return copy;
            }
        }
    }

    /// <summary>Ends it: every router resigns, its addresses gone before.</summary>
    public void End()
    {
        _isEnding = true;
        _signal.Raise();
        _thread?.Join();
    }

    public void Dispose()
    {
        _signal.Dispose();
        _pause.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run()
    {
        PriorityProblem = RealTime.Enter(RealTime.LoopPriority);
        _budget.Open();
        while (!_isEnding)
        {
            var due = NextDeadline();
            Wait(due);
            Volatile.Write(ref _heartbeat, LinkClock.Now);

            // Packets that came before a deadline count before it, however late we woke: whoever slept finds them here.
            TakeFrames();
            TakeKernelEvents();
            TakeCommands();
            RunTimers(due);
            _budget.Look(LinkClock.Now);
        }

        for (var router = 0; router < _routers.Length; router++)
        {
            Step(router, VirtualRouterEvent.Stop(resigns: true), LinkClock.Now);
        }
    }

    private long NextDeadline() => SyncGroupMachine.NextDeadline(_states);

    private void Wait(long due)
    {
        var rest = Math.Clamp(due - LinkClock.Now, 0, LongestWaitNs);
        var time = new LinkNative.Time { Seconds = rest / LinkClock.Second, Nanoseconds = rest % LinkClock.Second };
        fixed (LinkNative.PollEntry* entries = _polled)
        {
            _ = LinkNative.Poll(entries, (ulong)_polled.Length, &time, null);
        }
    }

    private void RunTimers(long due)
    {
        var now = LinkClock.Now;
        if (due <= now)
        {
            var late = now - due;
            Lateness.Add(late);
            if (++_measured % FloorEvery == 0)
            {
                TellFloor(now);
            }
        }

        for (var router = 0; router < _routers.Length; router++)
        {
            if (_states[router].NextDeadline <= now)
            {
                Step(router, VirtualRouterEvent.TimerExpired, now);
            }
        }
    }

    private void TellFloor(long now)
    {
        var floor = Lateness.Floor;
        for (var router = 0; router < _routers.Length; router++)
        {
            Step(
                router, new VirtualRouterEvent { Kind = VirtualRouterEventKind.FloorChanged, At = floor }, now);
        }
    }

    private void TakeCommands()
    {
        if ((_polled[0].Happened & LinkNative.PollIn) == 0)
        {
            return;
        }

        _signal.Clear();
        while (_commands.TryTake(out var command))
        {
            Step(command.Router, command.Event, LinkClock.Now);
        }
    }

    private void TakeFrames()
    {
        for (var port = 0; port < _ports.Length; port++)
        {
            var socket = _ports[port].Socket;
            for (var count = 0; count < MostFrames && socket.TryReceive(); count++)
            {
                if (LinkFrame.TryRead(socket.Frame, out var frame))
                {
                    Take(_ports[port], frame);
                }
            }
        }
    }

    private void Take(LinkPort port, in LinkFrame frame)
    {
        var bytes = port.Socket.Frame;
        var sender = VrrpAddress.Read(bytes.Slice(frame.Sender, frame.AddressBytes));
        if (frame.Kind is LinkFrameKind.Claim4 or LinkFrameKind.Claim6)
        {
            TakeClaim(sender, bytes.Slice(frame.Hardware, 6), port.Socket.ArrivedAt);
            return;
        }

        var carrier = new VrrpCarrier(
            sender, VrrpAddress.Read(bytes.Slice(frame.Target, frame.AddressBytes)), frame.TimeToLive);
        var payload = bytes.Slice(frame.Payload, frame.Length);
        var verdict = AdvertChecks.Judge(port.Settings, port.Own, payload, carrier, VrrpPolicy.Dual, out var advert);
        if (verdict.Router < 0)
        {
            port.Strangers++;
            return;
        }

        // The protocol's clock never goes back behind what it has seen.
        var index = port.Routers[verdict.Router];
        var router = _routers[index];
        var at = Math.Clamp(port.Socket.ArrivedAt, router.SeenAt, LinkClock.Now);
        router.SeenAt = at;
        var discard = verdict.Discard == VrrpDiscard.None
            ? router.JudgeTrailer(payload, advert, sender) : verdict.Discard;
        if (discard != VrrpDiscard.None)
        {
            router.Counters.Discard((int)discard);
            Tell(new LinkEvent
            {
                Kind = LinkEventKind.Discarded,
                Router = index,
                Address = sender,
                Number = (int)discard,
            });
            return;
        }

        router.Counters.Received++;
        router.Counters.ResignsReceived += advert.Priority == VirtualRouterTimes.ResignPriority ? 1 : 0;
        Step(index, VirtualRouterEvent.AdvertReceived(advert, sender, at, router.IsMember(sender)), at);
    }

    private void TakeClaim(VrrpAddress address, ReadOnlySpan<byte> hardware, long at)
    {
        for (var index = 0; index < _routers.Length; index++)
        {
            var router = _routers[index];
            if (_states[index].Role != VirtualRouterRole.Active || router.Addresses.Length == 0)
            {
                continue;
            }

            foreach (var own in router.Addresses)
            {
                if (own.Address == address && !hardware.SequenceEqual(own.Hardware)
                    && at - router.ConflictAt > ConflictGapNs)
                {
                    router.ConflictAt = at;
                    router.Counters.Conflicts++;
                    Tell(new LinkEvent { Kind = LinkEventKind.Conflict, Router = index, Address = address });
                    Step(index, VirtualRouterEvent.Of(VirtualRouterEventKind.ConflictSeen), LinkClock.Now);
                }
            }
        }
    }

    private void TakeKernelEvents()
    {
        if ((_polled[1].Happened & LinkNative.PollIn) == 0)
        {
            return;
        }

        for (var count = 0; count < MostFrames && _watch.TryTake(out var notice); count++)
        {
            switch (notice.Kind)
            {
                case KernelNoticeKind.Link:
                    TakeLink(notice.Link);
                    break;
                case KernelNoticeKind.Address:
                    TakeAddress(notice.Address);
                    break;
                default:
                    Tell(new LinkEvent { Kind = LinkEventKind.Addresses });
                    break;
            }
        }
    }

    private void TakeLink(in LinkState link)
    {
        var isUp = link.IsUp && link.HasCarrier && !link.IsGone;
        foreach (var port in _ports)
        {
            if (port.Device.Index != link.Device || port.IsUp == isUp)
            {
                continue;
            }

            port.IsUp = isUp;
            Tell(new LinkEvent { Kind = LinkEventKind.Link, Router = link.Device, Number = isUp ? 1 : 0 });
            foreach (var router in port.Routers)
            {
                Step(router, VirtualRouterEvent.LinkChanged(isUp), LinkClock.Now);
            }
        }
    }

    // One of ours that somebody took away is set again; others may have been the address that we speak from.
    private void TakeAddress(in AddressNotice notice)
    {
        var isOurs = false;
        for (var index = 0; index < _routers.Length; index++)
        {
            foreach (var own in _routers[index].Addresses)
            {
                if (own.Address != notice.Address || own.Device != notice.Device)
                {
                    continue;
                }

                isOurs = true;
                if (!notice.IsNew && _states[index].Role == VirtualRouterRole.Active && !_settings[index].IsOwner)
                {
                    _hand.Ask(HandOrder.Install, index);
                    _hand.Ask(HandOrder.Announce, index);
                    Tell(new LinkEvent { Kind = LinkEventKind.Restored, Router = index, Address = notice.Address });
                }
            }
        }

        if (!isOurs)
        {
            Tell(new LinkEvent { Kind = LinkEventKind.Addresses, Router = notice.Device });
        }
    }

    private void Step(int index, in VirtualRouterEvent what, long now)
    {
        if (what.Kind is VirtualRouterEventKind.Start or VirtualRouterEventKind.OwnAddressChanged)
        {
            _routers[index].Port.Own[_routers[index].Place] = what.Address;
        }

        var group = _groupOf[index];
        var buffer = new EffectBuffer(_effects);
        Volatile.Write(ref _version, _version + 1);
        SyncGroupMachine.Step(
            _settings.AsSpan(group.First, group.Count), _states.AsSpan(group.First, group.Count), index - group.First,
                what,
            now, ref buffer);
        Volatile.Write(ref _version, _version + 1);
        foreach (ref readonly var effect in buffer.Effects)
        {
            Do(effect, group.First + effect.Router, now);
        }
    }

    private void Do(in VirtualRouterEffect effect, int index, long now)
    {
        var router = _routers[index];
        switch (effect.Kind)
        {
            case VirtualRouterEffectKind.SendAdvert:
                Send(effect, index);
                break;
            case VirtualRouterEffectKind.Announce:
                router.Counters.Announced++;
                _hand.Ask(HandOrder.Announce, index, _states[index].Announced);
                break;
            case VirtualRouterEffectKind.InstallAddresses:
                _hand.Ask(HandOrder.Install, index);
                break;
            case VirtualRouterEffectKind.RemoveAddresses:
                _hand.Ask(HandOrder.Remove, index);
                break;
            case VirtualRouterEffectKind.Became:
                router.Counters.BecameActive += effect.To == VirtualRouterRole.Active ? 1 : 0;
                router.Counters.LeftActive += effect.From == VirtualRouterRole.Active ? 1 : 0;
                router.Counters.ChangedAt = now;
                Tell(new LinkEvent
                {
                    Kind = LinkEventKind.Became,
                    Router = index,
                    From = effect.From,
                    To = effect.To,
                    Cause = effect.Cause,
                    Address = _states[index].ActivePeer,
                    Number = _states[index].ActivePriority,
                });
                break;
            default:
                Tell(new LinkEvent { Kind = LinkEventKind.Note, Router = index, Note = effect.Note });
                break;
        }
    }

    private void Send(in VirtualRouterEffect effect, int index)
    {
        var router = _routers[index];
        var isResign = effect.Priority == VirtualRouterTimes.ResignPriority;
        if (isResign)
        {
            // Whoever takes over must not find us answering for its addresses.
            _hand.WaitUntilDone(ReleaseLimitNs);
        }

        for (var copy = 0; copy < Math.Max(1, effect.Copies); copy++)
        {
            if (copy > 0)
            {
                _ = _pause.Wait(CopyGapNs);
            }

            var error = router.Sender.Send(effect, _states[index].Own);
            router.Counters.Sent++;
            router.Counters.ResignsSent += isResign ? 1 : 0;
            if (error != 0)
            {
                router.Counters.SendErrors++;
                Tell(new LinkEvent { Kind = LinkEventKind.SendFailed, Router = index, Number = error });
            }
        }
    }

    private void Tell(in LinkEvent what)
    {
        _ = Events.TryPut(what with { At = LinkClock.Now });
        _told.Raise();
    }
}
