using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Ordering constraints and their sets, as orderings between tasks of resources.</summary>
internal static class OrderConstraints
{
    private enum Kind
    {
        Mandatory,
        Optional,
        Serialize,
    }

    private enum Symmetry
    {
        Asymmetric,
        Symmetric,
        Inverse,
    }

    public static void Unpack(PolicyRun run)
    {
        foreach (var constraint in run.Cib.Configuration.Constraints)
        {
            if (constraint is OrderConstraint order && ConstraintTargets.IsInEffect(run, order.Lifetime))
            {
                Unpack(run, order);
            }
        }
    }

    private static void Unpack(PolicyRun run, OrderConstraint order)
    {
        var kind = KindOf(run, order.Id, order.Kind, order.Score);
        var symmetry = SymmetryOf(run, order.Id, kind, order.Symmetrical, Symmetry.Symmetric);
        if (!order.Sets.IsEmpty)
        {
            Sets(run, order, kind, symmetry, order.Sets);
            return;
        }

        if (order.First is null || order.Then is null)
        {
            run.Warnings.Add($"order '{order.Id}' is ignored: it needs a first and a then resource");
            return;
        }

        var firstAction = order.FirstAction ?? Tasks.Start;
        var thenAction = order.ThenAction ?? firstAction;
        var firsts = ConstraintTargets.Expand(run, order.First);
        var thens = ConstraintTargets.Expand(run, order.Then);
        if (firsts is not null || thens is not null)
        {
            // A tag or template stands for all that bear it, in no order among themselves.
            Sets(run, order, kind, symmetry,
            [
                Loose(order.First, firsts, firstAction), Loose(order.Then, thens, thenAction),
            ]);
            return;
        }

        Simple(run, order, kind, symmetry, firstAction, thenAction);
    }

    private static ResourceSet Loose(string id, IReadOnlyList<string>? members, string action) => new()
    {
        Id = id,
        Members = (members ?? [id]).ToValueList(),
        Sequential = members is null,
        Action = action,
    };

    private static void Simple(
        PolicyRun run, OrderConstraint order, Kind kind, Symmetry symmetry, string firstAction, string thenAction)
    {
        var first = ConstraintTargets.Find(run, order.First!);
        var then = ConstraintTargets.Find(run, order.Then!);
        if (first is null || then is null)
        {
            run.Warnings.Add(
                $"order '{order.Id}' is ignored: there is no resource '{(first is null ? order.First : order.Then)}'");
            return;
        }

        var minimum = 0;
        if (first.IsCollective && firstAction is Tasks.Start or Tasks.Promote)
        {
            minimum = first.Clone?.Min ?? 0;
            if (order.RequireAll == false && minimum == 0 && first.Clone is not null)
            {
                minimum = 1;
            }
        }

        var kinds = KindsOf(kind, firstAction, symmetry);
        if (minimum > 0)
        {
            AfterSome(run, order, first, firstAction, then, thenAction, kinds, minimum);
        }
        else
        {
            ActionTable.Order(run, first, firstAction, then, thenAction, kinds, order);
        }

        if (symmetry == Symmetry.Asymmetric)
        {
            return;
        }

        if (Opposite(firstAction) is { } undoFirst && Opposite(thenAction) is { } undoThen)
        {
            ActionTable.Order(
                run, then, undoThen, first, undoFirst, KindsOf(kind, undoFirst, Symmetry.Inverse), order);
        }
        else
        {
            run.Warnings.Add($"order '{order.Id}': what undoes '{firstAction}' then '{thenAction}' is not known");
        }
    }

    // The later one waits until enough instances of the first are there.
    private static void AfterSome(
        PolicyRun run, OrderConstraint order, PolicyResource first, string firstAction, PolicyResource then,
        string thenAction, OrderKind kinds, int minimum)
    {
        var enough = Enough(run, $"clone-one-or-more:{order.Id}", minimum);
        foreach (var instance in first.Children)
        {
            ActionTable.Order(
                run, instance, ActionTable.Key(instance.Id, firstAction, 0), null, null, null, enough,
                OrderKind.MinRunnable | OrderKind.FirstImpliesThenGraphed, order);
        }

        ActionTable.Order(
            run, null, null, enough, then, ActionTable.Key(then.Id, thenAction, 0), null,
            kinds | OrderKind.UnrunnableFirstBlocks, order);
    }

    private static PolicyAction Enough(PolicyRun run, string name, int minimum)
    {
        var action = ActionTable.GetPseudo(run, null, name, name, isOptional: true, isRunnable: true);
        action.RequiredRunnableBefore = minimum;
        action.NeedsMinRunnable = true;
        return action;
    }

    private static void Sets(
        PolicyRun run, OrderConstraint order, Kind kind, Symmetry symmetry, ValueList<ResourceSet> sets)
    {
        (ResourceSet Set, List<PolicyResource> Members)? last = null;
        foreach (var set in sets)
        {
            var members = ConstraintTargets.Members(run, set, order.Id);
            Within(run, order, kind, symmetry, set, members);
            if (last is { } before)
            {
                if (symmetry == Symmetry.Asymmetric)
                {
                    Between(run, order, kind, Symmetry.Asymmetric, before, (set, members));
                }
                else
                {
                    Between(run, order, kind, Symmetry.Symmetric, before, (set, members));
                    Between(run, order, kind, Symmetry.Inverse, (set, members), before);
                }
            }

            last = (set, members);
        }
    }

    private static void Within(
        PolicyRun run, OrderConstraint order, Kind parentKind, Symmetry parentSymmetry, ResourceSet set,
        List<PolicyResource> members)
    {
        var action = set.Action ?? Tasks.Start;
        var kind = set.Kind is null && set.Score is null ? parentKind : KindOf(run, set.Id, set.Kind, set.Score);
        var symmetry = kind == Kind.Serialize ? Symmetry.Asymmetric : parentSymmetry;
        var kinds = KindsOf(kind, action, symmetry);
        var isSequential = set.Sequential ?? true;
        if (members.Count < 2)
        {
            return;
        }

        for (var index = 0; index < members.Count; index++)
        {
            if (kind == Kind.Serialize)
            {
                for (var later = index + 1; later < members.Count; later++)
                {
                    ActionTable.Order(run, members[index], action, members[later], action, kinds, order);
                }
            }
            else if (isSequential && index > 0)
            {
                ActionTable.Order(run, members[index - 1], action, members[index], action, kinds, order);
            }
        }

        if (symmetry == Symmetry.Asymmetric || !isSequential || Opposite(action) is not { } undo)
        {
            return;
        }

        var undoKinds = KindsOf(kind, undo, Symmetry.Inverse);
        for (var index = 1; index < members.Count; index++)
        {
            ActionTable.Order(run, members[index], undo, members[index - 1], undo, undoKinds, order);
        }
    }

    private static void Between(
        PolicyRun run, OrderConstraint order, Kind kind, Symmetry symmetry,
        (ResourceSet Set, List<PolicyResource> Members) first, (ResourceSet Set, List<PolicyResource> Members) then)
    {
        var firstAction = first.Set.Action ?? Tasks.Start;
        var thenAction = then.Set.Action ?? Tasks.Start;
        if (symmetry == Symmetry.Inverse)
        {
            if (Opposite(firstAction) is not { } undoFirst || Opposite(thenAction) is not { } undoThen)
            {
                return;
            }

            (firstAction, thenAction) = (undoFirst, undoThen);
        }

        var isSomeEnough = first.Set.RequireAll == false || then.Set.RequireAll == false;
        if (symmetry == Symmetry.Inverse && isSomeEnough)
        {
            // Going down, some are as good as all: nobody goes because of another, but those who go keep the order.
            EachWithEach(run, order, first.Members, firstAction, then.Members, thenAction, OrderKind.Ordered);
            return;
        }

        var kinds = KindsOf(kind, firstAction, symmetry);
        if (first.Set.RequireAll == false)
        {
            OneOrMore(run, order, first, firstAction, then.Members, thenAction, kinds);
            return;
        }

        // Of a sequence only its end matters on this side.
        var isInverse = symmetry == Symmetry.Inverse;
        var firsts = Ends(first.Set, first.Members, isLast: !isInverse);
        var thens = Ends(then.Set, then.Members, isLast: isInverse);
        EachWithEach(run, order, firsts, firstAction, thens, thenAction, kinds);
    }

    private static void EachWithEach(
        PolicyRun run, OrderConstraint order, List<PolicyResource> firsts, string firstAction,
        List<PolicyResource> thens, string thenAction, OrderKind kinds)
    {
        foreach (var before in firsts)
        {
            foreach (var after in thens)
            {
                ActionTable.Order(run, before, firstAction, after, thenAction, kinds, order);
            }
        }
    }

    private static List<PolicyResource> Ends(ResourceSet set, List<PolicyResource> members, bool isLast) =>
        members.Count == 0 || !(set.Sequential ?? true) ? members : [isLast ? members[^1] : members[0]];

    private static void OneOrMore(
        PolicyRun run, OrderConstraint order, (ResourceSet Set, List<PolicyResource> Members) first,
        string firstAction, List<PolicyResource> thens, string thenAction, OrderKind kinds)
    {
        var enough = Enough(run, $"one-or-more:{first.Set.Id}", 0);
        foreach (var member in first.Members)
        {
            ActionTable.Order(
                run, member, ActionTable.Key(member.Id, firstAction, 0), null, null, null, enough,
                OrderKind.MinRunnable | OrderKind.FirstImpliesThenGraphed, order);
        }

        foreach (var member in thens)
        {
            ActionTable.Order(
                run, null, null, enough, member, ActionTable.Key(member.Id, thenAction, 0), null,
                kinds | OrderKind.UnrunnableFirstBlocks, order);
        }
    }

    private static OrderKind KindsOf(Kind kind, string firstAction, Symmetry symmetry) => (kind, symmetry) switch
    {
        (Kind.Optional, _) => OrderKind.Ordered,
        (Kind.Serialize, _) => OrderKind.Ordered | OrderKind.Serialize,
        (_, Symmetry.Asymmetric) => OrderKind.Ordered | OrderKind.Asymmetric,
        (_, Symmetry.Inverse) => OrderKind.Ordered | OrderKind.ThenImpliesFirst,
        _ when firstAction is Tasks.Start or Tasks.Promote =>
            OrderKind.Ordered | OrderKind.FirstImpliesThen | OrderKind.UnrunnableFirstBlocks,
        _ => OrderKind.Ordered | OrderKind.FirstImpliesThen,
    };

    private static Kind KindOf(PolicyRun run, string id, string? kind, string? score)
    {
        if (kind is null)
        {
            return score is null || Scores.Parse(score, 0) > 0 ? Kind.Mandatory : Kind.Optional;
        }

        if (Enum.TryParse<Kind>(kind, ignoreCase: true, out var known))
        {
            return known;
        }

        run.Warnings.Add($"Resetting 'kind' for constraint {id} to 'Mandatory' because '{kind}' is not valid");
        return Kind.Mandatory;
    }

    private static Symmetry SymmetryOf(PolicyRun run, string id, Kind kind, bool? written, Symmetry parent)
    {
        if (kind == Kind.Serialize)
        {
            if (written == true)
            {
                run.Warnings.Add($"order '{id}': 'symmetrical' has no meaning with kind=Serialize");
            }

            return Symmetry.Asymmetric;
        }

        return written switch { true => Symmetry.Symmetric, false => Symmetry.Asymmetric, null => parent };
    }

    /// <summary>What undoes a task; null where nothing does.</summary>
    private static string? Opposite(string task) => task switch
    {
        Tasks.Start => Tasks.Stop,
        Tasks.Stop => Tasks.Start,
        Tasks.Promote => Tasks.Demote,
        Tasks.Demote => Tasks.Promote,
        Tasks.Promoted => Tasks.Demoted,
        Tasks.Demoted => Tasks.Promoted,
        Tasks.Started => Tasks.Stopped,
        Tasks.Stopped => Tasks.Started,
        _ => null,
    };
}
