namespace Ha.Resources.Vrrp.Link;

/// <summary>A queue from one thread to one other, of fixed size, without locks and without allocation.</summary>
/// <param name="size">How many it holds: a power of two.</param>
internal sealed class LinkRing<T>(int size)
    where T : struct
{
    private readonly T[] _items = new T[size];
    private long _taken;
    private long _put;

    /// <summary>How many were lost because nobody took them.</summary>
    public long Lost { get; private set; }

    /// <summary>Puts one in; called by one thread alone.</summary>
    /// <returns>False when it is full: the item is lost, and counted.</returns>
    public bool TryPut(in T item)
    {
        if (_put - Volatile.Read(ref _taken) == _items.Length)
        {
            Lost++;
            return false;
        }

        _items[_put & (_items.Length - 1)] = item;
        Volatile.Write(ref _put, _put + 1);
        return true;
    }

    /// <summary>Takes the oldest; called by one thread alone.</summary>
    public bool TryTake(out T item)
    {
        if (_taken == Volatile.Read(ref _put))
        {
            item = default;
            return false;
        }

        item = _items[_taken & (_items.Length - 1)];
        Volatile.Write(ref _taken, _taken + 1);
        return true;
    }
}
