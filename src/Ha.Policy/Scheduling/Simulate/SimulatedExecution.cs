using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Carries out a graph on paper: each action has the result that the plan expects (or one that the caller
/// wants to see fail), and the status is what it would then be.</summary>
internal sealed class SimulatedExecution(PolicyRun run, IReadOnlyList<Synapse> synapses, TextWriter text)
{
    private readonly StatusDraft _status = new(run.Cib.Status);
    private readonly HashSet<PolicyAction> _confirmed = [];
    private readonly HashSet<PolicyAction> _members = [];

    /// <summary>Results that shall differ from the plan: key of the operation and node, to the exit code.</summary>
    public IReadOnlyDictionary<(string Key, string Node), int> Failures { get; init; } =
        new Dictionary<(string Key, string Node), int>();

    /// <summary>Something could not be done: an input failed, or the graph waits for what is not in it.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Runs the graph to its end.</summary>
    /// <returns>The information base as it then is.</returns>
    public Cib Run()
    {
        foreach (var synapse in synapses)
        {
            _members.Add(synapse.Action);
        }

        // Passes over all synapses in their order: what is confirmed makes later ones of the same pass ready.
        var open = synapses.ToList();
        var hasFired = true;
        while (open.Count > 0 && hasFired)
        {
            hasFired = false;
            var still = new List<Synapse>();
            foreach (var synapse in open)
            {
                if (IsReady(synapse))
                {
                    hasFired = true;
                    Fire(synapse.Action);
                }
                else
                {
                    still.Add(synapse);
                }
            }

            open = still;
        }

        IsIncomplete = open.Count > 0;
        return run.Cib with { Status = _status.Finish() };
    }

    private bool IsReady(Synapse synapse)
    {
        foreach (var input in synapse.Inputs)
        {
            if (!_confirmed.Contains(input))
            {
                return false;
            }
        }

        return true;
    }

    private void Fire(PolicyAction action)
    {
        var isGood = true;
        if (action.IsPseudo)
        {
            text.WriteLine(action.Is(Tasks.Fence) && action.Node is { } guest
                ? $"  * Pseudo action:   {action.Key} on {guest.Name}"
                : $"  * Pseudo action:   {GraphKeys.OperationKey(action)}");
        }
        else if (action.Is(Tasks.Fence))
        {
            Fence(action);
        }
        else if (action.Is(Tasks.Shutdown) || action.Is(Tasks.ClearFailCount) || action.Is(Tasks.LrmDelete))
        {
            text.WriteLine(action.Resource is { } resource
                ? $"  * Cluster action:  {action.Task} for {GraphKeys.PrimitiveId(resource)} on {action.Node!.Name}"
                : $"  * Cluster action:  {action.Task} on {action.Node!.Name}");
        }
        else
        {
            isGood = Operate(action);
        }

        if (isGood)
        {
            _confirmed.Add(action);
        }
    }

    private void Fence(PolicyAction action)
    {
        var kind = action.Meta?.GetValueOrDefault("stonith_action") ?? run.Options.FencingAction;
        text.WriteLine($"  * Fencing {action.Node!.Name} ({kind})");
        if (kind != "on")
        {
            _status.TakeDown(action.Node);
        }
    }

    private bool Operate(PolicyAction action)
    {
        var resource = action.Resource!;
        var node = action.Node!;
        var task = action.Task;
        var name = GraphKeys.ShownName(resource);
        text.WriteLine(action.IntervalMs > 0
            ? string.Create(CultureInfo.InvariantCulture,
                $"  * Resource action: {name,-15} {task}={action.IntervalMs} on {node.Name}")
            : $"  * Resource action: {name,-15} {task} on {node.Name}");
        if (task is Tasks.Delete)
        {
            return true;
        }

        var expected = int.TryParse(
            action.Meta?.GetValueOrDefault("op_target_rc"), CultureInfo.InvariantCulture, out var code) ? code : 0;
        var key = GraphKeys.OperationKey(action);
        var exitCode = Failures.TryGetValue((action.Key, node.Name), out var wanted)
            || Failures.TryGetValue((key, node.Name), out wanted) ? wanted : expected;
        _status.Record(action, key, expected, exitCode, run.Now, DigestOf(action, resource));
        return exitCode == expected;
    }

    // With what it was done: the next plan compares.
    private string DigestOf(PolicyAction action, PolicyResource resource) => OperationDigests.Of(
        run, resource, OperationDigests.TaskOfParameters(action.Task, action.IntervalMs), action.IntervalMs,
        action.Node);
}
