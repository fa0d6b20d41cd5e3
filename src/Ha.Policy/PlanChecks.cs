using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>What holds for every plan, whatever the cluster: read off the plan alone.</summary>
public static class PlanChecks
{
    /// <summary>What is wrong with a plan, one sentence each; empty for a sound one.</summary>
    public static IReadOnlyList<string> Violations(Plan plan)
    {
        var actions = plan.Graph.Actions;
        var violations = new List<string>();
        for (var index = 0; index < actions.Count; index++)
        {
            var action = actions[index];
            if (action.Id != index)
            {
                violations.Add($"{action.Key}: its number is {action.Id} and its place {index}");
            }

            if (action.Inputs.Any(input => input < 0 || input >= actions.Count))
            {
                violations.Add($"{action.Key} on {action.Node} waits for an action that is not there");
                return violations;
            }
        }

        if (HasLoop(actions))
        {
            violations.Add("actions wait for each other");
            return violations;
        }

        var before = Closure(actions);
        CheckNodes(plan, violations);
        foreach (var start in actions.Where(action => action is { Kind: ActionKind.Operation, Task: "start" }))
        {
            CheckStart(plan, start, before, violations);
        }

        return violations;
    }

    private static void CheckNodes(Plan plan, List<string> violations)
    {
        var online = plan.Nodes.Where(node => node.IsOnline)
            .Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        violations.AddRange(plan.Graph.Actions
            .Where(action => action.Kind == ActionKind.Operation && !online.Contains(action.Node))
            .Select(action => $"{action.Key} is to run on {action.Node}, which is not online"));
        violations.AddRange(plan.Graph.Actions
            .Where(action => action.Kind == ActionKind.Operation && action.Task is "start" or "stop")
            .GroupBy(action => (action.ResourceId, action.Node, action.Task))
            .Where(same => same.Count() > 1)
            .Select(same => $"{same.Key.Task} of {same.Key.ResourceId} on {same.Key.Node} is planned twice"));
    }

    // Nothing is started beside itself: every place where it is, or may be, is stopped or fenced first.
    private static void CheckStart(Plan plan, GraphAction start, HashSet<int>[] before, List<string> violations)
    {
        var actions = plan.Graph.Actions;
        var colon = start.ResourceId.IndexOf(':', StringComparison.Ordinal);
        var id = colon < 0 ? start.ResourceId : start.ResourceId[..colon];
        var resource = plan.Resources.FirstOrDefault(item => item.Id == id);
        if (resource is null)
        {
            violations.Add($"{start.Key} starts what is not configured");
            return;
        }

        // A fencing device may be in use in two places; it must not wait for the fencing that it is needed for.
        foreach (var node in start.Agent?.Class == "stonith" || resource.IsCloned ? [] : resource.ActiveOn)
        {
            // The start that is under way there stands in the graph, so that others wait for it.
            var isCleared = (start.HoldCode == Cause.Running && node == start.Node) || before[start.Id].Any(id =>
                (actions[id] is { Kind: ActionKind.Operation, Task: "stop" }
                    && actions[id].ResourceId == start.ResourceId
                    && actions[id].Node == node)
                || (actions[id].Kind == ActionKind.Fence && actions[id].Node == node));
            if (!isCleared)
            {
                violations.Add($"{start.Key} on {start.Node} does not wait for {start.ResourceId} to end on {node}");
            }
        }

        if (!resource.IsCloned && actions.Any(action => action.Task == "start" && action.ResourceId == start.ResourceId
            && action.Id != start.Id))
        {
            violations.Add($"{start.ResourceId} is to be started twice");
        }
    }

    private static bool HasLoop(ValueList<GraphAction> actions)
    {
        var state = new byte[actions.Count];
        for (var root = 0; root < actions.Count; root++)
        {
            var path = new Stack<(int Action, int Next)>();
            path.Push((root, 0));
            while (state[root] != 2 && path.Count > 0)
            {
                var (action, next) = path.Pop();
                state[action] = 1;
                if (next == actions[action].Inputs.Count)
                {
                    state[action] = 2;
                    continue;
                }

                path.Push((action, next + 1));
                var input = actions[action].Inputs[next];
                if (state[input] == 1)
                {
                    return true;
                }

                if (state[input] == 0)
                {
                    path.Push((input, 0));
                }
            }
        }

        return false;
    }

    // By action: all that ends before it can begin.
    private static HashSet<int>[] Closure(ValueList<GraphAction> actions)
    {
        var before = new HashSet<int>[actions.Count];
        for (var root = 0; root < actions.Count; root++)
        {
            var all = new HashSet<int>();
            var open = new Stack<int>(actions[root].Inputs);
            while (actions[root].Task == "start" && open.TryPop(out var input))
            {
                if (all.Add(input))
                {
                    foreach (var next in actions[input].Inputs)
                    {
                        open.Push(next);
                    }
                }
            }

            before[root] = all;
        }

        return before;
    }
}
