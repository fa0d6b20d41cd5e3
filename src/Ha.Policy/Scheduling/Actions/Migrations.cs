namespace Ha.Policy.Scheduling;

/// <summary>Live migration: migrate_to at the source, migrate_from at the target, then a stop at the source; the start
/// at the target is a formality. Where something in between must restart, stop and start are done in earnest: the flags
/// of the orderings see to that.</summary>
internal static class Migrations
{
    public static bool CanMigrate(PolicyResource resource, PolicyNode? current) =>
        resource is { IsAllowedToMigrate: true, IsManaged: true, HasFailed: false, IsStartPending: false }
        && current is { IsUnclean: false } && resource.AssignedTo is { IsUnclean: false };

    public static void Create(PolicyRun run, PolicyResource resource, PolicyNode current)
    {
        var target = resource.AssignedTo!;
        var start = ActionTable.Get(run, resource, Tasks.Start, target, isOptional: true);
        var stop = ActionTable.Get(run, resource, Tasks.Stop, current, isOptional: true);
        var isHalfDone = resource.MigrationTarget is not null;
        var to = isHalfDone
            ? null
            : ActionTable.Get(run, resource, Tasks.MigrateTo, current, isOptional: true);
        var from = ActionTable.Get(run, resource, Tasks.MigrateFrom, target, isOptional: true);

        start.IsMigratable = true;
        stop.IsMigratable = true;
        start.IsPseudo = true;
        from.IsMigratable = true;
        if (to is null)
        {
            from.Needs = start.Needs;
            ActionTable.Order(run, resource, Tasks.Monitor, resource, Tasks.MigrateFrom, OrderKind.Ordered);
        }
        else
        {
            to.IsMigratable = true;
            to.Needs = start.Needs;
            ActionTable.Order(run, resource, Tasks.Monitor, resource, Tasks.MigrateTo, OrderKind.Ordered);
            ActionTable.Order(
                run, resource, Tasks.MigrateTo, resource, Tasks.MigrateFrom,
                OrderKind.Ordered | OrderKind.UnmigratableThenBlocks);
        }

        ActionTable.Order(
            run, resource, Tasks.MigrateFrom, resource, Tasks.Stop,
            OrderKind.Ordered | OrderKind.UnmigratableThenBlocks);
        ActionTable.Order(
            run, resource, Tasks.MigrateFrom, resource, Tasks.Start,
            OrderKind.Ordered | OrderKind.UnmigratableThenBlocks | OrderKind.FirstElseThen);
        to?.SetMeta("migrate_source", current.Name);
        to?.SetMeta("migrate_target", target.Name);
        from.SetMeta("migrate_source", current.Name);
        from.SetMeta("migrate_target", target.Name);
    }
}
