using System.Globalization;
using Ha.Resources.Vip;

namespace Ha.Resources.Vrrp.Link;

/// <summary>A device with the virtual router's hardware address, on the interface. It is switched on only while we are
/// active, so that a backup never says anything with that address.</summary>
internal static class VirtualDevice
{
    /// <summary>The name of a router's device.</summary>
    public static string NameOf(VirtualRouterSettings settings, int parent) => string.Create(
        CultureInfo.InvariantCulture, $"vr{(settings.IsIpv6 ? 6 : 4)}.{settings.Vrid}.{parent}");

    /// <summary>The hardware address as octets.</summary>
    public static byte[] HardwareOf(VirtualRouterSettings settings)
    {
        var mac = settings.VirtualMac;
        return [(byte)(mac >> 40), (byte)(mac >> 32), (byte)(mac >> 24), (byte)(mac >> 16), (byte)(mac >> 8),
            (byte)mac];
    }

    /// <summary>Makes it anew, switched off, and sets what the kernel must know of it. One that an earlier run left is
    /// removed first.</summary>
    /// <exception cref="LinkException">The kernel does not let us.</exception>
    public static LinkDevice Create(
        NetlinkSocket netlink, VirtualRouterSettings settings, LinkDevice parent, KernelSettings kernel)
    {
        var name = NameOf(settings, parent.Index);
        Remove(netlink, name);
        Span<byte> message = stackalloc byte[LinkMessageCodec.MaxBytes];
        var hardware = HardwareOf(settings);
        var error = netlink.Ask(message[..LinkMessageCodec.EncodeMacvlan(name, parent.Index, hardware, message)]);
        var device = error == 0 ? LinkDevice.Find(name) : null;
        if (device is null)
        {
            throw new LinkException(
                $"cannot make the device {name} for the virtual MAC of '{settings.Id}' on {parent.Name}: error {error}");
        }

        _ = kernel.Apply(
            KernelSettingPlan.ForVirtualDevice(name, settings.IsIpv6, kernel.IsForwarding(settings.IsIpv6)),
            isOurDevice: true);
        return device;
    }

    /// <summary>Removes it, if it is there.</summary>
    public static void Remove(NetlinkSocket netlink, string name)
    {
        if ((int)LinkNative.IndexOf(name) is not 0 and var index)
        {
            Span<byte> message = stackalloc byte[LinkMessageCodec.MaxBytes];
            _ = netlink.Ask(message[..LinkMessageCodec.EncodeDelete(index, message)]);
        }
    }
}
