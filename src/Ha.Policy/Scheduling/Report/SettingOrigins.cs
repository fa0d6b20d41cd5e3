using Ha.InformationBase;
using Ha.Policy.Rules;

namespace Ha.Policy.Scheduling;

/// <summary>Where a setting was written that a reason speaks of. Nothing is looked up while nobody wants reasons.
/// </summary>
internal static class SettingOrigins
{
    /// <summary>A meta attribute: of the resource, of what it is part of, or a default.</summary>
    public static Origin OfMeta(PolicyRun run, PolicyResource resource, string name)
    {
        if (run.Reasons is null)
        {
            return Origin.None;
        }

        var input = new RuleInput { Now = run.Now, Agent = resource.Agent };
        for (var each = resource; each is not null; each = each.Parent)
        {
            if (Find(each.Source.Meta, input, name) is { } own)
            {
                return own;
            }
        }

        return Find(run.Cib.Configuration.ResourceDefaults, input, name) ?? Origin.None;
    }

    /// <summary>A cluster option, under its new name or its old one.</summary>
    public static Origin OfOption(PolicyRun run, string name, string? oldName = null)
    {
        if (run.Reasons is null)
        {
            return Origin.None;
        }

        var input = new RuleInput { Now = run.Now };
        var sets = run.Cib.Configuration.Properties;
        return Find(sets, input, name) ?? (oldName is null ? null : Find(sets, input, oldName)) ?? Origin.None;
    }

    /// <summary>What a resource needs of a node.</summary>
    public static Origin OfUtilization(PolicyResource resource) =>
        resource.Source.Utilization.IsEmpty ? Origin.None : resource.Source.Utilization[0].Origin;

    /// <summary>The first constraint that lets a resource be looked for on named nodes alone.</summary>
    public static Origin OfExclusive(PolicyRun run, PolicyResource resource)
    {
        for (var each = run.Reasons is null ? null : resource; each is not null; each = each.Parent)
        {
            foreach (var location in each.Locations)
            {
                if (location.Discovery == DiscoveryMode.Exclusive)
                {
                    return location.Origin;
                }
            }
        }

        return Origin.None;
    }

    private static Origin? Find(ValueList<AttributeSet> sets, in RuleInput input, string name)
    {
        if (sets.IsEmpty)
        {
            return null;
        }

        var found = AttributeSets.Unpack(sets, input, out _, AttributeSets.BootstrapId).GetValueOrDefault(name);
        return found.Name is null ? null : found.Origin;
    }
}
