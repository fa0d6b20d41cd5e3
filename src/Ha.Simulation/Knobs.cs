using Ha.Simulation.Engine;

namespace Ha.Simulation;

/// <summary>What differs from run to run beside the faults that come by schedule: limits so small that rare branches
/// are
/// common, and an engine with habits.</summary>
public sealed record Knobs
{
    /// <summary>As in production.</summary>
    public static Knobs Quiet { get; } = new();

    /// <summary>The engine's habits.</summary>
    public EngineFaults Engine { get; init; } = EngineFaults.None;

    /// <summary>The longest that a sync of a healthy disk takes.</summary>
    public TimeSpan LongestSync { get; init; } = TimeSpan.FromMilliseconds(4);

    /// <summary>How long a replica waits for the others' word.</summary>
    public TimeSpan StatusTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the first epoch waits for all.</summary>
    public TimeSpan ColdTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Committed entries beside the snapshot before it is renewed.</summary>
    public int EntriesBeforeSnapshot { get; init; } = 2000;

    /// <summary>Changes between two comparisons of all states.</summary>
    public int EntriesBetweenDigests { get; init; } = 500;

    /// <summary>Bytes of entries in one message of a transfer.</summary>
    public int ChunkBytes { get; init; } = 48 * 1024;

    /// <summary>The knobs of a seed: each is turned in a part of the seeds only.</summary>
    public static Knobs Of(Random random)
    {
        bool Turned(int percent) => random.Next(100) < percent;
        return new Knobs
        {
            Engine = new EngineFaults
            {
                DetectionTime = TimeSpan.FromMilliseconds(800 + random.Next(3200)),
                LongestSync = TimeSpan.FromMilliseconds(Turned(20) ? 3000 : 50),
                LatestQuorum = TimeSpan.FromMilliseconds(Turned(25) ? 4000 : 20),
                LongestLag = Turned(20) ? TimeSpan.FromMilliseconds(1 + random.Next(60)) : TimeSpan.Zero,
                AbortPercent = Turned(25) ? 10 + random.Next(40) : 0,
                UnknownDropPercent = Turned(25) ? 10 + random.Next(60) : 0,
                GhostPercent = Turned(20) ? 50 : 0,
                LingerPercent = Turned(20) ? 50 : 0,
                IsSameProcessId = Turned(25),
                IsQuorateAlone = Turned(50),
            },
            LongestSync = TimeSpan.FromMilliseconds(Turned(15) ? 400 : 4),
            EntriesBeforeSnapshot = Turned(30) ? 20 + random.Next(100) : 2000,
            EntriesBetweenDigests = Turned(50) ? 5 + random.Next(50) : 500,
            ChunkBytes = Turned(30) ? 300 + random.Next(2000) : 48 * 1024,
        };
    }
}
