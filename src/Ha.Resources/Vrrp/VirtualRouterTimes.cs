namespace Ha.Resources.Vrrp;

/// <summary>The formulas of the documents, in nanoseconds.</summary>
public static class VirtualRouterTimes
{
    /// <summary>The owner of the addresses.</summary>
    public const byte OwnerPriority = 255;

    /// <summary>A priority that says "I go".</summary>
    public const byte ResignPriority = 0;

    /// <summary>A deadline that never comes.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Between candidates that know their rank; long enough for an advert to arrive.</summary>
    public const long RankStepNs = 2_000_000;

    /// <summary>Nanoseconds of a centisecond.</summary>
    public const long CentisecondNs = 10_000_000;

    private const long SecondNs = 1_000_000_000;

    // After a takeover: some get lost, and a former active router may still have answered the first ones.
    private static readonly long[] s_announceAfterNs =
        [0, 20_000_000, 100_000_000, 500_000_000, 2 * SecondNs, 10 * SecondNs];

    /// <summary>Skew_Time: the higher the priority, the shorter.</summary>
    /// <remarks>RFC 9568, section 6.1: ((256 - priority) * Active_Adver_Interval) / 256. RFC 3768, section 6.1:
    /// (256 - priority) / 256 seconds, whatever the interval.</remarks>
    public static long SkewNs(int version, byte priority, long activeIntervalNs) =>
        (256 - priority) * (version == 2 ? SecondNs : activeIntervalNs) / 256;

    /// <summary>Active_Down_Interval: so long must an active router be silent to count as gone.</summary>
    public static long DownNs(VirtualRouterSettings settings, byte priority, long activeIntervalNs) =>
        (settings.DownTimerAdverts * activeIntervalNs) + SkewNs(settings.Version, priority, activeIntervalNs);

    /// <summary>The interval that is used: the configured one, or the floor where that is longer, rounded up to what
    /// the version can say.</summary>
    public static long IntervalNs(VirtualRouterSettings settings, long floorNs)
    {
        var (step, most) = settings.Version == 2
            ? (SecondNs, VrrpCodec.MaxIntervalSeconds * SecondNs)
            : (CentisecondNs, VrrpCodec.MaxIntervalCs * CentisecondNs);
        var wanted = Math.Max(settings.IntervalNs, Math.Min(floorNs, most));
        return Math.Min(most, (wanted + step - 1) / step * step);
    }

    /// <summary>The priority with what trackers add. It never reaches 255 or 0, and an owner's does not change.
    /// </summary>
    public static byte Priority(VirtualRouterSettings settings, int weight) =>
        settings.IsOwner ? OwnerPriority : (byte)Math.Clamp(settings.Priority + weight, 1, 254);

    /// <summary>When the next announcement is due.</summary>
    /// <param name="settings">How many there are.</param>
    /// <param name="sent">How many were sent since the takeover: at least 1.</param>
    /// <param name="startedAtNs">The takeover.</param>
    /// <param name="nowNs">Now.</param>
    public static long NextAnnouncementAt(VirtualRouterSettings settings, int sent, long startedAtNs, long nowNs)
    {
        if (sent < settings.Announcements)
        {
            var last = s_announceAfterNs.Length - 1;
            return startedAtNs + (sent <= last
                ? s_announceAfterNs[sent] : s_announceAfterNs[last] * (sent - last + 1));
        }

        var repeatAt = settings.AnnounceRepeatNs == 0 ? Never : startedAtNs + settings.AnnounceRepeatNs;
        if (sent == settings.Announcements && repeatAt != Never)
        {
            return Math.Max(repeatAt, nowNs);
        }

        return settings.AnnounceRefreshNs == 0 ? Never : nowNs + settings.AnnounceRefreshNs;
    }
}
