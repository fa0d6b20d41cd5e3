using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Scores that history gives to nodes.</summary>
internal static class Bans
{
    /// <summary>A resource, with all that is in it, may not use a node.</summary>
    /// <param name="run">The run.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="node">The node; null for all.</param>
    /// <param name="code">Cause code.</param>
    /// <param name="text">In words.</param>
    /// <param name="origin">What in the history says it.</param>
    public static void Add(
        PolicyRun run, PolicyResource resource, PolicyNode? node, string code, string text, Origin origin)
    {
        AddScore(run, resource, node, Scores.MinusInfinity);
        if (run.Reasons is null)
        {
            return;
        }

        foreach (var each in node is null ? run.Nodes : [node])
        {
            run.Explain(resource, each, code, Scores.MinusInfinity, text, origin);
        }
    }

    public static void AddScore(PolicyRun run, PolicyResource resource, PolicyNode? node, int score)
    {
        foreach (var each in PolicyRun.AllOf(resource))
        {
            if (node is not null)
            {
                Set(each, node, score);
                continue;
            }

            foreach (var other in run.Nodes)
            {
                Set(each, other, score);
            }
        }
    }

    private static void Set(PolicyResource resource, PolicyNode node, int score)
    {
        if (!resource.Allowed.Has(node.Index))
        {
            resource.Allowed.Set(node.Index, 0);
        }

        resource.Allowed.Add(node.Index, score);
    }
}
