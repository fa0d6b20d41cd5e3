namespace Ha.Kernel;

/// <summary>The seam under all actors: time, turns and work. One implementation is real, the other simulated.</summary>
public interface IScheduler
{
    /// <summary>Time since the start, which never goes back.</summary>
    TimeSpan Now { get; }

    /// <summary>The time of day, for display and for date rules alone.</summary>
    DateTimeOffset WallClock { get; }

    /// <summary>Runs a turn of an actor soon.</summary>
    void Post(IRunnable turn);

    /// <summary>Runs a callback after a delay, outside of any actor.</summary>
    ITimer After(TimeSpan delay, Action callback);

    /// <summary>Starts work that may wait; <paramref name="done"/> is called once, with what came out of it.</summary>
    void Run<T>(Func<CancellationToken, Task<T>> work, Action<T?, Exception?> done, CancellationToken cancel);
}

/// <summary>Something that wants a turn.</summary>
public interface IRunnable
{
    /// <summary>Name for traces.</summary>
    string Path { get; }

    /// <summary>Takes the turn.</summary>
    void RunTurn();
}

/// <summary>A timer that has been set.</summary>
public interface ITimer
{
    /// <summary>Calls it off; nothing happens when it has gone off already.</summary>
    void Cancel();
}
