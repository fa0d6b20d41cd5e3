using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>What shall be done, and why: a pure function of the information base and the time. Read this file first:
/// it is the table of contents of the room.</summary>
public static class PolicyEngine
{
    /// <summary>Plans.</summary>
    /// <param name="cib">All that is known and wanted.</param>
    /// <param name="now">Seconds since 1970, for failures that expire.</param>
    public static Plan Plan(Cib cib, long now)
    {
        var view = ViewStage.Read(cib, now);
        var fencing = FencingStage.Decide(view);
        var scores = ScoreStage.Compute(view);
        var colocations = Colocation.Of(view);
        var assignment = AssignmentStage.Assign(view, fencing, scores, colocations);
        var orders = Order.Of(view);
        var compared = ActionStage.Compare(view, fencing, assignment);
        var decisions = OrderingStage.Propagate(view, orders, assignment, compared);
        var draft = GraphStage.Build(view, fencing, orders, decisions);
        var graph = draft.Finish(GraphStage.RecheckAt(view));
        return new Plan
        {
            Graph = graph,
            Nodes = ReportStage.Nodes(view, fencing),
            Resources = ReportStage.Resources(view, fencing, scores, assignment, decisions, draft),
        };
    }
}
