namespace Ha.Policy.Scheduling;

/// <summary>Connections to remote and guest nodes.</summary>
internal static class RemoteConnections
{
    /// <summary>The cluster node that carries an action to a remote node: where the connection is while the action
    /// runs, before or after a move of the connection.</summary>
    public static PolicyNode? HostFor(PolicyRun run, PolicyAction action)
    {
        if (action.Node is not { IsRemoteKind: true, RemoteResource: { } connection })
        {
            return null;
        }

        var began = connection.Launcher?.CurrentNode is { } host && connection.CurrentNode is null
            ? host
            : connection.CurrentNode;
        var ended = connection.AssignedTo;
        if (connection.Launcher is { } launcher)
        {
            ended ??= launcher.AssignedTo;
        }

        if (began is null)
        {
            return ended;
        }

        if (ended is null || began == ended)
        {
            return began;
        }

        // A moving connection: what goes down is done through the old host, what comes up through the new one.
        return action.Task is Tasks.Stop or Tasks.Demote or Tasks.MigrateTo or Tasks.Cancel
            || (action.Is(Tasks.Notify)
                && action.Meta?.GetValueOrDefault("notify_operation") is Tasks.Stop or Tasks.Demote)
            ? began
            : ended;
    }
}
