namespace Ha.Kernel;

/// <summary>One thing that happens at a time: an actor receives its messages one by one, never waits, and reads time
/// from
/// its context. Its messages are its whole interface.</summary>
/// <typeparam name="TMessage">A closed family of messages.</typeparam>
public abstract class Actor<TMessage>
    where TMessage : class
{
    private ActorContext<TMessage>? _context;

    /// <summary>What the actor may do beside thinking: send, time, run work, spawn.</summary>
    /// <exception cref="InvalidOperationException">Used in the constructor; use <see cref="OnStart"/>.</exception>
    protected ActorContext<TMessage> Context =>
        _context ?? throw new InvalidOperationException("an actor has its context from OnStart on");

    /// <summary>Handles one message. An exception is a bug: the supervisor restarts the actor or gives up.</summary>
    protected abstract void Receive(TMessage message);

    /// <summary>Runs before the first message, and again after each restart.</summary>
    protected virtual void OnStart()
    {
    }

    /// <summary>Runs after the last message, and before each restart.</summary>
    protected virtual void OnStop()
    {
    }

    internal void Begin(ActorContext<TMessage> context)
    {
        _context = context;
        OnStart();
    }

    internal void Handle(TMessage message) => Receive(message);

    internal void End() => OnStop();
}

/// <summary>What to do with a message that finds the mailbox full.</summary>
public enum MailboxPolicy
{
    /// <summary>The new message becomes a dead letter.</summary>
    RejectNewest,

    /// <summary>The oldest message becomes a dead letter.</summary>
    DropOldest,

    /// <summary>A full mailbox is a bug: the actor fails.</summary>
    Fail,
}

/// <summary>How much an actor's mailbox holds, and what happens then.</summary>
/// <param name="Capacity">Messages in the user lane; the system lane holds as many again.</param>
/// <param name="Policy">What happens to one too many.</param>
public sealed record MailboxSettings(int Capacity, MailboxPolicy Policy)
{
    /// <summary>Room for a burst of everything that a large cluster says at once; more is a bug.</summary>
    public static MailboxSettings Default { get; } = new(65_536, MailboxPolicy.Fail);
}

/// <summary>How often an actor may be restarted before its failure goes up to its parent, and in the end to the exit
/// of the
/// process.</summary>
/// <param name="Restarts">How many within the window; 0 for none.</param>
/// <param name="Window">Length of the window.</param>
public sealed record RestartBudget(int Restarts, TimeSpan Window)
{
    /// <summary>No restart: a failure goes up at once. Right for machines whose state would be wrong
    /// afterwards.</summary>
    public static RestartBudget None { get; } = new(0, TimeSpan.Zero);

    /// <summary>Three in a minute.</summary>
    public static RestartBudget Few { get; } = new(3, TimeSpan.FromMinutes(1));
}
