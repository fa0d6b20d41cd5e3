namespace Ha.Policy.Scheduling;

/// <summary>What an ordering between resources means while one of them migrates: the migration takes the place of its
/// start or stop.</summary>
internal static class MigrationOrders
{
    public static void Add(PolicyRun run)
    {
        var count = run.Orders.Count;
        for (var index = 0; index < count; index++)
        {
            var order = run.Orders[index];
            if (order.FirstResource is { } first && order.ThenResource is { } then && first != then
                && (first.IsAllowedToMigrate || then.IsAllowedToMigrate) && !IsWithin(first, then)
                && !IsWithin(then, first))
            {
                Add(run, order, first, then);
            }
        }
    }

    private static bool IsWithin(PolicyResource part, PolicyResource whole)
    {
        for (var at = part.Parent; at is not null; at = at.Parent)
        {
            if (at == whole)
            {
                return true;
            }
        }

        return false;
    }

    private static void Add(PolicyRun run, PolicyOrder order, PolicyResource first, PolicyResource then)
    {
        var firstMigrates = first.IsAllowedToMigrate;
        var thenMigrates = then.IsAllowedToMigrate;

        // Where the first migrates too, its start or stop counts only if it is done in earnest.
        var kinds = order.Kind | (firstMigrates ? OrderKind.UnmigratableThenBlocks : OrderKind.None);
        switch (TaskOf(order.First, order.FirstKey), TaskOf(order.Then, order.ThenKey))
        {
            case (Tasks.Start, Tasks.Start):
                if (firstMigrates && thenMigrates)
                {
                    Order(run, first, Tasks.MigrateFrom, then, Tasks.MigrateTo, order.Kind, order);
                }

                if (thenMigrates)
                {
                    Order(run, first, Tasks.Start, then, Tasks.MigrateTo, kinds, order);
                }

                break;
            case (Tasks.Stop, Tasks.Start) when thenMigrates:
                Order(run, first, Tasks.Stop, then, Tasks.MigrateTo, kinds, order);
                if (then.MigrationTarget is not null)
                {
                    Order(run, first, Tasks.Stop, then, Tasks.MigrateFrom, kinds, order);
                }

                break;
            case (Tasks.Promote, Tasks.Start) when thenMigrates:
                Order(run, first, Tasks.Promote, then, Tasks.MigrateTo, order.Kind, order);
                break;
            case (Tasks.Demote, Tasks.Stop) when thenMigrates:
                Order(run, first, Tasks.Demote, then, Tasks.MigrateTo, order.Kind, order);
                if (then.MigrationTarget is not null)
                {
                    Order(run, first, Tasks.Demote, then, Tasks.MigrateFrom, order.Kind, order);
                }

                break;
        }
    }

    private static string TaskOf(PolicyAction? action, string? key) =>
        action is not null ? action.Task
        : key is not null && OrderExpansion.TrySplit(key, out var task, out _) ? task
        : "";

    private static void Order(
        PolicyRun run, PolicyResource first, string firstTask, PolicyResource then, string thenTask, OrderKind kinds,
        PolicyOrder order) =>
        ActionTable.Order(run, first, firstTask, then, thenTask, kinds, order.Origin);
}
