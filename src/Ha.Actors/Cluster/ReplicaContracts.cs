using Ha.InformationBase;
using Ha.Kernel;

namespace Ha.Actors.Cluster;

/// <summary>Whether this node takes part in an active epoch: only then anything may be started.</summary>
public abstract record EpochState
{
    private EpochState()
    {
    }

    /// <summary>Read-only: no change can be committed here now.</summary>
    /// <param name="Reason">Why, as a sentence.</param>
    /// <param name="IsQuorate">The engine says that this partition has quorum (an epoch may be about to form), or it
    /// is gone
    /// and said so last.</param>
    /// <param name="Since">When it began, on the actor's clock.</param>
    public sealed record Inactive(string Reason, bool IsQuorate, TimeSpan Since) : EpochState;

    /// <summary>A majority holds this epoch's log, and this node is one of them.</summary>
    /// <param name="Number">The epoch.</param>
    /// <param name="Members">Names of its members, sorted.</param>
    /// <param name="Coordinator">Name of the member that plans.</param>
    public sealed record Active(long Number, ValueList<string> Members, string Coordinator) : EpochState;
}

/// <summary>The committed state as one replica has it.</summary>
/// <param name="Self">Name of this node.</param>
/// <param name="Cib">All that is committed.</param>
/// <param name="Epoch">Whether this node may act.</param>
/// <param name="CommitIndex">Index of the last committed entry.</param>
/// <param name="LinkMembers">Names of the nodes that the engine shows, sorted.</param>
public sealed record ReplicaView(
    string Self, Cib Cib, EpochState Epoch, long CommitIndex, ValueList<string> LinkMembers)
{
    /// <summary>Seconds since 1970 at time zero of the node's own clock, as the epoch has it: all members count the
    /// same
    /// seconds, whatever is done to their wall clocks. Null before the first epoch.</summary>
    public TimeSpan? Clock { get; init; }

    /// <summary>Seconds since 1970 by the cluster's clock; by the wall clock before the first epoch.</summary>
    /// <param name="now">The node's own clock.</param>
    /// <param name="wallClock">What the host says.</param>
    public long Seconds(TimeSpan now, DateTimeOffset wallClock) =>
        Clock is { } clock && !PlantedBugs.Has(PlantedBug.OwnWallClock)
            ? (long)(clock + now).TotalSeconds : wallClock.ToUnixTimeSeconds();

    /// <summary>True when this node is in an active epoch.</summary>
    public bool IsActive => Epoch is EpochState.Active;

    /// <summary>True when this node plans.</summary>
    public bool IsCoordinator => Epoch is EpochState.Active active && active.Coordinator == Self;
}

/// <summary>A change that is committed.</summary>
/// <param name="Epoch">Epoch in which it was proposed.</param>
/// <param name="Index">Its place in the log.</param>
/// <param name="RequestId">What its sender called it.</param>
/// <param name="Principal">Who asked for it.</param>
/// <param name="Change">The change.</param>
/// <param name="Refusal">Why it had no effect; empty when it had.</param>
public sealed record CommittedChange(
    long Epoch, long Index, string RequestId, string Principal, CibChange Change, string Refusal);

/// <summary>What became of a proposed change.</summary>
public abstract record ChangeOutcome
{
    private ChangeOutcome()
    {
    }

    /// <summary>Persisted by a majority of the configured votes in the active epoch.</summary>
    public sealed record Ok(long Epoch, long Index) : ChangeOutcome;

    /// <summary>Nothing was applied, and never will be.</summary>
    public sealed record Fail(string Reason) : ChangeOutcome
    {
        /// <summary>The change never got a place in the log: its deadline passed first. Asked again it may
        /// succeed.</summary>
        public bool IsLate { get; init; }
    }

    /// <summary>It may or may not take effect: the deadline passed first. Ask again with the same request id.</summary>
    public sealed record Unknown(string RequestId) : ChangeOutcome;
}

/// <summary>What the replica is told by other actors of this node.</summary>
public abstract record ReplicaMessage
{
    private protected ReplicaMessage()
    {
    }

    /// <summary>Put a change into the log.</summary>
    /// <param name="RequestId">Unique; the same again gives the same answer.</param>
    /// <param name="Principal">Who asks.</param>
    /// <param name="Change">The change.</param>
    /// <param name="Deadline">How long to try.</param>
    /// <param name="ReplyTo">Told once.</param>
    public sealed record Propose(
        string RequestId, string Principal, CibChange Change, TimeSpan Deadline, ActorRef<ChangeOutcome> ReplyTo)
        : ReplicaMessage;

    /// <summary>Wants every <see cref="ReplicaEvent"/> from now on, and the present view at once.</summary>
    public sealed record Subscribe(ActorRef<ReplicaEvent> Target) : ReplicaMessage;

    /// <summary>A node whose votes are missing is confirmed harmless: an epoch may form without it.</summary>
    public sealed record FenceBasisConfirmed(string Node) : ReplicaMessage;
}

/// <summary>What the replica tells others.</summary>
public abstract record ReplicaEvent
{
    private ReplicaEvent()
    {
    }

    /// <summary>Changes were committed, or the epoch changed (then there may be no changes).</summary>
    /// <param name="View">The state after them.</param>
    /// <param name="Changes">What was committed since the last event, in order. Empty after a snapshot.</param>
    public sealed record Moved(ReplicaView View, ValueList<CommittedChange> Changes) : ReplicaEvent;

    /// <summary>No epoch can form until these nodes are confirmed fenced; the fencer should do it now.</summary>
    public sealed record NeedsFencing(ReplicaView View, ValueList<string> Nodes) : ReplicaEvent;
}
