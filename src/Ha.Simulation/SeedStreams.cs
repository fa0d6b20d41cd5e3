namespace Ha.Simulation;

/// <summary>One stream of random numbers for each subject: what one subject draws does not change what another gets, so
/// that a fault can be left out of a run and the rest stays as it was.</summary>
public sealed class SeedStreams(long seed)
{
    /// <summary>A subject's stream, from its beginning.</summary>
    public Random Of(string subject) => new(unchecked((int)Hash(subject)));

    private ulong Hash(string subject)
    {
        var hash = Mix((ulong)seed);
        foreach (var letter in subject)
        {
            hash = Mix(hash ^ letter);
        }

        return hash;
    }

    // The finalizer of SplitMix64: neighbouring seeds give unrelated streams.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
