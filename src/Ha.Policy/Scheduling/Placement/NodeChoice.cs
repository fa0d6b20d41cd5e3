using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Which of the allowed nodes is the best. Source: Pacemaker Explained, "Scores" and "Utilization and
/// Placement Strategy".</summary>
internal static class NodeChoice
{
    public static void Choose(PolicyRun run, PolicyResource resource, PolicyNode? preferred, bool stopIfFailed)
    {
        var freest = Capacities.BanWhereTooSmall(run, resource);
        if (resource.IsAssigned)
        {
            return;
        }

        preferred ??= freest;
        var table = resource.Allowed;
        var current = Places.Current(resource);
        var best = Best(run, table, current);
        PolicyNode? chosen = null;
        if (preferred is not null && best is not null && table.Has(preferred.Index)
            && table[preferred.Index] >= table[best.Index] && Places.CanRun(table, preferred))
        {
            chosen = preferred;
        }

        if (chosen is null && best is not null)
        {
            chosen = best;

            // It stays where it is when that is as good. Instances of a globally unique clone were offered their own
            // nodes before this.
            if (resource.Parent is not { Clone.IsGloballyUnique: true } && table[best.Index] > 0
                && Places.CanRun(best) && current is not null && table.Has(current.Index)
                && Places.CanRun(current) && table[current.Index] == table[best.Index])
            {
                chosen = current;
            }
        }

        Explain(run, resource, chosen, best);
        Assignments.Set(resource, chosen, force: false, stopIfFailed);
    }

    private static void Explain(PolicyRun run, PolicyResource resource, PolicyNode? chosen, PolicyNode? best)
    {
        if (run.Reasons is null || chosen is null || chosen != best || !Places.CanRun(resource.Allowed, chosen))
        {
            return;
        }

        foreach (var node in run.Nodes)
        {
            if (node != chosen && resource.Allowed.Has(node.Index) && Places.CanRun(node)
                && resource.Allowed[node.Index] == resource.Allowed[chosen.Index])
            {
                run.Explain(
                    resource, chosen, Cause.TieBroken, 0,
                    "equal scores: fewer resources, then where it is, then by name", Origin.None);
                return;
            }
        }
    }

    /// <summary>The first node in the order of preference; null for a table without nodes.</summary>
    public static PolicyNode? Best(PolicyRun run, NodeTable table, PolicyNode? current)
    {
        PolicyNode? best = null;
        foreach (var node in run.Nodes)
        {
            if (table.Has(node.Index) && (best is null || Compare(run, table, node, best, current) < 0))
            {
                best = node;
            }
        }

        return best;
    }

    /// <summary>The nodes of a table in the order of preference.</summary>
    public static List<PolicyNode> InOrder(PolicyRun run, NodeTable table, PolicyNode? current)
    {
        var nodes = new List<PolicyNode>(table.Count);
        foreach (var node in run.Nodes)
        {
            if (!table.Has(node.Index))
            {
                continue;
            }

            // Free capacity does not order nodes fully, so a sort that asks for that is out of the question.
            var at = nodes.Count;
            while (at > 0 && Compare(run, table, node, nodes[at - 1], current) < 0)
            {
                at--;
            }

            nodes.Insert(at, node);
        }

        return nodes;
    }

    private static int Compare(PolicyRun run, NodeTable table, PolicyNode one, PolicyNode other, PolicyNode? current)
    {
        var left = Places.CanRun(one) ? table[one.Index] : Scores.MinusInfinity;
        var right = Places.CanRun(other) ? table[other.Index] : Scores.MinusInfinity;
        if (left != right)
        {
            return left > right ? -1 : 1;
        }

        // To use as few nodes as can be, all others come second, whatever runs where.
        if (run.Options.Placement == "minimal")
        {
            return string.CompareOrdinal(one.Name, other.Name);
        }

        var order = run.Options.Placement == "balanced" ? Capacities.Compare(one, other) : 0;
        if (order == 0)
        {
            order = one.AssignedCount.CompareTo(other.AssignedCount);
        }

        if (order != 0)
        {
            return order;
        }

        return one == current ? -1
            : other == current ? 1
            : string.CompareOrdinal(one.Name, other.Name);
    }
}
