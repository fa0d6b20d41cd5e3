namespace Ha.Resources.Vrrp.Link;

/// <summary>A value of /proc/sys that a virtual router needs.</summary>
/// <param name="Path">Its file below /proc/sys.</param>
/// <param name="Value">What it must be.</param>
/// <param name="Why">For whoever finds it changed.</param>
public sealed record KernelSetting(string Path, string Value, string Why);

/// <summary>Which values of /proc/sys a virtual router needs. Source: own measurements; ip-sysctl of the kernel's
/// documentation.</summary>
public static class KernelSettingPlan
{
    /// <summary>For an interface that virtual addresses are on, or behind which a device of ours is.</summary>
    /// <param name="device">The interface.</param>
    /// <param name="hasVirtualMac">A device of ours is on it.</param>
    public static IReadOnlyList<KernelSetting> ForInterface(string device, bool hasVirtualMac)
    {
        var v4 = $"net/ipv4/conf/{device}/";
        return
        [
            new(v4 + "arp_ignore", "1", "else it answers for addresses of other interfaces"),
            new(v4 + "arp_announce", "2", "else its own questions spread the virtual address with another MAC"),
            .. hasVirtualMac
                ? Array.Empty<KernelSetting>()
                : [new(v4 + "promote_secondaries", "1", "else a deleted address takes others with it")],
        ];
    }

    /// <summary>For a device that we made, before it is switched on.</summary>
    /// <param name="device">The device.</param>
    /// <param name="isIpv6">Its family.</param>
    /// <param name="isRouter">Its host forwards packets.</param>
    public static IReadOnlyList<KernelSetting> ForVirtualDevice(string device, bool isIpv6, bool isRouter)
    {
        var v4 = $"net/ipv4/conf/{device}/";
        var v6 = $"net/ipv6/conf/{device}/";
        List<KernelSetting> settings =
        [
            new(v4 + "arp_ignore", "1", "else the device of the other family answers, too"),
            new(v4 + "arp_announce", "2", "questions carry the address of their own device"),
            new(v4 + "accept_local", "0", "else the old active answers the new one's announcements"),
            new(v4 + "rp_filter", "0", "its answers go out by the interface below"),
            new(v4 + "promote_secondaries", "1", "addresses do not depend on each other"),
        ];
        settings.AddRange(isIpv6
            ?
            [
                new(v6 + "addr_gen_mode", "1", "no address is made of the virtual MAC: all members have the same"),
                new(v6 + "accept_dad", "0", "an address that moves is no duplicate"),
                new(v6 + "dad_transmits", "0", "an address that moves is no duplicate"),
                new(v6 + "accept_ra", "0", "the device learns nothing"),
                new(v6 + "autoconf", "0", "the device learns nothing"),
                new(v6 + "router_solicitations", "0", "a backup says nothing with the virtual MAC"),
                new(v6 + "forwarding", isRouter ? "1" : "0", "its answers say whether it is a router"),
            ]
            : [new(v6 + "disable_ipv6", "1", "an IPv4 device says nothing in IPv6")]);
        return settings;
    }

    /// <summary>What rp_filter must become everywhere so that one device can be without it: the kernel takes the
    /// greater of "all" and the device's own.</summary>
    /// <param name="all">Its value for all.</param>
    /// <param name="own">Its value for each device.</param>
    public static IReadOnlyList<KernelSetting> LiftReversePathFilter(int all, IReadOnlyDictionary<string, int> own) =>
        all == 0
            ? []
            :
            [
                .. own.Where(pair => pair.Value < all).OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => Filter(pair.Key, all)),
                Filter("all", 0),
            ];

    private static KernelSetting Filter(string device, int value) => new(
        $"net/ipv4/conf/{device}/rp_filter", value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        "the value of all interfaces is put on each of them, so that ours can be without");
}
