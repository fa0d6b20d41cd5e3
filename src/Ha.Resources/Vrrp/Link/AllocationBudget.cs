namespace Ha.Resources.Vrrp.Link;

/// <summary>Room that the other threads may allocate before anything is collected. The adverts' thread collects itself,
/// right after an advert and with its own priority: a collection that a thread of normal priority begins would hold it
/// up for as long as that thread waits for a processor.</summary>
internal sealed class AllocationBudget
{
    private const long Room = 64L << 20;
    private const long CollectAt = 32L << 20;

    // Looking costs a little, and nobody allocates so fast.
    private const long LookIntervalNs = 100 * LinkClock.Millisecond;

    private long _begin;
    private long _lookAt;
    private bool _isOpen;

    /// <summary>How often was collected.</summary>
    public int Collections { get; private set; }

    /// <summary>The longest that it took.</summary>
    public long WorstNs { get; private set; }

    /// <summary>Collects once, and from now on nothing until the room is used.</summary>
    public void Open()
    {
        GC.Collect();
        _isOpen = GC.TryStartNoGCRegion(Room);
        _begin = GC.GetTotalAllocatedBytes();
    }

    /// <summary>Collects if much of the room is used.</summary>
    public void Look(long now)
    {
        if (now < _lookAt)
        {
            return;
        }

        _lookAt = now + LookIntervalNs;
        if (GC.GetTotalAllocatedBytes() - _begin < CollectAt)
        {
            return;
        }

        if (_isOpen && System.Runtime.GCSettings.LatencyMode == System.Runtime.GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }

        Open();
        Collections++;
        WorstNs = Math.Max(WorstNs, LinkClock.Now - now);
    }
}
