namespace Ha.Resources.Vrrp.Link;

/// <summary>The clock of the real-time path: nanoseconds since the host began, with the time that it slept. It never
/// goes back.</summary>
internal static unsafe class LinkClock
{
    public const long Millisecond = 1_000_000;
    public const long Second = 1000 * Millisecond;

    /// <summary>Nanoseconds now.</summary>
    public static long Now => Read(LinkNative.BootClock);

    /// <summary>The time of day in nanoseconds since 1970, as the kernel stamps packets.</summary>
    public static long RealTime => Read(LinkNative.RealTimeClock);

    private static long Read(int clock)
    {
        LinkNative.Time time;
        _ = LinkNative.GetClock(clock, &time);
        return (time.Seconds * Second) + time.Nanoseconds;
    }
}
