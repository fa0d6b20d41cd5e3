namespace Ha.Policy.Scheduling;

/// <summary>What a node's health is worth to every resource. Source: Pacemaker Explained, "Tracking Node Health".
/// </summary>
internal static class NodeHealth
{
    private const string Prefix = "#health";

    public static void Apply(PolicyRun run)
    {
        var strategy = run.Options.HealthStrategy.ToLowerInvariant();
        if (strategy is not ("migrate-on-red" or "only-green" or "progressive" or "custom"))
        {
            return;
        }

        foreach (var node in run.Nodes)
        {
            var score = Of(run, node, strategy);
            node.HealthScore = score;
            if (score == 0)
            {
                continue;
            }

            foreach (var resource in run.Resources)
            {
                if (score > 0 || !resource.IsHealthIgnored)
                {
                    Locations.Add(
                        run, resource, node, score, strategy, Cause.NodeUnhealthy,
                        run.Reasons is null ? "" : $"the node's health, by node-health-strategy {strategy}",
                        SettingOrigins.OfOption(run, "node-health-strategy"));
                }
            }
        }
    }

    private static int Of(PolicyRun run, PolicyNode node, string strategy)
    {
        // The scores of colours can be set for two strategies, a base for one.
        var hasScores = strategy is "progressive" or "custom";
        var sum = strategy == "progressive" ? run.Options.HealthBase : 0;
        foreach (var (name, value) in node.Attributes)
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                sum = Scores.Add(sum, Of(run, value, strategy, hasScores));
            }
        }

        return sum;
    }

    private static int Of(PolicyRun run, string value, string strategy, bool hasScores) =>
        value.ToLowerInvariant() switch
        {
            "red" => hasScores ? run.Options.HealthRed : Scores.MinusInfinity,
            "yellow" when hasScores => run.Options.HealthYellow,
            "yellow" => strategy == "only-green" ? Scores.MinusInfinity : 0,
            "green" => hasScores ? run.Options.HealthGreen : 0,
            var text => Scores.Parse(text, 0),
        };
}
