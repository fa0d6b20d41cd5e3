namespace Ha.Resources.Vrrp;

using static VirtualRouterActions;
using Kind = VirtualRouterEventKind;

/// <summary>One virtual router: state and event in, state and effects out. No clock, no allocation. Sources: RFC 9568,
/// section 6.4, and RFC 3768, section 6.4, for the election; the classes bound and fenced are ours.</summary>
public static class VirtualRouterMachine
{
    /// <summary>Most effects of one step of one router.</summary>
    public const int MaxEffects = 8;

    /// <summary>A resignation is sent so often.</summary>
    public const int ResignCopies = 3;

    /// <summary>One step.</summary>
    /// <param name="settings">What the configuration says.</param>
    /// <param name="state">What was.</param>
    /// <param name="happened">What happened.</param>
    /// <param name="nowNs">The monotonic clock, in nanoseconds.</param>
    /// <param name="effects">What there is to do, in order.</param>
    /// <returns>What is.</returns>
    public static VirtualRouterState Step(
        VirtualRouterSettings settings, in VirtualRouterState state, in VirtualRouterEvent happened, long nowNs,
        ref EffectBuffer effects) =>
        IsGrantOver(settings, state, nowNs)
            ? React(settings, EndGrant(settings, state, nowNs, ref effects), happened, nowNs, ref effects)
            : React(settings, state, happened, nowNs, ref effects);

    // Whatever wakes it up: a grant that is over is over before anything else.
    private static bool IsGrantOver(VirtualRouterSettings settings, in VirtualRouterState state, long nowNs) =>
        settings.Class == VipClass.Fenced && state.Role == VirtualRouterRole.Active && state.GrantEndsAt <= nowNs;

    private static VirtualRouterState React(
        VirtualRouterSettings settings, in VirtualRouterState state, in VirtualRouterEvent happened, long nowNs,
        ref EffectBuffer effects) => happened.Kind switch
        {
            Kind.Start => Start(settings, state, happened, nowNs, ref effects),
            Kind.Stop => Stop(settings, state, happened, ref effects),
            Kind.AdvertReceived => Receive(settings, state, happened, nowNs, ref effects),
            Kind.TimerExpired => Expire(settings, state, nowNs, ref effects),
            Kind.TrackerChanged => ChangeTrackers(settings, state, happened, nowNs, ref effects),
            Kind.LinkChanged => ChangeLink(settings, state, happened.IsOn, nowNs, ref effects),
            Kind.OwnAddressChanged => Refit(
                settings, state with { Own = happened.Address }, RoleCause.NoAddress, nowNs, ref effects),
            Kind.GroupFaultChanged => Refit(
                settings, state with { IsGroupFaulted = happened.IsOn }, RoleCause.SyncGroup, nowNs, ref effects),
            Kind.Granted => Grant(settings, state, happened, nowNs, ref effects),
            Kind.GrantCalledBack => EndGrant(settings, state, nowNs, ref effects),
            Kind.Released when state.AwaitedRelease == happened.Epoch => Claim(
                settings, state with { AwaitedRelease = 0 }, RoleCause.Granted, nowNs, ref effects),
            Kind.BoundChanged => happened.IsOn
                ? Claim(settings, state with { IsBoundActive = true }, RoleCause.BoundStarted, nowNs, ref effects)
                : Renounce(
                    settings, state with { IsBoundActive = false }, RoleCause.BoundStopped, nowNs, ref effects),
            Kind.QuorumChanged => happened.IsOn
                ? Claim(settings, state with { HasQuorum = true }, RoleCause.QuorumGained, nowNs, ref effects)
                : Renounce(settings, state with { HasQuorum = false }, RoleCause.QuorumLost, nowNs, ref effects),
            Kind.RankChanged => state with { Rank = happened.Number },
            Kind.FloorChanged => state with { FloorNs = happened.At },
            Kind.Yield => Yield(settings, state, nowNs, ref effects),
            Kind.TakeOver => MayBeActive(settings, state, nowNs) && state.Role == VirtualRouterRole.Backup
                ? Promote(settings, state, RoleCause.TakeoverOrdered, nowNs, ref effects) : state,
            Kind.ConflictSeen => AnnounceAgain(settings, state, nowNs, ref effects),
            Kind.GroupPromoted => MayBeActive(settings, state, nowNs) && state.Role == VirtualRouterRole.Backup
                ? Promote(settings, state, RoleCause.SyncGroup, nowNs, ref effects) : state,
            Kind.GroupDemoted => state.Role == VirtualRouterRole.Active
                ? FollowDown(settings, state, happened.Cause, nowNs, ref effects) : state,
            Kind.SettingsChanged => ChangeSettings(settings, state, nowNs, ref effects),
            _ => state,
        };

    /// <summary>May it have the addresses, by its class? The election is another question.</summary>
    public static bool MayBeActive(VirtualRouterSettings settings, in VirtualRouterState state, long nowNs) =>
        !state.IsUnfit && !state.IsGroupFaulted && settings.Class switch
        {
            VipClass.Free => state.HasQuorum || !settings.YieldsWithoutQuorum,
            VipClass.Bound => state.IsBoundActive,
            _ => state.IsBoundActive && state.HasQuorum && HoldsGrant(state, nowNs),
        };

    /// <summary>True while a grant counts, and what it waits for is over.</summary>
    public static bool HoldsGrant(in VirtualRouterState state, long nowNs) =>
        state.HasGrant && state.AwaitedRelease == 0 && nowNs < state.GrantEndsAt;

    private static byte PriorityOf(VirtualRouterSettings settings, in VirtualRouterState state) =>
        VirtualRouterTimes.Priority(settings, state.Weight);

    private static long DownNs(VirtualRouterSettings settings, in VirtualRouterState state) =>
        VirtualRouterTimes.DownNs(settings, PriorityOf(settings, state), ActiveInterval(settings, state));

    private static long ActiveInterval(VirtualRouterSettings settings, in VirtualRouterState state) =>
        settings.Version == 2 || state.ActiveIntervalNs == 0 ? OwnInterval(settings, state) : state.ActiveIntervalNs;

    private static long OwnInterval(VirtualRouterSettings settings, in VirtualRouterState state) =>
        VirtualRouterTimes.IntervalNs(settings, state.FloorNs);

    private static long Skew(VirtualRouterSettings settings, in VirtualRouterState state) =>
        VirtualRouterTimes.SkewNs(settings.Version, PriorityOf(settings, state), ActiveInterval(settings, state));

    private static VirtualRouterState Start(
        VirtualRouterSettings settings, in VirtualRouterState state, in VirtualRouterEvent started, long nowNs,
        ref EffectBuffer effects)
    {
        if (state.Role != VirtualRouterRole.Initialize)
        {
            return state;
        }

        var begun = state with { Own = started.Address, IsLinkUp = started.IsOn };
        return settings.StartupDelayNs > 0
            ? begun with { StartAt = nowNs + settings.StartupDelayNs }
            : Begin(settings, begun, RoleCause.Started, nowNs, ref effects);
    }

    // S01 and S02. An owner is active at once; in a sync group only with all of it.
    private static VirtualRouterState Begin(
        VirtualRouterSettings settings, in VirtualRouterState state, RoleCause cause, long nowNs,
        ref EffectBuffer effects)
    {
        var idle = Idle(state) with { StartAt = VirtualRouterTimes.Never };
        if (state.IsUnfit || state.IsGroupFaulted)
        {
            return Become(idle, VirtualRouterRole.Fault, CauseOfFault(state), ref effects);
        }

        idle = idle with { ActiveIntervalNs = OwnInterval(settings, idle), IsWilling = settings.IsOwner };
        var downAt = settings.IsOwner ? VirtualRouterTimes.Never : nowNs + DownNs(settings, idle);
        var backup = idle with { DownAt = downAt };
        if (MayTakeOver(settings, backup, nowNs) && settings.SyncGroup.Length == 0)
        {
            return Promote(settings, backup, cause, nowNs, ref effects);
        }

        return Become(backup, VirtualRouterRole.Backup, cause, ref effects);
    }

    private static RoleCause CauseOfFault(in VirtualRouterState state) => state switch
    {
        { IsLinkUp: false } => RoleCause.LinkDown,
        { Faults: > 0 } => RoleCause.TrackerFailed,
        { Own.IsNone: true } => RoleCause.NoAddress,
        _ => RoleCause.SyncGroup,
    };

    private static VirtualRouterState Stop(
        VirtualRouterSettings settings, in VirtualRouterState state, in VirtualRouterEvent stopped,
        ref EffectBuffer effects)
    {
        if (state.Role == VirtualRouterRole.Active)
        {
            LetGo(settings, state, stopped.IsKept, stopped.IsOn ? ResignCopies : 0, ref effects);
        }

        var ended = Relinquish(Idle(state)) with
        {
            StartAt = VirtualRouterTimes.Never,
            LinkDownAt = VirtualRouterTimes.Never,
            IsYielding = false,
        };
        return Become(ended, VirtualRouterRole.Initialize, RoleCause.Stopped, ref effects);
    }

    private static VirtualRouterState Expire(
        VirtualRouterSettings settings, in VirtualRouterState state, long nowNs, ref EffectBuffer effects)
    {
        if (state.StartAt <= nowNs)
        {
            return Begin(settings, state, RoleCause.Started, nowNs, ref effects);
        }

        if (state.LinkDownAt <= nowNs)
        {
            var cut = state with { LinkDownAt = VirtualRouterTimes.Never, IsLinkUp = false };
            return Refit(settings, cut, RoleCause.LinkDown, nowNs, ref effects);
        }

        return state.Role switch
        {
            VirtualRouterRole.Active => ExpireActive(settings, state, nowNs, ref effects),
            VirtualRouterRole.Backup when state.DownAt <= nowNs => FindSilence(settings, state, nowNs, ref effects),
            _ => state,
        };
    }

    // S11, and what was done to wake up late.
    private static VirtualRouterState ExpireActive(
        VirtualRouterSettings settings, in VirtualRouterState state, long nowNs, ref EffectBuffer effects)
    {
        var interval = OwnInterval(settings, state);
        if (nowNs - state.AdvertAt > 2 * interval && state.AdvertAt <= nowNs)
        {
            return DoubtOneself(settings, state, nowNs, ref effects);
        }

        var next = state;
        if (next.AdvertAt <= nowNs)
        {
            SendAdvert(settings, next, PriorityOf(settings, next), 1, ref effects);
            var due = next.AdvertAt + interval;
            next = next with { AdvertAt = due > nowNs ? due : nowNs + interval };
        }

        if (next.AnnounceAt <= nowNs)
        {
            effects.Add(new VirtualRouterEffect { Kind = VirtualRouterEffectKind.Announce });
            next = next with
            {
                Announced = next.Announced + 1,
                AnnounceAt = VirtualRouterTimes.NextAnnouncementAt(
                    settings, next.Announced + 1, next.AnnouncedFrom, nowNs),
            };
        }

        return next;
    }

    // We slept for more than two intervals: another one may be active. The addresses go first; then we listen for a
    // skew, as after a resignation, and say nothing meanwhile. A grant that we slept through does not count any more.
    private static VirtualRouterState DoubtOneself(
        VirtualRouterSettings settings, in VirtualRouterState state, long nowNs, ref EffectBuffer effects)
    {
        var isFenced = settings.Class == VipClass.Fenced;
        LetGo(settings, state, isKept: false, isFenced ? ResignCopies : 0, ref effects);
        var idle = Relinquish(Idle(state)) with
        {
            ActiveIntervalNs = OwnInterval(settings, state),
            DownAt = nowNs + Skew(settings, state),
        };
        return Become(idle, VirtualRouterRole.Backup, RoleCause.LateWakeUp, ref effects);
    }

    // S08, or the class does not allow it yet.
    private static VirtualRouterState FindSilence(
        VirtualRouterSettings settings, in VirtualRouterState state, long nowNs, ref EffectBuffer effects)
    {
        var willing = state with { DownAt = VirtualRouterTimes.Never, IsWilling = true, IsYielding = false };
        if (!MayTakeOver(settings, willing, nowNs))
        {
            Tell(VirtualRouterNote.SilentWithoutLeave, ref effects);
            return willing;
        }

        return settings.SyncGroup.Length > 0
            ? willing : Promote(settings, willing, CauseOfSilence(state), nowNs, ref effects);
    }

    private static RoleCause CauseOfSilence(in VirtualRouterState state) =>
        state.IsResignHeard ? RoleCause.Resign : state.IsLowerHeard ? RoleCause.Preempt : RoleCause.Silence;

    /// <summary>Nobody must be waited for, and its class allows it.</summary>
    internal static bool MayTakeOver(VirtualRouterSettings settings, in VirtualRouterState state, long nowNs) =>
        MayBeActive(settings, state, nowNs) && (state.IsWilling || settings.Class == VipClass.Fenced);

    // Something that was missing is there: whoever was only waiting for it is active at once.
    private static VirtualRouterState Claim(
        VirtualRouterSettings settings, in VirtualRouterState state, RoleCause cause, long nowNs,
        ref EffectBuffer effects) =>
        state.Role == VirtualRouterRole.Backup && settings.SyncGroup.Length == 0
            && MayTakeOver(settings, state, nowNs)
            ? Promote(settings, state, cause, nowNs, ref effects)
            : state;

    // Something is missing: an active router that may not be so without it gives up, and says so.
    private static VirtualRouterState Renounce(
        VirtualRouterSettings settings, in VirtualRouterState state, RoleCause cause, long nowNs,
        ref EffectBuffer effects) =>
        state.Role == VirtualRouterRole.Active && !MayBeActive(settings, state, nowNs)
            ? GiveUp(settings, state, cause, nowNs, ref effects)
            : state;

    private static VirtualRouterState Grant(
        VirtualRouterSettings settings, in VirtualRouterState state, in VirtualRouterEvent granted, long nowNs,
        ref EffectBuffer effects)
    {
        if (granted.Epoch < state.Epoch || granted.Epoch <= state.ReleasedEpoch)
        {
            Tell(VirtualRouterNote.OldGrant, ref effects);
            return state;
        }

        var isRenewed = granted.Epoch == state.Epoch && state.HasGrant;
        var holder = state with
        {
            HasGrant = true,
            Epoch = granted.Epoch,
            GrantEndsAt = granted.At,
            AwaitedRelease = isRenewed && state.AwaitedRelease == 0 ? 0 : granted.Awaited,
        };
        return Claim(settings, holder, RoleCause.Granted, nowNs, ref effects);
    }

    private static VirtualRouterState EndGrant(
        VirtualRouterSettings settings, in VirtualRouterState state, long nowNs, ref EffectBuffer effects)
    {
        return state.Role == VirtualRouterRole.Active && settings.Class == VipClass.Fenced
            ? GiveUp(settings, state, RoleCause.GrantEnded, nowNs, ref effects)
            : Relinquish(state);
    }

    // What is released is released: whoever has been told so may be active by now.
    private static VirtualRouterState Relinquish(in VirtualRouterState state) => state with
    {
        HasGrant = false,
        GrantEndsAt = VirtualRouterTimes.Never,
        AwaitedRelease = 0,
        ReleasedEpoch = state.Epoch,
    };

    // A planned move: the addresses go, everybody is told, and whoever takes them keeps them.
    private static VirtualRouterState Yield(
        VirtualRouterSettings settings, in VirtualRouterState state, long nowNs, ref EffectBuffer effects) =>
        state.Role == VirtualRouterRole.Active
            ? GiveUp(settings, state with { IsYielding = true }, RoleCause.YieldOrdered, nowNs, ref effects)
            : Relinquish(state);

    private static VirtualRouterState GiveUp(
        VirtualRouterSettings settings, in VirtualRouterState state, RoleCause cause, long nowNs,
        ref EffectBuffer effects)
    {
        LetGo(settings, state, isKept: false, ResignCopies, ref effects);
        var idle = Relinquish(Idle(state)) with { ActiveIntervalNs = OwnInterval(settings, state) };
        return Become(
            idle with { DownAt = nowNs + DownNs(settings, idle) }, VirtualRouterRole.Backup, cause, ref effects);
    }

    // Another router of the group gave up. A late wake-up is not told to the others on the LAN: they may be active.
    private static VirtualRouterState FollowDown(
        VirtualRouterSettings settings, in VirtualRouterState state, RoleCause cause, long nowNs,
        ref EffectBuffer effects) =>
        cause == RoleCause.LateWakeUp
            ? DoubtOneself(settings, state, nowNs, ref effects)
            : GiveUp(settings, state, RoleCause.SyncGroup, nowNs, ref effects);

    private static VirtualRouterState ChangeTrackers(
        VirtualRouterSettings settings, in VirtualRouterState state, in VirtualRouterEvent changed, long nowNs,
        ref EffectBuffer effects)
    {
        var before = PriorityOf(settings, state);
        var next = state with { Faults = changed.Number, Weight = changed.Weight };
        next = ShiftSkew(settings, state, next);
        if (PriorityOf(settings, next) != before)
        {
            Tell(VirtualRouterNote.PriorityChanged, ref effects);
        }

        return Refit(settings, next, RoleCause.TrackerFailed, nowNs, ref effects);
    }

    private static VirtualRouterState ChangeSettings(
        VirtualRouterSettings settings, in VirtualRouterState state, long nowNs, ref EffectBuffer effects)
    {
        // What is learnt of the active router stays; our own interval is asked for each time.
        var next = state.Role == VirtualRouterRole.Active
            ? state with { AdvertAt = Math.Min(state.AdvertAt, nowNs + OwnInterval(settings, state)) }
            : state;
        return Renounce(settings, next, RoleCause.GrantEnded, nowNs, ref effects);
    }

    // Another priority means another skew; the time already waited counts.
    private static VirtualRouterState ShiftSkew(
        VirtualRouterSettings settings, in VirtualRouterState before, in VirtualRouterState after) =>
        after.DownAt == VirtualRouterTimes.Never
            ? after
            : after with { DownAt = after.DownAt + Skew(settings, after) - Skew(settings, before) };

    private static VirtualRouterState ChangeLink(
        VirtualRouterSettings settings, in VirtualRouterState state, bool isUp, long nowNs, ref EffectBuffer effects)
    {
        if (isUp)
        {
            var carried = state with { IsLinkUp = true, LinkDownAt = VirtualRouterTimes.Never };
            return state.Role == VirtualRouterRole.Active
                ? AnnounceAgain(settings, carried, nowNs, ref effects)
                : Refit(settings, carried, RoleCause.Recovered, nowNs, ref effects);
        }

        return settings.LinkDownDelayNs > 0 && state.IsLinkUp
            ? state with { LinkDownAt = Math.Min(state.LinkDownAt, nowNs + settings.LinkDownDelayNs) }
            : Refit(settings, state with { IsLinkUp = false }, RoleCause.LinkDown, nowNs, ref effects);
    }

    // S19: is it fit, and was it before? A resignation goes out when the link still carries it.
    private static VirtualRouterState Refit(
        VirtualRouterSettings settings, in VirtualRouterState state, RoleCause cause, long nowNs,
        ref EffectBuffer effects)
    {
        var isUnfit = state.IsUnfit || state.IsGroupFaulted;
        switch (state.Role)
        {
            case VirtualRouterRole.Fault when !isUnfit:
                return Begin(settings, state, RoleCause.Recovered, nowNs, ref effects);
            case VirtualRouterRole.Active when isUnfit:
                var copies = state.IsLinkUp && !state.Own.IsNone ? ResignCopies : 0;
                LetGo(settings, state, isKept: false, copies, ref effects);
                return Become(Relinquish(Idle(state)), VirtualRouterRole.Fault, cause, ref effects);
            case VirtualRouterRole.Backup when isUnfit:
                return Become(Idle(state), VirtualRouterRole.Fault, cause, ref effects);
            default:
                return state;
        }
    }

    private static VirtualRouterState Receive(
        VirtualRouterSettings settings, in VirtualRouterState state, in VirtualRouterEvent received, long nowNs,
        ref EffectBuffer effects)
    {
        var learnt = !received.Advert.IsIpv6 && received.Advert.Version == 3
            && received.Advert.Checksum is VrrpChecksumForms.PseudoHeader or VrrpChecksumForms.MessageOnly
                ? state with { IsPseudoHeaderHeard = received.Advert.Checksum == VrrpChecksumForms.PseudoHeader }
                : state;
        return state.Role switch
        {
            VirtualRouterRole.Backup => VirtualRouterElection.InBackup(
                settings, learnt, received, nowNs, ref effects),
            VirtualRouterRole.Active => VirtualRouterElection.InActive(settings, learnt, received, nowNs, ref effects),
            _ => state,
        };
    }

    // S08: the advert first, so that a switch learns the port, then the addresses, then the announcements.
    private static VirtualRouterState Promote(
        VirtualRouterSettings settings, in VirtualRouterState state, RoleCause cause, long nowNs,
        ref EffectBuffer effects)
    {
        var active = Idle(state) with
        {
            ActiveIntervalNs = OwnInterval(settings, state),
            AdvertAt = nowNs + OwnInterval(settings, state),
            Announced = 1,
            AnnouncedFrom = nowNs,
            AnnounceAt = VirtualRouterTimes.NextAnnouncementAt(settings, 1, nowNs, nowNs),
            IsYielding = false,
        };
        SendAdvert(settings, active, PriorityOf(settings, active), 1, ref effects);
        effects.Add(new VirtualRouterEffect { Kind = VirtualRouterEffectKind.InstallAddresses });
        effects.Add(new VirtualRouterEffect { Kind = VirtualRouterEffectKind.Announce });
        return Become(active, VirtualRouterRole.Active, cause, ref effects);
    }
}
