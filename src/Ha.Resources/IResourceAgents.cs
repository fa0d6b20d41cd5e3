using Ha.InformationBase;

namespace Ha.Resources;

/// <summary>One call of an agent.</summary>
public sealed record AgentRequest
{
    /// <summary>The agent.</summary>
    public required AgentName Agent { get; init; }

    /// <summary>The resource (instance).</summary>
    public required string ResourceId { get; init; }

    /// <summary>start, stop, monitor, ...</summary>
    public required string Action { get; init; }

    /// <summary>Zero for a call that does not recur; a monitor with zero is a probe.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>The agent and all that it started in its process group are killed then.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The agent's parameters.</summary>
    public ValueMap<string> Parameters { get; init; }

    /// <summary>What the agent is told beside them: CRM_meta_* without the prefix.</summary>
    public ValueMap<string> Meta { get; init; }

    /// <summary>Name of this node.</summary>
    public required string Node { get; init; }
}

/// <summary>How a call ended.</summary>
/// <param name="Status">Done when the agent answered, whatever it said.</param>
/// <param name="ExitCode">The agent's exit code; 1 where it was killed.</param>
/// <param name="ExitReason">Why it failed, in its own words, at most 512 characters, safe to print; empty for
/// none.</param>
/// <param name="Took">How long it ran.</param>
public sealed record AgentResult(OperationStatus Status, int ExitCode, string ExitReason, TimeSpan Took);

/// <summary>All agents of a host. The real ones are one implementation, a simulated world another.</summary>
public interface IResourceAgents
{
    /// <summary>Runs one action. Never fails but by being cancelled: what goes wrong is in the result.</summary>
    Task<AgentResult> Run(AgentRequest request, CancellationToken cancel);
}

/// <summary>One call of a fence agent.</summary>
public sealed record FenceRequest
{
    /// <summary>The device: a fencing resource's id.</summary>
    public required string DeviceId { get; init; }

    /// <summary>The agent.</summary>
    public required AgentName Agent { get; init; }

    /// <summary>on, off, reboot, status, monitor, list.</summary>
    public required string Action { get; init; }

    /// <summary>Name of the node; empty for monitor and list.</summary>
    public string Target { get; init; } = "";

    /// <summary>The device's parameters, those that begin with pcmk_ among them.</summary>
    public ValueMap<string> Parameters { get; init; }

    /// <summary>The agent is killed then.</summary>
    public required TimeSpan Timeout { get; init; }
}

/// <summary>How a fencing call ended.</summary>
/// <param name="Succeeded">The agent says that it did it, and that it made sure.</param>
/// <param name="Text">What it said or what went wrong, safe to print.</param>
/// <param name="Output">First 64 KiB of what it printed.</param>
/// <param name="Took">How long it ran.</param>
public sealed record FenceResult(bool Succeeded, string Text, string Output, TimeSpan Took);

/// <summary>All fence agents of a host.</summary>
public interface IFenceAgents
{
    /// <summary>Runs one action. Never fails but by being cancelled.</summary>
    Task<FenceResult> Run(FenceRequest request, CancellationToken cancel);
}
