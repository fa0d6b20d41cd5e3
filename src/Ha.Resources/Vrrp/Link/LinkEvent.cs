namespace Ha.Resources.Vrrp.Link;

/// <summary>What the real-time threads tell the others.</summary>
public enum LinkEventKind
{
    /// <summary>A role changed: From, To, Cause.</summary>
    Became,

    /// <summary>A note of the protocol: Note.</summary>
    Note,

    /// <summary>An advert was not taken: Number is the reason.</summary>
    Discarded,

    /// <summary>Somebody else says that one of our addresses is theirs: Address.</summary>
    Conflict,

    /// <summary>An address of ours was taken away by somebody, and set again: Address.</summary>
    Restored,

    /// <summary>The kernel did not take an address: Address, Number is its error.</summary>
    Refused,

    /// <summary>An interface came or went: Number is 1 or 0.</summary>
    Link,

    /// <summary>An own address of an interface changed.</summary>
    Addresses,

    /// <summary>An advert could not be sent: Number is the kernel's error.</summary>
    SendFailed,

    /// <summary>The host woke us late: Length.</summary>
    Late,
}

/// <summary>One of them: a value without allocation.</summary>
public readonly record struct LinkEvent
{
    /// <summary>What.</summary>
    public required LinkEventKind Kind { get; init; }

    /// <summary>When, by the real-time path's clock.</summary>
    public long At { get; init; }

    /// <summary>Of which router: its index; of a link the number of the interface.</summary>
    public int Router { get; init; }

    /// <summary>Role before.</summary>
    public VirtualRouterRole From { get; init; }

    /// <summary>Role now.</summary>
    public VirtualRouterRole To { get; init; }

    /// <summary>Why.</summary>
    public RoleCause Cause { get; init; }

    /// <summary>What should be known.</summary>
    public VirtualRouterNote Note { get; init; }

    /// <summary>An address.</summary>
    public VrrpAddress Address { get; init; }

    /// <summary>A number.</summary>
    public int Number { get; init; }

    /// <summary>A length in nanoseconds.</summary>
    public long Length { get; init; }
}

/// <summary>What the others tell the real-time thread: an event for one router.</summary>
/// <param name="Router">Its index.</param>
/// <param name="Event">What happened.</param>
internal readonly record struct LinkCommand(int Router, VirtualRouterEvent Event);
