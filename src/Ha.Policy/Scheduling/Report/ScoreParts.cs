using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>The parts of a primitive's scores: its own, those that it has from what it is part of, and what nodes,
/// quorum and the kinds of things say without anybody's asking.</summary>
internal static class ScoreParts
{
    public static List<Reason> Of(PolicyRun run, PolicyResource resource, Dictionary<string, List<Reason>> all)
    {
        var reasons = new List<Reason>();
        var isFirst = true;
        for (var each = resource; each is not null; each = each.Parent)
        {
            foreach (var reason in all.GetValueOrDefault(each.Id) ?? [])
            {
                if (each == resource || IsInherited(run, resource, each, reason, isFirst))
                {
                    AddOnce(reasons, reason with { ResourceId = resource.Id });
                }
            }

            isFirst &= each.Parent is not { Kind: ResourceKind.Group } group || group.Children[0] == each
                || !Assigner.IsColocated(group);
        }

        foreach (var node in run.Nodes)
        {
            AddNode(run, resource, node, reasons);
        }

        if (!run.HasQuorum && run.Options.NoQuorum != QuorumPolicy.Ignore && resource.Requires != Requirement.Nothing)
        {
            var quorum = ActionWaits.QuorumWhy(run);
            reasons.Add(new Reason(resource.Id, "", quorum.Code, Score.Zero, quorum.Text, quorum.Origin));
        }

        return reasons;
    }

    public static void AddOnce(List<Reason> reasons, Reason reason)
    {
        if (!reasons.Contains(reason))
        {
            reasons.Add(reason);
        }
    }

    // What is said of a whole holds for its parts where it was put into their tables, too; what a group wishes, its
    // first member carries for all; and where no instance may be, this one may not be.
    private static bool IsInherited(
        PolicyRun run, PolicyResource resource, PolicyResource whole, Reason reason, bool isFirst)
    {
        // What is wished of a bundle is wished of its containers and addresses.
        if (whole.Kind == ResourceKind.Bundle && resource.RemoteNode is not null && IsWish(reason.Code))
        {
            return false;
        }

        if (reason.Score.IsBan && reason.Node.Length > 0)
        {
            return run.FindNode(reason.Node) is { } node
                && resource.Allowed[node.Index] <= Scores.MinusInfinity
                && (isFirst || !IsWish(reason.Code));
        }

        return IsWish(reason.Code) ? isFirst
            : reason.Code is not (Cause.PromotionScore or Cause.DependentWishes or Cause.ColocationWith
                or Cause.AntiColocation or Cause.GroupPredecessor or Cause.TieBroken);
    }

    private static bool IsWish(string code) => code is Cause.Location or Cause.NodeUnhealthy or Cause.Move;

    private static void AddNode(PolicyRun run, PolicyResource resource, PolicyNode node, List<Reason> reasons)
    {
        void Add(string code, int score, string text, Origin origin) =>
            AddOnce(reasons, new Reason(resource.Id, node.Name, code, Score.Of(score), text, origin));
        if (NodeCauses.Of(run, node) is { Code.Length: > 0 } why)
        {
            Add(why.Code, Scores.MinusInfinity, why.Text, why.Origin);
        }

        var isAllowed = resource.Allowed.Has(node.Index);
        if (isAllowed && run.Options.IsSymmetric && node.Configured is { Score.Value: not 0 } configured)
        {
            Add(Cause.NodeScore, configured.Score.Value, "the node's own score", configured.Origin);
        }

        var score = resource.Allowed[node.Index];
        if (score >= Scores.Infinity && node.RemoteResource?.Launcher is { } own && IsBeside(resource, own))
        {
            Add(Cause.InContainer, score, $"it runs inside of {own.Id}", resource.Source.Origin);
        }

        if (score > Scores.MinusInfinity
            || reasons.Exists(reason => reason.Score.IsBan && (reason.Node == node.Name || reason.Node.Length == 0)))
        {
            return;
        }

        if (NodeAttributes.IsBundled(resource) || resource.Launcher is not null)
        {
            Add(Cause.InContainer, score, "its container is not there, or is no place for it", resource.Source.Origin);
        }
        else if (node.RemoteResource is not null)
        {
            Add(Cause.NotOnRemote, score, "this remote or guest node is no place for it", Origin.None);
        }
        else if (!run.Options.IsSymmetric && !isAllowed)
        {
            Add(
                Cause.OptIn, score, "symmetric-cluster is false, and no location constraint names this node",
                SettingOrigins.OfOption(run, "symmetric-cluster"));
        }
    }

    // What runs inside of a bundle's replica has that replica's container beside it.
    private static bool IsBeside(PolicyResource resource, PolicyResource container)
    {
        foreach (var replica in container.Parent?.Bundle?.Replicas ?? [])
        {
            if (replica.Child == resource && replica.Container == container)
            {
                return true;
            }
        }

        return resource.Launcher == container;
    }
}
