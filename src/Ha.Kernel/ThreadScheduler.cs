using System.Diagnostics;

namespace Ha.Kernel;

/// <summary>Real time and the thread pool.</summary>
public sealed class ThreadScheduler : IScheduler
{
#pragma warning disable RS0030 // This is the one place where real time comes in.
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    /// <inheritdoc/>
    public DateTimeOffset WallClock => DateTimeOffset.UtcNow;
#pragma warning restore RS0030

    /// <inheritdoc/>
    public void Post(IRunnable turn) => ThreadPool.UnsafeQueueUserWorkItem(static t => t.RunTurn(), turn,
        preferLocal: false);

    /// <inheritdoc/>
    public ITimer After(TimeSpan delay, Action callback)
    {
        var timer = new PoolTimer();
        timer.Set(new System.Threading.Timer(static state => ((Action)state!)(), callback, delay < TimeSpan.Zero
            ? TimeSpan.Zero : delay, Timeout.InfiniteTimeSpan));
        return timer;
    }

    /// <inheritdoc/>
    public void Run<T>(Func<CancellationToken, Task<T>> work, Action<T?, Exception?> done, CancellationToken cancel) =>
        _ = Task.Run(
            async () =>
            {
                T? result = default;
                Exception? fault = null;
                try
                {
                    result = await work(cancel).ConfigureAwait(false);
                }
                catch (Exception e)
                {
                    fault = e;
                }

                done(result, fault);
            },
            CancellationToken.None);

    private sealed class PoolTimer : ITimer
    {
        private System.Threading.Timer? _timer;

        public void Set(System.Threading.Timer timer) => _timer = timer;

        public void Cancel() => _timer?.Dispose();
    }
}
