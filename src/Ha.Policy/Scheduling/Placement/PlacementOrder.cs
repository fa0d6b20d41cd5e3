namespace Ha.Policy.Scheduling;

/// <summary>In which order resources are placed. The order of the run is by priority; where capacities count, what has
/// the clearer wish comes first among those of one priority.</summary>
internal static class PlacementOrder
{
    public static void Sort(PolicyRun run)
    {
        if (run.Options.Placement == "default")
        {
            return;
        }

        var table = new NodeTable(run.Nodes.Count);
        foreach (var node in run.Nodes)
        {
            table.Set(node.Index, 0);
        }

        var nodes = NodeChoice.InOrder(run, table, null);
        var scores = new Dictionary<PolicyResource, NodeTable>();
        foreach (var resource in run.Resources)
        {
            scores[resource] = DependentScores.Merge(
                run, resource, resource, null, null, 1, new ScoreMerge { ByPrimary = true });
        }

        InstanceOrder.Sort(run.Resources, (one, other) =>
            Compare(nodes, one, scores[one], other, scores[other]));
    }

    private static int Compare(
        List<PolicyNode> nodes, PolicyResource one, NodeTable left, PolicyResource other, NodeTable right)
    {
        if (one.Priority != other.Priority)
        {
            return one.Priority > other.Priority ? -1 : 1;
        }

        var order = OnCurrent(other, right).CompareTo(OnCurrent(one, left));
        if (order != 0)
        {
            return order;
        }

        foreach (var node in nodes)
        {
            order = right[node.Index].CompareTo(left[node.Index]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private static int OnCurrent(PolicyResource resource, NodeTable scores) =>
        Places.Current(resource) is { } node ? scores[node.Index] : Scores.MinusInfinity;
}
