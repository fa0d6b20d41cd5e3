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
        new PoolTimer(this, delay < TimeSpan.Zero ? TimeSpan.Zero : delay, callback);

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
        private static readonly TimeSpan s_leastWait = TimeSpan.FromMilliseconds(1);

        private readonly ThreadScheduler _scheduler;
        private readonly TimeSpan _dueAt;
        private readonly Action _callback;
        private readonly System.Threading.Timer _timer;

        public PoolTimer(ThreadScheduler scheduler, TimeSpan delay, Action callback)
        {
            _scheduler = scheduler;
            _dueAt = scheduler.Now + delay;
            _callback = callback;
            _timer = new System.Threading.Timer(
                static state => ((PoolTimer)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(delay, Timeout.InfiniteTimeSpan);
        }

        public void Cancel() => _timer.Dispose();

        // The runtime's timers go by a coarse clock, and can be some milliseconds early: the rest is waited for.
        private void Fire()
        {
            var left = _dueAt - _scheduler.Now;
            if (left <= TimeSpan.Zero)
            {
                _callback();
                return;
            }

            try
            {
                _timer.Change(left < s_leastWait ? s_leastWait : left, Timeout.InfiniteTimeSpan);
            }
            catch (ObjectDisposedException)
            {
                // It was cancelled meanwhile.
            }
        }
    }
}
