using Ha.InformationBase;

namespace Ha.Actors.Link;

/// <summary>The cluster engine as the rest sees it: ordered messages, membership, quorum. Corosync is one, the
/// simulated
/// world another.</summary>
public interface IClusterLink
{
    /// <summary>Connects, joins the group and starts to report events, from a thread of its own; it reconnects by
    /// itself
    /// after <see cref="LinkEvent.Lost"/>.</summary>
    void Start(Action<LinkEvent> onEvent);

    /// <summary>Leaves the group and ends.</summary>
    void Stop();

    /// <summary>Hands a message over for ordered delivery to all members, oneself among them. Never waits.</summary>
    SendOutcome Multicast(ReadOnlyMemory<byte> message);
}

/// <summary>What became of a message that was handed over.</summary>
public enum SendOutcome
{
    /// <summary>Taken; it will be delivered unless the membership breaks.</summary>
    Sent,

    /// <summary>Not taken: the queue is full. Try again soon.</summary>
    TryAgain,

    /// <summary>Not taken: there is no connection.</summary>
    Lost,
}

/// <summary>A configuration of the ring. Both sides of a split may use the same sequence: compare the pair.</summary>
/// <param name="Representative">Node id of the ring's representative.</param>
/// <param name="Sequence">Number of the configuration.</param>
public readonly record struct RingId(uint Representative, ulong Sequence)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Representative}.{Sequence:x}";
}

/// <summary>A process in the group.</summary>
public readonly record struct LinkMember(uint NodeId, uint ProcessId) : IComparable<LinkMember>
{
    /// <inheritdoc/>
    public int CompareTo(LinkMember other) =>
        NodeId != other.NodeId ? NodeId.CompareTo(other.NodeId) : ProcessId.CompareTo(other.ProcessId);

    /// <summary>Orders by node, then process.</summary>
    public static bool operator <(LinkMember left, LinkMember right) => left.CompareTo(right) < 0;

    /// <summary>Orders by node, then process.</summary>
    public static bool operator >(LinkMember left, LinkMember right) => left.CompareTo(right) > 0;

    /// <summary>Orders by node, then process.</summary>
    public static bool operator <=(LinkMember left, LinkMember right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by node, then process.</summary>
    public static bool operator >=(LinkMember left, LinkMember right) => left.CompareTo(right) >= 0;
}

/// <summary>What the engine says.</summary>
public abstract record LinkEvent
{
    private LinkEvent()
    {
    }

    /// <summary>There is a connection; membership follows.</summary>
    /// <param name="Local">This process.</param>
    /// <param name="LocalName">Name of this node in the engine's node list; empty when it has none.</param>
    /// <param name="Nodes">The engine's node list.</param>
    /// <param name="IsTwoNode">The engine keeps quorum with one of two nodes.</param>
    public sealed record Connected(
        LinkMember Local, string LocalName, ValueList<LinkNode> Nodes, bool IsTwoNode) : LinkEvent;

    /// <summary>A message, in the one order of all members.</summary>
    public sealed record Delivered(LinkMember Sender, ReadOnlyMemory<byte> Message) : LinkEvent;

    /// <summary>The group's members changed, ordered with the messages.</summary>
    public sealed record MembersChanged(
        ValueList<LinkMember> Members, ValueList<LinkMember> Joined, ValueList<LinkMember> Left) : LinkEvent;

    /// <summary>The ring changed; comes after the members' change.</summary>
    public sealed record RingChanged(RingId Ring, ValueList<uint> Nodes) : LinkEvent;

    /// <summary>Quorum or the ring that it counts changed; not ordered with the others.</summary>
    public sealed record QuorumChanged(RingId Ring, bool IsQuorate, ValueList<uint> Nodes) : LinkEvent;

    /// <summary>There is no connection any more.</summary>
    public sealed record Lost(string Reason) : LinkEvent;
}

/// <summary>A node in the engine's node list.</summary>
public sealed record LinkNode(uint NodeId, string Name, int Votes);
