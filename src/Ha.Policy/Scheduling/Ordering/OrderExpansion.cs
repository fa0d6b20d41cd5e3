using System.Globalization;

namespace Ha.Policy.Scheduling;

/// <summary>Orderings that are given by resource and key become orderings between actions.</summary>
internal static class OrderExpansion
{
    public static void Expand(PolicyRun run)
    {
        // Expanding one may make actions, but no orderings.
        for (var index = 0; index < run.Orders.Count; index++)
        {
            var order = run.Orders[index];
            if (order.FirstResource is not null)
            {
                ExpandFirst(run, order);
            }
            else if (order.ThenResource is not null)
            {
                OrderAfter(order, order.First, order.ThenResource);
            }
            else if (order is { First: { } first, Then: { } then })
            {
                ActionTable.Order(first, then, order.Kind);
            }
        }
    }

    /// <summary>Takes resource_task_intervalms apart; the resource's id may have underscores of its own.</summary>
    public static bool TrySplit(string key, out string task, out int intervalMs)
    {
        task = "";
        intervalMs = 0;
        var last = key.LastIndexOf('_');
        if (last <= 0 || !int.TryParse(key.AsSpan(last + 1), NumberStyles.None, CultureInfo.InvariantCulture,
            out intervalMs))
        {
            return false;
        }

        var rest = key.AsSpan(0, last);
        foreach (var known in s_longTasks)
        {
            if (rest.EndsWith(known) && rest.Length > known.Length && rest[^(known.Length + 1)] == '_')
            {
                task = known;
                return true;
            }
        }

        var before = rest.LastIndexOf('_');
        task = rest[(before + 1)..].ToString();
        return before > 0;
    }

    private static readonly string[] s_longTasks =
    [
        Tasks.MigrateTo, Tasks.MigrateFrom, Tasks.ClearFailCount, "confirmed-post_notify_running",
        "confirmed-post_notify_stopped", "confirmed-post_notify_promoted", "confirmed-post_notify_demoted",
        "confirmed-pre_notify_start", "confirmed-pre_notify_stop", "confirmed-pre_notify_promote",
        "confirmed-pre_notify_demote", "post_notify_running", "post_notify_stopped", "post_notify_promoted",
        "post_notify_demoted", "pre_notify_start", "pre_notify_stop", "pre_notify_promote", "pre_notify_demote",
    ];

    private static void ExpandFirst(PolicyRun run, PolicyOrder order)
    {
        var resource = order.FirstResource!;
        var given = order.First;
        var firsts = given is null ? Matching(resource, order.FirstKey!) : null;
        if (given is null && firsts is null)
        {
            given = resource == order.ThenResource ? null : FirstToBe(run, resource, order.FirstKey!);
        }

        if (given is not null)
        {
            ExpandThen(order, given);
            return;
        }

        for (var index = 0; index < (firsts?.Count ?? 0); index++)
        {
            ExpandThen(order, firsts![index]);
        }
    }

    private static void ExpandThen(PolicyOrder order, PolicyAction first)
    {
        if ((order.ThenResource ?? order.Then?.Resource) is { } then)
        {
            OrderAfter(order, first, then);
        }
        else if (order.Then is { } action)
        {
            ActionTable.Order(first, action, order.Kind);
        }
    }

    // A first that nobody planned stands in the way only if it would have something to do.
    private static PolicyAction? FirstToBe(PolicyRun run, PolicyResource resource, string wanted)
    {
        if (!TrySplit(wanted, out var task, out var intervalMs))
        {
            return null;
        }

        var role = Roles.Of(resource, isCurrent: true);
        if ((task == Tasks.Stop && role == Role.Stopped) || (task == Tasks.Demote && role == Role.Unpromoted))
        {
            return null;
        }

        var action = ActionTable.Get(
            run, resource, ActionTable.Key(resource.Id, task, intervalMs), task, null, isOptional: true);
        return action;
    }

    private static void OrderAfter(PolicyOrder order, PolicyAction? first, PolicyResource resource)
    {
        var kind = order.Kind;
        if (first is not null && first.Resource == resource && first.IsDanglingMigration)
        {
            kind &= ~OrderKind.FirstImpliesThen;
        }

        if (order.Then is { } given)
        {
            OrderPair(first, given, kind);
            return;
        }

        var thens = Matching(resource, order.ThenKey ?? "");
        for (var index = 0; index < (thens?.Count ?? 0); index++)
        {
            OrderPair(first, thens![index], kind);
        }
    }

    private static void OrderPair(PolicyAction? first, PolicyAction then, OrderKind kind)
    {
        if (first is not null)
        {
            ActionTable.Order(first, then, kind);
        }
        else
        {
            then.IsRunnable = false;
        }
    }

    // Actions of this key; else of the same task under the resource's own id; null for none.
    private static List<PolicyAction>? Matching(PolicyResource resource, string key)
    {
        if (resource.Actions.WithKey(key) is { } found)
        {
            return found;
        }

        if (resource.Actions.Count == 0 || IsOwn(resource, key) || !TrySplit(key, out var task, out var intervalMs))
        {
            return null;
        }

        return resource.Actions.WithKey(resource.Key(task, intervalMs));
    }

    // A key that begins with the resource's own id, and an underscore that is the id's last: the same key again.
    private static bool IsOwn(PolicyResource resource, string key) =>
        key.Length > resource.Id.Length && key[resource.Id.Length] == '_'
        && key.StartsWith(resource.Id, StringComparison.Ordinal)
        && key.IndexOf('_', resource.Id.Length + 1) == key.LastIndexOf('_');
}
