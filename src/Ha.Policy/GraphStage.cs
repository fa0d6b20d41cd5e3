using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>Stage 7: actions and what each waits for.</summary>
internal static class GraphStage
{
    public static GraphDraft Build(
        ClusterView view, FencingDecision[] fencing, IReadOnlyList<Order> orders, ResourceDecision[] decisions)
    {
        var draft = new GraphDraft(view);
        AddFencing(view, fencing, draft);
        foreach (var resource in view.Resources)
        {
            AddProbes(view, fencing, draft, resource);
            AddActions(view, fencing, draft, resource, decisions[resource.Index]);
            AddRecurring(view, fencing, draft, resource, decisions[resource.Index]);
            AddForgetting(view, draft, resource);
            AddRemoval(view, draft, resource, decisions[resource.Index]);
        }

        foreach (var order in orders)
        {
            Connect(view, draft, order, decisions);
        }

        WaitForFencing(view, fencing, draft);
        return draft;
    }

    /// <summary>When to plan again though nothing happens.</summary>
    public static long? RecheckAt(ClusterView view)
    {
        var times = view.Resources.SelectMany(resource => resource.On).Select(on => on.ExpiresAt)
            .Concat(view.Nodes.Select(node => node.State is
            { IsMember: true, IsProcessUp: false, Expected: "member", ProcessSince: var since } && since > 0
                    ? since + FencingStage.ProgramGraceSeconds
                    : (long?)null))
            .OfType<long>()
            .Where(at => at > view.Now)
            .ToList();
        return times.Count == 0 ? null : times.Min();
    }

    private static void AddFencing(ClusterView view, FencingDecision[] fencing, GraphDraft draft)
    {
        for (var node = 0; node < view.Nodes.Length; node++)
        {
            if (!fencing[node].IsFenced)
            {
                continue;
            }

            draft.Add(-1, node, new GraphAction
            {
                Id = draft.NextId,
                Kind = ActionKind.Fence,
                Task = view.Settings.FencingAction,
                Key = $"fence-{view.Nodes[node].Name}",
                Node = view.Nodes[node].Name,
                Timeout = view.Settings.FencingTimeout,
                Priority = Score.InfinityValue,
                Code = Cause.NodeUnclean,
                Reason = fencing[node].Reason,
            });
        }
    }

    private static void AddProbes(ClusterView view, FencingDecision[] fencing, GraphDraft draft, ResourceFacts resource)
    {
        for (var node = 0; node < view.Nodes.Length; node++)
        {
            var on = resource.On[node];
            if (view.Nodes[node].IsOnline && !resource.IsRemoved && !on.IsKnown && on.Pending is null
                && !fencing[node].IsFenced)
            {
                draft.AddOperation(
                    resource, node, "monitor", null, 7, Cause.WaitsForProbe, "its state there is not known yet");
            }
        }
    }

    private static void AddActions(
        ClusterView view, FencingDecision[] fencing, GraphDraft draft, ResourceFacts resource,
        ResourceDecision decision)
    {
        var stops = new List<DraftAction>();
        foreach (var node in decision.StopOn)
        {
            var stop = draft.AddOperation(
                resource, node, "stop", OperationSettings.Find(resource, "stop"), 0, decision.Code, decision.Text);
            if (!view.Nodes[node].IsOnline)
            {
                (stop.BlockCode, stop.BlockText) = fencing[node].IsUnclean
                    ? (Cause.NodeUnclean, $"{view.Nodes[node].Name} is unclean: {fencing[node].Reason}")
                    : (Cause.NodePending, $"{view.Nodes[node].Name} has not joined yet");
            }

            stops.Add(stop);
        }

        if (decision.StartOn < 0)
        {
            return;
        }

        var start = draft.AddOperation(
            resource, decision.StartOn, "start", OperationSettings.Find(resource, "start"), 0, decision.Code,
            decision.Text);
        start.Inputs.AddRange(stops);
        start.Inputs.AddRange(draft.All(resource.Index, "monitor")
            .Where(action => action.Action.Interval == TimeSpan.Zero));
        var looking = Enumerable.Range(0, view.Nodes.Length)
            .Where(node => (resource.On[node] is { IsKnown: false, Pending: not null } && view.Nodes[node].IsOnline)
                || (resource is { NeedsFencing: true } && resource.On[node] is { IsKnown: false }
                    && view.Nodes[node] is { IsOnline: false, State: { IsMember: true, Expected: "member" } }))
            .ToList();
        if (looking.Count > 0)
        {
            (start.BlockCode, start.BlockText) = (
                Cause.WaitsForProbe, $"its state on {view.Nodes[looking[0]].Name} is not known yet");
        }

        // A stop comes after the look, too: what is found may change what is to be stopped.
        foreach (var stop in stops)
        {
            stop.Inputs.AddRange(start.Inputs.Where(input =>
                input.Action.Task == "monitor" && input.Node == stop.Node));
        }
    }

    private static void AddRecurring(
        ClusterView view, FencingDecision[] fencing, GraphDraft draft, ResourceFacts resource,
        ResourceDecision decision)
    {
        var node = decision.StartOn >= 0 ? decision.StartOn : decision.StaysOn;
        if (node < 0 || decision.IsBusy || decision.IsBlocked || !view.Nodes[node].IsOnline || fencing[node].IsUnclean)
        {
            return; // Of what is being started, the monitor comes with the plan after the start.
        }

        var isMaintained = view.Nodes[node].IsMaintenance || resource.UnmanagedCode != Cause.Unmanaged
            && !resource.IsManaged;
        var wanted = isMaintained ? [] : OperationSettings.Recurring(resource).ToList();
        var start = draft.Find(resource.Index, "start");
        var isFresh = decision.StartOn >= 0;
        foreach (var definition in wanted)
        {
            var known = resource.On[node].Recurring.Any(entry =>
                entry.Operation == definition.Name && entry.Interval == definition.Interval
                && (entry.Digest is null || entry.Digest == Digests.Of(resource.Parameters)));
            if (known && !isFresh)
            {
                continue;
            }

            var monitor = draft.AddOperation(
                resource, node, definition.Name, definition, 0, Cause.None, "it is to be watched");
            if (start is not null)
            {
                monitor.Inputs.Add(start);
            }
        }

        foreach (var entry in resource.On[node].Recurring.Where(entry => !isFresh && decision.StopOn.Count == 0
            && !wanted.Any(definition => definition.Name == entry.Operation && definition.Interval == entry.Interval)))
        {
            draft.Add(resource.Index, node, CancelOf(view, draft, resource, node, entry));
        }
    }

    private static GraphAction CancelOf(
        ClusterView view, GraphDraft draft, ResourceFacts resource, int node, HistoryEntry entry) => new()
        {
            Id = draft.NextId,
            Kind = ActionKind.Event,
            Task = "cancel",
            Key = string.Create(
                CultureInfo.InvariantCulture,
                    $"{resource.Id}_{entry.Operation}_{(long)entry.Interval.TotalMilliseconds}"),
            Node = view.Nodes[node].Name,
            ResourceId = resource.Id,
            Agent = resource.Agent,
            Interval = entry.Interval,
            Code = Cause.None,
            Reason = "it is no longer to be watched like that",
        };

    private static void AddForgetting(ClusterView view, GraphDraft draft, ResourceFacts resource)
    {
        for (var node = 0; node < view.Nodes.Length; node++)
        {
            if (resource.On[node].HasExpired && view.Nodes[node].IsOnline)
            {
                draft.Add(resource.Index, node, new GraphAction
                {
                    Id = draft.NextId,
                    Kind = ActionKind.Event,
                    Task = "clear_failcount",
                    Key = $"{resource.Id}_clear_failcount_0",
                    Node = view.Nodes[node].Name,
                    ResourceId = resource.Id,
                    Reason = "its failures are older than failure-timeout",
                });
            }
        }
    }

    private static void AddRemoval(
        ClusterView view, GraphDraft draft, ResourceFacts resource, ResourceDecision decision)
    {
        for (var node = 0; node < view.Nodes.Length; node++)
        {
            var on = resource.On[node];
            var hasHistory = view.Nodes[node].History.ContainsKey(resource.Id);
            if (resource.IsRemoved && hasHistory && on is { IsActive: false, Pending: null }
                && view.Nodes[node].IsOnline
                && !decision.IsBusy)
            {
                draft.Add(resource.Index, node, new GraphAction
                {
                    Id = draft.NextId,
                    Kind = ActionKind.Event,
                    Task = "lrm_delete",
                    Key = $"{resource.Id}_delete_0",
                    Node = view.Nodes[node].Name,
                    ResourceId = resource.Id,
                    Reason = "it left the configuration",
                });
            }
        }
    }

    private static void Connect(ClusterView view, GraphDraft draft, Order order, ResourceDecision[] decisions)
    {
        Link(draft, order.First, order.FirstTask, order.Then, order.ThenTask);
        if (order.IsSymmetrical)
        {
            Link(draft, order.Then, Opposite(order.ThenTask), order.First, Opposite(order.FirstTask));
        }

        // What is under way counts: the later one goes when it is over, in the next plan.
        Hold(view, draft, decisions, order.First, order.FirstTask, order.Then, order.ThenTask, order.IsMandatory);
        if (order.IsSymmetrical)
        {
            Hold(
                view, draft, decisions, order.Then, Opposite(order.ThenTask), order.First,
                Opposite(order.FirstTask), order.IsMandatory);
        }
    }

    private static void Hold(
        ClusterView view, GraphDraft draft, ResourceDecision[] decisions, int first, string firstTask, int then,
        string thenTask, bool isMandatory)
    {
        if (!decisions[first].IsBusy)
        {
            return;
        }

        // A mandatory first whose look or stop is under way is not there yet either; and what is being started now is
        // to be
        // stopped before what it rests on.
        var isSame = view.Resources[first].On.Any(on => on.Pending?.Operation == firstTask);
        var isStarting = view.Resources[first].On.Any(on => on.Pending?.Operation == "start");
        if (!isSame && !(isMandatory && (firstTask == "start" || isStarting)))
        {
            return;
        }

        foreach (var later in draft.All(then, thenTask).Where(later => later.BlockCode.Length == 0))
        {
            (later.BlockCode, later.BlockText) =
                (Cause.WaitsFor, $"{view.Resources[first].Id}: {decisions[first].Text}");
        }
    }

    private static void Link(GraphDraft draft, int first, string firstTask, int then, string thenTask)
    {
        foreach (var later in draft.All(then, thenTask))
        {
            later.Inputs.AddRange(draft.All(first, firstTask));
        }
    }

    private static string Opposite(string task) => task == "start" ? "stop" : "start";

    // Nothing that may still run on an unclean node is started before that node is confirmed fenced.
    private static void WaitForFencing(ClusterView view, FencingDecision[] fencing, GraphDraft draft)
    {
        var fences = draft.Actions.Where(action => action.Action.Kind == ActionKind.Fence).ToList();
        foreach (var start in draft.Actions.Where(action => action.Action.Task == "start" && action.Resource >= 0))
        {
            var resource = view.Resources[start.Resource];
            if (resource.NeedsFencing)
            {
                start.Inputs.AddRange(fences);
            }

            for (var node = 0; node < view.Nodes.Length; node++)
            {
                if (fencing[node] is { IsUnclean: true, IsFenced: false } && resource.NeedsFencing
                    && start.BlockCode.Length == 0)
                {
                    (start.BlockCode, start.BlockText) = (
                        Cause.NodeUnclean, $"{view.Nodes[node].Name} is unclean: {fencing[node].Reason}");
                }
            }
        }
    }
}
