using System.Globalization;

namespace Ha.Policy.Scheduling;

/// <summary>In which order instances are placed: first those that least should move.</summary>
internal static class InstanceOrder
{
    /// <summary>Sorts instances; equal ones keep their order.</summary>
    public static void Sort(PolicyRun run, List<PolicyResource> instances) =>
        Sort(instances, (one, other) => Compare(run, one, other));

    /// <summary>Sorts by merging, as these comparisons need not agree with each other on every three instances.
    /// </summary>
    public static void Sort(List<PolicyResource> instances, Comparison<PolicyResource> compare)
    {
        if (instances.Count < 2)
        {
            return;
        }

        // The first half is the smaller one where they differ.
        var half = instances.Count / 2;
        var left = instances.GetRange(0, half);
        var right = instances.GetRange(half, instances.Count - half);
        Sort(left, compare);
        Sort(right, compare);
        int at = 0, i = 0, j = 0;
        while (i < left.Count && j < right.Count)
        {
            instances[at++] = compare(left[i], right[j]) <= 0 ? left[i++] : right[j++];
        }

        while (i < left.Count)
        {
            instances[at++] = left[i++];
        }

        while (j < right.Count)
        {
            instances[at++] = right[j++];
        }
    }

    public static int Compare(PolicyRun run, PolicyResource one, PolicyResource other)
    {
        int leftCount = Places.ActiveCount(one), rightCount = Places.ActiveCount(other);
        if (leftCount > 0 && rightCount > 0 && leftCount != rightCount)
        {
            return leftCount.CompareTo(rightCount);
        }

        PolicyNode? left = Places.Current(one), right = Places.Current(other);
        bool isLeftAllowed = IsAllowed(one, ref left), isRightAllowed = IsAllowed(other, ref right);
        if (isLeftAllowed != isRightAllowed)
        {
            return isLeftAllowed ? -1 : 1;
        }

        if (one.Priority != other.Priority)
        {
            return one.Priority > other.Priority ? -1 : 1;
        }

        if (left is null || right is null)
        {
            return left == right ? 0 : left is null ? 1 : -1;
        }

        return CompareActive(run, one, left, other, right);
    }

    private static int CompareActive(
        PolicyRun run, PolicyResource one, PolicyNode left, PolicyResource other, PolicyNode right)
    {
        if (Places.CanRun(left) != Places.CanRun(right))
        {
            return Places.CanRun(left) ? -1 : 1;
        }

        NodeTable leftTop = Places.TopTable(one), rightTop = Places.TopTable(other);
        bool hasLeft = leftTop.Has(left.Index), hasRight = rightTop.Has(right.Index);
        if (!hasLeft || !hasRight)
        {
            return hasLeft == hasRight ? 0 : hasLeft ? -1 : 1;
        }

        var order = leftTop.CountOn(left.Index).CompareTo(rightTop.CountOn(right.Index));
        if (order != 0)
        {
            return order;
        }

        bool hasLeftFailed = Places.HasFailed(one), hasRightFailed = Places.HasFailed(other);
        if (hasLeftFailed != hasRightFailed)
        {
            return hasLeftFailed ? 1 : -1;
        }

        order = CompareColocations(run, one, left, other, right);
        return order != 0 ? order : Number(one.Id).CompareTo(Number(other.Id));
    }

    // A node on which an instance is not wanted any more counts as none.
    private static bool IsAllowed(PolicyResource resource, ref PolicyNode? node)
    {
        if (node is null || (resource.Allowed.Has(node.Index) && resource.Allowed[node.Index] >= 0))
        {
            return true;
        }

        node = null;
        return false;
    }

    private static int CompareColocations(
        PolicyRun run, PolicyResource one, PolicyNode left, PolicyResource other, PolicyNode right)
    {
        if (one.Parent is not { ThisWith.Count: 0, WithThis.Count: 0, Parent: null })
        {
            var leftScore = WithColocations(run, one, left);
            var rightScore = WithColocations(run, other, right);
            return rightScore.CompareTo(leftScore);
        }

        return 0;
    }

    // What others that are colocated with the clone say to an instance's present node.
    private static int WithColocations(PolicyRun run, PolicyResource instance, PolicyNode node)
    {
        var table = new NodeTable(run.Nodes.Count);
        table.Set(node.Index, node.Configured?.Score.Value ?? 0);
        foreach (var colocation in ColocationLists.ThisWith(instance))
        {
            table = DependentScores.Merge(
                run, colocation.Primary, instance, table, colocation, DependentScores.FactorOf(colocation), default);
        }

        foreach (var colocation in ColocationLists.WithThis(instance))
        {
            if (DependentScores.HasInfluence(colocation, instance))
            {
                table = DependentScores.Merge(
                    run, colocation.Dependent, instance, table, colocation, DependentScores.FactorOf(colocation),
                    new ScoreMerge { OnlyPositive = true });
            }
        }

        return table[node.Index];
    }

    /// <summary>Number of an instance; 0 for an id without one.</summary>
    public static int Number(string id)
    {
        var at = id.LastIndexOf(':');
        return at >= 0 && int.TryParse(
            id.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
    }
}
