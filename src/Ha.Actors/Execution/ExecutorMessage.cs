using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Resources;

namespace Ha.Actors.Execution;

/// <summary>What an executor is told.</summary>
public abstract record ExecutorMessage
{
    private protected ExecutorMessage()
    {
    }

    /// <summary>The replica moved.</summary>
    public sealed record FromReplica(ReplicaEvent Event) : ExecutorMessage;

    /// <summary>This node is to stop everything that it runs, whatever others say: it leaves, or was fenced.</summary>
    public sealed record StopEverything(string Reason) : ExecutorMessage;

    internal sealed record Ended(string OperationId, AgentResult Result) : ExecutorMessage;

    internal sealed record Due(string Key, long Generation) : ExecutorMessage;

    internal sealed record Answered(string OperationId, ChangeOutcome Outcome) : ExecutorMessage;

    internal sealed record ReportAnswered(long Epoch, ChangeOutcome Outcome) : ExecutorMessage;

    internal sealed record Tick : ExecutorMessage;
}

/// <summary>Nothing that this node was told to stop runs any more.</summary>
/// <param name="Reason">Why it was to stop.</param>
public sealed record EverythingStopped(string Reason);

/// <summary>A result that is not committed yet.</summary>
internal sealed record PendingResult(OperationIntent Intent, CibChange.RecordResult Change);
