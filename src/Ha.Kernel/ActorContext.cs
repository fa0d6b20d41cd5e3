namespace Ha.Kernel;

/// <summary>What an actor may do beside thinking. Only the actor's own turn may use it.</summary>
public sealed class ActorContext<TMessage>
    where TMessage : class
{
    private readonly ActorCell<TMessage> _cell;

    internal ActorContext(ActorCell<TMessage> cell) => _cell = cell;

    /// <summary>The actor itself.</summary>
    public ActorRef<TMessage> Self => _cell;

    /// <summary>Time since the system's start, which never goes back.</summary>
    public TimeSpan Now => _cell.System.Scheduler.Now;

    /// <summary>The time of day, for display and for date rules alone.</summary>
    public DateTimeOffset WallClock => _cell.System.Scheduler.WallClock;

    /// <summary>Where log lines go.</summary>
    public ActorLog Log => new(_cell.System.Log, _cell.Path);

    /// <summary>This actor's own stream of random numbers, from the system's seed and the actor's path.</summary>
    public Random Random => _cell.Random;

    /// <summary>Tells the actor itself something later. Nothing comes after the actor has stopped or
    /// restarted.</summary>
    public ITimer TellSelfAfter(TimeSpan delay, TMessage message) => _cell.TellAfter(delay, message);

    /// <summary>Starts work that may wait; its end comes back as a message, unless the actor has stopped or restarted
    /// meanwhile. The work is cancelled then.</summary>
    public void Run<T>(Func<CancellationToken, Task<T>> work, Func<T, TMessage> onDone, Func<Exception,
        TMessage> onFault) =>
        _cell.Run(work, onDone, onFault);

    /// <summary>Makes a child. It stops when this actor stops.</summary>
    /// <param name="name">Unique among the living children.</param>
    /// <param name="make">Makes the actor; called again at each restart.</param>
    /// <param name="mailbox">Its mailbox; null for the default.</param>
    /// <param name="budget">How often it may restart; null for not at all.</param>
    public ActorRef<TChild> Spawn<TChild>(
        string name, Func<Actor<TChild>> make, MailboxSettings? mailbox = null, RestartBudget? budget = null)
        where TChild : class =>
        _cell.Spawn(name, make, mailbox ?? MailboxSettings.Default, budget ?? RestartBudget.None);

    /// <summary>Stops a child of this actor after the message that it is handling.</summary>
    public void Stop<TChild>(ActorRef<TChild> child)
        where TChild : class => (child as ActorCell<TChild>)?.Stop();

    /// <summary>Stops this actor after the present message.</summary>
    public void StopSelf() => _cell.Stop();

    /// <summary>Tells everyone who subscribed to this type of event.</summary>
    public void Publish<TEvent>(TEvent happened)
        where TEvent : class => _cell.System.Events.Publish(happened);

    /// <summary>Gets this type of event as a message, until the actor stops.</summary>
    public void Subscribe<TEvent>(Func<TEvent, TMessage> adapt)
        where TEvent : class => _cell.System.Events.Subscribe(_cell, Self.Adapt(adapt));
}
