using System.Globalization;
using Ha.InformationBase;
using Ha.Policy.Scheduling;

namespace Ha.Policy.Live;

/// <summary>The information base of a running cluster in the words of the scheduler: what our cluster knows better or
/// keeps in another way than Pacemaker's is said as Pacemaker would have it. Order is taken out, so that the same facts
/// give the same plan in whatever order they came in.</summary>
internal static class LiveInput
{
    /// <summary>How long a host whose engine lives may be without our program before it counts as lost: long enough
    /// for a restart, which stops nothing.</summary>
    public const int ProgramGraceSeconds = 20;

    private const string FailureRecord = "_last_failure_0";

    /// <summary>The same facts, for <see cref="Scheduler"/>.</summary>
    public static Cib Of(Cib cib, long now)
    {
        var isStartupFencing = IsStartupFencing(cib.Configuration);
        var nodes = new List<NodeState>(cib.Status.Nodes.Count);
        foreach (var state in cib.Status.Nodes)
        {
            if (NodeOf(state, isStartupFencing, now) is { } node)
            {
                nodes.Add(node);
            }
        }

        nodes.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return cib with
        {
            Configuration = cib.Configuration with { Constraints = ConstraintsOf(cib) },
            // Who plans here had quorum once: losing it is no state from which the cluster began.
            ImportedAttributes = cib.ImportedAttributes.SetItem("no-quorum-panic", "1"),
            Status = cib.Status with { Nodes = nodes.ToValueList(), HasQuorum = cib.Status.HasQuorum ?? false },
        };
    }

    /// <summary>At which second a host without a program counts as lost; null for a host that has one, or is gone.
    /// </summary>
    public static long? GraceEndsAt(NodeState state) =>
        state is { IsMember: true, IsProcessUp: not true, Expected: "member", ProcessSince: > 0 }
            ? state.ProcessSince + ProgramGraceSeconds
            : null;

    // The program of a member is gone, or it has not spoken yet: for a while it is on its way.
    private static NodeState? NodeOf(NodeState state, bool isStartupFencing, long now)
    {
        if (state is { Expected: null, IsMember: not true })
        {
            return isStartupFencing
                ? null
                : state with { IsMember = false, IsProcessUp = false, Join = "down", Expected = "down" };
        }

        var read = state with { History = HistoryOf(state) };
        return GraceEndsAt(state) is { } end && now < end
            ? read with { IsProcessUp = true, Join = "pending" }
            : read;
    }

    private static ValueList<ResourceHistory> HistoryOf(NodeState state)
    {
        var known = new List<ResourceHistory>(state.History.Count);
        foreach (var history in state.History)
        {
            var isForgotten = false;
            foreach (var entry in history.Entries)
            {
                isForgotten |= IsForgotten(state, history.ResourceId, entry);
            }

            known.Add(isForgotten
                ? history with
                {
                    Entries = history.Entries
                        .Where(entry => !IsForgotten(state, history.ResourceId, entry)).ToValueList(),
                }
                : history);
        }

        known.Sort((one, other) => string.CompareOrdinal(one.ResourceId, other.ResourceId));
        return known.ToValueList();
    }

    // The record of a failure counts as long as its fail count does.
    private static bool IsForgotten(NodeState state, string resourceId, HistoryEntry entry)
    {
        if (!entry.Id.EndsWith(FailureRecord, StringComparison.Ordinal))
        {
            return false;
        }

        var colon = resourceId.IndexOf(':', StringComparison.Ordinal);
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"fail-count-{(colon < 0 ? resourceId : resourceId[..colon])}#{entry.Operation}_{(long)entry.Interval.TotalMilliseconds}");
        foreach (var set in state.Attributes)
        {
            foreach (var pair in set.Values)
            {
                if (pair.Name == name)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static ValueList<Constraint> ConstraintsOf(Cib cib)
    {
        var constraints = new List<Constraint>(cib.Configuration.Constraints.Count);
        constraints.AddRange(cib.Configuration.Constraints);
        foreach (var move in cib.Status.Moves)
        {
            // Of what can be promoted the promoted role moves: the instances are where they can be anyway.
            var role = MovesByRole(cib.Configuration, move.ResourceId) ? "Promoted" : null;
            foreach (var (node, score) in move.ToNode is { } to
                ? [(to, "INFINITY")]
                : move.FromNodes.Select(node => (node, "-INFINITY")))
            {
                constraints.Add(new LocationConstraint
                {
                    Id = $"{LocationConstraints.MovePrefix}{move.ResourceId}-{node}",
                    Resource = move.ResourceId,
                    Node = node,
                    Score = score,
                    Role = role,
                });
            }
        }

        constraints.Sort((one, other) => string.CompareOrdinal(one.Id, other.Id));
        return constraints.ToValueList();
    }

    private static bool MovesByRole(Configuration configuration, string resource)
    {
        foreach (var clone in configuration.Resources.OfType<Clone>())
        {
            if (clone.Id == resource)
            {
                return clone.IsPromotable;
            }
        }

        return false;
    }

    private static bool IsStartupFencing(Configuration configuration) =>
        configuration.Property("startup-fencing") is not ("false" or "no" or "off" or "n" or "0");
}
