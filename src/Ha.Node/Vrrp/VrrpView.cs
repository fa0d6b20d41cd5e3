using System.Globalization;
using System.Text;
using Ha.Resources.Vrrp;
using Ha.Resources.Vrrp.Link;
using Ha.Resources.Vrrp.Notify;
using Ha.Resources.Vrrp.Plan;
using Ha.Resources.Vrrp.Track;

namespace Ha.Node.Vrrp;

/// <summary>What the virtual routers are, for programs and for people.</summary>
internal static class VrrpView
{
    private const double NsPerUs = 1000;
    private const double NsPerMs = 1_000_000;
    private const double NsPerSecond = 1_000_000_000;

    /// <summary>The view.</summary>
    public static VrrpReply Of(string host, VrrpPlan plan, VrrpLink link, IReadOnlyList<TrackState?> checks,
        long now) =>
        new()
        {
            Host = host,
            Routers = [.. plan.Routers.Index().Select(item => RouterOf(plan, item.Index, link, checks, now))],
            Timing = TimingOf(link),
        };

    /// <summary>A table of the routers.</summary>
    public static string Table(VrrpReply reply)
    {
        var text = new StringBuilder();
        text.Append("ROUTER               ROLE     PRIORITY  VRID  INTERFACE        SINCE       ADDRESSES\n");
        foreach (var router in reply.Routers)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{router.Id,-20} {router.Role,-8} {router.Priority,8}  {router.Vrid,4}  {router.Interface,-15}  {Length(router.Since),-10}  {string.Join(' ', router.Addresses)}\n");
        }

        return text.ToString();
    }

    /// <summary>One router with all that is known.</summary>
    public static string Details(VrrpReply reply, VrrpRouterReply router)
    {
        var text = new StringBuilder();
        var peer = router.ActivePeer.Length > 0 ? $"{router.ActivePeer} (priority {router.ActivePriority})" : "none heard";
        text.Append(CultureInfo.InvariantCulture, $"""
            {router.Id}: {router.Role} for {Length(router.Since)}
              number      {router.Vrid} on {router.Interface}, VRRP version {router.Version}, {router.Family}, from {(router.Source.Length > 0 ? router.Source : "no address")}
              priority    {router.Priority} (configured {router.ConfiguredPriority}){(router.SyncGroup.Length > 0 ? $", in sync group {router.SyncGroup}" : "")}
              interval    {router.IntervalMs} ms
              addresses   {string.Join(' ', router.Addresses)}
              active peer {peer}
              counted     {string.Join(", ", router.Counters.Where(pair => pair.Value > 0).Select(pair => $"{pair.Key} {pair.Value}"))}

            """);
        if (router.Discarded.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  not taken   {string.Join(", ", router.Discarded.Select(pair => $"{pair.Key} {pair.Value}"))}\n");
        }

        foreach (var check in router.Checks)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  check       {check.Id}: {(check.Good ? "good" : "bad")}{(check.Weight != 0 ? $", weight {check.Weight}" : "")}\n");
        }

        var timing = reply.Timing;
        text.Append(CultureInfo.InvariantCulture,
            $"  this host   wakes {timing.LateP50Us} us late (99.9 %: {timing.LateP999Us} us, worst {timing.LateWorstUs} us); shortest interval {timing.FloorMs} ms{(timing.RealTime ? "" : "; NO real-time priority")}\n");
        return text.ToString();
    }

    private static VrrpRouterReply RouterOf(
        VrrpPlan plan, int index, VrrpLink link, IReadOnlyList<TrackState?> checks, long now)
    {
        var router = plan.Routers[index];
        var settings = router.Settings;
        var state = link.StateOf(index);
        var counters = link.CountersOf(index);
        var discarded = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (var reason = 0; reason < counters.Discarded.Length; reason++)
        {
            if (counters.Discarded[reason] > 0)
            {
                discarded[((VrrpDiscard)reason).ToString().ToLowerInvariant()] = counters.Discarded[reason];
            }
        }

        return new VrrpRouterReply
        {
            Id = settings.Id,
            Role = RoleChange.Word(state.Role),
            Since = counters.ChangedAt == 0 ? 0 : Math.Round((now - counters.ChangedAt) / NsPerSecond, 3),
            Vrid = settings.Vrid,
            Version = settings.Version,
            Family = settings.IsIpv6 ? "ipv6" : "ipv4",
            Interface = settings.Interface,
            Priority = VirtualRouterTimes.Priority(settings, state.Weight),
            ConfiguredPriority = settings.Priority,
            IntervalMs = VirtualRouterTimes.IntervalNs(settings, state.FloorNs) / NsPerMs,
            Addresses =
            [
                .. settings.Addresses.Select(address => $"{address.Address}/{address.PrefixLength}"
                    + (address.Interface.Length > 0 ? $" dev {address.Interface}" : "")),
            ],
            Source = state.Own.IsNone ? "" : state.Own.ToString(),
            ActivePeer = state.ActivePeer.IsNone ? "" : state.ActivePeer.ToString(),
            ActivePriority = state.ActivePriority,
            Faults = state.Faults,
            SyncGroup = settings.SyncGroup,
            Checks =
            [
                .. router.Checks.Select(check => new VrrpCheckReply(
                    plan.Checks[check].Id, checks[check]?.IsGood ?? false, plan.Checks[check].Weight)),
            ],
            Counters = CountersOf(counters),
            Discarded = discarded,
        };
    }

    private static SortedDictionary<string, long> CountersOf(RouterCounters counters) => new(StringComparer.Ordinal)
    {
        ["adverts-sent"] = counters.Sent,
        ["adverts-received"] = counters.Received,
        ["resigns-sent"] = counters.ResignsSent,
        ["resigns-received"] = counters.ResignsReceived,
        ["send-errors"] = counters.SendErrors,
        ["became-active"] = counters.BecameActive,
        ["left-active"] = counters.LeftActive,
        ["announced"] = counters.Announced,
        ["conflicts"] = counters.Conflicts,
    };

    private static VrrpHostReply TimingOf(VrrpLink link) => new()
    {
        RealTime = link.PriorityProblem.Length == 0,
        Measured = link.Lateness.Count,
        LateP50Us = link.Lateness.Quantile(0.5) / NsPerUs,
        LateP99Us = link.Lateness.Quantile(0.99) / NsPerUs,
        LateP999Us = link.Lateness.Quantile(0.999) / NsPerUs,
        LateWorstUs = Math.Round(link.Lateness.Worst / NsPerUs),
        FloorMs = link.Lateness.Floor / NsPerMs,
        Collections = link.Collections.Count,
        CollectionWorstUs = Math.Round(link.Collections.Longest.TotalMicroseconds),
    };

    private static string Length(double seconds) => seconds switch
    {
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s"),
        < 6000 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:F0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:F1} h"),
    };
}
