using System.Globalization;

namespace Ha.Resources.Vrrp.Notify;

/// <summary>A change of role, as programs and people are told of it.</summary>
/// <param name="Router">Id of the router, with its family where it has two.</param>
/// <param name="From">Role before.</param>
/// <param name="To">Role now.</param>
/// <param name="Cause">Why.</param>
/// <param name="Priority">Our priority now.</param>
/// <param name="At">When, by the time of day.</param>
public sealed record RoleChange(
    string Router, VirtualRouterRole From, VirtualRouterRole To, RoleCause Cause, int Priority, DateTimeOffset At)
{
    /// <summary>A role as a word.</summary>
    public static string Word(VirtualRouterRole role) => role switch
    {
        VirtualRouterRole.Active => "active",
        VirtualRouterRole.Backup => "backup",
        VirtualRouterRole.Fault => "fault",
        _ => "stopped",
    };

    /// <summary>A cause as words.</summary>
    public static string Words(RoleCause cause) => cause switch
    {
        RoleCause.Started => "started",
        RoleCause.Stopped => "stopped",
        RoleCause.Silence => "the active router was silent",
        RoleCause.Resign => "the active router resigned",
        RoleCause.Preempt => "a lower router was active",
        RoleCause.Outranked => "a higher router is active",
        RoleCause.Granted => "granted",
        RoleCause.GrantEnded => "the grant ended",
        RoleCause.BoundStarted => "its resource started",
        RoleCause.BoundStopped => "its resource stopped",
        RoleCause.QuorumGained => "quorum came",
        RoleCause.QuorumLost => "quorum was lost",
        RoleCause.YieldOrdered => "asked to yield",
        RoleCause.TakeoverOrdered => "asked to take over",
        RoleCause.TrackerFailed => "a check failed",
        RoleCause.LinkDown => "the link is down",
        RoleCause.NoAddress => "the interface has no address to speak from",
        RoleCause.Recovered => "what was missing is back",
        RoleCause.LateWakeUp => "the host woke us too late",
        _ => "its sync group",
    };

    /// <summary>One line, as the journal and the pipe have it.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"router \"{Router}\" {Word(From)} {Word(To)} {Priority} \"{Words(Cause)}\"");
}
