namespace Ha.Simulation.Engine;

/// <summary>How the engine of a run misbehaves as a rule, beside the faults that come by schedule. Source: what
/// corosync
/// was seen or read to do.</summary>
public sealed record EngineFaults
{
    /// <summary>A well-behaved engine.</summary>
    public static EngineFaults None { get; } = new();

    /// <summary>How long it takes to see that a member is gone: token and consensus.</summary>
    public TimeSpan DetectionTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A new ring takes no messages for up to this long, while its services get in step.</summary>
    public TimeSpan LongestSync { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The word on quorum comes up to this much later than the membership, or before it.</summary>
    public TimeSpan LatestQuorum { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Members get the same message up to this much apart.</summary>
    public TimeSpan LongestLag { get; init; }

    /// <summary>In percent: a ring breaks again before its members have seen it.</summary>
    public int AbortPercent { get; init; }

    /// <summary>In percent: what comes first from a node that a member does not know yet is dropped there.</summary>
    public int UnknownDropPercent { get; init; }

    /// <summary>In percent: a process that died stays in the group until the ring changes twice.</summary>
    public int GhostPercent { get; init; }

    /// <summary>In percent: the old process of a host is still in the group when the new one joins.</summary>
    public int LingerPercent { get; init; }

    /// <summary>A program that starts again has the process id of the one before.</summary>
    public bool IsSameProcessId { get; init; }

    /// <summary>A node that boots alone in a cluster of two has quorum before it has seen the other.</summary>
    public bool IsQuorateAlone { get; init; } = true;
}
