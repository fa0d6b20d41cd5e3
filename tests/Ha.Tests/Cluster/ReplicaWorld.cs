using System.Collections.Immutable;
using Ha.Actors.Cluster;
using Ha.Actors.Link;
using Ha.InformationBase;

namespace Ha.Tests.Cluster;

/// <summary>Several replicas on a tiny bus with one order: splits, crashes, lost memory. One seed is one run.</summary>
internal sealed class ReplicaWorld
{
    private readonly Random _random;
    private readonly Dictionary<uint, Replica> _replicas = [];
    private readonly Dictionary<int, Queue<(LinkMember Sender, byte[] Bytes)>> _buses = [];
    private ulong _ring = 4;
    private uint _process = 100;

    public ReplicaWorld(int seed, int count)
    {
        _random = new Random(seed);
        for (var node = 1u; node <= count; node++)
        {
            _replicas[node] = new Replica(node);
        }

        foreach (var node in _replicas.Keys)
        {
            Boot(node);
        }

        Split([.. _replicas.Keys.Select(_ => 0)]);
    }

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(1);

    public List<(string RequestId, long Index)> Acknowledged { get; } = [];

    public IEnumerable<Replica> Replicas => _replicas.Values;

    public Replica this[uint node] => _replicas[node];

    /// <summary>Puts each node on a side; sides cannot hear each other. Dead nodes are on no side.</summary>
    public void Split(int[] sides)
    {
        // What was on its way may reach a part of the old members only.
        foreach (var bus in _buses.Values)
        {
            while (bus.TryDequeue(out var message))
            {
                foreach (var replica in _replicas.Values.Where(replica => replica.IsUp && _random.Next(3) == 0))
                {
                    Deliver(replica, message.Sender, message.Bytes);
                }
            }
        }

        _buses.Clear();
        _ring += 4;
        foreach (var (replica, side) in _replicas.Values.Zip(sides))
        {
            replica.Side = side;
        }

        foreach (var side in _replicas.Values.Where(replica => replica.IsUp).GroupBy(replica => replica.Side))
        {
            Announce(side.Key, [.. side]);
        }
    }

    public void Crash(uint node)
    {
        var replica = _replicas[node];
        replica.IsUp = false;
        replica.Writes.Clear();
        Split([.. _replicas.Values.Select(other => other.Side)]);
    }

    public void Restart(uint node)
    {
        Boot(node);
        Split([.. _replicas.Values.Select(other => other.Side)]);
    }

    /// <summary>Error lines are part of the test.</summary>
    public bool AllowsErrors { get; set; }

    public void Propose(uint node, string requestId) =>
        Propose(node, requestId, new CibChange.SetProperty(requestId, "1", ""));

    public void Propose(uint node, string requestId, CibChange change)
    {
        var replica = _replicas[node];
        if (replica.IsUp)
        {
            Step(replica, new ReplicaInput.Propose(
                requestId, "test", CibCodec.Encode(change), Now + TimeSpan.FromSeconds(20)));
        }
    }

    /// <summary>An empty disk takes the place of the node's.</summary>
    public void Wipe(uint node) => _replicas[node].Disk = new MemoryDisk();

    /// <summary>The node starts and finds its log damaged.</summary>
    public void RestartDamaged(uint node)
    {
        Wipe(node);
        Boot(node, "entry 7 does not continue the chain");
        Split([.. _replicas.Values.Select(other => other.Side)]);
    }

    public void FailDisk(uint node)
    {
        _replicas[node].Writes.Clear();
        Step(_replicas[node], new ReplicaInput.StoreFailed("no space left on device"));
    }

    public void RepairDisk(uint node) =>
        Step(_replicas[node], new ReplicaInput.Reopened(_replicas[node].Disk.Load(), ""));

    public void Silence(uint node, bool isSilent) => Step(_replicas[node], new ReplicaInput.Silence(isSilent));

    /// <summary>One random thing that can happen next; false when nothing can.</summary>
    public bool Once()
    {
        var possible = new List<Action>();
        foreach (var (side, bus) in _buses)
        {
            if (bus.Count > 0)
            {
                possible.Add(() =>
                {
                    var (sender, bytes) = bus.Dequeue();
                    foreach (var replica in _replicas.Values.Where(replica => replica.IsUp
                        && replica.Side == side).ToList())
                    {
                        Deliver(replica, sender, bytes);
                    }
                });
            }
        }

        foreach (var replica in _replicas.Values.Where(replica => replica.IsUp && replica.Writes.Count > 0))
        {
            possible.Add(() =>
            {
                var write = replica.Writes.Dequeue();
                replica.Disk.Perform(write);
                Step(replica, new ReplicaInput.Stored(write));
            });
        }

        if (possible.Count == 0)
        {
            return false;
        }

        possible[_random.Next(possible.Count)]();
        return true;
    }

    public void Tick(TimeSpan length)
    {
        for (var at = TimeSpan.Zero; at < length; at += ReplicaMachine.TickInterval)
        {
            Now += ReplicaMachine.TickInterval;
            foreach (var replica in _replicas.Values.Where(replica => replica.IsUp).ToList())
            {
                Step(replica, new ReplicaInput.TimePassed());
            }

            while (Once())
            {
            }
        }
    }

    private void Boot(uint node, string damage = "")
    {
        var replica = _replicas[node];
        replica.IsUp = true;
        replica.ProcessId = _process++;
        replica.Config = new ReplicaConfig(
            $"n{node}", $"inc-{replica.ProcessId}", $"cluster-{node}", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), 1000);
        replica.State = ReplicaMachine.Start(replica.Disk.Load(), damage, Now);
        Step(replica, new ReplicaInput.Engine(new LinkEvent.Connected(
            new LinkMember(node, replica.ProcessId), $"n{node}",
            _replicas.Keys.Select(id => new LinkNode(id, $"n{id}", 1)).ToValueList(), _replicas.Count == 2)));
    }

    private void Announce(int side, List<Replica> members)
    {
        _buses[side] = new Queue<(LinkMember, byte[])>();
        var list = members.Select(member => new LinkMember(member.NodeId, member.ProcessId)).ToValueList();
        var nodes = list.Select(member => member.NodeId).ToValueList();
        var ring = new RingId(nodes[0], _ring);
        foreach (var replica in members)
        {
            Step(replica, new ReplicaInput.Engine(new LinkEvent.MembersChanged(list, [], [])));
            Step(replica, new ReplicaInput.Engine(new LinkEvent.RingChanged(ring, nodes)));
            Step(replica, new ReplicaInput.Engine(
                new LinkEvent.QuorumChanged(ring, members.Count > _replicas.Count / 2, nodes)));
        }
    }

    private void Deliver(Replica replica, LinkMember sender, byte[] bytes)
    {
        Assert.True(ClusterMessageCodec.TryDecode(bytes, out var message, out var error), error);
        Step(replica, new ReplicaInput.Received(sender, message!));
    }

    private void Step(Replica replica, ReplicaInput input)
    {
        (replica.State, var effects) = ReplicaMachine.Step(replica.Config, replica.State, input, Now);
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case ReplicaEffect.Send send when _buses.TryGetValue(replica.Side, out var bus):
                    bus.Enqueue((new LinkMember(replica.NodeId, replica.ProcessId),
                        ClusterMessageCodec.Encode(send.Message)));
                    break;
                case ReplicaEffect.Write write:
                    replica.Writes.Enqueue(write.Target);
                    break;
                case ReplicaEffect.Answer { Outcome: ChangeOutcome.Ok ok } answer:
                    Acknowledged.Add((answer.RequestId, ok.Index));
                    break;
                case ReplicaEffect.Note { Level: Kernel.LogLevel.Error } note when !AllowsErrors:
                    Assert.Fail($"n{replica.NodeId}: {note.Text}");
                    break;
            }
        }
    }
}

/// <summary>One replica and its disk.</summary>
internal sealed class Replica(uint nodeId)
{
    public uint NodeId => nodeId;

    public uint ProcessId { get; set; }

    public bool IsUp { get; set; }

    public int Side { get; set; }

    public ReplicaConfig Config { get; set; } = null!;

    public ReplicaState State { get; set; } = null!;

    public Queue<StoreWrite> Writes { get; } = new();

    public MemoryDisk Disk { get; set; } = new();

    public bool IsActive => IsUp && State.Epoch is EpochState.Active;
}

/// <summary>A disk that keeps what was written, and nothing else.</summary>
internal sealed class MemoryDisk
{
    private LogMeta _meta = LogMeta.Empty;
    private LogSnapshot? _snapshot;
    private ImmutableList<LogEntry> _entries = [];

    public void Perform(StoreWrite write)
    {
        switch (write)
        {
            case StoreWrite.SavePromise save:
                _meta = save.Meta;
                break;
            case StoreWrite.SaveMeta save:
                _meta = save.Meta;
                break;
            case StoreWrite.AppendEntries append:
                _entries = _entries.AddRange(append.Entries);
                _meta = append.Meta;
                break;
            case StoreWrite.AdoptBase adopt:
                _entries = adopt.Snapshot is null ? _entries.RemoveAll(entry => entry.Index > adopt.KeepThrough) : [];
                _snapshot = adopt.Snapshot ?? (_snapshot?.Index > adopt.KeepThrough ? null : _snapshot);
                _entries = _entries.AddRange(adopt.Entries);
                _meta = adopt.Meta;
                break;
            case StoreWrite.CompactTo compact:
                _snapshot = compact.Snapshot;
                _entries = _entries.RemoveAll(entry => entry.Index <= compact.Snapshot.Index);
                break;
        }
    }

    public ReplicaLog Load()
    {
        Assert.Null(ReplicaLog.FirstBroken(_snapshot?.Hash ?? LogHash.Zero, _snapshot?.Index ?? 0, _entries));
        var (log, damage) = ReplicaActor.Load(new LogOpening.Opened(_meta, _snapshot, _entries));
        Assert.Equal("", damage);
        return log;
    }
}
