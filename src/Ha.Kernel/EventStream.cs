namespace Ha.Kernel;

/// <summary>Events for whoever wants them; nobody needs to know the others.</summary>
public sealed class EventStream
{
    private readonly Lock _gate = new();
    private readonly List<(object? Owner, Type Type, object Target)> _subscribers = [];

    /// <summary>Tells everyone who subscribed to this type.</summary>
    public void Publish<TEvent>(TEvent happened)
        where TEvent : class
    {
        List<ActorRef<TEvent>> targets = [];
        lock (_gate)
        {
            foreach (var (_, type, target) in _subscribers)
            {
                if (type == typeof(TEvent))
                {
                    targets.Add((ActorRef<TEvent>)target);
                }
            }
        }

        foreach (var target in targets)
        {
            target.Tell(happened);
        }
    }

    /// <summary>Adds a subscriber from outside of the actors.</summary>
    public void Subscribe<TEvent>(ActorRef<TEvent> target)
        where TEvent : class => Subscribe(null, target);

    internal void Subscribe<TEvent>(object? owner, ActorRef<TEvent> target)
        where TEvent : class
    {
        lock (_gate)
        {
            _subscribers.Add((owner, typeof(TEvent), target));
        }
    }

    internal void Forget(object owner)
    {
        lock (_gate)
        {
            _subscribers.RemoveAll(subscriber => ReferenceEquals(subscriber.Owner, owner));
        }
    }
}

/// <summary>A message that nobody took.</summary>
/// <param name="Path">Whom it was for.</param>
/// <param name="Message">The message.</param>
/// <param name="Reason">Why it was not taken.</param>
public sealed record DeadLetter(string Path, object Message, string Reason);
