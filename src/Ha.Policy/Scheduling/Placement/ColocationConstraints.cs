using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Colocation constraints and their sets, as pairs of a dependent and its primary.</summary>
internal static class ColocationConstraints
{
    public static void Unpack(PolicyRun run, ColocationConstraint colocation)
    {
        var score = Scores.Parse(colocation.Score, 0);
        if (!colocation.Sets.IsEmpty)
        {
            UnpackSets(run, colocation, colocation.Sets, score);
            return;
        }

        if (colocation.Resource is not { } dependentId || colocation.WithResource is not { } primaryId)
        {
            run.Warnings.Add($"colocation '{colocation.Id}' is ignored: it needs rsc and with-rsc");
            return;
        }

        var dependents = Expand(run, dependentId);
        var primaries = Expand(run, primaryId);
        if (dependents is not null || primaries is not null)
        {
            // A tag or template stands for all that bear it, in no order among themselves.
            UnpackSets(run, colocation,
            [
                Loose(dependentId, dependents, colocation.ResourceRole),
                Loose(primaryId, primaries, colocation.WithResourceRole),
            ], score);
            return;
        }

        var dependent = ConstraintTargets.Find(run, dependentId);
        var primary = ConstraintTargets.Find(run, primaryId);
        if (dependent is null || primary is null)
        {
            run.Warnings.Add($"colocation '{colocation.Id}' is ignored: there is no resource " +
                $"'{(dependent is null ? dependentId : primaryId)}'");
            return;
        }

        Add(run, colocation, colocation.Id, score, dependent, colocation.ResourceRole, primary,
            colocation.WithResourceRole);
    }

    private static IReadOnlyList<string>? Expand(PolicyRun run, string id) =>
        ConstraintTargets.Find(run, id) is not null ? null : ConstraintTargets.Expand(run, id);

    private static ResourceSet Loose(string id, IReadOnlyList<string>? members, string? role) => new()
    {
        Id = id,
        Members = (members ?? [id]).ToValueList(),
        Sequential = members is null,
        Role = role,
    };

    // Each set depends on the one that is written after it.
    private static void UnpackSets(
        PolicyRun run, ColocationConstraint colocation, ValueList<ResourceSet> sets, int score)
    {
        (ResourceSet Set, List<PolicyResource> Members)? last = null;
        foreach (var set in sets)
        {
            var members = ConstraintTargets.Members(run, set, colocation.Id);
            Inside(run, colocation, set, members, score);
            if (last is { } earlier)
            {
                Between(run, colocation, earlier, (set, members), score);
            }

            last = (set, members);
        }
    }

    private static void Inside(
        PolicyRun run, ColocationConstraint colocation, ResourceSet set, List<PolicyResource> members, int score)
    {
        if (set.Sequential == false)
        {
            return;
        }

        var own = set.Score is null ? score : Scores.Parse(set.Score, 0);
        if (own < 0)
        {
            // To keep all of them apart each must avoid every one before it.
            for (var index = 1; index < members.Count; index++)
            {
                for (var other = 0; other < index; other++)
                {
                    Add(run, colocation, set.Id, own, members[index], set.Role, members[other], set.Role);
                }
            }

            return;
        }

        var isListed = set.Ordering is not null && set.Ordering != "group";
        for (var index = 1; index < members.Count; index++)
        {
            var (dependent, primary) = isListed
                ? (members[index - 1], members[index])
                : (members[index], members[index - 1]);
            Add(run, colocation, set.Id, own, dependent, set.Role, primary, set.Role);
        }
    }

    // Of a sequential set only its end towards the other set counts: the rest follows.
    private static void Between(
        PolicyRun run, ColocationConstraint colocation, (ResourceSet Set, List<PolicyResource> Members) dependents,
        (ResourceSet Set, List<PolicyResource> Members) primaries, int score)
    {
        var first = dependents.Set.Sequential == false ? dependents.Members : dependents.Members.Take(1).ToList();
        var second = primaries.Set.Sequential == false ? primaries.Members : primaries.Members.TakeLast(1).ToList();
        foreach (var dependent in first)
        {
            foreach (var primary in second)
            {
                Add(run, colocation, colocation.Id, score, dependent, dependents.Set.Role, primary,
                    primaries.Set.Role);
            }
        }
    }

    private static void Add(
        PolicyRun run, ColocationConstraint source, string id, int score, PolicyResource dependent,
        string? dependentRole, PolicyResource primary, string? primaryRole)
    {
        if (score == 0 || dependent == primary)
        {
            return;
        }

        var colocation = new PolicyColocation
        {
            Id = id,
            Dependent = dependent,
            Primary = primary,
            DependentRole = Narrow(dependentRole),
            PrimaryRole = Narrow(primaryRole),
            Score = score,
            NodeAttribute = source.NodeAttribute ?? NodeAttributes.Name,
            HasInfluence = source.Influence ?? dependent.IsCritical,
            IsExplicit = true,
            Origin = source.Origin,
        };
        ColocationLists.Register(run, colocation);
        if (score <= Scores.MinusInfinity)
        {
            KeepApart(run, dependent, colocation.DependentRole, primary, colocation.PrimaryRole, source);
            KeepApart(run, primary, colocation.PrimaryRole, dependent, colocation.DependentRole, source);
        }
    }

    // Started is what everything is that is not more: it narrows nothing.
    private static Role Narrow(string? text) => ValueText.RoleOf(text) is var role && role == Role.Started
        ? Role.Unknown
        : role;

    // On one node the second may take its role only when the first has left its own.
    private static void KeepApart(
        PolicyRun run, PolicyResource first, Role firstRole, PolicyResource then, Role thenRole,
        Constraint source)
    {
        string[] firstTasks = firstRole switch
        {
            Role.Promoted => [Tasks.Demote],
            Role.Unpromoted => [Tasks.Stop, Tasks.Promote],
            _ => [Tasks.Stop],
        };
        string[] thenTasks = thenRole switch
        {
            Role.Promoted => [Tasks.Promote],
            Role.Unpromoted => [Tasks.Start, Tasks.Demote],
            _ => [Tasks.Start],
        };
        foreach (var firstTask in firstTasks)
        {
            foreach (var thenTask in thenTasks)
            {
                ActionTable.Order(run, first, firstTask, then, thenTask, OrderKind.IfRequiredOnSameNode, source);
            }
        }
    }
}
