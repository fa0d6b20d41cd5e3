using System.Text.RegularExpressions;
using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>Stage 3: what each resource wants of each node, before others are looked at.</summary>
internal static class ScoreStage
{
    /// <summary>How long one pattern of a user may take.</summary>
    private static readonly TimeSpan s_patternTimeout = TimeSpan.FromMilliseconds(100);

    public static ScoreTable Compute(ClusterView view)
    {
        var table = new ScoreTable(view);
        if (!view.Settings.IsSymmetric)
        {
            AddOptIn(view, table);
        }

        foreach (var constraint in view.Cib.Configuration.Constraints.OfType<LocationConstraint>())
        {
            AddLocation(view, table, constraint);
        }

        foreach (var resource in view.Resources)
        {
            AddStickiness(view, table, resource);
            AddFailures(view, table, resource);
        }

        foreach (var move in view.Cib.Status.Moves)
        {
            AddMove(view, table, move);
        }

        return table;
    }

    private static void AddOptIn(ClusterView view, ScoreTable table)
    {
        foreach (var resource in view.Resources)
        {
            for (var node = 0; node < view.Nodes.Length; node++)
            {
                var name = view.Nodes[node].Name;
                var isNamed = view.Cib.Configuration.Constraints.OfType<LocationConstraint>().Any(constraint =>
                    constraint.Node == name && Matches(constraint, resource));
                if (!isNamed)
                {
                    table.Add(
                        resource.Index, node, Score.MinusInfinity, Cause.OptIn,
                        "symmetric-cluster is false, and no location constraint names this node", Origin.None);
                }
            }
        }
    }

    private static void AddLocation(ClusterView view, ScoreTable table, LocationConstraint constraint)
    {
        var node = constraint.Node is null ? -1 : view.NodeIndex(constraint.Node);
        if (node < 0 || constraint.Role is { } role && !role.Equals("Started", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var resource in view.Resources.Where(resource => Matches(constraint, resource)))
        {
            // Of a group the first member carries the wish; the others follow it.
            if (resource.GroupId.Length > 0 && constraint.Resource == resource.GroupId && !done.Add(resource.GroupId))
            {
                continue;
            }

            table.Add(
                resource.Index, node, Settings.ScoreOf(constraint.Score, Score.Zero), Cause.Location, constraint.Id,
                constraint.Origin);
        }
    }

    private static bool Matches(LocationConstraint constraint, ResourceFacts resource) => constraint switch
    {
        { Resource: { } id } => id == resource.Id || id == resource.GroupId,
        { ResourcePattern: { } pattern } => MatchesPattern(pattern, resource.Id),
        _ => constraint.Sets.Any(set => set.Members.Contains(resource.Id) || set.Members.Contains(resource.GroupId)),
    };

    private static bool MatchesPattern(string pattern, string id)
    {
        var negate = pattern.StartsWith('!');
        try
        {
            return negate != Regex.IsMatch(id, negate ? pattern[1..] : pattern, RegexOptions.NonBacktracking,
                s_patternTimeout);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static void AddStickiness(ClusterView view, ScoreTable table, ResourceFacts resource)
    {
        var active = Enumerable.Range(0, view.Nodes.Length).Where(node => resource.On[node].IsActive).ToList();
        if (resource.Stickiness != Score.Zero && active.Count == 1)
        {
            table.Add(
                resource.Index, active[0], resource.Stickiness, Cause.Stickiness, "resource-stickiness",
                Settings.Find(resource.Primitive.Meta, "resource-stickiness")?.Origin ?? Origin.None);
        }
    }

    private static void AddFailures(ClusterView view, ScoreTable table, ResourceFacts resource)
    {
        for (var node = 0; node < view.Nodes.Length; node++)
        {
            var on = resource.On[node];
            if (on.BanCode.Length > 0)
            {
                foreach (var banned in on.IsFatal ? Enumerable.Range(0, view.Nodes.Length) : [node])
                {
                    table.Add(resource.Index, banned, Score.MinusInfinity, on.BanCode, on.BanText, Origin.None);
                }
            }

            if (on.FailCount.Value >= resource.MigrationThreshold)
            {
                table.Add(resource.Index, node, Score.MinusInfinity, CodeOf(on), TextOf(on, resource), Origin.None);
            }

            if (on is { Failure: not null, OnFail: "stop", HasExpired: false })
            {
                for (var other = 0; other < view.Nodes.Length; other++)
                {
                    table.Add(
                        resource.Index, other, Score.MinusInfinity, Cause.OnFailStop,
                        $"its {on.Failure.Operation} failed on {view.Nodes[node].Name} and on-fail is stop",
                            Origin.None);
                }
            }
        }
    }

    private static string CodeOf(InstanceFacts on) => on switch
    {
        { LastFailure: { Operation: "start", Status: OperationStatus.Timeout }, FailCount.IsInfinity: true } =>
            Cause.OperationTimeout,
        { FailCount.IsInfinity: true } => Cause.StartFailed,
        _ => Cause.ThresholdReached,
    };

    private static string TextOf(InstanceFacts on, ResourceFacts resource)
    {
        var what = on.LastFailure is { } failure
            ? failure.Operation
                + (failure.Status == OperationStatus.Timeout ? " timed out" : $" failed with exit code {failure.ExitCode}")
                + (failure.ExitReason.Length > 0 ? $": {failure.ExitReason}" : "")
            : "it failed";
        var expiry = on.ExpiresAt is { } at
            ? $"; forgotten at {DateTimeOffset.FromUnixTimeSeconds(at):HH:mm:ss} UTC"
            : "; kept until ha cleanup";
        return on.FailCount.IsInfinity
            ? $"{what}{expiry}"
            : $"{what}; failure {on.FailCount} of {resource.MigrationThreshold}{expiry}";
    }

    private static void AddMove(ClusterView view, ScoreTable table, MoveRequest move)
    {
        if (view.Span(move.ResourceId) is not { } span)
        {
            return;
        }

        for (var node = 0; node < view.Nodes.Length; node++)
        {
            var name = view.Nodes[node].Name;
            if (move.ToNode == name)
            {
                table.Add(span.First, node, Score.Infinity, Cause.Move, $"a person moves it to {name}", Origin.None);
            }
            else if (move.ToNode is null && move.FromNodes.Contains(name))
            {
                table.Add(span.First, node, Score.MinusInfinity, Cause.Move,
                    $"a person moves it away from {name}", Origin.None);
            }
        }
    }
}

/// <summary>Scores of all resources on all nodes, and where each part comes from.</summary>
internal sealed class ScoreTable
{
    private readonly ClusterView _view;
    private readonly Score[][] _scores;
    private readonly List<Reason>[] _reasons;

    public ScoreTable(ClusterView view)
    {
        _view = view;
        _scores = [.. view.Resources.Select(_ => new Score[view.Nodes.Length])];
        _reasons = [.. view.Resources.Select(_ => new List<Reason>())];
    }

    /// <summary>A copy of one resource's reasons, in the order in which they came up.</summary>
    public List<Reason> Of(ResourceFacts resource) => [.. _reasons[resource.Index]];

    /// <summary>A copy of one resource's scores by node.</summary>
    public Score[] Of(int resource) => (Score[])_scores[resource].Clone();

    public void Add(int resource, int node, Score score, string code, string text, Origin origin)
    {
        _scores[resource][node] += score;
        Explain(resource, node, score, code, text, origin);
    }

    /// <summary>Keeps a reason whose score is already counted.</summary>
    public void Explain(int resource, int node, Score score, string code, string text, Origin origin) =>
        _reasons[resource].Add(
            new Reason(_view.Resources[resource].Id, _view.Nodes[node].Name, code, score, text, origin));

    /// <summary>Keeps a reason that is no score.</summary>
    public void Note(int resource, string node, string code, string text, Origin origin) =>
        _reasons[resource].Add(new Reason(_view.Resources[resource].Id, node, code, Score.Zero, text, origin));
}
