namespace Ha.Resources.Vrrp;

/// <summary>Why an advert is not listened to; named as `ha vrrp decode` prints it.</summary>
public enum VrrpDiscard
{
    /// <summary>It is listened to.</summary>
    None,

    /// <summary>A piece of a packet.</summary>
    Fragment,

    /// <summary>Octets are missing.</summary>
    Length,

    /// <summary>Another version than the router's.</summary>
    Version,

    /// <summary>No advertisement.</summary>
    Type,

    /// <summary>No router of this number and family is on the interface.</summary>
    Vrid,

    /// <summary>It came over a router, or from a peer that is not as far away as it should be.</summary>
    Ttl,

    /// <summary>The checksum is wrong.</summary>
    Checksum,

    /// <summary>Another kind of authentication than the router's.</summary>
    AuthType,

    /// <summary>Another password.</summary>
    Auth,

    /// <summary>An interval of 0, or in version 2 another one than the router's.</summary>
    Interval,

    /// <summary>No address.</summary>
    Count,

    /// <summary>The first IPv6 address is not link-local.</summary>
    FirstAddress,

    /// <summary>Version 2: other addresses, and not from their owner.</summary>
    Addresses,

    /// <summary>By unicast to a router that listens to the group, or the other way round.</summary>
    Destination,

    /// <summary>From our own address.</summary>
    Own,

    /// <summary>From nobody that is listed as a peer.</summary>
    Peer,

    /// <summary>The trailer is missing or wrong.</summary>
    Trailer,
}

/// <summary>What is worth a line in a log, of an advert that is listened to.</summary>
[Flags]
public enum VrrpRemarks
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its interval is not ours.</summary>
    Interval = 1,

    /// <summary>Its addresses are not ours.</summary>
    Addresses = 2,

    /// <summary>Octets follow the message.</summary>
    Trailing = 4,
}

/// <summary>Whose rules are used.</summary>
public enum VrrpPolicy
{
    /// <summary>RFC 9568; RFC 3768 for version 2.</summary>
    Rfc9568,

    /// <summary>RFC 5798, as keepalived and FRR read it; RFC 3768 for version 2.</summary>
    Rfc5798,

    /// <summary>Ours: RFC 9568, with either checksum of version 3 over IPv4.</summary>
    Dual,
}

/// <summary>Whether an advert is listened to, by which router, and what should be said of it.</summary>
/// <param name="Router">Index of the router; -1 when none has its number.</param>
/// <param name="Discard">Why not.</param>
/// <param name="Remarks">What should be said.</param>
public readonly record struct VrrpVerdict(int Router, VrrpDiscard Discard, VrrpRemarks Remarks)
{
    /// <summary>It is listened to.</summary>
    public bool IsAccepted => Discard == VrrpDiscard.None;
}
