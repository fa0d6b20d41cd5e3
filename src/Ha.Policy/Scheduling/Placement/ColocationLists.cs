namespace Ha.Policy.Scheduling;

/// <summary>Which colocations bear on a resource: its own, and those that it has from what it is part of.</summary>
internal static class ColocationLists
{
    /// <summary>Adds a colocation to the run and to both of its resources, in the order in which they are looked at.
    /// </summary>
    public static void Register(PolicyRun run, PolicyColocation colocation)
    {
        // With itself everything is anyway: sets may name a resource twice.
        if (colocation.Dependent == colocation.Primary)
        {
            return;
        }

        run.Colocations.Add(colocation);
        Insert(colocation.Dependent.ThisWith, colocation, byPrimary: true);
        Insert(colocation.Primary.WithThis, colocation, byPrimary: false);
    }

    /// <summary>Colocations in which the resource is the dependent. The list must not be changed.</summary>
    public static List<PolicyColocation> ThisWith(PolicyResource resource) => Of(resource, byPrimary: true);

    /// <summary>Colocations in which the resource is the primary. The list must not be changed.</summary>
    public static List<PolicyColocation> WithThis(PolicyResource resource) => Of(resource, byPrimary: false);

    private static List<PolicyColocation> Of(PolicyResource resource, bool byPrimary)
    {
        // Most resources stand alone: their own list is all.
        if (resource.IsPrimitive && resource.Parent is null)
        {
            return byPrimary ? resource.ThisWith : resource.WithThis;
        }

        var list = new List<PolicyColocation>();
        Collect(list, resource, resource, byPrimary);
        return list;
    }

    /// <summary>Adds what a resource has to say about another one (itself, or a part of it).</summary>
    private static void Collect(
        List<PolicyColocation> list, PolicyResource resource, PolicyResource about, bool byPrimary)
    {
        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
                OfPrimitive(list, resource, about, byPrimary);
                break;
            case ResourceKind.Group:
                OfGroup(list, resource, about, byPrimary);
                break;
            case ResourceKind.Clone:
                InsertAll(list, resource, byPrimary, onlyExplicit: false);
                if (resource.Parent is { } parent)
                {
                    Collect(list, parent, about, byPrimary);
                }

                break;
            case ResourceKind.Bundle:
                if (resource == about || IsContainer(resource, about) || IsChoosingRoles(resource, about))
                {
                    InsertAll(list, resource, byPrimary, onlyExplicit: false);
                }

                break;
        }
    }

    private static void OfPrimitive(
        List<PolicyColocation> list, PolicyResource resource, PolicyResource about, bool byPrimary)
    {
        InsertAll(list, resource, byPrimary, onlyExplicit: resource != about);
        if (resource == about && resource.Parent is { } parent)
        {
            Collect(list, parent, about, byPrimary);
        }
    }

    // What is colocated with a group is with its last member; what the group is colocated with, its first member is
    // with. What is said of one member by a person bears on all of them.
    private static void OfGroup(
        List<PolicyColocation> list, PolicyResource group, PolicyResource about, bool byPrimary)
    {
        if (group.Children.Count == 0)
        {
            return;
        }

        var end = byPrimary ? group.Children[0] : group.Children[^1];
        if (about != group && about != end)
        {
            if (byPrimary && IsAfterUnmanaged(group, about))
            {
                foreach (var colocation in group.ThisWith)
                {
                    if (colocation.Score >= Scores.Infinity)
                    {
                        Insert(list, colocation, byPrimary);
                    }
                }
            }

            return;
        }

        InsertAll(list, group, byPrimary, onlyExplicit: false);
        if (group.Parent is { } parent)
        {
            Collect(list, parent, about, byPrimary);
        }

        foreach (var member in group.Children)
        {
            if (member != about)
            {
                Collect(list, member, about, byPrimary);
            }
        }
    }

    // Behind a member that stays where it is, whatever that means, the others must look for themselves.
    private static bool IsAfterUnmanaged(PolicyResource group, PolicyResource about)
    {
        foreach (var member in group.Children)
        {
            if (member == about)
            {
                return false;
            }

            if (!member.IsManaged)
            {
                return true;
            }
        }

        return false;
    }

    // What runs inside has no say in places, but in promotions: once that is decided, it has the bundle's colocations.
    private static bool IsChoosingRoles(PolicyResource bundle, PolicyResource about)
    {
        var child = bundle.Bundle!.Child;
        return child is { IsPromotable: true }
            && (about == child ? child.Clone!.IsPromotionSorted : about.Top() == child && about.IsAssigned);
    }

    private static bool IsContainer(PolicyResource bundle, PolicyResource resource)
    {
        foreach (var replica in bundle.Bundle!.Replicas)
        {
            if (replica.Container == resource)
            {
                return true;
            }
        }

        return false;
    }

    private static void InsertAll(
        List<PolicyColocation> list, PolicyResource resource, bool byPrimary, bool onlyExplicit)
    {
        foreach (var colocation in byPrimary ? resource.ThisWith : resource.WithThis)
        {
            if (!onlyExplicit || colocation.IsExplicit)
            {
                Insert(list, colocation, byPrimary);
            }
        }
    }

    // Equal ones stay as they were written.
    private static void Insert(List<PolicyColocation> list, PolicyColocation colocation, bool byPrimary)
    {
        var at = 0;
        while (at < list.Count && Compare(colocation, list[at], byPrimary) >= 0)
        {
            at++;
        }

        list.Insert(at, colocation);
    }

    private static int Compare(PolicyColocation one, PolicyColocation other, bool byPrimary)
    {
        var left = byPrimary ? one.Primary : one.Dependent;
        var right = byPrimary ? other.Primary : other.Dependent;
        var order = right.Priority.CompareTo(left.Priority);
        if (order == 0)
        {
            order = ((int)right.Kind).CompareTo((int)left.Kind);
        }

        if (order == 0 && left.Kind == ResourceKind.Clone)
        {
            order = right.IsPromotable.CompareTo(left.IsPromotable);
        }

        return order != 0 ? order : string.CompareOrdinal(left.Id, right.Id);
    }
}
