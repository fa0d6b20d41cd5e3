namespace Ha.Resources.Vrrp;

/// <summary>Several virtual routers that are active on the same node, as one decision: whatever one of them becomes,
/// all become in the same step. A router without a group is a group of one.</summary>
public static class SyncGroupMachine
{
    // Each round gives every router at most one event; a fault, a demotion and a promotion are the longest chain.
    private const int MaxRounds = 4;

    /// <summary>One event of one router, and what follows for the others.</summary>
    /// <param name="routers">The routers of the group.</param>
    /// <param name="states">Their states, changed in place.</param>
    /// <param name="index">To which one it happened.</param>
    /// <param name="happened">What happened.</param>
    /// <param name="nowNs">The monotonic clock, in nanoseconds.</param>
    /// <param name="effects">Room for <see cref="MaxEffects"/>.</param>
    public static void Step(
        ReadOnlySpan<VirtualRouterSettings> routers, Span<VirtualRouterState> states, int index,
        in VirtualRouterEvent happened, long nowNs, ref EffectBuffer effects)
    {
        Must.Hold(routers.Length == states.Length);
        var cause = StepOne(routers, states, index, happened, nowNs, ref effects);
        if (routers.Length == 1)
        {
            return;
        }

        for (var round = 0; round < MaxRounds; round++)
        {
            var isChanged = SpreadFault(routers, states, nowNs, ref effects)
                || SpreadDemotion(routers, states, index, cause, nowNs, ref effects)
                || Promote(routers, states, nowNs, ref effects);
            if (!isChanged)
            {
                return;
            }
        }
    }

    /// <summary>Most effects of one step of a group.</summary>
    public static int MaxEffects(int routers) => routers * VirtualRouterMachine.MaxEffects * 2;

    /// <summary>The earliest deadline of the group.</summary>
    public static long NextDeadline(ReadOnlySpan<VirtualRouterState> states)
    {
        var next = VirtualRouterTimes.Never;
        foreach (ref readonly var state in states)
        {
            next = Math.Min(next, state.NextDeadline);
        }

        return next;
    }

    private static RoleCause StepOne(
        ReadOnlySpan<VirtualRouterSettings> routers, Span<VirtualRouterState> states, int index,
        in VirtualRouterEvent happened, long nowNs, ref EffectBuffer effects)
    {
        var begin = effects.Count;
        effects.Router = index;
        states[index] = VirtualRouterMachine.Step(routers[index], states[index], happened, nowNs, ref effects);
        var cause = RoleCause.SyncGroup;
        foreach (ref readonly var effect in effects.Effects[begin..])
        {
            if (effect.Kind == VirtualRouterEffectKind.Became)
            {
                cause = effect.Cause;
            }
        }

        return cause;
    }

    private static bool SpreadFault(
        ReadOnlySpan<VirtualRouterSettings> routers, Span<VirtualRouterState> states, long nowNs,
        ref EffectBuffer effects)
    {
        var isChanged = false;
        for (var index = 0; index < states.Length; index++)
        {
            var isFaulted = false;
            for (var other = 0; other < states.Length; other++)
            {
                isFaulted |= other != index && states[other].Role != VirtualRouterRole.Initialize
                    && states[other].IsUnfit;
            }

            if (states[index].IsGroupFaulted != isFaulted)
            {
                StepOne(
                    routers, states, index,
                    VirtualRouterEvent.Of(VirtualRouterEventKind.GroupFaultChanged, isFaulted), nowNs, ref effects);
                isChanged = true;
            }
        }

        return isChanged;
    }

    // The router to which it happened is not active any more, or another one just gave up: none of them is.
    private static bool SpreadDemotion(
        ReadOnlySpan<VirtualRouterSettings> routers, Span<VirtualRouterState> states, int index, RoleCause cause,
        long nowNs, ref EffectBuffer effects)
    {
        if (states[index].Role == VirtualRouterRole.Active || !IsAny(states, VirtualRouterRole.Active))
        {
            return false;
        }

        for (var other = 0; other < states.Length; other++)
        {
            StepOne(
                routers, states, other,
                new VirtualRouterEvent { Kind = VirtualRouterEventKind.GroupDemoted, Cause = cause }, nowNs,
                ref effects);
        }

        return true;
    }

    // All or none: every one of them is active, or has nobody to wait for and may be. An order takes them all along.
    private static bool Promote(
        ReadOnlySpan<VirtualRouterSettings> routers, Span<VirtualRouterState> states, long nowNs,
        ref EffectBuffer effects)
    {
        var isOrdered = IsAny(states, VirtualRouterRole.Active);
        var isChanged = false;
        for (var index = 0; index < states.Length; index++)
        {
            ref readonly var state = ref states[index];
            if (state.Role == VirtualRouterRole.Active)
            {
                continue;
            }

            isChanged = true;
            if (state.Role != VirtualRouterRole.Backup || !(isOrdered
                ? VirtualRouterMachine.MayBeActive(routers[index], state, nowNs)
                : VirtualRouterMachine.MayTakeOver(routers[index], state, nowNs)))
            {
                return isOrdered && Withdraw(routers, states, nowNs, ref effects);
            }
        }

        for (var index = 0; index < states.Length && isChanged; index++)
        {
            StepOne(
                routers, states, index, VirtualRouterEvent.Of(VirtualRouterEventKind.GroupPromoted), nowNs,
                ref effects);
        }

        return isChanged;
    }

    // One of them cannot follow: then none of them stays.
    private static bool Withdraw(
        ReadOnlySpan<VirtualRouterSettings> routers, Span<VirtualRouterState> states, long nowNs,
        ref EffectBuffer effects)
    {
        for (var index = 0; index < states.Length; index++)
        {
            StepOne(
                routers, states, index,
                new VirtualRouterEvent { Kind = VirtualRouterEventKind.GroupDemoted, Cause = RoleCause.SyncGroup },
                nowNs, ref effects);
        }

        return true;
    }

    private static bool IsAny(ReadOnlySpan<VirtualRouterState> states, VirtualRouterRole role)
    {
        foreach (ref readonly var state in states)
        {
            if (state.Role == role)
            {
                return true;
            }
        }

        return false;
    }
}
