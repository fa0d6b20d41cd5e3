using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Makes actions, one for each resource, key and node, and orders them.</summary>
internal static class ActionTable
{
    public static string Key(string resource, string task, int intervalMs) =>
        intervalMs == 0
            ? string.Concat(resource, "_", task, "_0")
            : string.Create(CultureInfo.InvariantCulture, $"{resource}_{task}_{intervalMs}");

    /// <summary>The action of this key on this node, made where it is not there yet. Asking for a required one makes an
    /// optional one required, never the other way.</summary>
    public static PolicyAction Get(
        PolicyRun run, PolicyResource? resource, string key, string task, PolicyNode? node, bool isOptional)
    {
        var found = Find(run, resource, key, node);
        if (found is not null)
        {
            ActionConditions.Apply(run, found, isOptional);
            return found;
        }

        return Add(run, resource, key, task, node, isOptional);
    }

    /// <summary>The action of a resource that does not recur.</summary>
    public static PolicyAction Get(
        PolicyRun run, PolicyResource resource, string task, PolicyNode? node, bool isOptional) =>
        Get(run, resource, resource.Key(task), task, node, isOptional);

    /// <summary>A new action, whether one of this key exists or not.</summary>
    public static PolicyAction Add(
        PolicyRun run, PolicyResource? resource, string key, string task, PolicyNode? node, bool isOptional)
    {
        var action = new PolicyAction
        {
            Id = run.Actions.Count,
            Resource = resource,
            Key = key,
            Task = task,
            Node = node,
            IsOptional = isOptional,
            IsOnCoordinator = ReferenceEquals(task, Tasks.LrmDelete),
        };
        run.Actions.Add(action);
        if (resource is null)
        {
            run.ActionsWithoutResource.TryAdd(key, action);
        }
        else
        {
            resource.Actions.Add(action);
        }

        ActionSettings.Load(run, action);
        ActionConditions.Apply(run, action, isOptional);
        return action;
    }

    /// <summary>A pseudo action of a resource: nothing is done, others wait for it.</summary>
    public static PolicyAction GetPseudo(
        PolicyRun run, PolicyResource? resource, string key, string task, bool isOptional, bool isRunnable)
    {
        var action = Get(run, resource, key, task, null, isOptional);
        action.IsPseudo = true;
        action.IsRunnable = isRunnable;
        return action;
    }

    /// <summary>The newest action of this key on this node; without a node given, on any. One that was made for no
    /// node yet is given the node that is asked for.</summary>
    public static PolicyAction? Find(PolicyRun run, PolicyResource? resource, string key, PolicyNode? node)
    {
        if (resource is null)
        {
            return run.ActionsWithoutResource.GetValueOrDefault(key);
        }

        var actions = resource.Actions.WithKey(key);
        for (var index = (actions?.Count ?? 0) - 1; index >= 0; index--)
        {
            var action = actions![index];
            if (node is null || action.Node == node || action.Node is null)
            {
                action.Node ??= node;
                return action;
            }
        }

        return null;
    }

    /// <summary>The newest action of this key on exactly this node; null for none.</summary>
    public static PolicyAction? FindExact(PolicyResource resource, string key, PolicyNode node)
    {
        var actions = resource.Actions.WithKey(key);
        for (var index = (actions?.Count ?? 0) - 1; index >= 0; index--)
        {
            if (actions![index].Node == node)
            {
                return actions[index];
            }
        }

        return null;
    }

    /// <summary>The newest action of a task that does not recur; of a node where one is given.</summary>
    public static PolicyAction? FindTask(PolicyResource resource, string task, PolicyNode? node = null)
    {
        if (task is Tasks.Start or Tasks.Stop or Tasks.Promote or Tasks.Demote)
        {
            // These have one key each.
            var same = resource.Actions.Count == 0 ? null : resource.Actions.WithKey(resource.Key(task));
            for (var index = (same?.Count ?? 0) - 1; index >= 0; index--)
            {
                if (node is null || same![index].Node == node)
                {
                    return same![index];
                }
            }

            return null;
        }

        for (var index = resource.Actions.Count - 1; index >= 0; index--)
        {
            var action = resource.Actions[index];
            if (action.Is(task) && action.IntervalMs == 0 && (node is null || action.Node == node))
            {
                return action;
            }
        }

        return null;
    }

    /// <summary>Orders two actions, at once. Both must exist.</summary>
    /// <returns>False when they are ordered already in one of these ways, and nothing changed.</returns>
    public static bool Order(PolicyAction first, PolicyAction then, OrderKind kind)
    {
        if (kind == OrderKind.None || ReferenceEquals(first, then) || AreOrdered(first, then, kind))
        {
            return false;
        }

        first.After.Add(new PolicyLink { Action = then, Kind = kind });
        then.Before.Add(new PolicyLink { Action = first, Kind = kind });
        return true;
    }

    private static bool AreOrdered(PolicyAction first, PolicyAction then, OrderKind kind)
    {
        var isByFirst = first.After.Count < then.Before.Count;
        var other = isByFirst ? then : first;
        foreach (var link in (isByFirst ? first.After : then.Before).AsSpan())
        {
            if (link.Action == other && (link.Kind & kind) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes an ordering whose actions may not exist yet; it is expanded when all actions are made.</summary>
    public static void Order(
        PolicyRun run, PolicyResource? firstResource, string? firstKey, PolicyAction? first,
        PolicyResource? thenResource, string? thenKey, PolicyAction? then, OrderKind kind, Constraint? source = null)
    {
        if (kind == OrderKind.None)
        {
            return;
        }

        run.Orders.Add(new PolicyOrder
        {
            Number = run.Orders.Count,
            FirstResource = firstResource ?? first?.Resource,
            FirstKey = firstKey,
            First = first,
            ThenResource = thenResource ?? then?.Resource,
            ThenKey = thenKey,
            Then = then,
            Kind = kind,
            Source = source,
        });
    }

    /// <summary>Notes an ordering between tasks of two resources that do not recur.</summary>
    public static void Order(
        PolicyRun run, PolicyResource first, string firstTask, PolicyResource then, string thenTask, OrderKind kind,
        Constraint? source = null) =>
        Order(run, first, first.Key(firstTask), null, then, then.Key(thenTask), null, kind, source);
}
