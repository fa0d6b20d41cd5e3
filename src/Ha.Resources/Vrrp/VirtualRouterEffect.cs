namespace Ha.Resources.Vrrp;

/// <summary>What the hand does for a virtual router.</summary>
public enum VirtualRouterEffectKind
{
    /// <summary>Send an advert: Priority, IntervalCs, Copies (a millisecond apart), and the checksum form.</summary>
    SendAdvert,

    /// <summary>Announce every address once: gratuitous ARP as a reply that nobody answers, or an unsolicited neighbour
    /// advertisement.</summary>
    Announce,

    /// <summary>Set the addresses, each leased.</summary>
    InstallAddresses,

    /// <summary>Take the addresses away.</summary>
    RemoveAddresses,

    /// <summary>The role changed: From, To, Cause.</summary>
    Became,

    /// <summary>Something that somebody should know: Note.</summary>
    Note,
}

/// <summary>Things that change no role.</summary>
public enum VirtualRouterNote
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A lower router thinks that it is active too.</summary>
    LowerActive,

    /// <summary>Another one sends with priority 255.</summary>
    SecondOwner,

    /// <summary>Another one sends from our own address.</summary>
    DuplicateAddress,

    /// <summary>Somebody is active while we hold the grant.</summary>
    ActiveBesideGrant,

    /// <summary>The active router is silent, and we may not take over: fencing can begin.</summary>
    SilentWithoutLeave,

    /// <summary>A grant of an older epoch came.</summary>
    OldGrant,

    /// <summary>The priority is another one.</summary>
    PriorityChanged,

    /// <summary>The active router's interval differs from ours.</summary>
    IntervalDiffers,
}

/// <summary>One thing to do: a value without allocation.</summary>
public readonly record struct VirtualRouterEffect
{
    /// <summary>What.</summary>
    public required VirtualRouterEffectKind Kind { get; init; }

    /// <summary>For which router of the group: its index.</summary>
    public int Router { get; init; }

    /// <summary>Priority of the advert.</summary>
    public byte Priority { get; init; }

    /// <summary>Interval of the advert in centiseconds.</summary>
    public int IntervalCs { get; init; }

    /// <summary>How often it is sent: a resignation must not get lost.</summary>
    public int Copies { get; init; }

    /// <summary>The checksum of version 3 over IPv4 has the pseudo-header.</summary>
    public bool WithPseudoHeader { get; init; }

    /// <summary>The resignation of this epoch: the addresses are gone already. 0 for none.</summary>
    public ulong ReleasedEpoch { get; init; }

    /// <summary>Role before.</summary>
    public VirtualRouterRole From { get; init; }

    /// <summary>Role now.</summary>
    public VirtualRouterRole To { get; init; }

    /// <summary>Why.</summary>
    public RoleCause Cause { get; init; }

    /// <summary>What should be known.</summary>
    public VirtualRouterNote Note { get; init; }
}

/// <summary>Where effects go: the caller's buffer, filled from its beginning. They are carried out in order.</summary>
/// <param name="buffer">Room for at least <see cref="VirtualRouterMachine.MaxEffects"/> for each router.</param>
public ref struct EffectBuffer(Span<VirtualRouterEffect> buffer)
{
    private readonly Span<VirtualRouterEffect> _buffer = buffer;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>For which router of a group they are.</summary>
    public int Router { get; set; }

    /// <summary>What there is to do.</summary>
    public readonly ReadOnlySpan<VirtualRouterEffect> Effects => _buffer[..Count];

    internal void Add(in VirtualRouterEffect effect)
    {
        Must.Hold(Count < _buffer.Length);
        _buffer[Count++] = effect with { Router = Router };
    }
}
