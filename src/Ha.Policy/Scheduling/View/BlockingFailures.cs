using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Failures of operations that block the resource (on-fail=block): those never expire.</summary>
internal static class BlockingFailures
{
    public static bool Has(PolicyResource resource, PolicyNode node, HistoryEntry? entry)
    {
        foreach (var operation in resource.Primitive?.Operations ?? [])
        {
            if (!ValueText.Same(operation.Attributes.GetValueOrDefault("on-fail"), "block"))
            {
                continue;
            }

            if (entry is not null)
            {
                if (IsFailureOf(resource, operation, entry))
                {
                    return true;
                }

                continue;
            }

            if (HistoryOf(node, resource) is { } history)
            {
                foreach (var recorded in history.Entries)
                {
                    if (IsFailureOf(resource, operation, recorded))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private static ResourceHistory? HistoryOf(PolicyNode node, PolicyResource resource)
    {
        foreach (var history in node.State?.History ?? [])
        {
            if (history.ResourceId == resource.HistoryId)
            {
                return history;
            }
        }

        return null;
    }

    private static bool IsFailureOf(PolicyResource resource, OperationDefinition operation, HistoryEntry entry)
    {
        if (entry.Operation != operation.Name || entry.Interval != operation.Interval)
        {
            return false;
        }

        return entry.Id == resource.HistoryId + "_last_failure_0"
            || (entry.Id == ActionTable.Key(
                    resource.HistoryId, operation.Name, (int)operation.Interval.TotalMilliseconds)
                && entry.ExitCode != HistoryOrder.ExpectedOf(entry));
    }
}
