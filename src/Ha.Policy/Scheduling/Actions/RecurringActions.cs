using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Actions that recur: monitors of what is active, and of what must not be.</summary>
internal static class RecurringActions
{
    public static void Create(PolicyRun run, PolicyResource resource)
    {
        if (resource.IsBlocked || resource.IsInMaintenance || resource.Primitive is not { } primitive)
        {
            return;
        }

        PolicyAction? start = null;
        if (resource.AssignedTo is { IsInMaintenance: false } node
            && (resource.NextRole != Role.Stopped || !resource.IsManaged))
        {
            start = ActionTable.Get(run, resource, Tasks.Start, node, isOptional: true);
        }

        foreach (var operation in primitive.Operations)
        {
            if (!Recurs(primitive, operation))
            {
                continue;
            }

            if (OperationDefinitions.RoleOf(operation) == Role.Stopped)
            {
                CreateForInactive(run, resource, operation);
            }
            else if (start is not null)
            {
                CreateForActive(run, resource, operation, start);
            }
        }
    }

    private static bool Recurs(Primitive primitive, OperationDefinition operation)
    {
        if (operation.Interval <= TimeSpan.Zero || !OperationDefinitions.IsEnabled(operation)
            || operation.Name is Tasks.Start or Tasks.Stop or Tasks.Promote or Tasks.Demote)
        {
            return false;
        }

        // Which of two with one name and interval is meant cannot be told: there is neither.
        foreach (var other in primitive.Operations)
        {
            if (!ReferenceEquals(other, operation) && other.Name == operation.Name
                && other.Interval == operation.Interval)
            {
                return false;
            }
        }

        return true;
    }

    private static void CreateForActive(
        PolicyRun run, PolicyResource resource, OperationDefinition operation, PolicyAction start)
    {
        var node = resource.AssignedTo!;
        var interval = OperationDefinitions.IntervalOf(operation);
        var key = ActionTable.Key(resource.Id, operation.Name, interval);
        var role = OperationDefinitions.RoleOf(operation);
        var known = ActionTable.FindExact(resource, key, node);
        var isOptional = known is { IsRescheduled: false } && start.IsOptional;
        if (role == Role.Unknown ? resource.NextRole == Role.Promoted : role != resource.NextRole)
        {
            if (known is not null && isOptional)
            {
                CancelForRole(run, resource, operation, node);
            }

            return;
        }

        var monitor = ActionTable.Get(run, resource, key, operation.Name, node, isOptional);
        if (!start.IsRunnable || !node.IsOnline || node.IsUnclean)
        {
            monitor.IsRunnable = false;
        }

        if (resource.NextRole == Role.Promoted)
        {
            monitor.SetMeta("op_target_rc", "8");
        }

        if (resource.IsManaged)
        {
            OrderAfterStart(run, resource, monitor);
        }
    }

    private static void OrderAfterStart(PolicyRun run, PolicyResource resource, PolicyAction monitor)
    {
        const OrderKind Follows = OrderKind.FirstImpliesThen | OrderKind.UnrunnableFirstBlocks;
        const OrderKind Waits = OrderKind.Ordered | OrderKind.UnrunnableFirstBlocks;
        Add(Tasks.Start, Follows);
        Add(Tasks.ReloadAgent, Follows);
        if (resource.NextRole == Role.Promoted)
        {
            Add(Tasks.Promote, Waits);
        }
        else if (resource.Role == Role.Promoted)
        {
            Add(Tasks.Demote, Waits);
        }

        void Add(string task, OrderKind kind) => ActionTable.Order(
            run, resource, ActionTable.Key(resource.Id, task, 0), null, resource, null, monitor, kind);
    }

    // The role changes: what watches the old one ends before.
    private static void CancelForRole(
        PolicyRun run, PolicyResource resource, OperationDefinition operation, PolicyNode node)
    {
        var cancel = Cancel(run, resource, operation.Name, OperationDefinitions.IntervalOf(operation), node);
        var task = resource.Role switch
        {
            Role.Started or Role.Unpromoted when resource.NextRole == Role.Promoted => Tasks.Promote,
            Role.Started or Role.Unpromoted when resource.NextRole == Role.Stopped => Tasks.Stop,
            Role.Promoted => Tasks.Demote,
            _ => null,
        };
        if (task is not null)
        {
            ActionTable.Order(
                run, resource, null, cancel, resource, ActionTable.Key(resource.Id, task, 0), null,
                OrderKind.UnrunnableFirstBlocks);
        }
    }

    /// <summary>Ends a recurring action: the one that is there becomes its own end.</summary>
    public static PolicyAction Cancel(
        PolicyRun run, PolicyResource resource, string task, int intervalMs, PolicyNode node)
    {
        var key = ActionTable.Key(resource.Id, task, intervalMs);
        var cancel = ActionTable.Get(run, resource, key, Tasks.Cancel, node, isOptional: false);
        cancel.Task = Tasks.Cancel;
        cancel.CancelledTask = task;
        cancel.SetMeta("operation", task);
        cancel.SetMeta("interval", intervalMs.ToString(CultureInfo.InvariantCulture));
        return cancel;
    }

    // Watches that nothing is where nothing should be. Instances that are alike have no such place.
    private static void CreateForInactive(PolicyRun run, PolicyResource resource, OperationDefinition operation)
    {
        if (resource.Top() is { Kind: ResourceKind.Clone, IsGloballyUnique: false })
        {
            return;
        }

        var interval = OperationDefinitions.IntervalOf(operation);
        var key = ActionTable.Key(resource.Id, operation.Name, interval);
        foreach (var node in run.Nodes)
        {
            var known = ActionTable.FindExact(resource, key, node);
            if (node == resource.AssignedTo)
            {
                if (known is not null)
                {
                    CancelWhereActive(run, resource, operation, node);
                }

                continue;
            }

            var monitor = ActionTable.Get(run, resource, key, operation.Name, node, isOptional: known is not null);
            monitor.SetMeta("op_target_rc", "7");
            OrderAfterEnd(run, resource, monitor, node, isNew: known is null);
            if (!node.IsOnline || node.IsUnclean)
            {
                monitor.IsRunnable = false;
            }
        }
    }

    private static void CancelWhereActive(
        PolicyRun run, PolicyResource resource, OperationDefinition operation, PolicyNode node)
    {
        var cancel = Cancel(run, resource, operation.Name, OperationDefinitions.IntervalOf(operation), node);
        if (resource.NextRole is Role.Started or Role.Unpromoted)
        {
            ActionTable.Order(
                run, resource, null, cancel, resource, ActionTable.Key(resource.Id, Tasks.Start, 0), null,
                OrderKind.UnrunnableFirstBlocks);
        }
    }

    private static void OrderAfterEnd(
        PolicyRun run, PolicyResource resource, PolicyAction monitor, PolicyNode node, bool isNew)
    {
        var isAnyRequired = false;
        for (var index = 0; index < resource.Actions.Count; index++)
        {
            var action = resource.Actions[index];
            if (action.Node != node || action.IntervalMs != 0)
            {
                continue;
            }

            if (action.Is(Tasks.Monitor))
            {
                isAnyRequired |= !action.IsOptional;
                if (resource.IsManaged)
                {
                    ActionTable.Order(action, monitor, OrderKind.FirstImpliesThen);
                }
            }
            else if (action.Is(Tasks.Stop))
            {
                isAnyRequired |= !action.IsOptional;
                if (!action.IsOptional && !monitor.IsOptional && !action.IsRunnable)
                {
                    monitor.IsRunnable = false;
                }

                if (resource.IsManaged)
                {
                    ActionTable.Order(
                        run, resource, null, action, null, null, monitor,
                        OrderKind.FirstImpliesThen | OrderKind.UnrunnableFirstBlocks);
                }
            }
        }

        if (isNew && !isAnyRequired && !resource.IsManaged)
        {
            monitor.IsOptional = true;
        }
    }
}
