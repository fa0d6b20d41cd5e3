using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>An order between two primitives.</summary>
/// <param name="First">Goes first.</param>
/// <param name="Then">Goes later.</param>
/// <param name="FirstTask">What of the first.</param>
/// <param name="ThenTask">What of the later.</param>
/// <param name="IsMandatory">The later one needs the first to run.</param>
/// <param name="IsSymmetrical">The reverse holds for stopping.</param>
/// <param name="Text">Where it comes from.</param>
internal sealed record Order(
    int First, int Then, string FirstTask, string ThenTask, bool IsMandatory, bool IsSymmetrical, string Text)
{
    /// <summary>Those of groups, and of constraints.</summary>
    public static IReadOnlyList<Order> Of(ClusterView view)
    {
        var all = view.GroupLinks
            .Select(link => new Order(
                link.Before, link.Later, "start", "start", true, true, $"group {view.Resources[link.Later].GroupId}"))
            .ToList();
        foreach (var constraint in view.Cib.Configuration.Constraints.OfType<OrderConstraint>())
        {
            if (constraint.First is null || constraint.Then is null || view.Span(constraint.First) is not { } first
                || view.Span(constraint.Then) is not { } then)
            {
                continue;
            }

            var firstTask = constraint.FirstAction ?? "start";
            var thenTask = constraint.ThenAction ?? firstTask;
            var kind = constraint.Kind
                ?? (Settings.ScoreOf(constraint.Score, Score.Infinity) == Score.Zero ? "Optional" : "Mandatory");
            if (firstTask is not ("start" or "stop") || thenTask is not ("start" or "stop"))
            {
                continue;
            }

            // A group is started when its last member is, and stopped when its first is.
            all.Add(new Order(
                firstTask == "start" ? first.Last : first.First,
                thenTask == "start" ? then.First : then.Last,
                firstTask, thenTask,
                kind.Equals("Mandatory", StringComparison.OrdinalIgnoreCase),
                constraint.Symmetrical ?? !kind.Equals("Serialize", StringComparison.OrdinalIgnoreCase),
                constraint.Id));
        }

        return
        [
            .. all
                .OrderBy(order => order.First)
                .ThenBy(order => order.Then)
                .ThenBy(order => order.FirstTask, StringComparer.Ordinal)
                .ThenBy(order => order.ThenTask, StringComparer.Ordinal)
                .ThenByDescending(order => order.IsMandatory)
                .ThenBy(order => order.Text, StringComparer.Ordinal),
        ];
    }
}

/// <summary>Stage 6: what the stopping and starting of one resource means for those that are ordered after it, until
/// nothing changes any more.</summary>
internal static class OrderingStage
{
    public static ResourceDecision[] Propagate(
        ClusterView view, IReadOnlyList<Order> orders, Assignment assignment, ResourceDecision[] decisions)
    {
        var next = (ResourceDecision[])decisions.Clone();
        var limit = (next.Length * 2) + 2;
        var changed = true;
        while (changed && limit-- > 0)
        {
            changed = false;
            foreach (var order in orders.Where(order =>
                order is { IsMandatory: true, FirstTask: "start", ThenTask: "start" }))
            {
                changed |= Follow(view, order, assignment, next);
            }
        }

        return next;
    }

    private static bool Follow(ClusterView view, Order order, Assignment assignment, ResourceDecision[] decisions)
    {
        var first = decisions[order.First];
        var then = decisions[order.Then];
        if (then.IsBusy || then.IsBlocked || !view.Resources[order.Then].IsManaged)
        {
            return false;
        }

        var name = view.Resources[order.First].Id;
        var comes = first.StaysOn >= 0 && first.StopOn.Count == 0 || first.StartOn >= 0 || first.IsBusy;
        if (!comes)
        {
            // What comes first will not run: the later one must not either.
            var stop = then.StaysOn >= 0 && order.IsSymmetrical ? [then.StaysOn] : then.StopOn;
            var start = -1;
            if (stop.SequenceEqual(then.StopOn) && then.StartOn == start)
            {
                return false;
            }

            decisions[order.Then] = then with
            {
                StopOn = stop,
                StartOn = start,
                StaysOn = order.IsSymmetrical ? -1 : then.StaysOn,
                Code = Cause.PartnerCannotStart,
                Text = $"{name} comes first ({order.Text}) and does not run",
            };
            return true;
        }

        if (first.StopOn.Count > 0 && then.StaysOn >= 0 && then.StopOn.Count == 0 && order.IsSymmetrical)
        {
            decisions[order.Then] = then with
            {
                StopOn = [then.StaysOn],
                StartOn = assignment.Node[order.Then],
                StaysOn = -1,
                Code = Cause.WaitsFor,
                Text = $"{name} comes first ({order.Text}) and is restarted",
            };
            return true;
        }

        return false;
    }
}
