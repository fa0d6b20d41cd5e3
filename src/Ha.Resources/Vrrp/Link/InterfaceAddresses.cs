using System.Net.NetworkInformation;
using Ha.Resources.Vrrp.Plan;

namespace Ha.Resources.Vrrp.Link;

/// <summary>The addresses that interfaces have now.</summary>
public static class InterfaceAddresses
{
    /// <summary>Of one interface, in the kernel's order: its first comes first.</summary>
    /// <returns>Null when there is no such interface.</returns>
    public static IReadOnlyList<InterfaceAddress>? Of(string name)
    {
        foreach (var device in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (device.Name == name)
            {
                return
                [
                    .. device.GetIPProperties().UnicastAddresses.Select(one =>
                        new InterfaceAddress(VrrpAddress.Of(one.Address), one.PrefixLength)),
                ];
            }
        }

        return null;
    }

    /// <summary>The address that adverts come from: the configured one; else the interface's first of IPv4, or its
    /// link-local one of IPv6, that is no virtual address. Source: RFC 9568, section 5.1.1.1 and 5.1.2.1.</summary>
    /// <returns>None when there is none.</returns>
    public static VrrpAddress SourceOf(VirtualRouterSettings settings, IReadOnlyList<InterfaceAddress> own)
    {
        var none = new VrrpAddress(0, settings.IsIpv6);
        foreach (var one in own)
        {
            var address = one.Address;
            var isVirtual = !settings.IsOwner && settings.Addresses.Any(held => held.Address == address);
            if (address.IsIpv6 == settings.IsIpv6 && !isVirtual && (settings.Source.IsNone
                ? !settings.IsIpv6 || address.IsLinkLocal
                : address == settings.Source))
            {
                return address;
            }
        }

        return none;
    }
}
