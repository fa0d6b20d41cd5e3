using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Operations that are under way on nodes that can be heard, by resource.</summary>
internal sealed class PendingIndex
{
    private readonly Dictionary<(string History, int Node), HistoryEntry> _entries = [];
    private readonly PolicyRun _run;

    public PendingIndex(PolicyRun run)
    {
        _run = run;
        foreach (var node in run.Nodes)
        {
            foreach (var history in node is { IsOnline: true, IsPending: false } ? node.State?.History ?? [] : [])
            {
                foreach (var entry in history.Entries)
                {
                    if (entry is { Status: OperationStatus.Pending, Interval.Ticks: 0 })
                    {
                        _entries.TryAdd((history.ResourceId, node.Index), entry);
                    }
                }
            }
        }
    }

    /// <summary>What is under way with an instance; null for nothing. Instances that are alike are told apart by their
    /// nodes.</summary>
    public (HistoryEntry Entry, PolicyNode Node)? Of(PolicyResource resource)
    {
        if (_entries.Count == 0)
        {
            return null;
        }

        foreach (var node in _run.Nodes)
        {
            if (_entries.TryGetValue((resource.HistoryId, node.Index), out var entry)
                && (resource.IsGloballyUnique || resource.ActiveOn.Contains(node) || resource.AssignedTo == node
                    || resource.PendingNode == node))
            {
                return (entry, node);
            }
        }

        return null;
    }

    /// <summary>A look for it is under way on this node.</summary>
    public bool IsProbing(PolicyResource resource, PolicyNode node) =>
        _entries.TryGetValue((resource.HistoryId, node.Index), out var entry) && entry.Operation == Tasks.Monitor;
}
