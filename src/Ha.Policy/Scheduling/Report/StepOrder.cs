using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>The graph as a list for people: real steps alone, each with its place in the order.</summary>
internal static class StepOrder
{
    public static ValueList<PlannedStep> Of(PolicyRun run, List<Synapse> synapses, SchedulerReport report)
    {
        var bySynapse = new Dictionary<PolicyAction, Synapse>(synapses.Count, ReferenceEqualityComparer.Instance);
        foreach (var synapse in synapses)
        {
            bySynapse[synapse.Action] = synapse;
        }

        var levels = new Dictionary<PolicyAction, int>(synapses.Count, ReferenceEqualityComparer.Instance);
        var steps = new List<PlannedStep>();
        foreach (var synapse in synapses)
        {
            if (IsShown(synapse.Action))
            {
                steps.Add(StepOf(synapse.Action, LevelOf(synapse.Action, bySynapse, levels), report));
            }
        }

        foreach (var action in run.Actions)
        {
            if (ResourceCauses.IsStuck(action))
            {
                steps.Add(StepOf(action, 0, report));
            }
        }

        return steps
            .OrderBy(step => step.Number == 0 ? int.MaxValue : step.Number)
            .ThenBy(step => step.IsFencing ? 0 : 1)
            .ThenBy(step => step.Node, StringComparer.Ordinal)
            .ThenBy(step => step.Resource, StringComparer.Ordinal)
            .ThenBy(step => step.Task, StringComparer.Ordinal)
            .ThenBy(step => step.Interval)
            .ToValueList();
    }

    private static bool IsShown(PolicyAction action) =>
        !action.IsPseudo && action.Node is not null && !action.Is(Tasks.Notify);

    // The longest way to it, over real steps; points that only stand for others add nothing. No recursion: chains may
    // be as long as a configuration makes them.
    private static int LevelOf(
        PolicyAction asked, Dictionary<PolicyAction, Synapse> synapses, Dictionary<PolicyAction, int> levels)
    {
        var open = new Stack<(PolicyAction Action, bool IsLeaving)>();
        open.Push((asked, false));
        while (open.TryPop(out var item))
        {
            var (action, isLeaving) = item;
            var inputs = synapses.TryGetValue(action, out var synapse) ? synapse.Inputs : [];
            if (!isLeaving)
            {
                // Zero while it is open: a way that leads back to it counts for nothing.
                if (!levels.TryAdd(action, 0))
                {
                    continue;
                }

                open.Push((action, true));
                foreach (var input in inputs)
                {
                    if (!levels.ContainsKey(input))
                    {
                        open.Push((input, false));
                    }
                }

                continue;
            }

            var before = 0;
            foreach (var input in inputs)
            {
                before = Math.Max(before, levels.GetValueOrDefault(input));
            }

            levels[action] = before + (IsShown(action) ? 1 : 0);
        }

        return levels[asked];
    }

    private static PlannedStep StepOf(PolicyAction action, int number, SchedulerReport report)
    {
        var why = report.WhyOf(action);
        var isFencing = action.Is(Tasks.Fence);
        return new PlannedStep
        {
            Number = number,
            Task = isFencing ? action.Meta?.GetValueOrDefault("stonith_action") ?? "reboot"
                : action.Is(Tasks.Cancel) ? $"cancel {action.CancelledTask}"
                : action.Task,
            Resource = action.Resource?.Id ?? "",
            Node = action.Node!.Name,
            Interval = TimeSpan.FromMilliseconds(action.IntervalMs),
            IsFencing = isFencing,
            Why = new WaitPlan(why.Code, why.Text, why.Origin),
            WaitsFor = report.WaitsOf(action)
                .Select(wait => new WaitPlan(wait.Code, wait.Text, wait.Origin)).ToValueList(),
        };
    }
}
