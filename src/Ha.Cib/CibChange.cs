namespace Ha.InformationBase;

/// <summary>What can happen to a CIB: the closed family of changes that the cluster's log holds. Applying the same
/// changes in the same order gives the same CIB everywhere.</summary>
public abstract record CibChange
{
    private CibChange()
    {
    }

    /// <summary>Begins the ids of attribute sets that commands made (drain, stop, pause): they win over the cluster
    /// file, and
    /// a new file leaves them alone.</summary>
    public const string LivePrefix = "live-";

    /// <summary>A new configuration. Refused when <paramref name="ExpectedRevision"/> is not null and not the present
    /// one.</summary>
    public sealed record SetConfiguration(
        Configuration Configuration, string SourceText, long? ExpectedRevision, string Reason) : CibChange;

    /// <summary>First entry of an epoch: who is in it and who coordinates. Nodes that are not in it stop being members.
    /// </summary>
    /// <param name="Ring">Nodes that the engine sees; those of them that are not members have no program running, and
    /// what
    /// runs there goes on.</param>
    /// <param name="FenceBasis">Nodes whose votes were missing and that are confirmed harmless (or left cleanly), for
    /// an
    /// epoch without a majority of votes.</param>
    public sealed record StartEpoch(
        long Epoch, ValueList<EpochMember> Members, ValueList<string> Ring, string Coordinator,
        ValueList<string> FenceBasis, long At) : CibChange;

    /// <summary>A node's own account once it is in an epoch: which operations it is running. Pending entries of other
    /// operations that it knew of are void; where the incarnation is new, its whole history is void and is probed
    /// again.
    /// </summary>
    /// <param name="Known">The <see cref="Status.Sequence"/> up to which the node has obeyed: what was intended later
    /// is no
    /// part of this account.</param>
    public sealed record ReportNode(
        string Node, string Incarnation, ValueList<string> RunningOperations, long Known, long At) : CibChange;

    /// <summary>A node says that it stops cleanly: nothing runs on it any more.</summary>
    public sealed record LeaveNode(string Node, long At) : CibChange;

    /// <summary>The coordinator's intent: these operations shall run. The entry with status pending in the history of
    /// each
    /// node is what lets that node begin.</summary>
    public sealed record RecordIntent(
        string TransitionId, ValueList<OperationIntent> Operations, long At) : CibChange;

    /// <summary>How an operation ended.</summary>
    public sealed record RecordResult(
        string Node, string ResourceId, AgentName Agent, HistoryEntry Entry, OperationFailure? Failure, long At)
            : CibChange;

    /// <summary>Entries of a resource's history are taken out: all where <paramref name="OperationKey"/> is null.
    /// </summary>
    public sealed record ForgetHistory(string Node, string ResourceId, string? OperationKey) : CibChange;

    /// <summary>Failures of a resource are forgotten (fail counts and failed entries), on one node or on all (null),
    /// and it
    /// is probed again.</summary>
    public sealed record Cleanup(string? ResourceId, string? Node, string Reason) : CibChange;

    /// <summary>A node attribute is set, or removed (null). Permanent ones are kept beside the configuration, in sets
    /// whose
    /// id begins with <see cref="LivePrefix"/>, and survive a new one; others vanish when the node leaves.</summary>
    public sealed record SetAttribute(
        string Node, string Name, string? Value, bool IsPermanent, string Reason) : CibChange;

    /// <summary>One cluster option is set, or removed (null).</summary>
    /// <param name="Seen">Refused where the option is not what it is said to be; empty for one that was not there. Null
    /// does not ask.</param>
    public sealed record SetProperty(string Name, string? Value, string Reason, string? Seen = null) : CibChange;

    /// <summary>One meta attribute of a resource is set, or removed (null).</summary>
    public sealed record SetMeta(string ResourceId, string Name, string? Value, string Reason) : CibChange;

    /// <summary>A person asks for a one-time move of a resource: it ends by itself when the resource has
    /// moved.</summary>
    public sealed record RequestMove(string ResourceId, string? ToNode, string Reason, long At) : CibChange;

    /// <summary>A one-time move is over: the resource moved, or cannot.</summary>
    public sealed record EndMove(string ResourceId, string Reason) : CibChange;

    /// <summary>Another node shall carry out a fencing request, since the one chosen before cannot (or none was).
    /// </summary>
    public sealed record AssignFencing(string RequestId, string Executor) : CibChange;

    /// <summary>A fencing request, before anything is done to the target.</summary>
    /// <param name="Record">The request.</param>
    /// <param name="Seen"><see cref="NodeState.Standing"/> of the target as the planner saw it: where it has changed
    /// meanwhile, the request is refused. Empty for a person's request.</param>
    public sealed record RequestFencing(FencingRecord Record, string Seen = "") : CibChange;

    /// <summary>How a fencing request ended. Success makes the target's resources free to start elsewhere.</summary>
    public sealed record RecordFencing(
        string RequestId, FencingState State, string Device, string Error, long At) : CibChange;

    /// <summary>A person vouches that a node is off.</summary>
    public sealed record ConfirmOff(string Node, string Person, string Reason, long At) : CibChange;

    /// <summary>All replicas compute their digest here and compare.</summary>
    public sealed record CheckDigest : CibChange;
}

/// <summary>A node in an epoch.</summary>
public sealed record EpochMember(string Node, string Incarnation);

/// <summary>One operation that a node shall run.</summary>
public sealed record OperationIntent
{
    /// <summary>Unique in the cluster: the transition key of <see cref="Entry"/>.</summary>
    public string Id => Entry.TransitionKey;

    /// <summary>The node that runs it.</summary>
    public required string Node { get; init; }

    /// <summary>The resource (instance).</summary>
    public required string ResourceId { get; init; }

    /// <summary>Its agent.</summary>
    public required AgentName Agent { get; init; }

    /// <summary>The entry as it stands while pending: operation, interval, transition key with the expected exit code,
    /// digests.</summary>
    public required HistoryEntry Entry { get; init; }

    /// <summary>How long the agent may take.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>Waiting time before a recurring operation runs first.</summary>
    public TimeSpan StartDelay { get; init; }

    /// <summary>The agent's parameters.</summary>
    public ValueMap<string> Parameters { get; init; }

    /// <summary>What the agent is told beside them (CRM_meta_* without the prefix).</summary>
    public ValueMap<string> Meta { get; init; }
}

/// <summary>That a result counts as a failure, and what follows for the fail count.</summary>
/// <param name="IsFatal">True where one failure already reaches the limit (a failed start by default, a failed
/// stop).</param>
public sealed record OperationFailure(bool IsFatal);
