namespace Ha.Kernel;

/// <summary>What ends the process when no supervisor can help.</summary>
public interface IProcessExit
{
    /// <summary>Ends the process, now. Fencing makes that safe.</summary>
    void Exit(string reason);
}

/// <summary>All actors of one program, or of one simulated node.</summary>
public sealed class ActorSystem
{
    private readonly Lock _gate = new();
    private readonly List<IStoppable> _roots = [];
    private long _deadLetters;

    /// <summary>A system on a scheduler.</summary>
    /// <param name="name">First part of every path.</param>
    /// <param name="scheduler">Real or simulated time.</param>
    /// <param name="exit">What happens when a failure has reached the top.</param>
    /// <param name="log">Where log lines go.</param>
    /// <param name="seed">Start of all random streams.</param>
    public ActorSystem(string name, IScheduler scheduler, IProcessExit exit, ILog log, int seed)
    {
        Name = name;
        Scheduler = scheduler;
        ProcessExit = exit;
        Log = log;
        Seed = seed;
    }

    /// <summary>First part of every path.</summary>
    public string Name { get; }

    /// <summary>Time and turns.</summary>
    public IScheduler Scheduler { get; }

    /// <summary>Events for whoever wants them; dead letters among them.</summary>
    public EventStream Events { get; } = new();

    /// <summary>How many messages nobody took.</summary>
    public long DeadLetterCount => Interlocked.Read(ref _deadLetters);

    /// <summary>Where log lines go.</summary>
    public ILog Log { get; }

    internal IProcessExit ProcessExit { get; }

    internal int Seed { get; }

    /// <summary>Makes an actor without a parent.</summary>
    public ActorRef<TMessage> Spawn<TMessage>(
        string name, Func<Actor<TMessage>> make, MailboxSettings? mailbox = null, RestartBudget? budget = null)
        where TMessage : class
    {
        var cell = new ActorCell<TMessage>(
            this, null, $"{Name}/{name}", make, mailbox ?? MailboxSettings.Default, budget ?? RestartBudget.None);
        lock (_gate)
        {
            _roots.Add(cell);
        }

        cell.Start();
        return cell;
    }

    /// <summary>Stops all actors, the youngest first.</summary>
    public void Stop()
    {
        IStoppable[] roots;
        lock (_gate)
        {
            roots = [.. _roots];
            _roots.Clear();
        }

        foreach (var root in roots.Reverse())
        {
            root.Stop();
        }
    }

    /// <summary>Asks an actor something from outside of the actors.</summary>
    /// <returns>The answer, or null when the deadline passed first.</returns>
    public Task<TReply?> Ask<TMessage, TReply>(
        ActorRef<TMessage> target, Func<ActorRef<TReply>, TMessage> make, TimeSpan deadline)
        where TMessage : class
        where TReply : class
    {
        var answer = new TaskCompletionSource<TReply?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var timer = Scheduler.After(deadline, () => answer.TrySetResult(null));
        target.Tell(make(new CallbackRef<TReply>($"{Name}/ask", reply =>
        {
            timer.Cancel();
            answer.TrySetResult(reply);
        })));
        return answer.Task;
    }

    internal void Bury(string path, object message, string reason)
    {
        Interlocked.Increment(ref _deadLetters);
        Events.Publish(new DeadLetter(path, message, reason));
    }
}

internal interface IStoppable
{
    void Stop();
}

/// <summary>What a parent is to its children.</summary>
internal interface ISupervisor
{
    void ChildFailed(string path, Exception fault);

    void ChildStopped(IStoppable child);
}
