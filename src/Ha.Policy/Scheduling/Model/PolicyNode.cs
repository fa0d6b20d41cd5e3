using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>A node, as this run sees it.</summary>
internal sealed class PolicyNode
{
    /// <summary>Its place in <see cref="PolicyRun.Nodes"/>, and in every table of scores.</summary>
    public required int Index { get; init; }

    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>A remote or guest node: managed through a connection that is a resource.</summary>
    public bool IsRemoteKind { get; set; }

    /// <summary>The connection of a remote or guest node; null otherwise.</summary>
    public PolicyResource? RemoteResource { get; set; }

    /// <summary>Configured as it is; null for a node that only status or a guest's meta attribute names.</summary>
    public Node? Configured { get; set; }

    /// <summary>What is known of it; null for a node that never spoke.</summary>
    public NodeState? State { get; set; }

    public bool IsOnline { get; set; }

    public bool IsUnclean { get; set; }

    /// <summary>Nothing was ever heard of it.</summary>
    public bool IsUnseen { get; set; } = true;

    public bool IsStandby { get; set; }

    /// <summary>In standby because a failure asked for it.</summary>
    public bool IsStandbyByFailure { get; set; }

    public bool IsPending { get; set; }

    public bool IsShuttingDown { get; set; }

    public bool IsExpectedUp { get; set; }

    public bool IsInMaintenance { get; set; }

    public bool IsCoordinator { get; set; }

    /// <summary>Its resources may be looked for (resource-discovery-enabled).</summary>
    public bool IsDiscoveryEnabled { get; set; } = true;

    /// <summary>A remote node: its connection failed, and it is to be fenced before it is used again.</summary>
    public bool NeedsRemoteReset { get; set; }

    /// <summary>A remote node: fenced since its last connection.</summary>
    public bool WasRemoteFenced { get; set; }

    /// <summary>It was unfenced, and must be again before anything that needs it runs there.</summary>
    public bool IsUnfenced { get; set; }

    /// <summary>Why it was asked first that the node be fenced; null while nobody asked.</summary>
    public string? FencingReason { get; set; }

    /// <summary>The fencing may wait for priority-fencing-delay: the node was lost.</summary>
    public bool IsFencingDelayed { get; set; }

    /// <summary>Its history was looked at.</summary>
    public bool IsHistoryRead { get; set; }

    /// <summary>A fencing action for it is in the run.</summary>
    public bool IsToBeFenced { get; set; }

    /// <summary>Health is not looked at any more (allow-unhealthy-nodes).</summary>
    public int HealthScore { get; set; }

    /// <summary>Sum of the priorities of what runs there, for priority-fencing-delay.</summary>
    public int Priority { get; set; }

    /// <summary>Permanent and transient attributes with #uname, #id and so on; the transient ones win.</summary>
    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    /// <summary>Fail counts by resource, as they were read. Owned by <see cref="Scheduling.FailCounts"/>.</summary>
    public Dictionary<string, List<(string Instance, int Count, long Last)>>? FailCounts { get; set; }

    /// <summary>Capacities that are left. Null where the node has none.</summary>
    public Dictionary<string, int>? Utilization { get; set; }

    /// <summary>Primitives that are active there, in the order in which they were found.</summary>
    public List<PolicyResource> Running { get; } = [];

    /// <summary>Resources assigned to it so far.</summary>
    public int AssignedCount { get; set; }

    public bool IsGuest => IsRemoteKind && RemoteResource?.Launcher is not null;

    public bool IsRemote => IsRemoteKind && !IsGuest;

    /// <summary>Resources may be placed there: online, clean, and neither leaving nor set aside.</summary>
    public bool IsAvailable => IsOnline && !IsUnclean && !IsStandby && !IsShuttingDown && !IsInMaintenance;

    public string? Attribute(string name) => Attributes.GetValueOrDefault(name);

    public override string ToString() => Name;
}
