namespace Ha.Policy.Scheduling;

/// <summary>What a colocation can still change.</summary>
internal enum ColocationEffect
{
    Nothing,

    /// <summary>The dependent's place.</summary>
    Place,

    /// <summary>Which instances of the dependent are promoted.</summary>
    Promotion,
}

/// <summary>What the place of a primary means for a dependent.</summary>
internal static class ColocationScores
{
    /// <summary>Changes the scores of a dependent (or its priority for promotion).</summary>
    /// <param name="run">The run.</param>
    /// <param name="dependent">The dependent of the colocation, or a part of it.</param>
    /// <param name="primary">The primary of the colocation, or a part of it.</param>
    /// <param name="colocation">The colocation.</param>
    public static void Apply(
        PolicyRun run, PolicyResource dependent, PolicyResource primary, PolicyColocation colocation)
    {
        if (dependent.Kind != ResourceKind.Group)
        {
            ApplyToOne(run, dependent, primary, colocation);
        }
        else if (dependent.Children.Count > 0 && Assigner.IsColocated(dependent))
        {
            Apply(run, dependent.Children[0], primary, colocation);
        }
        else if (colocation.Score < Scores.Infinity)
        {
            foreach (var member in dependent.Children)
            {
                Apply(run, member, primary, colocation);
            }
        }
    }

    private static void ApplyToOne(
        PolicyRun run, PolicyResource dependent, PolicyResource primary, PolicyColocation colocation)
    {
        switch (primary.Kind)
        {
            case ResourceKind.Primitive:
                WithPrimitive(run, dependent, primary, colocation);
                break;
            case ResourceKind.Group:
                WithGroup(run, dependent, primary, colocation);
                break;
            case ResourceKind.Clone:
                CollectiveColocations.WithClone(run, dependent, primary, colocation);
                break;
            default:
                CollectiveColocations.WithBundle(run, dependent, primary, colocation);
                break;
        }
    }

    public static void WithPart(
        PolicyRun run, PolicyResource dependent, PolicyResource primary, PolicyColocation colocation) =>
        ApplyToOne(run, dependent, primary, colocation);

    private static void WithPrimitive(
        PolicyRun run, PolicyResource dependent, PolicyResource primary, PolicyColocation colocation)
    {
        switch (Bears(dependent, primary, colocation, isPreview: false))
        {
            case ColocationEffect.Place:
                ApplyToPlace(run, dependent, primary, colocation);
                break;
            case ColocationEffect.Promotion:
                ApplyToPromotion(run, dependent, primary, colocation);
                break;
        }
    }

    // To be with a group as a must is to be with the whole of it, so with its last member; for a wish the first one
    // will do.
    private static void WithGroup(
        PolicyRun run, PolicyResource dependent, PolicyResource group, PolicyColocation colocation)
    {
        if (!group.IsAssigned || group.Children.Count == 0)
        {
            return;
        }

        if (Assigner.IsColocated(group))
        {
            var member = colocation.Score >= Scores.Infinity ? group.Children[^1] : group.Children[0];
            ApplyToOne(run, dependent, member, colocation);
        }
        else if (colocation.Score < Scores.Infinity)
        {
            foreach (var member in group.Children)
            {
                ApplyToOne(run, dependent, member, colocation);
            }
        }
    }

    /// <summary>What a colocation can change as things stand.</summary>
    /// <param name="dependent">The dependent, or a part of it.</param>
    /// <param name="primary">The primary, or a part of it.</param>
    /// <param name="colocation">The colocation.</param>
    /// <param name="isPreview">Take it that neither is placed yet.</param>
    public static ColocationEffect Bears(
        PolicyResource dependent, PolicyResource primary, PolicyColocation colocation, bool isPreview)
    {
        if (!isPreview && !primary.IsAssigned)
        {
            return ColocationEffect.Nothing;
        }

        var dependentByRole = InsideOf(dependent);
        if (colocation.DependentRole >= Role.Unpromoted && dependentByRole.IsAssigned
            && PromotableOf(dependentByRole) is not null)
        {
            return ColocationEffect.Promotion;
        }

        if (!isPreview && dependent.IsAssigned)
        {
            return ColocationEffect.Nothing;
        }

        if (colocation.DependentRole != Role.Unknown && colocation.DependentRole != dependentByRole.NextRole)
        {
            return ColocationEffect.Nothing;
        }

        return colocation.PrimaryRole != Role.Unknown && colocation.PrimaryRole != InsideOf(primary).NextRole
            ? ColocationEffect.Nothing
            : ColocationEffect.Place;
    }

    /// <summary>The instance of a promotable clone that a resource is, or is a member of; null for none.</summary>
    public static PolicyResource? PromotableOf(PolicyResource resource)
    {
        for (var at = resource; at is not null; at = at.Parent)
        {
            if (at.Parent is { IsPromotable: true })
            {
                return at;
            }
        }

        return null;
    }

    /// <summary>Of a bundle's container what runs inside: it is that which has the roles.</summary>
    public static PolicyResource InsideOf(PolicyResource resource)
    {
        if (resource.Parent is { Bundle: { } bundle })
        {
            foreach (var replica in bundle.Replicas)
            {
                if (replica.Container == resource && replica.Child is { } child)
                {
                    return child;
                }
            }
        }

        return resource;
    }

    private static void ApplyToPlace(
        PolicyRun run, PolicyResource dependent, PolicyResource primary, PolicyColocation colocation)
    {
        var place = primary.AssignedTo;
        if (place is null && colocation.Score < 0)
        {
            return;
        }

        var wanted = place is null
            ? null
            : NodeAttributes.ForColocation(place, colocation.NodeAttribute, primary);
        var isMandatory = colocation.Score is >= Scores.Infinity or <= Scores.MinusInfinity;
        var table = isMandatory ? dependent.Allowed : dependent.Allowed.Copy();
        foreach (var node in run.Nodes)
        {
            if (!table.Has(node.Index))
            {
                continue;
            }

            if (place is null)
            {
                table.Add(node.Index, -colocation.Score);
            }
            else if (IsSame(NodeAttributes.ForColocation(node, colocation.NodeAttribute, dependent), wanted))
            {
                // A must is no wish: it adds nothing where it holds, and bans the rest.
                if (colocation.Score < Scores.Infinity)
                {
                    table.Add(node.Index, colocation.Score);
                }
            }
            else if (colocation.Score >= Scores.Infinity)
            {
                table.Add(node.Index, Scores.MinusInfinity);
            }
        }

        if (isMandatory || Places.AnyAvailable(run, table))
        {
            if (run.Reasons is not null)
            {
                ColocationTexts.ExplainPlace(run, dependent, primary, colocation, wanted);
            }

            dependent.Allowed = table;
        }
    }

    public static bool IsSame(string? one, string? other) =>
        string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static void ApplyToPromotion(
        PolicyRun run, PolicyResource dependent, PolicyResource primary, PolicyColocation colocation)
    {
        if (dependent.AssignedTo is not { } dependentNode || PromotableOf(InsideOf(dependent)) is not { } instance)
        {
            return;
        }

        if (primary.AssignedTo is not { } primaryNode || !IsSame(
            NodeAttributes.ForColocation(dependentNode, colocation.NodeAttribute, dependent),
            NodeAttributes.ForColocation(primaryNode, colocation.NodeAttribute, primary)))
        {
            if (colocation.Score >= Scores.Infinity && colocation.DependentRole == Role.Promoted)
            {
                instance.Priority = Scores.MinusInfinity;
                ColocationTexts.ExplainPromotion(run, instance, colocation, Scores.MinusInfinity);
            }

            return;
        }

        if (colocation.PrimaryRole != Role.Unknown && colocation.PrimaryRole != InsideOf(primary).NextRole)
        {
            return;
        }

        var score = colocation.DependentRole == Role.Unpromoted ? -colocation.Score : colocation.Score;
        instance.Priority = Scores.Add(score, instance.Priority);
        ColocationTexts.ExplainPromotion(run, instance, colocation, score);
    }
}
