namespace Ha.Policy.Scheduling;

/// <summary>State of the connection to a remote node, as far as actions behind it can count on it.</summary>
internal enum RemoteState
{
    /// <summary>Not connected, but to be.</summary>
    Unknown,

    /// <summary>Connected, on a healthy host.</summary>
    Alive,

    /// <summary>Its host is lost, or it is on the move: wait until it is up again.</summary>
    Resting,

    /// <summary>Lost, and not to be had back.</summary>
    Failed,

    /// <summary>Goes down for good.</summary>
    Stopped,
}

/// <summary>What is done on remote and guest nodes is done while they are connected.</summary>
internal static class RemoteOrders
{
    public static void Add(PolicyRun run)
    {
        if (!run.HasRemoteNodes)
        {
            return;
        }

        for (var index = run.Actions.Count - 1; index >= 0; index--)
        {
            var action = run.Actions[index];
            if (action.Resource is not { } resource)
            {
                continue;
            }

            // Whoever failed to connect tries again when that is forgotten, not before.
            if (resource.RemoteNode is not null && action.Is(Tasks.ClearFailCount))
            {
                ActionTable.Order(
                    run, resource, null, action, resource, ActionTable.Key(resource.Id, Tasks.Start, 0), null,
                    OrderKind.Ordered);
                continue;
            }

            if (action is { IsPseudo: false, Node: { IsRemoteKind: true, RemoteResource: { } connection } })
            {
                AddFor(run, action, connection);
            }
        }
    }

    private static void AddFor(PolicyRun run, PolicyAction action, PolicyResource connection)
    {
        if (action.Is(Tasks.Start))
        {
            // What moves to a remote node stays where it is until the connection stands.
            foreach (var other in action.Resource!.Actions)
            {
                if (other.Is(Tasks.Stop) && other.Node is not null && other.Node != action.Node)
                {
                    StartFirst(run, connection, other, OrderKind.None, OrderKind.Ordered);
                }
            }
        }

        if (connection.Launcher is { } container)
        {
            AddForGuest(run, action, connection, container);
        }
        else
        {
            AddForRemote(run, action, connection);
        }
    }

    private static void AddForRemote(PolicyRun run, PolicyAction action, PolicyResource connection)
    {
        var state = StateOf(action.Node!);
        switch (action.Task)
        {
            case Tasks.Start or Tasks.Promote:
                // Where the connection has to be recovered, so has what is behind it.
                StartFirst(run, connection, action,
                    state == RemoteState.Failed ? OrderKind.FirstImpliesThen : OrderKind.None);
                break;
            case Tasks.Stop or Tasks.MigrateTo or Tasks.MigrateFrom:
                AddStop(run, action, connection, state);
                break;
            case Tasks.Demote:
                if (state is RemoteState.Resting or RemoteState.Unknown)
                {
                    StartFirst(run, connection, action, OrderKind.None);
                }

                break;
            default:
                AddOther(run, action, connection, state);
                break;
        }
    }

    private static void AddStop(PolicyRun run, PolicyAction action, PolicyResource connection, RemoteState state)
    {
        if (state == RemoteState.Alive)
        {
            StopAfter(run, action, connection);
        }
        else if (state == RemoteState.Failed)
        {
            const string Reason = "resources are active but connection is unrecoverable";
            FencingRequests.Add(run, action.Node!, Reason, isDelayed: false);
        }
        else if (connection.NextRole == Role.Stopped)
        {
            StopAfter(run, action, connection);
        }
        else
        {
            StartFirst(run, connection, action, OrderKind.None);
        }
    }

    private static void AddOther(PolicyRun run, PolicyAction action, PolicyResource connection, RemoteState state)
    {
        if (action.IntervalMs > 0 && !action.Is(Tasks.Cancel))
        {
            StartFirst(run, connection, action, OrderKind.FirstImpliesThen);
            return;
        }

        if (action.Is(Tasks.Monitor) && state == RemoteState.Failed)
        {
            const string Reason = "resources are in unknown state and connection is unrecoverable";
            FencingRequests.Add(run, action.Node!, Reason, isDelayed: false);
        }

        if (connection.CurrentNode is not null && state == RemoteState.Stopped)
        {
            StopAfter(run, action, connection);
        }
        else
        {
            StartFirst(run, connection, action, OrderKind.None);
        }
    }

    private static void AddForGuest(
        PolicyRun run, PolicyAction action, PolicyResource connection, PolicyResource container)
    {
        if (container.HasFailed)
        {
            FencingRequests.Add(run, action.Node!, "container failed", isDelayed: false);
        }

        switch (action.Task)
        {
            case Tasks.Start or Tasks.Promote:
                StartFirst(run, container, action, OrderKind.FirstImpliesThen);
                StartFirst(run, connection, action, OrderKind.None);
                break;
            case Tasks.Stop or Tasks.Demote:
                // With the container goes what is in it.
                if (!container.HasFailed)
                {
                    StopAfter(run, action, connection);
                }

                break;
            case Tasks.Cancel when action.IntervalMs > 0:
                break;
            default:
                StartFirst(run, connection, action,
                    action.IntervalMs > 0 ? OrderKind.FirstImpliesThen : OrderKind.None);
                break;
        }
    }

    private static void StartFirst(
        PolicyRun run, PolicyResource first, PolicyAction then, OrderKind extra,
        OrderKind kind = OrderKind.UnrunnableFirstBlocks) =>
        ActionTable.Order(
            run, first, ActionTable.Key(first.Id, Tasks.Start, 0), null, then.Resource, null, then, kind | extra);

    private static void StopAfter(PolicyRun run, PolicyAction first, PolicyResource then) =>
        ActionTable.Order(
            run, first.Resource, null, first, then, ActionTable.Key(then.Id, Tasks.Stop, 0), null,
            OrderKind.UnrunnableFirstBlocks);

    public static RemoteState StateOf(PolicyNode node)
    {
        var connection = node.RemoteResource;
        if (connection is null)
        {
            return RemoteState.Unknown;
        }

        var host = connection.CurrentNode;
        if (connection.NextRole == Role.Stopped || connection.AssignedTo is null)
        {
            if (host is { IsUnclean: true })
            {
                return RemoteState.Failed;
            }

            if (!connection.HasFailed)
            {
                return RemoteState.Stopped;
            }

            // Whether it can be reached will be seen at the next attempt.
            return connection.NextRole == Role.Stopped && connection.RemoteReconnectMs != 0 && node.WasRemoteFenced
                && !node.IsShuttingDown
                ? RemoteState.Unknown
                : RemoteState.Failed;
        }

        if (host is null)
        {
            return RemoteState.Unknown;
        }

        if (host.IsUnclean || !host.IsOnline)
        {
            return RemoteState.Resting;
        }

        return connection is { ActiveOn.Count: > 1, MigrationSource: not null, MigrationTarget: not null }
            ? RemoteState.Resting
            : RemoteState.Alive;
    }
}
