namespace Ha.Policy.Scheduling;

/// <summary>Role and place of a resource as a whole.</summary>
internal static class Roles
{
    /// <summary>The role now, or the next one: of a collection, the highest of its parts.</summary>
    public static Role Of(PolicyResource resource, bool isCurrent)
    {
        if (resource.IsPrimitive)
        {
            return isCurrent ? resource.Role : resource.NextRole;
        }

        var highest = Role.Unknown;
        foreach (var child in Parts(resource))
        {
            var role = Of(child, isCurrent);
            highest = role > highest ? role : highest;
        }

        return highest;
    }

    /// <summary>Instances of a clone, containers of a bundle, members of a group.</summary>
    public static IEnumerable<PolicyResource> Parts(PolicyResource resource)
    {
        if (resource.Bundle is not { } bundle)
        {
            return resource.Children;
        }

        return bundle.Replicas.Where(replica => replica.Container is not null).Select(replica => replica.Container!);
    }

    /// <summary>The one node where it is, or will be; null when there are none or several.</summary>
    public static PolicyNode? NodeOf(PolicyResource resource, bool isCurrent)
    {
        PolicyNode? one = null;
        return Collect(resource, isCurrent, ref one) ? one : null;
    }

    private static bool Collect(PolicyResource resource, bool isCurrent, ref PolicyNode? one)
    {
        if (resource.IsPrimitive)
        {
            if (!isCurrent)
            {
                return resource.AssignedTo is null || Take(resource.AssignedTo, ref one);
            }

            foreach (var node in resource.ActiveOn)
            {
                if (!Take(node, ref one))
                {
                    return false;
                }
            }

            return true;
        }

        foreach (var child in Parts(resource))
        {
            if (!Collect(child, isCurrent, ref one))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Take(PolicyNode node, ref PolicyNode? one)
    {
        if (one is null || one == node)
        {
            one = node;
            return true;
        }

        return false;
    }
}
