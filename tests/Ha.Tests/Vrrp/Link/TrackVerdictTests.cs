using Ha.InformationBase.Reader;
using Ha.Resources.Vrrp.Link;
using Ha.Resources.Vrrp.Track;

namespace Ha.Tests.Vrrp.Link;

/// <summary>Checks: how results become fitness and priority; and what is kept of the kernel's settings.</summary>
public sealed class TrackVerdictTests
{
    // Results after the first, g for good and b for bad, and what the check says after each.
    [Theory]
    [InlineData(1, 1, "g", "bgb", "-+-")]
    [InlineData(2, 3, "g", "bbgbbbgbgg", "+++++----+")]
    [InlineData(3, 1, "b", "ggbggg", "-----+")]
    public void Rise_and_fall_count_results_in_a_row(int rise, int fall, string first, string results, string expected)
    {
        var check = new VrrpCheck { Id = "c", Rise = rise, Fall = fall };
        var state = TrackVerdict.Take(check, null, first == "g", 0);
        var said = results.Select(result =>
        {
            state = TrackVerdict.Take(check, state, result == 'g', 0);
            return state.IsGood ? '+' : '-';
        });
        Assert.Equal(expected, string.Concat(said));
    }

    // Fault or weight, good or bad, a file's number: what is added, and whether the member is unfit.
    [Theory]
    [InlineData(0, true, 0, "0 0")]
    [InlineData(0, false, 0, "1 0")]
    [InlineData(-30, false, 0, "0 -30")]
    [InlineData(-30, true, 0, "0 0")]
    [InlineData(20, true, 0, "0 20")]
    [InlineData(20, false, 0, "0 0")]
    public void A_check_makes_unfit_or_changes_the_priority(int weight, bool isGood, int value, string expected)
    {
        var (faults, sum) = TrackVerdict.Sum(
            [(new VrrpCheck { Id = "c", Weight = weight, IsFault = weight == 0 }, new TrackState(isGood, 0, value))]);
        Assert.Equal(expected, $"{faults} {sum}");
    }

    [Theory]
    [InlineData(-10, 3, "0 -30")]
    [InlineData(2, -5, "0 -10")]
    [InlineData(-100, 3, "1 -254")]
    public void The_number_of_a_file_is_multiplied_with_its_weight(int weight, int value, string expected)
    {
        var (faults, sum) = TrackVerdict.Sum(
            [(new VrrpCheck { Id = "c", File = "/f", Weight = weight, IsFault = false }, new TrackState(false, 0, value))]);
        Assert.Equal(expected, $"{faults} {sum}");
    }

    [Fact]
    public void The_kernels_settings_are_put_back_even_after_a_crash_and_mended_when_somebody_changes_them()
    {
        var root = Directory.CreateTempSubdirectory().FullName;
        var memory = Path.Combine(root, "memory");
        foreach (var (device, name, value) in ((string, string, string)[])
        [
            ("eth0", "arp_ignore", "0"), ("eth0", "arp_announce", "0"), ("eth0", "rp_filter", "0"), ("all", "rp_filter", "1"),
            ("eth1", "rp_filter", "2"),
        ])
        {
            Directory.CreateDirectory(Path.Combine(root, "net/ipv4/conf", device));
            File.WriteAllText(PathOf(device, name), value + "\n");
        }

        var first = new KernelSettings(memory, root);
        Assert.Empty(first.Apply(KernelSettingPlan.ForInterface("eth0", hasVirtualMac: true)));
        first.LiftReversePathFilter();
        Assert.Equal("1 2 1 0 2", Now());
        File.WriteAllText(PathOf("eth0", "arp_announce"), "0");
        Assert.Contains("net/ipv4/conf/eth0/arp_announce was 0, is 2 again", Assert.Single(first.Verify()), StringComparison.Ordinal);

        // The first run crashes; the second knows what was before it.
        var second = new KernelSettings(memory, root);
        second.Recall();
        Assert.Empty(second.Apply(KernelSettingPlan.ForInterface("eth0", hasVirtualMac: true)));
        second.Restore();
        Assert.Equal("0 0 0 1 2", Now());
        Assert.False(File.Exists(memory));
        Directory.Delete(root, recursive: true);

        string PathOf(string device, string name) => Path.Combine(root, "net/ipv4/conf", device, name);
        string Now() => string.Join(' ', new[]
        {
            ("eth0", "arp_ignore"), ("eth0", "arp_announce"), ("eth0", "rp_filter"), ("all", "rp_filter"), ("eth1", "rp_filter"),
        }.Select(item => File.ReadAllText(PathOf(item.Item1, item.Item2)).Trim()));
    }

    [Fact]
    public void Lateness_is_a_share_of_all_and_makes_a_floor()
    {
        var meter = new LatenessMeter();
        for (var count = 0; count < 2000; count++)
        {
            meter.Add(count % 100 == 0 ? 3_000_000 : 20_000);
        }

        Assert.Equal(32_768, meter.Quantile(0.5));
        Assert.Equal(3_000_000, meter.Worst);
        Assert.Equal(30_000_000, meter.Floor);
    }
}
