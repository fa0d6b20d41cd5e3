using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Which definition of an operation is meant.</summary>
internal static class OperationDefinitions
{
    /// <summary>The enabled definition of a task and interval; null for none. A task of a migration may be defined as
    /// "migrate", a notification always without an interval.</summary>
    public static OperationDefinition? Find(
        PolicyResource resource, string task, int intervalMs, bool withDisabled = false)
    {
        var found = FindExact(resource, task, intervalMs, withDisabled);
        if (found is null && task is Tasks.MigrateTo or Tasks.MigrateFrom)
        {
            return FindExact(resource, "migrate", 0, withDisabled);
        }

        return found;
    }

    private static OperationDefinition? FindExact(
        PolicyResource resource, string task, int intervalMs, bool withDisabled)
    {
        if (resource.Primitive is not { } primitive)
        {
            return null;
        }

        foreach (var operation in primitive.Operations)
        {
            if (string.Equals(operation.Name, task, StringComparison.Ordinal) && IntervalOf(operation) == intervalMs
                && (withDisabled || IsEnabled(operation)))
            {
                return operation;
            }
        }

        return null;
    }

    /// <summary>The recurring monitor with the shortest interval; null for none.</summary>
    public static OperationDefinition? MostFrequentMonitor(PolicyResource resource)
    {
        OperationDefinition? best = null;
        foreach (var operation in resource.Primitive?.Operations ?? default)
        {
            if (operation.Name == Tasks.Monitor && operation.Interval > TimeSpan.Zero && IsEnabled(operation)
                && (best is null || operation.Interval < best.Interval))
            {
                best = operation;
            }
        }

        return best;
    }

    public static int IntervalOf(OperationDefinition operation) =>
        (int)Math.Min(operation.Interval.TotalMilliseconds, int.MaxValue);

    public static bool IsEnabled(OperationDefinition operation) =>
        Texts.Truth(operation.Attributes.GetValueOrDefault("enabled"), otherwise: true);

    /// <summary>The role for which an operation is meant; Unknown for any but Promoted.</summary>
    public static Role RoleOf(OperationDefinition operation) =>
        Texts.RoleOf(operation.Attributes.GetValueOrDefault("role"));
}
