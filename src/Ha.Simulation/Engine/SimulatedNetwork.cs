using Ha.Actors.Cluster;
using Ha.Actors.Link;
using Ha.InformationBase;
using Ha.Kernel;

namespace Ha.Simulation.Engine;

/// <summary>The cluster engine of a simulated world: one order of messages for each side of a split, views, quorum. It
/// loses what the real one loses: when a ring breaks, a message may have reached a part of its members only, or its
/// sender alone.</summary>
public sealed class SimulatedNetwork
{
    private static readonly TimeSpan s_longestOrder = TimeSpan.FromMilliseconds(2);
    private const int LargestBatch = 8;

    private readonly SimulatedScheduler _scheduler;
    private readonly Random _random;
    private readonly SimulatedEngine[] _engines;
    private readonly ValueList<LinkNode> _nodes;
    private readonly List<(LinkMember Member, int UntilRing)> _ghosts = [];
    private int _ringCount;
    private int _version;

    /// <summary>A network whose engines are all off.</summary>
    public SimulatedNetwork(SimulatedScheduler scheduler, Random random, IReadOnlyList<string> names,
        EngineFaults faults, IReadOnlyList<int>? votes = null)
    {
        _scheduler = scheduler;
        _random = random;
        Faults = faults;
        _nodes = names.Select((name, index) => new LinkNode((uint)(index + 1), name, votes?[index] ?? 1)).ToValueList();
        _engines = [.. names.Select((_, index) => new SimulatedEngine(scheduler, (uint)(index + 1)))];
    }

    /// <summary>How it misbehaves; replaced when all faults end.</summary>
    public EngineFaults Faults { get; set; }

    /// <summary>How many rings there were.</summary>
    public int RingCount => _ringCount;

    /// <summary>A host's engine starts.</summary>
    public void StartEngine(uint node)
    {
        var engine = Of(node);
        if (engine.IsUp)
        {
            return;
        }

        engine.IsUp = true;
        engine.IsFrozen = false;
        engine.HasSeenAll = false;
        engine.BusyUntil = TimeSpan.Zero;
        if (engine.Link is { IsOpen: true } link)
        {
            link.Tell(ConnectedOf(link));
        }

        Reform(_scheduler.Now, TimeSpan.FromMilliseconds(200 + _random.Next(300)));
    }

    /// <summary>A host's engine ends, with its host or alone.</summary>
    public void EndEngine(uint node, string reason)
    {
        var engine = Of(node);
        if (!engine.IsUp)
        {
            return;
        }

        engine.IsUp = false;
        engine.Forget();
        var ring = engine.Ring;
        engine.Ring = null;
        engine.Link?.Tell(new LinkEvent.Lost(reason));
        if (ring is not null)
        {
            Reform(_scheduler.Now, Faults.DetectionTime);
        }
    }

    /// <summary>A host's engine stands still; the others notice after their time.</summary>
    public void Freeze(uint node)
    {
        Of(node).IsFrozen = true;
        Reform(_scheduler.Now, Faults.DetectionTime);
    }

    /// <summary>It goes on: what it had ordered comes at once, then the view changes.</summary>
    public void Thaw(uint node)
    {
        if (Of(node).IsFrozen)
        {
            Of(node).Thaw();
            Reform(_scheduler.Now, TimeSpan.FromMilliseconds(100 + _random.Next(1000)));
        }
    }

    /// <summary>A node does not get the next messages of another one.</summary>
    public void Skip(uint node, uint sender, int count) => Of(node).Unknown[sender] = count;

    /// <summary>Takes no messages of this node for a while.</summary>
    public void Clog(uint node, TimeSpan length) => Of(node).BusyUntil = _scheduler.Now + length;

    /// <summary>Puts nodes on sides that do not hear each other; the engine notices after its time.</summary>
    public void Split(IReadOnlyList<int> sides)
    {
        foreach (var engine in _engines)
        {
            engine.Side = sides[(int)engine.Node - 1];
        }

        Break();
        Reform(_scheduler.Now, Faults.DetectionTime);
    }

    /// <summary>The others stop to hear this node, or hear it again.</summary>
    public void Mute(uint node, bool isMute)
    {
        if (Of(node).IsMute != isMute)
        {
            Of(node).IsMute = isMute;
            Flap(node);
        }
    }

    /// <summary>All faults of engines and wires end.</summary>
    public void Heal()
    {
        Faults = new EngineFaults { IsSameProcessId = Faults.IsSameProcessId };
        _ghosts.Clear();
        foreach (var engine in _engines)
        {
            engine.Side = 0;
            engine.IsMute = false;
            engine.BusyUntil = TimeSpan.Zero;
            engine.AltersNext = false;
            engine.Unknown.Clear();
            engine.Thaw();
        }

        Break();
        Reform(_scheduler.Now, TimeSpan.FromMilliseconds(500));
    }

    /// <summary>A program that has not opened its connection yet.</summary>
    public SimulatedLink Connect(uint node, string name, uint process) =>
        new(this, new LinkMember(node, process), name);

    internal void Opened(SimulatedLink link)
    {
        var engine = Of(link.Self.NodeId);
        engine.Forget();
        engine.Link = link;
        if (!engine.IsUp)
        {
            return;
        }

        link.Tell(ConnectedOf(link));
        if (engine.Ring is { } ring)
        {
            Change(ring, () => Join(ring, link));
        }
    }

    internal void Closed(SimulatedLink link)
    {
        var engine = Of(link.Self.NodeId);
        if (!ReferenceEquals(engine.Link, link))
        {
            return;
        }

        engine.Link = null;
        engine.Forget();
        if (engine.Ring is not { } ring)
        {
            return;
        }

        if (_random.Next(100) < Faults.GhostPercent)
        {
            _ghosts.Add((link.Self, _ringCount + 2));
            return;
        }

        var delay = _random.Next(100) < Faults.LingerPercent ? TimeSpan.FromSeconds(_random.Next(8)) : TimeSpan.Zero;
        _scheduler.After(delay, () => Change(ring, () => Leave(ring, link.Self)));
    }

    internal SendOutcome Send(SimulatedLink link, ReadOnlyMemory<byte> message)
    {
        var engine = Of(link.Self.NodeId);
        if (!ReferenceEquals(engine.Link, link) || !engine.IsUp)
        {
            return SendOutcome.Lost;
        }

        if (engine.Ring is not { IsBroken: false } ring || engine.IsFrozen || ring.SyncUntil > _scheduler.Now
            || engine.BusyUntil > _scheduler.Now || !ring.Group.Contains(link.Self))
        {
            return SendOutcome.TryAgain;
        }

        ring.Queue.Enqueue((link.Self, message, null));
        Pump(ring);
        return SendOutcome.Sent;
    }

    private SimulatedEngine Of(uint node) => _engines[(int)node - 1];

    private LinkEvent.Connected ConnectedOf(SimulatedLink link) => new(link.Self, link.Name, _nodes, _nodes.Count == 2);

    private void Change(SimulatedRing ring, Action change)
    {
        if (!ring.IsBroken)
        {
            ring.Queue.Enqueue((default, default, change));
            Pump(ring);
        }
    }

    private void Join(SimulatedRing ring, SimulatedLink link)
    {
        if (link.IsOpen && ring.Group.Add(link.Self))
        {
            TellGroup(ring);
            var engine = Of(link.Self.NodeId);
            engine.Deliver(new LinkEvent.RingChanged(ring.Id, ring.Nodes), TimeSpan.Zero);
            engine.Deliver(QuorumOf(engine, ring), TimeSpan.Zero);
        }
    }

    private void Leave(SimulatedRing ring, LinkMember member)
    {
        if (ring.Group.Remove(member))
        {
            TellGroup(ring);
        }
    }

    private void TellGroup(SimulatedRing ring)
    {
        var members = ring.Group.ToValueList();
        foreach (var node in ring.Nodes)
        {
            if (Of(node) is { Link: { } link } engine && ring.Group.Contains(link.Self))
            {
                engine.Deliver(new LinkEvent.MembersChanged(members, [], []), Lag());
            }
        }
    }

    private void Pump(SimulatedRing ring)
    {
        if (ring.IsPumping || ring.IsBroken || ring.Queue.Count == 0)
        {
            return;
        }

        ring.IsPumping = true;
        _scheduler.After(s_longestOrder * _random.NextDouble(), () =>
        {
            ring.IsPumping = false;
            for (var count = _random.Next(LargestBatch); count >= 0 && !ring.IsBroken; count--)
            {
                if (!ring.Queue.TryDequeue(out var item))
                {
                    break;
                }

                if (item.Change is { } change)
                {
                    change();
                }
                else
                {
                    Deliver(ring, item.Sender, item.Bytes);
                }
            }

            Pump(ring);
        });
    }

    private void Deliver(SimulatedRing ring, LinkMember sender, ReadOnlyMemory<byte> bytes)
    {
        var delivered = new LinkEvent.Delivered(sender, bytes);
        foreach (var node in ring.Nodes)
        {
            var engine = Of(node);
            if (engine.Link is not { } link || !ring.Group.Contains(link.Self) || !ReferenceEquals(engine.Ring, ring))
            {
                continue;
            }

            if (engine.Unknown.TryGetValue(sender.NodeId, out var dropped) && dropped > 0)
            {
                engine.Unknown[sender.NodeId] = dropped - 1;
                continue;
            }

            engine.Deliver(engine.AltersNext && Altered(bytes) is { } altered && engine.TakeAltered()
                ? new LinkEvent.Delivered(sender, altered) : delivered, Lag());
        }
    }

    // An entry as it would be if memory had changed under its checksums: another change in the same place.
    private static byte[]? Altered(ReadOnlyMemory<byte> bytes) =>
        new PartCollector().Add(default, bytes, out var whole).Length == 0 && whole is { } body
        && ClusterMessageCodec.TryDecode(body.Span, out var message, out _) && message is ClusterMessage.Append append
            ? MessageParts.Split(
                ClusterMessageCodec.Encode(append with
                {
                    Change = CibCodec.Encode(new CibChange.SetProperty("altered", $"{append.Index}", "")),
                }),
                uint.MaxValue).Single()
            : null;

    /// <summary>The next entry that a node receives is another one than was sent.</summary>
    public void Alter(uint node) => Of(node).AltersNext = true;

    private TimeSpan Lag() =>
        Faults.LongestLag == TimeSpan.Zero ? TimeSpan.Zero : Faults.LongestLag * _random.NextDouble();

    // The newest word on the membership wins: a ring forms when nothing has changed for the time that it takes.
    private void Reform(TimeSpan at, TimeSpan after)
    {
        var version = ++_version;
        _scheduler.After(at + after - _scheduler.Now, () =>
        {
            if (version == _version)
            {
                Form();
            }
        });
    }

    // A node that hears and is not heard joins and is thrown out in turn.
    private void Flap(uint node)
    {
        if (!Of(node).IsMute)
        {
            Of(node).Side = 0;
            Reform(_scheduler.Now, Faults.DetectionTime);
            return;
        }

        Of(node).Side = Of(node).Side == 0 ? 100 + (int)node : 0;
        Break();
        Reform(_scheduler.Now, TimeSpan.FromMilliseconds(300 + _random.Next(700)));
        _scheduler.After(TimeSpan.FromMilliseconds(800 + _random.Next(2500)), () =>
        {
            if (Of(node).IsMute)
            {
                Flap(node);
            }
        });
    }

    // What was on its way is delivered by those that move together, up to where they got, perhaps with holes; the rest
    // is lost. A sender may be the only one that sees its own message.
    private void Break()
    {
        foreach (var ring in _engines.Select(engine => engine.Ring).OfType<SimulatedRing>().Distinct().ToList())
        {
            if (ring.IsBroken)
            {
                continue;
            }

            ring.IsBroken = true;
            var sides = ring.Nodes.Select(Of).Where(engine => engine.IsUp && ReferenceEquals(engine.Ring, ring))
                .GroupBy(engine => engine.Side).ToList();
            var left = ring.Queue.Where(item => item.Change is null).ToList();
            ring.Queue.Clear();
            foreach (var side in sides)
            {
                var reached = _random.Next(left.Count + 1);
                var hasHoles = _random.Next(4) == 0;
                var selfish = _random.Next(3);
                for (var index = 0; index < left.Count; index++)
                {
                    var (sender, bytes, _) = left[index];
                    var skipped = index >= reached || (hasHoles && _random.Next(3) == 0);
                    foreach (var engine in side)
                    {
                        var isOwn = engine.Node == sender.NodeId && (selfish == 0 || (selfish == 1
                            && _random.Next(3) == 0));
                        if ((!skipped || isOwn) && engine.Link is { } link && ring.Group.Contains(link.Self))
                        {
                            engine.Deliver(new LinkEvent.Delivered(sender, bytes), TimeSpan.Zero);
                        }
                    }
                }
            }
        }
    }

    private void Form()
    {
        Break();
        _ringCount++;
        _ghosts.RemoveAll(ghost => ghost.UntilRing < _ringCount);
        foreach (var engine in _engines.Where(engine => !engine.IsUp))
        {
            engine.Ring = null;
        }

        var isAborted = _random.Next(100) < Faults.AbortPercent;
        foreach (var side in _engines.Where(engine => engine is { IsUp: true, IsFrozen: false })
            .GroupBy(engine => engine.Side).ToList())
        {
            Form([.. side], isAborted);
        }

        if (isAborted)
        {
            Reform(_scheduler.Now, TimeSpan.FromMilliseconds(_random.Next(40)));
        }
    }

    private void Form(List<SimulatedEngine> side, bool isAborted)
    {
        var nodes = side.Select(engine => engine.Node).ToValueList();
        var ring = new SimulatedRing(new RingId(nodes[0], 4 * (ulong)_ringCount), nodes)
        {
            SyncUntil = _scheduler.Now + (Faults.LongestSync * _random.NextDouble()),
        };
        ring.Group.UnionWith(side.Select(engine => engine.Link).OfType<SimulatedLink>().Where(link => link.IsOpen)
            .Select(link => link.Self));
        ring.Group.UnionWith(_ghosts.Select(ghost => ghost.Member).Where(member => nodes.Contains(member.NodeId)));
        var members = ring.Group.ToValueList();
        foreach (var engine in side)
        {
            engine.Ring = ring;
            engine.HasSeenAll |= nodes.Count == _nodes.Count;
            engine.Unknown.Clear();
            if (isAborted && _random.Next(2) == 0)
            {
                continue; // It breaks before this one has told its program.
            }

            if (_random.Next(100) < Faults.UnknownDropPercent)
            {
                engine.Unknown[nodes[_random.Next(nodes.Count)]] = 1 + _random.Next(3);
            }

            Announce(engine, ring, members);
        }
    }

    // Group and quorum come by different ways: either may be first.
    private void Announce(SimulatedEngine engine, SimulatedRing ring, ValueList<LinkMember> members)
    {
        var quorum = QuorumOf(engine, ring);
        var isFirst = _random.Next(2) == 0;
        if (isFirst)
        {
            engine.Deliver(quorum, TimeSpan.Zero);
        }

        engine.Deliver(new LinkEvent.MembersChanged(members, [], []), TimeSpan.Zero);
        engine.Deliver(new LinkEvent.RingChanged(ring.Id, ring.Nodes), TimeSpan.Zero);
        if (!isFirst)
        {
            _scheduler.After(Faults.LatestQuorum * _random.NextDouble(), () =>
            {
                if (ReferenceEquals(engine.Ring, ring))
                {
                    engine.Deliver(quorum, TimeSpan.Zero);
                }
            });
        }
    }

    private LinkEvent.QuorumChanged QuorumOf(SimulatedEngine engine, SimulatedRing ring)
    {
        var isTwoNode = _nodes.Count == 2 && (Faults.IsQuorateAlone || engine.HasSeenAll);
        return new LinkEvent.QuorumChanged(ring.Id, VotesOf(ring.Nodes) > _nodes.Sum(node => node.Votes) / 2
            || isTwoNode, ring.Nodes);
    }

    private int VotesOf(ValueList<uint> nodes) => nodes.Sum(number => _nodes[(int)number - 1].Votes);
}
