using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>Stage 1: what is true now, from configuration and status, under numbers. Nothing here is a
/// decision.</summary>
internal sealed class ClusterView
{
    public required Cib Cib { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long Now { get; init; }

    public required NodeFacts[] Nodes { get; init; }

    public required ResourceFacts[] Resources { get; init; }

    /// <summary>Pairs of members of a group: the later one and the one before it.</summary>
    public required IReadOnlyList<(int Later, int Before)> GroupLinks { get; init; }

    public required ClusterSettings Settings { get; init; }

    public int NodeIndex(string name) => Array.FindIndex(Nodes, node => node.Name == name);

    /// <summary>Primitives that an id in a constraint stands for: itself, or a group's first and last member.</summary>
    public (int First, int Last)? Span(string id)
    {
        int first = -1, last = -1;
        for (var index = 0; index < Resources.Length; index++)
        {
            if (Resources[index].Id == id || Resources[index].GroupId == id)
            {
                first = first < 0 ? index : first;
                last = index;
            }
        }

        return first < 0 ? null : (first, last);
    }
}

/// <summary>What is configured for the cluster as a whole.</summary>
internal sealed record ClusterSettings
{
    public required bool IsFencingEnabled { get; init; }

    public required bool IsStartupFencing { get; init; }

    public required string FencingAction { get; init; }

    public required TimeSpan FencingTimeout { get; init; }

    public required string NoQuorumPolicy { get; init; }

    public required bool HasQuorum { get; init; }

    public required bool IsSymmetric { get; init; }

    public required bool IsMaintenance { get; init; }

    public required bool IsStopAll { get; init; }

    public required bool IsStartFailureFatal { get; init; }

    public required bool IsProbing { get; init; }

    public required int BatchLimit { get; init; }

    public static ClusterSettings Of(Cib cib)
    {
        string? Text(string name, string? old = null) => Policy.Settings.Property(cib, name, old)?.Value;
        bool Flag(string name, bool otherwise, string? old = null) =>
            Policy.Settings.IsTrue(Text(name, old), otherwise);
        return new ClusterSettings
        {
            IsFencingEnabled = Flag("fencing-enabled", true, "stonith-enabled"),
            IsStartupFencing = Flag("startup-fencing", true),
            FencingAction = Text("fencing-action", "stonith-action") is "off" or "poweroff" ? "off" : "reboot",
            FencingTimeout =
                Policy.Settings.Duration(Text("fencing-timeout", "stonith-timeout")) ?? TimeSpan.FromSeconds(60),
            NoQuorumPolicy = Text("no-quorum-policy") switch
            {
                "fence" or "suicide" => "fence",
                { } policy => policy,
                null => "stop",
            },
            HasQuorum = cib.Status.HasQuorum ?? false,
            IsSymmetric = Flag("symmetric-cluster", true),
            IsMaintenance = Flag("maintenance-mode", false),
            IsStopAll = Flag("stop-all-resources", false),
            IsStartFailureFatal = Flag("start-failure-is-fatal", true),
            IsProbing = Flag("enable-startup-probes", true),
            BatchLimit = int.TryParse(Text("batch-limit"), out var limit) ? limit : 0,
        };
    }
}

/// <summary>A node as it is.</summary>
internal sealed record NodeFacts
{
    public required string Name { get; init; }

    public required string Id { get; init; }

    public required NodeState? State { get; init; }

    /// <summary>What its agents last said, by resource: for finding, never for walking.</summary>
    public required IReadOnlyDictionary<string, ResourceHistory> History { get; init; }

    public required bool IsOnline { get; init; }

    public required bool IsPending { get; init; }

    public required bool IsStandby { get; init; }

    public required string StandbyReason { get; init; }

    public required bool IsMaintenance { get; init; }

    public required bool IsShuttingDown { get; init; }

    public required ValueMap<string> Attributes { get; init; }

    /// <summary>Resources may be started there, as far as the node is concerned.</summary>
    public bool IsAvailable => IsOnline && !IsStandby && !IsShuttingDown && !IsMaintenance;
}

/// <summary>A primitive as it is configured and as agents last said.</summary>
internal sealed record ResourceFacts
{
    public required int Index { get; init; }

    public required Primitive Primitive { get; init; }

    public required AgentName Agent { get; init; }

    /// <summary>Group it is in; empty for none.</summary>
    public required string GroupId { get; init; }

    public required int Priority { get; init; }

    public required Score Stickiness { get; init; }

    public required bool IsManaged { get; init; }

    public required string UnmanagedCode { get; init; }

    public required bool IsWanted { get; init; }

    public required NameValue? TargetRole { get; init; }

    public required int MigrationThreshold { get; init; }

    public required TimeSpan FailureTimeout { get; init; }

    public required string MultipleActive { get; init; }

    public required bool NeedsFencing { get; init; }

    public required bool NeedsQuorum { get; init; }

    public required ValueMap<string> Parameters { get; init; }

    /// <summary>Parameters that it had before, oldest first.</summary>
    public required IReadOnlyList<ValueMap<string>> Former { get; init; }

    /// <summary>It left the configuration.</summary>
    public bool IsRemoved { get; init; }

    public required ValueMap<string> Meta { get; init; }

    /// <summary>By node: what its history says.</summary>
    public required InstanceFacts[] On { get; init; }

    public string Id => Primitive.Id;

    /// <summary>The parameters that it was started with on a node, as far as they are known: it is stopped with them.
    /// </summary>
    public ValueMap<string> StartedWith(int node)
    {
        if (On[node].Start is not { Digest: { Length: > 0 } digest } || digest == Digests.Of(Parameters))
        {
            return Parameters;
        }

        foreach (var former in Former)
        {
            if (Digests.Of(former) == digest)
            {
                return former;
            }
        }

        return Parameters;
    }
}

/// <summary>A primitive on one node, as its history there says.</summary>
internal sealed record InstanceFacts
{
    /// <summary>Nothing is known: it must be looked at.</summary>
    public static InstanceFacts Unknown { get; } = new();

    public bool IsKnown { get; init; }

    public bool IsActive { get; init; }

    public bool IsFailed { get; init; }

    /// <summary>A stop failed: it may still run.</summary>
    public bool HasStopFailed { get; init; }

    /// <summary>on-fail of the failure that counts: restart, block, stop, standby, fence, ignore.</summary>
    public string OnFail { get; init; } = "restart";

    /// <summary>Failure that counts; null for none.</summary>
    public HistoryEntry? Failure { get; init; }

    /// <summary>The last failure, whether it still counts or not; null for none.</summary>
    public HistoryEntry? LastFailure { get; init; }

    /// <summary>Operation committed or running; null for none.</summary>
    public HistoryEntry? Pending { get; init; }

    /// <summary>Cause that bans the node; empty for none.</summary>
    public string BanCode { get; init; } = "";

    public string BanText { get; init; } = "";

    /// <summary>A failure bans every node.</summary>
    public bool IsFatal { get; init; }

    public Score FailCount { get; init; }

    /// <summary>All failures there are old enough to be forgotten.</summary>
    public bool HasExpired { get; init; }

    /// <summary>Seconds since 1970 at which they will be; null for never.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>Last successful start or probe that found it active, for its digest; null for none.</summary>
    public HistoryEntry? Start { get; init; }

    /// <summary>Recurring operations in the history.</summary>
    public IReadOnlyList<HistoryEntry> Recurring { get; init; } = [];
}
