using Ha.Resources.Vrrp;
using Kind = Ha.Resources.Vrrp.VirtualRouterEventKind;
using static Ha.Tests.Vrrp.RouterScript;

namespace Ha.Tests.Vrrp;

/// <summary>The states of a virtual router, one rule of the documents at a time. The names of the rules are those of
/// docs/vrrp-conformance.md.</summary>
public sealed class RouterMachineTests
{
    private const string TakeOver = "send(100) install announce Backup->Active";

    [Theory] // S03, S04: version, priority, the active router's interval in ms; skew and down interval in ms
    [InlineData(3, 254, 1000, 7.8125, 3007.8125)]
    [InlineData(3, 100, 1000, 609.375, 3609.375)]
    [InlineData(3, 50, 1000, 804.6875, 3804.6875)]
    [InlineData(3, 100, 100, 60.9375, 360.9375)]
    [InlineData(3, 1, 10, 9.9609375, 39.9609375)]
    [InlineData(3, 254, 40950, 319.921875, 123169.921875)]
    [InlineData(2, 254, 1000, 7.8125, 3007.8125)]
    [InlineData(2, 100, 10000, 609.375, 30609.375)]
    public void Skew_and_down_interval_are_those_of_the_formulas(
        int version, byte priority, int intervalMs, double skewMs, double downMs)
    {
        Assert.Equal(Ns(skewMs), VirtualRouterTimes.SkewNs(version, priority, Ns(intervalMs)));
        Assert.Equal(Ns(downMs), VirtualRouterTimes.DownNs(Router(priority, version), priority, Ns(intervalMs)));
    }

    [Fact]
    public void S01_an_owner_is_active_at_once()
    {
        var router = new RouterScript(Router(255));
        Assert.Equal("send(255) install announce Initialize->Active(Started)", router.Start());
        Assert.Equal("20: announce | 100: announce | 500: announce | 1000: send(255) | 2000: send(255) announce", router.RunTo(2000));
    }

    [Fact]
    public void S02_and_S08_a_backup_waits_for_its_down_interval_then_advertises_first()
    {
        var router = new RouterScript(Router());
        Assert.Equal("Initialize->Backup(Started)", router.Start());
        Assert.Equal($"3609.38: {TakeOver}(Silence)", router.RunTo(3610));
    }

    [Theory] // S05: the learnt interval counts in version 3; the candidate's place counts among members
    [InlineData(1000, 0, false, 1100 + 609.375)]
    [InlineData(1500, 0, false, 1100 + 914.0625)]
    [InlineData(1000, 1, true, 1100)]
    [InlineData(1000, 3, true, 1104)]
    [InlineData(1000, 1, false, 1100 + 609.375)]
    public void S05_a_resignation_shortens_the_wait_to_the_skew(
        int intervalMs, int rank, bool isMember, double expected)
    {
        var router = new RouterScript(Router());
        router.Start();
        router.Do(0, new VirtualRouterEvent { Kind = Kind.RankChanged, Number = rank });
        router.Hear(1000, 200, intervalMs: intervalMs);
        Assert.Equal("", router.Hear(1100, 0, isMember: isMember));
        Assert.Equal(expected, router.NextMs());

        // Further copies of the resignation do not begin the wait anew.
        router.Hear(1101, 0, isMember: isMember);
        Assert.Equal(expected, router.NextMs());
        Assert.EndsWith($"{TakeOver}(Resign)", router.RunTo(expected), StringComparison.Ordinal);
    }

    [Theory] // S06, S07, S16, SD-38, SD-39: priority heard, preempt; is the timer begun anew?
    [InlineData(200, true, true)]
    [InlineData(100, true, true)] // equal: never by address
    [InlineData(99, true, false)]
    [InlineData(99, false, true)]
    public void S06_and_S07_only_a_lower_advert_leaves_the_timer_alone(byte heard, bool preempt, bool isReset)
    {
        var router = new RouterScript(Router() with { Preempt = preempt });
        router.Start();
        Assert.Equal("", router.Hear(1000, heard, Lower));
        Assert.Equal(isReset ? 1000 + 3609.375 : 3609.375, router.NextMs());
    }

    [Fact]
    public void S06_the_active_ones_interval_is_learnt_and_S18_dropped_when_becoming_active()
    {
        var router = new RouterScript(Router(intervalMs: 400));
        router.Start();
        Assert.Equal("note:IntervalDiffers", router.Hear(100, 200, intervalMs: 1500));
        Assert.Equal("", router.Hear(1600, 200, intervalMs: 1500));
        Assert.Equal(1600 + 4500 + (156 * 1500 / 256.0), router.NextMs());
        router.RunTo(7100);
        Assert.Equal(VirtualRouterRole.Active, router.State.Role);
        Assert.Equal(Ns(400), router.State.ActiveIntervalNs);
    }

    [Fact]
    public void Version_2_learns_no_interval()
    {
        var router = new RouterScript(Router(version: 2));
        router.Start();
        router.Hear(1000, 200, intervalMs: 5000);
        Assert.Equal(1000 + 3609.375, router.NextMs());
    }

    [Fact]
    public void S09_a_backup_stops_without_a_word()
    {
        var router = new RouterScript(Router());
        router.Start();
        Assert.Equal("Backup->Initialize(Stopped)", router.Do(10, VirtualRouterEvent.Stop(resigns: true)));
        Assert.Null(router.NextMs());
    }

    [Theory] // X13: it may keep its addresses, and need not resign
    [InlineData(true, false, "remove send(0x3) Active->Initialize(Stopped)")]
    [InlineData(false, false, "remove Active->Initialize(Stopped)")]
    [InlineData(false, true, "Active->Initialize(Stopped)")]
    public void S10_an_active_one_lets_go_and_then_resigns(bool resigns, bool keeps, string expected)
    {
        var router = Active();
        Assert.Equal(expected, router.Do(4000, VirtualRouterEvent.Stop(resigns, keeps)));
        Assert.Null(router.NextMs());
        Assert.Equal("", router.Hear(4100, 1, Lower));
    }

    [Fact]
    public void S11_and_T19_adverts_keep_their_interval_also_after_an_extra_one()
    {
        var router = Active(Router() with { Announcements = 1 });
        Assert.Equal("4609.38: send(100) | 5609.38: send(100)", router.RunTo(5610));
        Assert.Equal("send(100)", router.Hear(6000, 0)); // S12
        Assert.Equal("7000: send(100)", router.RunTo(7001));
    }

    [Theory] // S13, S14, S15, S20: priority, sender; what an active router of priority 100 at 192.0.2.11 does
    [InlineData(101, "192.0.2.10", true, "remove Active->Backup(Outranked)")]
    [InlineData(100, "192.0.2.12", true, "remove Active->Backup(Outranked)")]
    [InlineData(100, "192.0.2.12", false, "remove Active->Backup(Outranked)")] // S15: whatever preempt says
    [InlineData(100, "192.0.2.10", true, "note:LowerActive send(100) announce")]
    [InlineData(99, "192.0.2.12", true, "note:LowerActive send(100) announce")]
    [InlineData(100, "192.0.2.11", true, "note:DuplicateAddress")] // S20
    [InlineData(255, "192.0.2.10", true, "remove Active->Backup(Outranked)")]
    public void S13_and_S14_between_two_active_ones(byte priority, string source, bool preempt, string expected)
    {
        var router = Active(Router() with { Preempt = preempt });
        Assert.Equal(expected, router.Hear(5000, priority, CraftedReceiver.AddressOf(source)));
    }

    [Fact]
    public void S13_the_one_that_yields_waits_for_the_winners_interval()
    {
        var router = Active();
        router.Hear(5000, 200, intervalMs: 100);
        Assert.Equal(5000 + 300 + (156 * 100 / 256.0), router.NextMs());
    }

    [Fact]
    public void S14_can_be_switched_off_and_announcements_are_not_repeated_for_every_stranger()
    {
        var router = Active(Router() with { AnswersLower = false });
        Assert.Equal("note:LowerActive announce", router.Hear(5000, 1));
        Assert.Equal("note:LowerActive", router.Hear(5010, 1));
        Assert.Equal("note:LowerActive announce", router.Hear(6001, 1));
    }

    [Fact]
    public void S15_an_owner_preempts_whatever_is_configured()
    {
        var router = new RouterScript(Router(255) with { Preempt = false });
        router.Do(0, VirtualRouterEvent.Start(Own, isLinkUp: false));
        router.Do(10, VirtualRouterEvent.LinkChanged(isUp: true));
        Assert.Equal(VirtualRouterRole.Active, router.State.Role);
        Assert.Equal("note:SecondOwner remove Active->Backup(Outranked)", router.Hear(2000, 255));
        Assert.Equal("note:SecondOwner", router.Hear(3000, 255)); // R16, R17
        Assert.Equal("", router.Hear(4000, 254));
        Assert.EndsWith("send(255) install announce Backup->Active(Preempt)", router.RunTo(7000, "announce"), StringComparison.Ordinal);
    }

    [Fact]
    public void S19_a_fault_resigns_where_the_link_still_carries_it()
    {
        Assert.Equal("remove send(0x3) Active->Fault(TrackerFailed)", Active().Do(5000, VirtualRouterEvent.TrackerChanged(1, 0)));
        Assert.Equal("remove Active->Fault(LinkDown)", Active().Do(5000, VirtualRouterEvent.LinkChanged(isUp: false)));
        Assert.Equal("remove Active->Fault(NoAddress)", Active().Do(5000, Kind.OwnAddressChanged));
    }

    [Fact]
    public void S19_a_router_in_fault_hears_nothing_and_comes_back_as_a_backup()
    {
        var router = Active();
        router.Do(5000, VirtualRouterEvent.TrackerChanged(2, 0));
        Assert.Equal("", router.Hear(5500, 0));
        Assert.Null(router.NextMs());
        Assert.Equal("", router.Do(6000, VirtualRouterEvent.TrackerChanged(1, 0)));
        Assert.Equal("Fault->Backup(Recovered)", router.Do(7000, VirtualRouterEvent.TrackerChanged(0, 0)));
        Assert.Equal(7000 + 3609.375, router.NextMs());
    }

    [Theory] // S21: woken so late after the advert was due, in ms, with an interval of 100 ms
    [InlineData(199, "send(100)")]
    [InlineData(201, "remove Active->Backup(LateWakeUp)")]
    public void S21_after_a_long_sleep_it_does_not_believe_to_be_active(double lateMs, string expected)
    {
        var router = Active(Router(intervalMs: 100) with { Announcements = 1 });
        var due = router.NextMs()!.Value;
        Assert.Equal(expected, router.Do(due + lateMs, VirtualRouterEvent.TimerExpired));
        if (lateMs > 200)
        {
            Assert.Equal(due + lateMs + (156 * 100 / 256.0), router.NextMs()!.Value, 3);
        }
    }

    [Fact]
    public void An_advert_counts_from_when_the_kernel_received_it()
    {
        var router = new RouterScript(Router());
        router.Start();
        router.Do(2500, Advert(200, atMs: 1000));
        Assert.Equal(1000 + 3609.375, router.NextMs());
    }

    [Fact]
    public void SD34_adverts_before_the_start_have_no_effect()
    {
        var router = new RouterScript(Router() with { StartupDelayNs = Ns(500) });
        Assert.Equal("", router.Hear(0, 200));
        Assert.Equal("", router.Start(10)); // X11
        Assert.Equal("", router.Hear(100, 0));
        Assert.Equal(510, router.NextMs());
        Assert.Equal($"510: Initialize->Backup(Started) | 4119.38: {TakeOver}(Silence)", router.RunTo(4200, "announce"));
    }

    [Fact]
    public void X04_a_preempt_delay_waits_first_and_ends_when_the_lower_one_vanishes()
    {
        var router = new RouterScript(Router() with { PreemptDelayNs = Ns(4000) });
        router.Start();
        router.Hear(1000, 50);
        router.Hear(4900, 50);
        Assert.Equal(4900 + 3609.375, router.NextMs());
        router.Hear(5900, 50); // the delay is over: not heard any more
        Assert.Equal(4900 + 3609.375, router.NextMs());
        Assert.Equal($"8509.38: {TakeOver}(Preempt)", router.RunTo(8510));

        // A higher one between two lower ones begins the delay anew.
        var other = new RouterScript(Router() with { PreemptDelayNs = Ns(4000) });
        other.Start();
        other.Hear(1000, 50);
        other.Hear(2000, 150);
        other.Hear(3000, 50);
        other.Hear(6000, 50);
        Assert.Equal(6000 + 3609.375, other.NextMs());
    }

    [Fact]
    public void X05_another_number_of_missed_adverts_can_be_waited_for()
    {
        var router = new RouterScript(Router() with { DownTimerAdverts = 5 });
        router.Start();
        Assert.Equal(5609.375, router.NextMs());
    }

    [Theory] // X07: base priority, sum of weights; what is advertised
    [InlineData(100, -30, 70)]
    [InlineData(100, 200, 254)]
    [InlineData(100, -253, 1)]
    [InlineData(255, -100, 255)]
    public void X07_weights_stay_between_1_and_254_and_leave_an_owner_alone(byte priority, int weight, byte expected) =>
        Assert.Equal(expected, VirtualRouterTimes.Priority(Router(priority), weight));

    [Fact]
    public void X07_and_X14_another_priority_is_told_and_shifts_the_skew()
    {
        var router = new RouterScript(Router());
        router.Start();
        Assert.Equal("note:PriorityChanged", router.Do(1000, VirtualRouterEvent.TrackerChanged(0, 100)));
        Assert.Equal(3000 + (56 * 1000 / 256.0), router.NextMs());
    }

    [Fact]
    public void X10_a_short_loss_of_carrier_does_not_count()
    {
        var router = Active(Router() with { LinkDownDelayNs = Ns(100), Announcements = 1 });
        Assert.Equal("", router.Do(4000, VirtualRouterEvent.LinkChanged(isUp: false)));
        Assert.Equal("announce", router.Do(4650, VirtualRouterEvent.LinkChanged(isUp: true)));
        router.Do(5000, VirtualRouterEvent.LinkChanged(isUp: false));
        Assert.Equal("5100: remove Active->Fault(LinkDown)", router.RunTo(5300, "send(100)"));
    }

    [Fact]
    public void F4_a_planned_move_is_a_resignation_and_the_winner_keeps_it()
    {
        var router = Active(Router(200));
        Assert.Equal("remove send(0x3) Active->Backup(YieldOrdered)", router.Do(5000, Kind.Yield));
        router.Hear(5010, 100);
        router.Hear(6010, 100);
        Assert.Equal(6010 + 3000 + (56 * 1000 / 256.0), router.NextMs()!.Value, 3);

        // And the one that takes over does so without waiting.
        var other = new RouterScript(Router());
        other.Start();
        other.Hear(1000, 200);
        Assert.Equal($"{TakeOver}(TakeoverOrdered)", other.Do(1001, Kind.TakeOver));
    }

    [Fact]
    public void F7_the_form_of_the_checksum_follows_the_peer_where_it_may()
    {
        var router = Active(Router() with { Announcements = 1 });
        Assert.Equal("4609.38: send(100)", router.RunTo(4610));
        router.Hear(4700, 50, checksum: VrrpChecksumForms.PseudoHeader);
        Assert.Equal("5700: send(100,pseudo)", router.RunTo(5701));
        router.Hear(5800, 50, checksum: VrrpChecksumForms.MessageOnly);
        Assert.Equal("6800: send(100)", router.RunTo(6801));

        var settled = Active(Router() with { Announcements = 1, Checksum = VrrpChecksumChoice.Rfc9568 });
        settled.Hear(4000, 50, checksum: VrrpChecksumForms.PseudoHeader);
        Assert.Equal("5000: send(100)", settled.RunTo(5001));
    }

    [Fact]
    public void F9_a_host_that_cannot_keep_the_interval_says_a_longer_one()
    {
        var settings = Router(intervalMs: 10);
        Assert.Equal(Ns(40), VirtualRouterTimes.IntervalNs(settings, Ns(33.5)));
        Assert.Equal(Ns(10), VirtualRouterTimes.IntervalNs(settings, Ns(3)));
        Assert.Equal(Ns(40950), VirtualRouterTimes.IntervalNs(settings, Ns(99_999)));
        Assert.Equal(Ns(2000), VirtualRouterTimes.IntervalNs(Router(version: 2), Ns(1200)));
        var router = new RouterScript(settings with { Announcements = 1 });
        router.Start();
        router.Do(0, new VirtualRouterEvent { Kind = Kind.FloorChanged, At = Ns(33.5) });
        Assert.Equal("36.09: send(100) install announce Backup->Active(Silence) | 76.09: send(100)", router.RunTo(77));
    }

    [Fact]
    public void SD52_announcements_come_in_a_burst_once_more_and_then_now_and_then()
    {
        var router = new RouterScript(Router(255, intervalMs: 40950) with
        {
            AnnounceRepeatNs = Ns(10_000), AnnounceRefreshNs = Ns(15_000), Announcements = 3,
        });
        router.Start();
        Assert.Equal("20: announce | 100: announce | 10000: announce | 25000: announce | 40000: announce", router.RunTo(40_900));
    }

    [Fact]
    public void An_announcement_is_made_again_when_somebody_else_claims_the_address()
    {
        var router = Active();
        Assert.Equal("", router.Do(3700, Kind.ConflictSeen));
        Assert.Equal("announce", router.Do(9000, Kind.ConflictSeen));
    }

    private static RouterScript Active(VirtualRouterSettings? settings = null)
    {
        var router = new RouterScript(settings ?? Router());
        router.Start();
        router.RunTo(router.NextMs()!.Value);
        Assert.Equal(VirtualRouterRole.Active, router.State.Role);
        return router;
    }
}
