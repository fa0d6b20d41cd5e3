namespace Ha.Policy.Scheduling;

/// <summary>What an instance is, or shall be. In rising order: each includes what the one before it has.</summary>
internal enum Role
{
    Unknown,
    Stopped,
    Started,
    Unpromoted,
    Promoted,
}

/// <summary>What a resource is made of.</summary>
internal enum ResourceKind
{
    Primitive,
    Group,
    Clone,
    Bundle,
}

/// <summary>When a resource is looked for on a node.</summary>
internal enum DiscoveryMode : byte
{
    Always,
    Never,
    Exclusive,
}

/// <summary>What is to be done when a resource is found on more nodes than it should be.</summary>
internal enum MultipleActive
{
    StopStart,
    Block,
    StopOnly,
    StopUnexpected,
}

/// <summary>What a start must wait for.</summary>
internal enum Requirement
{
    Nothing,
    Quorum,
    Fencing,
}

/// <summary>What a failure of an operation leads to, the mildest first: of several the worst counts.</summary>
internal enum FailureResponse
{
    Ignore,
    Demote,
    Restart,
    Block,
    Stop,
    Standby,
    Fence,
    RestartContainer,
    Ban,
    ResetRemote,
}

/// <summary>What a partition without quorum does.</summary>
internal enum QuorumPolicy
{
    Stop,
    Freeze,
    Ignore,
    Demote,
    Fence,
}

/// <summary>Names of operations, as agents and the graph know them.</summary>
internal static class Tasks
{
    public const string Start = "start";
    public const string Started = "running";
    public const string Stop = "stop";
    public const string Stopped = "stopped";
    public const string Monitor = "monitor";
    public const string Promote = "promote";
    public const string Promoted = "promoted";
    public const string Demote = "demote";
    public const string Demoted = "demoted";
    public const string Notify = "notify";
    public const string Notified = "notified";
    public const string MigrateTo = "migrate_to";
    public const string MigrateFrom = "migrate_from";
    public const string ReloadAgent = "reload-agent";
    public const string Cancel = "cancel";
    public const string Delete = "delete";
    public const string LrmDelete = "lrm_delete";
    public const string ClearFailCount = "clear_failcount";
    public const string Fence = "stonith";
    public const string Shutdown = "do_shutdown";
    public const string OneOrMore = "one-or-more";
}
