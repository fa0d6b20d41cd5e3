using Ha.Resources.Vrrp;

namespace Ha.Tests.Vrrp;

/// <summary>A smaller number of damaged frames than `Ha.Benchmarks vrrp` judges.</summary>
public sealed class MutatedPacketsTests
{
    [Fact]
    public void Damaged_frames_are_judged_without_an_exception_or_an_allocation()
    {
        var packets = new MutatedPackets(1);
        packets.Run(20_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        packets.Run(200_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, packets.Wrong);
        Assert.InRange(packets.Changes, 100, long.MaxValue);
        foreach (var verdict in (VrrpDiscard[])
        [
            VrrpDiscard.None, VrrpDiscard.Length, VrrpDiscard.Version, VrrpDiscard.Type, VrrpDiscard.Vrid,
            VrrpDiscard.Ttl, VrrpDiscard.Checksum, VrrpDiscard.AuthType, VrrpDiscard.Auth, VrrpDiscard.Interval,
            VrrpDiscard.Count, VrrpDiscard.FirstAddress, VrrpDiscard.Addresses, VrrpDiscard.Destination,
        ])
        {
            Assert.True(packets.Verdicts[(int)verdict] > 0, $"no frame was judged {verdict}");
        }
    }
}
