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
        .Select(PlanOf)
        .Where(plan => plan.Code != Cause.Removed || !plan.ActiveOn.IsEmpty || !plan.Steps.IsEmpty)
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

    // What is said of a whole holds for its parts; what a group wishes, its first member carries for all.
    private List<Reason> ReasonsOf(PolicyResource resource)
    {
        var reasons = new List<Reason>();
        var isFirst = true;
        for (var each = resource; each is not null; each = each.Parent)
        {
            foreach (var reason in _reasons.GetValueOrDefault(each.Id) ?? [])
            {
                if (each == resource || isFirst || !IsWish(reason.Code))
                {
                    AddOnce(reasons, reason with { ResourceId = resource.Id });
                }
            }

            isFirst &= each.Parent is not { Kind: ResourceKind.Group } group || group.Children[0] == each
                || !Assigner.IsColocated(group);
        }

        AddNodes(resource, reasons);
        return reasons;
    }

    private static bool IsWish(string code) => code is Cause.Location or Cause.NodeUnhealthy or Cause.Move;

    private void AddNodes(PolicyResource resource, List<Reason> reasons)
    {
        foreach (var node in _run.Nodes)
        {
            if (NodeCauses.Of(_run, node) is { Code.Length: > 0 } why)
            {
                reasons.Add(new Reason(
                    resource.Id, node.Name, why.Code, Score.MinusInfinity, why.Text, why.Origin));
            }

            if (!_run.Options.IsSymmetric && !resource.Allowed.Has(node.Index))
            {
                reasons.Add(new Reason(
                    resource.Id, node.Name, Cause.OptIn, Score.MinusInfinity,
                    "symmetric-cluster is false, and no location constraint names this node",
                    SettingOrigins.OfOption(_run, "symmetric-cluster")));
            }

            if (IsFull(resource, node, out var clone))
            {
                reasons.Add(new Reason(
                    resource.Id, node.Name, Cause.CloneNodeMax, Score.MinusInfinity,
                    $"it has as many instances of {clone.Id} as it may have",
                    SettingOrigins.OfMeta(_run, clone, "clone-node-max")));
            }
        }

        if (!_run.HasQuorum && _run.Options.NoQuorum != QuorumPolicy.Ignore
            && resource.Requires != Requirement.Nothing)
        {
            var quorum = ActionWaits.QuorumWhy(_run);
            reasons.Add(new Reason(resource.Id, "", quorum.Code, Score.Zero, quorum.Text, quorum.Origin));
        }
    }

    // Only of an instance that found no place.
    private static bool IsFull(PolicyResource resource, PolicyNode node, out PolicyResource clone)
    {
        var instance = resource;
        while (instance.Parent is { Kind: not ResourceKind.Clone } parent)
        {
            instance = parent;
        }

        clone = instance.Parent ?? resource;
        if (resource.AssignedTo is not null || clone.Clone is not { } settings || !node.IsAvailable)
        {
            return false;
        }

        var count = 0;
        foreach (var other in clone.Children)
        {
            count += other != instance && Roles.NodeOf(other, isCurrent: false) == node ? 1 : 0;
        }

        return count >= settings.NodeMax;
    }

    private List<Reason> PromotionReasonsOf(PolicyResource resource)
    {
        var reasons = new List<Reason>();
        for (var each = resource; each is not null; each = each.Parent)
        {
            foreach (var reason in _promotion.GetValueOrDefault(each.Id) ?? [])
            {
                AddOnce(reasons, reason with { ResourceId = resource.Id });
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

    private static void AddOnce(List<Reason> reasons, Reason reason)
    {
        if (!reasons.Contains(reason))
        {
            reasons.Add(reason);
        }
    }

    private ValueList<StepPlan> StepsOf(PolicyResource resource)
    {
        var steps = new List<StepPlan>();
        foreach (var action in resource.Actions)
        {
            var isStuck = !action.IsRunnable && !action.IsOptional && resource.IsManaged && action.IntervalMs == 0
                && action.Task is Tasks.Start or Tasks.Stop or Tasks.Promote or Tasks.Demote;
            if (action.IsOptional || action.Node is not { } node || action.Is(Tasks.Notify)
                || (!isStuck && !GraphSelection.BelongsInGraph(action)))
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
            .OrderBy(step => Rank(step.Task))
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
