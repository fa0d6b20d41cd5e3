using Ha.Hocon;

namespace Ha.InformationBase.Xml;

/// <summary>Orders that go in a circle: none of what is in it could start first. Pacemaker plans such a cluster all the
/// same, and its transition never ends; so do we, with a warning.</summary>
internal static class OrderLoopChecks
{
    private const int MaxShown = 12;

    // Begins the name of what stands between two sets: all of the one, then all of the other. No id begins so.
    private const char Between = '\0';

    // Without a constraint: two members of a group.
    private sealed record Step(string First, string Then, OrderConstraint? Constraint);

    /// <summary>Takes away what nothing stands before, again and again: what is left goes in a circle, or hangs on one.
    /// </summary>
    public static void Check(Configuration configuration, DiagnosticList diagnostics)
    {
        var steps = new List<Step>();
        var groups = GroupsOf(configuration);
        foreach (var constraint in configuration.Constraints)
        {
            if (constraint is OrderConstraint order && IsMandatory(order))
            {
                AddSteps(order, groups, steps);
            }
        }

        if (steps.Count > 0)
        {
            AddMembers(groups.Values, steps);
        }

        var before = steps.Select(step => step.First).Concat(steps.Select(step => step.Then))
            .Distinct(StringComparer.Ordinal).ToDictionary(name => name, _ => 0, StringComparer.Ordinal);
        var after = steps.ToLookup(step => step.First, StringComparer.Ordinal);
        steps.ForEach(step => before[step.Then]++);
        var ready = new Queue<string>(steps.Select(step => step.First).Where(name => before[name] == 0).Distinct());
        while (ready.TryDequeue(out var first))
        {
            foreach (var step in after[first].Where(step => --before[step.Then] == 0))
            {
                ready.Enqueue(step.Then);
            }
        }

        if (steps.Find(step => before[step.First] > 0 && before[step.Then] > 0) is { } inLoop)
        {
            Report(steps, inLoop, before, diagnostics);
        }
    }

    private static Dictionary<string, Group> GroupsOf(Configuration configuration)
    {
        var groups = new Dictionary<string, Group>(StringComparer.Ordinal);
        foreach (var resource in configuration.Resources)
        {
            var inner = resource is Clone clone ? clone.Child : resource;
            if (inner is Group { Members.IsEmpty: false } group)
            {
                groups.TryAdd(resource.Id, group);
                groups.TryAdd(group.Id, group);
            }
        }

        return groups;
    }

    // A group's members start one after the other.
    private static void AddMembers(IEnumerable<Group> groups, List<Step> steps)
    {
        foreach (var group in groups.Distinct())
        {
            for (var index = 1; index < group.Members.Count; index++)
            {
                steps.Add(new Step(group.Members[index - 1].Id, group.Members[index].Id, null));
            }
        }
    }

    private static void AddSteps(OrderConstraint order, Dictionary<string, Group> groups, List<Step> steps)
    {
        // A group begins with its first member and ends with its last.
        string Begin(string name) => groups.TryGetValue(name, out var group) ? group.Members[0].Id : name;
        string End(string name) => groups.TryGetValue(name, out var group) ? group.Members[^1].Id : name;
        if (order is { First: { } first, Then: { } then } && IsStart(order.FirstAction) && IsStart(order.ThenAction))
        {
            steps.Add(new Step(End(first), Begin(then), order));
        }

        for (var number = 0; number < order.Sets.Count; number++)
        {
            var set = order.Sets[number];
            if (!IsStart(set.Action) || !IsMandatory(set.Kind))
            {
                continue;
            }

            for (var index = 1; index < set.Members.Count && set.Sequential is not false; index++)
            {
                steps.Add(new Step(End(set.Members[index - 1]), Begin(set.Members[index]), order));
            }

            foreach (var member in set.Members)
            {
                steps.Add(new Step(End(member), $"{Between}{order.Id}{number}", order));
                if (number > 0)
                {
                    steps.Add(new Step($"{Between}{order.Id}{number - 1}", Begin(member), order));
                }
            }
        }
    }

    // Backwards from any that is left, one comes to the circle, and then around it.
    private static void Report(
        List<Step> steps, Step start, Dictionary<string, int> before, DiagnosticList diagnostics)
    {
        var into = steps.Where(step => before[step.First] > 0 && before[step.Then] > 0)
            .ToLookup(step => step.Then, StringComparer.Ordinal);
        var way = new List<Step>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var at = start.Then;
        while (seen.TryAdd(at, way.Count))
        {
            way.Add(into[at].First());
            at = way[^1].First;
        }

        var loop = way[seen[at]..];
        loop.Reverse();
        if (loop.FindLast(step => step.Constraint is not null) is not { Constraint: { Origin: var origin } })
        {
            // A group with one member twice: that is said already.
            return;
        }

        var names = loop.Select(step => step.First).Append(loop[0].First)
            .Where(name => !name.StartsWith(Between)).ToList();
        if (loop[0].First.StartsWith(Between))
        {
            names.Add(names[0]);
        }

        var shown = names.Count <= MaxShown ? names : [.. names[..MaxShown], "..."];
        diagnostics.Warning("HA4064", new Position(origin.File ?? "", origin.Line, origin.Column),
            $"these orders are a loop: {string.Join(" -> ", shown)}; none of them can start first",
            "remove one of them, or make it kind=\"Optional\"");
    }

    private static bool IsStart(string? action) => action is null or "start";

    private static bool IsMandatory(OrderConstraint order) =>
        IsMandatory(order.Kind) && order.Score is not "0";

    private static bool IsMandatory(string? kind) =>
        kind is null || kind.Equals("Mandatory", StringComparison.OrdinalIgnoreCase)
        || kind.Equals("Serialize", StringComparison.OrdinalIgnoreCase);
}
