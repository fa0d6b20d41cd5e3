using Ha.Actors.Link;
using Ha.InformationBase;
using Ha.Kernel;

namespace Ha.Simulation.Engine;

/// <summary>The engine's process on one host: what it has ordered for its program, and whether it runs.</summary>
internal sealed class SimulatedEngine(SimulatedScheduler scheduler, uint node)
{
    private readonly Queue<(TimeSpan At, LinkEvent Event)> _inbox = new();
    private bool _isDelivering;

    public uint Node => node;

    /// <summary>Engines of one side hear each other.</summary>
    public int Side { get; set; }

    /// <summary>It runs.</summary>
    public bool IsUp { get; set; }

    /// <summary>It runs and does nothing.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>The others do not hear it, though it hears them: the ring flaps.</summary>
    public bool IsMute { get; set; }

    /// <summary>Takes no message before this time.</summary>
    public TimeSpan BusyUntil { get; set; }

    /// <summary>The program's connection; null for none.</summary>
    public SimulatedLink? Link { get; set; }

    /// <summary>The ring that it is in; null between rings.</summary>
    public SimulatedRing? Ring { get; set; }

    /// <summary>Senders whose next messages are dropped here, and how many.</summary>
    public Dictionary<uint, int> Unknown { get; } = [];

    /// <summary>It has seen enough votes since it started: two-node mode waits for that.</summary>
    public bool HasSeenAll { get; set; }

    /// <summary>The next entry comes altered.</summary>
    public bool AltersNext { get; set; }

    /// <summary>An entry came altered.</summary>
    public bool TakeAltered()
    {
        AltersNext = false;
        return true;
    }

    /// <summary>Hands an event to the program, after what waits already.</summary>
    public void Deliver(LinkEvent happened, TimeSpan lag)
    {
        if (lag == TimeSpan.Zero && _inbox.Count == 0 && !IsFrozen)
        {
            Link?.Tell(happened);
            return;
        }

        _inbox.Enqueue((scheduler.Now + lag, happened));
        Pump();
    }

    /// <summary>What it ordered before it froze comes in one burst.</summary>
    public void Thaw()
    {
        IsFrozen = false;
        Pump();
    }

    /// <summary>What waited is lost, with the engine or with its program.</summary>
    public void Forget() => _inbox.Clear();

    private void Pump()
    {
        if (_isDelivering || IsFrozen || !_inbox.TryPeek(out var first))
        {
            return;
        }

        _isDelivering = true;
        scheduler.After(first.At - scheduler.Now, () =>
        {
            _isDelivering = false;
            while (!IsFrozen && _inbox.TryPeek(out var next) && next.At <= scheduler.Now)
            {
                _inbox.Dequeue();
                Link?.Tell(next.Event);
            }

            Pump();
        });
    }
}

/// <summary>Engines that pass one token around: one order of messages.</summary>
internal sealed class SimulatedRing(RingId id, ValueList<uint> nodes)
{
    public RingId Id => id;

    public ValueList<uint> Nodes => nodes;

    /// <summary>Processes in the group as this ring's members see it.</summary>
    public SortedSet<LinkMember> Group { get; } = [];

    /// <summary>Ordered next: a message, or a change of the group.</summary>
    public Queue<(LinkMember Sender, ReadOnlyMemory<byte> Bytes, Action? Change)> Queue { get; } = new();

    public bool IsBroken { get; set; }

    public bool IsPumping { get; set; }

    /// <summary>Services are getting in step: no message is taken before this time.</summary>
    public TimeSpan SyncUntil { get; set; }
}
