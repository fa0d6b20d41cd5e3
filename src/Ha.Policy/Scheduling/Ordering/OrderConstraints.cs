namespace Ha.Policy.Scheduling;

/// <summary>Ordering constraints and their sets.</summary>
internal static class OrderConstraints
{
    public static void Unpack(PolicyRun run)
    {
    }
}
