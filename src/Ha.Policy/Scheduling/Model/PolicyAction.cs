using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>How two actions of an ordering depend on each other. Several may hold at once.</summary>
[Flags]
internal enum OrderKind
{
    None = 0,

    /// <summary>Only an order: it counts when both happen.</summary>
    Ordered = 1 << 0,

    /// <summary>When the first is required, so is the later.</summary>
    FirstImpliesThen = 1 << 1,

    /// <summary>When the later is required, so is the first.</summary>
    ThenImpliesFirst = 1 << 2,

    /// <summary>When the later (of a promoted instance) is required, so is the first.</summary>
    PromotedThenImpliesFirst = 1 << 3,

    /// <summary>While the first cannot run, neither can the later.</summary>
    UnrunnableFirstBlocks = 1 << 4,

    /// <summary>Only while both are on the same node.</summary>
    FirstImpliesThenOnSameNode = 1 << 5,

    /// <summary>Counts only when both act on the same node.</summary>
    IfOnSameNode = 1 << 6,

    /// <summary>Counts only when the first is required and on the same node.</summary>
    IfRequiredOnSameNode = 1 << 7,

    /// <summary>A later that cannot migrate makes the first unable to, too.</summary>
    UnmigratableThenBlocks = 1 << 8,

    /// <summary>A later start counts on this stop: a blocked stop blocks it.</summary>
    IntermediateStop = 1 << 9,

    /// <summary>When the first cannot run, the later must.</summary>
    FirstElseThen = 1 << 10,

    /// <summary>When the later is required, the first is not needed.</summary>
    ThenCancelsFirst = 1 << 11,

    /// <summary>Made by an asymmetric ordering.</summary>
    Asymmetric = 1 << 12,

    /// <summary>Never both at once.</summary>
    Serialize = 1 << 13,

    /// <summary>The first may act on a guest whose container is not up.</summary>
    GuestAllowed = 1 << 14,

    /// <summary>At least a number of the firsts must be able to run (clone-min, require-all=false).</summary>
    MinRunnable = 1 << 15,

    /// <summary>When the first is in the graph, so is the later.</summary>
    FirstImpliesThenGraphed = 1 << 16,

    /// <summary>When the later is in the graph, so is the first.</summary>
    ThenImpliesFirstGraphed = 1 << 17,

    /// <summary>A probe on a remote node nested behind its own connection.</summary>
    NestedRemoteProbe = 1 << 18,

    /// <summary>Counts only when the first is no part of a migration.</summary>
    IfFirstUnmigratable = 1 << 19,

    /// <summary>Alone: counts only when the first is required, and on the node of the later or where that goes.
    /// </summary>
    IfOnSameNodeOrTarget = 1 << 20,
}

/// <summary>An ordering between two actions, given by action or by resource and key: the actions may not exist yet.
/// </summary>
internal sealed class PolicyOrder
{
    public required int Number { get; init; }

    public PolicyResource? FirstResource { get; init; }

    /// <summary>Key of the first action (resource_task_interval); null where <see cref="First"/> is given.</summary>
    public string? FirstKey { get; init; }

    public PolicyAction? First { get; init; }

    public PolicyResource? ThenResource { get; init; }

    public string? ThenKey { get; init; }

    public PolicyAction? Then { get; init; }

    public OrderKind Kind { get; set; }

    /// <summary>The constraint that it comes from (an order, or a colocation that keeps apart); null where nobody wrote
    /// it.</summary>
    public Constraint? Source { get; init; }
}

/// <summary>Something that may have to be done. While the run goes on its flags change; in the end those that are
/// required and able to run make the graph.</summary>
internal sealed class PolicyAction
{
    private LinkList _before;
    private LinkList _after;

    public required int Id { get; init; }

    public PolicyResource? Resource { get; init; }

    /// <summary>Where it is done, or what it is done to; null for pseudo actions without a node.</summary>
    public PolicyNode? Node { get; set; }

    /// <summary>One of <see cref="Tasks"/>.</summary>
    public required string Task { get; set; }

    /// <summary>resource_task_intervalms, or task-node for actions on nodes.</summary>
    public required string Key { get; init; }

    public int IntervalMs { get; set; }

    /// <summary>Task to be cancelled, of a cancel action.</summary>
    public string? CancelledTask { get; set; }

    /// <summary>Why it is required, or cannot run; null for nothing to say.</summary>
    public string? Reason { get; set; }

    /// <summary>Cause code of the reason.</summary>
    public string Code { get; set; } = Cause.None;

    public Origin Origin { get; set; }

    // ---- flags

    /// <summary>Not needed: nothing changes when it is left out.</summary>
    public bool IsOptional { get; set; }

    public bool IsRunnable { get; set; } = true;

    /// <summary>Nothing is done: others wait for it.</summary>
    public bool IsPseudo { get; set; }

    /// <summary>It is in the graph though it is optional.</summary>
    public bool IsAlwaysInGraph { get; set; }

    /// <summary>Part of a live migration: may turn into stop and start.</summary>
    public bool IsMigratable { get; set; }

    /// <summary>Done by the coordinator itself.</summary>
    public bool IsOnCoordinator { get; set; }

    /// <summary>A recurring action that is to be set up afresh.</summary>
    public bool IsRescheduled { get; set; }

    /// <summary>Enough of its firsts can run (see <see cref="OrderKind.MinRunnable"/>).</summary>
    public bool NeedsMinRunnable { get; set; }

    /// <summary>Its settings (meta) are worked out.</summary>
    public bool AreSettingsLoaded { get; set; }

    public bool IsInGraph { get; set; }

    /// <summary>Number of the last walk that came by, of <see cref="PolicyRun.NextWalk"/>: finds loops.</summary>
    public int Walk { get; set; }

    /// <summary>A stop that finishes a half-done migration: it makes nothing else required.</summary>
    public bool IsDanglingMigration { get; set; }

    /// <summary>Blocked by an unmanaged or blocked resource.</summary>
    public bool IsBlocked { get; set; }

    public int RequiredRunnableBefore { get; set; }

    public int RunnableBefore { get; set; }

    // ---- settings

    public Requirement Needs { get; set; }

    public FailureResponse OnFailure { get; set; } = FailureResponse.Restart;

    /// <summary>Role that a failure leads to.</summary>
    public Role FailureRole { get; set; } = Role.Unknown;

    public OperationDefinition? Definition { get; set; }

    /// <summary>Settings of the operation as agents are told them (CRM_meta_*), without the prefix.</summary>
    public NameTable? Meta { get; private set; }

    /// <summary>Attributes that go into the graph as they are (parameters that replace the resource's, notify_*).
    /// </summary>
    public Dictionary<string, string>? Extra { get; set; }

    /// <summary>Nodes that go down with a fencing or a shutdown.</summary>
    public List<PolicyNode>? Downed { get; set; }

    /// <summary>Priority in the graph: of the action alone.</summary>
    public int Priority { get; set; }

    // ---- relations

    /// <summary>What comes before it.</summary>
    public ref LinkList Before => ref _before;

    /// <summary>What comes after it.</summary>
    public ref LinkList After => ref _after;

    /// <summary>Notifications around it: pseudo actions of the clone.</summary>
    public PolicyAction? PreNotify { get; set; }

    public PolicyAction? PreNotified { get; set; }

    public PolicyAction? PostNotify { get; set; }

    public PolicyAction? PostNotified { get; set; }

    public bool Is(string task) => ReferenceEquals(Task, task)
        || (Task.Length == task.Length && string.Equals(Task, task, StringComparison.Ordinal));

    public bool HasNotification(bool isPost, out PolicyAction? action) =>
        (action = isPost ? PostNotify : PreNotify) is not null;

    public void SetMeta(string name, string value) =>
        (Meta ??= new NameTable()).Set(name, value);

    public override string ToString() => Node is null ? Key : $"{Key} on {Node}";
}

/// <summary>One side of an ordering between two actions.</summary>
internal sealed class PolicyLink
{
    /// <summary>The other action.</summary>
    public required PolicyAction Action { get; init; }

    public OrderKind Kind { get; set; }

    /// <summary>It is an input in the graph, as far as that is decided.</summary>
    public LinkState State { get; set; }
}

/// <summary>What became of an ordering when the graph was written.</summary>
internal enum LinkState
{
    Undecided,
    Written,
    Duplicate,
    LeftOut,
}
