using Ha.InformationBase;
using Ha.Policy.Scheduling;

namespace Ha.Policy.Live;

/// <summary>The primitives of a running cluster as the run has them: instances of a clone stand together under the id
/// of their element.</summary>
internal static class LiveResources
{
    /// <summary>All primitives, as the configuration has them; then those that left it.</summary>
    /// <param name="run">The finished run.</param>
    /// <param name="holds">What must not begin yet.</param>
    /// <param name="report">Causes and parts of scores; null where nobody wants them.</param>
    public static ValueList<ResourcePlan> Of(PolicyRun run, LiveHolds holds, SchedulerReport? report)
    {
        var instances = new Dictionary<string, List<PolicyResource>>(StringComparer.Ordinal);
        foreach (var resource in run.All().Where(resource => resource.IsPrimitive))
        {
            if (!instances.TryGetValue(resource.Source.Id, out var list))
            {
                instances.Add(resource.Source.Id, list = []);
            }

            list.Add(resource);
        }

        var order = new List<string>();
        foreach (var resource in run.Cib.Configuration.Resources)
        {
            Visit(resource, order);
        }

        return order.Concat(instances.Keys.Except(order).Order(StringComparer.Ordinal))
            .Where(instances.ContainsKey)
            .Select(id => Of(run, holds, report, id, instances[id]))
            .ToValueList();
    }

    private static void Visit(Resource resource, List<string> order)
    {
        switch (resource)
        {
            case Group group:
                foreach (var member in group.Members)
                {
                    order.Add(member.Id);
                }

                break;
            case Clone clone:
                Visit(clone.Child, order);
                break;
            case Bundle { Child: { } child }:
                Visit(child, order);
                break;
            case Primitive:
                order.Add(resource.Id);
                break;
        }
    }

    private static ResourcePlan Of(
        PolicyRun run, LiveHolds holds, SchedulerReport? report, string id, List<PolicyResource> instances)
    {
        var isCloned = instances[0].Id != id;
        var parts = report is null
            ? []
            : instances.OrderBy(instance => instance.Id.Length).ThenBy(instance => instance.Id, StringComparer.Ordinal)
                .Select(report.Of).ToList();
        var whole = !isCloned && parts.Count == 1 ? parts[0] : Whole(id, parts);
        var targets = Names(run, node => instances.Exists(instance => instance.AssignedTo == node));
        return whole with
        {
            IsCloned = isCloned,
            ActiveOn = Names(run, node => instances.Exists(instance => instance.ActiveOn.Contains(node))),
            PromotedOn = Names(run, node => instances.Exists(instance =>
                instance.Role == Role.Promoted && instance.ActiveOn.Contains(node))),
            FailedOn = Names(run, node => instances.Exists(instance =>
                instance.HasFailed && instance.ActiveOn.Contains(node))),
            AssignedTo = targets.IsEmpty ? null : targets[0],
            Targets = targets,
            IsManaged = instances.TrueForAll(instance => instance.IsManaged || instance.IsBlocked),
            IsBlocked = instances.Exists(instance => instance.IsBlocked),
            IsWanted = !run.Options.IsStopAll
                && instances.Exists(instance => !instance.IsRemoved && !ResourceSettings.IsDisabled(instance)),
            InFlight = InFlight(run, holds, instances),
        };
    }

    // Of several instances the first that does not run as wanted speaks for all.
    private static ResourcePlan Whole(string id, List<ResourcePlan> parts)
    {
        var first = parts.Find(part => part.Code.Length > 0 && part.IsWanted) ?? parts.FirstOrDefault();
        return first is null
            ? new ResourcePlan { Id = id }
            : first with { Id = id, Role = "", NextRole = "", Instances = parts.ToValueList() };
    }

    private static string InFlight(PolicyRun run, LiveHolds holds, List<PolicyResource> instances)
    {
        foreach (var node in run.Nodes)
        {
            foreach (var instance in instances)
            {
                if (holds.UnderWay(instance.HistoryId, node.Name) is { } entry)
                {
                    return $"{entry.Operation} on {node.Name}";
                }
            }
        }

        return "";
    }

    private static ValueList<string> Names(PolicyRun run, Func<PolicyNode, bool> isIn) =>
        run.Nodes.Where(isIn).Select(node => node.Name).ToValueList();
}
