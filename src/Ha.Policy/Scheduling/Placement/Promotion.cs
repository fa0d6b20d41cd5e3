namespace Ha.Policy.Scheduling;

/// <summary>Which instances of a promotable clone are promoted, once all of them have their nodes.</summary>
internal static class Promotion
{
    public static void Decide(PolicyRun run, PolicyResource clone)
    {
        foreach (var node in run.Nodes)
        {
            if (clone.Allowed.Has(node.Index))
            {
                clone.Allowed.SetCount(node.Index, 0);
            }
        }

        foreach (var instance in clone.Children)
        {
            Weigh(run, clone, instance);
        }

        Sort(run, clone);
        var count = 0;
        foreach (var instance in clone.Children)
        {
            Decide(run, clone, instance, ref count);
        }

        clone.Clone!.PromotedCount = count;
    }

    // Promotion score, locations and colocations of the promoted role.
    private static void Weigh(PolicyRun run, PolicyResource clone, PolicyResource instance)
    {
        if (Roles.Of(instance, isCurrent: true) == Role.Started)
        {
            LowerCurrent(instance);
        }

        if (Roles.NodeOf(instance, isCurrent: false) is not { } chosen)
        {
            return;
        }

        var next = Roles.Of(instance, isCurrent: false);
        switch (next)
        {
            case Role.Started or Role.Unknown:
                // Without a score, something else must speak for the promotion: a location will do.
                instance.Priority = PromotionScores.Of(run, instance, chosen) ?? -1;
                break;
            case Role.Unpromoted or Role.Stopped:
                instance.Priority = Scores.MinusInfinity;
                break;
        }

        AddLocations(instance, instance.Locations, chosen);
        AddLocations(instance, clone.Locations, chosen);
        foreach (var colocation in ColocationLists.ThisWith(instance))
        {
            ColocationScores.Apply(run, instance, colocation.Primary, colocation);
        }

        instance.PromotionPriority = next == Role.Promoted ? Scores.Infinity : instance.Priority;
    }

    private static void LowerCurrent(PolicyResource resource)
    {
        if (resource.Role == Role.Started)
        {
            resource.Role = Role.Unpromoted;
        }

        foreach (var child in resource.Children)
        {
            LowerCurrent(child);
        }
    }

    private static void AddLocations(PolicyResource instance, List<PolicyLocation> locations, PolicyNode chosen)
    {
        foreach (var location in locations)
        {
            if (location.Role != Role.Promoted)
            {
                continue;
            }

            foreach (var (node, score) in location.Nodes)
            {
                if (node == chosen)
                {
                    instance.Priority = Scores.Add(instance.Priority, score);
                    break;
                }
            }
        }
    }

    // The clone's own table becomes that of the promoted role: with what the instances are worth, and what is colocated
    // with that role.
    private static void Sort(PolicyRun run, PolicyResource clone)
    {
        if (clone.Clone!.IsPromotionSorted)
        {
            return;
        }

        clone.Clone.IsPromotionSorted = true;
        clone.IsBeingMerged = true;
        foreach (var instance in clone.Children)
        {
            if (instance.PromotionPriority >= 0 && Roles.NodeOf(instance, isCurrent: false) is { } chosen)
            {
                clone.Allowed.Add(chosen.Index, instance.PromotionPriority);
            }
        }

        foreach (var colocation in ColocationLists.ThisWith(clone))
        {
            if (colocation.DependentRole == Role.Promoted && colocation.Score >= Scores.Infinity)
            {
                Merge(run, clone, colocation.Primary, colocation, default);
            }
        }

        foreach (var colocation in ColocationLists.WithThis(clone))
        {
            if (colocation.PrimaryRole == Role.Promoted && DependentScores.HasInfluence(colocation))
            {
                var merge = new ScoreMerge { MustBeUsable = true, OnlyPositive = true };
                Merge(run, clone, colocation.Dependent, colocation, merge);
            }
        }

        foreach (var ticket in clone.Tickets)
        {
            if (ticket.Role == Role.Promoted && !TicketConstraints.IsUsable(ticket))
            {
                Locations.BanEverywhere(run, clone);
                run.ExplainPromotion(
                    clone, null, Cause.TicketLost, Scores.MinusInfinity,
                    $"ticket {ticket.TicketName} is not here, and {ticket.Id} needs it for a promotion", ticket.Origin);
            }
        }

        foreach (var instance in clone.Children)
        {
            TakeNodeScore(clone, instance);
        }

        clone.IsBeingMerged = false;
        InstanceOrder.Sort(clone.Children, (one, other) => Compare(run, one, other));
    }

    private static void Merge(
        PolicyRun run, PolicyResource clone, PolicyResource source, PolicyColocation colocation, ScoreMerge merge) =>
        clone.Allowed = DependentScores.Merge(
            run, source, clone, clone.Allowed, colocation, DependentScores.FactorOf(colocation), merge);

    private static void TakeNodeScore(PolicyResource clone, PolicyResource instance)
    {
        if (!instance.IsManaged && instance.NextRole == Role.Promoted)
        {
            instance.PromotionPriority = Scores.Infinity;
        }
        else if (instance.PromotionPriority >= 0 && Roles.NodeOf(instance, isCurrent: false) is { } chosen
            && clone.Allowed.Has(chosen.Index))
        {
            instance.PromotionPriority = clone.Allowed[chosen.Index];
        }
    }

    private static int Compare(PolicyRun run, PolicyResource one, PolicyResource other)
    {
        var order = other.PromotionPriority.CompareTo(one.PromotionPriority);
        if (order == 0)
        {
            order = Roles.Of(other, isCurrent: true).CompareTo(Roles.Of(one, isCurrent: true));
        }

        return order != 0 ? order : InstanceOrder.Compare(run, one, other);
    }

    private static void Decide(PolicyRun run, PolicyResource clone, PolicyResource instance, ref int count)
    {
        ScoreLines.ShowPromotion(run, instance, Roles.NodeOf(instance, isCurrent: false));
        var node = instance.PromotionPriority >= 0 && (count < clone.Clone!.PromotedMax || !clone.IsManaged)
            ? NodeFor(clone, instance)
            : null;
        if (node is null)
        {
            KeepDown(instance);
            return;
        }

        if (instance.Role < Role.Promoted && !run.HasQuorum && run.Options.NoQuorum == QuorumPolicy.Freeze)
        {
            KeepDown(instance);
            return;
        }

        clone.Allowed.SetCount(node.Index, clone.Allowed.CountOn(node.Index) + 1);
        Promote(instance);
        count++;
    }

    // Where an instance can be promoted; null for nowhere.
    private static PolicyNode? NodeFor(PolicyResource clone, PolicyResource resource)
    {
        foreach (var child in resource.Children)
        {
            if (NodeFor(clone, child) is null)
            {
                return null;
            }
        }

        if (Roles.NodeOf(resource, isCurrent: false) is not { } node)
        {
            return null;
        }

        if (!resource.IsManaged)
        {
            if (Roles.Of(resource, isCurrent: true) != Role.Promoted)
            {
                return null;
            }
        }
        else if (resource.Priority < 0 || !Places.CanRun(node))
        {
            return null;
        }

        return !clone.Allowed.Has(node.Index)
            || (resource.IsManaged && clone.Allowed.CountOn(node.Index) >= clone.Clone!.PromotedNodeMax)
            ? null
            : node;
    }

    private static void KeepDown(PolicyResource resource)
    {
        if (resource.NextRole is Role.Started or Role.Unknown)
        {
            var isPlaced = Roles.NodeOf(resource, isCurrent: false) is not null;
            Assignments.SetNextRole(
                resource, isPlaced ? Role.Unpromoted : Role.Stopped, isPlaced ? "unpromoted instance" : "no node");
        }

        foreach (var child in resource.Children)
        {
            KeepDown(child);
        }
    }

    private static void Promote(PolicyResource resource)
    {
        if (resource.NextRole is Role.Unknown or Role.Started)
        {
            Assignments.SetNextRole(resource, Role.Promoted, "promoted instance");
        }

        foreach (var child in resource.Children)
        {
            Promote(child);
        }
    }
}
