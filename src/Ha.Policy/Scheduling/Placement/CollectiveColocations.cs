namespace Ha.Policy.Scheduling;

/// <summary>What the places of a clone's or a bundle's instances mean for a dependent.</summary>
internal static class CollectiveColocations
{
    public static void WithClone(
        PolicyRun run, PolicyResource dependent, PolicyResource clone, PolicyColocation colocation)
    {
        if (!clone.IsAssigned)
        {
            return;
        }

        if (clone.IsPromotable && colocation.PrimaryRole != Role.Unknown)
        {
            if (ColocationScores.Bears(dependent, clone, colocation, isPreview: false) == ColocationEffect.Promotion)
            {
                ApplyRoleToPromotion(dependent, clone, colocation);
            }
            else
            {
                ApplyRoleToPlace(run, dependent, clone, colocation);
            }

            return;
        }

        if (CanInterleave(colocation))
        {
            Interleave(run, dependent, clone, colocation);
            return;
        }

        if (colocation.Score < Scores.Infinity)
        {
            foreach (var instance in clone.Children)
            {
                ColocationScores.WithPart(run, dependent, instance, colocation);
            }

            return;
        }

        var hosts = new List<(PolicyNode, int)>();
        foreach (var instance in clone.Children)
        {
            if (Roles.NodeOf(instance, isCurrent: false) is { } node && !Places.IsBlocked(instance))
            {
                hosts.Add((node, 0));
            }
        }

        KeepTo(run, dependent, clone, colocation, hosts);
    }

    public static void WithBundle(
        PolicyRun run, PolicyResource dependent, PolicyResource bundle, PolicyColocation colocation)
    {
        if (!bundle.IsAssigned)
        {
            return;
        }

        // Instances of other collections always go with the one replica on their node.
        if (colocation.Dependent.IsCollective)
        {
            Interleave(run, dependent, bundle, colocation);
            return;
        }

        var hosts = new List<(PolicyNode, int)>();
        foreach (var replica in bundle.Bundle!.Replicas)
        {
            if (replica.Container is not { } container)
            {
                continue;
            }

            if (colocation.Score < Scores.Infinity)
            {
                ColocationScores.WithPart(run, dependent, container, colocation);
            }
            else if (Roles.NodeOf(container, isCurrent: false) is { } host && !Places.IsBlocked(container)
                && (colocation.PrimaryRole != Role.Promoted || replica.Child is { NextRole: Role.Promoted }))
            {
                hosts.Add((host, 0));
            }
        }

        if (colocation.Score >= Scores.Infinity)
        {
            KeepTo(run, dependent, bundle, colocation, hosts);
        }
    }

    // Each instance of the dependent goes with the one instance of the primary on its node.
    private static bool CanInterleave(PolicyColocation colocation)
    {
        var dependent = colocation.Dependent;
        return dependent.IsCollective && IsInterleaved(dependent)
            && MaxPerNode(dependent) == MaxPerNode(colocation.Primary);
    }

    private static bool IsInterleaved(PolicyResource resource) =>
        resource.Clone?.IsInterleaved ?? ValueText.Truth(resource.Meta.GetValueOrDefault("interleave"), false);

    private static int MaxPerNode(PolicyResource resource) =>
        resource.Clone?.NodeMax ?? resource.Bundle?.ReplicasPerHost ?? 1;

    private static void Interleave(
        PolicyRun run, PolicyResource dependent, PolicyResource primary, PolicyColocation colocation)
    {
        if (Compatible(run, dependent, primary, Role.Unknown) is { } partner)
        {
            ColocationScores.Apply(run, dependent, partner, colocation);
        }
        else if (colocation.Score >= Scores.Infinity)
        {
            Assignments.Set(dependent, null, force: true, stopIfFailed: true);
            if (run.Reasons is not null)
            {
                ColocationTexts.ExplainHosts(
                    run, dependent, primary, colocation, null, Scores.MinusInfinity, isNowhere: true);
            }
        }
    }

    /// <summary>The instance that is where a resource is; while that has no node, on the best of its nodes.</summary>
    private static PolicyResource? Compatible(
        PolicyRun run, PolicyResource match, PolicyResource collection, Role role)
    {
        if (Roles.NodeOf(match, isCurrent: false) is { } place)
        {
            // What runs in a bundle is where its container is.
            var host = NodeAttributes.IsBundled(match) && NodeAttributes.IsOfBundle(place)
                ? place.RemoteResource!.Launcher?.AssignedTo
                : place;
            return host is null ? null : OnNode(collection, host, role);
        }

        foreach (var node in NodeChoice.InOrder(run, match.Allowed, null))
        {
            if (OnNode(collection, node, role) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static PolicyResource? OnNode(PolicyResource collection, PolicyNode node, Role role)
    {
        foreach (var instance in Roles.Parts(collection))
        {
            if (Roles.NodeOf(instance, isCurrent: false) == node && !Places.IsBlocked(instance)
                && (role == Role.Unknown || Roles.Of(instance, isCurrent: false) == role))
            {
                return instance;
            }
        }

        return null;
    }

    private static void ApplyRoleToPlace(
        PolicyRun run, PolicyResource dependent, PolicyResource clone, PolicyColocation colocation)
    {
        var hosts = new List<(PolicyNode, int)>();
        foreach (var instance in clone.Children)
        {
            if (Roles.NodeOf(instance, isCurrent: false) is { } node
                && Roles.Of(instance, isCurrent: false) == colocation.PrimaryRole)
            {
                if (colocation.Score < Scores.Infinity)
                {
                    AddWhereSame(run, dependent, clone, node, colocation);
                }

                hosts.Add((node, ScoreOf(instance)));
            }
        }

        // Where both are promoted, the dependent's own place must not be narrowed: its promotion will be.
        if (colocation.Score >= Scores.Infinity
            && (colocation.DependentRole != Role.Promoted || colocation.PrimaryRole != Role.Promoted))
        {
            KeepTo(run, dependent, clone, colocation, hosts);
        }
    }

    // Of a group, its first member's.
    private static int ScoreOf(PolicyResource instance)
    {
        var placed = instance;
        while (placed.Children.Count > 0)
        {
            placed = placed.Children[0];
        }

        return placed.AssignedScore;
    }

    private static void AddWhereSame(
        PolicyRun run, PolicyResource dependent, PolicyResource primary, PolicyNode place, PolicyColocation colocation)
    {
        var wanted = NodeAttributes.ForColocation(place, colocation.NodeAttribute, primary);
        foreach (var node in run.Nodes)
        {
            if (dependent.Allowed.Has(node.Index) && ColocationScores.IsSame(
                NodeAttributes.ForColocation(node, colocation.NodeAttribute, dependent), wanted))
            {
                dependent.Allowed.Add(node.Index, colocation.Score);
                if (run.Reasons is not null)
                {
                    ColocationTexts.ExplainHosts(run, dependent, primary, colocation, node, colocation.Score, false);
                }
            }
        }
    }

    private static void ApplyRoleToPromotion(
        PolicyResource dependent, PolicyResource clone, PolicyColocation colocation)
    {
        if (colocation.DependentRole != Role.Promoted
            || ColocationScores.PromotableOf(ColocationScores.InsideOf(dependent)) is not { } instance)
        {
            return;
        }

        if (IsWithRole(dependent, clone, colocation))
        {
            instance.Priority = Scores.Add(instance.Priority, colocation.Score);
        }
        else if (colocation.Score >= Scores.Infinity)
        {
            instance.Priority = Scores.MinusInfinity;
        }
    }

    // Some instance of the primary has the role where the dependent is.
    private static bool IsWithRole(PolicyResource dependent, PolicyResource clone, PolicyColocation colocation)
    {
        if (Roles.NodeOf(dependent, isCurrent: false) is not { } place)
        {
            return false;
        }

        var value = NodeAttributes.ForColocation(place, colocation.NodeAttribute, dependent);
        foreach (var instance in clone.Children)
        {
            if (Roles.NodeOf(instance, isCurrent: false) is { } node && !Places.IsBlocked(instance)
                && Roles.Of(instance, isCurrent: false) == colocation.PrimaryRole
                && ColocationScores.IsSame(
                    NodeAttributes.ForColocation(node, colocation.NodeAttribute, clone), value))
            {
                return true;
            }
        }

        return false;
    }

    // Bans every node that none of these is, and adds the scores that they have.
    private static void KeepTo(
        PolicyRun run, PolicyResource dependent, PolicyResource primary, PolicyColocation colocation,
        List<(PolicyNode Node, int Score)> hosts)
    {
        var attribute = (run.Earlier & EarlierRules.ColocationByAttribute) == 0
            ? colocation.NodeAttribute
            : NodeAttributes.Name;
        foreach (var node in run.Nodes)
        {
            if (!dependent.Allowed.Has(node.Index))
            {
                continue;
            }

            var value = NodeAttributes.ForColocation(node, attribute, dependent);
            int? score = null;
            foreach (var host in hosts)
            {
                if (ColocationScores.IsSame(
                    NodeAttributes.ForColocation(host.Node, attribute, primary), value))
                {
                    score = host.Score;
                    break;
                }
            }

            dependent.Allowed.Add(node.Index, score ?? Scores.MinusInfinity);
            if (run.Reasons is not null && score is not 0)
            {
                ColocationTexts.ExplainHosts(
                    run, dependent, primary, colocation, node, score, hosts.Count == 0);
            }
        }
    }
}
