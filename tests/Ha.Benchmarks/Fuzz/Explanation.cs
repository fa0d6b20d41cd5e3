using System.Xml.Linq;
using Ha.Policy.Scheduling;

namespace Ha.Benchmarks.Fuzz;

/// <summary>Differences whose cause is known, each recognised by a test that fails for any other: rows of
/// docs/differences.md.</summary>
internal static class Explanation
{
    private const string DeadActions = "theirs waits for what is not in its graph";
    private const string Cancelled = "a cancelled monitor stays in the simulated history";

    private static readonly EarlierRules s_all =
        Enum.GetValues<EarlierRules>().Aggregate((one, other) => one | other);

    /// <summary>Why two answers differ; null where that is not known.</summary>
    public static string? Of(XDocument cib, Answer ours, Answer theirs)
    {
        if (IsSame(ours, theirs) is { } reason)
        {
            return reason;
        }

        // One rule alone, then two, then all: the fewest that make the difference go.
        var single = Enum.GetValues<EarlierRules>().Where(rule => rule != EarlierRules.None).ToList();
        var pairs = single.SelectMany((one, at) => single.Skip(at + 1).Select(other => one | other));
        foreach (var rules in single.Concat(pairs).Append(s_all))
        {
            if (IsSame(Ours.Ask(cib, rules), theirs) is { } more)
            {
                return $"2.1.5: {rules}{(more.Length > 0 ? " and " + more : "")}";
            }
        }

        return null;
    }

    // Empty for the same answer, otherwise what makes it the same; null for another answer.
    private static string? IsSame(Answer ours, Answer theirs)
    {
        var reasons = new SortedSet<string>(StringComparer.Ordinal);
        var difference = Difference.Between(ours, theirs);
        if (difference is { Level: "L2" } && difference.Ours.Count == 0
            && difference.Theirs.All(theirs.Dead.Contains))
        {
            // Ours lacks some of what never happens, and nothing else.
            reasons.Add(DeadActions);
            difference = Difference.Between(ours, theirs with { Actions = ours.Actions });
        }

        if (difference is not { Level: "L1" })
        {
            return difference is null ? string.Join(" and ", reasons) : null;
        }

        // crm_simulate records a cancellation as an operation of its own and keeps the monitor that it ended.
        var cancelled = IdsOf(theirs.Actions.Where(action => action.Split(' ')[1] == "cancel"));
        var dead = IdsOf(theirs.Dead);
        foreach (var line in difference.Ours.Concat(difference.Theirs))
        {
            var word = line.Split(' ', '\t', ':') is ["*", var first, ..] ? first : "";
            if (dead.Contains(word) || (dead.Count > 0 && word is "Started" or "Stopped" or "Promoted" or "Unpromoted"))
            {
                reasons.Add(DeadActions);
            }
            else if (cancelled.Contains(word))
            {
                reasons.Add(Cancelled);
            }
            else
            {
                return null;
            }
        }

        return string.Join(" and ", reasons);
    }

    // Resources that real actions are about.
    private static HashSet<string> IdsOf(IEnumerable<string> actions) => actions
        .Where(action => action.StartsWith("rsc ", StringComparison.Ordinal))
        .Select(action => action.Split(' ')[2].Split('_', ':')[0])
        .ToHashSet(StringComparer.Ordinal);
}
