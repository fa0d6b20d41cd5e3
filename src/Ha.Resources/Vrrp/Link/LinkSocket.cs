using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ha.Resources.Vrrp.Link;

/// <summary>One interface, raw: frames in with the kernel's time of arrival, frames out as they are. It never blocks.
/// </summary>
internal sealed unsafe class LinkSocket : IDisposable
{
    private const int FrameBytes = 2048;
    private const int ControlBytes = 128;
    private const int BufferBytes = 1 << 20;
    private const ushort AllTypes = 3;

    // skb priority 7: before everything else where the device has several queues (TC_PRIO_CONTROL).
    private const int ControlPriority = 7;

    private readonly byte* _room;
    private readonly byte* _control;
    private readonly LinkNative.Message* _message;
    private readonly LinkNative.PacketAddress* _address;
    private readonly int _joined4;
    private readonly int _joined6;
    private int _device;

    /// <summary>Opens it.</summary>
    /// <param name="device">Number of the interface.</param>
    /// <param name="addresses">IPv4 addresses whose ARP matters.</param>
    /// <exception cref="LinkException">The kernel does not let us.</exception>
    public LinkSocket(int device, IReadOnlyList<uint> addresses)
    {
        _device = device;
        Descriptor = Check(
            LinkNative.Open(LinkNative.FamilyPacket, LinkNative.Raw | LinkNative.CloseOnExec | LinkNative.NonBlocking,
                0),
            "open a packet socket");
        Set(LinkNative.LevelSocket, LinkNative.TimestampNanoseconds, 1);
        Set(LinkNative.LevelSocket, LinkNative.ReceiveBufferForce, BufferBytes);
        Set(LinkNative.LevelSocket, LinkNative.Priority, ControlPriority);
        Set(LinkNative.LevelPacket, LinkNative.PacketIgnoreOutgoing, 1);
        Filter(Descriptor, LinkFilter.Of(addresses));
        _room = (byte*)NativeMemory.AllocZeroed(FrameBytes);
        _control = (byte*)NativeMemory.AllocZeroed(ControlBytes);
        _message = (LinkNative.Message*)NativeMemory.AllocZeroed((nuint)sizeof(LinkNative.Message));
        _address = (LinkNative.PacketAddress*)NativeMemory.AllocZeroed((nuint)sizeof(LinkNative.PacketAddress));
        var piece = (LinkNative.Piece*)NativeMemory.AllocZeroed((nuint)sizeof(LinkNative.Piece));
        piece->Start = _room;
        piece->Length = FrameBytes;
        _message->Pieces = piece;
        _message->PieceCount = 1;
        Listen(device);

        // The interface itself must let the groups in, and switches that watch memberships must hear of us.
        _joined4 = Join4(device);
        _joined6 = Join6(device);
    }

    /// <summary>What is polled.</summary>
    public int Descriptor { get; }

    /// <summary>The frame that was received last.</summary>
    public ReadOnlySpan<byte> Frame => new(_room, Length);

    /// <summary>Its bytes.</summary>
    public int Length { get; private set; }

    /// <summary>When the kernel got it, by <see cref="LinkClock"/>.</summary>
    public long ArrivedAt { get; private set; }

    /// <summary>Takes one frame.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryReceive()
    {
        _message->Control = _control;
        _message->ControlLength = ControlBytes;
        var count = LinkNative.Receive(Descriptor, _message, 0);
        if (count < 0)
        {
            return false;
        }

        Length = (int)count;
        ArrivedAt = ArrivalOf((int)_message->ControlLength);
        return true;
    }

    /// <summary>Sends a frame with its Ethernet header.</summary>
    /// <returns>0, or the kernel's error number.</returns>
    public int Send(ReadOnlySpan<byte> frame)
    {
        _address->Family = LinkNative.FamilyPacket;
        _address->Device = _device;
        _address->HardwareLength = 6;
        fixed (byte* start = frame)
        {
            return LinkNative.SendTo(
                Descriptor, start, (nuint)frame.Length, 0, _address, (uint)sizeof(LinkNative.PacketAddress)) < 0
                    ? Marshal.GetLastPInvokeError()
                    : 0;
        }
    }

    /// <summary>Sends nothing and listens to nothing but another device from now on: the interface was made anew.
    /// </summary>
    public void Listen(int device)
    {
        _device = device;
        var address = new LinkNative.PacketAddress
        {
            Family = LinkNative.FamilyPacket,
            ProtocolInNetworkOrder = BinaryPrimitives.ReverseEndianness(AllTypes),
            Device = device,
        };
        _ = Check(
            LinkNative.Bind(Descriptor, &address, (uint)sizeof(LinkNative.PacketAddress)), "listen on the interface");
    }

    public void Dispose()
    {
        _ = LinkNative.Close(Descriptor);
        _ = LinkNative.Close(_joined4);
        _ = LinkNative.Close(_joined6);
        NativeMemory.Free(_message->Pieces);
        NativeMemory.Free(_room);
        NativeMemory.Free(_control);
        NativeMemory.Free(_message);
        NativeMemory.Free(_address);
    }

    /// <summary>Puts a packet filter on a socket.</summary>
    internal static void Filter(int descriptor, LinkNative.FilterStep[] steps)
    {
        fixed (LinkNative.FilterStep* first = steps)
        {
            var program = new LinkNative.FilterProgram { Length = (ushort)steps.Length, Steps = first };
            _ = Check(
                LinkNative.SetOption(
                    descriptor, LinkNative.LevelSocket, LinkNative.AttachFilter, &program,
                    (uint)sizeof(LinkNative.FilterProgram)),
                "filter packets");
        }
    }

    /// <summary>Turns an error into an exception with its sentence.</summary>
    internal static int Check(int result, string what) => result >= 0
        ? result
        : throw new LinkException(
            $"cannot {what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}; it needs root, or CAP_NET_RAW and CAP_NET_ADMIN");

    private static int Join4(int device)
    {
        // struct ip_mreqn: group, own address, device.
        var socket = LinkNative.Open(LinkNative.FamilyIpv4, LinkNative.Datagram | LinkNative.CloseOnExec, 0);
        Span<byte> request = stackalloc byte[12];
        request.Clear();
        ((ReadOnlySpan<byte>)[224, 0, 0, 18]).CopyTo(request);
        BinaryPrimitives.WriteInt32LittleEndian(request[8..], device);
        fixed (byte* start = request)
        {
            _ = LinkNative.SetOption(socket, LinkNative.LevelIp, LinkNative.IpAddMembership, start, 12);
        }

        return socket;
    }

    private static int Join6(int device)
    {
        var socket = LinkNative.Open(LinkNative.FamilyIpv6, LinkNative.Datagram | LinkNative.CloseOnExec, 0);
        if (socket < 0)
        {
            return socket;
        }

        Span<byte> request = stackalloc byte[20];
        request.Clear();
        request[0] = 0xff;
        request[1] = 2;
        request[15] = 0x12;
        BinaryPrimitives.WriteInt32LittleEndian(request[16..], device);
        fixed (byte* start = request)
        {
            _ = LinkNative.SetOption(socket, LinkNative.LevelIpv6, LinkNative.Ipv6AddMembership, start, 20);
        }

        return socket;
    }

    // The kernel's stamp is a time of day: its age is what counts.
    private long ArrivalOf(int controlBytes)
    {
        var now = LinkClock.Now;
        for (var at = 0; at + 16 <= controlBytes;)
        {
            var length = (int)*(nuint*)(_control + at);
            var level = *(int*)(_control + at + 8);
            var type = *(int*)(_control + at + 12);
            if (length < 16 || length > controlBytes - at)
            {
                break;
            }

            if (level == LinkNative.LevelSocket && type == LinkNative.TimestampNanoseconds && length >= 32)
            {
                var stamp = (*(long*)(_control + at + 16) * LinkClock.Second) + *(long*)(_control + at + 24);
                var age = LinkClock.RealTime - stamp;
                return age is > 0 and < LinkClock.Second * 10 ? now - age : now;
            }

            at += (length + 7) & ~7;
        }

        return now;
    }

    private void Set(int level, int name, int value) =>
        _ = LinkNative.SetOption(Descriptor, level, name, &value, sizeof(int));
}
