namespace Ha.Resources.Vrrp;

/// <summary>Who may be active without being asked. Source of the rules: docs/vrrp-conformance.md.</summary>
public enum VipClass
{
    /// <summary>The LAN decides alone: gateways, stateless balancers.</summary>
    Free,

    /// <summary>The LAN decides among the nodes on which a resource runs that may run twice.</summary>
    Bound,

    /// <summary>Only with a grant, and never on silence alone: data that must not be written twice.</summary>
    Fenced,
}

/// <summary>How members hear each other.</summary>
public enum VrrpTransport
{
    /// <summary>224.0.0.18 and ff02::12.</summary>
    Multicast,

    /// <summary>One copy to each peer.</summary>
    Unicast,
}

/// <summary>Which checksum adverts of version 3 over IPv4 carry. Both are accepted.</summary>
public enum VrrpChecksumChoice
{
    /// <summary>RFC 9568's, until a peer is heard that uses the other.</summary>
    Auto,

    /// <summary>The message alone.</summary>
    Rfc9568,

    /// <summary>With the pseudo-header, as keepalived and FRR have it.</summary>
    Rfc5798,
}

/// <summary>An address of a virtual router.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">Bits of its network.</param>
/// <param name="Interface">Where it is set; empty for the router's own interface.</param>
/// <param name="IsAdvertised">It is named in adverts.</param>
public sealed record VirtualAddress(VrrpAddress Address, int PrefixLength, string Interface, bool IsAdvertised);

/// <summary>Another router that adverts are exchanged with by unicast.</summary>
/// <param name="Address">Its address.</param>
/// <param name="MinTtl">Least time to live of what it sends.</param>
/// <param name="MaxTtl">Most.</param>
/// <param name="IsMember">It is one of ours, not a foreign router.</param>
public sealed record VrrpPeer(VrrpAddress Address, byte MinTtl, byte MaxTtl, bool IsMember);

/// <summary>All that the configuration says of one virtual router on this node. One family: a router with addresses of
/// both is two. Times are nanoseconds: they meet the clock in a process that allocates nothing.</summary>
public sealed record VirtualRouterSettings
{
    /// <summary>Its name in the configuration.</summary>
    public required string Id { get; init; }

    /// <summary>Its number on the link: 1 to 255.</summary>
    public required byte Vrid { get; init; }

    /// <summary>2 or 3.</summary>
    public byte Version { get; init; } = 3;

    /// <summary>Its family.</summary>
    public bool IsIpv6 { get; init; }

    /// <summary>The interface that it speaks on.</summary>
    public required string Interface { get; init; }

    /// <summary>Its addresses, in the order of the configuration.</summary>
    public required IReadOnlyList<VirtualAddress> Addresses { get; init; }

    /// <summary>Those that are advertised, in the same order.</summary>
    public VrrpAddress[] Advertised { get; init; } = [];

    /// <summary>1 to 254; 255 for the owner of the addresses.</summary>
    public byte Priority { get; init; } = 100;

    /// <summary>How often the active one speaks: whole centiseconds, in version 2 whole seconds.</summary>
    public long IntervalNs { get; init; } = 1_000_000_000;

    /// <summary>A higher priority takes over from a living router.</summary>
    public bool Preempt { get; init; } = true;

    /// <summary>But not before it has heard the lower one for so long.</summary>
    public long PreemptDelayNs { get; init; }

    /// <summary>So many intervals of silence, and the skew, make an active one count as gone.</summary>
    public int DownTimerAdverts { get; init; } = 3;

    /// <summary>How long after the start nothing is sent and nothing is heard.</summary>
    public long StartupDelayNs { get; init; }

    /// <summary>How long a link may be down before it counts.</summary>
    public long LinkDownDelayNs { get; init; }

    /// <summary>Who may be active without being asked.</summary>
    public VipClass Class { get; init; } = VipClass.Free;

    /// <summary>Class free: gives up without quorum.</summary>
    public bool YieldsWithoutQuorum { get; init; }

    /// <summary>The resource that it is bound to; empty for none.</summary>
    public string BoundTo { get; init; } = "";

    /// <summary>Packets to the addresses are taken by a router that does not own them.</summary>
    public bool Accepts { get; init; } = true;

    /// <summary>Use the virtual router's own hardware address.</summary>
    public bool UsesVirtualMac { get; init; }

    /// <summary>How members hear each other.</summary>
    public VrrpTransport Transport { get; init; }

    /// <summary>Our address as sender; none for the interface's first.</summary>
    public VrrpAddress Source { get; init; }

    /// <summary>With whom adverts are exchanged by unicast; with multicast, who may send them by unicast too.</summary>
    public VrrpPeer[] Peers { get; init; } = [];

    /// <summary>Routers that are not of this cluster take part: ranks are not used, since they know none.</summary>
    public bool HasForeignPeers { get; init; }

    /// <summary>The checksum of version 3 over IPv4.</summary>
    public VrrpChecksumChoice Checksum { get; init; }

    /// <summary>Authentication of version 2.</summary>
    public VrrpAuthentication Authentication { get; init; }

    /// <summary>The password of version 2, first octet highest, filled up with zeros.</summary>
    public ulong Password { get; init; }

    /// <summary>What is done with trailers.</summary>
    public VrrpTrailerMode TrailerMode { get; init; }

    /// <summary>The keys of trailers; the first signs.</summary>
    public VrrpTrailerKey[] TrailerKeys { get; init; } = [];

    /// <summary>An advert of a lower active router is answered at once, as RFC 9568 has it.</summary>
    public bool AnswersLower { get; init; } = true;

    /// <summary>Announcements when it becomes active: 1 to 10.</summary>
    public int Announcements { get; init; } = 5;

    /// <summary>They are repeated once after this; 0 for not at all.</summary>
    public long AnnounceRepeatNs { get; init; } = 5_000_000_000;

    /// <summary>And at this interval for ever; 0 for never.</summary>
    public long AnnounceRefreshNs { get; init; }

    /// <summary>The sync group that it is in; empty for none.</summary>
    public string SyncGroup { get; init; } = "";

    /// <summary>True for the owner of the addresses.</summary>
    public bool IsOwner => Priority == VirtualRouterTimes.OwnerPriority;

    /// <summary>Its hardware address: 00-00-5E-00-01-VRID, or 02 for IPv6. Source: RFC 9568, section 7.3.</summary>
    public long VirtualMac => 0x00005e_000100 + (IsIpv6 ? 0x100 : 0) + Vrid;
}
