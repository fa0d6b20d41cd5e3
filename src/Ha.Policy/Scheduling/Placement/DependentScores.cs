using System.Runtime.CompilerServices;

namespace Ha.Policy.Scheduling;

/// <summary>What dependents wish, as scores for their primary: a resource would rather go where those can follow.
/// </summary>
internal static class DependentScores
{
    /// <summary>Marks a node for which only what is not negative counts, and which is lost; no score reaches it.
    /// </summary>
    private const int Unusable = Scores.MinusInfinity * 100;

    /// <summary>More than any sound configuration needs for one resource.</summary>
    private const int MergesAtOnce = 20_000;

    /// <summary>About a second's worth.</summary>
    private const int MergesInAll = 1_000_000;

    /// <summary>Adds the wishes of a colocation's dependent, and of what depends on that, to a primary's nodes.
    /// </summary>
    public static void Add(PolicyRun run, PolicyColocation colocation, PolicyResource primary)
    {
        if (!HasInfluence(colocation))
        {
            return;
        }

        var merge = new ScoreMerge
        {
            OnlyPositive = primary.Kind == ResourceKind.Clone,
            MustBeUsable = true,
        };

        // The dependent itself counts always, what rests on it as far as the limits allow.
        run.MergeLimit = Math.Min(run.MergeCount + MergesAtOnce, MergesInAll);
        var before = primary.Allowed;
        primary.Allowed = Merge(
            run, colocation.Dependent, primary, primary.Allowed, colocation, FactorOf(colocation), merge);
        if (run.Reasons is not null)
        {
            ColocationTexts.ExplainWishes(run, primary, colocation, before);
        }

        run.MergeLimit = int.MaxValue;
    }

    public static float FactorOf(PolicyColocation colocation) => colocation.Score / (float)Scores.Infinity;

    /// <summary>True when the dependent's wishes count: where somebody wants that, or the primary is not running yet.
    /// The wishes of a connection do not move a healthy container.</summary>
    public static bool HasInfluence(PolicyColocation colocation, PolicyResource? primary = null)
    {
        primary ??= colocation.Primary;
        if (IsReplicaConnection(colocation.Dependent) && !primary.HasFailed && primary.ActiveOn.Count == 1)
        {
            return false;
        }

        return colocation.HasInfluence || !Places.IsActive(primary);
    }

    private static bool IsReplicaConnection(PolicyResource resource) =>
        resource.RemoteNode is not null && NodeAttributes.IsBundled(resource);

    /// <summary>Chains of colocations may be as long as a configuration makes them.</summary>
    public static bool HasRoom() => RuntimeHelpers.TryEnsureSufficientExecutionStack();

    /// <summary>The scores of nodes with those of a source added, and of what is colocated with the source in turn.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="source">Whose scores are added.</param>
    /// <param name="target">For whom; null to begin with the source's own scores.</param>
    /// <param name="nodes">The scores so far; null to begin with the source's own.</param>
    /// <param name="colocation">The colocation that joins source and target; null where there is none.</param>
    /// <param name="factor">How much of the scores counts.</param>
    /// <param name="merge">In which way.</param>
    /// <returns>A new table, or the old one where nothing is to be added.</returns>
    public static NodeTable Merge(
        PolicyRun run, PolicyResource source, PolicyResource target, NodeTable? nodes, PolicyColocation? colocation,
        float factor, ScoreMerge merge)
    {
        if (source.IsBeingMerged || !HasRoom())
        {
            return nodes ?? source.Allowed.Copy();
        }

        if (source.Kind == ResourceKind.Group)
        {
            return MergeGroup(run, source, target, nodes, colocation, factor, merge);
        }

        source.IsBeingMerged = true;
        run.MergeCount++;
        var work = (nodes ?? source.Allowed).Copy();
        if (nodes is not null)
        {
            AddMatching(run, work, source, target, colocation, factor, merge.OnlyPositive);
        }
        else
        {
            target = source;
        }

        if (!Places.AnyAvailable(run, work))
        {
            source.IsBeingMerged = false;
            return merge.MustBeUsable && nodes is not null ? nodes : Finish(run, work, merge);
        }

        work = MergeOthers(run, source, target, work, factor, merge with { MustBeUsable = true });
        source.IsBeingMerged = false;
        return Finish(run, work, merge);
    }

    // The other members come in through one end: each is colocated with the one before it.
    private static NodeTable MergeGroup(
        PolicyRun run, PolicyResource group, PolicyResource target, NodeTable? nodes, PolicyColocation? colocation,
        float factor, ScoreMerge merge)
    {
        if (group.Children.Count == 0)
        {
            return nodes ?? group.Allowed.Copy();
        }

        group.IsBeingMerged = true;
        var end = merge.ByPrimary ? group.Children[^1] : group.Children[0];
        var work = Merge(run, end, target, nodes, colocation, factor, merge);
        group.IsBeingMerged = false;
        return work;
    }

    private static NodeTable MergeOthers(
        PolicyRun run, PolicyResource source, PolicyResource target, NodeTable work, float factor, ScoreMerge merge)
    {
        foreach (var colocation in merge.ByPrimary
            ? ColocationLists.ThisWith(source)
            : ColocationLists.WithThis(source))
        {
            if (!merge.ByPrimary && !HasInfluence(colocation))
            {
                continue;
            }

            if (run.MergeCount >= run.MergeLimit)
            {
                return work;
            }

            var other = merge.ByPrimary ? colocation.Primary : colocation.Dependent;
            var otherFactor = factor * colocation.Score / Scores.Infinity;
            work = Merge(run, other, target, work, colocation, otherFactor, merge);
        }

        return work;
    }

    private static NodeTable Finish(PolicyRun run, NodeTable work, ScoreMerge merge)
    {
        if (merge.OnlyPositive)
        {
            foreach (var node in run.Nodes)
            {
                if (work.Has(node.Index) && work[node.Index] == Unusable)
                {
                    work.Set(node.Index, 1);
                }
            }
        }

        return work;
    }

    private static void AddMatching(
        PolicyRun run, NodeTable work, PolicyResource source, PolicyResource target, PolicyColocation? colocation,
        float factor, bool onlyPositive)
    {
        var attribute = colocation?.NodeAttribute ?? NodeAttributes.Name;
        var isByName = attribute == NodeAttributes.Name && !NodeAttributes.IsBundled(source)
            && !NodeAttributes.IsBundled(target);
        foreach (var node in run.Nodes)
        {
            if (!work.Has(node.Index))
            {
                continue;
            }

            var score = isByName
                ? ScoreOn(source, node)
                : BestMatching(run, source, attribute, NodeAttributes.ForColocation(node, attribute, target));
            if (factor < 0 && score < 0 && IsDoubleNegative(run, colocation!, score))
            {
                continue;
            }

            var before = work[node.Index];
            if (before == Unusable)
            {
                continue;
            }

            var after = Scores.Add(Weigh(factor, score), before);
            if (onlyPositive && after < 0 && before >= 0)
            {
                if (before > 0)
                {
                    work.Set(node.Index, Unusable);
                }

                continue;
            }

            work.Set(node.Index, after);
        }
    }

    private static int ScoreOn(PolicyResource source, PolicyNode node) =>
        source.Allowed.Has(node.Index) && Places.CanRun(node) ? source.Allowed[node.Index] : Scores.MinusInfinity;

    private static int BestMatching(PolicyRun run, PolicyResource source, string attribute, string? value)
    {
        var best = Scores.MinusInfinity;
        foreach (var node in run.Nodes)
        {
            if (source.Allowed.Has(node.Index) && source.Allowed[node.Index] > best && Places.CanRun(node)
                && ColocationScores.IsSame(NodeAttributes.ForColocation(node, attribute, source), value))
            {
                best = source.Allowed[node.Index];
            }
        }

        return best;
    }

    // A primary does not go to nodes that a dependent avoids, only because that avoids the primary too; but it makes
    // room for a dependent that has one node left, if it would rather not stay.
    private static bool IsDoubleNegative(PolicyRun run, PolicyColocation colocation, int score) =>
        colocation.Primary.Stickiness >= -score || !HasInfluence(colocation)
        || !IsAllowedOnOne(run, colocation.Dependent);

    private static bool IsAllowedOnOne(PolicyRun run, PolicyResource resource)
    {
        var count = 0;
        foreach (var node in run.Nodes)
        {
            if (resource.Allowed.Has(node.Index) && resource.Allowed[node.Index] >= 0)
            {
                count++;
            }
        }

        return count == 1;
    }

    // Rounded half away from zero in single precision; what is not zero stays so.
    private static int Weigh(float factor, int score)
    {
        var exact = factor * score;
        var rounded = (int)(exact < 0 ? exact - 0.5f : exact + 0.5f);
        return rounded != 0 || score == 0 || factor == 0 ? rounded
            : factor > 0 ? 1
            : -1;
    }
}

/// <summary>In which way scores are merged.</summary>
internal readonly record struct ScoreMerge
{
    /// <summary>Follow what the source is colocated with, rather than what is colocated with the source.</summary>
    public bool ByPrimary { get; init; }

    /// <summary>Only what leaves a node usable counts.</summary>
    public bool OnlyPositive { get; init; }

    /// <summary>Scores that would leave no node are left out.</summary>
    public bool MustBeUsable { get; init; }
}
