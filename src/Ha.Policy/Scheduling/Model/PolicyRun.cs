using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>One run of the policy engine: everything that its stages work on. It lives as long as the run and is never
/// seen outside: what leaves is a <see cref="TransitionGraph"/> and a report, both immutable.</summary>
internal sealed class PolicyRun
{
    private readonly Dictionary<string, PolicyResource> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PolicyNode> _nodeByName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PolicyNode> _nodeById = new(StringComparer.Ordinal);

    private int _walks;
    private Dictionary<string, PolicyResource>? _byHistory;
    private Dictionary<string, List<string>>? _templateUsers;

    public required Cib Cib { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long Now { get; init; }

    /// <summary>Rules of an earlier Pacemaker; none in a plan.</summary>
    public EarlierRules Earlier { get; set; }

    public required PolicyOptions Options { get; init; }

    /// <summary>It is planned for a running cluster, which plans while operations are under way: each of them is in the
    /// graph, so that others wait for it. Pacemaker's own engine plans when nothing is under way.</summary>
    public bool IsLive { get; init; }

    /// <summary>All nodes, remote and guest nodes among them, by <see cref="PolicyNode.Index"/>. Complete before any
    /// table of scores is made.</summary>
    public List<PolicyNode> Nodes { get; } = [];

    /// <summary>Resources of the top level, in the order in which they are placed (priority, then as written).
    /// </summary>
    public List<PolicyResource> Resources { get; } = [];

    public List<PolicyAction> Actions { get; } = [];

    /// <summary>Actions that belong to no resource, by key: there is one of each.</summary>
    public Dictionary<string, PolicyAction> ActionsWithoutResource { get; } = new(StringComparer.Ordinal);

    public List<PolicyOrder> Orders { get; } = [];

    public List<PolicyColocation> Colocations { get; } = [];

    public List<PolicyLocation> Locations { get; } = [];

    /// <summary>Operations that failed, as `crm_simulate` and `ha status` list them: the history's owner and entry.
    /// </summary>
    public List<FailedOperation> Failures { get; } = [];

    /// <summary>Stops that must happen though nobody asked (removed resources).</summary>
    public List<PolicyNode> NodesToClear { get; } = [];

    /// <summary>Fail counts that are over, with the reason; those of connections wait for fencing.</summary>
    public List<ExpiredFailCount> ExpiredFailCounts { get; } = [];

    /// <summary>Histories that must go because a shutdown lock is over.</summary>
    public List<(PolicyResource Resource, PolicyNode Node)> ExpiredLocks { get; } = [];

    /// <summary>Failed recurring operations that count no more: they are to be set up afresh.</summary>
    public HashSet<HistoryEntry> ExpiredRecurring { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Recurring operations that are active, by resource, node and entry, as history says.</summary>
    public List<(PolicyResource Resource, PolicyNode Node, HistoryEntry Entry)> ActiveRecurring { get; } = [];

    /// <summary>Operations whose parameters depend on where things are placed: compared with history after that.
    /// </summary>
    public List<(PolicyResource Resource, PolicyNode Node, HistoryEntry Entry)> DeferredChecks { get; } = [];

    /// <summary>At which second something changes by itself; null for never.</summary>
    public long? RecheckAt { get; private set; }

    /// <summary>Remarks on the configuration, for people.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Lines that say how scores came about, in the order of their making; null when nobody wants them.
    /// </summary>
    public List<string>? ScoreLines { get; init; }

    /// <summary>Parts of scores and causes, for `ha why`; null when nobody wants them.</summary>
    public List<Reason>? Reasons { get; init; }

    /// <summary>Parts of promotion scores, which say who is promoted and nothing of places; null likewise.</summary>
    public List<Reason>? PromotionReasons { get; init; }

    /// <summary>How often scores were merged so far, and how far that may go: where everything is colocated with
    /// everything, the ways from one to another cannot be counted.</summary>
    public int MergeCount { get; set; }

    public int MergeLimit { get; set; } = int.MaxValue;

    /// <summary>A number for a walk over actions: each action is marked with the walk that it was met on.</summary>
    public int NextWalk() => ++_walks;

    // ---- facts that whole stages share

    /// <summary>Quorum, as the CIB says it.</summary>
    public bool HasQuorum { get; set; }

    public PolicyNode? Coordinator { get; set; }

    /// <summary>Some resource can fence.</summary>
    public bool HasFencingDevice { get; set; }

    /// <summary>A fencing device that unfences exists.</summary>
    public bool HasUnfencing { get; set; }

    /// <summary>Some resource is managed.</summary>
    public bool HasManagedResource { get; set; }

    public bool HasRemoteNodes { get; set; }

    /// <summary>Fencing is possible: enabled, with a device, and quorate or the policy is to ignore quorum.</summary>
    public bool CanFence(PolicyNode node) => FencingRules.CanFence(this, node);

    /// <summary>Connections that left the configuration, and make their nodes for as long as some history has them.
    /// </summary>
    public List<string> FormerConnections { get; } = [];

    /// <summary>Numbers of blocked and disabled resources and instances, for the summary.</summary>
    public int DisabledCount { get; set; }

    public int BlockedCount { get; set; }

    public int InstanceCount { get; set; }

    public PolicyResource? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Registers a resource or instance under its id; its children register themselves.</summary>
    public void Register(PolicyResource resource) => _byId[resource.Id] = resource;

    public void Unregister(PolicyResource resource) => _byId.Remove(resource.Id);

    /// <summary>The first instance that agents know under this id; null where none is.</summary>
    public PolicyResource? FindByHistory(string id)
    {
        if (_byHistory is null)
        {
            _byHistory = new Dictionary<string, PolicyResource>(StringComparer.Ordinal);
            foreach (var resource in All())
            {
                _byHistory.TryAdd(resource.HistoryId, resource);
            }
        }

        return _byHistory.GetValueOrDefault(id);
    }

    /// <summary>By template: ids of the primitives that use it, in the order written.</summary>
    public IReadOnlyDictionary<string, List<string>> TemplateUsers => _templateUsers ??= CollectTemplateUsers();

    private Dictionary<string, List<string>> CollectTemplateUsers()
    {
        var users = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        void Visit(Resource? resource)
        {
            switch (resource)
            {
                case Primitive { TemplateId: { } template } primitive:
                    if (!users.TryGetValue(template, out var list))
                    {
                        users[template] = list = [];
                    }

                    list.Add(primitive.Id);
                    break;
                case Group group:
                    foreach (var member in group.Members)
                    {
                        Visit(member);
                    }

                    break;
                case Clone clone:
                    Visit(clone.Child);
                    break;
                case Bundle bundle:
                    Visit(bundle.Child);
                    break;
            }
        }

        foreach (var resource in Cib.Configuration.Resources)
        {
            Visit(resource);
        }

        return users;
    }

    public PolicyNode? FindNode(string name) => _nodeByName.GetValueOrDefault(name);

    public PolicyNode? FindNodeById(string id) => _nodeById.GetValueOrDefault(id) ?? _nodeByName.GetValueOrDefault(id);

    public PolicyNode? FindNodeByIdAlone(string id) => _nodeById.GetValueOrDefault(id);

    public PolicyNode AddNode(string id, string name, bool isRemoteKind)
    {
        var node = new PolicyNode { Index = Nodes.Count, Id = id, Name = name, IsRemoteKind = isRemoteKind };
        Nodes.Add(node);
        _nodeByName[name] = node;
        _nodeById[id] = node;
        return node;
    }

    /// <summary>Every resource and instance, parents before their children.</summary>
    public IEnumerable<PolicyResource> All()
    {
        foreach (var resource in Resources)
        {
            foreach (var each in AllOf(resource))
            {
                yield return each;
            }
        }
    }

    public static IEnumerable<PolicyResource> AllOf(PolicyResource resource)
    {
        yield return resource;
        foreach (var child in resource.Children)
        {
            foreach (var each in AllOf(child))
            {
                yield return each;
            }
        }
    }

    /// <summary>Something changes by itself at this second, because of what the text says.</summary>
    public void Recheck(long at, string reason)
    {
        if (at > Now && (RecheckAt is null || at < RecheckAt))
        {
            RecheckAt = at;
            RecheckReason = reason;
        }
    }

    public string RecheckReason { get; private set; } = "";

    public void Explain(
        PolicyResource resource, PolicyNode? node, string code, int score, string text, Origin origin) =>
        Reasons?.Add(new Reason(resource.Id, node?.Name ?? "", code, Score.Of(score), text, origin));

    /// <summary>The same for what makes an instance be promoted, or not.</summary>
    public void ExplainPromotion(
        PolicyResource resource, PolicyNode? node, string code, int score, string text, Origin origin) =>
        PromotionReasons?.Add(new Reason(resource.Id, node?.Name ?? "", code, Score.Of(score), text, origin));

    /// <summary>What was tried is taken back: its reasons count no more.</summary>
    /// <param name="since">How many reasons there were before.</param>
    /// <param name="resource">Whose reasons.</param>
    public void ForgetReasons(int since, PolicyResource resource)
    {
        for (var index = (Reasons?.Count ?? 0) - 1; index >= since; index--)
        {
            if (Reasons![index].ResourceId == resource.Id)
            {
                Reasons.RemoveAt(index);
            }
        }
    }
}

/// <summary>An operation that failed, for the list of failures.</summary>
internal sealed record FailedOperation(
    PolicyNode Node, PolicyResource? Resource, string ResourceId, HistoryEntry Entry);

/// <summary>A fail count that is to be cleared.</summary>
internal sealed record ExpiredFailCount(PolicyResource Resource, PolicyNode Node, string Reason, bool IsAfterFencing);

/// <summary>Cluster options, read.</summary>
internal sealed class PolicyOptions
{
    public bool IsFencingEnabled { get; set; } = true;

    /// <summary>reboot or off.</summary>
    public string FencingAction { get; set; } = "reboot";

    public long FencingTimeoutMs { get; set; } = 60_000;

    public bool IsStartupFencing { get; set; } = true;

    public bool IsConcurrentFencing { get; set; } = true;

    public bool HasWatchdog { get; set; }

    public long FencingWatchdogTimeoutMs { get; set; }

    public bool IsFencingRemoteWithoutQuorum { get; set; }

    public long PriorityFencingDelayMs { get; set; }

    public long NodePendingTimeoutMs { get; set; }

    public QuorumPolicy NoQuorum { get; set; } = QuorumPolicy.Stop;

    public bool IsSymmetric { get; set; } = true;

    public bool IsStopAll { get; set; }

    public bool IsStoppingRemoved { get; set; } = true;

    public bool IsCancellingRemoved { get; set; } = true;

    public bool IsRemovingAfterStop { get; set; }

    public bool IsProbing { get; set; } = true;

    public bool IsStartFailureFatal { get; set; } = true;

    public bool IsInMaintenance { get; set; }

    public bool IsShutdownLock { get; set; }

    /// <summary>Seconds; 0 for no end.</summary>
    public long ShutdownLockLimit { get; set; }

    /// <summary>default, utilization, balanced, minimal.</summary>
    public string Placement { get; set; } = "default";

    public string HealthStrategy { get; set; } = "none";

    public int HealthBase { get; set; }

    public int HealthGreen { get; set; }

    public int HealthYellow { get; set; }

    public int HealthRed { get; set; } = Scores.MinusInfinity;

    public int BatchLimit { get; set; }

    public int MigrationLimit { get; set; } = -1;

    public long ClusterDelayMs { get; set; } = 60_000;

    public string ClusterName { get; set; } = "";

    /// <summary>Feature set of the CIB, such as 3.19.0; empty where it has none.</summary>
    public string FeatureSet { get; set; } = "";

    /// <summary>All cluster options by name after rules, for what has no member here.</summary>
    public Dictionary<string, string> All { get; } = new(StringComparer.Ordinal);
}
