namespace Ha.Policy.Scheduling;

/// <summary>What nodes offer and resources need. Source: Pacemaker Explained, "Utilization and Placement Strategy".
/// </summary>
internal static class Capacities
{
    public static void Take(PolicyNode node, PolicyResource resource) => Change(node.Utilization, resource, -1);

    public static void GiveBack(PolicyNode node, PolicyResource resource) => Change(node.Utilization, resource, 1);

    /// <summary>Negative when the first node has more of more things left.</summary>
    public static int Compare(PolicyNode one, PolicyNode other)
    {
        var result = 0;
        foreach (var (name, amount) in one.Utilization ?? [])
        {
            result -= Math.Sign(amount.CompareTo(Left(other, name)));
        }

        foreach (var (name, amount) in other.Utilization ?? [])
        {
            if (one.Utilization is null || !one.Utilization.ContainsKey(name))
            {
                result += Math.Sign(amount.CompareTo(0));
            }
        }

        return result;
    }

    /// <summary>Bans nodes that have no room for a resource and all that must be with it; where no node has that, nodes
    /// that have no room for the resource alone.</summary>
    /// <returns>The node with the most room, where none has room for all.</returns>
    public static PolicyNode? BanWhereTooSmall(PolicyRun run, PolicyResource resource)
    {
        if (run.Options.Placement == "default")
        {
            return null;
        }

        var together = new List<PolicyResource>();
        Gather(resource, resource, together);
        if (!together.Contains(resource))
        {
            together.Add(resource);
        }

        var needs = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var each in together)
        {
            if (!each.IsAssigned)
            {
                AddNeeds(each, together, needs);
            }
        }

        PolicyNode? freest = null;
        var hasRoom = false;
        foreach (var node in run.Nodes)
        {
            if (Places.CanRun(resource.Allowed, node))
            {
                hasRoom |= Fits(node, needs);
                freest = freest is null || Compare(node, freest) < 0 ? node : freest;
            }
        }

        foreach (var node in run.Nodes)
        {
            if (Places.CanRun(resource.Allowed, node) && !Fits(node, hasRoom ? needs : resource.Utilization))
            {
                Locations.ApplyNow(
                    run, resource, node, Scores.MinusInfinity, Cause.UtilizationLacking,
                    run.Reasons is null ? "" : LackText(node, resource, hasRoom ? needs : resource.Utilization),
                    SettingOrigins.OfUtilization(resource));
            }
        }

        return hasRoom ? null : freest;
    }

    private static int Left(PolicyNode node, string name) => node.Utilization?.GetValueOrDefault(name) ?? 0;

    private static bool Fits(PolicyNode node, Dictionary<string, int>? needs)
    {
        foreach (var (name, amount) in needs ?? [])
        {
            if (amount > Left(node, name))
            {
                return false;
            }
        }

        return true;
    }

    private static string LackText(PolicyNode node, PolicyResource resource, Dictionary<string, int>? needs)
    {
        foreach (var (name, amount) in needs ?? [])
        {
            var left = Left(node, name);
            if (amount > left)
            {
                var who = resource.Utilization?.GetValueOrDefault(name) == amount ? "it" : "it and what goes with it";
                return $"{who} needs {name} {amount}, and {left} is left there".Replace(
                    "with it needs", "with it need", StringComparison.Ordinal);
            }
        }

        return "the node has no room for it";
    }

    private static void Change(Dictionary<string, int>? left, PolicyResource resource, int sign)
    {
        if (left is null || resource.Utilization is null)
        {
            return;
        }

        foreach (var (name, amount) in resource.Utilization)
        {
            if (left.TryGetValue(name, out var before))
            {
                left[name] = before + (sign * amount);
            }
        }
    }

    /// <summary>Adds a resource and all that must be on the same node.</summary>
    private static void Gather(PolicyResource resource, PolicyResource origin, List<PolicyResource> together)
    {
        if (together.Contains(resource))
        {
            return;
        }

        if (resource.Kind == ResourceKind.Group && (Assigner.IsColocated(resource) || resource.Parent is not null))
        {
            together.Add(resource);
            foreach (var member in resource.Children)
            {
                Gather(member, origin, together);
            }

            return;
        }

        together.Add(resource);
        foreach (var colocation in ColocationLists.ThisWith(resource))
        {
            if (colocation.Primary != origin && colocation.Score >= Scores.Infinity
                && ColocationScores.Bears(resource, colocation.Primary, colocation, isPreview: true)
                    == ColocationEffect.Place)
            {
                Gather(colocation.Primary, origin, together);
            }
        }

        foreach (var colocation in ColocationLists.WithThis(resource))
        {
            if (colocation.Dependent != origin && colocation.Score >= Scores.Infinity
                && (!resource.IsCollective || colocation.Dependent.IsCollective)
                && ColocationScores.Bears(colocation.Dependent, resource, colocation, isPreview: true)
                    == ColocationEffect.Place)
            {
                Gather(colocation.Dependent, origin, together);
            }
        }
    }

    private static void AddNeeds(
        PolicyResource resource, List<PolicyResource> together, Dictionary<string, int> needs)
    {
        if (resource.IsAssigned)
        {
            return;
        }

        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
                foreach (var (name, amount) in resource.Utilization ?? [])
                {
                    needs[name] = needs.GetValueOrDefault(name) + amount;
                }

                break;
            case ResourceKind.Group:
                var isWhole = Assigner.IsColocated(resource) || resource.Parent is not null;
                foreach (var member in isWhole ? resource.Children : resource.Children.Take(1))
                {
                    if (!member.IsAssigned && !together.Contains(member))
                    {
                        AddNeeds(member, together, needs);
                    }
                }

                break;
            case ResourceKind.Clone:
                // One instance stands for the others, unless one is in the list already.
                if (resource.Children.Count > 0 && !resource.Children.Exists(child =>
                    together.Contains(child) || child.Children.Exists(together.Contains)))
                {
                    AddNeeds(resource.Children[0], together, needs);
                }

                break;
            case ResourceKind.Bundle:
                if (resource.Bundle!.Replicas is [{ Container: { } container }, ..])
                {
                    AddNeeds(container, together, needs);
                }

                break;
        }
    }
}
