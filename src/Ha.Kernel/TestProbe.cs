namespace Ha.Kernel;

/// <summary>Stands where an actor would be, and remembers what it was told.</summary>
public sealed class TestProbe<TMessage> : ActorRef<TMessage>
    where TMessage : class
{
    private readonly Queue<TMessage> _received = new();

    /// <inheritdoc/>
    public override string Path => "/probe";

    /// <summary>How many messages wait to be looked at.</summary>
    public int Count => _received.Count;

    /// <inheritdoc/>
    public override void Tell(TMessage message) => _received.Enqueue(message);

    /// <inheritdoc/>
    public override void TellSystem(TMessage message) => _received.Enqueue(message);

    /// <summary>The next message, which must be of this type.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it is of another type.</exception>
    public T Expect<T>()
        where T : TMessage =>
        !_received.TryDequeue(out var message) ? throw new InvalidOperationException($"expected {typeof(T).Name}, got nothing")
        : message is T expected ? expected
        : throw new InvalidOperationException($"expected {typeof(T).Name}, got {message}");

    /// <summary>All messages that wait, oldest first.</summary>
    public IReadOnlyList<TMessage> TakeAll()
    {
        var all = _received.ToArray();
        _received.Clear();
        return all;
    }
}
