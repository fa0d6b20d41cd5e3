namespace Ha.InformationBase.Reader;

/// <summary>What kind of value a name takes.</summary>
public enum ValueKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>true, false, yes, no, on, off.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A length of time with its unit.</summary>
    Duration,

    /// <summary>A whole number, INFINITY or -INFINITY.</summary>
    Score,

    /// <summary>One of several words.</summary>
    Word,

    /// <summary>A percentage.</summary>
    Percent,

    /// <summary>A list.</summary>
    List,

    /// <summary>An object.</summary>
    Object,
}

/// <summary>A name that may be set.</summary>
/// <param name="Name">Its present name.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Default">What holds where it is not set; empty for nothing.</param>
/// <param name="Meaning">In a sentence.</param>
/// <param name="Words">The words of a <see cref="ValueKind.Word"/>.</param>
/// <param name="Alias">An older name; null for none.</param>
public sealed record PropertyDefinition(
    string Name, ValueKind Kind, string Default, string Meaning, ValueList<string> Words = default,
        string? Alias = null);

/// <summary>Every name that a cluster file may set, with its default and meaning: one place for readers, checks and
/// reference.conf. Names are Pacemaker's.</summary>
public static class PropertyCatalog
{
    /// <summary>Cluster options.</summary>
    public static IReadOnlyList<PropertyDefinition> Cluster { get; } =
    [
        new("no-quorum-policy", ValueKind.Word, "stop", "What a partition without quorum does with what it runs",
            ["stop", "freeze", "ignore", "demote", "fence", "suicide"]),
        new("fencing-enabled", ValueKind.Boolean, "true", "May nodes be fenced; without it a split can destroy data",
            Alias: "stonith-enabled"),
        new("fencing-action", ValueKind.Word, "reboot", "What fencing does", ["reboot", "off", "poweroff"],
            "stonith-action"),
        new("fencing-timeout", ValueKind.Duration, "60s", "How long fencing may take, where a device says nothing",
            Alias: "stonith-timeout"),
        new("fencing-max-attempts", ValueKind.Integer, "10", "How often fencing is tried before it waits for a change",
            Alias: "stonith-max-attempts"),
        new("fencing-reaction", ValueKind.Word, "stop", "What a node does that hears of its own fencing",
            ["stop", "panic"], "fence-reaction"),
        new("fencing-watchdog-timeout", ValueKind.Duration, "0",
            "After this a lost node with a watchdog counts as dead", Alias: "stonith-watchdog-timeout"),
        new("startup-fencing", ValueKind.Boolean, "true", "Fence nodes that were never seen"),
        new("concurrent-fencing", ValueKind.Boolean, "true", "Fence several nodes at once"),
        new("priority-fencing-delay", ValueKind.Duration, "0", "Delay of fencing the node that runs what matters more"),
        new("symmetric-cluster", ValueKind.Boolean, "true", "Resources may run anywhere unless forbidden"),
        new("stop-all-resources", ValueKind.Boolean, "false", "Nothing runs"),
        new("stop-removed-resources", ValueKind.Boolean, "true", "Stop what left the configuration",
            Alias: "stop-orphan-resources"),
        new("cancel-removed-actions", ValueKind.Boolean, "true",
            "End recurring operations that left the configuration", Alias: "stop-orphan-actions"),
        new("start-failure-is-fatal", ValueKind.Boolean, "true", "One failed start bans the node"),
        new("enable-startup-probes", ValueKind.Boolean, "true", "Look at every resource before the first start"),
        new("maintenance-mode", ValueKind.Boolean, "false", "Hands off everything"),
        new("batch-limit", ValueKind.Integer, "0",
            "How many operations may run at once in the cluster; 0 for as many as the order allows"),
        new("migration-limit", ValueKind.Integer, "-1", "How many live migrations a node takes part in; -1 for any"),
        new("node-action-limit", ValueKind.Integer, "0",
            "How many operations a node runs at once; 0 for twice its cores"),
        new("load-threshold", ValueKind.Percent, "80%", "Processor load at which operations are held back"),
        new("cluster-recheck-interval", ValueKind.Duration, "15m", "Plan at least this often"),
        new("cluster-delay", ValueKind.Duration, "60s", "Grace for an answer of another node"),
        new("transition-delay", ValueKind.Duration, "0", "Wait for more events before planning"),
        new("dc-deadtime", ValueKind.Duration, "20s", "How long to wait for a coordinator at start"),
        new("election-timeout", ValueKind.Duration, "2m", "Read for compatibility; has no effect"),
        new("shutdown-escalation", ValueKind.Duration, "20m", "How long a clean leave may take"),
        new("join-integration-timeout", ValueKind.Duration, "3m", "Read for compatibility; has no effect"),
        new("join-finalization-timeout", ValueKind.Duration, "30m", "Read for compatibility; has no effect"),
        new("node-pending-timeout", ValueKind.Duration, "0", "Fence a node that is a member but does not join"),
        new("fence-remote-without-quorum", ValueKind.Boolean, "false",
            "May a partition without quorum fence its remote nodes"),
        new("shutdown-lock", ValueKind.Boolean, "false", "Keep resources bound to a node that was stopped cleanly"),
        new("shutdown-lock-limit", ValueKind.Duration, "0", "How long they stay bound; 0 for ever"),
        new("placement-strategy", ValueKind.Word, "default", "How utilization counts",
            ["default", "utilization", "balanced", "minimal"]),
        new("node-health-strategy", ValueKind.Word, "none", "How health attributes count",
            ["none", "migrate-on-red", "only-green", "progressive", "custom"]),
        new("node-health-base", ValueKind.Score, "0", "Base of the health score"),
        new("node-health-green", ValueKind.Score, "0", "Score of green"),
        new("node-health-yellow", ValueKind.Score, "0", "Score of yellow"),
        new("node-health-red", ValueKind.Score, "-INFINITY", "Score of red"),
        new("pe-error-series-max", ValueKind.Integer, "-1", "Read for compatibility; has no effect"),
        new("pe-warn-series-max", ValueKind.Integer, "5000", "Read for compatibility; has no effect"),
        new("pe-input-series-max", ValueKind.Integer, "4000", "Read for compatibility; has no effect"),
        new("enable-acl", ValueKind.Boolean, "false", "Access control lists; not yet supported"),
        new("cluster-ipc-limit", ValueKind.Integer, "500", "Read for compatibility; has no effect"),
        new("have-watchdog", ValueKind.Boolean, "false", "A watchdog is there"),
    ];

    /// <summary>Meta attributes of resources.</summary>
    public static IReadOnlyList<PropertyDefinition> Meta { get; } =
    [
        new("priority", ValueKind.Score, "0", "Who goes first when not all can run"),
        new("critical", ValueKind.Boolean, "true", "Its wishes count for those that it goes with"),
        new("target-role", ValueKind.Word, "Started", "What is wanted of it",
            ["Started", "Stopped", "Promoted", "Unpromoted", "Master", "Slave"]),
        new("is-managed", ValueKind.Boolean, "true", "May the cluster start and stop it"),
        new("maintenance", ValueKind.Boolean, "false", "Hands off it"),
        new("resource-stickiness", ValueKind.Score, "0", "How much it would rather stay"),
        new("requires", ValueKind.Word, "fencing", "What its start must wait for",
            ["nothing", "quorum", "fencing", "unfencing"]),
        new("migration-threshold", ValueKind.Score, "INFINITY", "After so many failures a node is banned"),
        new("failure-timeout", ValueKind.Duration, "0", "After this failures are forgotten; 0 for never"),
        new("multiple-active", ValueKind.Word, "stop_start", "What happens when it runs on several nodes",
            ["stop_start", "block", "stop_only", "stop_unexpected"]),
        new("allow-migrate", ValueKind.Boolean, "false", "Live migration"),
        new("allow-unhealthy-nodes", ValueKind.Boolean, "false", "It may stay on unhealthy nodes"),
        new("container-attribute-target", ValueKind.Text, "", "Where a container's attributes are kept"),
        new("remote-node", ValueKind.Text, "", "Name of the guest node that it is"),
        new("remote-addr", ValueKind.Text, "", "Address of the guest node"),
        new("remote-port", ValueKind.Integer, "3121", "Port of the guest node"),
        new("remote-connect-timeout", ValueKind.Duration, "60s", "How long connecting may take"),
        new("remote-allow-migrate", ValueKind.Boolean, "true", "The connection may move"),
        new("clone-max", ValueKind.Integer, "", "Instances of a clone; the number of nodes where not set"),
        new("clone-node-max", ValueKind.Integer, "1", "Instances on one node"),
        new("clone-min", ValueKind.Integer, "0", "Instances that must be active before what is ordered after them"),
        new("globally-unique", ValueKind.Boolean, "false", "Instances differ"),
        new("notify", ValueKind.Boolean, "false", "Tell all instances before and after something happens to one"),
        new("ordered", ValueKind.Boolean, "false", "Start instances one after the other"),
        new("interleave", ValueKind.Boolean, "false", "An instance waits only for the one on its own node"),
        new("promotable", ValueKind.Boolean, "false", "Instances have two roles"),
        new("promoted-max", ValueKind.Integer, "1", "Instances in the promoted role", Alias: "master-max"),
        new("promoted-node-max", ValueKind.Integer, "1", "The same on one node", Alias: "master-node-max"),
        new("description", ValueKind.Text, "", "For people"),
    ];

    /// <summary>Attributes of operations.</summary>
    public static IReadOnlyList<PropertyDefinition> Operation { get; } =
    [
        new("name", ValueKind.Text, "", "The action, where the key is another word"),
        new("interval", ValueKind.Duration, "0", "How often it recurs; 0 for once"),
        new("timeout", ValueKind.Duration, "20s", "The agent is killed then"),
        new("role", ValueKind.Word, "", "In which role it recurs",
            ["Started", "Stopped", "Promoted", "Unpromoted", "Master", "Slave"]),
        new("on-fail", ValueKind.Word, "", "What happens when it fails",
            ["ignore", "block", "stop", "restart", "demote", "fence", "standby", "restart-container"]),
        new("enabled", ValueKind.Boolean, "true", "Does it run"),
        new("start-delay", ValueKind.Duration, "0", "How long to wait before it runs first"),
        new("interval-origin", ValueKind.Text, "", "From when the interval counts"),
        new("record-pending", ValueKind.Boolean, "true", "Read for compatibility; it is always so"),
        new("OCF_CHECK_LEVEL", ValueKind.Integer, "0", "How thoroughly a monitor looks"),
        new("description", ValueKind.Text, "", "For people"),
    ];

    /// <summary>corosync's quorum section.</summary>
    public static IReadOnlyList<PropertyDefinition> Quorum { get; } =
    [
        new("two-node", ValueKind.Boolean, "false", "Two nodes: one alone keeps quorum"),
        new("wait-for-all", ValueKind.Boolean, "false", "No quorum before all nodes were seen once"),
        new("last-man-standing", ValueKind.Boolean, "false", "Fewer votes are expected when nodes leave one by one"),
        new("auto-tie-breaker", ValueKind.Boolean, "false", "Of two halves one keeps quorum"),
        new("expected-votes", ValueKind.Integer, "", "Votes that are expected"),
    ];

    /// <summary>corosync's totem section.</summary>
    public static IReadOnlyList<PropertyDefinition> Totem { get; } =
    [
        new("token", ValueKind.Duration, "3s", "A node that is silent so long counts as lost"),
        new("token-coefficient", ValueKind.Duration, "650ms", "More of it for each node over two"),
        new("consensus", ValueKind.Duration, "",
            "How long the others take to agree; 1.2 times the token where not set"),
        new("crypto-cipher", ValueKind.Word, "aes256", "Encryption of the ring",
            ["aes256", "aes192", "aes128", "none"]),
        new("crypto-hash", ValueKind.Word, "sha256", "Authentication of the ring",
            ["sha256", "sha384", "sha512", "md5", "sha1", "none"]),
    ];
}
