using Ha.Resources.Vrrp;
using Kind = Ha.Resources.Vrrp.VirtualRouterEventKind;

namespace Ha.Tests.Vrrp;

/// <summary>Several machines on one LAN in virtual time.</summary>
public sealed class SimulatedLanTests
{
    private static readonly VrrpAddress s_vip = CraftedReceiver.AddressOf("192.0.2.100");

    [Theory] // SD-02, SD-37: ten minutes without a fault: nothing changes
    [InlineData(2, 1000)]
    [InlineData(3, 100)]
    [InlineData(5, 10)]
    public void Nothing_changes_while_all_is_well(int hosts, int intervalMs)
    {
        var lan = Lan(1, hosts, intervalMs);
        lan.RunTo(5000);
        var changes = lan.Changes.Count;
        lan.RunTo(intervalMs == 10 ? 60_000 : 600_000);
        Assert.Equal([], lan.Changes.Skip(changes));
        Assert.Equal([lan.Hosts[0]], lan.Holders());
        Assert.Equal([], lan.Broken);
    }

    [Theory] // 4.1: the active host dies: 3 intervals and the skew of the next one, to the delay of a frame
    [InlineData(3, 1000, 200)]
    [InlineData(3, 1000, 1)]
    [InlineData(3, 100, 200)]
    [InlineData(3, 10, 254)]
    [InlineData(3, 1500, 100)]
    [InlineData(2, 1000, 100)]
    [InlineData(2, 3000, 50)]
    public void A_crash_is_answered_after_the_down_interval(int version, int intervalMs, byte priority)
    {
        var lan = new SimulatedLan(intervalMs + priority);
        lan.Add([Router(255, version, intervalMs)], "192.0.2.1").Start();
        lan.Add([Router(priority, version, intervalMs)], "192.0.2.2").Start();
        lan.RunTo(10.5 * intervalMs);
        var lastAdvertAt = RouterScript.Ns(10 * intervalMs);
        lan.Hosts[0].Kill();
        lan.RunTo(20 * intervalMs);
        var (at, host, change) = lan.Changes[^1];
        Assert.Equal((lan.Hosts[1], RoleCause.Silence), (host, change.Cause));
        var down = VirtualRouterTimes.DownNs(host.Routers[0], priority, RouterScript.Ns(intervalMs));
        Assert.InRange(at - lastAdvertAt - down, lan.LeastDelayNs, lan.MostDelayNs);
    }

    [Theory] // 4.1: the active host resigns: the skew; among members with known places at once
    [InlineData(1000, 100, 0)]
    [InlineData(100, 254, 0)]
    [InlineData(10, 1, 0)]
    [InlineData(1000, 100, 1)]
    [InlineData(1000, 100, 2)]
    public void A_resignation_is_answered_after_the_skew(int intervalMs, byte priority, int rank)
    {
        var lan = new SimulatedLan(intervalMs + priority);
        lan.Add([Router(255, 3, intervalMs)], "192.0.2.1").Start();
        var second = lan.Add([Router(priority, 3, intervalMs)], "192.0.2.2");
        second.Start();
        second.Do(new VirtualRouterEvent { Kind = Kind.RankChanged, Number = rank });
        lan.RunTo(10.5 * intervalMs);
        var from = lan.Now;
        lan.Hosts[0].Stop();
        lan.RunTo(20 * intervalMs);
        var (at, host, change) = lan.Changes[^1];
        Assert.Equal((second, RoleCause.Resign), (host, change.Cause));
        var expected = rank > 0 ? (rank - 1) * VirtualRouterTimes.RankStepNs
            : VirtualRouterTimes.SkewNs(3, priority, RouterScript.Ns(intervalMs));
        Assert.InRange(at - from - expected, lan.LeastDelayNs, lan.MostDelayNs);
        Assert.Equal([], lan.Broken);
    }

    [Fact] // SD-07, SD-38: the higher one comes back: it waits for its down interval, and there is no gap
    public void Preemption_takes_a_down_interval_and_leaves_no_gap()
    {
        var lan = Lan(3, 2, 100);
        lan.RunTo(1000);
        lan.Hosts[0].Kill();
        lan.RunTo(4000);
        Assert.Equal([lan.Hosts[1]], lan.Holders());
        var gap = 0L;
        var last = lan.Now;
        var back = lan.Now;
        lan.Check = () =>
        {
            gap += lan.Holders().Count == 0 ? lan.Now - last : 0;
            last = lan.Now;
        };
        lan.Hosts[0].Start();
        lan.RunTo(10_000);
        Assert.Equal([lan.Hosts[0]], lan.Holders());
        Assert.Equal(0, gap);
        var took = lan.Changes.Single(item => item.At > back && item.Change.To == VirtualRouterRole.Active).At - back;
        Assert.Equal(VirtualRouterTimes.DownNs(lan.Hosts[0].Routers[0], 200, RouterScript.Ns(100)), took);
    }

    [Fact] // SD-40, I10: equal priorities: the greatest address, after one interval
    public void Equal_priorities_end_with_the_greatest_address()
    {
        var lan = new SimulatedLan(5);
        foreach (var address in (string[])["192.0.2.10", "192.0.2.9", "192.0.2.101"])
        {
            lan.Add([Router(100, 3, 1000)], address).Start();
        }

        lan.RunTo(3609.375 + 1);
        Assert.Equal([lan.Hosts[2]], lan.Holders());
    }

    [Fact] // SD-16: three nodes, two failures one after the other
    public void The_address_is_always_on_one_living_node()
    {
        var lan = Lan(9, 3, 100);
        lan.RunTo(2000);
        lan.Hosts[0].Kill();
        lan.RunTo(5000);
        lan.Hosts[1].Kill();
        lan.RunTo(10_000);
        Assert.Equal([lan.Hosts[2]], lan.Holders());
    }

    [Fact] // SD-19, SD-58: two addresses with crossed priorities: one each
    public void Two_addresses_with_crossed_priorities_share_the_load()
    {
        var lan = new SimulatedLan(4);
        lan.Add([Router(200, 3, 100)], "192.0.2.1").Start();
        lan.Add([Router(100, 3, 100)], "192.0.2.2").Start();
        lan.Add([Router(100, 3, 100) with { Vrid = 52 }], "192.0.2.3").Start();
        lan.Add([Router(200, 3, 100) with { Vrid = 52 }], "192.0.2.4").Start();
        lan.RunTo(3000);
        Assert.Equal([lan.Hosts[0], lan.Hosts[3]], lan.Holders());
    }

    [Theory] // I20, F7: a strict peer that knows only the other checksum: one advert each way
    [InlineData(200, 100)]
    [InlineData(100, 200)]
    public void A_peer_of_the_other_checksum_is_understood_and_understands(byte ours, byte theirs)
    {
        var lan = new SimulatedLan(8);
        lan.Add([Router(ours, 3, 100)], "192.0.2.1").Start();
        lan.Add([Router(theirs, 3, 100) with { Checksum = VrrpChecksumChoice.Rfc5798, AnswersLower = false }], "192.0.2.2", VrrpPolicy.Rfc5798)
            .Start();
        lan.RunTo(10_000);
        Assert.Equal([lan.Hosts[ours > theirs ? 0 : 1]], lan.Holders());
        var changes = lan.Changes.Count;
        lan.RunTo(60_000);
        Assert.Equal(changes, lan.Changes.Count);
        Assert.True(lan.Hosts[0].StateOf(0).IsPseudoHeaderHeard);
    }

    [Fact] // 3, row 14: a stranger with our number and other addresses
    public void A_second_cluster_with_our_number_is_kept_apart_in_version_2_and_told_of_in_version_3()
    {
        var other = CraftedReceiver.AddressOf("192.0.2.200");
        var second = new SimulatedLan(6);
        second.Add([Router(200, 2, 1000)], "192.0.2.1").Start();
        second.Add([Router(100, 2, 1000) with { Advertised = [other] }], "192.0.2.2").Start();
        second.RunTo(20_000);
        Assert.Equal(2, second.Holders().Count);

        var third = new SimulatedLan(6);
        third.Add([Router(200, 3, 1000)], "192.0.2.1").Start();
        third.Add([Router(100, 3, 1000) with { Advertised = [other] }], "192.0.2.2").Start();
        third.RunTo(20_000);
        Assert.Single(third.Holders());
    }

    [Fact] // H1: one direction is cut: the higher one stays, and the heal ends the doubt within an interval
    public void A_one_way_cut_ends_within_an_interval_of_its_healing()
    {
        var lan = Lan(12, 2, 1000);
        lan.RunTo(10_000);
        lan.Cut(0, 1);
        lan.RunTo(30_000);
        Assert.Equal(2, lan.Holders().Count);
        lan.Heal();
        lan.RunTo(30_000 + 1000 + 1);
        Assert.Equal([lan.Hosts[0]], lan.Holders());
    }

    [Theory] // 5.4: faults of every kind; in the end one active router, within the time that the formulas give
    [InlineData(1, 60)]
    [InlineData(1001, 60)]
    public void Free_routers_find_one_active_after_any_faults(int firstSeed, int count)
    {
        for (var seed = firstSeed; seed < firstSeed + count; seed++)
        {
            var random = new Random(seed);
            var hosts = random.Next(2, 6);
            var lan = Lan(seed, hosts, random.Next(2) == 0 ? 100 : 1000, isGroup: random.Next(4) == 0);
            Trouble(lan, random, untilMs: 60_000);
            lan.RunTo(60_000);
            Recover(lan);
            lan.RunTo(60_000 + 1000 + 5);
            var afterInterval = lan.Holders().Count;
            lan.RunTo(60_000 + 9000);
            Assert.True(afterInterval <= 1, $"seed {seed}: {afterInterval} active one interval after all was well");
            Assert.Equal([], lan.Broken);
            var best = lan.Hosts.MaxBy(host => host.Routers[0].Priority)!;
            var isMoved = Enumerable.Range(0, best.Routers.Count).Any(router => best.StateOf(router).IsYielding);
            Assert.Equal(isMoved ? lan.Holders().Take(1) : [best], lan.Holders());
            Assert.Single(lan.Holders());
            var changes = lan.Changes.Count;
            lan.RunTo(60_000 + 120_000);
            Assert.Equal(changes, lan.Changes.Count);
        }
    }

    [Theory] // 5.4: never two at once, whatever happens to hosts and links
    [InlineData(1, 60)]
    [InlineData(5001, 60)]
    public void Fenced_routers_are_never_active_twice(int firstSeed, int count)
    {
        var (moves, actives) = (0, 0);
        for (var seed = firstSeed; seed < firstSeed + count; seed++)
        {
            var random = new Random(seed);
            var lan = Lan(seed, random.Next(2, 5), 100, vipClass: VipClass.Fenced);
            foreach (var host in lan.Hosts)
            {
                host.Do(VirtualRouterEvent.Of(Kind.BoundChanged));
            }

            var coordinator = new GrantCoordinator(lan, seed);
            lan.Check = () =>
            {
                if (lan.Holders().Count > 1)
                {
                    lan.Broken.Add($"seed {seed}: {lan.Now / 1e6} ms: two hosts have the address");
                }
            };
            Trouble(lan, random, untilMs: 60_000, coordinator);
            lan.RunTo(60_000);
            Recover(lan);
            lan.RunTo(75_000);
            Assert.Equal([], lan.Broken);
            Assert.Single(lan.Holders());
            moves += coordinator.Moves;
            actives += lan.Changes.Count(item => item.Change.To == VirtualRouterRole.Active);
        }

        Assert.InRange(moves, count, int.MaxValue);
        Assert.InRange(actives, moves, int.MaxValue);
    }

    [Fact] // 5.4, speed inside the rule: a planned move of a fenced address
    public void A_planned_move_of_a_fenced_address_takes_milliseconds()
    {
        var lan = Lan(21, 2, 1000, vipClass: VipClass.Fenced);
        foreach (var host in lan.Hosts)
        {
            host.Do(VirtualRouterEvent.Of(Kind.BoundChanged));
        }

        var coordinator = new GrantCoordinator(lan, 21);
        lan.RunTo(5000);
        Assert.Equal([lan.Hosts[0]], lan.Holders());
        coordinator.Move();
        lan.RunTo(5100);
        Assert.Equal([lan.Hosts[1]], lan.Holders());
        var (gone, come) = (lan.Changes[^2], lan.Changes[^1]);
        Assert.Equal((RoleCause.YieldOrdered, RoleCause.Granted), (gone.Change.Cause, come.Change.Cause));
        Assert.InRange(come.At - gone.At, 0, RouterScript.Ns(10));
    }

    private static SimulatedLan Lan(
        int seed, int hosts, int intervalMs, bool isGroup = false, VipClass vipClass = VipClass.Free)
    {
        var lan = new SimulatedLan(seed);
        for (var index = 0; index < hosts; index++)
        {
            var router = Router((byte)(200 - (index * 10)), 3, intervalMs) with
            {
                Class = vipClass,
                SyncGroup = isGroup ? "group" : "",
            };
            lan.Add(isGroup ? [router, router with { Vrid = 53 }] : [router], $"192.0.2.{index + 1}").Start();
        }

        return lan;
    }

    private static VirtualRouterSettings Router(byte priority, int version, int intervalMs) =>
        RouterScript.Router(priority, version, intervalMs) with { Advertised = [s_vip], Announcements = 3 };

    // Kills, pauses, cuts in one direction and in both, loss, delays, ordered moves: at random times.
    private static void Trouble(SimulatedLan lan, Random random, int untilMs, GrantCoordinator? coordinator = null)
    {
        for (var at = random.Next(500, 4000); at < untilMs; at += random.Next(50, 4000))
        {
            var (kind, one, other, length) =
                (random.Next(8), random.Next(lan.Hosts.Count), random.Next(lan.Hosts.Count), random.Next(20, 6000));
            var router = random.Next(lan.Hosts[one].Routers.Count);
            lan.After(at, () => Harm(lan, kind, one, other, router, length, coordinator));
        }
    }

    private static void Harm(
        SimulatedLan lan, int kind, int one, int other, int router, int lengthMs, GrantCoordinator? coordinator)
    {
        var host = lan.Hosts[one];
        switch (kind)
        {
            case 0 when host.IsReachable:
                host.Kill();
                lan.After(Math.Max(lengthMs, 2500), () => StartAgain(host));
                break;
            case 1:
                host.Pause();
                lan.After(lengthMs, host.Resume);
                break;
            case 2:
                lan.Cut(one, other, router);
                break;
            case 3:
                lan.Cut(one, other, router);
                lan.Cut(other, one, router);
                break;
            case 4:
                lan.Heal();
                break;
            case 5:
                (lan.Loss, lan.MostDelayNs) = (0.3, 40_000_000);
                lan.After(lengthMs, () => (lan.Loss, lan.MostDelayNs) = (0, 200_000));
                break;
            case 6 when coordinator is null:
                host.Do(VirtualRouterEvent.TrackerChanged(1, 0), router);
                lan.After(lengthMs, () => host.Do(VirtualRouterEvent.TrackerChanged(0, 0), router));
                break;
            case 7 when coordinator is null:
                host.Do(VirtualRouterEvent.Of(Kind.Yield), router);
                break;
            default:
                coordinator?.Move();
                break;
        }
    }

    private static void Recover(SimulatedLan lan)
    {
        lan.Heal();
        (lan.Loss, lan.MostDelayNs) = (0, 200_000);
        foreach (var host in lan.Hosts)
        {
            if (!host.IsRunning)
            {
                StartAgain(host);
            }

            host.Resume();
            for (var router = 0; router < host.Routers.Count; router++)
            {
                host.Do(VirtualRouterEvent.TrackerChanged(0, 0), router);
            }
        }
    }

    private static void StartAgain(SimulatedRouterHost host)
    {
        if (!host.IsRunning)
        {
            host.Start();
            host.Do(VirtualRouterEvent.Of(Kind.BoundChanged));
        }
    }
}
