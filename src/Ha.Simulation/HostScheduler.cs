using Ha.Kernel;
using ITimer = Ha.Kernel.ITimer;

namespace Ha.Simulation;

/// <summary>Time and turns of one program on one host: it can be paused, as a process is by a signal or a host by its
/// hypervisor, and its wall clock can jump.</summary>
internal sealed class HostScheduler(SimulatedScheduler world) : IScheduler
{
    private readonly List<Action> _held = [];
    private bool _isOver;

    public bool IsPaused { get; private set; }

    /// <summary>What was done to the host's wall clock.</summary>
    public TimeSpan WallClockJump { get; set; }

    /// <summary>Timers that are set and have neither gone off nor been called off.</summary>
    public int Timers { get; private set; }

    public TimeSpan Now => world.Now;

    public DateTimeOffset WallClock => world.WallClock + WallClockJump;

    public void Post(IRunnable turn)
    {
        if (IsPaused)
        {
            _held.Add(() => world.Post(turn));
        }
        else
        {
            world.Post(turn);
        }
    }

    public ITimer After(TimeSpan delay, Action callback)
    {
        var timer = new HostTimer(this, callback);
        Timers++;
        timer.Inner = world.After(delay, timer.Fire);
        return timer;
    }

    public void Run<T>(Func<CancellationToken, Task<T>> work, Action<T?, Exception?> done, CancellationToken cancel) =>
        world.Run(work, (result, fault) => Do(() => done(result, fault)), cancel);

    public void Pause() => IsPaused = true;

    /// <summary>All that became due meanwhile happens now, in its order.</summary>
    public void Resume()
    {
        IsPaused = false;
        var held = _held.ToList();
        _held.Clear();
        held.ForEach(action => action());
    }

    /// <summary>The program is gone: nothing that it waited for happens any more.</summary>
    public void End()
    {
        Resume();
        _isOver = true;
    }

    private void Do(Action action)
    {
        if (IsPaused)
        {
            _held.Add(action);
        }
        else if (!_isOver)
        {
            action();
        }
    }

    private sealed class HostTimer(HostScheduler host, Action callback) : ITimer
    {
        private bool _isDone;

        public ITimer? Inner { get; set; }

        public void Cancel()
        {
            Leave();
            Inner?.Cancel();
        }

        public void Fire()
        {
            Leave();
            host.Do(callback);
        }

        private void Leave()
        {
            host.Timers -= _isDone ? 0 : 1;
            _isDone = true;
        }
    }
}
