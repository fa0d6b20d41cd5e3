using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Node.Commands;
using Ha.Policy;

namespace Ha.Node.Views;

/// <summary>How the cluster is, from the committed state and the plan for it: a pure view, the same on every
/// node.</summary>
internal static class StatusView
{
    /// <summary>The view.</summary>
    public static StatusReply Of(ReplicaView view, Plan plan, long now)
    {
        var cib = view.Cib;
        var coordinator = view.Epoch is EpochState.Active active ? active.Coordinator : "";
        var isQuorate = view.Epoch is EpochState.Active or EpochState.Inactive { IsQuorate: true };
        var resources = cib.Configuration.Resources.Select(resource => ResourceOf(resource, plan, cib, now)).ToList();
        var attention = Attention(view, plan).ToList();
        var nodes = NodesOf(view, plan, coordinator);
        return new StatusReply
        {
            Cluster = cib.Configuration.ClusterName,
            State = StateOf(view, plan, attention.Count > 0),
            Node = view.Self,
            Quorate = isQuorate,
            Coordinator = coordinator,
            FencingEnabled = cib.Configuration.IsFencingEnabled,
            Revision = cib.Revision,
            Epoch = view.Epoch is EpochState.Active one ? one.Number : 0,
            Attention = attention,
            Nodes = nodes,
            NodesOnline = nodes.Count(node => node.State is "online" or "drained" or "maintenance"),
            NodesTotal = nodes.Count,
            Resources = resources,
            Transition = view.Epoch is EpochState.Inactive inactive ? $"no epoch: {inactive.Reason}"
                : plan.IsSettled && plan.Resources.All(resource => resource.InFlight.Length == 0) ? "settled"
                : "in transition",
            Token = TokenOf(view),
        };
    }

    /// <summary>Another one whenever the status may differ.</summary>
    public static string TokenOf(ReplicaView view) => view.Epoch switch
    {
        EpochState.Active active => $"{active.Number}-{view.CommitIndex}-{active.Coordinator}",
        EpochState.Inactive inactive => $"0-{view.CommitIndex}-{inactive.Reason}",
        _ => "",
    };

    /// <summary>The same with some nodes and resources only; all where none is named.</summary>
    public static StatusReply Only(StatusReply status, IReadOnlyList<string> names) => names.Count == 0
        ? status
        : status with
        {
            Nodes = [.. status.Nodes.Where(node => names.Contains(node.Name, StringComparer.Ordinal))],
            Resources =
            [
                .. status.Resources.Where(resource => WithMembers(resource).Any(item =>
                    item.On.Prepend(item.Id).Any(name => names.Contains(name, StringComparer.Ordinal)))),
            ],
        };

    /// <summary>An error for a name that the status does not have; null when it has them all.</summary>
    public static string? UnknownName(StatusReply status, IReadOnlyList<string> names)
    {
        var known = status.Nodes.Select(node => node.Name)
            .Concat(status.Resources.SelectMany(WithMembers).Select(resource => resource.Id))
            .ToList();
        return names.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } unknown
            ? CibNames.Missing("resource or node", unknown, known)
            : null;
    }

    private static IEnumerable<ResourceReply> WithMembers(ResourceReply resource) =>
        resource.Members.SelectMany(WithMembers).Prepend(resource);

    private static string StateOf(ReplicaView view, Plan plan, bool hasAttention) =>
        !view.IsActive ? "UNKNOWN"
        : plan.Resources.Any(resource => resource.IsWanted && resource.ActiveOn.IsEmpty) ? "DOWN"
        : hasAttention ? "DEGRADED"
        : "HEALTHY";

    private static IEnumerable<AttentionReply> Attention(ReplicaView view, Plan plan)
    {
        var cib = view.Cib;
        if (view.Epoch is EpochState.Inactive inactive)
        {
            yield return new AttentionReply(
                $"this node ({view.Self}) is in no active epoch: {inactive.Reason}; what follows is what it knew last", "");
        }

        if (!cib.Configuration.IsFencingEnabled)
        {
            yield return new AttentionReply(
                "fencing is switched off: after a split, data may be destroyed", "set fencing-enabled = true");
        }

        var isPaused = IsPaused(cib);
        if (isPaused)
        {
            yield return new AttentionReply("the cluster is paused: nothing is started, stopped or watched", "ha resume");
        }

        foreach (var node in plan.Nodes.Where(node => !node.IsOnline || node.IsUnclean || node.IsStandby
            || (node.IsMaintenance && !isPaused)))
        {
            yield return new AttentionReply(
                $"{node.Name} is {(node.IsMaintenance ? "in maintenance" : NodeState(node))}{(node.Reason.Length > 0 && !node.IsMaintenance && !node.IsStandby ? $": {node.Reason}" : "")}", Help(node));
        }

        // A failure that is over, since the node came back well, is history.
        var failed = cib.Status.Fencing.Where(record => record.State == FencingState.Failed)
            .Where(record => !plan.Nodes.Any(node => node is { IsOnline: true, IsUnclean: false }
                && node.Name == record.Target))
            .Where(record => !cib.Status.Fencing.Any(later => later.Target == record.Target
                && later.State == FencingState.Succeeded && later.RequestedAt >= record.RequestedAt))
            .LastOrDefault();
        if (failed is not null)
        {
            yield return new AttentionReply(
                $"fencing of {failed.Target} failed: {failed.Error}",
                $"switch {failed.Target} off by hand, make sure, then: ha node confirm-off {failed.Target}");
        }

        foreach (var resource in plan.Resources.Where(resource => resource.Code.Length > 0 && resource.IsWanted
            && resource.Code is not (Cause.Running or Cause.MaintenanceCluster)))
        {
            yield return new AttentionReply($"{resource.Id}: {resource.Text}", $"ha why {resource.Id}");
        }
    }

    private static string Help(NodePlan node) =>
        node.IsStandby ? $"ha node undrain {node.Name}"
        : node.IsMaintenance ? $"ha node maintenance {node.Name} --off"
        : node.IsUnclean ? $"ha why {node.Name}"
        : "";

    private static bool IsPaused(Cib cib) =>
        cib.Configuration.Property("maintenance-mode") is "true" or "yes" or "on" or "1";

    // Before anything is configured, those that the engine shows.
    private static List<NodeReply> NodesOf(ReplicaView view, Plan plan, string coordinator) => plan.Nodes.IsEmpty
        ?
        [
            .. view.LinkMembers.Select(name => new NodeReply
            {
                Name = name,
                State = "online",
                Coordinator = name == coordinator,
                Tasks = 0,
                Note = "",
            }),
        ]
        :
        [
            .. plan.Nodes.Select(node => NodeOf(node, plan, coordinator)).Select(node =>
                view.IsActive || view.LinkMembers.Contains(node.Name)
                    ? node
                    : node with { State = "unseen", Note = "corosync does not see it" }),
        ];

    private static NodeReply NodeOf(NodePlan node, Plan plan, string coordinator) => new()
    {
        Name = node.Name,
        State = NodeState(node),
        Coordinator = node.Name == coordinator,
        Tasks = plan.Resources.Count(resource => resource.ActiveOn.Contains(node.Name)),
        Note = node.IsStandby || node.IsMaintenance ? "" : node.Reason,
    };

    private static string NodeState(NodePlan node) =>
        node.IsUnclean ? "unclean"
        : node.IsPending ? "pending"
        : !node.IsOnline ? "offline"
        : node.IsShuttingDown ? "stopping"
        : node.IsStandby ? "drained"
        : node.IsMaintenance ? "maintenance"
        : "online";

    private static ResourceReply ResourceOf(Resource resource, Plan plan, Cib cib, long now)
    {
        if (resource is not Primitive primitive)
        {
            IEnumerable<Resource> parts = resource switch
            {
                Group group => group.Members,
                Clone clone => [clone.Child],
                Bundle { Child: { } child } => [child],
                _ => [],
            };
            var members = parts.Select(member => ResourceOf(member, plan, cib, now)).ToList();
            var states = members.Select(member => member.State).Distinct().ToList();
            return new ResourceReply
            {
                Id = resource.Id,
                Kind = resource is Group ? "group" : resource is Clone ? "clone" : "bundle",
                Agent = "",
                State = states.Count == 1 ? states[0] : "partial",
                On = [.. members.SelectMany(member => member.On).Distinct()],
                PromotedOn = [.. members.SelectMany(member => member.PromotedOn).Distinct()],
                Failures = "",
                Members = members,
            };
        }

        var known = plan.Resources.FirstOrDefault(candidate => candidate.Id == primitive.Id);
        return new ResourceReply
        {
            Id = primitive.Id,
            Kind = primitive.IsFencingDevice ? "fencing" : "primitive",
            Agent = primitive.Agent?.ToString() ?? $"template {primitive.TemplateId}",
            State = StateOf(known),
            On = [.. known?.PromotedOn ?? [], .. (known?.ActiveOn ?? []).Except(known?.PromotedOn ?? [])],
            PromotedOn = [.. known?.PromotedOn ?? []],
            SinceSeconds = Since(cib, primitive.Id, known, now),
            Failures = Failures(cib, primitive.Id),
            Cause = known is { IsWanted: true } ? known.Code : "",
        };
    }

    private static string StateOf(ResourcePlan? resource) => resource switch
    {
        null => "unknown",
        { IsBlocked: true } => "blocked",
        { FailedOn.IsEmpty: false } => "failed",
        { InFlight: var flight } when flight.StartsWith("start", StringComparison.Ordinal) => "starting",
        { InFlight: var flight } when flight.StartsWith("stop", StringComparison.Ordinal) => "stopping",
        { InFlight: var flight } when flight.StartsWith("promote", StringComparison.Ordinal) => "promoting",
        { InFlight: var flight } when flight.StartsWith("demote", StringComparison.Ordinal) => "demoting",
        { PromotedOn.IsEmpty: false } => "promoted",
        { ActiveOn.IsEmpty: false } => "started",
        _ => "stopped",
    };

    private static long? Since(Cib cib, string id, ResourcePlan? resource, long now)
    {
        var node = resource is { ActiveOn.IsEmpty: false } ? resource.ActiveOn[0] : null;
        var last = cib.Status.Nodes
            .Where(state => node is null || state.Name == node)
            .SelectMany(state => state.History)
            .Where(history => history.ResourceId == id)
            .SelectMany(history => history.Entries)
            .Where(entry => entry.Interval == TimeSpan.Zero && entry.LastChange > 0)
            .Select(entry => entry.LastChange)
            .DefaultIfEmpty(0)
            .Max();
        return last == 0 ? null : Math.Max(0, now - last);
    }

    private static string Failures(Cib cib, string id)
    {
        var failures = cib.Status.Nodes
            .SelectMany(state => state.Attributes.SelectMany(set => set.Values)
                .Where(pair => pair.Name.StartsWith($"fail-count-{id}#", StringComparison.Ordinal))
                .Select(pair => $"{(pair.Value == "INFINITY" ? "failed" : pair.Value)} on {state.Name}"))
            .ToList();
        return failures.Count == 0 ? "-" : string.Join(", ", failures);
    }
}
