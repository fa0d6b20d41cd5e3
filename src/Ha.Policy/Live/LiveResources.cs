using Ha.InformationBase;
using Ha.Policy.Scheduling;

namespace Ha.Policy.Live;

/// <summary>The primitives of a running cluster as the run has them: instances of a clone under the id of their element.
/// </summary>
internal static class LiveResources
{
    /// <summary>All primitives, as the configuration has them; then those that left it.</summary>
    public static ValueList<ResourcePlan> Of(PolicyRun run, LiveHolds holds)
    {
        var instances = new Dictionary<string, List<PolicyResource>>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var resource in run.Cib.Configuration.Resources)
        {
            Visit(resource, order);
        }

        foreach (var resource in run.All())
        {
            if (!resource.IsPrimitive)
            {
                continue;
            }

            var id = resource.Source.Id;
            if (!instances.TryGetValue(id, out var list))
            {
                instances.Add(id, list = []);
            }

            list.Add(resource);
        }

        return order.Concat(instances.Keys.Except(order).Order(StringComparer.Ordinal))
            .Where(instances.ContainsKey)
            .Select(id => Of(run, holds, id, instances[id]))
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

    private static ResourcePlan Of(PolicyRun run, LiveHolds holds, string id, List<PolicyResource> instances)
    {
        var inFlight = "";
        foreach (var node in run.Nodes)
        {
            foreach (var instance in instances)
            {
                if (inFlight.Length == 0 && holds.UnderWay(instance.HistoryId, node.Name) is { } entry)
                {
                    inFlight = $"{entry.Operation} on {node.Name}";
                }
            }
        }

        var targets = Names(run, node => instances.Exists(instance => instance.AssignedTo == node));
        return new ResourcePlan
        {
            Id = id,
            IsCloned = instances[0].Id != id,
            ActiveOn = Names(run, node => instances.Exists(instance => instance.ActiveOn.Contains(node))),
            PromotedOn = Names(run, node => instances.Exists(instance =>
                instance.Role == Role.Promoted && instance.ActiveOn.Contains(node))),
            FailedOn = Names(run, node => instances.Exists(instance =>
                instance.HasFailed && instance.ActiveOn.Contains(node))),
            AssignedTo = targets.IsEmpty ? null : targets[0],
            Targets = targets,
            IsManaged = instances.TrueForAll(instance => instance.IsManaged),
            IsBlocked = instances.Exists(instance => instance.IsBlocked),
            IsWanted = !run.Options.IsStopAll
                && instances.Exists(instance => !instance.IsRemoved && !ResourceSettings.IsDisabled(instance)),
            InFlight = inFlight,
        };
    }

    private static ValueList<string> Names(PolicyRun run, Func<PolicyNode, bool> isIn) =>
        run.Nodes.Where(isIn).Select(node => node.Name).ToValueList();
}
