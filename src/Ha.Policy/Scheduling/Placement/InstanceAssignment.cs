namespace Ha.Policy.Scheduling;

/// <summary>Spreads instances of a clone (or containers of a bundle) over nodes: first those that can stay where they
/// are, then the rest.</summary>
internal static class InstanceAssignment
{
    public static void Assign(
        Assigner assigner, PolicyResource collection, List<PolicyResource> instances, int maximum, int maximumPerNode)
    {
        var run = assigner.Run;
        var available = 0;
        foreach (var node in run.Nodes)
        {
            if (collection.Allowed.Has(node.Index))
            {
                collection.Allowed.SetCount(node.Index, 0);
                available += Places.CanRun(node) ? 1 : 0;
            }
        }

        var perNode = available > 0 ? Math.Max(1, maximum / available) : 1;
        var assigned = 0;
        foreach (var instance in instances)
        {
            if (assigned >= maximum)
            {
                break;
            }

            if (OwnNode(instance, perNode) is { } node
                && AssignToOwn(assigner, instance, node, maximumPerNode, maximum - assigned))
            {
                assigned++;
            }
        }

        foreach (var instance in instances)
        {
            if (instance.IsAssigned)
            {
                continue;
            }

            if (assigned >= maximum)
            {
                Locations.BanEverywhere(
                    run, instance, Cause.CloneMax, $"there are {maximum} instances, as many as there shall be",
                    SettingOrigins.OfMeta(run, collection, "clone-max"));
            }

            if (Try(assigner, instance, null, maximumPerNode) is not null)
            {
                assigned++;
            }
        }
    }

    // A healthy instance may keep its node while that has no more than its share.
    private static PolicyNode? OwnNode(PolicyResource instance, int perNode)
    {
        if (instance.IsAssigned || Places.Current(instance) is not { } node || instance.HasFailed
            || !Places.CanRun(node))
        {
            return null;
        }

        var table = Places.TopTable(instance);
        return table.Has(node.Index) && table.CountOn(node.Index) >= perNode ? null : node;
    }

    // Where another node is better, that node will get some instance, though not necessarily this one: a place is set
    // aside there, and this one is offered its own node again. So nodes get what they deserve, and few move.
    private static bool AssignToOwn(
        Assigner assigner, PolicyResource instance, PolicyNode own, int maximumPerNode, int available)
    {
        if ((assigner.Run.Earlier & EarlierRules.InstancesMove) != 0)
        {
            available = 1;
        }

        BanUnavailable(assigner.Run, instance, maximumPerNode);
        if (!Places.CanRun(instance.Allowed, own))
        {
            return false;
        }

        var parent = instance.Parent!;
        var counted = parent.Allowed;
        var before = Save(instance);
        parent.Allowed = counted.Copy();
        var reasons = assigner.Run.Reasons?.Count ?? 0;
        PolicyNode? chosen = null;
        for (var reserved = 0; reserved < available;)
        {
            chosen = Try(assigner, instance, own, maximumPerNode);
            if (chosen == own)
            {
                break;
            }

            Restore(assigner.Run, before, reasons);
            if (chosen is null)
            {
                instance.IsAssigned = false;
                break;
            }

            Assignments.Unset(instance);
            if (++reserved >= available)
            {
                chosen = null;
            }
        }

        parent.Allowed = counted;
        if (chosen != own)
        {
            return false;
        }

        Count(instance, own);
        return true;
    }

    private static List<(PolicyResource Resource, NodeTable Table)> Save(PolicyResource instance)
    {
        var saved = new List<(PolicyResource, NodeTable)>();
        foreach (var each in PolicyRun.AllOf(instance))
        {
            saved.Add((each, each.Allowed.Copy()));
        }

        return saved;
    }

    private static void Restore(PolicyRun run, List<(PolicyResource Resource, NodeTable Table)> saved, int reasons)
    {
        foreach (var (resource, table) in saved)
        {
            resource.Allowed = table.Copy();
            run.ForgetReasons(reasons, resource);
        }
    }

    private static PolicyNode? Try(
        Assigner assigner, PolicyResource instance, PolicyNode? preferred, int maximumPerNode)
    {
        BanUnavailable(assigner.Run, instance, maximumPerNode);
        var chosen = assigner.Assign(instance, preferred, stopIfFailed: preferred is null);
        if (chosen is not null)
        {
            Count(instance, chosen);
        }

        return chosen;
    }

    private static void Count(PolicyResource instance, PolicyNode node)
    {
        var table = Places.TopTable(instance);
        if (table.Has(node.Index))
        {
            table.SetCount(node.Index, table.CountOn(node.Index) + 1);
        }
    }

    private static void BanUnavailable(PolicyRun run, PolicyResource instance, int maximumPerNode)
    {
        var top = Places.TopTable(instance);
        foreach (var node in run.Nodes)
        {
            if (!instance.Allowed.Has(node.Index)
                || (!instance.IsRemoved && Places.CanRun(node) && top.Has(node.Index) && top[node.Index] >= 0
                    && top.CountOn(node.Index) < maximumPerNode))
            {
                continue;
            }

            if (run.Reasons is not null && Places.CanRun(node))
            {
                Explain(run, instance, node, top, maximumPerNode);
            }

            instance.Allowed.Set(node.Index, Scores.MinusInfinity);
            foreach (var child in instance.Children)
            {
                if (child.Allowed.Has(node.Index))
                {
                    child.Allowed.Set(node.Index, Scores.MinusInfinity);
                }
            }
        }
    }

    private static void Explain(
        PolicyRun run, PolicyResource instance, PolicyNode node, NodeTable top, int maximum)
    {
        var collection = instance.Parent ?? instance;
        if (top.CountOn(node.Index) < maximum)
        {
            // A ban of the whole is told of the whole.
            if (top[node.Index] is < 0 and > Scores.MinusInfinity)
            {
                run.Explain(
                    instance, node, Cause.BelowZero, Scores.MinusInfinity,
                    $"{collection.Id} has {Scores.Text(top[node.Index])} there, which is below zero", default);
            }

            return;
        }

        var count = maximum == 1 ? "an instance" : $"{maximum} instances";
        run.Explain(
            instance, node, Cause.CloneNodeMax, Scores.MinusInfinity,
            $"it has {count} of {collection.Id}, as many as it may have",
            SettingOrigins.OfMeta(run, collection, "clone-node-max"));
    }
}
