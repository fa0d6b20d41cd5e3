using Ha.InformationBase;
using Ha.Policy.Rules;

namespace Ha.Policy.Scheduling;

/// <summary>Parameters of a resource, as an agent on a node gets them.</summary>
internal static class Parameters
{
    private const int AnyNode = -1;

    /// <summary>Instance attributes after rules and templates, with those of what the resource is part of. Kept: do not
    /// change what is returned.</summary>
    public static IReadOnlyDictionary<string, string> Of(PolicyRun run, PolicyResource resource, PolicyNode? node)
    {
        var key = node is not null && LooksAtNode(resource) ? node.Index : AnyNode;
        var cache = resource.ParameterCache ??= [];
        if (!cache.TryGetValue(key, out var values))
        {
            values = new SortedDictionary<string, string>(StringComparer.Ordinal);
            for (var owner = resource; owner is not null; owner = owner.Parent)
            {
                Add(run, values, owner, node);
            }

            cache.Add(key, values);
        }

        return values;
    }

    private static void Add(
        PolicyRun run, SortedDictionary<string, string> values, PolicyResource owner, PolicyNode? node)
    {
        var sets = owner.Source.Parameters;
        if (sets.IsEmpty)
        {
            return;
        }

        var input = new RuleInput
        {
            Now = run.Now,
            NodeAttribute = node is null ? null : node.Attribute,
            Agent = owner.Agent,
        };
        foreach (var (name, pair) in AttributeSets.Unpack(sets, input, out var changesAt))
        {
            if (pair.Value is { } value)
            {
                values.TryAdd(name, value);
            }

            if (changesAt is { } at)
            {
                run.Recheck(at, "instance attribute evaluation");
            }
        }
    }

    private static bool LooksAtNode(PolicyResource resource)
    {
        for (var owner = resource; owner is not null; owner = owner.Parent)
        {
            foreach (var set in owner.Source.Parameters)
            {
                if (set.Rule is { } rule && RuleEvaluator.LooksAtNode(rule))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
