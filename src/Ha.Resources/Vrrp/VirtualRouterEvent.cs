namespace Ha.Resources.Vrrp;

/// <summary>What can happen to a virtual router.</summary>
public enum VirtualRouterEventKind
{
    /// <summary>Take part. <see cref="VirtualRouterEvent.Address"/> is our address, IsOn whether the link is up.</summary>
    Start,

    /// <summary>Take part no more. IsOn: resign. IsKept: the addresses stay.</summary>
    Stop,

    /// <summary>An advert that <see cref="AdvertChecks"/> accepted.</summary>
    AdvertReceived,

    /// <summary>A deadline is here. Adverts that came before it are given first: whoever slept finds them queued.
    /// </summary>
    TimerExpired,

    /// <summary>Number: failed trackers; Weight: sum of weights.</summary>
    TrackerChanged,

    /// <summary>IsOn: the link carries.</summary>
    LinkChanged,

    /// <summary>Address: ours on the link, or none.</summary>
    OwnAddressChanged,

    /// <summary>Epoch, At (its end), Awaited (the epoch to be released first, or 0).</summary>
    Granted,

    /// <summary>The grant is called back. IsOn: everybody may know that it is released.</summary>
    GrantCalledBack,

    /// <summary>Epoch: its holder has released it, or was fenced.</summary>
    Released,

    /// <summary>IsOn: the resource that it is bound to is active here.</summary>
    BoundChanged,

    /// <summary>IsOn: the partition has quorum.</summary>
    QuorumChanged,

    /// <summary>Number: place among the candidates, or 0.</summary>
    RankChanged,

    /// <summary>At: least interval that this host can keep, in nanoseconds.</summary>
    FloorChanged,

    /// <summary>Give up the addresses for a planned move.</summary>
    Yield,

    /// <summary>Take over now, in a planned move.</summary>
    TakeOver,

    /// <summary>Somebody else announced one of our addresses, or a partition healed: announce again.</summary>
    ConflictSeen,

    /// <summary>The settings are new ones.</summary>
    SettingsChanged,

    /// <summary>IsOn: another router of the sync group is unfit.</summary>
    GroupFaultChanged,

    /// <summary>The sync group becomes active.</summary>
    GroupPromoted,

    /// <summary>The sync group stops being active. Cause: why.</summary>
    GroupDemoted,
}

/// <summary>One event: a value without allocation. Which members count is said at its kind.</summary>
public readonly record struct VirtualRouterEvent
{
    /// <summary>What happened.</summary>
    public required VirtualRouterEventKind Kind { get; init; }

    /// <summary>The advert.</summary>
    public VrrpAdvert Advert { get; init; }

    /// <summary>An address.</summary>
    public VrrpAddress Address { get; init; }

    /// <summary>The sender is one of the cluster's nodes.</summary>
    public bool IsFromMember { get; init; }

    /// <summary>When the kernel received it; a deadline; or a length.</summary>
    public long At { get; init; }

    /// <summary>A number.</summary>
    public int Number { get; init; }

    /// <summary>Sum of the weights.</summary>
    public int Weight { get; init; }

    /// <summary>Yes or no.</summary>
    public bool IsOn { get; init; }

    /// <summary>The addresses stay.</summary>
    public bool IsKept { get; init; }

    /// <summary>Epoch of a grant.</summary>
    public ulong Epoch { get; init; }

    /// <summary>Epoch of the grant that must end first.</summary>
    public ulong Awaited { get; init; }

    /// <summary>Why.</summary>
    public RoleCause Cause { get; init; }

    /// <summary>Takes part from now on.</summary>
    public static VirtualRouterEvent Start(VrrpAddress own, bool isLinkUp) =>
        new() { Kind = VirtualRouterEventKind.Start, Address = own, IsOn = isLinkUp };

    /// <summary>Ends.</summary>
    public static VirtualRouterEvent Stop(bool resigns, bool keepsAddresses = false) =>
        new() { Kind = VirtualRouterEventKind.Stop, IsOn = resigns, IsKept = keepsAddresses };

    /// <summary>An accepted advert.</summary>
    public static VirtualRouterEvent AdvertReceived(
        in VrrpAdvert advert, VrrpAddress source, long receivedAt, bool isFromMember = false) => new()
        {
            Kind = VirtualRouterEventKind.AdvertReceived,
            Advert = advert,
            Address = source,
            At = receivedAt,
            IsFromMember = isFromMember,
        };

    /// <summary>A deadline is here.</summary>
    public static VirtualRouterEvent TimerExpired { get; } = new() { Kind = VirtualRouterEventKind.TimerExpired };

    /// <summary>The trackers' verdict.</summary>
    public static VirtualRouterEvent TrackerChanged(int faults, int weight) =>
        new() { Kind = VirtualRouterEventKind.TrackerChanged, Number = faults, Weight = weight };

    /// <summary>Carrier came or went.</summary>
    public static VirtualRouterEvent LinkChanged(bool isUp) =>
        new() { Kind = VirtualRouterEventKind.LinkChanged, IsOn = isUp };

    /// <summary>A grant, or a longer one.</summary>
    public static VirtualRouterEvent Granted(ulong epoch, long endsAt, ulong awaitedRelease = 0) => new()
    {
        Kind = VirtualRouterEventKind.Granted,
        Epoch = epoch,
        At = endsAt,
        Awaited = awaitedRelease,
    };

    /// <summary>An earlier grant is dead.</summary>
    public static VirtualRouterEvent Released(ulong epoch) =>
        new() { Kind = VirtualRouterEventKind.Released, Epoch = epoch };

    /// <summary>One of the kinds that say no more than yes or no.</summary>
    public static VirtualRouterEvent Of(VirtualRouterEventKind kind, bool isOn = true) =>
        new() { Kind = kind, IsOn = isOn };
}
