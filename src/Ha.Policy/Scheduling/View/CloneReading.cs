using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Settings of clones. Source: Pacemaker Explained, "Clone options".</summary>
internal static class CloneReading
{
    // Instances of one clone: more than any cluster has nodes for is a slip of the pen.
    private const int Most = 1000;

    /// <param name="run">The run.</param>
    /// <param name="clone">The clone, with its meta attributes.</param>
    /// <param name="source">What is written.</param>
    /// <param name="nodeCount">Default of clone-max.</param>
    public static void ReadSettings(PolicyRun run, PolicyResource clone, Clone source, int nodeCount)
    {
        var meta = clone.Meta;
        var settings = clone.Clone!;
        settings.IsPromotable = source.IsLegacyPromotable
            || ValueText.Truth(meta.GetValueOrDefault("promotable"), false);
        if (settings.IsPromotable)
        {
            meta["promotable"] = "true";
            settings.PromotedMax = CountOf(meta, "promoted-max", "master-max", 1);
            settings.PromotedNodeMax = CountOf(meta, "promoted-node-max", "master-node-max", 1);
        }

        settings.Max = Math.Min(Most, CountOf(meta, "clone-max", null, Math.Max(1, nodeCount)));
        settings.NodeMax = CountOf(meta, "clone-node-max", null, 1);
        settings.Min = CountOf(meta, "clone-min", null, 0);
        settings.IsNotifying = ValueText.Truth(meta.GetValueOrDefault("notify"), false);
        settings.IsOrdered = ValueText.Truth(meta.GetValueOrDefault("ordered"), false);
        settings.IsInterleaved = ValueText.Truth(meta.GetValueOrDefault("interleave"), false);

        // Several instances on a node must be told apart; where somebody says they are not, one must do.
        settings.IsGloballyUnique = meta.TryGetValue("globally-unique", out var unique)
            ? ValueText.Truth(unique, false)
            : settings.NodeMax > 1;
        if (!settings.IsGloballyUnique && settings.NodeMax > 1)
        {
            run.Warnings.Add($"{clone.Id}: anonymous clones have one instance on a node; clone-node-max counts as 1");
            settings.NodeMax = 1;
        }

        meta["globally-unique"] = settings.IsGloballyUnique ? "true" : "false";

        // Instances are a little sticky, so that they are not shuffled for nothing.
        meta.TryAdd("resource-stickiness", "1");
    }

    private static int CountOf(Dictionary<string, string> meta, string name, string? oldName, int otherwise)
    {
        var text = meta.GetValueOrDefault(name) ?? (oldName is null ? null : meta.GetValueOrDefault(oldName));
        var count = Scores.Parse(text, otherwise);
        return count < 0 ? otherwise : count;
    }
}
