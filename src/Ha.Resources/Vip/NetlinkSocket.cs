using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ha.Resources.Vip;

/// <summary>A connection to the kernel's routing part that stays open. One thread at a time. Source: netlink(7).
/// </summary>
internal sealed unsafe partial class NetlinkSocket : IDisposable
{
    private const int Family = 16;
    private const int SocketRaw = 3;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int ProtocolError = 71;
    private const int AnswerBytes = 16384;
    private const int MaxAnswers = 8;
    private const int ForceReceiveBuffer = 33;
    private const int EventBufferBytes = 1 << 20;

    private readonly byte* _answer = (byte*)NativeMemory.Alloc(AnswerBytes);
    private uint _sequence;

    /// <summary>Opens it for requests, or, with groups, for what the kernel tells.</summary>
    /// <param name="groups">0, or a sum of RTMGRP numbers: links 1, IPv4 addresses 0x10, IPv6 addresses 0x100.</param>
    public NetlinkSocket(uint groups = 0)
    {
        Descriptor = OpenSocket(Family, SocketRaw | CloseOnExec | (groups == 0 ? 0 : NonBlocking), 0);
        OpenError = Descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (groups != 0 && Descriptor >= 0)
        {
            // sockaddr_nl: family, port 0 for the kernel to choose, groups.
            var address = stackalloc uint[3] { Family, 0, groups };
            OpenError = BindSocket(Descriptor, address, 12) < 0 ? Marshal.GetLastPInvokeError() : 0;
            var size = EventBufferBytes;
            _ = SetOption(Descriptor, 1, ForceReceiveBuffer, &size, sizeof(int));
        }
    }

    /// <summary>What is polled.</summary>
    public int Descriptor { get; }

    /// <summary>0, or why it is not open.</summary>
    public int OpenError { get; }

    /// <summary>Asks for a change and waits for the answer. The sequence number is written into the message.</summary>
    /// <returns>0, or the kernel's error number.</returns>
    public int Ask(Span<byte> message)
    {
        if (OpenError != 0)
        {
            return OpenError;
        }

        var sequence = ++_sequence;
        BinaryPrimitives.WriteUInt32LittleEndian(message[8..], sequence);
        fixed (byte* start = message)
        {
            if (Send(Descriptor, start, (nuint)message.Length, 0) < 0)
            {
                return Marshal.GetLastPInvokeError();
            }
        }

        // An answer to an older request, if one was left, is not ours.
        for (var count = 0; count < MaxAnswers; count++)
        {
            var length = (int)Receive(Descriptor, _answer, AnswerBytes, 0);
            if (length < 0)
            {
                return Marshal.GetLastPInvokeError();
            }

            var answer = new ReadOnlySpan<byte>(_answer, length);
            if (length >= 16 && BinaryPrimitives.ReadUInt32LittleEndian(answer[8..]) == sequence)
            {
                return AddressMessageCodec.TryDecodeAnswer(answer, out var code) ? code : ProtocolError;
            }
        }

        return ProtocolError;
    }

    /// <summary>Takes what the kernel tells, if there is something.</summary>
    /// <returns>Empty when there is nothing; <paramref name="isOverrun"/> says that some was lost.</returns>
    public ReadOnlySpan<byte> TakeEvents(out bool isOverrun)
    {
        var length = (int)Receive(Descriptor, _answer, AnswerBytes, 0);
        isOverrun = length < 0 && Marshal.GetLastPInvokeError() == 105;
        return length <= 0 ? [] : new ReadOnlySpan<byte>(_answer, length);
    }

    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = CloseSocket(Descriptor);
        }

        NativeMemory.Free(_answer);
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int BindSocket(int socket, void* address, uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    private static partial int SetOption(int socket, int level, int name, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseSocket(int socket);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int socket, byte* message, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int socket, byte* buffer, nuint length, int flags);
}
