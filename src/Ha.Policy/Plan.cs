using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>What is to be done and why, and why what is not to be done is not.</summary>
public sealed record Plan
{
    /// <summary>What is to be done.</summary>
    public required TransitionGraph Graph { get; init; }

    /// <summary>Where each resource shall be, and why.</summary>
    public required ValueList<ResourcePlan> Resources { get; init; }

    /// <summary>The nodes as they are.</summary>
    public required ValueList<NodePlan> Nodes { get; init; }

    /// <summary>True when nothing is left to do.</summary>
    public bool IsSettled => Graph.IsSettled;
}

/// <summary>A node as the policy engine sees it.</summary>
public sealed record NodePlan
{
    /// <summary>The node.</summary>
    public required string Name { get; init; }

    /// <summary>Joined, and its program answers.</summary>
    public bool IsOnline { get; init; }

    /// <summary>In the membership, but not joined yet.</summary>
    public bool IsPending { get; init; }

    /// <summary>Its state is unknown.</summary>
    public bool IsUnclean { get; init; }

    /// <summary>Drained.</summary>
    public bool IsStandby { get; init; }

    /// <summary>Hands off.</summary>
    public bool IsMaintenance { get; init; }

    /// <summary>Stopping.</summary>
    public bool IsShuttingDown { get; init; }

    /// <summary>It will be fenced.</summary>
    public bool IsToBeFenced { get; init; }

    /// <summary>Why, where it is not simply online.</summary>
    public string Code { get; init; } = Cause.None;

    /// <summary>The same in words.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>A primitive as it is, as it shall be, and why.</summary>
public sealed record ResourcePlan
{
    /// <summary>The primitive.</summary>
    public required string Id { get; init; }

    /// <summary>It may be active on several nodes: instances of a clone stand together under the id of their element.
    /// </summary>
    public bool IsCloned { get; init; }

    /// <summary>The instances one by one, of a clone; empty for others, and where nobody wants reasons.</summary>
    public ValueList<ResourcePlan> Instances { get; init; }

    /// <summary>Where it is active now.</summary>
    public ValueList<string> ActiveOn { get; init; }

    /// <summary>Where it is promoted now.</summary>
    public ValueList<string> PromotedOn { get; init; }

    /// <summary>Where it is active and failed.</summary>
    public ValueList<string> FailedOn { get; init; }

    /// <summary>Where it shall be, or the first of several such places; null for nowhere.</summary>
    public string? AssignedTo { get; init; }

    /// <summary>All nodes where it shall be.</summary>
    public ValueList<string> Targets { get; init; }

    /// <summary>We may act on it.</summary>
    public bool IsManaged { get; init; } = true;

    /// <summary>We cannot act on it until a person helps.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>True when it is wanted to run.</summary>
    public bool IsWanted { get; init; } = true;

    /// <summary>The group, clone or bundle that it is part of, the outermost one; empty for none.</summary>
    public string Collective { get; init; } = "";

    /// <summary>Its role now: Stopped, Started, Unpromoted, Promoted; empty where that is not told.</summary>
    public string Role { get; init; } = "";

    /// <summary>The role that it shall have; empty where that is not told.</summary>
    public string NextRole { get; init; } = "";

    /// <summary>Operation that is running or committed to run, such as "start on n2"; empty for none.</summary>
    public string InFlight { get; init; } = "";

    /// <summary>Final scores, by node.</summary>
    public ValueMap<Score> Scores { get; init; }

    /// <summary>All parts of the scores and all causes, the ones that weigh most first.</summary>
    public ValueList<Reason> Reasons { get; init; }

    /// <summary>What speaks for and against its promotion.</summary>
    public ValueList<Reason> PromotionReasons { get; init; }

    /// <summary>How much it is worth as a promoted one; null where it cannot be promoted.</summary>
    public Score? PromotionScore { get; init; }

    /// <summary>What is to be done with it, and what that waits for.</summary>
    public ValueList<StepPlan> Steps { get; init; }

    /// <summary>The first cause of its not running as wanted; empty when it does.</summary>
    public string Code { get; init; } = Cause.None;

    /// <summary>The same in words.</summary>
    public string Text { get; init; } = "";

    /// <summary>Where that was written.</summary>
    public Origin Origin { get; init; }
}

/// <summary>One action on a resource: why it is there, and what it waits for.</summary>
public sealed record StepPlan
{
    /// <summary>start, stop, promote, demote, monitor, ...</summary>
    public required string Task { get; init; }

    /// <summary>Where it is done.</summary>
    public required string Node { get; init; }

    /// <summary>Zero for an operation that does not recur.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>It can be done; else what stands in its way is the first of what it waits for.</summary>
    public bool CanRun { get; init; } = true;

    /// <summary>Why it is to be done.</summary>
    public required WaitPlan Why { get; init; }

    /// <summary>What it waits for.</summary>
    public ValueList<WaitPlan> WaitsFor { get; init; }
}

/// <summary>A cause, in words.</summary>
/// <param name="Code">One of <see cref="Cause"/>; empty where nothing is remarkable.</param>
/// <param name="Text">In words.</param>
/// <param name="Origin">Where it was written.</param>
public sealed record WaitPlan(string Code, string Text, Origin Origin);
