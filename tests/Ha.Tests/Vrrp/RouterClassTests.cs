using Ha.Resources.Vrrp;
using Kind = Ha.Resources.Vrrp.VirtualRouterEventKind;
using static Ha.Tests.Vrrp.RouterScript;

namespace Ha.Tests.Vrrp;

/// <summary>Who may be active without being asked: the classes free, bound and fenced, and sync groups.</summary>
public sealed class RouterClassTests
{
    private static readonly VirtualRouterSettings s_fenced = Router() with { Class = VipClass.Fenced, BoundTo = "db" };

    [Theory] // SD-19, 5.3: what follows from the loss of quorum
    [InlineData(false, "")]
    [InlineData(true, "remove send(0x3) Active->Backup(QuorumLost)")]
    public void A_free_router_keeps_or_yields_without_quorum(bool yields, string expected)
    {
        var router = new RouterScript(Router() with { YieldsWithoutQuorum = yields });
        router.Start();
        router.RunTo(3610);
        Assert.Equal(expected, router.Do(4000, Kind.QuorumChanged, isOn: false));
        if (yields)
        {
            Assert.Equal("7609.38: note:SilentWithoutLeave", router.RunTo(8000));
            Assert.Equal("send(100) install announce Backup->Active(QuorumGained)", router.Do(9000, Kind.QuorumChanged));
        }
    }

    [Fact]
    public void A_bound_router_takes_over_only_where_its_resource_runs()
    {
        var router = new RouterScript(Router() with { Class = VipClass.Bound, BoundTo = "web" });
        router.Start();
        Assert.Equal("3609.38: note:SilentWithoutLeave", router.RunTo(9999));
        Assert.Equal("send(100) install announce Backup->Active(BoundStarted)", router.Do(10_000, Kind.BoundChanged));
        Assert.Equal("remove send(0x3) Active->Backup(BoundStopped)", router.Do(11_000, Kind.BoundChanged, isOn: false));
        router.Hear(11_100, 90);
        Assert.Equal("", router.Do(11_200, Kind.BoundChanged));
        Assert.Equal("14609.38: send(100) install announce Backup->Active(Preempt)", router.RunTo(14_610));
    }

    [Fact]
    public void A_fenced_router_is_never_active_on_silence_alone()
    {
        var router = new RouterScript(s_fenced);
        router.Start();
        router.Do(0, Kind.BoundChanged);
        Assert.Equal("3609.38: note:SilentWithoutLeave", router.RunTo(100_000));
        Assert.Equal(VirtualRouterRole.Backup, router.State.Role);
    }

    [Fact]
    public void A_fenced_router_needs_the_grant_the_resource_and_the_end_of_every_earlier_grant()
    {
        var router = new RouterScript(s_fenced);
        router.Start();
        Assert.Equal("", router.Do(10, VirtualRouterEvent.Granted(7, Ns(5000), awaitedRelease: 6)));
        Assert.Equal("", router.Do(20, Kind.BoundChanged));
        Assert.Equal("", router.Do(25, VirtualRouterEvent.Released(5)));
        Assert.Equal("send(100) install announce Backup->Active(Granted)", router.Do(30, VirtualRouterEvent.Released(6)));
    }

    [Fact]
    public void A_grant_ends_by_the_nodes_own_clock_and_an_older_one_is_ignored()
    {
        var router = FencedActive();
        Assert.Equal("", router.Do(1000, VirtualRouterEvent.Granted(7, Ns(3000))));
        Assert.Equal("note:OldGrant", router.Do(1001, VirtualRouterEvent.Granted(6, Ns(90_000))));
        Assert.Equal("3000: remove send(0x3,released 7) Active->Backup(GrantEnded)", router.RunTo(3100, "announce", "send(100)", "send(100) announce"));
        Assert.Equal("", router.Do(3200, Kind.QuorumChanged));
    }

    [Theory] // rule 5.4: on loss of 1 (grant, quorum), 2 (resource) or 4 (a late wake-up) the address goes
    [InlineData(Kind.GrantCalledBack, "GrantEnded")]
    [InlineData(Kind.QuorumChanged, "QuorumLost")]
    [InlineData(Kind.BoundChanged, "BoundStopped")]
    [InlineData(Kind.Yield, "YieldOrdered")]
    public void A_fenced_router_lets_go_when_one_of_its_conditions_ends(Kind kind, string cause)
    {
        var router = FencedActive();
        Assert.Equal($"remove send(0x3,released 7) Active->Backup({cause})", router.Do(500, kind, isOn: false));
    }

    [Fact]
    public void What_was_released_never_counts_again()
    {
        var router = FencedActive(Ns(90_000));
        router.Do(500, Kind.BoundChanged, isOn: false);
        Assert.Equal("", router.Do(600, Kind.BoundChanged));
        Assert.Equal("note:OldGrant", router.Do(700, VirtualRouterEvent.Granted(7, Ns(99_000))));
        Assert.Equal("send(100) install announce Backup->Active(Granted)", router.Do(800, VirtualRouterEvent.Granted(8, Ns(99_000))));

        // A stop that leaves the addresses where they are does not say that they are released.
        Assert.Equal("send(0x3) Active->Initialize(Stopped)", router.Do(900, VirtualRouterEvent.Stop(resigns: true, keepsAddresses: true)));
    }

    [Fact]
    public void A_fenced_router_that_slept_lets_go_and_needs_a_new_grant()
    {
        var router = FencedActive(Ns(90_000));
        Assert.Equal(
            "remove send(0x3,released 7) Active->Backup(LateWakeUp)", router.Do(30_000, VirtualRouterEvent.TimerExpired));
        Assert.Equal("30609.38: note:SilentWithoutLeave", router.RunTo(80_000));
        Assert.Equal("send(100) install announce Backup->Active(Granted)", router.Do(80_001, VirtualRouterEvent.Granted(8, Ns(99_000))));
    }

    [Fact]
    public void A_fenced_router_with_its_grant_yields_to_nobody_on_the_LAN()
    {
        var router = FencedActive();
        Assert.Equal("note:ActiveBesideGrant", router.Hear(500, 255)); // H5: forged
        Assert.Equal("send(100)", router.Hear(510, 0));
        Assert.Equal("note:ActiveBesideGrant send(100)", router.Hear(520, 1));
        Assert.Equal(VirtualRouterRole.Active, router.State.Role);
    }

    [Fact]
    public void X06_a_group_becomes_active_only_when_every_router_may_and_then_all_at_once()
    {
        var group = new RouterScript(Router(group: "g"), Router(group: "g"));
        group.Start(0, 0);
        group.Start(0, 1);
        group.Hear(1000, 200, router: 1);
        Assert.Equal("", group.RunTo(4000));
        Assert.Equal(VirtualRouterRole.Backup, group.RoleOf(0));
        Assert.Equal(
            "4609.38: 0:send(100) 0:install 0:announce 0:Backup->Active(SyncGroup) "
            + "1:send(100) 1:install 1:announce 1:Backup->Active(SyncGroup)", group.RunTo(4610));
    }

    [Fact]
    public void X06_what_one_router_of_a_group_loses_all_lose()
    {
        Assert.Equal(
            "1:remove 1:Active->Backup(Outranked) 0:remove 0:send(0x3) 0:Active->Backup(SyncGroup)",
            ActiveGroup().Hear(5000, 200, router: 1));
        Assert.Equal(
            "0:remove 0:send(0x3) 0:Active->Fault(TrackerFailed) 1:remove 1:send(0x3) 1:Active->Fault(SyncGroup)",
            ActiveGroup().Do(5000, VirtualRouterEvent.TrackerChanged(1, 0), 0));
        Assert.Equal(
            "1:remove 1:send(0x3) 1:Active->Initialize(Stopped) 0:remove 0:send(0x3) 0:Active->Backup(SyncGroup)",
            ActiveGroup().Do(5000, VirtualRouterEvent.Stop(resigns: true), 1));
    }

    [Fact]
    public void X06_a_group_is_unfit_as_long_as_one_router_is()
    {
        var group = ActiveGroup();
        group.Do(5000, VirtualRouterEvent.LinkChanged(isUp: false), 1);
        Assert.Equal((VirtualRouterRole.Fault, VirtualRouterRole.Fault), (group.RoleOf(0), group.RoleOf(1)));
        Assert.Equal("", group.RunTo(60_000));
        Assert.Equal(
            "1:Fault->Backup(Recovered) 0:Fault->Backup(Recovered)",
            group.Do(60_000, VirtualRouterEvent.LinkChanged(isUp: true), 1));
        Assert.Contains("0:Backup->Active(SyncGroup)", group.RunTo(64_000), StringComparison.Ordinal);
    }

    [Fact]
    public void X06_a_planned_takeover_takes_the_whole_group()
    {
        var group = new RouterScript(Router(group: "g"), Router(group: "g"));
        group.Start(0, 0);
        group.Start(0, 1);
        group.Hear(100, 200, router: 0);
        group.Hear(100, 200, router: 1);
        group.Do(200, Kind.TakeOver, router: 1);
        Assert.Equal((VirtualRouterRole.Active, VirtualRouterRole.Active), (group.RoleOf(0), group.RoleOf(1)));
    }

    private static RouterScript FencedActive(long endsAt = 5_000_000_000)
    {
        var router = new RouterScript(s_fenced);
        router.Start();
        router.Do(0, Kind.BoundChanged);
        router.Do(0, VirtualRouterEvent.Granted(7, endsAt));
        Assert.Equal(VirtualRouterRole.Active, router.State.Role);
        return router;
    }

    private static RouterScript ActiveGroup()
    {
        var group = new RouterScript(Router(group: "g"), Router(group: "g"));
        group.Start(0, 0);
        group.Start(0, 1);
        group.RunTo(3610);
        Assert.Equal((VirtualRouterRole.Active, VirtualRouterRole.Active), (group.RoleOf(0), group.RoleOf(1)));
        return group;
    }
}
