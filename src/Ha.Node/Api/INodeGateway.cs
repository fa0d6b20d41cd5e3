using Ha.Actors.Cluster;
using Ha.InformationBase;

namespace Ha.Node.Api;

/// <summary>What the interface may see and do of the running node: the only door between the two.</summary>
internal interface INodeGateway
{
    /// <summary>The latest committed state.</summary>
    ReplicaView View { get; }

    /// <summary>Completes at the next committed change or change of the epoch.</summary>
    Task NextChange(CancellationToken cancel);

    /// <summary>Puts a change into the cluster's log, and waits for what became of it.</summary>
    Task<ChangeOutcome> Propose(CibChange change, string principal, TimeSpan deadline, CancellationToken cancel);

    /// <summary>Events with a number above <paramref name="after"/>, oldest first.</summary>
    IReadOnlyList<EventReply> EventsAfter(long after);
}
