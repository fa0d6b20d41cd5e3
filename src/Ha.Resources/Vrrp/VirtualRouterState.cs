namespace Ha.Resources.Vrrp;

/// <summary>What a virtual router is on this node. Words of RFC 9568; the last one is keepalived's.</summary>
public enum VirtualRouterRole
{
    /// <summary>Not started.</summary>
    Initialize,

    /// <summary>Another one may be active; this one listens.</summary>
    Backup,

    /// <summary>It has the addresses.</summary>
    Active,

    /// <summary>Started, and unfit: a link, an address or a tracker is missing.</summary>
    Fault,
}

/// <summary>Why a role changed.</summary>
public enum RoleCause
{
    /// <summary>It was started.</summary>
    Started,

    /// <summary>It was stopped.</summary>
    Stopped,

    /// <summary>The active one was silent for the down interval.</summary>
    Silence,

    /// <summary>The active one resigned.</summary>
    Resign,

    /// <summary>A lower one was active.</summary>
    Preempt,

    /// <summary>A higher one, or an equal one with a greater address, is active.</summary>
    Outranked,

    /// <summary>The cluster granted it.</summary>
    Granted,

    /// <summary>The grant ran out or was called back.</summary>
    GrantEnded,

    /// <summary>The resource that it is bound to started.</summary>
    BoundStarted,

    /// <summary>The resource that it is bound to stopped.</summary>
    BoundStopped,

    /// <summary>Quorum came.</summary>
    QuorumGained,

    /// <summary>Quorum went.</summary>
    QuorumLost,

    /// <summary>The cluster asked it to give up the addresses.</summary>
    YieldOrdered,

    /// <summary>The cluster asked it to take over.</summary>
    TakeoverOrdered,

    /// <summary>A tracker failed.</summary>
    TrackerFailed,

    /// <summary>The link went down.</summary>
    LinkDown,

    /// <summary>The interface has no address to send from.</summary>
    NoAddress,

    /// <summary>What was missing is back.</summary>
    Recovered,

    /// <summary>We slept too long to know whether another one has taken over.</summary>
    LateWakeUp,

    /// <summary>Another router of the sync group went the same way.</summary>
    SyncGroup,
}

/// <summary>All that a virtual router knows between two events. A value that is copied and never allocated. Deadlines
/// are nanoseconds of the monotonic clock; those that do not run are <see cref="VirtualRouterTimes.Never"/>.</summary>
public readonly record struct VirtualRouterState
{
    /// <summary>Before the start.</summary>
    public static VirtualRouterState Initial { get; } = new()
    {
        StartAt = VirtualRouterTimes.Never,
        DownAt = VirtualRouterTimes.Never,
        AdvertAt = VirtualRouterTimes.Never,
        AnnounceAt = VirtualRouterTimes.Never,
        PreemptAt = VirtualRouterTimes.Never,
        LinkDownAt = VirtualRouterTimes.Never,
        GrantEndsAt = VirtualRouterTimes.Never,
        HasQuorum = true,
    };

    /// <summary>Its role.</summary>
    public VirtualRouterRole Role { get; init; }

    /// <summary>Our address on the link; none when there is none.</summary>
    public VrrpAddress Own { get; init; }

    /// <summary>The link carries.</summary>
    public bool IsLinkUp { get; init; }

    /// <summary>Number of trackers that say: unfit.</summary>
    public int Faults { get; init; }

    /// <summary>Another router of the sync group is unfit.</summary>
    public bool IsGroupFaulted { get; init; }

    /// <summary>Sum of the trackers' weights.</summary>
    public int Weight { get; init; }

    /// <summary>Least interval that this host can keep.</summary>
    public long FloorNs { get; init; }

    /// <summary>Active_Adver_Interval: that of the active router, learnt in version 3.</summary>
    public long ActiveIntervalNs { get; init; }

    /// <summary>End of the startup delay.</summary>
    public long StartAt { get; init; }

    /// <summary>Active_Down_Timer.</summary>
    public long DownAt { get; init; }

    /// <summary>Adver_Timer.</summary>
    public long AdvertAt { get; init; }

    /// <summary>Next announcement.</summary>
    public long AnnounceAt { get; init; }

    /// <summary>From when on a lower active router is not waited for.</summary>
    public long PreemptAt { get; init; }

    /// <summary>When a link that is down counts.</summary>
    public long LinkDownAt { get; init; }

    /// <summary>When the grant ends, on this node's own clock, drift taken off.</summary>
    public long GrantEndsAt { get; init; }

    /// <summary>There is a grant; it may wait for <see cref="AwaitedRelease"/>.</summary>
    public bool HasGrant { get; init; }

    /// <summary>Epoch of the newest grant; older ones are ignored.</summary>
    public ulong Epoch { get; init; }

    /// <summary>The epoch whose holder must have released it first; 0 for none.</summary>
    public ulong AwaitedRelease { get; init; }

    /// <summary>The newest epoch that this node said, or may have said, to be released: it never counts here again.
    /// </summary>
    public ulong ReleasedEpoch { get; init; }

    /// <summary>The resource that it is bound to is active here.</summary>
    public bool IsBoundActive { get; init; }

    /// <summary>The cluster's partition has quorum.</summary>
    public bool HasQuorum { get; init; }

    /// <summary>Place among the candidates: 1 for the first; 0 when not known.</summary>
    public int Rank { get; init; }

    /// <summary>Nobody is heard that it must wait for: it becomes active as soon as it may.</summary>
    public bool IsWilling { get; init; }

    /// <summary>The active router resigned.</summary>
    public bool IsResignHeard { get; init; }

    /// <summary>A lower active router is being outwaited.</summary>
    public bool IsLowerHeard { get; init; }

    /// <summary>It was asked to give up the addresses, and does not want them back from whoever took them.</summary>
    public bool IsYielding { get; init; }

    /// <summary>A peer's adverts of version 3 over IPv4 carry the pseudo-header.</summary>
    public bool IsPseudoHeaderHeard { get; init; }

    /// <summary>Announcements since they were last begun.</summary>
    public int Announced { get; init; }

    /// <summary>When announcements were last begun.</summary>
    public long AnnouncedFrom { get; init; }

    /// <summary>The active router that was heard last.</summary>
    public VrrpAddress ActivePeer { get; init; }

    /// <summary>Its priority.</summary>
    public byte ActivePriority { get; init; }

    /// <summary>The earliest deadline: when <see cref="VirtualRouterEventKind.TimerExpired"/> is due.</summary>
    public long NextDeadline => Math.Min(
        Math.Min(Math.Min(StartAt, DownAt), Math.Min(AdvertAt, AnnounceAt)),
        Math.Min(LinkDownAt, Role == VirtualRouterRole.Active ? GrantEndsAt : VirtualRouterTimes.Never));

    /// <summary>Unfit for a reason of its own.</summary>
    public bool IsUnfit => Faults > 0 || !IsLinkUp || Own.IsNone;
}
