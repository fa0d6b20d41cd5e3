using Ha.Policy.Rules;

namespace Ha.Policy;

/// <summary>Points of time as people write them for a simulation.</summary>
public static class SimulationTime
{
    /// <summary>Reads ISO 8601 (UTC unless it says otherwise) or seconds since 1970.</summary>
    /// <param name="text">Such as 2024-02-29T10:30, 2005-020, 1714000000.</param>
    /// <param name="now">Seconds since 1970: gives the day to a time alone.</param>
    /// <returns>Seconds since 1970; null for anything else.</returns>
    public static long? Parse(string text, long now) => IsoTime.Parse(text, now, TimeSpan.Zero)?.EpochSeconds;
}
