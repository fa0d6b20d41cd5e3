namespace Ha.Resources.Vrrp.Link;

/// <summary>One virtual router as the adverts' thread has it.</summary>
/// <param name="settings">What the configuration says.</param>
/// <param name="sender">Its voice.</param>
/// <param name="addresses">Its addresses.</param>
/// <param name="port">Its interface.</param>
/// <param name="place">Its place among the routers of the interface.</param>
/// <param name="members">Addresses of the other members; empty for anybody's.</param>
internal sealed class LinkRouter(
    VirtualRouterSettings settings, AdvertSender sender, HeldAddress[] addresses, LinkPort port, int place,
    VrrpAddress[] members)
{
    // A clock may be off by so much before signatures of its host count as old.
    private const int LeastWindowSeconds = 5;

    /// <summary>What the configuration says.</summary>
    public VirtualRouterSettings Settings { get; } = settings;

    /// <summary>Its voice.</summary>
    public AdvertSender Sender { get; } = sender;

    /// <summary>Its addresses.</summary>
    public HeldAddress[] Addresses { get; } = addresses;

    /// <summary>What it counted.</summary>
    public RouterCounters Counters { get; } = new();

    /// <summary>What was heard of signed adverts.</summary>
    public SenderSequences Sequences { get; } = new();

    /// <summary>Its interface.</summary>
    public LinkPort Port { get; } = port;

    /// <summary>Its place among the routers of the interface.</summary>
    public int Place { get; } = place;

    /// <summary>When the newest packet came.</summary>
    public long SeenAt { get; set; }

    /// <summary>When the last claim of one of its addresses was answered.</summary>
    public long ConflictAt { get; set; }

    /// <summary>Is a sender one of the members?</summary>
    public bool IsMember(VrrpAddress sender) => members.Length == 0 || Array.IndexOf(members, sender) >= 0;

    /// <summary>Does the trailer of an advert let it in?</summary>
    public VrrpDiscard JudgeTrailer(ReadOnlySpan<byte> payload, in VrrpAdvert advert, VrrpAddress sender)
    {
        if (Settings.TrailerMode == VrrpTrailerMode.Off)
        {
            return VrrpDiscard.None;
        }

        var window = (int)Math.Max(LeastWindowSeconds, 3 * Settings.IntervalNs / LinkClock.Second);
        var error = VrrpTrailer.Check(
            payload, advert, sender, Settings.TrailerKeys, Sequences.Of(sender), LinkClock.RealTime, window,
            out var sequence);
        if (error == VrrpTrailerError.None)
        {
            Sequences.Keep(sender, sequence);
        }

        return AdvertChecks.JudgeTrailer(Settings.TrailerMode, error);
    }
}

/// <summary>An interface with its socket, and the routers that speak on it.</summary>
/// <param name="device">The interface.</param>
/// <param name="socket">Its socket.</param>
/// <param name="routers">Indexes of the routers.</param>
/// <param name="settings">Their settings.</param>
internal sealed class LinkPort(
    LinkDevice device, LinkSocket socket, int[] routers, VirtualRouterSettings[] settings)
{
    /// <summary>The interface.</summary>
    public LinkDevice Device { get; } = device;

    /// <summary>Its socket.</summary>
    public LinkSocket Socket { get; } = socket;

    /// <summary>Indexes of the routers.</summary>
    public int[] Routers { get; } = routers;

    /// <summary>Their settings, in the same order.</summary>
    public VirtualRouterSettings[] Settings { get; } = settings;

    /// <summary>The addresses that they speak from, in the same order.</summary>
    public VrrpAddress[] Own { get; } = new VrrpAddress[routers.Length];

    /// <summary>Packets of protocol 112 that are for none of them.</summary>
    public long Strangers { get; set; }

    /// <summary>It carries, as the routers were told last.</summary>
    public bool IsUp { get; set; } = device.IsUp;
}
