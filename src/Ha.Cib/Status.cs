namespace Ha.InformationBase;

/// <summary>What the cluster knows of itself: nodes, what agents last said, fencing, tickets.</summary>
public sealed record Status
{
    /// <summary>Nothing known.</summary>
    public static Status Empty { get; } = new();

    /// <summary>How many changes were applied: tells what a node knew when it spoke.</summary>
    public long Sequence { get; init; }

    /// <summary>State of each node, in the order in which they became known.</summary>
    public ValueList<NodeState> Nodes { get; init; }

    /// <summary>Tickets.</summary>
    public ValueList<Ticket> Tickets { get; init; }

    /// <summary>Whether the partition has quorum; null where an imported file does not say.</summary>
    public bool? HasQuorum { get; init; }

    /// <summary>Id of the coordinator's node; null when there is none.</summary>
    public string? CoordinatorId { get; init; }

    /// <summary>Fencing requests and their results, oldest first, at most <see cref="FencingHistoryLimit"/>.</summary>
    public ValueList<FencingRecord> Fencing { get; init; }

    /// <summary>One-time moves that people asked for, at most one for each resource. While one is here the policy
    /// engine
    /// wants the resource on its target with infinity, or bans the nodes that it shall leave.</summary>
    public ValueList<MoveRequest> Moves { get; init; }

    /// <summary>Primitives as they were before the configuration lost or changed them, oldest first, while some node
    /// has
    /// history of them: what was started with them must be stopped with them. At most <see cref="FormerLimit"/> of one
    /// id.
    /// </summary>
    public ValueList<Primitive> Former { get; init; }

    /// <summary>How many former states of one primitive are kept.</summary>
    public const int FormerLimit = 4;

    /// <summary>How many finished fencing records are kept.</summary>
    public const int FencingHistoryLimit = 200;

    /// <summary>The state of a node by its name; null when nothing is known.</summary>
    public NodeState? Find(string node)
    {
        foreach (var state in Nodes)
        {
            if (state.Name == node)
            {
                return state;
            }
        }

        return null;
    }
}

/// <summary>What is known of one node.</summary>
public sealed record NodeState
{
    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>The node's id.</summary>
    public required string Id { get; init; }

    /// <summary>Is it in the membership; null when nothing was ever said.</summary>
    public bool? IsMember { get; init; }

    /// <summary>Seconds since 1970 at which it became a member; 0 when unknown.</summary>
    public long MemberSince { get; init; }

    /// <summary>Does our program run on it, as the process group says; null when nothing was ever said.</summary>
    public bool? IsProcessUp { get; init; }

    /// <summary>Seconds since 1970 at which the program appeared; 0 when unknown.</summary>
    public long ProcessSince { get; init; }

    /// <summary>Pacemaker's join state: member, down, pending, banned; null when nothing was said.</summary>
    public string? Join { get; init; }

    /// <summary>What it is expected to be: member or down; null when nothing was said.</summary>
    public string? Expected { get; init; }

    /// <summary>Whether it is there, in one word that changes whenever it comes, joins or goes.</summary>
    public string Presence => $"{IsMember}/{IsProcessUp}/{Join}/{Incarnation}";

    /// <summary>Its presence, and which failures are counted there: what a decision to fence it rests on.</summary>
    public string Standing => $"{Presence}/{string.Join(',', Failures)}";

    private IEnumerable<string> Failures => Attributes
        .SelectMany(set => set.Values)
        .Where(pair => pair.Name.StartsWith("fail-count-", StringComparison.Ordinal))
        .Select(pair => pair.Name);

    /// <summary>Random number of the running program, new at each start of it, as 32 hex digits; empty when
    /// unknown.</summary>
    public string Incarnation { get; init; } = "";

    /// <summary>For a remote node: fenced since its last connection.</summary>
    public bool IsRemoteFenced { get; init; }

    /// <summary>For a remote node: in maintenance when last seen.</summary>
    public bool IsInMaintenance { get; init; }

    /// <summary>True for a remote node.</summary>
    public bool IsRemote { get; init; }

    /// <summary>Attributes that vanish when the node leaves: fail counts, promotion scores, shutdown, standby until
    /// reboot.
    /// </summary>
    public ValueList<AttributeSet> Attributes { get; init; }

    /// <summary>Capacities that vanish when the node leaves.</summary>
    public ValueList<AttributeSet> Utilization { get; init; }

    /// <summary>What agents on this node last said, by resource (instance).</summary>
    public ValueList<ResourceHistory> History { get; init; }

    /// <summary>What an imported file says beside these, as written.</summary>
    public ValueMap<string> ImportedAttributes { get; init; }

    /// <summary>Where an imported file says it.</summary>
    public Origin Origin { get; init; }
}

/// <summary>What an agent on a node last said about one resource (instance).</summary>
public sealed record ResourceHistory
{
    /// <summary>Id of the resource, with ":n" for an instance of a globally unique clone.</summary>
    public required string ResourceId { get; init; }

    /// <summary>The agent.</summary>
    public required AgentName Agent { get; init; }

    /// <summary>Container that the resource ran in; null for none.</summary>
    public string? Container { get; init; }

    /// <summary>Seconds since 1970 of a shutdown lock; 0 for none.</summary>
    public long ShutdownLock { get; init; }

    /// <summary>The entries, in the order recorded.</summary>
    public ValueList<HistoryEntry> Entries { get; init; }

    /// <summary>Where an imported file says it.</summary>
    public Origin Origin { get; init; }
}

/// <summary>How an operation ended. Numbers are Pacemaker's.</summary>
public enum OperationStatus
{
    /// <summary>Not yet known.</summary>
    Unknown = -2,

    /// <summary>Committed to be run, or running.</summary>
    Pending = -1,

    /// <summary>The agent answered.</summary>
    Done = 0,

    /// <summary>Called off before it ran.</summary>
    Cancelled = 1,

    /// <summary>Killed at its time-out.</summary>
    Timeout = 2,

    /// <summary>The agent does not have this action.</summary>
    NotSupported = 3,

    /// <summary>The agent answered with a failure.</summary>
    Error = 4,

    /// <summary>Failure that bans the node.</summary>
    HardError = 5,

    /// <summary>Failure that bans every node.</summary>
    FatalError = 6,

    /// <summary>The agent is not installed.</summary>
    NotInstalled = 7,

    /// <summary>The executor could not be reached.</summary>
    NotConnected = 8,

    /// <summary>The request made no sense.</summary>
    Invalid = 9,

    /// <summary>No fencing device for the target.</summary>
    NoFenceDevice = 10,

    /// <summary>Secrets are missing.</summary>
    NoSecrets = 11,
}

/// <summary>One operation in a resource's history. Fields are those of Pacemaker's lrm_rsc_op.</summary>
public sealed record HistoryEntry
{
    /// <summary>Id of the entry, such as vip_last_0 or vip_monitor_10000.</summary>
    public required string Id { get; init; }

    /// <summary>start, stop, monitor, ...</summary>
    public required string Operation { get; init; }

    /// <summary>resource_operation_intervalms; empty when the file has none.</summary>
    public string OperationKey { get; init; } = "";

    /// <summary>Zero for an operation that does not recur.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Order among the operations of one node; −1 while pending.</summary>
    public int CallId { get; init; }

    /// <summary>How it ended.</summary>
    public OperationStatus Status { get; init; }

    /// <summary>The agent's exit code.</summary>
    public int ExitCode { get; init; }

    /// <summary>Action:transition:expected exit code:uuid of the plan that asked for it.</summary>
    public string TransitionKey { get; init; } = "";

    /// <summary>status:exit code;transition key, where a file has it.</summary>
    public string TransitionMagic { get; init; } = "";

    /// <summary>Node that it ran on; empty when the file does not say.</summary>
    public string OnNode { get; init; } = "";

    /// <summary>Why it failed, in the agent's words.</summary>
    public string ExitReason { get; init; } = "";

    /// <summary>Seconds since 1970 of the last change of the exit code; 0 when unknown.</summary>
    public long LastChange { get; init; }

    /// <summary>Seconds since 1970 of the last run; 0 when unknown.</summary>
    public long LastRun { get; init; }

    /// <summary>How long the agent took, in milliseconds.</summary>
    public long ExecTimeMs { get; init; }

    /// <summary>How long it waited for its turn, in milliseconds.</summary>
    public long QueueTimeMs { get; init; }

    /// <summary>Digest of all parameters; null where the file has none.</summary>
    public string? Digest { get; init; }

    /// <summary>Digest of the parameters that need a restart; null for none.</summary>
    public string? RestartDigest { get; init; }

    /// <summary>Names of the parameters that need a restart, separated by blanks; null for none.</summary>
    public string? ForceRestart { get; init; }

    /// <summary>Digest without secret parameters; null for none.</summary>
    public string? SecureDigest { get; init; }

    /// <summary>Names of secret parameters, separated by blanks; null for none.</summary>
    public string? SecureParameters { get; init; }

    /// <summary>Where a live migration came from; null for none.</summary>
    public string? MigrateSource { get; init; }

    /// <summary>Where a live migration went; null for none.</summary>
    public string? MigrateTarget { get; init; }

    /// <summary>Of a pending entry: the <see cref="InformationBase.Status.Sequence"/> at which it was intended; 0
    /// otherwise.
    /// </summary>
    public long IntendedAt { get; init; }

    /// <summary>Feature set of the writer, as Pacemaker writes it; empty for none.</summary>
    public string FeatureSet { get; init; } = "";

    /// <summary>Where an imported file says it.</summary>
    public Origin Origin { get; init; }
}

/// <summary>A ticket and its state.</summary>
public sealed record Ticket
{
    /// <summary>The ticket's name.</summary>
    public required string Id { get; init; }

    /// <summary>Is it here.</summary>
    public bool IsGranted { get; init; }

    /// <summary>Is it held back.</summary>
    public bool IsStandby { get; init; }

    /// <summary>Seconds since 1970 of the last grant; null for never.</summary>
    public long? LastGranted { get; init; }

    /// <summary>Everything that the file says of it.</summary>
    public ValueMap<string> Attributes { get; init; }
}

/// <summary>How far a fencing request is.</summary>
public enum FencingState
{
    /// <summary>Committed; a node works on it.</summary>
    Pending,

    /// <summary>The target is surely harmless.</summary>
    Succeeded,

    /// <summary>No device could do it.</summary>
    Failed,
}

/// <summary>One fencing request.</summary>
public sealed record FencingRecord
{
    /// <summary>Unique in the cluster.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the node to be made harmless.</summary>
    public required string Target { get; init; }

    /// <summary>reboot, off or on.</summary>
    public required string Action { get; init; }

    /// <summary>Why, as a sentence.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who asked: the coordinator's name, or a person's.</summary>
    public string Origin { get; init; } = "";

    /// <summary>The node that carries it out; empty for a person's confirmation.</summary>
    public string Executor { get; init; } = "";

    /// <summary>The device that did it, or those that were tried.</summary>
    public string Device { get; init; } = "";

    /// <summary>How far it is.</summary>
    public FencingState State { get; init; }

    /// <summary>What went wrong; empty otherwise.</summary>
    public string Error { get; init; } = "";

    /// <summary>Transition key of the action that asked for it; empty for a person's request.</summary>
    public string TransitionKey { get; init; } = "";

    /// <summary>Seconds since 1970.</summary>
    public long RequestedAt { get; init; }

    /// <summary>Seconds since 1970; 0 while pending.</summary>
    public long CompletedAt { get; init; }
}

/// <summary>A one-time move.</summary>
/// <param name="ResourceId">What shall move.</param>
/// <param name="ToNode">Where to; null for anywhere but <paramref name="FromNodes"/>.</param>
/// <param name="FromNodes">Where it was active when the move was asked for.</param>
/// <param name="Reason">Why, in the person's words.</param>
/// <param name="At">Seconds since 1970.</param>
public sealed record MoveRequest(
    string ResourceId, string? ToNode, ValueList<string> FromNodes, string Reason, long At);
