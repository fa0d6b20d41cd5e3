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
        var (start, stop) = HistoryOrder.ActiveRange(sorted);
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
