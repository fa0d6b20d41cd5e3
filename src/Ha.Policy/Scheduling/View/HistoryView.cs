namespace Ha.Policy.Scheduling;

/// <summary>The histories of all nodes, in the order in which they can be understood.</summary>
internal static class HistoryView
{
    /// <returns>True when some history was read: others may count now.</returns>
    public static bool ReadRound(PolicyRun run, bool isLast) => false;

    public static void Finish(PolicyRun run)
    {
    }
}
