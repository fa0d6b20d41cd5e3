using System.Collections.Immutable;
using Ha.InformationBase;
using Ha.Policy;

namespace Ha.Actors.Transition;

/// <summary>Which instances of a clone have been told what is about to happen, and whom it is owed to hear what
/// happened. A plan says so only as long as the step itself is in it; this remembers it beyond that, until the cluster
/// has settled. It lives with the coordinator: who takes over tells anew what is about to happen.</summary>
public sealed record NoticeMemory
{
    private const string Notify = "notify";

    /// <summary>Nobody was told anything.</summary>
    public static NoticeMemory Empty { get; } = new();

    /// <summary>Calls before a step that were sent, by what they said.</summary>
    private ImmutableHashSet<string> Told { get; init; } = [];

    /// <summary>Steps that were begun and are not known to have ended, by key and node.</summary>
    private ImmutableHashSet<string> Begun { get; init; } = [];

    /// <summary>Calls after steps, by key and node.</summary>
    private ImmutableSortedDictionary<string, OwedNotice> Owed { get; init; } =
        ImmutableSortedDictionary.Create<string, OwedNotice>(StringComparer.Ordinal);

    /// <summary>Calls whose steps have ended, in order of key and node; each is to be sent once.</summary>
    public ImmutableList<GraphAction> Due { get; private init; } = [];

    /// <summary>Nobody is owed anything.</summary>
    public bool IsEmpty => Owed.IsEmpty && Due.IsEmpty;

    /// <summary>Takes in what a plan and the state behind it say: steps that ended make calls due.</summary>
    public NoticeMemory Follow(Plan plan, Cib cib)
    {
        var notices = plan.Graph.Actions
            .Where(action => action is { Kind: ActionKind.Operation, Task: Notify })
            .ToList();
        if (notices.Count == 0 && IsEmpty)
        {
            return Told.IsEmpty && Begun.IsEmpty ? this : Empty;
        }

        var planned = plan.Graph.Actions
            .Where(IsStep)
            .Select(PlaceOf)
            .ToHashSet(StringComparer.Ordinal);
        var ended = Begun.Where(place => !planned.Contains(place)).ToImmutableHashSet();
        var owed = Owed.ToBuilder();
        foreach (var notice in notices.Where(notice => !IsBefore(notice)))
        {
            var steps = Steps(plan.Graph, notice);
            var place = PlaceOf(notice);
            owed[place] = owed.TryGetValue(place, out var known)
                ? known with { Steps = known.Steps.Union(steps) }
                : new OwedNotice(notice with { Inputs = [] }, steps, false);
        }

        var due = Due;
        foreach (var (place, notice) in owed.ToList())
        {
            var next = new OwedNotice(
                notice.Call, notice.Steps.Where(planned.Contains).ToImmutableHashSet(),
                notice.HasHappened || notice.Steps.Overlaps(ended));
            owed[place] = next;
            if (next.Steps.IsEmpty)
            {
                owed.Remove(place);
                due = next.HasHappened && IsThere(cib, next.Call.Node) ? due.Add(next.Call) : due;
            }
        }

        // Who is told of a step that is over is told of the next one afresh.
        var over = ended.Select(NameIn).ToHashSet(StringComparer.Ordinal);
        return this with
        {
            Told = over.Count == 0 ? Told : Told.Where(said => !over.Contains(NameIn(said))).ToImmutableHashSet(),
            Begun = Begun.Except(ended),
            Owed = owed.ToImmutable(),
            Due = due,
        };
    }

    /// <summary>True for a call that was made and answered: what waits for it need not wait any more.</summary>
    public bool IsPassed(GraphAction action) =>
        action is { Kind: ActionKind.Operation, Task: Notify, Hold: "" } && IsBefore(action)
        && Told.Contains(WordOf(action));

    /// <summary>True for a call that is not to be made out of the plan: those after steps are made when the steps have
    /// ended, and those before when there is a step to come.</summary>
    public static bool IsLeftOut(GraphAction action, Plan plan) =>
        action is { Kind: ActionKind.Operation, Task: Notify }
        && (!IsBefore(action) || !plan.Graph.Actions.Any(step => step.Kind == ActionKind.Operation && IsStep(step)
            && step.Interval == TimeSpan.Zero && Bare(step.ResourceId) == Bare(action.ResourceId)));

    /// <summary>True for a step that must wait until instances of the same resource have heard of what happened before.
    /// </summary>
    public bool IsHeld(GraphAction action, Cib cib) =>
        action is { Kind: ActionKind.Operation, Task: not Notify }
        && (Due.Any(call => Bare(call.ResourceId) == Bare(action.ResourceId))
            || IsTelling(cib, Bare(action.ResourceId)));

    /// <summary>These actions begin.</summary>
    public NoticeMemory Begin(IReadOnlyCollection<GraphAction> actions)
    {
        if (actions.Count == 0)
        {
            return this;
        }

        var calls = actions.Where(action => action.Task == Notify).ToList();
        return this with
        {
            Told = Told.Union(calls.Where(IsBefore).Select(WordOf)),
            Due = Due.RemoveAll(call => calls.Exists(begun => PlaceOf(begun) == PlaceOf(call))),
            Begun = Begun.Union(actions.Where(action => IsStep(action) && action.Interval == TimeSpan.Zero)
                .Select(PlaceOf)),
        };
    }

    // The real steps that a call comes after.
    private static ImmutableHashSet<string> Steps(TransitionGraph graph, GraphAction notice)
    {
        var steps = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        var seen = new HashSet<int>();
        var open = new Stack<int>(notice.Inputs);
        while (open.TryPop(out var number))
        {
            if (!seen.Add(number))
            {
                continue;
            }

            var action = graph.Actions[number];
            if (IsStep(action))
            {
                steps.Add(PlaceOf(action));
            }
            else if (action.Kind == ActionKind.Pseudo)
            {
                foreach (var input in action.Inputs)
                {
                    open.Push(input);
                }
            }
        }

        return steps.ToImmutable();
    }

    private static bool IsStep(GraphAction action) =>
        action.Kind == ActionKind.Fence || action is { Kind: ActionKind.Operation, Task: not Notify };

    private static bool IsTelling(Cib cib, string resource) => cib.Status.Nodes.Any(node => IsThere(cib, node.Name)
        && node.History.Any(history => Bare(history.ResourceId) == resource
            && history.Entries.Any(entry => entry is { Status: OperationStatus.Pending, Operation: Notify })));

    private static bool IsThere(Cib cib, string node) =>
        cib.Status.Find(node) is { IsMember: true, IsProcessUp: true, Join: "member" };

    private static bool IsBefore(GraphAction notice) => notice.Meta.GetValueOrDefault("notify_type") == "pre";

    private static string PlaceOf(GraphAction action) => $"{Bare(action.ResourceId)} {action.Key} {action.Node}";

    private static string NameIn(string place) => place[..place.IndexOf(' ', StringComparison.Ordinal)];

    private static string WordOf(GraphAction action) => PlaceOf(action) + string.Concat(action.Meta
        .Where(pair => pair.Key.StartsWith("notify_", StringComparison.Ordinal))
        .Select(pair => $" {pair.Key}={pair.Value}"));

    private static string Bare(string resource)
    {
        var colon = resource.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? resource : resource[..colon];
    }
}

/// <summary>A call that is to be made when some steps have ended.</summary>
/// <param name="Call">The call, with the words of the plan that had all those steps.</param>
/// <param name="Steps">Those that are still planned or under way.</param>
/// <param name="HasHappened">Some step has ended: there is something to tell.</param>
internal sealed record OwedNotice(GraphAction Call, ImmutableHashSet<string> Steps, bool HasHappened);
