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
    private const ushort NewAddress = 20;
    private const ushort DeleteAddress = 21;
    private const ushort ErrorMessage = 2;
    private const ushort RequestWithAck = 5;
    private const ushort CreateOrReplace = 0x500;
    private const ushort LocalAttribute = 2;
    private const ushort AddressAttribute = 1;
    private const ushort FlagsAttribute = 8;
    private const ushort LeaseAttribute = 6;
    private const uint NoDuplicateDetection = 0x02;
    private const int HeaderBytes = 16;
    private const int AddressHeaderBytes = 8;
    private const int AnswerBytes = 4096;

    /// <summary>Adds an address or renews its lease.</summary>
    /// <returns>0, or the kernel's error number.</returns>
    public static int Add(int device, IPAddress address, int prefix, uint leaseSeconds) =>
        Change(NewAddress, RequestWithAck | CreateOrReplace, device, address, prefix, leaseSeconds);

    /// <summary>Takes an address away.</summary>
    /// <returns>0, or the kernel's error number.</returns>
    public static int Delete(int device, IPAddress address, int prefix) =>
        Change(DeleteAddress, RequestWithAck, device, address, prefix, 0);

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

    private static int Change(
        ushort type, ushort flags, int device, IPAddress address, int prefix, uint leaseSeconds)
    {
        var bytes = address.GetAddressBytes();
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        Span<byte> message = stackalloc byte[128];
        message.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(message[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(message[6..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(message[8..], 1);
        message[HeaderBytes] = (byte)(isV6 ? 10 : 2);
        message[HeaderBytes + 1] = (byte)prefix;
        BinaryPrimitives.WriteInt32LittleEndian(message[(HeaderBytes + 4)..], device);
        var at = HeaderBytes + AddressHeaderBytes;
        at = Put(message, at, LocalAttribute, bytes);
        if (!isV6)
        {
            at = Put(message, at, AddressAttribute, bytes);
        }

        if (type == NewAddress)
        {
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(number, isV6 ? NoDuplicateDetection : 0);
            at = Put(message, at, FlagsAttribute, number);
            if (leaseSeconds > 0)
            {
                // ifa_cacheinfo: preferred, valid, two stamps.
                Span<byte> lease = stackalloc byte[16];
                lease.Clear();
                BinaryPrimitives.WriteUInt32LittleEndian(lease, leaseSeconds);
                BinaryPrimitives.WriteUInt32LittleEndian(lease[4..], leaseSeconds);
                at = Put(message, at, LeaseAttribute, lease);
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)at);
        return Talk(message[..at]);
    }

    private static int Put(Span<byte> message, int at, ushort type, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(message[at..], (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(message[(at + 2)..], type);
        value.CopyTo(message[(at + 4)..]);
        return at + ((4 + value.Length + 3) & ~3);
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
            if (count < HeaderBytes + 4)
            {
                return Marshal.GetLastPInvokeError();
            }

            var text = new ReadOnlySpan<byte>(answer, count);
            return BinaryPrimitives.ReadUInt16LittleEndian(text[4..]) == ErrorMessage
                ? -BinaryPrimitives.ReadInt32LittleEndian(text[HeaderBytes..])
                : 0;
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
