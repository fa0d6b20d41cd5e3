using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ha.Resources.Vip;

/// <summary>The few rtnetlink messages that addresses need. Source: rtnetlink(7), linux/if_addr.h.</summary>
internal static unsafe partial class Netlink
{
    public const int Exists = 17;
    public const int Absent = 99;

    private const int Family = 16;
    private const int SocketRaw = 3;
    private const int CloseOnExec = 0x80000;
    private const int ProtocolError = 71;
    private const int AnswerBytes = 4096;

    /// <summary>Adds an address or renews its lease.</summary>
    /// <returns>0, or the kernel's error number.</returns>
    public static int Add(int device, IPAddress address, int prefix, uint leaseSeconds) => Change(
        new AddressMessage(true, device, address, prefix, leaseSeconds),
        AddressMessageCodec.RequestWithAck | AddressMessageCodec.CreateOrReplace);

    /// <summary>Takes an address away.</summary>
    /// <returns>0, or the kernel's error number.</returns>
    public static int Delete(int device, IPAddress address, int prefix) =>
        Change(new AddressMessage(false, device, address, prefix, 0), AddressMessageCodec.RequestWithAck);

    /// <summary>The device that has this address; null for none.</summary>
    public static (NetworkInterface Device, int Prefix)? Find(IPAddress address)
    {
        foreach (var device in NetworkInterface.GetAllNetworkInterfaces())
        {
            foreach (var own in device.GetIPProperties().UnicastAddresses)
            {
                if (own.Address.Equals(address))
                {
                    return (device, own.PrefixLength);
                }
            }
        }

        return null;
    }

    /// <summary>The number of a device.</summary>
    public static int IndexOf(string device)
    {
        var index = (int)NameToIndex(device);
        return index;
    }

    private static int Change(AddressMessage request, ushort flags)
    {
        Span<byte> message = stackalloc byte[AddressMessageCodec.MaxBytes];
        return Talk(message[..AddressMessageCodec.Encode(request, flags, message)]);
    }

    private static int Talk(ReadOnlySpan<byte> message)
    {
        var socket = OpenSocket(Family, SocketRaw | CloseOnExec, 0);
        if (socket < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        try
        {
            fixed (byte* start = message)
            {
                if (Send(socket, start, (nuint)message.Length, 0) < 0)
                {
                    return Marshal.GetLastPInvokeError();
                }
            }

            var answer = stackalloc byte[AnswerBytes];
            var count = (int)Receive(socket, answer, AnswerBytes, 0);
            if (count < 0)
            {
                return Marshal.GetLastPInvokeError();
            }

            return AddressMessageCodec.TryDecodeAnswer(new ReadOnlySpan<byte>(answer, count), out var code)
                ? code
                : ProtocolError;
        }
        finally
        {
            _ = CloseSocket(socket);
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseSocket(int socket);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int socket, byte* message, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint NameToIndex(string name);
}
