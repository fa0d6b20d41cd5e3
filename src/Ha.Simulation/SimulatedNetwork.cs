using Ha.Actors.Link;
using Ha.InformationBase;
using Ha.Kernel;

namespace Ha.Simulation;

/// <summary>The cluster engine of a simulated world: one order of messages for each side of a split, views, quorum. It
/// loses
/// what the real one loses: when a view breaks, a message may have reached a part of its members only.</summary>
public sealed class SimulatedNetwork(SimulatedScheduler scheduler, Random random, int nodeCount)
{
    private static readonly TimeSpan s_longestDelivery = TimeSpan.FromMilliseconds(2);

    private readonly SortedDictionary<uint, SimulatedLink> _links = [];
    private readonly int[] _side = new int[nodeCount + 1];
    private readonly Dictionary<int, Bus> _buses = [];
    private readonly int[] _version = new int[nodeCount + 1];
    private ulong _ring = 4;

    /// <summary>How long the engine takes to see that a member is gone.</summary>
    public TimeSpan DetectionTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Connects a node's new program.</summary>
    public SimulatedLink Connect(uint node, string name, uint process)
    {
        var link = new SimulatedLink(this, new LinkMember(node, process), name);
        _links[node] = link;
        return link;
    }

    /// <summary>Puts nodes on sides that do not hear each other; the engine notices after its time.</summary>
    public void Split(IReadOnlyList<int> sides)
    {
        for (var node = 1; node <= nodeCount; node++)
        {
            _side[node] = sides[node - 1];
        }

        Break();
        var expected = ++_version[0];
        scheduler.After(DetectionTime, () =>
        {
            if (_version[0] == expected)
            {
                Form();
            }
        });
    }

    /// <summary>The membership changes without a split: a program came or went.</summary>
    public void Renew()
    {
        Break();
        Form();
    }

    internal void Joined(SimulatedLink link)
    {
        link.Tell(new LinkEvent.Connected(
            link.Self, link.Name,
            Enumerable.Range(1, nodeCount).Select(node => new LinkNode((uint)node, $"n{node}", 1)).ToValueList(),
            nodeCount == 2));
        Renew();
    }

    internal void Left(SimulatedLink link)
    {
        if (_links.TryGetValue(link.Self.NodeId, out var current) && ReferenceEquals(current, link))
        {
            _links.Remove(link.Self.NodeId);
            Split([.. _side.Skip(1)]);
        }
    }

    internal SendOutcome Send(SimulatedLink link, ReadOnlyMemory<byte> message)
    {
        if (!_links.TryGetValue(link.Self.NodeId, out var current) || !ReferenceEquals(current, link) || !link.IsJoined)
        {
            return SendOutcome.Lost;
        }

        if (!_buses.TryGetValue(_side[link.Self.NodeId], out var bus))
        {
            return SendOutcome.TryAgain;
        }

        bus.Queue.Enqueue((link.Self, message.ToArray()));
        if (bus.Queue.Count == 1)
        {
            Pump(bus);
        }

        return SendOutcome.Sent;
    }

    private void Pump(Bus bus) =>
        scheduler.After(s_longestDelivery * random.NextDouble(), () =>
        {
            if (bus.IsBroken || !bus.Queue.TryDequeue(out var message))
            {
                return;
            }

            foreach (var member in bus.Members)
            {
                if (_links.TryGetValue(member.NodeId, out var link) && link.Self == member)
                {
                    link.Tell(new LinkEvent.Delivered(message.Sender, message.Bytes));
                }
            }

            if (bus.Queue.Count > 0)
            {
                Pump(bus);
            }
        });

    // What was on its way reaches anybody or nobody; a sender may be the only one to see its own message.
    private void Break()
    {
        foreach (var bus in _buses.Values)
        {
            bus.IsBroken = true;
            while (bus.Queue.TryDequeue(out var message))
            {
                foreach (var member in bus.Members)
                {
                    if (random.Next(3) == 0 && _links.TryGetValue(member.NodeId, out var link) && link.Self == member)
                    {
                        link.Tell(new LinkEvent.Delivered(message.Sender, message.Bytes));
                    }
                }
            }
        }

        _buses.Clear();
    }

    private void Form()
    {
        _ring += 4;
        foreach (var side in _links.Values.Where(link => link.IsJoined).GroupBy(link => _side[link.Self.NodeId]))
        {
            var members = side.Select(link => link.Self).Order().ToValueList();
            var nodes = members.Select(member => member.NodeId).ToValueList();
            var ring = new RingId(nodes[0], _ring);
            _buses[side.Key] = new Bus(members);
            foreach (var link in side)
            {
                // Group and quorum come by different ways: either may be first.
                var quorum = new LinkEvent.QuorumChanged(ring, nodes.Count > nodeCount / 2 || nodeCount == 2, nodes);
                var isQuorumFirst = random.Next(2) == 0;
                if (isQuorumFirst)
                {
                    link.Tell(quorum);
                }

                link.Tell(new LinkEvent.MembersChanged(members, [], []));
                link.Tell(new LinkEvent.RingChanged(ring, nodes));
                if (!isQuorumFirst)
                {
                    scheduler.After(TimeSpan.FromMilliseconds(random.Next(20)), () => link.Tell(quorum));
                }
            }
        }
    }

    private sealed class Bus(ValueList<LinkMember> members)
    {
        public ValueList<LinkMember> Members => members;

        public Queue<(LinkMember Sender, byte[] Bytes)> Queue { get; } = new();

        public bool IsBroken { get; set; }
    }
}

/// <summary>One program's connection to the simulated engine.</summary>
public sealed class SimulatedLink : IClusterLink
{
    private readonly SimulatedNetwork _network;
    private Action<LinkEvent>? _onEvent;

    internal SimulatedLink(SimulatedNetwork network, LinkMember self, string name)
    {
        _network = network;
        Self = self;
        Name = name;
    }

    /// <summary>This process in the group.</summary>
    public LinkMember Self { get; }

    /// <summary>The node's name.</summary>
    public string Name { get; }

    internal bool IsJoined => _onEvent is not null;

    /// <inheritdoc/>
    public void Start(Action<LinkEvent> onEvent)
    {
        _onEvent = onEvent;
        _network.Joined(this);
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _onEvent = null;
        _network.Left(this);
    }

    /// <inheritdoc/>
    public SendOutcome Multicast(ReadOnlyMemory<byte> message) => _network.Send(this, message);

    internal void Tell(LinkEvent happened) => _onEvent?.Invoke(happened);
}
