namespace Ha.Policy.Scheduling;

/// <summary>Scores as lines of text, in the form of Pacemaker's crm_simulate: its functions' names stand in front.
/// </summary>
internal static class ScoreLines
{
    /// <summary>The scores of a resource and of all parts of it.</summary>
    public static void Show(PolicyRun run, PolicyResource resource, string prefix)
    {
        if (run.ScoreLines is not { } lines || resource.IsRemoved)
        {
            return;
        }

        foreach (var node in run.Nodes)
        {
            if (resource.Allowed.Has(node.Index))
            {
                var score = Scores.Text(resource.Allowed[node.Index]);
                lines.Add($"{prefix}: {resource.Id} allocation score on {node.Name}: {score}");
            }
        }

        foreach (var child in resource.Children)
        {
            Show(run, child, prefix);
        }
    }

    /// <summary>How much an instance is wanted as a promoted one.</summary>
    public static void ShowPromotion(PolicyRun run, PolicyResource instance, PolicyNode? node)
    {
        var score = Scores.Text(instance.PromotionPriority);
        run.ScoreLines?.Add(node is null
            ? $"{instance.Id} promotion score (inactive): {score}"
            : $"{instance.Id} promotion score on {node.Name}: {score}");
    }
}
