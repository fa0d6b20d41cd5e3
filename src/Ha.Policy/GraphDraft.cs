using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>An action that may become part of the graph.</summary>
internal sealed class DraftAction
{
    public required GraphAction Action { get; init; }

    public required int Resource { get; init; }

    public required int Node { get; init; }

    public List<DraftAction> Inputs { get; } = [];

    /// <summary>Why it cannot run now; empty when it can.</summary>
    public string BlockCode { get; set; } = "";

    public string BlockText { get; set; } = "";
}

/// <summary>The actions while they are being ordered; finished into a <see cref="TransitionGraph"/>.</summary>
internal sealed class GraphDraft(ClusterView view)
{
    private readonly List<DraftAction> _actions = [];
    private readonly List<DraftAction>[] _byResource = [.. view.Resources.Select(_ => new List<DraftAction>())];

    public IReadOnlyList<DraftAction> Actions => _actions;

    public DraftAction? Find(int resource, string task) =>
        _byResource[resource].Find(draft => draft.Action.Task == task);

    public IEnumerable<DraftAction> All(int resource, string task) =>
        _byResource[resource].Where(draft => draft.Action.Task == task);

    /// <summary>All actions of one resource, in the order in which they were added.</summary>
    public IReadOnlyList<DraftAction> All(int resource) => _byResource[resource];

    public DraftAction AddOperation(
        ResourceFacts resource, int node, string task, OperationDefinition? definition, int targetExitCode, string code,
        string reason)
    {
        var settings = OperationSettings.Of(view, resource, node, task, definition);
        var milliseconds = (long)settings.Interval.TotalMilliseconds;
        return Add(resource.Index, node, new GraphAction
        {
            Id = _actions.Count,
            Kind = ActionKind.Operation,
            Task = task,
            Key = string.Create(CultureInfo.InvariantCulture, $"{resource.Id}_{task}_{milliseconds}"),
            Node = view.Nodes[node].Name,
            ResourceId = resource.Id,
            Agent = resource.Agent,
            Interval = settings.Interval,
            Timeout = settings.Timeout,
            StartDelay = settings.StartDelay,
            TargetExitCode = targetExitCode,
            Parameters = settings.Parameters,
            Meta = settings.Meta,
            Digest = Digests.Of(resource.Parameters),
            Priority = resource.Priority,
            Code = code,
            Reason = reason,
        });
    }

    public DraftAction Add(int resource, int node, GraphAction action)
    {
        var draft = new DraftAction { Action = action, Resource = resource, Node = node };
        _actions.Add(draft);
        if (resource >= 0)
        {
            _byResource[resource].Add(draft);
        }

        return draft;
    }

    public int NextId => _actions.Count;

    /// <summary>Leaves out what cannot run and what waits for that, and gives the rest its numbers.</summary>
    public TransitionGraph Finish(long? recheckAt)
    {
        var changed = true;
        while (changed)
        {
            changed = false;
            foreach (var draft in _actions.Where(draft => draft.BlockCode.Length == 0))
            {
                if (draft.Inputs.FirstOrDefault(input => input.BlockCode.Length > 0) is { } blocked)
                {
                    draft.BlockCode = blocked.BlockCode == Cause.NodeUnclean ? Cause.WaitsForFencing : Cause.WaitsFor;
                    draft.BlockText = $"waits for {blocked.Action.Key} ({blocked.BlockText})";
                    changed = true;
                }
            }
        }

        var kept = _actions.Where(draft => draft.BlockCode.Length == 0).ToList();
        var numbers = kept.Index().ToDictionary(item => item.Item, item => item.Index);
        return new TransitionGraph
        {
            Actions = kept.Index().Select(item => item.Item.Action with
            {
                Id = item.Index,
                Inputs = item.Item.Inputs.Select(input => numbers[input]).Distinct().Order().ToValueList(),
            }).ToValueList(),
            BatchLimit = Math.Max(0, view.Settings.BatchLimit),
            FencingTimeout = view.Settings.FencingTimeout,
            RecheckAt = recheckAt,
        };
    }
}
