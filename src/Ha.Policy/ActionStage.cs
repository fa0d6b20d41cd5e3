using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>What is to become of one resource.</summary>
internal sealed record ResourceDecision
{
    /// <summary>Nodes that it is to be stopped on.</summary>
    public required IReadOnlyList<int> StopOn { get; init; }

    /// <summary>Node that it is to be started on; −1 for none.</summary>
    public required int StartOn { get; init; }

    /// <summary>Node that it is on and stays on; −1 for none.</summary>
    public required int StaysOn { get; init; }

    /// <summary>Why.</summary>
    public required string Code { get; init; }

    public required string Text { get; init; }

    /// <summary>An operation is under way: nothing else is done to it now.</summary>
    public bool IsBusy { get; init; }

    /// <summary>A person must help first.</summary>
    public bool IsBlocked { get; init; }

    public bool IsActing => StopOn.Count > 0 || StartOn >= 0;

    public static ResourceDecision Nothing(int staysOn, string code = Cause.None, string text = "") =>
        new() { StopOn = [], StartOn = -1, StaysOn = staysOn, Code = code, Text = text };
}

/// <summary>Stage 5: what is wanted against what is: stop, start, restart, move, or nothing.</summary>
internal static class ActionStage
{
    public static ResourceDecision[] Compare(ClusterView view, FencingDecision[] fencing, Assignment assignment) =>
        [.. view.Resources.Select(resource => Compare(view, fencing, resource, assignment.Node[resource.Index]))];

    private static ResourceDecision Compare(
        ClusterView view, FencingDecision[] fencing, ResourceFacts resource, int target)
    {
        var active = Enumerable.Range(0, view.Nodes.Length)
            .Where(node => resource.On[node].IsActive && !fencing[node].IsFenced)
            .ToList();
        var staysOn = active.Count == 1 ? active[0] : -1;
        if (PendingNode(view, resource) is { } busy)
        {
            var pending = resource.On[busy].Pending!;
            return ResourceDecision.Nothing(
                staysOn, Cause.Running, $"{pending.Operation} is running on {view.Nodes[busy].Name}") with
            {
                IsBusy = true,
            };
        }

        if (Blocked(view, resource, active) is { } blocked)
        {
            return blocked with { StaysOn = staysOn };
        }

        if (!resource.IsManaged || (staysOn >= 0 && view.Nodes[staysOn].IsMaintenance))
        {
            return ResourceDecision.Nothing(
                staysOn, resource.IsManaged ? Cause.MaintenanceNode : resource.UnmanagedCode, "hands off");
        }

        return active.Count > 1
            ? Several(resource, active, target)
            : One(view, fencing, resource, staysOn, target);
    }

    private static int? PendingNode(ClusterView view, ResourceFacts resource)
    {
        for (var node = 0; node < view.Nodes.Length; node++)
        {
            if (resource.On[node].Pending is not null && view.Nodes[node].IsOnline)
            {
                return node;
            }
        }

        return null;
    }

    private static ResourceDecision? Blocked(ClusterView view, ResourceFacts resource, List<int> active)
    {
        foreach (var node in active)
        {
            var on = resource.On[node];
            if (!on.IsFailed || on.OnFail is not "block")
            {
                continue;
            }

            var text = $"{on.Failure!.Operation} failed on {view.Nodes[node].Name}"
                + (on.Failure.ExitReason.Length > 0 ? $": {on.Failure.ExitReason}" : "");
            return ResourceDecision.Nothing(
                -1, on.HasStopFailed ? Cause.StopFailedBlocked : Cause.OnFailBlock,
                on.HasStopFailed ? $"{text}; nothing can make sure that it is stopped" : text) with
            {
                IsBlocked = true,
            };
        }

        return active.Count > 1 && resource.MultipleActive == "block"
            ? ResourceDecision.Nothing(
                -1, Cause.ActiveOnSeveral,
                $"it is active on {string.Join(" and ", active.Select(node => view.Nodes[node].Name))}, "
                    + "and multiple-active is block")
                with
            { IsBlocked = true }
            : null;
    }

    private static ResourceDecision Several(ResourceFacts resource, List<int> active, int target)
    {
        var stopUnexpected = resource.MultipleActive == "stop_unexpected" && active.Contains(target);
        return new ResourceDecision
        {
            StopOn = stopUnexpected ? [.. active.Where(node => node != target)] : active,
            StartOn = resource.MultipleActive == "stop_only" || stopUnexpected ? -1 : target,
            StaysOn = stopUnexpected ? target : -1,
            Code = Cause.ActiveOnSeveral,
            Text = "it is active on several nodes",
        };
    }

    private static ResourceDecision One(
        ClusterView view, FencingDecision[] fencing, ResourceFacts resource, int current, int target)
    {
        var wasFenced = Enumerable.Range(0, view.Nodes.Length)
            .Any(node => resource.On[node].IsActive && fencing[node].IsFenced);
        if (current < 0)
        {
            return new ResourceDecision
            {
                StopOn = [],
                StartOn = target,
                StaysOn = -1,
                Code = wasFenced ? Cause.NodeUnclean : Cause.None,
                Text = wasFenced ? "its node was lost" : "it is to run",
            };
        }

        var on = resource.On[current];
        if (current == target && !on.IsFailed && !HasNewParameters(resource, on))
        {
            return ResourceDecision.Nothing(current);
        }

        var (code, text) = current != target
            ? (target < 0 ? Cause.TargetStopped : Cause.Better,
                target < 0 ? "it is not to run" : $"it does better on {view.Nodes[target].Name}")
            : on.IsFailed
                ? (Cause.MonitorFailed, $"its {on.Failure?.Operation} failed")
                : (Cause.ParametersChanged, "its parameters changed");
        return new ResourceDecision
        {
            StopOn = [current],
            StartOn = target,
            StaysOn = -1,
            Code = code,
            Text = text,
        };
    }

    private static bool HasNewParameters(ResourceFacts resource, InstanceFacts on) =>
        on.Start is { Digest: { Length: > 0 } digest } && digest != Digests.Of(resource.Parameters);
}

/// <summary>Settings of one operation of a resource.</summary>
internal sealed record OperationSettings(
    string Name, TimeSpan Interval, TimeSpan Timeout, TimeSpan StartDelay, ValueMap<string> Parameters,
    ValueMap<string> Meta)
{
    private static readonly TimeSpan s_defaultTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Of a definition, or of an operation that has none.</summary>
    public static OperationSettings Of(
        ClusterView view, ResourceFacts resource, int node, string name, OperationDefinition? definition)
    {
        var interval = definition?.Interval ?? TimeSpan.Zero;
        string? Attribute(string attribute) => definition?.Attributes.GetValueOrDefault(attribute)
            ?? (definition is null ? null : Settings.Text(definition.Meta, attribute))
            ?? Settings.Text(view.Cib.Configuration.OperationDefaults, attribute);
        var timeout = Settings.Duration(Attribute("timeout")) ?? s_defaultTimeout;
        var own = definition is null ? ValueMap<string>.Empty : Settings.All(definition.Parameters);
        var level = Attribute("OCF_CHECK_LEVEL");
        var parameters = ValueMap<string>.Of(
            (name == "stop" ? resource.StartedWith(node) : resource.Parameters).Concat(own));
        var meta = resource.Meta
            .SetItem("name", name)
            .SetItem("interval", Milliseconds(interval))
            .SetItem("timeout", Milliseconds(timeout))
            .SetItem("on_node", view.Nodes[node].Name)
            .SetItem("on_node_uuid", view.Nodes[node].Id);
        return new OperationSettings(
            name, interval, timeout, Settings.Duration(Attribute("start-delay")) ?? TimeSpan.Zero,
            level is null ? parameters : parameters.SetItem("OCF_CHECK_LEVEL", level), meta);
    }

    /// <summary>The definition of an operation that does not recur; null where there is none.</summary>
    public static OperationDefinition? Find(ResourceFacts resource, string name) =>
        resource.Primitive.Operations.FirstOrDefault(operation =>
            operation.Name == name && operation.Interval == TimeSpan.Zero);

    /// <summary>The recurring operations that are wanted while the resource is started.</summary>
    public static IEnumerable<OperationDefinition> Recurring(ResourceFacts resource) =>
        resource.Primitive.Operations.Where(operation =>
            operation.Interval > TimeSpan.Zero
            && Settings.IsTrue(operation.Attributes.GetValueOrDefault("enabled"), true)
            && (operation.Attributes.GetValueOrDefault("role") is null or "Started" or "started"
                or "Unpromoted" or "Slave"));

    private static string Milliseconds(TimeSpan span) =>
        ((long)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
