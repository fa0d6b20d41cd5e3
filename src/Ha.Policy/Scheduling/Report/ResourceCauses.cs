using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Why a primitive is as it is, and why something is done with it: the first thing that a person should know.
/// Reads a finished run.</summary>
internal sealed class ResourceCauses(PolicyRun run, PendingIndex pending, ActionWaits waits)
{
    /// <summary>The first cause of a resource's not being as wanted; an empty code where it is.</summary>
    /// <param name="resource">A primitive.</param>
    /// <param name="reasons">Its reasons, those of its nodes among them.</param>
    public Why Main(PolicyResource resource, List<Reason> reasons)
    {
        if (HandsOff(resource) is { } off)
        {
            return off;
        }

        if (run.Options.IsStopAll)
        {
            return new Why(
                Cause.StopAll, "stop-all-resources is true", SettingOrigins.OfOption(run, "stop-all-resources"));
        }

        if (resource.IsRemoved)
        {
            return RemovedWhy(resource);
        }

        if (ResourceSettings.TargetRole(resource) == Role.Stopped)
        {
            var origin = SettingOrigins.OfMeta(run, resource, "target-role");
            var where = origin.ToString();
            where = where.Length > 0 ? $" ({where})" : "";
            return new Why(Cause.TargetStopped, $"target-role is Stopped{where}", origin);
        }

        foreach (var action in resource.Actions)
        {
            if (IsStuck(action))
            {
                return waits.Blocker(action);
            }
        }

        return resource.AssignedTo is null ? Nowhere(resource, reasons)
            : IsFrozen(resource) ? ActionWaits.QuorumWhy(run)
            : Placed(resource, reasons);
    }

    // It has a place, and is not started there without quorum.
    private bool IsFrozen(PolicyResource resource) =>
        !run.HasQuorum && run.Options.NoQuorum == QuorumPolicy.Freeze && resource.ActiveOn.Count == 0
        && resource.Requires != Requirement.Nothing;

    /// <summary>Why a step is taken.</summary>
    public Why Of(PolicyAction action) => action.Resource is not { IsPrimitive: true } resource
        ? OfOther(action)
        : action.Task switch
        {
            Tasks.Monitor when action.IntervalMs == 0 => new Why(
                Cause.WaitsForProbe, "its state there is not known yet"),
            Tasks.Cancel => new Why(Cause.None, "it is no longer to be watched like that"),
            Tasks.ClearFailCount => ClearWhy(action),
            Tasks.Delete or Tasks.LrmDelete => resource.IsRemoved
                ? new Why(Cause.Removed, "it left the configuration")
                : new Why(Cause.None, "what is known of it there is out of date"),
            Tasks.ReloadAgent => new Why(Cause.ParametersChanged, "its parameters changed", resource.Source.Origin),
            Tasks.Start or Tasks.Stop or Tasks.Promote or Tasks.Demote or Tasks.MigrateTo or Tasks.MigrateFrom =>
                Change(resource, action),
            Tasks.Monitor => new Why(Cause.None, "it is to be watched", action.Origin),
            _ => new Why(Cause.None, ""),
        };

    private Why OfOther(PolicyAction action) =>
        action.Is(Tasks.Fence) && action.Node is { } node
            ? action.Meta?.GetValueOrDefault("stonith_action") == "on"
                ? new Why(Cause.None, "it may be used again")
                : new Why(Cause.NodeUnclean, NodeCauses.Unclean(run, node))
            : action.Is(Tasks.Shutdown) ? new Why(Cause.NodeShuttingDown, "it was asked to stop")
            : new Why(Cause.None, "");

    private Why? HandsOff(PolicyResource resource)
    {
        if (pending.Of(resource) is { } busy)
        {
            return new Why(Cause.Running, $"{busy.Entry.Operation} is running on {busy.Node.Name}");
        }

        if (resource.IsBlocked)
        {
            return Blocked(resource);
        }

        if (resource.IsManaged)
        {
            return null;
        }

        const string Text = "hands off";
        if (run.Options.IsInMaintenance)
        {
            return new Why(Cause.MaintenanceCluster, Text, SettingOrigins.OfOption(run, "maintenance-mode"));
        }

        if (ValueText.Truth(resource.Meta.GetValueOrDefault("maintenance"), false))
        {
            return new Why(Cause.MaintenanceResource, Text, SettingOrigins.OfMeta(run, resource, "maintenance"));
        }

        if (resource.IsInMaintenance)
        {
            return new Why(Cause.MaintenanceNode, Text);
        }

        return resource.Meta.TryGetValue("is-managed", out var said) && !ValueText.Truth(said, true)
            ? new Why(Cause.Unmanaged, Text, SettingOrigins.OfMeta(run, resource, "is-managed"))
            : WithoutFencing() ?? new Why(Cause.Unmanaged, Text);
    }

    // Fencing is wanted and nothing can fence: nothing is safe to touch.
    private Why? WithoutFencing()
    {
        if (!run.Options.IsFencingEnabled || run.HasFencingDevice)
        {
            return null;
        }

        foreach (var node in run.Nodes)
        {
            if (node.IsUnclean)
            {
                return new Why(Cause.NodeUnclean, $"{node.Name} is unclean: {NodeCauses.Unclean(run, node)}");
            }
        }

        return new Why(
            Cause.NoFencingDevice, "fencing is wanted, and no fencing device is configured: nothing is touched",
            SettingOrigins.OfOption(run, "fencing-enabled", "stonith-enabled"));
    }

    private Why Blocked(PolicyResource resource)
    {
        foreach (var failure in run.Failures)
        {
            if (failure.ResourceId != resource.HistoryId)
            {
                continue;
            }

            var entry = failure.Entry;
            var isStop = entry.Operation == Tasks.Stop;
            var said = entry.ExitReason.Length > 0 ? $": {entry.ExitReason}" : "";
            var text = $"{entry.Operation} failed on {failure.Node.Name}{said}";
            if (isStop && !run.CanFence(failure.Node))
            {
                return new Why(
                    Cause.StopFailedBlocked, $"{text}; nothing can make sure that it is stopped", entry.Origin);
            }

            if (FailureSettings.Of(run, resource, entry.Operation, entry.Interval) == FailureResponse.Block)
            {
                return new Why(
                    isStop ? Cause.StopFailedBlocked : Cause.OnFailBlock, text, entry.Origin);
            }
        }

        if (resource.ActiveOn.Count > 1 && resource.MultipleActive == MultipleActive.Block)
        {
            return new Why(
                Cause.ActiveOnSeveral,
                $"it is active on {string.Join(" and ", SchedulerReport.Names(resource.ActiveOn))}, "
                    + "and multiple-active is block",
                SettingOrigins.OfMeta(run, resource, "multiple-active"));
        }

        for (var each = resource; each is not null; each = each.Parent)
        {
            foreach (var ticket in each.Tickets)
            {
                if (!TicketConstraints.IsUsable(ticket) && ticket.LossPolicy == "freeze")
                {
                    return new Why(
                        Cause.TicketLost,
                        $"ticket {ticket.TicketName} is not here, and the loss-policy of {ticket.Id} is freeze",
                        ticket.Origin);
                }
            }
        }

        return new Why(Cause.OnFailBlock, "what it belongs to is blocked");
    }

    /// <summary>True for what should be done and cannot be.</summary>
    public static bool IsStuck(PolicyAction action)
    {
        if (action.IsRunnable || action.IsPseudo || action.IntervalMs != 0 || action.Node is null
            || action.Resource is not { IsPrimitive: true, IsManaged: true } resource)
        {
            return false;
        }

        // A start that cannot be is not even asked for.
        return action.Task is Tasks.Start or Tasks.Stop or Tasks.Promote or Tasks.Demote
            && (!action.IsOptional || (action.Is(Tasks.Start) && resource.AssignedTo == action.Node
                && resource.ActiveOn.Count == 0 && resource.NextRole > Role.Stopped));
    }

    // Of the instances of a clone that are too many, what left is the room for them.
    private Why RemovedWhy(PolicyResource resource)
    {
        for (var each = resource; each is not null; each = each.Parent)
        {
            if (each.Parent is { Clone: { } clone, IsRemoved: false } whole)
            {
                var count = clone.Max == 1 ? "one instance" : $"{clone.Max} instances";
                return new Why(
                    Cause.CloneMax, $"{whole.Id} has {count}, as many as it shall have",
                    SettingOrigins.OfMeta(run, whole, "clone-max"));
            }
        }

        return new Why(Cause.Removed, "it left the configuration");
    }

    private Why Nowhere(PolicyResource resource, List<Reason> reasons)
    {
        if (resource.NextRoleReason is "remote shutdown" or "remote reset")
        {
            return new Why(Cause.NodeOffline, $"its node is let go ({resource.NextRoleReason})");
        }

        // A quorum that is lacking holds back starts; here something else keeps it from every node.
        foreach (var reason in reasons)
        {
            if (reason.Node.Length == 0 && reason.Score.IsBan)
            {
                return new Why(reason.Code, reason.Text, reason.Origin);
            }
        }

        if (!run.HasQuorum && reasons.Find(reason => reason.Node.Length == 0) is { } whole)
        {
            return new Why(whole.Code, whole.Text, whole.Origin);
        }

        var best = reasons
            .Where(reason => reason.Score.IsBan && reason.Node.Length > 0)
            .OrderBy(reason => Weight(reason.Code))
            .ThenBy(reason => reason.Node, StringComparer.Ordinal)
            .FirstOrDefault();
        var worst = reasons
            .Where(reason => reason.Score < Score.Zero && reason.Node.Length > 0)
            .OrderBy(reason => reason.Score.Value)
            .ThenBy(reason => reason.Node, StringComparer.Ordinal)
            .ThenBy(reason => reason.Text, StringComparer.Ordinal)
            .FirstOrDefault();
        return best is not null ? new Why(best.Code, $"{best.Node}: {best.Text}", best.Origin)
            : worst is not null ? new Why(
                worst.Code, $"{worst.Node}: {worst.Text}, whose {worst.Score} leaves it below zero", worst.Origin)
            : run.Nodes.Exists(node => node.IsAvailable)
                ? new Why(Cause.Location, "its scores are below zero everywhere")
                : new Why(Cause.NodeOffline, "no node is available");
    }

    // A ban by something of the resource's own says more than a node that is away.
    private static int Weight(string code) => code switch
    {
        Cause.BadConfiguration or Cause.OnFailStop or Cause.TicketLost or Cause.ShutdownLock => 0,
        Cause.StartFailed or Cause.ThresholdReached or Cause.OperationTimeout or Cause.BinaryMissing
            or Cause.AgentMissing or Cause.NotPermitted or Cause.ActionMissing or Cause.OnFailBan
            or Cause.StopFailedBlocked => 1,
        Cause.ColocationWith or Cause.GroupPredecessor or Cause.AntiColocation or Cause.ContainerMissing
            or Cause.UtilizationLacking => 2,
        Cause.Location or Cause.OptIn or Cause.Move or Cause.DiscoveryExclusive or Cause.NodeUnhealthy
            or Cause.BelowZero => 3,
        Cause.NodeUnclean => 4,
        Cause.CloneNodeMax => 6,
        _ => 5,
    };

    // It shall run, and perhaps something is being done for it: what that waits for, or else what it is done for.
    private Why Placed(PolicyResource resource, List<Reason> reasons)
    {
        var start = Step(resource, Tasks.Start);
        var stop = Step(resource, Tasks.Stop);
        var first = start ?? Step(resource, Tasks.Promote) ?? stop ?? Step(resource, Tasks.Demote)
            ?? Step(resource, Tasks.MigrateTo) ?? Step(resource, Tasks.ReloadAgent);
        if (first is null)
        {
            return resource.NextRoleReason == "no-quorum-policy=freeze" && resource.NextRole == Role.Stopped
                ? ActionWaits.QuorumWhy(run)
                : PromotionCauses.Of(run, resource);
        }

        if (start is not null && stop is null or { IsPseudo: true })
        {
            foreach (var wait in waits.Of(start))
            {
                if (wait.Code != Cause.WaitsFor || !wait.Text.StartsWith("it is ", StringComparison.Ordinal))
                {
                    return wait;
                }
            }
        }
        else if (waits.Of(start ?? first).Find(wait => wait.Code == Cause.WaitsForFencing) is { Code: not null } why)
        {
            return why;
        }

        var change = Change(resource, first);
        return change.Code == Cause.Better ? BetterWhy(resource, reasons, change) : change;
    }

    private static PolicyAction? Step(PolicyResource resource, string task)
    {
        foreach (var action in resource.Actions)
        {
            if (!action.IsOptional && action.IntervalMs == 0 && action.Is(task)
                && GraphSelection.BelongsInGraph(action))
            {
                return action;
            }
        }

        return null;
    }

    /// <summary>It moves: what drives it away, or draws it there.</summary>
    public Why BetterWhy(PolicyResource resource, List<Reason> reasons, Why otherwise)
    {
        var from = resource.CurrentNode!;
        var node = NodeCauses.Of(run, from);
        if (node.Code.Length > 0)
        {
            return node with { Text = $"{from.Name}: {node.Text}" };
        }

        if (reasons.Find(reason => reason.Code == Cause.Move) is { } asked)
        {
            return new Why(asked.Code, asked.Text, asked.Origin);
        }

        var ban = reasons
            .Where(reason => reason.Score.IsBan && reason.Node == from.Name)
            .OrderBy(reason => Weight(reason.Code))
            .FirstOrDefault();
        return ban is not null ? new Why(ban.Code, $"{ban.Node}: {ban.Text}", ban.Origin)
            : Decisive(reasons, from.Name, resource.AssignedTo!.Name) is { } part
                ? otherwise with { Text = $"{otherwise.Text}: {part.Code} {part.Text}", Origin = part.Origin }
                : otherwise;
    }

    // The part that makes the largest difference between two nodes; null where none does.
    private static Reason? Decisive(List<Reason> reasons, string from, string to) => reasons
        .Where(reason => reason.Node == to || reason.Node == from)
        .GroupBy(reason => (reason.Code, reason.Text))
        .Select(part => (
            First: part.First(),
            Gain: part.Sum(reason => reason.Node == to ? (long)reason.Score.Value : -(long)reason.Score.Value)))
        .Where(part => part.Gain > 0)
        .OrderByDescending(part => part.Gain)
        .ThenBy(part => part.First.Text, StringComparer.Ordinal)
        .Select(part => part.First)
        .FirstOrDefault();

    /// <summary>What a start, stop, promotion, demotion or migration is for.</summary>
    private Why Change(PolicyResource resource, PolicyAction action)
    {
        if (resource.AssignedTo is null && action.Task is Tasks.Stop or Tasks.Demote)
        {
            return new Why(Cause.TargetStopped, "it is not to run");
        }

        if (resource.ActiveOn.Count > 1 && resource.DanglingMigrations.Count == 0)
        {
            return new Why(Cause.ActiveOnSeveral, "it is active on several nodes");
        }

        var current = resource.CurrentNode;
        if (current is null)
        {
            return action.Is(Tasks.Promote) ? PromotionCauses.Up(resource) : new Why(Cause.None, "it is to run");
        }

        if (current.IsToBeFenced || (current.IsUnclean && action.Is(Tasks.Start)))
        {
            return new Why(Cause.NodeUnclean, "its node was lost");
        }

        if (resource.AssignedTo is { } target && target != current)
        {
            return new Why(Cause.Better, $"it does better on {target.Name}");
        }

        return Staying(resource, action);
    }

    private Why Staying(PolicyResource resource, PolicyAction action)
    {
        if (resource.HasFailed)
        {
            var failure = FailureTexts.Last(run, resource, resource.CurrentNode);
            return failure is null
                ? new Why(Cause.MonitorFailed, "something that it needs failed")
                : new Why(Cause.MonitorFailed, $"its {failure.Operation} failed", failure.Origin);
        }

        if (action.Is(Tasks.Promote) && resource.Role != Role.Promoted)
        {
            return PromotionCauses.Up(resource);
        }

        if (action.Is(Tasks.Demote) && resource.NextRole != Role.Promoted)
        {
            return PromotionCauses.Down(run, resource);
        }

        foreach (var own in resource.Actions)
        {
            if (own is { IsOptional: false, Reason: "resource definition change" })
            {
                return new Why(Cause.ParametersChanged, "its parameters changed", resource.Source.Origin);
            }

            if (!own.IsOptional && own.Node == resource.CurrentNode && own.Task is Tasks.Delete or Tasks.LrmDelete)
            {
                return new Why(Cause.ParametersChanged, "its agent is another one now", resource.Source.Origin);
            }
        }

        // What cannot be started again is stopped all the same.
        foreach (var own in resource.Actions)
        {
            if (own.Is(Tasks.Start) && IsStuck(own))
            {
                return waits.Blocker(own);
            }
        }

        return RestartedWith(resource) ?? new Why(Cause.WaitsFor, "what it depends on is restarted");
    }

    // Something ordered before it is restarted, and takes it along.
    private Why? RestartedWith(PolicyResource resource)
    {
        if (Step(resource, Tasks.Start) is not { } start)
        {
            return null;
        }

        foreach (var input in GraphSelection.InputsOf(start))
        {
            if (input.Resource is { } other && other != resource && input.Task is Tasks.Start or Tasks.Started
                && !Contains(other, resource))
            {
                var (relation, origin) = waits.Relation(input, start);
                return new Why(Cause.WaitsFor, $"{other.Id} comes first{relation} and is restarted", origin);
            }
        }

        return null;
    }

    private static bool Contains(PolicyResource whole, PolicyResource part)
    {
        for (var each = part.Parent; each is not null; each = each.Parent)
        {
            if (each == whole)
            {
                return true;
            }
        }

        return false;
    }

    private Why ClearWhy(PolicyAction action)
    {
        foreach (var expired in run.ExpiredFailCounts)
        {
            if (expired.Resource == action.Resource && expired.Node == action.Node)
            {
                return expired.Reason switch
                {
                    "it expired" => new Why(
                        Cause.FailureExpired, "its failures are older than failure-timeout",
                        SettingOrigins.OfMeta(run, expired.Resource, "failure-timeout")),
                    "resource parameters have changed" => new Why(
                        Cause.ParametersChanged, "its parameters changed since it failed"),
                    var reason => new Why(Cause.FailureExpired, reason),
                };
            }
        }

        return new Why(Cause.FailureExpired, "its failures count no more");
    }
}
