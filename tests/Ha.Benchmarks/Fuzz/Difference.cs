namespace Ha.Benchmarks.Fuzz;

/// <summary>What two schedulers say otherwise of one cluster.</summary>
/// <param name="Level">L2: the actions; L1: the status after the simulated run; error: one of them has no answer. The
/// lower one counts, since it mostly brings the other along.</param>
/// <param name="Kinds">What sorts of lines only one of them has: "+" for ours, "-" for theirs, then action and task.
/// </param>
/// <param name="Ours">Lines that only ours has.</param>
/// <param name="Theirs">Lines that only theirs has.</param>
internal sealed record Difference(string Level, SortedSet<string> Kinds, List<string> Ours, List<string> Theirs)
{
    private const int ShownLines = 4;

    public static Difference? Between(Answer ours, Answer theirs)
    {
        if (ours.Error.Length > 0 && ours.Actions.Count + ours.Revised.Count == 0)
        {
            return new Difference("error", ["+error"], [ours.Error], []);
        }

        return Of("L2", ours.Actions, theirs.Actions) ?? Of("L1", ours.Revised, theirs.Revised);
    }

    /// <summary>Whether this is a difference of the same sort as a larger one: it has nothing that the larger one
    /// lacks.</summary>
    public bool IsOfSort(Difference larger) => Level == larger.Level && Kinds.IsSubsetOf(larger.Kinds);

    public override string ToString() => $"{Level} {string.Join(' ', Kinds)} | ours: {Show(Ours)} theirs: {Show(Theirs)}";

    /// <summary>Every line.</summary>
    public string Whole() => $"{Level}\n"
        + string.Concat(Ours.Select(line => $"  + {line}\n")) + string.Concat(Theirs.Select(line => $"  - {line}\n"));

    private static Difference? Of(string level, List<string> ours, List<string> theirs)
    {
        var onlyOurs = Only(ours, theirs);
        var onlyTheirs = Only(theirs, ours);
        if (onlyOurs.Count + onlyTheirs.Count == 0)
        {
            return null;
        }

        var kinds = new SortedSet<string>(StringComparer.Ordinal);
        kinds.UnionWith(onlyOurs.Select(line => "+" + KindOf(level, line)));
        kinds.UnionWith(onlyTheirs.Select(line => "-" + KindOf(level, line)));
        return new Difference(level, kinds, onlyOurs, onlyTheirs);
    }

    // A line that one has twice and the other once differs, too.
    private static List<string> Only(List<string> one, List<string> other)
    {
        var left = other.GroupBy(line => line, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        var only = new List<string>();
        foreach (var line in one)
        {
            if (left.GetValueOrDefault(line) > 0)
            {
                left[line]--;
            }
            else
            {
                only.Add(line);
            }
        }

        return only;
    }

    // "rsc notify", "pseudo running": the words before the key; of a status line, what it is about.
    private static string KindOf(string level, string line)
    {
        if (level != "L2")
        {
            return line.Contains("(ocf:", StringComparison.Ordinal) || line.Contains("(stonith:", StringComparison.Ordinal)
                ? "resource"
                : line.Split(' ', ':', '(')[1];
        }

        var words = line.Split(' ');
        return words[1].StartsWith("one-or-more", StringComparison.Ordinal)
            || words[1].StartsWith("clone-one-or-more", StringComparison.Ordinal)
                ? words[0] + ":one-or-more"
                : words[0] + ":" + words[1];
    }

    private static string Show(List<string> lines) => "[" + string.Join("; ", lines.Take(ShownLines)) + "]";
}
