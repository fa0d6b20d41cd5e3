using System.Buffers.Binary;
using Ha.Resources.Vip;

namespace Ha.Resources.Vrrp.Link;

/// <summary>What the kernel told.</summary>
internal enum KernelNoticeKind
{
    /// <summary>A link is another one: Link.</summary>
    Link,

    /// <summary>An address came or went: Address.</summary>
    Address,

    /// <summary>Some was lost: look at everything.</summary>
    Overrun,
}

/// <summary>One of them: a value without allocation.</summary>
internal readonly record struct KernelNotice(KernelNoticeKind Kind, LinkState Link, AddressNotice Address);

/// <summary>Hears of links and addresses from the kernel, one notice at a time.</summary>
internal sealed class KernelWatch : IDisposable
{
    private const uint LinksAndAddresses = 0x111;

    private readonly NetlinkSocket _socket = new(LinksAndAddresses);
    private readonly byte[] _rest = new byte[16384];
    private int _at;
    private int _end;

    /// <summary>What is polled.</summary>
    public int Descriptor => _socket.Descriptor;

    /// <summary>Takes the next.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryTake(out KernelNotice notice)
    {
        while (true)
        {
            while (_end - _at >= 16)
            {
                var events = _rest.AsSpan(_at, _end - _at);
                var length = BinaryPrimitives.ReadInt32LittleEndian(events);
                if (length < 16 || length > events.Length)
                {
                    break;
                }

                var message = events[..length];
                _at = Math.Min(_end, _at + ((length + 3) & ~3));
                if (LinkMessageCodec.TryDecode(message, out var link))
                {
                    notice = new KernelNotice(KernelNoticeKind.Link, link, default);
                    return true;
                }

                if (AddressNoticeCodec.TryDecode(message, out var address))
                {
                    notice = new KernelNotice(KernelNoticeKind.Address, default, address);
                    return true;
                }
            }

            var more = _socket.TakeEvents(out var isOverrun);
            more.CopyTo(_rest);
            (_at, _end) = (0, more.Length);
            notice = new KernelNotice(KernelNoticeKind.Overrun, default, default);
            if (isOverrun || more.IsEmpty)
            {
                return isOverrun;
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
