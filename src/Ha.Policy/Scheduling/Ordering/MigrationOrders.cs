namespace Ha.Policy.Scheduling;

/// <summary>What an ordering of starts and stops means for resources that migrate instead.</summary>
internal static class MigrationOrders
{
    public static void Add(PolicyRun run)
    {
        var count = run.Orders.Count;
        for (var index = 0; index < count; index++)
        {
            Add(run, run.Orders[index]);
        }
    }

    private static void Add(PolicyRun run, PolicyOrder order)
    {
        if (order is not { FirstResource: { } first, ThenResource: { } then }
            || (!first.IsAllowedToMigrate && !then.IsAllowedToMigrate)
            || first == then || first.IsPartOf(then) || then.IsPartOf(first))
        {
            return;
        }

        var firstKey = order.FirstKey ?? order.First?.Key ?? "";
        var thenKey = order.ThenKey ?? order.Then?.Key ?? "";
        switch (TaskOf(firstKey), TaskOf(thenKey))
        {
            case (Tasks.Start, Tasks.Start):
                AddStarts(run, first, then);
                break;
            case (Tasks.Stop, Tasks.Stop) when then.IsAllowedToMigrate:
                Follow(run, first, Tasks.Stop, then, UnlessMigrating(first));
                break;
            case (Tasks.Promote, Tasks.Start) when then.IsAllowedToMigrate:
                ActionTable.Order(run, first, Tasks.Promote, then, Tasks.MigrateTo, OrderKind.Ordered);
                break;
            case (Tasks.Demote, Tasks.Stop) when then.IsAllowedToMigrate:
                Follow(run, first, Tasks.Demote, then, OrderKind.Ordered);
                break;
        }
    }

    // What both migrate go one after the other; what starts in earnest is up before the other one comes.
    private static void AddStarts(PolicyRun run, PolicyResource first, PolicyResource then)
    {
        if (!then.IsAllowedToMigrate)
        {
            return;
        }

        if (first.IsAllowedToMigrate)
        {
            ActionTable.Order(run, first, Tasks.MigrateFrom, then, Tasks.MigrateTo, OrderKind.Ordered);
        }

        ActionTable.Order(run, first, Tasks.Start, then, Tasks.MigrateTo, UnlessMigrating(first));
    }

    private static void Follow(
        PolicyRun run, PolicyResource first, string task, PolicyResource then, OrderKind kind)
    {
        ActionTable.Order(run, first, task, then, Tasks.MigrateTo, kind);
        if (then.MigrationTarget is not null)
        {
            ActionTable.Order(run, first, task, then, Tasks.MigrateFrom, kind);
        }
    }

    private static OrderKind UnlessMigrating(PolicyResource first) =>
        first.IsAllowedToMigrate ? OrderKind.Ordered | OrderKind.IfFirstUnmigratable : OrderKind.Ordered;

    private static string TaskOf(string key) =>
        key.EndsWith("_start_0", StringComparison.Ordinal) ? Tasks.Start
        : key.EndsWith("_stop_0", StringComparison.Ordinal) ? Tasks.Stop
        : key.EndsWith("_promote_0", StringComparison.Ordinal) ? Tasks.Promote
        : key.EndsWith("_demote_0", StringComparison.Ordinal) ? Tasks.Demote
        : "";
}
