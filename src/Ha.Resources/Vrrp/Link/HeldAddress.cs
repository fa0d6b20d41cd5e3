using System.Net.NetworkInformation;
using Ha.Resources.Vip;

namespace Ha.Resources.Vrrp.Link;

/// <summary>An address of a virtual router with all that is sent about it, prepared: setting it takes no allocation.
/// </summary>
internal sealed class HeldAddress
{
    private const int OwnPrefixIpv4 = 32;
    private const int OwnPrefixIpv6 = 128;
    private const int LinkLocalPrefix = 64;

    /// <summary>Prepares it.</summary>
    /// <param name="address">The address.</param>
    /// <param name="device">The device that it is set on.</param>
    /// <param name="voice">The interface by which it is announced: that device, or the one below.</param>
    /// <param name="isVirtual">The device is one of ours, with the virtual MAC.</param>
    /// <param name="isRouter">This host forwards packets of its family.</param>
    /// <param name="leaseSeconds">How long the kernel keeps it when nobody renews it.</param>
    public HeldAddress(
        VirtualAddress address, LinkDevice device, int voice, bool isVirtual, bool isRouter, uint leaseSeconds)
    {
        Address = address.Address;
        Device = device.Index;
        Voice = voice;
        Hardware = device.Hardware;

        // The interface below has the network's route already; a second one on our device would draw traffic to it.
        // Only a link-local address needs a network where it is.
        var prefix = !isVirtual ? address.PrefixLength
            : !address.Address.IsIpv6 ? OwnPrefixIpv4
            : address.Address.IsLinkLocal ? LinkLocalPrefix : OwnPrefixIpv6;
        var ip = address.Address.ToIPAddress();
        Add = Encode(
            new AddressMessage(true, device.Index, ip, prefix, leaseSeconds),
            AddressMessageCodec.RequestWithAck | AddressMessageCodec.CreateOrReplace);
        Remove = Encode(new AddressMessage(false, device.Index, ip, prefix, 0), AddressMessageCodec.RequestWithAck);
        var card = new PhysicalAddress(device.Hardware);
        Announcement = address.Address.IsIpv6
            ? AnnouncementCodec.NeighbourAdvertisement(ip, card, isRouter)
            : AnnouncementCodec.ArpReply(ip, card);
        Question = address.Address.IsIpv6 ? [] : AnnouncementCodec.ArpRequest(ip, card);
    }

    /// <summary>The address.</summary>
    public VrrpAddress Address { get; }

    /// <summary>Number of the device that it is set on.</summary>
    public int Device { get; }

    /// <summary>Number of the interface by which it is announced.</summary>
    public int Voice { get; }

    /// <summary>The hardware address that it has while it is here.</summary>
    public byte[] Hardware { get; }

    /// <summary>The message that sets it, or renews its lease.</summary>
    public byte[] Add { get; }

    /// <summary>The message that takes it away.</summary>
    public byte[] Remove { get; }

    /// <summary>The frame that nobody answers.</summary>
    public byte[] Announcement { get; }

    /// <summary>The form for devices that ignore the other one; empty for IPv6.</summary>
    public byte[] Question { get; }

    private static byte[] Encode(AddressMessage message, ushort flags)
    {
        Span<byte> room = stackalloc byte[AddressMessageCodec.MaxBytes];
        return room[..AddressMessageCodec.Encode(message, flags, room)].ToArray();
    }
}
