using System.Globalization;

namespace Ha.Policy.Scheduling;

/// <summary>Actions on nodes that fencing devices do: reboot, off, on.</summary>
internal static class FenceActions
{
    /// <summary>The action on a node, one for each kind; required only where fencing is possible at all.</summary>
    public static PolicyAction Get(PolicyRun run, PolicyNode node, string? kind, bool isOptional, string? reason)
    {
        kind ??= run.Options.FencingAction;
        var key = string.Concat(Tasks.Fence, "-", node.Name, "-", kind);
        var action = ActionTable.Find(run, null, key, node);
        if (action is null)
        {
            action = ActionTable.Add(run, null, key, Tasks.Fence, node, isOptional: true);
            action.SetMeta("on_node", node.Name);
            action.SetMeta("on_node_uuid", node.Id);
            action.SetMeta("stonith_action", kind);
            if (run.HasUnfencing)
            {
                Unfencing.AddDigests(run, action, node);
            }
        }

        if (!isOptional && run.CanFence(node))
        {
            if (action.IsOptional)
            {
                action.IsOptional = false;
                action.Reason ??= reason;
            }
        }

        action.Reason ??= reason;
        return action;
    }

    public static bool IsFence(PolicyAction action) => action.Is(Tasks.Fence);

    /// <summary>Seconds by which the weightier node's fencing waits: of two halves the one with more to lose wins.
    /// Source: Pacemaker Explained, priority-fencing-delay.</summary>
    public static void AddPriorityDelay(PolicyRun run, PolicyAction fencing, PolicyNode target)
    {
        if (run.Options.PriorityFencingDelayMs > 0)
        {
            var seconds = DelayMs(run, target) / 1000;
            fencing.SetMeta("priority-fencing-delay", seconds.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static long DelayMs(PolicyRun run, PolicyNode target)
    {
        if (target.IsRemoteKind || target.IsOnline)
        {
            return 0;
        }

        int members = 0, online = 0, top = int.MinValue, lowest = int.MaxValue;
        foreach (var node in run.Nodes)
        {
            if (!node.IsRemoteKind)
            {
                members++;
                online += node.IsOnline ? 1 : 0;
                top = Math.Max(top, node.Priority);
                lowest = Math.Min(lowest, node.Priority);
            }
        }

        return online * 2 > members || lowest == top || target.Priority < top
            ? 0
            : run.Options.PriorityFencingDelayMs;
    }
}
