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
    public ITimer After(TimeSpan delay, Action callback) =>
        new PoolTimer(delay < TimeSpan.Zero ? TimeSpan.Zero : delay, callback);

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

    // A running timer holds its state, and the state holds the timer: one that nobody else keeps would be collected,
    // and never fire.
    private sealed class PoolTimer : ITimer
    {
        private readonly Action _callback;
        private readonly System.Threading.Timer _timer;

        public PoolTimer(TimeSpan delay, Action callback)
        {
            _callback = callback;
            _timer = new System.Threading.Timer(
                static state => ((PoolTimer)state!)._callback(), this, Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
            _timer.Change(delay, Timeout.InfiniteTimeSpan);
        }

        public void Cancel() => _timer.Dispose();
    }
}
