using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Puts scores for nodes into the tables of a resource and of what it is made of.</summary>
internal static class Locations
{
    /// <summary>A score on one node that nobody wrote, to be applied with the constraints.</summary>
    public static void Add(
        PolicyRun run, PolicyResource resource, PolicyNode node, int score, string id, string code, string text,
        Origin origin = default)
    {
        var location = new PolicyLocation { Id = id, Resource = resource, Code = code };
        location.Nodes.Add((node, score));
        run.Locations.Add(location);
        resource.Locations.Add(location);
        run.Explain(resource, node, code, score, text, origin);
    }

    /// <summary>A score that counts at once, for a resource and all parts of it.</summary>
    public static void ApplyNow(
        PolicyRun run, PolicyResource resource, PolicyNode node, int score, string code, string text,
        Origin origin = default)
    {
        run.Explain(resource, node, code, score, text, origin);
        AddTo(resource, node, score);
    }

    /// <summary>Bans every node, at once.</summary>
    public static void BanEverywhere(
        PolicyRun run, PolicyResource resource, string code, string text, Origin origin = default)
    {
        run.Explain(resource, null, code, Scores.MinusInfinity, text, origin);
        BanEverywhere(run, resource);
    }

    /// <summary>The same without a word: for what is explained elsewhere.</summary>
    public static void BanEverywhere(PolicyRun run, PolicyResource resource)
    {
        foreach (var node in run.Nodes)
        {
            AddTo(resource, node, Scores.MinusInfinity);
        }
    }

    private static void AddTo(PolicyResource resource, PolicyNode node, int score)
    {
        foreach (var child in resource.Children)
        {
            AddTo(child, node, score);
        }

        var table = resource.Allowed;
        if (table.Has(node.Index))
        {
            table.Add(node.Index, score);
        }
        else
        {
            table.Set(node.Index, score);
        }
    }

    /// <summary>Applies a constraint to a resource and to what it is made of.</summary>
    public static void Apply(PolicyLocation location, PolicyResource resource)
    {
        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
                ApplyOwn(location, resource, withScores: true);
                break;
            case ResourceKind.Group:
                ApplyToGroup(location, resource);
                break;
            case ResourceKind.Clone:
                ApplyOwn(location, resource, withScores: true);
                foreach (var instance in resource.Children)
                {
                    Apply(location, instance);
                }

                break;
            case ResourceKind.Bundle:
                ApplyToBundle(location, resource);
                break;
        }
    }

    // Members follow the first one by colocation, so only that one gets the scores; the rest get the nodes.
    private static void ApplyToGroup(PolicyLocation location, PolicyResource group)
    {
        var isColocated = ValueText.Truth(group.Meta.GetValueOrDefault("collocated"), true);
        ApplyOwn(location, group, withScores: true);
        for (var index = 0; index < group.Children.Count; index++)
        {
            ApplyOwn(location, group.Children[index], withScores: index == 0 || !isColocated);
        }
    }

    private static void ApplyToBundle(PolicyLocation location, PolicyResource resource)
    {
        ApplyOwn(location, resource, withScores: true);
        var bundle = resource.Bundle!;
        foreach (var replica in bundle.Replicas)
        {
            if (replica.Container is { } container)
            {
                Apply(location, container);
            }

            if (replica.Ip is { } ip)
            {
                Apply(location, ip);
            }
        }

        // What is said of a role is said of what runs inside.
        if (bundle.Child is { } child && location.Role is Role.Promoted or Role.Unpromoted)
        {
            Apply(location, child);
            child.Locations.Add(location);
        }
    }

    private static void ApplyOwn(PolicyLocation location, PolicyResource resource, bool withScores)
    {
        if (location.Role != Role.Unknown && location.Role != resource.NextRole)
        {
            return;
        }

        var table = resource.Allowed;
        foreach (var (node, score) in location.Nodes)
        {
            var given = withScores ? score : 0;
            if (table.Has(node.Index))
            {
                table.Add(node.Index, given);
            }
            else
            {
                table.Set(node.Index, given);
            }

            if (location.Discovery > table.Discovery(node.Index))
            {
                table.SetDiscovery(node.Index, location.Discovery);
            }

            if (location.Discovery == DiscoveryMode.Exclusive)
            {
                resource.HasExclusiveDiscovery = true;
            }
        }
    }
}
