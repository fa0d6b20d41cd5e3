using Ha.Resources.Vip;

namespace Ha.Resources.Vrrp.Link;

/// <summary>What the hand that sets addresses is asked for.</summary>
internal enum HandOrder
{
    /// <summary>Set all addresses of a router, and hold them.</summary>
    Install,

    /// <summary>Take them away.</summary>
    Remove,

    /// <summary>Announce each once; Number says how often that was done before.</summary>
    Announce,
}

/// <summary>One order.</summary>
internal readonly record struct HandCommand(HandOrder Order, int Router, int Number);

/// <summary>A thread that sets, renews, removes and announces addresses, so that no advert waits for the kernel's lock
/// on its interfaces, which others may hold for long. Addresses are leased: they end by themselves when this process
/// does, or when the thread that sends adverts has not moved for a while.</summary>
internal sealed class AddressHand : IDisposable
{
    /// <summary>How long the kernel keeps an address that nobody renews: measured, it is gone within half a second
    /// more.</summary>
    public const uint LeaseSeconds = 2;

    // So many tries fit into a lease.
    private const long RenewIntervalNs = 400 * LinkClock.Millisecond;

    // When the adverts' thread has not moved for so long, addresses are not renewed.
    private const long SilenceLimitNs = LinkClock.Second;

    // From this announcement on the old holder is silent, and the other form does no harm.
    private const int QuestionFrom = 3;
    private const int QueueSize = 1024;

    // Switching a device off holds the kernel's lock for tens of milliseconds: nobody waits for that in a handover.
    private const long SwitchOffDelayNs = 300 * LinkClock.Millisecond;
    private const int NoSuchAddress = 99;
    private const int NoSuchDevice = 19;

    private readonly HeldAddress[][] _addresses;
    private readonly int[] _devices;
    private readonly bool[] _isHeld;
    private readonly long[] _switchOffAt;
    private readonly bool[] _isOwner;
    private readonly LinkSocket[] _voices;
    private readonly int[] _voiceDevices;
    private readonly LinkRing<HandCommand> _orders = new(QueueSize);
    private readonly LinkSignal _told;
    private readonly LinkSignal _signal = new();
    private readonly LinkSignal _done = new();
    private readonly NetlinkSocket _netlink = new();
    private readonly Func<long> _heartbeat;
    private readonly byte[] _scratch = new byte[LinkMessageCodec.MaxBytes];
    private Thread? _thread;
    private long _asked;
    private long _carriedOut;
    private volatile bool _isEnding;

    /// <summary>Prepares it; <see cref="Start"/> begins.</summary>
    /// <param name="addresses">The addresses by router.</param>
    /// <param name="devices">The device of ours by router; 0 for none.</param>
    /// <param name="isOwner">The addresses are the host's own: they are announced, and never set or removed.</param>
    /// <param name="voices">Interfaces by which is announced.</param>
    /// <param name="told">Raised when there is an event.</param>
    /// <param name="heartbeat">When the adverts' thread last moved.</param>
    public AddressHand(
        HeldAddress[][] addresses, int[] devices, bool[] isOwner, IReadOnlyDictionary<int, LinkSocket> voices,
        LinkSignal told, Func<long> heartbeat)
    {
        _addresses = addresses;
        _devices = devices;
        _isOwner = isOwner;
        _isHeld = new bool[addresses.Length];
        _switchOffAt = new long[addresses.Length];
        Array.Fill(_switchOffAt, long.MaxValue);
        _voiceDevices = [.. voices.Keys];
        _voices = [.. voices.Values];
        _told = told;
        _heartbeat = heartbeat;
    }

    /// <summary>What the others should know.</summary>
    public LinkRing<LinkEvent> Events { get; } = new(QueueSize);

    /// <summary>Begins.</summary>
    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "addresses" };
        _thread.Start();
    }

    /// <summary>Asks for something; called by the adverts' thread alone.</summary>
    public void Ask(HandOrder order, int router, int number = 0)
    {
        if (_orders.TryPut(new HandCommand(order, router, number)))
        {
            _asked++;
            _signal.Raise();
        }
    }

    /// <summary>Waits until all that was asked is done.</summary>
    /// <param name="limitNs">At most so long.</param>
    public void WaitUntilDone(long limitNs)
    {
        var end = LinkClock.Now + limitNs;
        while (Volatile.Read(ref _carriedOut) < _asked && LinkClock.Now < end)
        {
            _ = _done.Wait(end - LinkClock.Now);
        }
    }

    /// <summary>True while a router's addresses are set.</summary>
    public bool Holds(int router) => Volatile.Read(ref _isHeld[router]);

    /// <summary>Somebody took an address of ours away, or a device: set what is missing. Called by any thread.
    /// </summary>
    public void Look() => _signal.Raise();

    /// <summary>Ends the thread and takes away what is left.</summary>
    public void Dispose()
    {
        _isEnding = true;
        _signal.Raise();
        _thread?.Join();
        _netlink.Dispose();
        _signal.Dispose();
        _done.Dispose();
    }

    /// <summary>Takes away what an earlier run may have left; called before the start.</summary>
    public void Sweep()
    {
        for (var router = 0; router < _addresses.Length; router++)
        {
            if (!_isOwner[router])
            {
                Remove(router);
            }
        }
    }

    private void Run()
    {
        _ = RealTime.Enter(RealTime.HandPriority);
        var renewAt = LinkClock.Now + RenewIntervalNs;
        while (!_isEnding)
        {
            _ = _signal.Wait(Math.Min(renewAt, NextSwitchOff()) - LinkClock.Now);
            while (_orders.TryTake(out var command))
            {
                CarryOut(command);
                Volatile.Write(ref _carriedOut, _carriedOut + 1);
                _done.Raise();
            }

            var now = LinkClock.Now;
            SwitchOff(now);
            if (now >= renewAt)
            {
                renewAt = now + RenewIntervalNs;
                Renew(now);
            }
        }
    }

    private void CarryOut(HandCommand command)
    {
        switch (command.Order)
        {
            case HandOrder.Install:
                Volatile.Write(ref _isHeld[command.Router], true);
                Install(command.Router);
                break;
            case HandOrder.Remove:
                Volatile.Write(ref _isHeld[command.Router], false);
                if (!_isOwner[command.Router])
                {
                    Remove(command.Router);
                }

                break;
            default:
                if (_isHeld[command.Router])
                {
                    Announce(command.Router, command.Number);
                }

                break;
        }
    }

    private void Install(int router)
    {
        if (_isOwner[router])
        {
            return;
        }

        _switchOffAt[router] = long.MaxValue;
        Switch(router, isUp: true);
        foreach (var address in _addresses[router])
        {
            var error = _netlink.Ask(address.Add);
            if (error is not 0 and not Netlink.Exists)
            {
                Tell(LinkEventKind.Refused, router, address.Address, error);
            }
        }
    }

    private void Remove(int router)
    {
        foreach (var address in _addresses[router])
        {
            var error = _netlink.Ask(address.Remove);
            if (error is not 0 and not NoSuchAddress and not NoSuchDevice)
            {
                Tell(LinkEventKind.Refused, router, address.Address, error);
            }
        }

        _switchOffAt[router] = _devices[router] == 0 ? long.MaxValue : LinkClock.Now + SwitchOffDelayNs;
    }

    private long NextSwitchOff()
    {
        var next = long.MaxValue;
        foreach (var at in _switchOffAt)
        {
            next = Math.Min(next, at);
        }

        return next;
    }

    // One at a time: an order that came meanwhile is more urgent than the next.
    private void SwitchOff(long now)
    {
        for (var router = 0; router < _switchOffAt.Length; router++)
        {
            if (_switchOffAt[router] <= now)
            {
                _switchOffAt[router] = long.MaxValue;
                Switch(router, isUp: false);
                return;
            }
        }
    }

    private void Switch(int router, bool isUp)
    {
        if (_devices[router] is not 0 and var device)
        {
            var length = LinkMessageCodec.EncodeSwitch(device, isUp, _scratch);
            _ = _netlink.Ask(_scratch.AsSpan(0, length));
        }
    }

    private void Renew(long now)
    {
        if (now - _heartbeat() > SilenceLimitNs)
        {
            return;
        }

        for (var router = 0; router < _addresses.Length; router++)
        {
            if (_isHeld[router] && !_isOwner[router])
            {
                foreach (var address in _addresses[router])
                {
                    _ = _netlink.Ask(address.Add);
                }
            }
        }
    }

    private void Announce(int router, int before)
    {
        foreach (var address in _addresses[router])
        {
            if (VoiceOf(address.Voice) is not { } voice)
            {
                continue;
            }

            _ = voice.Send(address.Announcement);
            if (before >= QuestionFrom && address.Question.Length > 0)
            {
                _ = voice.Send(address.Question);
            }
        }
    }

    private LinkSocket? VoiceOf(int device)
    {
        for (var index = 0; index < _voiceDevices.Length; index++)
        {
            if (_voiceDevices[index] == device)
            {
                return _voices[index];
            }
        }

        return null;
    }

    private void Tell(LinkEventKind kind, int router, VrrpAddress address, int number)
    {
        _ = Events.TryPut(new LinkEvent
        {
            Kind = kind,
            At = LinkClock.Now,
            Router = router,
            Address = address,
            Number = number,
        });
        _told.Raise();
    }
}
