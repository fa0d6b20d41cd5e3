namespace Ha.Resources.Vrrp;

/// <summary>What the machine asks for, effect by effect.</summary>
internal static class VirtualRouterActions
{
    // A takeover may be announced anew so often at most, whatever strangers send.
    private const long AnnounceAgainNs = 1_000_000_000;

    /// <summary>The addresses go; then, if wanted, everybody is told.</summary>
    internal static void LetGo(
        VirtualRouterSettings settings, in VirtualRouterState state, bool isKept, int copies, ref EffectBuffer effects)
    {
        if (!isKept)
        {
            effects.Add(new VirtualRouterEffect { Kind = VirtualRouterEffectKind.RemoveAddresses });
        }

        if (copies > 0)
        {
            SendAdvert(
                settings, state, VirtualRouterTimes.ResignPriority, copies, ref effects,
                settings.Class == VipClass.Fenced && !isKept ? state.Epoch : 0);
        }
    }

    /// <summary>Sends one advert, as often as it takes.</summary>
    internal static void SendAdvert(
        VirtualRouterSettings settings, in VirtualRouterState state, byte priority, int copies,
        ref EffectBuffer effects, ulong releasedEpoch = 0) => effects.Add(new VirtualRouterEffect
        {
            Kind = VirtualRouterEffectKind.SendAdvert,
            Priority = priority,
            Copies = copies,
            IntervalCs = (int)(VirtualRouterTimes.IntervalNs(settings, state.FloorNs)
                / VirtualRouterTimes.CentisecondNs),
            WithPseudoHeader = settings.IsIpv6 || settings.Checksum switch
            {
                VrrpChecksumChoice.Auto => state.IsPseudoHeaderHeard,
                VrrpChecksumChoice.Rfc5798 => true,
                _ => false,
            },
            ReleasedEpoch = releasedEpoch,
        });

    /// <summary>Begins the announcements anew, if they were not just begun.</summary>
    internal static VirtualRouterState AnnounceAgain(
        VirtualRouterSettings settings, in VirtualRouterState state, long nowNs, ref EffectBuffer effects)
    {
        if (state.Role != VirtualRouterRole.Active || nowNs - state.AnnouncedFrom < AnnounceAgainNs)
        {
            return state;
        }

        effects.Add(new VirtualRouterEffect { Kind = VirtualRouterEffectKind.Announce });
        return state with
        {
            Announced = 1,
            AnnouncedFrom = nowNs,
            AnnounceAt = VirtualRouterTimes.NextAnnouncementAt(settings, 1, nowNs, nowNs),
        };
    }

    /// <summary>The role, told when it is another one.</summary>
    internal static VirtualRouterState Become(
        in VirtualRouterState state, VirtualRouterRole role, RoleCause cause, ref EffectBuffer effects)
    {
        if (state.Role != role)
        {
            effects.Add(new VirtualRouterEffect
            {
                Kind = VirtualRouterEffectKind.Became,
                From = state.Role,
                To = role,
                Cause = cause,
            });
        }

        return state with { Role = role };
    }

    /// <summary>Something that should be known.</summary>
    internal static void Tell(VirtualRouterNote note, ref EffectBuffer effects) =>
        effects.Add(new VirtualRouterEffect { Kind = VirtualRouterEffectKind.Note, Note = note });

    /// <summary>No timer of a role runs, and nothing is remembered of whom it heard.</summary>
    internal static VirtualRouterState Idle(in VirtualRouterState state) => state with
    {
        DownAt = VirtualRouterTimes.Never,
        AdvertAt = VirtualRouterTimes.Never,
        AnnounceAt = VirtualRouterTimes.Never,
        PreemptAt = VirtualRouterTimes.Never,
        IsWilling = false,
        IsResignHeard = false,
        IsLowerHeard = false,
        ActivePeer = default,
        ActivePriority = 0,
    };
}
