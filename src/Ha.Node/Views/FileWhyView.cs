using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Node.Commands;
using Ha.Policy;

namespace Ha.Node.Views;

/// <summary>`ha why` on a file: what the scheduler decides for it, and why. A name is a node, a resource, an instance
/// or anything that has resources in it.</summary>
internal static class FileWhyView
{
    /// <summary>The view; null when there is nothing of this name.</summary>
    /// <param name="cib">What the file says.</param>
    /// <param name="report">What is decided for it.</param>
    /// <param name="name">Whom it is about.</param>
    /// <param name="on">Why (not) on this node; null for anywhere.</param>
    public static WhyReply? Of(Cib cib, PolicyReport report, string name, string? on)
    {
        var view = ViewOf(cib);
        if (report.Resources.FirstOrDefault(resource => resource.Id == name) is { } exact)
        {
            return OfOne(view, exact, on);
        }

        if (InstancesWhy.PartsOf(cib, [.. report.Resources], name) is { Count: > 0 } parts)
        {
            return parts.Count == 1
                ? OfOne(view, parts[0], on)
                : InstancesWhy.OfSeveral(view, name, parts, on, []) with { Next = [] };
        }

        return report.Nodes.FirstOrDefault(node => node.Name == name) is { } known ? OfNode(report, known) : null;
    }

    /// <summary>All names that can be asked for.</summary>
    public static IReadOnlyList<string> Names(Cib cib, PolicyReport report) =>
    [
        .. CibNames.AllResources(cib.Configuration).Select(element => element.Id)
            .Concat(report.Resources.Select(resource => resource.Id))
            .Concat(report.Nodes.Select(node => node.Name))
            .Distinct(StringComparer.Ordinal),
    ];

    // A file is as good as an active cluster: nothing of it is under way.
    private static ReplicaView ViewOf(Cib cib) => new("", cib, new EpochState.Active(1, [""], ""), 0, [""]);

    private static WhyReply OfOne(ReplicaView view, ResourcePlan resource, string? on) =>
        WhyView.OfResource(view, resource, on, []) with { Next = [] };

    private static WhyReply OfNode(PolicyReport report, NodePlan node)
    {
        var count = report.Resources.Count(resource => resource.ActiveOn.Contains(node.Name));
        return new WhyReply
        {
            Resource = node.Name,
            Answer = node.Code.Length == 0
                ? $"{node.Name} is online; {count} resources run there."
                : $"{node.Name}: {node.Code}: {node.Reason}.",
            Causes = node.Code.Length == 0 ? [] : [new CauseReply(node.Code, node.Name, node.Reason, "")],
            Scores = [],
            Steps = [.. report.Steps.Where(step => step.Node == node.Name).Select(StepView.Of)],
            History = [],
            Next = [],
        };
    }
}
