using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>Stage 2: which nodes are unclean, and which of those are to be fenced now.</summary>
internal static class FencingStage
{
    /// <summary>How long a host whose engine lives may be without our program before it counts as lost: long enough
    /// for a restart, which stops nothing.</summary>
    public const int ProgramGraceSeconds = 20;

    public static FencingDecision[] Decide(ClusterView view)
    {
        return [.. view.Nodes.Select((node, index) => Decide(view, node, index))];
    }

    private static FencingDecision Decide(ClusterView view, NodeFacts node, int index)
    {
        var reason = UncleanReason(view, node, index);
        if (reason.Length == 0)
        {
            return FencingDecision.Clean;
        }

        return CanFence(view, node, out var whyNot)
            ? new FencingDecision(IsUnclean: true, IsFenced: true, reason)
            : new FencingDecision(IsUnclean: view.Settings.IsFencingEnabled, IsFenced: false, $"{reason}; {whyNot}");
    }

    private static string UncleanReason(ClusterView view, NodeFacts node, int index)
    {
        if (view is { Settings: { HasQuorum: false, NoQuorumPolicy: "fence" } } && node.IsOnline)
        {
            return "this partition lost quorum";
        }

        if (Settings.IsTrue(node.Attributes.GetValueOrDefault("terminate"), false))
        {
            return "its termination was asked for";
        }

        var failed = view.Resources.FirstOrDefault(resource =>
            resource.On[index] is { IsFailed: true, OnFail: "fence" } && resource.IsManaged);
        if (failed is not null && node.State is { IsMember: true })
        {
            return $"{failed.On[index].Failure!.Operation} of {failed.Id} failed there";
        }

        return node.State switch
        {
            null or { Expected: null, IsMember: not true } => view.Settings.IsStartupFencing ? "it was never seen" : "",
            { IsMember: false, Expected: "member" } => "it was lost",
            { IsMember: true, IsProcessUp: false, Expected: "member", ProcessSince: var since }
                when since > 0 && view.Now - since >= ProgramGraceSeconds =>
                $"its cluster program has been gone for {view.Now - since} s",
            _ => "",
        };
    }

    private static bool CanFence(ClusterView view, NodeFacts node, out string whyNot)
    {
        var settings = view.Settings;
        whyNot = !settings.IsFencingEnabled ? "fencing is switched off"
            : !view.Resources.Any(resource => resource.Primitive.IsFencingDevice && resource.IsWanted)
                ? "no fencing device is configured"
            : !settings.HasQuorum && settings.NoQuorumPolicy != "ignore"
                && !node.IsOnline ? "there is no quorum to fence it"
            : "";
        return whyNot.Length == 0;
    }
}

/// <summary>What is decided about a node.</summary>
internal readonly record struct FencingDecision(bool IsUnclean, bool IsFenced, string Reason)
{
    public static FencingDecision Clean => new(false, false, "");
}
