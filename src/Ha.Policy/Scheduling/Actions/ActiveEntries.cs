using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>The part of a history that counts: what happened from the last start on.</summary>
internal sealed record ActiveEntries(List<HistoryEntry> Current)
{
    public static ActiveEntries Of(ValueList<HistoryEntry> entries)
    {
        var sorted = new List<HistoryEntry>(entries.Count);
        foreach (var entry in entries)
        {
            sorted.Add(entry);
        }

        Sort(sorted);
        var (start, stop) = Bounds(sorted);
        var current = new List<HistoryEntry>();
        for (var index = 0; index < sorted.Count; index++)
        {
            var entry = sorted[index];
            if (start >= stop && index >= start)
            {
                current.Add(entry);
            }
        }

        return new ActiveEntries(current);
    }

    private static (int Start, int Stop) Bounds(List<HistoryEntry> sorted)
    {
        int start = -1, stop = -1, found = -1, promoted = -1;
        for (var index = 0; index < sorted.Count; index++)
        {
            var entry = sorted[index];
            switch (entry.Operation)
            {
                case Tasks.Stop when entry.Status == OperationStatus.Done:
                    stop = index;
                    break;
                case Tasks.Start or Tasks.MigrateFrom:
                    start = index;
                    break;
                case Tasks.Monitor when found <= stop && entry.ExitCode is 0 or 8:
                    found = index;
                    break;
                case Tasks.Promote or Tasks.Demote:
                    promoted = index;
                    break;
            }
        }

        return (start != -1 ? start : promoted != -1 ? promoted : found, stop);
    }

    /// <summary>By call number, what is pending last; entries of one call by the time of their result. Equal ones stay
    /// as they were.</summary>
    public static void Sort(List<HistoryEntry> entries)
    {
        for (var index = 1; index < entries.Count; index++)
        {
            var entry = entries[index];
            var at = index;
            while (at > 0 && Compare(entries[at - 1], entry) > 0)
            {
                entries[at] = entries[at - 1];
                at--;
            }

            entries[at] = entry;
        }
    }

    private static int Compare(HistoryEntry one, HistoryEntry other)
    {
        if (one.CallId != other.CallId)
        {
            return one.CallId < 0 ? 1 : other.CallId < 0 ? -1 : one.CallId.CompareTo(other.CallId);
        }

        return one.CallId < 0 ? 0 : one.LastChange.CompareTo(other.LastChange);
    }
}
