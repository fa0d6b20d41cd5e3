using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Why instances of promotable clones are promoted, or are not.</summary>
internal static class PromotionCauses
{
    /// <summary>What a promotion is for.</summary>
    public static Why Up(PolicyResource resource)
    {
        var instance = ColocationScores.PromotableOf(resource) ?? resource;
        var score = Scores.Text(instance.PromotionPriority);
        return new Why(Cause.PromotionScore, $"it is to be promoted: its promotion score is {score}");
    }

    /// <summary>What a demotion is for.</summary>
    public static Why Down(PolicyRun run, PolicyResource resource) =>
        resource.NextRoleReason.StartsWith("no-quorum-policy=", StringComparison.Ordinal) ? ActionWaits.QuorumWhy(run)
        : Of(run, resource) is { Code.Length: > 0 } why ? why
        : new Why(Cause.PromotedMax, "another instance is promoted instead");

    /// <summary>Why an instance of a promotable clone is not promoted; an empty code where it is, or where enough are.
    /// </summary>
    public static Why Of(PolicyRun run, PolicyResource resource)
    {
        var instance = ColocationScores.PromotableOf(resource);
        if (instance is null || resource.NextRole == Role.Promoted || instance.Parent?.Clone is not { } clone)
        {
            return new Why(Cause.None, "");
        }

        if (ResourceSettings.TargetRole(resource) == Role.Unpromoted)
        {
            return new Why(
                Cause.TargetUnpromoted, "target-role is Unpromoted",
                SettingOrigins.OfMeta(run, resource, "target-role"));
        }

        // That others are promoted is as wanted.
        return clone.PromotedCount >= clone.PromotedMax ? new Why(Cause.None, "") : Unpromoted(run, instance);
    }

    private static Why Unpromoted(PolicyRun run, PolicyResource instance)
    {
        if (run.PromotionReasons?.Find(reason => reason.Score.IsBan && IsAbout(reason, instance)) is { } ban)
        {
            return new Why(ban.Code, ban.Text, ban.Origin);
        }

        var node = Roles.NodeOf(instance, isCurrent: false);
        var score = node is null ? null : PromotionScores.Of(run, instance, node);
        return score switch
        {
            null => new Why(
                Cause.NoPromotionScore, $"the agent has set no promotion score on {node?.Name ?? "any node"}"),
            < 0 => new Why(
                Cause.PromotionScoreNegative, $"its promotion score on {node!.Name} is {Scores.Text(score.Value)}"),
            _ => new Why(Cause.PromotedMax, "it cannot be promoted where it is"),
        };
    }

    private static bool IsAbout(Reason reason, PolicyResource instance)
    {
        var node = Roles.NodeOf(instance, isCurrent: false)?.Name;
        return (reason.ResourceId == instance.Id || reason.ResourceId == instance.Parent!.Id)
            && (reason.Node.Length == 0 || reason.Node == node);
    }
}
