using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>A resource or an instance of one: what is known of it, and what is decided so far. Stages before the
/// placement fill the first half, the placement and the actions the rest.</summary>
internal sealed class PolicyResource
{
    /// <summary>Unique: instances of clones carry their number (id:0); members of groups in clones too.</summary>
    public required string Id { get; init; }

    /// <summary>Id under which agents know it: without the number for anonymous clones.</summary>
    public required string HistoryId { get; set; }

    /// <summary>Some node has history of it under <see cref="HistoryId"/>.</summary>
    public bool IsHistoryFound { get; set; }

    public required ResourceKind Kind { get; init; }

    /// <summary>The element that it comes from, completed by its template.</summary>
    public required Resource Source { get; init; }

    public PolicyResource? Parent { get; set; }

    /// <summary>Members of a group, instances of a clone, parts of a bundle.</summary>
    public List<PolicyResource> Children { get; } = [];

    /// <summary>Settings of a clone; null for others.</summary>
    public CloneSettings? Clone { get; set; }

    /// <summary>Replicas of a bundle; null for others.</summary>
    public BundleSettings? Bundle { get; set; }

    /// <summary>Meta attributes after rules, templates, parents and defaults.</summary>
    public Dictionary<string, string> Meta { get; } = new(StringComparer.Ordinal);

    /// <summary>What it needs of a node.</summary>
    public Dictionary<string, int>? Utilization { get; set; }

    /// <summary>The container that a guest node's connection, or what runs inside, lives in; null for none.</summary>
    public PolicyResource? Launcher { get; set; }

    /// <summary>What lives in this container.</summary>
    public List<PolicyResource> Launched { get; } = [];

    /// <summary>The node that this connection (ocf:pacemaker:remote) makes; null for other resources.</summary>
    public PolicyNode? RemoteNode { get; set; }

    public int RemoteReconnectMs { get; set; }

    // ---- settings

    public int Priority { get; set; }

    public int Stickiness { get; set; }

    public int MigrationThreshold { get; set; } = Scores.Infinity;

    /// <summary>Seconds; 0 for never.</summary>
    public long FailureTimeout { get; set; }

    public MultipleActive MultipleActive { get; set; }

    public bool IsRemoved { get; set; }

    /// <summary>An instance or resource that left while its container stays (removed guest).</summary>
    public bool IsRemovedLaunched { get; set; }

    public bool IsManaged { get; set; } = true;

    public bool IsInMaintenance { get; set; }

    public bool IsBlocked { get; set; }

    public bool IsCritical { get; set; } = true;

    public bool IsGloballyUnique { get; set; }

    public bool IsAllowedToMigrate { get; set; }

    public bool IsFencingDevice { get; set; }

    /// <summary>What a start waits for, beside its own orderings.</summary>
    public Requirement Requires { get; set; } = Requirement.Fencing;

    /// <summary>Needs its node unfenced (requires=unfencing, or a device that asks for it).</summary>
    public bool NeedsUnfencing { get; set; }

    public bool IsHealthIgnored { get; set; }

    public bool IsNotifying => Clone is { IsNotifying: true } || Parent is { IsNotifying: true };

    /// <summary>It belongs to a promotable clone, or is one.</summary>
    public bool IsPromotable => Clone is { IsPromotable: true };

    // ---- what is known

    public Role Role { get; set; } = Role.Unknown;

    /// <summary>Role as the history said before anything was decided, where that differs.</summary>
    public Role OriginalRole { get; set; } = Role.Unknown;

    /// <summary>Nodes on which it is active, in the order in which they were found.</summary>
    public List<PolicyNode> ActiveOn { get; } = [];

    /// <summary>Nodes on which its state is known (probed, or never to be looked at).</summary>
    public NodeSet? KnownOn { get; set; }

    public bool HasFailed { get; set; }

    /// <summary>A failure on this node was ignored, and is shown.</summary>
    public bool HasFailureIgnored { get; set; }

    public bool IsStartPending { get; set; }

    /// <summary>Where it is being started; null for nowhere.</summary>
    public PolicyNode? StartPendingOn { get; set; }

    /// <summary>It is being promoted: that stays in the graph as long as it is wanted.</summary>
    public bool IsPromotePending { get; set; }

    /// <summary>Operation that is running (start, stop, migrate_to, monitor, ...); null for none.</summary>
    public string? PendingTask { get; set; }

    public PolicyNode? PendingNode { get; set; }

    /// <summary>It runs where it should not be running at all (more nodes than wanted).</summary>
    public bool IsActiveUnexpectedly { get; set; }

    /// <summary>A live migration that is half done: from here.</summary>
    public PolicyNode? MigrationSource { get; set; }

    /// <summary>A live migration that is half done: to here.</summary>
    public PolicyNode? MigrationTarget { get; set; }

    /// <summary>Migrations whose stop at the source is owed: those sources.</summary>
    public List<PolicyNode> DanglingMigrations { get; } = [];

    /// <summary>Nodes on which it must be stopped because of what history says, whatever is decided.</summary>
    public List<PolicyNode> MustStopOn { get; } = [];

    /// <summary>Nodes on which it must be demoted because of what history says, whatever is decided.</summary>
    public List<PolicyNode> MustDemoteOn { get; } = [];

    /// <summary>Seconds since 1970 of the shutdown lock; 0 for none.</summary>
    public long LockTime { get; set; }

    public PolicyNode? LockNode { get; set; }

    // ---- what is wanted

    public Role NextRole { get; set; } = Role.Unknown;

    /// <summary>Why the next role is what it is (target-role, configuration, ...), for the log.</summary>
    public string NextRoleReason { get; set; } = "";

    /// <summary>Nodes that it may use, with scores.</summary>
    public required NodeTable Allowed { get; set; }

    /// <summary>Where it was placed; null for nowhere.</summary>
    public PolicyNode? AssignedTo { get; set; }

    /// <summary>The score that it had there; 0 where it had no choice.</summary>
    public int AssignedScore { get; set; }

    public bool IsAssigned { get; set; }

    /// <summary>Being placed right now: finds loops of colocations.</summary>
    public bool IsBeingAssigned { get; set; }

    /// <summary>Its scores are being merged right now: finds loops of colocations.</summary>
    public bool IsBeingMerged { get; set; }

    /// <summary>Order of promotion among instances, and the promotion score as it was worked out.</summary>
    public int PromotionPriority { get; set; } = Scores.MinusInfinity;

    /// <summary>A location constraint lets it be looked for on the nodes that the constraint names, and nowhere else.
    /// </summary>
    public bool HasExclusiveDiscovery { get; set; }

    public bool IsStoppedIfFailed { get; set; }

    /// <summary>Something ordered before it failed or restarts, and takes it along.</summary>
    public bool IsRestarting { get; set; }

    public bool IsFencedOnRestart { get; set; }

    /// <summary>It is to be reloaded.</summary>
    public bool IsReloading { get; set; }

    // ---- relations

    public List<PolicyLocation> Locations { get; } = [];

    /// <summary>Colocations in which this resource is the dependent.</summary>
    public List<PolicyColocation> ThisWith { get; } = [];

    /// <summary>Colocations in which this resource is the primary.</summary>
    public List<PolicyColocation> WithThis { get; } = [];

    public List<PolicyTicket> Tickets { get; } = [];

    public ActionList Actions { get; } = new();

    /// <summary>Notifications of a clone, while they are made; null for others. Owned by the notification stage.
    /// </summary>
    public object? Notifications { get; set; }

    /// <summary>Scratch for the placement and action stages of this kind of resource.</summary>
    public object? Scratch { get; set; }

    /// <summary>Parameters as they were worked out, by node (−1 for any). Owned by <see cref="Parameters"/>.</summary>
    public Dictionary<int, SortedDictionary<string, string>>? ParameterCache { get; set; }

    /// <summary>Settings of its operations, as they were worked out. Owned by <see cref="ActionMeta"/>.</summary>
    public List<OperationSettings>? OperationSettings { get; set; }

    private List<(string Task, int IntervalMs, string Key)>? _keys;

    /// <summary>Key of an operation of this resource: one text for all who ask.</summary>
    public string Key(string task, int intervalMs = 0)
    {
        foreach (var (known, interval, key) in _keys ??= [])
        {
            if (interval == intervalMs && known.Length == task.Length
                && string.Equals(known, task, StringComparison.Ordinal))
            {
                return key;
            }
        }

        var made = ActionTable.Key(Id, task, intervalMs);
        _keys.Add((task, intervalMs, made));
        return made;
    }

    // ---- places

    public bool IsPrimitive => Kind == ResourceKind.Primitive;

    /// <summary>A clone or a bundle: many instances of one thing.</summary>
    public bool IsCollective => Kind is ResourceKind.Clone or ResourceKind.Bundle;

    public Primitive? Primitive => Source as Primitive;

    public AgentName? Agent => Primitive?.Agent;

    /// <summary>The outermost resource that it is part of, itself perhaps; a bundle counts only where asked for.
    /// </summary>
    public PolicyResource Top(bool includeBundle = false)
    {
        var top = this;
        while (top.Parent is { } parent && (includeBundle || parent.Kind != ResourceKind.Bundle))
        {
            top = parent;
        }

        return top;
    }

    /// <summary>It is somewhere inside of another one.</summary>
    public bool IsPartOf(PolicyResource whole)
    {
        for (var at = Parent; at is not null; at = at.Parent)
        {
            if (at == whole)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The one node on which it is active. Of several, where nothing has to be fenced for it, the first that
    /// is well; otherwise the first.</summary>
    public PolicyNode? CurrentNode
    {
        get
        {
            if (ActiveOn.Count > 1 && Requires != Requirement.Fencing)
            {
                foreach (var node in ActiveOn)
                {
                    if (node is { IsOnline: true, IsUnclean: false })
                    {
                        return node;
                    }
                }
            }

            return ActiveOn.Count > 0 ? ActiveOn[0] : null;
        }
    }

    public override string ToString() => Id;
}

/// <summary>Settings of a clone.</summary>
internal sealed class CloneSettings
{
    public int Max { get; set; }

    public int NodeMax { get; set; } = 1;

    public int Min { get; set; }

    public int PromotedMax { get; set; } = 1;

    public int PromotedNodeMax { get; set; } = 1;

    public bool IsPromotable { get; set; }

    public bool IsGloballyUnique { get; set; }

    public bool IsNotifying { get; set; }

    public bool IsOrdered { get; set; }

    public bool IsInterleaved { get; set; }

    /// <summary>Instances made so far: the next one's number.</summary>
    public int Total { get; set; }

    /// <summary>Instances that are to be promoted, once that is decided.</summary>
    public int PromotedCount { get; set; }

    /// <summary>Promotion scores are part of the instances' scores: they are added once.</summary>
    public bool HasPromotionScores { get; set; }

    /// <summary>Instances are in their order of promotion: that is worked out once.</summary>
    public bool IsPromotionSorted { get; set; }
}

/// <summary>A bundle's replicas and their parts.</summary>
internal sealed class BundleSettings
{
    public required string Technology { get; init; }

    public int ReplicaCount { get; set; }

    public int ReplicasPerHost { get; set; } = 1;

    public int PromotedMax { get; set; }

    /// <summary>The clone of the primitive inside; null where the bundle has none.</summary>
    public PolicyResource? Child { get; set; }

    public List<BundleReplica> Replicas { get; } = [];
}

/// <summary>One replica of a bundle.</summary>
internal sealed class BundleReplica
{
    public required int Number { get; init; }

    public string IpAddress { get; set; } = "";

    public PolicyResource? Ip { get; set; }

    public PolicyResource? Container { get; set; }

    public PolicyResource? Remote { get; set; }

    public PolicyResource? Child { get; set; }

    /// <summary>The guest node that the container makes; null for none.</summary>
    public PolicyNode? Node { get; set; }
}
