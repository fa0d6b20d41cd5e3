namespace Ha.Resources.Vrrp.Link;

/// <summary>What one virtual router has counted since the start. Written by the adverts' thread alone; others read
/// numbers that may be a moment old.</summary>
public sealed class RouterCounters
{
    private readonly long[] _discarded = new long[64];

    /// <summary>Adverts sent.</summary>
    public long Sent { get; internal set; }

    /// <summary>Of them resignations.</summary>
    public long ResignsSent { get; internal set; }

    /// <summary>Adverts that the kernel did not send.</summary>
    public long SendErrors { get; internal set; }

    /// <summary>Adverts accepted.</summary>
    public long Received { get; internal set; }

    /// <summary>Of them resignations.</summary>
    public long ResignsReceived { get; internal set; }

    /// <summary>How often it became active.</summary>
    public long BecameActive { get; internal set; }

    /// <summary>How often it stopped being active.</summary>
    public long LeftActive { get; internal set; }

    /// <summary>How often addresses were announced.</summary>
    public long Announced { get; internal set; }

    /// <summary>How often somebody else claimed one of our addresses.</summary>
    public long Conflicts { get; internal set; }

    /// <summary>When the role changed last, by the real-time path's clock.</summary>
    public long ChangedAt { get; internal set; }

    /// <summary>Adverts that were not taken, by the number of the reason.</summary>
    public ReadOnlySpan<long> Discarded => _discarded;

    internal void Discard(int reason) => _discarded[reason & (_discarded.Length - 1)]++;
}
