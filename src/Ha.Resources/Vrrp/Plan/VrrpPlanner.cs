using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Ha.InformationBase;
using Ha.InformationBase.Reader;

namespace Ha.Resources.Vrrp.Plan;

/// <summary>Makes of a vrrp section what one host does, and says what on this host is wrong with it.</summary>
public static class VrrpPlanner
{
    private const int MaxDeviceName = 15;

    /// <summary>Plans.</summary>
    /// <param name="section">As it was read.</param>
    /// <param name="node">This host's name among the members.</param>
    /// <param name="addressesOf">The addresses of an interface; null when there is no such interface. Without it, for a
    /// host that is elsewhere, interfaces are not looked at.</param>
    /// <returns>The plan, null when there are mistakes; and each mistake with its place.</returns>
    public static (VrrpPlan? Plan, IReadOnlyList<string> Mistakes) Of(
        VrrpSection section, string node, Func<string, IReadOnlyList<InterfaceAddress>?>? addressesOf)
    {
        var mistakes = new List<string>();
        var checks = new List<VrrpCheck>(section.Checks);
        var routers = new List<RouterPlan>();
        foreach (var router in section.Routers)
        {
            if (router.Members.FirstOrDefault(member => member.Node == node) is { } member)
            {
                var before = mistakes.Count;
                var plans = PlansOf(section, router, member, checks, mistakes).ToList();
                if (mistakes.Count == before)
                {
                    if (addressesOf is not null)
                    {
                        CheckInterface(router, member, plans, addressesOf, mistakes);
                    }

                    routers.AddRange(plans);
                }
            }
        }

        if (routers.Count == 0 && mistakes.Count == 0)
        {
            var known = section.Routers.SelectMany(router => router.Members).Select(member => member.Node)
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            mistakes.Add($"this host is '{node}', and no virtual router has it as a member; members are: "
                + $"{string.Join(", ", known)}; name it with --name");
        }

        CheckNumbers(routers, mistakes);
        if (mistakes.Count > 0)
        {
            return (null, mistakes);
        }

        var (ordered, groups) = GroupsOf(routers);
        return (new VrrpPlan(ordered, checks, groups, section.Alerts), mistakes);
    }

    private static IEnumerable<RouterPlan> PlansOf(
        VrrpSection section, VrrpRouter router, VrrpMember member, List<VrrpCheck> checks, List<string> mistakes)
    {
        var device = member.Interface.Length > 0 ? member.Interface : router.Interface;
        if (!IsDeviceName(device))
        {
            mistakes.Add($"{router.PlaceOf("interface")}: '{SafeText.Of(device)}' is no name of an interface");
        }

        var advertised = AddressesOf(router.Addresses, true, mistakes);
        var others = AddressesOf(router.MoreAddresses, false, mistakes);
        var before = mistakes.Count;
        var peers = PeersOf(router, member, mistakes);
        var source = SourceOf(router, member, mistakes);
        var tracked = TrackedOf(section, router, checks);
        var families = advertised.Select(address => address.Address.IsIpv6).Distinct().Order().ToList();
        if (router.Version == 2 && families.Contains(true))
        {
            mistakes.Add($"{router.PlaceOf("version")}: router '{router.Id}' has IPv6 addresses, and version 2 is IPv4's; use version = 3");
        }

        if (advertised.Count > 255)
        {
            mistakes.Add($"{router.PlaceOf("addresses")}: an advert names at most 255 addresses; put the others into more-addresses");
        }

        foreach (var isIpv6 in families)
        {
            var own = advertised.Where(address => address.Address.IsIpv6 == isIpv6).ToList();
            if (isIpv6 && !own[0].Address.IsLinkLocal)
            {
                mistakes.Add($"{router.PlaceOf("addresses")}: the first IPv6 address of router '{router.Id}' must be a link-local one "
                    + "(RFC 9568, section 5.2.9); write one such as fe80::10/64 before the others");
            }

            // Addresses that adverts do not name may be of any family when there is but one router.
            var all = own.Concat(others.Where(address => families.Count == 1 || address.Address.IsIpv6 == isIpv6));
            var settings = SettingsOf(router, member, device, isIpv6) with
            {
                Id = families.Count > 1 && isIpv6 ? $"{router.Id}-ipv6" : router.Id,
                Addresses = [.. all],
                Advertised = [.. own.Select(address => address.Address)],
                Peers = [.. peers.Where(peer => peer.Address.IsIpv6 == isIpv6)],
                Source = source is { } from && from.IsIpv6 == isIpv6 ? from : new VrrpAddress(0, isIpv6),
                SyncGroup = section.SyncGroups.FirstOrDefault(group => group.Routers.Contains(router.Id))?.Id ?? "",
            };
            if (router.IsUnicast && settings.Peers.Length == 0 && mistakes.Count == before)
            {
                mistakes.Add($"{router.PlaceOf("transport")}: router '{router.Id}' has unicast transport and nobody to speak to in "
                    + $"{(isIpv6 ? "IPv6" : "IPv4")}; write address = ... at its members, or peers");
            }

            yield return new RouterPlan(
                settings, router, tracked, RankOf(router, member), MembersOf(router, member));
        }
    }

    // After a resignation the first takes over at once, the next a little later: no skew is waited for. Equal
    // priorities go by name. Routers that are no members know of no ranks.
    private static int RankOf(VrrpRouter router, VrrpMember self) =>
        router.Members.Count < 2 || !router.Peers.IsEmpty
            ? 0
            : router.Members.OrderByDescending(member => member.Priority)
                .ThenBy(member => member.Node, StringComparer.Ordinal)
                .TakeWhile(member => member != self).Count() + 1;

    private static VrrpAddress[] MembersOf(VrrpRouter router, VrrpMember self) =>
    [
        .. router.Members.Where(member => member != self)
            .Select(member => VrrpAddress.TryParse(member.Address, out var address) ? address : default)
            .Where(address => !address.IsNone),
    ];

    private static VirtualRouterSettings SettingsOf(VrrpRouter router, VrrpMember member, string device, bool isIpv6) =>
        new()
        {
            Id = router.Id,
            Vrid = (byte)router.Vrid,
            Version = (byte)router.Version,
            IsIpv6 = isIpv6,
            Interface = device,
            Addresses = [],
            Priority = (byte)member.Priority,
            IntervalNs = Nanoseconds(router.Interval),
            Preempt = router.Preempt,
            PreemptDelayNs = Nanoseconds(router.PreemptDelay),
            DownTimerAdverts = router.DownAfter,
            StartupDelayNs = Nanoseconds(router.StartupDelay),
            UsesVirtualMac = router.HasVirtualMac,
            Transport = router.IsUnicast ? VrrpTransport.Unicast : VrrpTransport.Multicast,
            HasForeignPeers = !router.Peers.IsEmpty,
            Checksum = router.Checksum switch
            {
                "rfc9568" => VrrpChecksumChoice.Rfc9568,
                "rfc5798" => VrrpChecksumChoice.Rfc5798,
                _ => VrrpChecksumChoice.Auto,
            },
            Authentication = router.Password.Length > 0 ? VrrpAuthentication.Password : VrrpAuthentication.None,
            Password = PasswordOf(router.Password),
            TrailerMode = router.Key.Length == 0 ? VrrpTrailerMode.Off : router.KeyMode switch
            {
                "receive" => VrrpTrailerMode.ReceiveOnly,
                "permissive" => VrrpTrailerMode.Permissive,
                _ => VrrpTrailerMode.Enforce,
            },
            TrailerKeys = router.Key.Length == 0 ? [] : [new VrrpTrailerKey(1, Encoding.UTF8.GetBytes(router.Key))],
            Announcements = router.Announcements,
            AnnounceRepeatNs = Nanoseconds(router.AnnounceRepeat),
            AnnounceRefreshNs = Nanoseconds(router.AnnounceRefresh),
        };

    private static List<VirtualAddress> AddressesOf(
        ValueList<VrrpAddressText> texts, bool isAdvertised, List<string> mistakes)
    {
        var addresses = new List<VirtualAddress>();
        foreach (var text in texts)
        {
            var (address, error) = AddressOf(text.Text, isAdvertised);
            if (address is null)
            {
                mistakes.Add($"{text.Origin}: '{SafeText.Of(text.Text)}' {error}");
            }
            else if (addresses.Exists(other => other.Address == address.Address))
            {
                mistakes.Add($"{text.Origin}: {address.Address} is there twice; remove one");
            }
            else
            {
                addresses.Add(address);
            }
        }

        return addresses;
    }

    // "192.0.2.1/24 dev eth1"; without a length the address stands alone.
    private static (VirtualAddress? Address, string Error) AddressOf(string text, bool isAdvertised)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is not (1 or 3) || (words.Length == 3 && words[1] != "dev"))
        {
            return (null, "is no address; write one such as 192.0.2.1/24, or \"192.0.2.1/24 dev eth1\"");
        }

        var parts = words[0].Split('/');
        if (parts.Length > 2 || !VrrpAddress.TryParse(parts[0], out var address) || address.IsNone
            || address.IsMulticast)
        {
            return (null, "is no address that a host can have; write one such as 192.0.2.1/24");
        }

        var most = address.Bytes * 8;
        var prefix = most;
        if (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out prefix)
            || prefix < 1 || prefix > most))
        {
            return (null, $"has no right length of its network; write 1 to {most} after the /");
        }

        var device = words.Length == 3 ? words[2] : "";
        return device.Length > 0 && !IsDeviceName(device)
            ? (null, "names no interface after dev")
            : (new VirtualAddress(address, prefix, device, isAdvertised), "");
    }

    private static List<VrrpPeer> PeersOf(VrrpRouter router, VrrpMember self, List<string> mistakes)
    {
        var peers = new List<VrrpPeer>();
        if (!router.IsUnicast)
        {
            return peers;
        }

        var least = (byte)router.MinTtl;
        foreach (var member in router.Members.Where(member => member != self))
        {
            if (VrrpAddress.TryParse(member.Address, out var address))
            {
                peers.Add(new VrrpPeer(address, least, 255, true));
            }
            else
            {
                mistakes.Add($"{member.Origin}: member '{member.Node}' of router '{router.Id}' needs address = ..., since its "
                    + "transport is unicast");
            }
        }

        foreach (var text in router.Peers)
        {
            if (VrrpAddress.TryParse(text.Text, out var address) && !address.IsMulticast)
            {
                peers.Add(new VrrpPeer(address, least, 255, false));
            }
            else
            {
                mistakes.Add($"{text.Origin}: '{SafeText.Of(text.Text)}' is no address of a router; write one such as 192.0.2.12");
            }
        }

        return peers;
    }

    private static VrrpAddress? SourceOf(VrrpRouter router, VrrpMember member, List<string> mistakes)
    {
        if (member.Address.Length == 0)
        {
            if (router.IsUnicast)
            {
                mistakes.Add($"{member.Origin}: member '{member.Node}' of router '{router.Id}' needs address = ..., since its "
                    + "transport is unicast");
            }

            return null;
        }

        if (VrrpAddress.TryParse(member.Address, out var address))
        {
            return address;
        }

        mistakes.Add($"{member.Origin}: '{SafeText.Of(member.Address)}' is no address; write one such as 192.0.2.11");
        return null;
    }

    // Interfaces that are tracked are checks, too.
    private static List<int> TrackedOf(VrrpSection section, VrrpRouter router, List<VrrpCheck> checks)
    {
        var tracked = new List<int>();
        foreach (var id in router.TrackedChecks)
        {
            tracked.Add(checks.FindIndex(check => check.Id == id));
        }

        foreach (var name in router.TrackedInterfaces)
        {
            var id = $"interface {name}";
            var at = checks.FindIndex(section.Checks.Count, check => check.Id == id);
            if (at < 0)
            {
                at = checks.Count;
                checks.Add(new VrrpCheck { Id = id, Interface = name, Origin = router.Origin });
            }

            tracked.Add(at);
        }

        return tracked;
    }

    private static void CheckInterface(
        VrrpRouter router, VrrpMember member, IReadOnlyList<RouterPlan> plans,
        Func<string, IReadOnlyList<InterfaceAddress>?> addressesOf, List<string> mistakes)
    {
        var place = member.Interface.Length > 0 ? member.Origin : router.PlaceOf("interface");
        foreach (var plan in plans)
        {
            foreach (var address in plan.Settings.Addresses)
            {
                var name = address.Interface.Length > 0 ? address.Interface : plan.Settings.Interface;
                if (addressesOf(name) is not { } own)
                {
                    mistakes.Add($"{place}: there is no interface {name} on this host; 'ip link' shows which there are");
                    return;
                }

                var isAlone = address.PrefixLength == address.Address.Bytes * 8;
                if (!isAlone && !address.Address.IsLinkLocal && !own.Any(one =>
                    one.Address.IsInNetwork(address.Address, Math.Max(one.PrefixLength, 0)) && one.PrefixLength > 0))
                {
                    mistakes.Add($"{router.PlaceOf("addresses")}: {address.Address} is in no network of {name} "
                        + $"({string.Join(", ", own.Select(one => $"{one.Address}/{one.PrefixLength}"))}), so its neighbours would "
                        + $"never ask for it; write /{address.Address.Bytes * 8} for an address that is routed to this host");
                }
            }
        }
    }

    private static void CheckNumbers(IReadOnlyList<RouterPlan> routers, List<string> mistakes)
    {
        foreach (var same in routers.GroupBy(plan =>
            (plan.Settings.Interface, plan.Settings.IsIpv6, plan.Settings.Vrid)).Where(group => group.Count() > 1))
        {
            var (first, second) = (same.First(), same.Last());
            mistakes.Add($"{second.Source.PlaceOf("vrid")}: '{first.Settings.Id}' and '{second.Settings.Id}' are both number "
                + $"{same.Key.Vrid} on {same.Key.Interface}; each needs a number of its own");
        }
    }

    // The routers of a group stand one after the other.
    private static (List<RouterPlan> Routers, List<RouterGroup> Groups) GroupsOf(IReadOnlyList<RouterPlan> routers)
    {
        var ordered = new List<RouterPlan>();
        var groups = new List<RouterGroup>();
        foreach (var router in routers)
        {
            var id = router.Settings.SyncGroup;
            if (id.Length > 0 && groups.Exists(group => group.Id == id))
            {
                continue;
            }

            var members = id.Length == 0 ? [router] : routers.Where(other => other.Settings.SyncGroup == id).ToList();
            groups.Add(new RouterGroup(id, ordered.Count, members.Count));
            ordered.AddRange(members);
        }

        return (ordered, groups);
    }

    private static ulong PasswordOf(string password)
    {
        Span<byte> octets = stackalloc byte[8];
        octets.Clear();
        Encoding.UTF8.GetBytes(password).AsSpan(0, Math.Min(8, Encoding.UTF8.GetByteCount(password))).CopyTo(octets);
        return BinaryPrimitives.ReadUInt64BigEndian(octets);
    }

    private static bool IsDeviceName(string name) =>
        name.Length is > 0 and <= MaxDeviceName && name is not ("." or "..")
        && !name.Any(letter => letter is '/' or ':' || char.IsWhiteSpace(letter) || char.IsControl(letter));

    private static long Nanoseconds(TimeSpan length) => length.Ticks * 100;
}
