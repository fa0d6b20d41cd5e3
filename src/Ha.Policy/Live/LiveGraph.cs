using System.Globalization;
using Ha.InformationBase;
using Ha.Policy.Scheduling;

namespace Ha.Policy.Live;

/// <summary>Makes the graph that a running cluster carries out from the scheduler's run.</summary>
internal static class LiveGraph
{
    private const string MetaPrefix = "CRM_meta_";
    private const int DefaultTimeoutMs = 20_000;

    public static TransitionGraph Of(PolicyRun run, List<Synapse> synapses, LiveHolds holds, long? recheckAt)
    {
        var numbers = new Dictionary<PolicyAction, int>(synapses.Count, ReferenceEqualityComparer.Instance);
        foreach (var synapse in synapses)
        {
            numbers.Add(synapse.Action, numbers.Count);
        }

        var actions = new GraphAction[synapses.Count];
        for (var place = 0; place < actions.Length; place++)
        {
            var synapse = synapses[place];
            var inputs = new SortedSet<int>();
            foreach (var input in synapse.Inputs)
            {
                if (numbers.TryGetValue(input, out var number))
                {
                    inputs.Add(number);
                }
            }

            var hold = holds.Of(synapse.Action);
            actions[place] = ActionOf(run, synapse.Action, place) with
            {
                Priority = synapse.Priority,
                Inputs = inputs.ToValueList(),
                Code = synapse.Action.Is(Tasks.Fence) ? Cause.NodeUnclean : synapse.Action.Code,
                Reason = ReasonOf(run, synapse.Action),
                HoldCode = hold.Code,
                Hold = hold.Text,
            };
        }

        return new TransitionGraph
        {
            Actions = actions.ToValueList(),
            BatchLimit = Math.Max(0, run.Options.BatchLimit),
            FencingTimeout = TimeSpan.FromMilliseconds(run.Options.FencingTimeoutMs),
            RecheckAt = recheckAt,
        };
    }

    private static string ReasonOf(PolicyRun run, PolicyAction action) =>
        action.Is(Tasks.Fence) && !action.IsPseudo && action.Meta?.GetValueOrDefault("stonith_action") != "on"
            ? NodeCauses.Unclean(run, action.Node!)
            : action.Reason ?? "";

    private static GraphAction ActionOf(PolicyRun run, PolicyAction action, int number)
    {
        if (action.Is(Tasks.Fence) && !action.IsPseudo)
        {
            var kind = action.Meta?.GetValueOrDefault("stonith_action") ?? run.Options.FencingAction;
            var name = action.Node!.Name;
            return new GraphAction
            {
                Id = number,
                Kind = ActionKind.Fence,
                Task = kind,
                Key = kind == "on" ? $"unfence-{name}" : $"fence-{name}",
                Node = name,
                Timeout = TimeSpan.FromMilliseconds(run.Options.FencingTimeoutMs),
            };
        }

        // A node that stops leaves by itself, when nothing runs there any more.
        if (action.IsPseudo || action.Resource is not { } resource || action.Node is not { } node
            || action.Is(Tasks.Shutdown))
        {
            return new GraphAction { Id = number, Kind = ActionKind.Pseudo, Task = action.Task, Key = action.Key };
        }

        var isEvent = action.Task is Tasks.Cancel or Tasks.Delete or Tasks.LrmDelete or Tasks.ClearFailCount;
        var known = new GraphAction
        {
            Id = number,
            Kind = isEvent ? ActionKind.Event : ActionKind.Operation,
            Task = action.Task == Tasks.Delete ? Tasks.LrmDelete : action.Task,
            Key = KeyOf(action, resource),
            Node = node.Name,
            ResourceId = resource.HistoryId,
            Agent = resource.Agent,
            Interval = TimeSpan.FromMilliseconds(action.IntervalMs),
        };
        return isEvent ? known : WithSettings(run, action, resource, node, known);
    }

    private static GraphAction WithSettings(
        PolicyRun run, PolicyAction action, PolicyResource resource, PolicyNode node, GraphAction known)
    {
        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var meta = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in AttributesOf(run, action))
        {
            if (name.StartsWith(MetaPrefix, StringComparison.Ordinal))
            {
                meta[name[MetaPrefix.Length..]] = value;
            }
            else
            {
                parameters[name] = value;
            }
        }

        if ((action.Is(Tasks.Stop) || action.Is(Tasks.Demote))
            && FormerParameters.Of(run, resource, node) is { } former)
        {
            foreach (var name in Parameters.Of(run, resource, node).Keys)
            {
                parameters.Remove(name);
            }

            foreach (var (name, value) in former)
            {
                parameters[name] = value;
            }
        }

        var task = OperationDigests.TaskOfParameters(action.Task, action.IntervalMs);
        return known with
        {
            Timeout = TimeSpan.FromMilliseconds(Number(meta, "timeout", DefaultTimeoutMs)),
            StartDelay = TimeSpan.FromMilliseconds(Number(meta, "start_delay", 0)),
            TargetExitCode = (int)Number(meta, "op_target_rc", 0),
            Parameters = ValueMap<string>.Of(parameters),
            Meta = ValueMap<string>.Of(meta),
            Digest = OperationDigests.Of(run, resource, task, action.IntervalMs, node),
        };
    }

    private static List<KeyValuePair<string, string>> AttributesOf(PolicyRun run, PolicyAction action)
    {
        var attributes = new AttributeBuffer();
        GraphAttributes.Fill(run, action, attributes);
        return attributes.ToList();
    }

    private static string KeyOf(PolicyAction action, PolicyResource resource)
    {
        if (action.Is(Tasks.Notify))
        {
            var type = action.Meta?.GetValueOrDefault("notify_type") ?? "";
            var operation = action.Meta?.GetValueOrDefault("notify_operation") ?? "";
            return $"{resource.HistoryId}_{type}_notify_{operation}_0";
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{resource.HistoryId}_{action.CancelledTask ?? action.Task}_{action.IntervalMs}");
    }

    private static long Number(SortedDictionary<string, string> meta, string name, long otherwise) =>
        meta.TryGetValue(name, out var text)
        && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;
}
