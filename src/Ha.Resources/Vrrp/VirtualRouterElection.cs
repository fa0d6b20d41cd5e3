namespace Ha.Resources.Vrrp;

using static VirtualRouterActions;

/// <summary>What an advert does to a router that listens, and to one that is active. Source: RFC 9568, sections 6.4.2
/// and 6.4.3; RFC 3768 where the version is 2.</summary>
internal static class VirtualRouterElection
{
    /// <summary>S05 to S07.</summary>
    internal static VirtualRouterState InBackup(
        VirtualRouterSettings settings, in VirtualRouterState state, in VirtualRouterEvent received, long nowNs,
        ref EffectBuffer effects)
    {
        var priority = VirtualRouterTimes.Priority(settings, state.Weight);
        if (received.Advert.Priority == VirtualRouterTimes.ResignPriority)
        {
            return HearResign(settings, state, received, priority);
        }

        if (settings.IsOwner && received.Advert.Priority == VirtualRouterTimes.OwnerPriority)
        {
            Tell(VirtualRouterNote.SecondOwner, ref effects);
        }

        var mayPreempt = (settings.Preempt || settings.IsOwner) && !state.IsYielding;
        var isLower = received.Advert.Priority < priority;
        var waiting = isLower && mayPreempt ? BeginDelay(settings, state, nowNs) : state;
        if (isLower && mayPreempt && nowNs >= waiting.PreemptAt)
        {
            // S07: as if not heard, so that the timer runs out.
            return waiting with { IsLowerHeard = true };
        }

        var interval = ActiveIntervalOf(settings, state, received.Advert);
        if (received.Advert.IntervalCs * VirtualRouterTimes.CentisecondNs != settings.IntervalNs
            && interval != state.ActiveIntervalNs)
        {
            Tell(VirtualRouterNote.IntervalDiffers, ref effects);
        }

        return waiting with
        {
            ActiveIntervalNs = interval,
            DownAt = received.At + VirtualRouterTimes.DownNs(settings, priority, interval),
            PreemptAt = isLower ? waiting.PreemptAt : VirtualRouterTimes.Never,
            IsWilling = false,
            IsResignHeard = false,
            IsLowerHeard = false,
            ActivePeer = received.Address,
            ActivePriority = received.Advert.Priority,
        };
    }

    /// <summary>S12 to S15, S20.</summary>
    internal static VirtualRouterState InActive(
        VirtualRouterSettings settings, in VirtualRouterState state, in VirtualRouterEvent received, long nowNs,
        ref EffectBuffer effects)
    {
        var own = VirtualRouterTimes.Priority(settings, state.Weight);
        var theirs = received.Advert.Priority;
        var order = theirs != own ? theirs.CompareTo(own) : received.Address.CompareTo(state.Own);
        if (received.Address == state.Own)
        {
            Tell(VirtualRouterNote.DuplicateAddress, ref effects);
            return state;
        }

        if (theirs == VirtualRouterTimes.ResignPriority)
        {
            return Answer(settings, state, own, nowNs, ref effects);
        }

        if (settings.IsOwner && theirs == VirtualRouterTimes.OwnerPriority)
        {
            Tell(VirtualRouterNote.SecondOwner, ref effects);
        }

        if (settings.Class == VipClass.Fenced)
        {
            // The grant is the truth, and the LAN is not: nobody else may be active.
            Tell(VirtualRouterNote.ActiveBesideGrant, ref effects);
            return order < 0 ? Answer(settings, state, own, nowNs, ref effects) : state;
        }

        return order > 0
            ? Step(settings, state, received, own, ref effects)
            : HearLower(settings, state, own, nowNs, ref effects);
    }

    // S13: no resignation, since a better one is active already.
    private static VirtualRouterState Step(
        VirtualRouterSettings settings, in VirtualRouterState state, in VirtualRouterEvent received, byte own,
        ref EffectBuffer effects)
    {
        var interval = ActiveIntervalOf(settings, state, received.Advert);
        LetGo(settings, state, isKept: false, copies: 0, ref effects);
        var backup = Idle(state) with
        {
            ActiveIntervalNs = interval,
            DownAt = received.At + VirtualRouterTimes.DownNs(settings, own, interval),
            ActivePeer = received.Address,
            ActivePriority = received.Advert.Priority,
        };
        return Become(backup, VirtualRouterRole.Backup, RoleCause.Outranked, ref effects);
    }

    // S14: it learns of us at once, and clients that believed it learn again.
    private static VirtualRouterState HearLower(
        VirtualRouterSettings settings, in VirtualRouterState state, byte own, long nowNs, ref EffectBuffer effects)
    {
        Tell(VirtualRouterNote.LowerActive, ref effects);
        var next = settings.AnswersLower ? Answer(settings, state, own, nowNs, ref effects) : state;
        return AnnounceAgain(settings, next, nowNs, ref effects);
    }

    private static VirtualRouterState Answer(
        VirtualRouterSettings settings, in VirtualRouterState state, byte own, long nowNs, ref EffectBuffer effects)
    {
        SendAdvert(settings, state, own, 1, ref effects);
        return state with { AdvertAt = nowNs + VirtualRouterTimes.IntervalNs(settings, state.FloorNs) };
    }

    // S05. Candidates that know their rank do not wait for a skew. Copies of one resignation count once.
    private static VirtualRouterState HearResign(
        VirtualRouterSettings settings, in VirtualRouterState state, in VirtualRouterEvent received, byte priority)
    {
        if (state.IsResignHeard || state.IsWilling)
        {
            return state;
        }

        var usesRank = state.Rank > 0 && received.IsFromMember && !settings.HasForeignPeers;
        var interval = settings.Version == 2 || state.ActiveIntervalNs == 0
            ? VirtualRouterTimes.IntervalNs(settings, state.FloorNs) : state.ActiveIntervalNs;
        var wait = usesRank
            ? (state.Rank - 1) * VirtualRouterTimes.RankStepNs
            : VirtualRouterTimes.SkewNs(settings.Version, priority, interval);
        return state with { IsResignHeard = true, DownAt = received.At + wait };
    }

    private static VirtualRouterState BeginDelay(
        VirtualRouterSettings settings, in VirtualRouterState state, long nowNs) =>
        state.PreemptAt == VirtualRouterTimes.Never
            ? state with { PreemptAt = nowNs + settings.PreemptDelayNs }
            : state;

    private static long ActiveIntervalOf(
        VirtualRouterSettings settings, in VirtualRouterState state, in VrrpAdvert advert) =>
        settings.Version == 2 || advert.IntervalCs == 0
            ? VirtualRouterTimes.IntervalNs(settings, state.FloorNs)
            : advert.IntervalCs * VirtualRouterTimes.CentisecondNs;
}
