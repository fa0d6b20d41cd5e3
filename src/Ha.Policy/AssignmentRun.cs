using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>One run of the assignment: what is chosen so far, and what that means for the rest.</summary>
internal sealed class AssignmentRun(
    ClusterView view, FencingDecision[] fencing, ScoreTable table, IReadOnlyList<Colocation> colocations)
{
    private const int NotYet = -2;
    private const int Nowhere = -1;

    private readonly bool[] _visiting = new bool[view.Resources.Length];
    private readonly int[] _counts = new int[view.Nodes.Length];

    public int[] Node { get; } = [.. Enumerable.Repeat(NotYet, view.Resources.Length)];

    public Score[][] Scores { get; } = [.. view.Resources.Select(resource => table.Of(resource.Index))];

    public void Assign(int index)
    {
        if (Node[index] != NotYet || _visiting[index])
        {
            return;
        }

        _visiting[index] = true;
        var resource = view.Resources[index];
        foreach (var colocation in colocations
            .Where(item => item.Dependent == index)
            .OrderByDescending(item => item.Score.IsBan || item.Score.IsInfinity))
        {
            Assign(colocation.Primary);
            FollowPrimary(resource, colocation);
        }

        foreach (var colocation in colocations.Where(item => item.Primary == index && item.Score > Score.Zero))
        {
            HearDependent(index, colocation, []);
        }

        _visiting[index] = false;
        Choose(resource);
    }

    private void FollowPrimary(ResourceFacts resource, Colocation colocation)
    {
        var primary = Node[colocation.Primary];
        if (primary == NotYet)
        {
            return;
        }

        var before = (Score[])Scores[resource.Index].Clone();
        for (var node = 0; node < view.Nodes.Length; node++)
        {
            var score = (primary == node, colocation.Score) switch
            {
                (true, { IsInfinity: false } part) => part,
                (false, { IsInfinity: true }) => Score.MinusInfinity,
                _ => Score.Zero,
            };
            if (score == Score.Zero)
            {
                continue;
            }

            Scores[resource.Index][node] += score;
            table.Explain(
                resource.Index, node, score, colocation.Code,
                primary == Nowhere
                    ? $"{colocation.Text}, and {view.Resources[colocation.Primary].Id} is nowhere"
                    : $"{colocation.Text}, which is on {view.Nodes[primary].Name}",
                colocation.Origin);
        }

        var isWish = !colocation.Score.IsInfinity && !colocation.Score.IsBan;
        if (isWish && !HasPlace(resource.Index) && HasPlace(before))
        {
            Scores[resource.Index] = before;
        }
    }

    // What a dependent wants counts for its primary, scaled by how much it wants to be with it.
    private void HearDependent(int primary, Colocation colocation, HashSet<int> heard)
    {
        if (!heard.Add(colocation.Dependent) || !view.Resources[colocation.Dependent].IsWanted
            || !view.Resources[colocation.Dependent].IsManaged)
        {
            return;
        }

        var before = (Score[])Scores[primary].Clone();
        var wishes = Scores[colocation.Dependent];
        for (var node = 0; node < view.Nodes.Length; node++)
        {
            Scores[primary][node] += Scale(wishes[node], colocation.Score);
        }

        if (!HasPlace(primary))
        {
            Scores[primary] = before;
            return;
        }

        foreach (var next in colocations.Where(item =>
            item.Primary == colocation.Dependent && item.Score > Score.Zero))
        {
            HearDependent(primary, next with { Score = Scale(next.Score, colocation.Score) }, heard);
        }
    }

    private static Score Scale(Score wish, Score by)
    {
        var product = (long)wish.Value * by.Value;
        var scaled = (long)Math.Round(product / (double)Score.InfinityValue, MidpointRounding.AwayFromZero);
        return Score.Of(scaled == 0 && product != 0 ? Math.Sign(product) : scaled);
    }

    private bool HasPlace(int resource) => HasPlace(Scores[resource]);

    private bool HasPlace(Score[] scores)
    {
        for (var node = 0; node < scores.Length; node++)
        {
            if (scores[node] >= Score.Zero && IsAvailable(node))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsAvailable(int node) => view.Nodes[node].IsAvailable && !fencing[node].IsUnclean;

    private void Choose(ResourceFacts resource)
    {
        // On a node that is fenced now nothing is left, not even what nobody may touch.
        var current = -1;
        for (var place = view.Nodes.Length - 1; place >= 0; place--)
        {
            current = resource.On[place].IsActive && !fencing[place].IsFenced ? place : current;
        }

        var node = !resource.IsManaged || (current >= 0 && view.Nodes[current].IsMaintenance) ? current
            : !resource.IsWanted || view.Settings.IsStopAll ? Nowhere
            : NoQuorum(resource, current) ?? Best(resource, current);
        Node[resource.Index] = node;
        if (node >= 0)
        {
            _counts[node]++;
        }
    }

    private int? NoQuorum(ResourceFacts resource, int current)
    {
        if (view.Settings.HasQuorum || !resource.NeedsQuorum)
        {
            return null;
        }

        var (node, code, text) = view.Settings.NoQuorumPolicy switch
        {
            "ignore" => (NotYet, "", ""),
            "freeze" => (current, Cause.NoQuorumFreeze, "no quorum: nothing new is started, what runs goes on"),
            "demote" => (Nowhere, Cause.NoQuorumDemote, "no quorum: no-quorum-policy is demote"),
            var policy => (Nowhere, Cause.NoQuorumStop, $"no quorum: no-quorum-policy is {policy}"),
        };
        if (node == NotYet)
        {
            return null;
        }

        table.Note(resource.Index, "", code, text, Origin.None);
        return node;
    }

    private int Best(ResourceFacts resource, int current)
    {
        var scores = Scores[resource.Index];
        var best = Enumerable.Range(0, view.Nodes.Length)
            .Where(node => IsAvailable(node) && scores[node] >= Score.Zero)
            .OrderByDescending(node => scores[node])
            .ThenBy(node => scores[node] > Score.Zero && node == current ? 0 : 1)
            .ThenBy(node => _counts[node])
            .ThenBy(node => node == current ? 0 : 1)
            .ThenBy(node => view.Nodes[node].Name, StringComparer.Ordinal)
            .ToList();
        if (best.Count == 0)
        {
            return Nowhere;
        }

        if (best.Count > 1 && scores[best[0]] == scores[best[1]])
        {
            table.Note(
                resource.Index, view.Nodes[best[0]].Name, Cause.TieBroken,
                "equal scores: fewer resources, then where it is, then by name", Origin.None);
        }

        return best[0];
    }
}
