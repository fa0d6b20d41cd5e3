namespace Ha.Resources.Vrrp.Link;

/// <summary>The last right sequence of each sender whose trailers were right: what was sent before does not count
/// again. Only who has the key gets in, so a handful of places is enough.</summary>
internal sealed class SenderSequences
{
    private const int Places = 16;

    private readonly VrrpAddress[] _senders = new VrrpAddress[Places];
    private readonly ulong[] _sequences = new ulong[Places];
    private int _next;

    /// <summary>Of a sender; 0 when it was not heard yet.</summary>
    public ulong Of(VrrpAddress sender)
    {
        var at = Array.IndexOf(_senders, sender);
        return at < 0 ? 0 : _sequences[at];
    }

    /// <summary>Remembers it.</summary>
    public void Keep(VrrpAddress sender, ulong sequence)
    {
        var at = Array.IndexOf(_senders, sender);
        if (at < 0)
        {
            at = _next;
            _next = (_next + 1) % Places;
            _senders[at] = sender;
        }

        _sequences[at] = sequence;
    }
}
