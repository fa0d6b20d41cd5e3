namespace Ha.Resources.Vrrp.Link;

/// <summary>Wakes a thread that waits for descriptors. Source: eventfd(2).</summary>
internal sealed unsafe class LinkSignal : IDisposable
{
    /// <summary>What the waiting thread polls.</summary>
    public int Descriptor { get; } = LinkNative.EventDescriptor(0, LinkNative.CloseOnExec | LinkNative.NonBlocking);

    /// <summary>Wakes it.</summary>
    public void Raise()
    {
        var one = 1UL;
        _ = LinkNative.Write(Descriptor, &one, sizeof(ulong));
    }

    /// <summary>Forgets what was raised so far.</summary>
    public void Clear()
    {
        ulong count;
        _ = LinkNative.Read(Descriptor, &count, sizeof(ulong));
    }

    /// <summary>Waits until it is raised.</summary>
    /// <param name="nanoseconds">At most so long.</param>
    /// <returns>False when the time ran out.</returns>
    public bool Wait(long nanoseconds)
    {
        var entry = new LinkNative.PollEntry { Descriptor = Descriptor, Events = LinkNative.PollIn };
        var rest = Math.Max(0, nanoseconds);
        var time = new LinkNative.Time { Seconds = rest / LinkClock.Second, Nanoseconds = rest % LinkClock.Second };
        if (LinkNative.Poll(&entry, 1, &time, null) <= 0)
        {
            return false;
        }

        Clear();
        return true;
    }

    /// <summary>Waits until another descriptor can be read.</summary>
    /// <returns>False when the time ran out.</returns>
    public static bool WaitFor(int descriptor, TimeSpan limit)
    {
        var entry = new LinkNative.PollEntry { Descriptor = descriptor, Events = LinkNative.PollIn };
        var rest = limit.Ticks * 100;
        var time = new LinkNative.Time { Seconds = rest / LinkClock.Second, Nanoseconds = rest % LinkClock.Second };
        return LinkNative.Poll(&entry, 1, &time, null) > 0;
    }

    public void Dispose() => _ = LinkNative.Close(Descriptor);
}
