using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>A dependent that goes where its primary is (or is not), between two primitives.</summary>
internal sealed record Colocation(int Dependent, int Primary, Score Score, string Code, string Text, Origin Origin)
{
    /// <summary>All colocations: those of constraints, and of groups (each member with the one before it).</summary>
    public static IReadOnlyList<Colocation> Of(ClusterView view)
    {
        var all = view.GroupLinks
            .Select(link => new Colocation(
                link.Later, link.Before, Score.Infinity, Cause.GroupPredecessor,
                $"goes where {view.Resources[link.Before].Id} is, which is before it in group "
                    + view.Resources[link.Later].GroupId,
                view.Resources[link.Later].Primitive.Origin))
            .ToList();
        foreach (var constraint in view.Cib.Configuration.Constraints.OfType<ColocationConstraint>())
        {
            if (constraint.Resource is null || constraint.WithResource is null
                || view.Span(constraint.Resource) is not { } dependent
                || view.Span(constraint.WithResource) is not { } primary)
            {
                continue;
            }

            var score = Settings.ScoreOf(constraint.Score, Score.Zero);
            if (score != Score.Zero)
            {
                all.Add(new Colocation(
                    dependent.First, primary.Last, score,
                    score < Score.Zero ? Cause.AntiColocation : Cause.ColocationWith,
                    $"{constraint.Resource} {(score < Score.Zero ? "away from" : "with")} {constraint.WithResource} "
                        + $"({constraint.Id})",
                    constraint.Origin));
            }
        }

        // What comes first matters where a wish is taken back: not the order in which somebody wrote them.
        return
        [
            .. all
                .OrderByDescending(item => view.Resources[item.Primary].Priority)
                .ThenBy(item => item.Dependent)
                .ThenBy(item => item.Primary)
                .ThenByDescending(item => item.Score)
                .ThenBy(item => item.Text, StringComparer.Ordinal),
        ];
    }
}
