namespace Ha.Kernel;

/// <summary>Where to tell something. Telling never waits and never fails: what cannot be delivered is a dead letter.
/// </summary>
public abstract class ActorRef<TMessage>
    where TMessage : class
{
    /// <summary>The actor's path, for logs.</summary>
    public abstract string Path { get; }

    /// <summary>Delivers a message in the user lane.</summary>
    public abstract void Tell(TMessage message);

    /// <summary>Delivers a message in the system lane, before all of the user lane.</summary>
    public abstract void TellSystem(TMessage message);

    /// <summary>A reference that takes other messages and turns them into this actor's.</summary>
    public ActorRef<TOther> Adapt<TOther>(Func<TOther, TMessage> adapt)
        where TOther : class =>
        new AdaptedRef<TOther, TMessage>(this, adapt);

    /// <summary>A reference to nobody.</summary>
    public static ActorRef<TMessage> Nobody { get; } = new NobodyRef<TMessage>();
}

internal sealed class AdaptedRef<TOther, TMessage>(ActorRef<TMessage> target, Func<TOther, TMessage> adapt)
    : ActorRef<TOther>
    where TOther : class
    where TMessage : class
{
    public override string Path => target.Path;

    public override void Tell(TOther message) => target.Tell(adapt(message));

    public override void TellSystem(TOther message) => target.TellSystem(adapt(message));
}

internal sealed class NobodyRef<TMessage> : ActorRef<TMessage>
    where TMessage : class
{
    public override string Path => "/nobody";

    public override void Tell(TMessage message)
    {
    }

    public override void TellSystem(TMessage message)
    {
    }
}

/// <summary>A reference that calls a function: for the edges, where something that is no actor wants an
/// answer.</summary>
public sealed class CallbackRef<TMessage>(string path, Action<TMessage> callback) : ActorRef<TMessage>
    where TMessage : class
{
    /// <inheritdoc/>
    public override string Path => path;

    /// <inheritdoc/>
    public override void Tell(TMessage message) => callback(message);

    /// <inheritdoc/>
    public override void TellSystem(TMessage message) => callback(message);
}
