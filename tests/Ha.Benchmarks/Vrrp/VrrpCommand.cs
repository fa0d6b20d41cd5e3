using System.Diagnostics;
using System.Globalization;
using Ha.Resources.Vrrp;
using Ha.Tests.Vrrp;

namespace Ha.Benchmarks.Vrrp;

/// <summary>Damaged VRRP frames by the million: no exception, and no allocation.</summary>
internal static class VrrpCommand
{
    private const long DefaultCount = 10_000_000;
    private const int WarmUp = 100_000;

    public static int Run(string[] arguments)
    {
        var count = arguments is ["--count", var text, ..]
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : DefaultCount;
        var packets = new MutatedPackets(7);
        packets.Run(WarmUp);
        var clock = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        packets.Run(count);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var took = clock.Elapsed;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} frames in {took.TotalSeconds:F1} s, {count / took.TotalSeconds / 1e6:F2} million a second, {allocated} octets allocated"));
        Console.WriteLine($"  not VRRP: {packets.Foreign}; changes of role: {packets.Changes}; accepted and wrong: {packets.Wrong}");
        foreach (var verdict in Enum.GetValues<VrrpDiscard>())
        {
            Console.WriteLine($"  {(verdict == VrrpDiscard.None ? "accepted" : $"discarded: {verdict}")}: {packets.Verdicts[(int)verdict]}");
        }

        return allocated == 0 && packets.Wrong == 0 ? 0 : 1;
    }
}
