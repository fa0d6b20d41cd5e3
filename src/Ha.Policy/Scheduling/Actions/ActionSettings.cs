namespace Ha.Policy.Scheduling;

/// <summary>Settings of an operation: from its definition, its defaults, and what kind of action it is.</summary>
internal static class ActionSettings
{
    public static void Load(PolicyRun run, PolicyAction action)
    {
    }
}
