using System.Globalization;
using Ha.Actors.Cluster;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Policy;

namespace Ha.Node.Views;

/// <summary>The first line of `ha why`, and the cause that it names.</summary>
/// <param name="Text">One sentence: what is, the code, and the cause in words.</param>
/// <param name="Main">The true cause; null where all is as wanted.</param>
internal sealed record WhyAnswer(string Text, CauseReply? Main)
{
    /// <summary>Of a resource as a whole.</summary>
    public static WhyAnswer Of(ReplicaView view, ResourcePlan resource)
    {
        if (view.Epoch is EpochState.Inactive inactive)
        {
            return OfInactive(view, inactive, resource);
        }

        if (resource.Code.Length > 0)
        {
            var first = resource.Reasons.FirstOrDefault(reason => reason.Code == resource.Code);
            var origin = string.IsNullOrEmpty(resource.Origin.File) ? first?.Origin ?? Origin.None : resource.Origin;
            return With(
                resource, "", new CauseReply(
                    resource.Code, first?.Node ?? "", Fully(view, resource), SourceText.Of(origin)));
        }

        return new WhyAnswer(
            resource switch
            {
                { ActiveOn.IsEmpty: false, AssignedTo: { } node } when resource.ActiveOn.Contains(node) =>
                    $"{Where(resource)}, as wanted.",
                { AssignedTo: { } node } => $"{Where(resource)}, and goes to {node}.",
                _ => $"{Where(resource)}.",
            },
            null);
    }

    /// <summary>Why (not) on one node.</summary>
    public static WhyAnswer On(ReplicaView view, ResourcePlan resource, string node)
    {
        if (!view.IsActive || resource.ActiveOn.Contains(node) || IsAboutAll(resource.Code))
        {
            return Of(view, resource);
        }

        // What keeps it from running anywhere keeps it from running here, unless this node has a ban of its own.
        var own = resource.Reasons
            .Where(reason => reason.Node == node && reason.Score.IsBan)
            .OrderBy(reason => IsAboutNode(reason.Code) ? 0 : reason.Code == resource.Code ? 1 : 2)
            .FirstOrDefault();
        var cause = own is not null ? CauseOf(own, Words(own))
            : resource.AssignedTo is null || resource.AssignedTo == node ? Of(view, resource).Main
            : Compared(resource, resource.AssignedTo, node);
        return cause is null
            ? new WhyAnswer($"{Where(resource)}; it goes to {node}.", null)
            : With(resource, $"; not on {node}", cause);
    }

    private static bool IsAboutAll(string code) => code is Cause.TargetStopped or Cause.StopAll or Cause.Removed
        or Cause.Unmanaged or Cause.MaintenanceCluster or Cause.MaintenanceResource;

    private static bool IsAboutNode(string code) => code is Cause.NodeDrained or Cause.NodeOffline or Cause.NodeUnclean
        or Cause.NodePending or Cause.NodeShuttingDown or Cause.MaintenanceNode or Cause.OnFailStandby;

    // Why the chosen node was better: the part that makes the largest difference, or else the tie.
    private static CauseReply Compared(ResourcePlan resource, string chosen, string node)
    {
        var part = resource.Reasons
            .Where(reason => (reason.Node == chosen && reason.Score > Score.Zero)
                || (reason.Node == node && reason.Score < Score.Zero))
            .OrderByDescending(reason => Math.Abs((long)reason.Score.Value))
            .FirstOrDefault();
        var scores = $"{chosen} has {resource.Scores.GetValueOrDefault(chosen)}, {node} {resource.Scores.GetValueOrDefault(node)}";
        return part is null || resource.Scores.GetValueOrDefault(chosen) == resource.Scores.GetValueOrDefault(node)
            ? new CauseReply(
                Cause.TieBroken, node, $"{scores}: equal scores, so fewer resources, then where it is, then the name decide",
                "")
            : CauseOf(part, $"{Words(part)} gives {part.Node} {Signed(part.Score)}; {scores}");
    }

    // What the cluster does now is not known here: what this node does is.
    private static WhyAnswer OfInactive(ReplicaView view, EpochState.Inactive inactive, ResourcePlan resource)
    {
        if (inactive.IsQuorate)
        {
            return With(
                resource, $" (what {view.Self} knew last)",
                new CauseReply(Cause.NodePending, view.Self, $"{view.Self} is in no active epoch: {inactive.Reason}", ""));
        }

        var policy = view.Cib.Configuration.Properties
            .SelectMany(set => set.Values)
            .Where(pair => pair.Name == "no-quorum-policy")
            .Select(pair => (NameValue?)pair)
            .FirstOrDefault();
        var (code, then) = policy?.Value switch
        {
            "freeze" => (Cause.NoQuorumFreeze, "what runs there goes on, nothing new is started"),
            "ignore" => (Cause.NoQuorumFreeze, "without an epoch nothing new is started, whatever no-quorum-policy says"),
            "demote" => (Cause.NoQuorumDemote, "what runs there is stopped"),
            _ => (Cause.NoQuorumStop, "what runs there is stopped"),
        };
        return With(
            resource, $" (what {view.Self} knew last)",
            new CauseReply(
                code, view.Self, $"{view.Self} sees no majority of the votes: {then}", policy?.Origin.ToString() ?? ""));
    }

    private static WhyAnswer With(ResourcePlan resource, string more, CauseReply cause)
    {
        var text = StepView.With($"{cause.Code}: {cause.Text}", cause.Source);
        return new WhyAnswer($"{Where(resource)}{more}: {text}.", cause);
    }

    // The plan's words, and what the rest of the state has to say about them.
    private static string Fully(ReplicaView view, ResourcePlan resource)
    {
        if (resource.Code is Cause.WaitsForFencing or Cause.NodeUnclean)
        {
            var failed = view.Cib.Status.Fencing.LastOrDefault(record =>
                resource.Text.Contains($"{record.Target} is ", StringComparison.Ordinal));
            return failed is { State: FencingState.Failed }
                ? $"{resource.Text}; fencing failed: {failed.Error}"
                : resource.Text;
        }

        if (resource.Code == Cause.Running && PendingOf(view, resource) is { LastRun: > 0 } pending)
        {
            var since = DateTimeOffset.FromUnixTimeSeconds(pending.LastRun)
                .ToString("HH:mm:ss", CultureInfo.InvariantCulture);
            return $"{resource.Text} since {since} UTC";
        }

        return resource.Code switch
        {
            Cause.MaintenanceCluster => "the cluster is paused: nothing is started, stopped or watched",
            Cause.MaintenanceNode => $"{string.Join(" and ", resource.ActiveOn)} is in maintenance: nothing there is touched",
            Cause.MaintenanceResource => "it is in maintenance: it is not touched, and not watched",
            Cause.Unmanaged => "is-managed is false: it is watched, and not started, stopped or moved",
            Cause.Location => resource.Text.Replace(": ", ": constraint ", StringComparison.Ordinal),
            _ => resource.Text,
        };
    }

    private static HistoryEntry? PendingOf(ReplicaView view, ResourcePlan resource) => view.Cib.Status.Nodes
        .SelectMany(state => state.History)
        .Where(history => history.ResourceId == resource.Id)
        .SelectMany(history => history.Entries)
        .FirstOrDefault(entry => entry.Status == OperationStatus.Pending);

    private static string Words(Reason reason) =>
        reason.Code == Cause.Location ? $"constraint {reason.Text}" : reason.Text;

    private static string Where(ResourcePlan resource) => resource.ActiveOn.IsEmpty
        ? $"{resource.Id} is stopped"
        : $"{resource.Id} is started on {string.Join(" and ", resource.ActiveOn)}";

    private static CauseReply CauseOf(Reason reason, string text) =>
        new(reason.Code, reason.Node, text, SourceText.Of(reason.Origin));

    private static string Signed(Score score) => score.Value > 0 ? $"+{score}" : score.ToString();
}
