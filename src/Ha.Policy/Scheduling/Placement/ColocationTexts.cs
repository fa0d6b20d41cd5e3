using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>What colocations do to scores, in words. Called only while somebody wants reasons.</summary>
internal static class ColocationTexts
{
    /// <summary>What the place of a primary gives to each node of its dependent.</summary>
    /// <param name="run">The run.</param>
    /// <param name="dependent">The dependent, or the part of it that is placed.</param>
    /// <param name="primary">The primary, or the part of it that counts.</param>
    /// <param name="colocation">The colocation.</param>
    /// <param name="wanted">Value of the node attribute where the primary is; null for nowhere.</param>
    public static void ExplainPlace(
        PolicyRun run, PolicyResource dependent, PolicyResource primary, PolicyColocation colocation, string? wanted)
    {
        var place = primary.AssignedTo;
        var whole = Words(dependent, primary, colocation)
            + (place is null ? $", and {primary.Id} is nowhere" : $", which is on {place.Name}");
        foreach (var node in run.Nodes)
        {
            if (!dependent.Allowed.Has(node.Index))
            {
                continue;
            }

            var isThere = place is not null && ColocationScores.IsSame(
                NodeAttributes.ForColocation(node, colocation.NodeAttribute, dependent), wanted);
            var score = (isThere, colocation.Score) switch
            {
                (true, < Scores.Infinity) => colocation.Score,
                (true, _) => 0,
                (false, >= Scores.Infinity) => Scores.MinusInfinity,
                (false, _) => place is null ? -colocation.Score : 0,
            };
            if (score != 0)
            {
                run.Explain(
                    dependent, node, CodeOf(dependent, colocation), score, whole, OriginOf(dependent, colocation));
            }
        }
    }

    /// <summary>What the places of a collection's instances give to a node of a dependent.</summary>
    /// <param name="run">The run.</param>
    /// <param name="dependent">The dependent.</param>
    /// <param name="primary">The collection.</param>
    /// <param name="colocation">The colocation.</param>
    /// <param name="node">The node; null for all.</param>
    /// <param name="score">What the node gets; null where no instance is there.</param>
    /// <param name="isNowhere">No instance is anywhere.</param>
    public static void ExplainHosts(
        PolicyRun run, PolicyResource dependent, PolicyResource primary, PolicyColocation colocation, PolicyNode? node,
        int? score, bool isNowhere)
    {
        var isPromoted = colocation.PrimaryRole == Role.Promoted;
        var where = (isNowhere, score) switch
        {
            (true, _) => isPromoted ? $", and nothing of {primary.Id} is promoted" : $", and {primary.Id} is nowhere",
            (_, null) => isPromoted ? ", which is not promoted there" : ", which is not there",
            _ => isPromoted ? ", which is promoted there" : ", which is there",
        };
        run.Explain(
            dependent, node, CodeOf(dependent, colocation), score ?? Scores.MinusInfinity,
            Words(dependent, primary, colocation) + where, OriginOf(dependent, colocation));
    }

    /// <summary>What the wishes of a dependent changed in the scores of its primary.</summary>
    /// <param name="run">The run.</param>
    /// <param name="primary">The primary.</param>
    /// <param name="colocation">The colocation.</param>
    /// <param name="before">The primary's scores before.</param>
    public static void ExplainWishes(
        PolicyRun run, PolicyResource primary, PolicyColocation colocation, NodeTable before)
    {
        if (ReferenceEquals(before, primary.Allowed))
        {
            return;
        }

        var isWith = colocation.Score >= 0;
        var relation = colocation.IsExplicit
            ? $"{colocation.Dependent.Id} {(isWith ? "goes with it" : "keeps away from it")} ({colocation.Id})"
            : $"{colocation.Dependent.Id} goes where it is";
        foreach (var node in run.Nodes)
        {
            if (!before.Has(node.Index) || before[node.Index] == primary.Allowed[node.Index])
            {
                continue;
            }

            var after = primary.Allowed[node.Index];
            var change = after <= Scores.MinusInfinity || after >= Scores.Infinity ? after : after - before[node.Index];
            var wish = change <= Scores.MinusInfinity && isWith ? "and cannot be there"
                : (change > 0) == isWith ? "and would be there"
                : "and would rather be elsewhere";
            run.Explain(
                primary, node, Cause.DependentWishes, change, $"{relation} {wish}",
                OriginOf(colocation.Dependent, colocation));
        }
    }

    /// <summary>What a colocation adds to the promotion score of an instance.</summary>
    public static void ExplainPromotion(
        PolicyRun run, PolicyResource instance, PolicyColocation colocation, int score) =>
        run.ExplainPromotion(
            instance, Roles.NodeOf(instance, isCurrent: false),
            colocation.Score < 0 ? Cause.AntiColocation : Cause.ColocationWith, score,
            run.PromotionReasons is null ? "" : Words(instance, colocation.Primary, colocation), colocation.Origin);

    private static string Words(PolicyResource dependent, PolicyResource primary, PolicyColocation colocation)
    {
        if (!colocation.IsExplicit)
        {
            return IsInGroup(dependent, colocation)
                ? $"goes where {primary.Id} is, which is before it in group {dependent.Parent!.Id}"
                : $"goes where {primary.Id} is, which it needs";
        }

        var attribute = colocation.NodeAttribute == NodeAttributes.Name ? "" : $", by {colocation.NodeAttribute}";
        var role = colocation.PrimaryRole switch
        {
            Role.Promoted => "promoted ",
            Role.Unpromoted => "unpromoted ",
            _ => "",
        };
        return $"{colocation.Dependent.Id} {(colocation.Score < 0 ? "away from" : "with")} {role}{colocation.Primary.Id} "
            + $"({colocation.Id}{attribute})";
    }

    private static string CodeOf(PolicyResource dependent, PolicyColocation colocation) =>
        IsInGroup(dependent, colocation) ? Cause.GroupPredecessor
        : !colocation.IsExplicit ? Cause.ContainerMissing
        : colocation.Score < 0 ? Cause.AntiColocation
        : Cause.ColocationWith;

    private static bool IsInGroup(PolicyResource dependent, PolicyColocation colocation) =>
        !colocation.IsExplicit && dependent.Parent is { Kind: ResourceKind.Group } group
        && colocation.Primary.Parent == group;

    private static Origin OriginOf(PolicyResource dependent, PolicyColocation colocation) =>
        colocation.IsExplicit ? colocation.Origin : dependent.Source.Origin;
}
