namespace Ha.Policy.Scheduling;

/// <summary>Promotion scores that agents keep as node attributes. Source: Pacemaker Administration, "Clone resource
/// agents".</summary>
internal static class PromotionScores
{
    private const string Prefix = "master-";

    /// <summary>Makes nodes with a promotion score worth more to the instances of a clone.</summary>
    public static void Add(PolicyRun run, PolicyResource clone)
    {
        if (clone.Clone!.HasPromotionScores)
        {
            return;
        }

        clone.Clone.HasPromotionScores = true;
        foreach (var instance in clone.Children)
        {
            foreach (var node in run.Nodes)
            {
                if (!instance.Allowed.Has(node.Index) || !Places.CanRun(node))
                {
                    continue;
                }

                var score = Of(run, instance, node) ?? 0;
                if (score > 0)
                {
                    instance.Allowed.Add(node.Index, score);
                    run.Explain(instance, node, Cause.PromotionScore, score, "the agent's promotion score", default);
                }

                instance.Priority = Math.Max(instance.Priority, score);
            }
        }
    }

    // In a running cluster a new program knows no scores yet. What it found promoted stays so until its agent has had
    // the time to speak: a restart of the program moves nothing.
    private static bool IsBeingTold(PolicyRun run, PolicyResource instance, PolicyNode node)
    {
        if (!run.IsLive || instance.Role != Role.Promoted || !instance.ActiveOn.Contains(node)
            || node.State is not { ProcessSince: > 0 and var since })
        {
            return false;
        }

        var end = since + Live.LiveInput.ProgramGraceSeconds;
        run.Recheck(end, "a new program's promotion scores");
        return run.Now < end;
    }

    /// <summary>The promotion score of an instance on a node, of a group the sum over its members; null where there is
    /// none.</summary>
    public static int? Of(PolicyRun run, PolicyResource instance, PolicyNode node)
    {
        if (instance.Children.Count > 0)
        {
            int? sum = null;
            foreach (var child in instance.Children)
            {
                if (Of(run, child, node) is { } score)
                {
                    sum = (sum ?? 0) + score;
                }
            }

            return sum;
        }

        if (!Applies(run, instance, node))
        {
            return null;
        }

        var ofHost = NodeAttributes.IsHostAsked(instance);
        var name = instance.HistoryId == instance.Source.Id ? instance.Id : instance.HistoryId;
        var text = NodeAttributes.Of(node, Prefix + name, ofHost, isAssigned: true);
        if (text is null && !instance.IsGloballyUnique)
        {
            text = NodeAttributes.Of(node, Prefix + Bare(instance.Id), ofHost, isAssigned: true);
        }

        return text is not null ? Scores.Parse(text, 0)
            : IsBeingTold(run, instance, node) ? Scores.Infinity
            : null;
    }

    // An anonymous instance stands for its clone on the node where it is, or where the clone was looked for; before
    // anything was looked for, scores count everywhere.
    private static bool Applies(PolicyRun run, PolicyResource instance, PolicyNode node)
    {
        if (!instance.Allowed.Has(node.Index) || instance.Allowed[node.Index] < 0)
        {
            return false;
        }

        if (!instance.IsGloballyUnique)
        {
            var top = instance.Top();
            var name = Bare(instance.Id);
            var active = ActiveOn(top, name, node);
            if (active == instance || (active is null && IsKnown(top, name, node)))
            {
                return true;
            }
        }

        return (instance.ActiveOn.Count == 0 && !IsKnownAnywhere(run, instance))
            || instance.KnownOn?.Has(node) == true || instance.ActiveOn.Contains(node);
    }

    private static PolicyResource? ActiveOn(PolicyResource resource, string name, PolicyNode node)
    {
        if (resource.IsPrimitive)
        {
            return resource.ActiveOn.Contains(node) && Bare(resource.Id) == name ? resource : null;
        }

        foreach (var child in resource.Children)
        {
            if (ActiveOn(child, name, node) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static bool IsKnown(PolicyResource resource, string name, PolicyNode node)
    {
        if (resource.IsPrimitive)
        {
            return resource.KnownOn?.Has(node) == true && Bare(resource.Id) == name;
        }

        foreach (var child in resource.Children)
        {
            if (IsKnown(child, name, node))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsKnownAnywhere(PolicyRun run, PolicyResource resource)
    {
        foreach (var node in run.Nodes)
        {
            if (resource.KnownOn?.Has(node) == true)
            {
                return true;
            }
        }

        return false;
    }

    private static string Bare(string id)
    {
        var at = id.LastIndexOf(':');
        if (at <= 0)
        {
            return id;
        }

        for (var index = at + 1; index < id.Length; index++)
        {
            if (!char.IsAsciiDigit(id[index]))
            {
                return id;
            }
        }

        return id[..at];
    }
}
