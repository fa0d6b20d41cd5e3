namespace Ha.Kernel;

/// <summary>Virtual time in one thread. Among the turns that are ready the seed chooses, so that a seed is a
/// run.</summary>
public sealed class SimulatedScheduler : IScheduler
{
    private readonly Random _random;
    private readonly List<IRunnable> _ready = [];
    private readonly PriorityQueue<SimulatedTimer, (TimeSpan At, long Order)> _timers = new();
    private readonly Queue<Action> _soon = new();
    private readonly DateTimeOffset _epoch;
    private readonly SoonContext _context;
    private long _order;

    /// <summary>A world at time zero.</summary>
    public SimulatedScheduler(int seed)
    {
        _random = new Random(seed);
        _epoch = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        _context = new SoonContext(this);
    }

    /// <inheritdoc/>
    public TimeSpan Now { get; private set; }

    /// <inheritdoc/>
    public DateTimeOffset WallClock => _epoch + Now + WallClockJump;

    /// <summary>What a person or a time server did to the wall clock.</summary>
    public TimeSpan WallClockJump { get; set; }

    /// <summary>How many turns and timers have run.</summary>
    public long Steps { get; private set; }

    /// <summary>Called after each step: where invariants are checked.</summary>
    public Action? AfterStep { get; set; }

    /// <inheritdoc/>
    public void Post(IRunnable turn) => _ready.Add(turn);

    /// <inheritdoc/>
    public ITimer After(TimeSpan delay, Action callback)
    {
        var timer = new SimulatedTimer(callback);
        _timers.Enqueue(timer, (Now + (delay < TimeSpan.Zero ? TimeSpan.Zero : delay), _order++));
        return timer;
    }

    /// <inheritdoc/>
    public void Run<T>(Func<CancellationToken, Task<T>> work, Action<T?, Exception?> done, CancellationToken cancel)
    {
        InContext(() =>
        {
            Task<T> task;
            try
            {
                task = work(cancel);
            }
            catch (Exception fault)
            {
                done(default, fault);
                return;
            }

            _ = Finish(task, done);
        });
    }

    /// <summary>A task that ends after a delay of virtual time, for simulated hands.</summary>
    public Task Delay(TimeSpan delay, CancellationToken cancel = default)
    {
        var source = new TaskCompletionSource();
        var registration = cancel.CanBeCanceled ? cancel.Register(() => source.TrySetCanceled(cancel)) : default;
        After(delay, () =>
        {
            registration.Dispose();
            source.TrySetResult();
        });
        return source.Task;
    }

    /// <summary>Does the next thing: a continuation, a turn, or the next timer. False when there is nothing
    /// left.</summary>
    public bool Step() => Step(TimeSpan.MaxValue);

    /// <summary>Lets time pass.</summary>
    public void RunFor(TimeSpan length)
    {
        var until = Now + length;
        while (Step(until))
        {
        }

        Now = until;
    }

    /// <summary>Goes on until <paramref name="condition"/> is true; false when that did not come in time.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        var until = Now + limit;
        while (!condition())
        {
            if (!Step(until))
            {
                Now = until;
                return condition();
            }
        }

        return true;
    }

    /// <summary>Goes on until nothing is ready; time stands still.</summary>
    public void RunUntilIdle()
    {
        while (Step(Now))
        {
        }
    }

    private bool Step(TimeSpan until)
    {
        if (_soon.TryDequeue(out var soon))
        {
            InContext(soon);
        }
        else if (_ready.Count > 0)
        {
            var index = _random.Next(_ready.Count);
            var turn = _ready[index];
            _ready[index] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            InContext(turn.RunTurn);
        }
        else if (_timers.TryPeek(out var timer, out var key) && key.At <= until)
        {
            _timers.Dequeue();
            if (timer.IsCancelled)
            {
                return true;
            }

            Now = key.At > Now ? key.At : Now;
            InContext(timer.Callback);
        }
        else
        {
            return false;
        }

        Steps++;
        AfterStep?.Invoke();
        return true;
    }

    private static async Task Finish<T>(Task<T> task, Action<T?, Exception?> done)
    {
        T? result = default;
        Exception? fault = null;
        try
        {
            result = await task;
        }
        catch (Exception e)
        {
            fault = e;
        }

        done(result, fault);
    }

    // Continuations of awaited tasks come back to this thread, in the order in which they became ready.
    private void InContext(Action action)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private sealed class SimulatedTimer(Action callback) : ITimer
    {
        public Action Callback => callback;

        public bool IsCancelled { get; private set; }

        public void Cancel() => IsCancelled = true;
    }

    private sealed class SoonContext(SimulatedScheduler scheduler) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => scheduler._soon.Enqueue(() => d(state));

        public override void Send(SendOrPostCallback d, object? state) => d(state);
    }
}
