using System.Numerics;

namespace Ha.Resources.Vrrp.Link;

/// <summary>How late this host wakes the real-time thread: a histogram in powers of two that forgets slowly.</summary>
public sealed class LatenessMeter
{
    private const int Buckets = 40;

    // Half is forgotten after so many: at 100 adverts a second that is five minutes.
    private const int HalfLife = 32_768;

    private readonly long[] _counts = new long[Buckets];
    private long _sum;

    /// <summary>The worst of all, in nanoseconds.</summary>
    public long Worst { get; private set; }

    /// <summary>How many were measured.</summary>
    public long Count { get; private set; }

    /// <summary>Takes one in.</summary>
    public void Add(long nanoseconds)
    {
        var late = Math.Max(0, nanoseconds);
        var bucket = late == 0 ? 0 : Math.Min(Buckets - 1, BitOperations.Log2((ulong)late) + 1);
        _counts[bucket]++;
        _sum++;
        Count++;
        Worst = Math.Max(Worst, late);
        if (_sum >= HalfLife)
        {
            Forget();
        }
    }

    /// <summary>So late is a share of all at most: the upper edge of its bucket.</summary>
    /// <param name="share">Such as 0.999.</param>
    public long Quantile(double share)
    {
        var wanted = (long)Math.Ceiling(_sum * share);
        long seen = 0;
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted)
            {
                return bucket == 0 ? 0 : Math.Min(Worst, 1L << bucket);
            }
        }

        return Worst;
    }

    /// <summary>The shortest interval that this host can keep: ten times what one in a thousand is late, and never
    /// under a centisecond.</summary>
    public long Floor => Math.Max(VirtualRouterTimes.CentisecondNs, _sum < 1000 ? 0 : 10 * Quantile(0.999));

    private void Forget()
    {
        _sum = 0;
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            _counts[bucket] /= 2;
            _sum += _counts[bucket];
        }
    }
}
