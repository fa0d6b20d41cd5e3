using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>What kind of thing an action is.</summary>
public enum ActionKind
{
    /// <summary>A call of an agent.</summary>
    Operation,

    /// <summary>Fencing of a node.</summary>
    Fence,

    /// <summary>An effect on the CIB alone: forget failures, forget history, let a node go.</summary>
    Event,

    /// <summary>Nothing to be done: a point that others wait for.</summary>
    Pseudo,
}

/// <summary>One step of a transition.</summary>
public sealed record GraphAction
{
    /// <summary>Number in the graph, from 0 on.</summary>
    public required int Id { get; init; }

    /// <summary>What kind of thing it is.</summary>
    public required ActionKind Kind { get; init; }

    /// <summary>start, stop, monitor, cancel, stonith, clear_failcount, lrm_delete, do_shutdown.</summary>
    public required string Task { get; init; }

    /// <summary>resource_task_interval, or task-node for actions on nodes.</summary>
    public required string Key { get; init; }

    /// <summary>Node that it is done on, or to; empty for none.</summary>
    public string Node { get; init; } = "";

    /// <summary>Resource (instance); empty for none.</summary>
    public string ResourceId { get; init; } = "";

    /// <summary>The resource's agent; null for none.</summary>
    public AgentName? Agent { get; init; }

    /// <summary>Zero for an operation that does not recur.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>How long it may take.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>Waiting time before a recurring operation runs first.</summary>
    public TimeSpan StartDelay { get; init; }

    /// <summary>Exit code that counts as success.</summary>
    public int TargetExitCode { get; init; }

    /// <summary>Parameters of the agent.</summary>
    public ValueMap<string> Parameters { get; init; }

    /// <summary>What the agent is told beside them.</summary>
    public ValueMap<string> Meta { get; init; }

    /// <summary>Digest of the parameters.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Higher goes first when not all can run at once.</summary>
    public int Priority { get; init; }

    /// <summary>Actions that must be done before.</summary>
    public ValueList<int> Inputs { get; init; }

    /// <summary>Why it must not begin yet, though nothing in the graph comes before it (such as an operation of the
    /// resource that is under way there); empty when nothing holds it.</summary>
    public string Hold { get; init; } = "";

    /// <summary>Cause code of that.</summary>
    public string HoldCode { get; init; } = Cause.None;

    /// <summary>Cause code.</summary>
    public string Code { get; init; } = Cause.None;

    /// <summary>Why, in words.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>Actions and what each waits for: without loops, and no input that is missing.</summary>
public sealed record TransitionGraph
{
    /// <summary>Nothing to do.</summary>
    public static TransitionGraph Empty { get; } = new();

    /// <summary>The actions; an action's number is its place.</summary>
    public ValueList<GraphAction> Actions { get; init; }

    /// <summary>How many may run at once in the cluster; 0 for as many as the graph allows.</summary>
    public int BatchLimit { get; init; }

    /// <summary>How long fencing may take.</summary>
    public TimeSpan FencingTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Seconds since 1970 at which to plan again though nothing happens; null for never.</summary>
    public long? RecheckAt { get; init; }

    /// <summary>Nothing is to be done: at most points that others would wait for, and calls that tell of a step that
    /// cannot be taken.</summary>
    public bool IsSettled
    {
        get
        {
            foreach (var action in Actions)
            {
                if (action.Kind != ActionKind.Pseudo && action is not { Kind: ActionKind.Operation, Task: "notify" })
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>The actions that nothing holds and nothing comes before, in their order. A point that nothing real
    /// comes before is passed.</summary>
    /// <param name="isDone">Of an action in the graph, that it was done already; null for none.</param>
    public IEnumerable<GraphAction> Ready(Func<GraphAction, bool>? isDone = null)
    {
        var state = new byte[Actions.Count];
        foreach (var action in Actions)
        {
            if (action.Kind != ActionKind.Pseudo && action.Hold.Length == 0 && isDone?.Invoke(action) is not true
                && AreInputsDone(action, state, isDone))
            {
                yield return action;
            }
        }
    }

    private const byte Open = 1;
    private const byte Passed = 2;
    private const byte Waits = 3;

    private bool AreInputsDone(GraphAction action, byte[] state, Func<GraphAction, bool>? isDone)
    {
        foreach (var input in action.Inputs)
        {
            if (!IsPassed(input, state, isDone))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsPassed(int place, byte[] state, Func<GraphAction, bool>? isDone)
    {
        if (state[place] == 0)
        {
            state[place] = Open;
            state[place] = isDone?.Invoke(Actions[place]) is true
                || (Actions[place].Kind == ActionKind.Pseudo && AreInputsDone(Actions[place], state, isDone))
                    ? Passed : Waits;
        }

        return state[place] == Passed;
    }
}
