using Ha.InformationBase;
using Ha.Policy.Scheduling;

namespace Ha.Policy.Live;

/// <summary>The nodes of a running cluster as the run has them.</summary>
internal static class LiveNodes
{
    public static ValueList<NodePlan> Of(PolicyRun run) => run.Nodes
        .Where(node => !node.IsRemoteKind)
        .Select(node => NodeCauses.PlanOf(run, node) with
        {
            IsMaintenance = node.IsInMaintenance || run.Options.IsInMaintenance,
        })
        .ToValueList();
}
