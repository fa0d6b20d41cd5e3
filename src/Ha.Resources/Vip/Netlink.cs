using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;

namespace Ha.Resources.Vip;

/// <summary>The few rtnetlink messages that addresses need. Source: rtnetlink(7), linux/if_addr.h.</summary>
internal static partial class Netlink
{
    public const int Exists = 17;
    public const int Absent = 99;

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

    private static int Talk(Span<byte> message)
    {
        using var socket = new NetlinkSocket();
        return socket.Ask(message);
    }

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint NameToIndex(string name);
}
