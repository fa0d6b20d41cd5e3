using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Which of two operations came later, and which of a history still count. Source: notes/pacemaker.md d.3.
/// </summary>
internal static class HistoryOrder
{
    // Histories are short; a long one is sorted by another way, of the same outcome where the order is sound.
    private const int FewEntries = 64;

    /// <summary>The entries from the oldest to the youngest. Of two that cannot be told apart, the one that is written
    /// later counts as the older.</summary>
    public static void Sort(ValueList<HistoryEntry> entries, List<HistoryEntry> sorted)
    {
        sorted.Clear();
        if (entries.Count > FewEntries)
        {
            sorted.AddRange(entries.Reverse().OrderBy(entry => entry.CallId < 0 ? int.MaxValue : entry.CallId)
                .ThenBy(entry => entry.LastChange));
            return;
        }

        for (var index = entries.Count - 1; index >= 0; index--)
        {
            var entry = entries[index];
            var place = sorted.Count;
            while (place > 0 && Compare(sorted[place - 1], entry, isSameNode: true) > 0)
            {
                place--;
            }

            sorted.Insert(place, entry);
        }
    }

    /// <summary>True when the first came later than the second.</summary>
    public static bool IsNewer(HistoryEntry one, HistoryEntry other, bool isSameNode) =>
        Compare(one, other, isSameNode) > 0;

    /// <summary>Which entries belong to the present run of the resource: the place of what started it, and of the last
    /// stop; −1 where there is none.</summary>
    public static (int Start, int Stop) ActiveRange(List<HistoryEntry> sorted)
    {
        int start = -1, stop = -1, monitored = -1, promoted = -1;
        for (var place = 0; place < sorted.Count; place++)
        {
            var entry = sorted[place];
            switch (entry.Operation)
            {
                case Tasks.Stop when entry.Status == OperationStatus.Done:
                    stop = place;
                    break;
                case Tasks.Start or Tasks.MigrateFrom:
                    start = place;
                    break;
                case Tasks.Monitor when monitored <= stop && entry.ExitCode is 0 or 8:
                    monitored = place;
                    break;
                case Tasks.Promote or Tasks.Demote:
                    promoted = place;
                    break;
            }
        }

        if (start == -1)
        {
            start = promoted != -1 ? promoted : monitored;
        }

        return (start, stop);
    }

    // Call ids count on one node; between nodes only times do. Pending operations have no call id.
    private static int Compare(HistoryEntry one, HistoryEntry other, bool isSameNode)
    {
        if (ReferenceEquals(one, other))
        {
            return 0;
        }

        if (one.OnNode.Length > 0 && other.OnNode.Length > 0)
        {
            isSameNode = one.OnNode == other.OnNode;
        }

        if (!isSameNode && one.LastChange > 0 && other.LastChange > 0 && one.LastChange != other.LastChange)
        {
            return one.LastChange.CompareTo(other.LastChange);
        }

        if (one.CallId < 0 && other.CallId < 0)
        {
            return 0;
        }

        if (one.CallId >= 0 && other.CallId >= 0)
        {
            return one.CallId != other.CallId
                ? one.CallId.CompareTo(other.CallId)
                : one.LastChange.CompareTo(other.LastChange);
        }

        return ComparePending(one, other);
    }

    // A pending operation may have been overtaken since: the transitions tell.
    private static int ComparePending(HistoryEntry one, HistoryEntry other)
    {
        if (!TryDecode(one, out var oneId, out var oneOwner) || !TryDecode(other, out var otherId, out var otherOwner))
        {
            return 0;
        }

        if (oneOwner != otherOwner || oneId == otherId)
        {
            return other.CallId < 0 ? -1 : 1;
        }

        // −1 is an operation of a shutdown, which comes last.
        if ((oneId >= 0 && oneId < otherId) || otherId == -1)
        {
            return -1;
        }

        return (otherId >= 0 && oneId > otherId) || oneId == -1 ? 1 : 0;
    }

    /// <summary>The exit code that was expected; −1 where the entry does not say.</summary>
    public static int ExpectedOf(HistoryEntry entry)
    {
        var key = entry.TransitionKey.AsSpan();
        if (key.Count(':') != 3)
        {
            return -1;
        }

        var rest = key[(key.IndexOf(':') + 1)..];
        rest = rest[(rest.IndexOf(':') + 1)..];
        return int.TryParse(
            rest[..rest.IndexOf(':')], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code)
            ? code
            : -1;
    }

    private static bool TryDecode(HistoryEntry entry, out int transition, out string owner)
    {
        var text = entry.TransitionMagic.Length > 0 ? entry.TransitionMagic : entry.TransitionKey;
        var parts = text[(text.IndexOf(';', StringComparison.Ordinal) + 1)..].Split(':');
        transition = 0;
        owner = parts.Length == 4 ? parts[3] : "";
        return parts.Length == 4
            && int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out transition);
    }
}
