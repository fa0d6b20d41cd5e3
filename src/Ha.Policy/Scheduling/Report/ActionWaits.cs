using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>What actions wait for, and what stands in the way of those that cannot run. Reads a finished run.</summary>
internal sealed class ActionWaits(PolicyRun run, PendingIndex pending, Func<PolicyAction, Why>? hold)
{
    // Longer ways from an action to what holds it back are of no use to a person.
    private const int VisitLimit = 2_000;

    private const OrderKind Blocking = OrderKind.UnrunnableFirstBlocks | OrderKind.Asymmetric
        | OrderKind.IntermediateStop | OrderKind.NestedRemoteProbe | OrderKind.MinRunnable
        | OrderKind.UnmigratableThenBlocks | OrderKind.FirstImpliesThen | OrderKind.ThenImpliesFirst;

    private Dictionary<PolicyResource, List<PolicyOrder>>? _orders;

    /// <summary>What stands in the way of an action that cannot run.</summary>
    public Why Blocker(PolicyAction action) =>
        Find(action, [])
        ?? OfColocation(action)
        ?? OfCollective(action)
        ?? new Why(
            action.Code.Length > 0 ? action.Code : Cause.WaitsFor,
            action.Resource is { } resource && action.Node is null
                ? $"{resource.Id} has no node"
                : "something that comes before it cannot be done");

    /// <summary>What an action that can run waits for, as the graph has it: fencing, looks, other resources, then its
    /// own steps.</summary>
    public List<Why> Of(PolicyAction action)
    {
        var waits = new List<(int Rank, int Id, Why Why)>();
        if (hold?.Invoke(action) is { Code.Length: > 0 } held)
        {
            waits.Add((-1, 0, held));
        }

        var visited = new HashSet<PolicyAction> { action };
        Collect(action, action, visited, waits);
        waits.Sort((one, other) => one.Rank != other.Rank ? one.Rank.CompareTo(other.Rank)
            : one.Id != other.Id ? one.Id.CompareTo(other.Id)
            : string.CompareOrdinal(one.Why.Text, other.Why.Text));
        var result = new List<Why>();
        foreach (var (_, _, why) in waits)
        {
            if (!result.Contains(why))
            {
                result.Add(why);
            }
        }

        return result;
    }

    /// <summary>The constraint or group that puts one action before another, in brackets; empty for neither.</summary>
    public (string Text, Origin Origin) Relation(PolicyAction first, PolicyAction then)
    {
        if (first.Resource is not { } before || then.Resource is not { } after)
        {
            return SourceOf(then.Resource is null ? then : first) is { } some
                ? ($" ({some.Id})", some.Origin)
                : ("", Origin.None);
        }

        if (OrderOf(before, first.Task, after) is { Source: { } source })
        {
            return ($" ({source.Id})", source.Origin);
        }

        for (var group = after.Parent; group is not null; group = group.Parent)
        {
            if (group.Kind == ResourceKind.Group && before.Parent == group)
            {
                return ($" (group {group.Id})", after.Source.Origin);
            }
        }

        return ("", Origin.None);
    }

    private Why? Find(PolicyAction action, HashSet<PolicyAction> visited)
    {
        if (action.IsRunnable || visited.Count > VisitLimit || !visited.Add(action))
        {
            return null;
        }

        if ((OfNode(action) ?? OfQuorum(action)) is { } own)
        {
            return own;
        }

        Why? deeper = null;
        foreach (var link in InOrder(action.Before))
        {
            var first = link.Action;
            if (first.IsRunnable || (link.Kind & Blocking) == 0)
            {
                continue;
            }

            // Through what only stands for others, and through its own steps, to what truly holds it back.
            if (first.Resource is not { IsPrimitive: true } || first.Resource == action.Resource)
            {
                deeper ??= Find(first, visited);
                if (deeper is null && first.Resource is null)
                {
                    deeper = TooFew(first);
                }

                if (deeper is null && first.Resource is { IsPrimitive: false } whole && !IsPartOf(action, whole))
                {
                    deeper = CannotRun(first, action);
                }

                continue;
            }

            return CannotRun(first, action);
        }

        return deeper;
    }

    private Why CannotRun(PolicyAction first, PolicyAction then)
    {
        var (relation, origin) = Relation(first, then);
        if (pending.Of(first.Resource!) is { } busy)
        {
            return new Why(
                Cause.WaitsFor, $"{first.Resource!.Id}: {busy.Entry.Operation} is running on {busy.Node.Name}", origin);
        }

        var what = first.Task switch
        {
            Tasks.Start or Tasks.Started => "does not run",
            Tasks.Promote or Tasks.Promoted => "is not promoted",
            Tasks.Stop or Tasks.Stopped => "cannot be stopped",
            Tasks.Demote or Tasks.Demoted => "cannot be demoted",
            Tasks.Monitor => "cannot be looked at",
            var task => $"cannot {task}",
        };
        return first.Is(Tasks.Monitor)
            ? new Why(Cause.WaitsForProbe, $"{first.Resource!.Id} {what} on {first.Node?.Name}", origin)
            : new Why(Cause.PartnerCannotStart, $"{first.Resource!.Id} comes first{relation} and {what}", origin);
    }

    private Why? OfNode(PolicyAction action)
    {
        if (action.Node is not { } node || action.IsOnCoordinator || action.IsPseudo)
        {
            return null;
        }

        if (node.IsUnclean && !node.IsOnline)
        {
            return new Why(Cause.NodeUnclean, $"{node.Name} is unclean: {NodeCauses.Unclean(run, node)}");
        }

        return node.IsPending || (node.State is { IsMember: true } && !node.IsOnline)
            ? new Why(Cause.NodePending, $"{node.Name} has not joined yet")
            : !node.IsOnline && !node.IsGuest
                ? new Why(Cause.NodeOffline, $"{node.Name} is offline")
                : null;
    }

    private Why? OfQuorum(PolicyAction action) =>
        action.Code is Cause.NoQuorumStop or Cause.NoQuorumFreeze && !run.HasQuorum
            ? QuorumWhy(run)
            : null;

    /// <summary>That there is no quorum, and what follows.</summary>
    public static Why QuorumWhy(PolicyRun run)
    {
        var origin = SettingOrigins.OfOption(run, "no-quorum-policy");
        return run.Options.NoQuorum switch
        {
            QuorumPolicy.Freeze => new Why(
                Cause.NoQuorumFreeze, "no quorum: nothing new is started, what runs goes on", origin),
            QuorumPolicy.Demote => new Why(Cause.NoQuorumDemote, "no quorum: no-quorum-policy is demote", origin),
            QuorumPolicy.Fence => new Why(Cause.NoQuorumStop, "no quorum: no-quorum-policy is fence", origin),
            _ => new Why(Cause.NoQuorumStop, "no quorum: no-quorum-policy is stop", origin),
        };
    }

    private Why? OfColocation(PolicyAction action)
    {
        const string Prefix = "colocation with ";
        if (action.Reason?.StartsWith(Prefix, StringComparison.Ordinal) != true)
        {
            return null;
        }

        var id = action.Reason[Prefix.Length..];
        foreach (var colocation in run.Colocations)
        {
            if (colocation.IsExplicit && IsPartOf(action, colocation.Dependent)
                && (run.Find(id) is { } primary ? Is(primary, colocation.Primary) : colocation.Primary.Id == id))
            {
                return new Why(
                    Cause.PartnerCannotStart, $"it goes with {id} ({colocation.Id}), which cannot be there",
                    colocation.Origin);
            }
        }

        return new Why(Cause.PartnerCannotStart, $"it goes with {id}, which cannot be there");
    }

    // What is ordered after a whole, is so with each of its parts, though no ordering says it of them.
    private Why? OfCollective(PolicyAction action)
    {
        for (var whole = action.Resource?.Parent; whole is not null; whole = whole.Parent)
        {
            if (ActionTable.FindTask(whole, action.Task) is not { } ofWhole)
            {
                continue;
            }

            foreach (var link in InOrder(ofWhole.Before))
            {
                var first = link.Action;
                if ((link.Kind & Blocking) != 0 && first is { Resource: null, IsRunnable: false })
                {
                    return TooFew(first);
                }

                if ((link.Kind & (Blocking | OrderKind.Ordered)) == 0 || first.Resource is not { } other
                    || IsPartOf(action, other) || Is(other, whole))
                {
                    continue;
                }

                var (relation, origin) = Relation(first, ofWhole);
                if (!first.IsRunnable || !Runs(other, null))
                {
                    return CannotRun(first, ofWhole);
                }

                if (!other.IsPrimitive && action.Node is { } node && !Runs(other, node))
                {
                    return new Why(
                        Cause.PartnerCannotStart,
                        $"{other.Id} comes first{relation} and does not run on {node.Name}", origin);
                }
            }
        }

        return null;
    }

    // A point that stands for a number of others: so many of them must be able to.
    private Why TooFew(PolicyAction point)
    {
        var firsts = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var link in point.Before)
        {
            if (link.Action.Resource?.Top() is { } resource)
            {
                firsts.Add(resource.Id);
            }
        }

        var source = SourceOf(point);
        var who = firsts.Count == 0 ? "what comes first" : string.Join(", ", firsts);
        return new Why(
            Cause.PartnerCannotStart,
            $"too few of {who} can be there ({source?.Id ?? point.Key}): {point.RequiredRunnableBefore} needed",
            source?.Origin ?? Origin.None);
    }

    // The constraint that a point of no resource stands for.
    private Constraint? SourceOf(PolicyAction point)
    {
        foreach (var order in run.Orders)
        {
            if (order.First == point && order.Source is not null)
            {
                return order.Source;
            }
        }

        return null;
    }

    // Some part of it is, or will be, there.
    private static bool Runs(PolicyResource resource, PolicyNode? node)
    {
        if (resource.IsPrimitive)
        {
            return resource.AssignedTo is { } place && (node is null || place == node)
                && ActionTable.FindTask(resource, Tasks.Start, place) is null or { IsRunnable: true };
        }

        return resource.Children.Exists(child => Runs(child, node));
    }

    private void Collect(
        PolicyAction asked, PolicyAction at, HashSet<PolicyAction> visited, List<(int Rank, int Id, Why Why)> waits)
    {
        foreach (var input in GraphSelection.InputsOf(at))
        {
            if (visited.Count > VisitLimit || !visited.Add(input))
            {
                continue;
            }

            if (input.Is(Tasks.Fence))
            {
                waits.Add((0, input.Node!.Index, FenceWhy(input)));
            }
            else if (input.Resource is not { IsPrimitive: true })
            {
                Collect(asked, input, visited, waits);
            }
            else if (!input.Is(Tasks.Notify))
            {
                waits.Add(Leaf(asked, input));
            }
        }
    }

    private Why FenceWhy(PolicyAction fence)
    {
        var name = fence.Node!.Name;
        return fence.Meta?.GetValueOrDefault("stonith_action") == "on"
            ? new Why(Cause.WaitsForFencing, $"{name} is unfenced first")
            : new Why(Cause.WaitsForFencing, $"{name} is fenced first: {NodeCauses.Unclean(run, fence.Node)}");
    }

    private (int Rank, int Id, Why Why) Leaf(PolicyAction asked, PolicyAction input)
    {
        var resource = input.Resource!;
        var isOwn = resource == asked.Resource;
        var who = isOwn ? "it" : resource.Id;
        var node = input.Node?.Name ?? "";
        if (input.Is(Tasks.Monitor) && input.IntervalMs == 0)
        {
            return (isOwn ? 1 : 4, input.Node?.Index ?? 0, new Why(
                Cause.WaitsForProbe, $"{who} is looked at on {node} first"));
        }

        var (relation, origin) = Relation(input, asked);
        if (!isOwn && pending.Of(resource) is { } busy && busy.Entry.Operation == input.Task)
        {
            return (2, input.Id, new Why(
                Cause.WaitsFor, $"{resource.Id}: {busy.Entry.Operation} is running on {busy.Node.Name}", origin));
        }

        var done = input.Task switch
        {
            Tasks.Start => "started",
            Tasks.Stop => "stopped",
            Tasks.Promote => "promoted",
            Tasks.Demote => "demoted",
            Tasks.MigrateTo or Tasks.MigrateFrom => "migrated",
            Tasks.ReloadAgent => "reloaded",
            Tasks.Monitor => "checked",
            _ => "dealt with",
        };
        var where = (input.Is(Tasks.Start) && input.Node != asked.Node) || isOwn ? $" on {node}" : "";
        return (isOwn ? 5 : 3, input.Id, IsSerialized(asked, input)
            ? new Why(Cause.Serialized, $"{who} is {done}{where} first: not both at once{relation}", origin)
            : new Why(Cause.WaitsFor, $"{who} is {done}{where} first{relation}", origin));
    }

    private static bool IsSerialized(PolicyAction asked, PolicyAction input)
    {
        foreach (var link in asked.Before)
        {
            if (link.Action == input)
            {
                return (link.Kind & OrderKind.Serialize) != 0;
            }
        }

        return false;
    }

    private PolicyOrder? OrderOf(PolicyResource first, string task, PolicyResource then)
    {
        if (_orders is null)
        {
            _orders = new Dictionary<PolicyResource, List<PolicyOrder>>(ReferenceEqualityComparer.Instance);
            foreach (var order in run.Orders)
            {
                if (order is { Source: not null, FirstResource: { } resource })
                {
                    if (!_orders.TryGetValue(resource, out var list))
                    {
                        _orders[resource] = list = [];
                    }

                    list.Add(order);
                }
            }
        }

        PolicyOrder? any = null;
        for (var each = first; each is not null; each = each.Parent)
        {
            foreach (var order in _orders.GetValueOrDefault(each) ?? [])
            {
                if (order.ThenResource is { } other && !Is(then, other))
                {
                    continue;
                }

                if (order.FirstKey is { } key && OrderExpansion.TrySplit(key, out var named, out _)
                    && (named == task || order.First?.Task == task))
                {
                    return order;
                }

                any ??= order;
            }
        }

        return any;
    }

    private static bool IsPartOf(PolicyAction action, PolicyResource whole) =>
        action.Resource is { } resource && Is(resource, whole);

    private static bool Is(PolicyResource part, PolicyResource whole)
    {
        for (var each = part; each is not null; each = each.Parent)
        {
            if (each == whole)
            {
                return true;
            }
        }

        return false;
    }

    // In an order that does not depend on which constraint was read first.
    private static IEnumerable<PolicyLink> InOrder(LinkList links) => links.AsSpan().ToArray()
        .OrderBy(link => link.Action.Is(Tasks.Monitor) ? 1 : 0)
        .ThenBy(link => link.Action.Key, StringComparer.Ordinal)
        .ThenBy(link => link.Action.Node?.Index ?? -1);
}
