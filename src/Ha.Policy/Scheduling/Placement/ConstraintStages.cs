namespace Ha.Policy.Scheduling;

/// <summary>Constraints, resolved to resources and nodes.</summary>
internal static class ConstraintStages
{
    public static void Unpack(PolicyRun run)
    {
        OrderConstraints.Unpack(run);
    }
}
