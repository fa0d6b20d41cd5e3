using Ha.InformationBase;
using Ha.Policy.Rules;

namespace Ha.Policy.Scheduling;

/// <summary>What ids in constraints stand for: resources, tags, templates.</summary>
internal static class ConstraintTargets
{
    /// <summary>The resource that a constraint means: of an instance of an anonymous clone, the clone.</summary>
    public static PolicyResource? Find(PolicyRun run, string id)
    {
        if (run.Find(id) is { } exact)
        {
            return exact;
        }

        return run.FindByHistory(id) is { } instance && HasHistory(run, id) ? instance.Top() : null;
    }

    // What is copied has no resource of its own id. Only once the agents have spoken of it, constraints find it.
    private static bool HasHistory(PolicyRun run, string id)
    {
        foreach (var node in run.Cib.Status.Nodes)
        {
            foreach (var history in node.History)
            {
                if (history.ResourceId == id)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The ids that bear a tag or use a template; null when the id is neither.</summary>
    public static IReadOnlyList<string>? Expand(PolicyRun run, string id)
    {
        foreach (var tag in run.Cib.Configuration.Tags)
        {
            if (tag.Id == id)
            {
                return [.. tag.References];
            }
        }

        return run.TemplateUsers.GetValueOrDefault(id);
    }

    /// <summary>Members of a set, tags and templates taken apart; what does not exist is said and left out.</summary>
    public static List<PolicyResource> Members(PolicyRun run, ResourceSet set, string constraint)
    {
        var members = new List<PolicyResource>();
        foreach (var id in set.Members)
        {
            foreach (var each in Find(run, id) is not null ? [id] : Expand(run, id) ?? [id])
            {
                if (Find(run, each) is { } resource)
                {
                    members.Add(resource);
                }
                else
                {
                    run.Warnings.Add($"'{constraint}': there is no resource '{each}'");
                }
            }
        }

        return members;
    }

    /// <summary>Whether a constraint with these rules holds now.</summary>
    public static bool IsInEffect(PolicyRun run, ValueList<Rule> lifetime)
    {
        var outcome = RuleEvaluator.EvaluateAny(lifetime, new RuleInput { Now = run.Now });
        if (outcome.ChangesAt is { } at)
        {
            run.Recheck(at, "constraint lifetime");
        }

        return outcome.Holds;
    }
}
