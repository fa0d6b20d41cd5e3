using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>What a finished run decided, and why: the nodes as they are, each primitive as it is and shall be, each
/// step with what it is for and what it waits for. A pure view of a run that kept its reasons
/// (<see cref="Scheduler.Run"/>, withReasons); its order does not depend on the order of the input.</summary>
internal sealed class SchedulerReport
{
    private readonly PolicyRun _run;
    private readonly PendingIndex _pending;
    private readonly ActionWaits _waits;
    private readonly ResourceCauses _causes;
    private readonly Dictionary<string, List<Reason>> _reasons;
    private readonly Dictionary<string, List<Reason>> _promotion;

    private SchedulerReport(PolicyRun run, Func<PolicyAction, Why>? hold)
    {
        _run = run;
        _pending = new PendingIndex(run);
        _waits = new ActionWaits(run, _pending, hold);
        _causes = new ResourceCauses(run, _pending, _waits);
        _reasons = ByResource(run.Reasons!);
        _promotion = ByResource(run.PromotionReasons!);
    }

    /// <summary>The nodes, in the order of the run.</summary>
    public ValueList<NodePlan> Nodes => _run.Nodes.Select(node => NodeCauses.PlanOf(_run, node)).ToValueList();

    /// <summary>The primitives (instances of clones, members of groups), in the order written; then what left the
    /// configuration. Worked out each time.</summary>
    public ValueList<ResourcePlan> Resources => InOrder(_run)
        .Select(resource => (resource.IsRemoved, Plan: PlanOf(resource)))
        .Where(each => !each.IsRemoved || !each.Plan.ActiveOn.IsEmpty || !each.Plan.Steps.IsEmpty)
        .Select(each => each.Plan)
        .ToValueList();

    /// <summary>Reads a finished run. The run must have kept its reasons.</summary>
    /// <param name="run">The run.</param>
    /// <param name="hold">What holds an action back beside the graph; an empty code for nothing. Null where nothing
    /// does.</param>
    public static SchedulerReport Read(PolicyRun run, Func<PolicyAction, Why>? hold = null)
    {
        Must.Hold(run is { Reasons: not null, PromotionReasons: not null });
        return new SchedulerReport(run, hold);
    }

    /// <summary>One primitive (or instance) as it is and shall be.</summary>
    public ResourcePlan Of(PolicyResource primitive) => PlanOf(primitive);

    /// <summary>Why an action is in the run.</summary>
    public Why WhyOf(PolicyAction action)
    {
        var why = _causes.Of(action);
        if (action.Resource is not { IsPrimitive: true } resource)
        {
            return why;
        }

        return why.Code switch
        {
            Cause.Better => _causes.BetterWhy(resource, ReasonsOf(resource), why),

            // It ends: for the cause that keeps it from running.
            Cause.TargetStopped => _causes.Main(resource, ReasonsOf(resource)),
            _ => why,
        };
    }

    /// <summary>What an action waits for; of one that cannot run, what stands in its way.</summary>
    public IReadOnlyList<Why> WaitsOf(PolicyAction action) =>
        action.IsRunnable ? _waits.Of(action) : [_waits.Blocker(action)];

    /// <summary>Names of nodes, in their order.</summary>
    public static IEnumerable<string> Names(IEnumerable<PolicyNode> nodes) =>
        nodes.OrderBy(node => node.Index).Select(node => node.Name);

    private static Dictionary<string, List<Reason>> ByResource(List<Reason> reasons)
    {
        var byResource = new Dictionary<string, List<Reason>>(StringComparer.Ordinal);
        foreach (var reason in reasons)
        {
            if (!byResource.TryGetValue(reason.ResourceId, out var list))
            {
                byResource[reason.ResourceId] = list = [];
            }

            list.Add(reason);
        }

        return byResource;
    }

    private static IEnumerable<PolicyResource> InOrder(PolicyRun run)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var resource in run.Cib.Configuration.Resources)
        {
            places.TryAdd(resource.Id, places.Count);
        }

        // Instances change their places while it is decided who is promoted: their numbers tell the order.
        int PlaceOf(PolicyResource resource) =>
            resource.IsRemoved ? int.MaxValue : places.GetValueOrDefault(resource.Id, int.MaxValue);
        return run.Resources
            .OrderBy(PlaceOf)
            .ThenBy(resource => resource.Id, StringComparer.Ordinal)
            .SelectMany(Parts);
    }

    private static IEnumerable<PolicyResource> Parts(PolicyResource resource)
    {
        if (resource.IsPrimitive)
        {
            return [resource];
        }

        IEnumerable<PolicyResource> parts = resource.Children;
        if (resource.Kind == ResourceKind.Clone)
        {
            parts = parts.OrderBy(child => InstanceNumber(child.Id)).ThenBy(child => child.Id, StringComparer.Ordinal);
        }

        return parts.SelectMany(Parts);
    }

    private static int InstanceNumber(string id) =>
        int.TryParse(id.AsSpan(id.LastIndexOf(':') + 1), out var number) ? number : -1;

    private ResourcePlan PlanOf(PolicyResource resource)
    {
        var reasons = ReasonsOf(resource);
        var main = _causes.Main(resource, reasons);
        var pending = _pending.Of(resource);
        return new ResourcePlan
        {
            Id = resource.Id,
            Collective = resource.Parent is null ? "" : resource.Top(includeBundle: true).Id,
            Role = SummaryText.RoleName(RoleNow(resource)),
            NextRole = SummaryText.RoleName(resource.NextRole),
            ActiveOn = Names(resource.ActiveOn).ToValueList(),
            FailedOn = resource.HasFailed ? Names(resource.ActiveOn).ToValueList() : [],
            AssignedTo = resource.AssignedTo?.Name,
            IsManaged = resource.IsManaged || resource.IsBlocked,
            IsBlocked = resource.IsBlocked,
            IsWanted = !_run.Options.IsStopAll && !resource.IsRemoved
                && main.Code is not (Cause.TargetStopped or Cause.CloneMax or Cause.CloneNodeMax),
            InFlight = pending is { } busy ? $"{busy.Entry.Operation} on {busy.Node.Name}" : "",
            Scores = _run.Nodes.ToValueMap(node => node.Name, node => Score.Of(resource.Allowed[node.Index])),
            Reasons = Sorted(reasons),
            PromotionReasons = resource.Top().IsPromotable ? Sorted(PromotionReasonsOf(resource)) : [],
            PromotionScore = ColocationScores.PromotableOf(resource) is { } promotable
                ? Score.Of(promotable.PromotionPriority)
                : null,
            Steps = StepsOf(resource),
            Code = main.Code,
            Text = main.Text,
            Origin = main.Origin,
        };
    }

    private static Role RoleNow(PolicyResource resource) =>
        resource.ActiveOn.Count == 0 || resource.Role == Role.Unknown ? Role.Stopped : resource.Role;

    private static ValueList<Reason> Sorted(List<Reason> reasons) => reasons
        .OrderByDescending(reason => Math.Abs(reason.Score.Value))
        .ThenBy(reason => reason.Node, StringComparer.Ordinal)
        .ThenBy(reason => reason.Code, StringComparer.Ordinal)
        .ThenBy(reason => reason.Text, StringComparer.Ordinal)
        .ToValueList();

    private List<Reason> ReasonsOf(PolicyResource resource) => ScoreParts.Of(_run, resource, _reasons);

    private List<Reason> PromotionReasonsOf(PolicyResource resource)
    {
        var reasons = new List<Reason>();
        for (var each = resource; each is not null; each = each.Parent)
        {
            foreach (var reason in _promotion.GetValueOrDefault(each.Id) ?? [])
            {
                ScoreParts.AddOnce(reasons, reason with { ResourceId = resource.Id });
            }
        }

        if (ColocationScores.PromotableOf(resource) is { } instance
            && Roles.NodeOf(instance, isCurrent: false) is { } node)
        {
            var score = PromotionScores.Of(_run, instance, node);
            reasons.Add(score is null
                ? new Reason(
                    resource.Id, node.Name, Cause.NoPromotionScore, Score.Of(-1), "the agent has set no score", Origin.None)
                : new Reason(
                    resource.Id, node.Name,
                    score < 0 ? Cause.PromotionScoreNegative : Cause.PromotionScore, Score.Of(score.Value),
                    "set by the agent", Origin.None));
        }

        return reasons;
    }

    private ValueList<StepPlan> StepsOf(PolicyResource resource)
    {
        var steps = new List<StepPlan>();
        foreach (var action in resource.Actions)
        {
            var isStuck = ResourceCauses.IsStuck(action);
            if (action.Node is not { } node || action.Is(Tasks.Notify)
                || (!isStuck && (action.IsOptional || !GraphSelection.BelongsInGraph(action))))
            {
                continue;
            }

            steps.Add(new StepPlan
            {
                Task = action.Task,
                Node = node.Name,
                Interval = TimeSpan.FromMilliseconds(action.IntervalMs),
                CanRun = action.IsRunnable,
                Why = Plain(WhyOf(action)),
                WaitsFor = WaitsOf(action).Select(Plain).ToValueList(),
            });
        }

        return steps
            .OrderBy(step => step.Task == Tasks.Monitor && step.Interval == TimeSpan.Zero ? 0 : Rank(step.Task))
            .ThenBy(step => step.Node, StringComparer.Ordinal)
            .ThenBy(step => step.Task, StringComparer.Ordinal)
            .ThenBy(step => step.Interval)
            .ToValueList();
    }

    private static WaitPlan Plain(Why why) => new(why.Code, why.Text, why.Origin);

    private static int Rank(string task) => task switch
    {
        Tasks.ClearFailCount or Tasks.LrmDelete or Tasks.Delete or Tasks.Cancel => 0,
        Tasks.Monitor => 6,
        Tasks.Demote => 1,
        Tasks.MigrateTo => 2,
        Tasks.Stop => 3,
        Tasks.MigrateFrom => 3,
        Tasks.Start => 4,
        Tasks.Promote => 5,
        _ => 5,
    };
}
