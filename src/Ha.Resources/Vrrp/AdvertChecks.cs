using System.Security.Cryptography;

namespace Ha.Resources.Vrrp;

/// <summary>What a receiver checks before its machine hears of an advert. Sources: RFC 9568, section 7.1, with its
/// errata 8299 (a count of 0), 8300 (first address) and 8301 (an interval of 0); RFC 3768, section 7.1. The length
/// comes before everything: CARP, which shares the protocol number, looks like a resignation up to there.</summary>
public static class AdvertChecks
{
    private const byte FullTtl = 255;

    /// <summary>Judges the payload of one IP packet, for the routers of the interface that it came in by. Allocates
    /// nothing.</summary>
    /// <param name="routers">The routers of the interface.</param>
    /// <param name="own">Our addresses on it, IPv4 and IPv6, as far as there are any.</param>
    /// <param name="payload">What the IP packet carries.</param>
    /// <param name="carrier">The IP packet.</param>
    /// <param name="policy">Whose rules are used.</param>
    /// <param name="advert">The advert; nothing when it is none by its form.</param>
    public static VrrpVerdict Judge(
        ReadOnlySpan<VirtualRouterSettings> routers, ReadOnlySpan<VrrpAddress> own, ReadOnlySpan<byte> payload,
        in VrrpCarrier carrier, VrrpPolicy policy, out VrrpAdvert advert)
    {
        if (!VrrpCodec.TryDecode(payload, carrier, out advert, out var error))
        {
            return new VrrpVerdict(-1, DiscardOf(error), VrrpRemarks.None);
        }

        var index = Find(routers, advert, out var isOtherVersion);
        if (index < 0)
        {
            return new VrrpVerdict(
                -1, isOtherVersion ? VrrpDiscard.Version : VrrpDiscard.Vrid, VrrpRemarks.None);
        }

        var router = routers[index];
        var discard = advert.Version == 2
            ? JudgeVersion2(router, payload, advert, carrier, out var remarks)
            : JudgeVersion3(router, payload, advert, carrier, policy, out remarks);
        if (discard == VrrpDiscard.None)
        {
            discard = JudgeWay(router, own, carrier);
        }

        return new VrrpVerdict(
            index, discard,
            discard != VrrpDiscard.None ? VrrpRemarks.None
                : advert.TrailingBytes > 0 ? remarks | VrrpRemarks.Trailing : remarks);
    }

    /// <summary>The discard that stands for a form that is wrong.</summary>
    public static VrrpDiscard DiscardOf(VrrpDecodeError error) => error switch
    {
        VrrpDecodeError.None => VrrpDiscard.None,
        VrrpDecodeError.UnknownVersion => VrrpDiscard.Version,
        VrrpDecodeError.NotAdvertisement => VrrpDiscard.Type,
        _ => VrrpDiscard.Length,
    };

    /// <summary>What the mode of a router makes of a trailer.</summary>
    public static VrrpDiscard JudgeTrailer(VrrpTrailerMode mode, VrrpTrailerError error) => (mode, error) switch
    {
        (VrrpTrailerMode.Off, _) or (_, VrrpTrailerError.None) => VrrpDiscard.None,
        (VrrpTrailerMode.ReceiveOnly or VrrpTrailerMode.Permissive, VrrpTrailerError.Missing) => VrrpDiscard.None,
        _ => VrrpDiscard.Trailer,
    };

    private static int Find(
        ReadOnlySpan<VirtualRouterSettings> routers, in VrrpAdvert advert, out bool isOtherVersion)
    {
        isOtherVersion = false;
        for (var index = 0; index < routers.Length; index++)
        {
            var router = routers[index];
            if (router.Vrid == advert.Vrid && router.IsIpv6 == advert.IsIpv6)
            {
                if (router.Version == advert.Version)
                {
                    return index;
                }

                isOtherVersion = true;
            }
        }

        return -1;
    }

    private static VrrpDiscard JudgeVersion3(
        VirtualRouterSettings router, ReadOnlySpan<byte> payload, in VrrpAdvert advert, in VrrpCarrier carrier,
        VrrpPolicy policy, out VrrpRemarks remarks)
    {
        remarks = VrrpRemarks.None;
        var accepted = (advert.IsIpv6, policy) switch
        {
            (true, _) or (false, VrrpPolicy.Rfc5798) => VrrpChecksumForms.PseudoHeader,
            (false, VrrpPolicy.Rfc9568) => VrrpChecksumForms.MessageOnly,
            _ => VrrpChecksumForms.MessageOnly | VrrpChecksumForms.PseudoHeader,
        };
        var isStrict = policy != VrrpPolicy.Rfc5798;
        var discard = true switch
        {
            _ when !IsTtlRight(router, carrier) => VrrpDiscard.Ttl,
            _ when (advert.Checksum & accepted) == 0 => VrrpDiscard.Checksum,
            _ when isStrict && advert.Count == 0 => VrrpDiscard.Count,
            _ when isStrict && advert.IntervalCs == 0 => VrrpDiscard.Interval,
            _ when isStrict && advert.IsIpv6 && !VrrpCodec.AddressAt(payload, advert, 0).IsLinkLocal
                => VrrpDiscard.FirstAddress,
            _ => VrrpDiscard.None,
        };

        // An empty list and an interval of nothing say nothing that could differ.
        if (discard == VrrpDiscard.None && advert.Count > 0 && !HasSameAddresses(router, payload, advert))
        {
            remarks |= VrrpRemarks.Addresses;
        }

        if (discard == VrrpDiscard.None && advert.IntervalCs > 0 && !HasSameInterval(router, advert))
        {
            remarks |= VrrpRemarks.Interval;
        }

        return discard;
    }

    private static VrrpDiscard JudgeVersion2(
        VirtualRouterSettings router, ReadOnlySpan<byte> payload, in VrrpAdvert advert, in VrrpCarrier carrier,
        out VrrpRemarks remarks)
    {
        var isSame = HasSameAddresses(router, payload, advert);
        remarks = isSame ? VrrpRemarks.None : VrrpRemarks.Addresses;
        return true switch
        {
            _ when !IsTtlRight(router, carrier) => VrrpDiscard.Ttl,
            _ when (advert.Checksum & VrrpChecksumForms.MessageOnly) == 0 => VrrpDiscard.Checksum,
            _ when advert.AuthenticationType != (byte)router.Authentication => VrrpDiscard.AuthType,
            _ when router.Authentication == VrrpAuthentication.Password && !IsPasswordRight(router, advert)
                => VrrpDiscard.Auth,
            _ when !HasSameInterval(router, advert) => VrrpDiscard.Interval,
            _ when !isSame && advert.Priority != VirtualRouterTimes.OwnerPriority => VrrpDiscard.Addresses,
            _ => VrrpDiscard.None,
        };
    }

    // Who sent it, and to whom: a group's member listens to the group, and to the peers that it was told of.
    private static VrrpDiscard JudgeWay(
        VirtualRouterSettings router, ReadOnlySpan<VrrpAddress> own, in VrrpCarrier carrier)
    {
        foreach (var address in own)
        {
            if (address == carrier.Source)
            {
                return VrrpDiscard.Own;
            }
        }

        var isPeer = PeerOf(router, carrier.Source) is not null;
        return (router.Transport, carrier.Destination.IsMulticast) switch
        {
            (VrrpTransport.Multicast, true) => VrrpDiscard.None,
            (VrrpTransport.Multicast, false) => isPeer ? VrrpDiscard.None : VrrpDiscard.Destination,
            (_, true) => VrrpDiscard.Destination,
            _ => isPeer ? VrrpDiscard.None : VrrpDiscard.Peer,
        };
    }

    private static bool IsTtlRight(VirtualRouterSettings router, in VrrpCarrier carrier) =>
        carrier.Destination.IsMulticast || PeerOf(router, carrier.Source) is not { } peer
            ? carrier.Ttl == FullTtl
            : carrier.Ttl >= peer.MinTtl && carrier.Ttl <= peer.MaxTtl;

    private static VrrpPeer? PeerOf(VirtualRouterSettings router, VrrpAddress source)
    {
        foreach (var peer in router.Peers)
        {
            if (peer.Address == source)
            {
                return peer;
            }
        }

        return null;
    }

    private static bool HasSameInterval(VirtualRouterSettings router, in VrrpAdvert advert) =>
        advert.IntervalCs * VirtualRouterTimes.CentisecondNs == router.IntervalNs;

    // The same set; the order is a matter of taste.
    private static bool HasSameAddresses(
        VirtualRouterSettings router, ReadOnlySpan<byte> payload, in VrrpAdvert advert)
    {
        if (advert.Count != router.Advertised.Length)
        {
            return false;
        }

        for (var index = 0; index < advert.Count; index++)
        {
            if (Array.IndexOf(router.Advertised, VrrpCodec.AddressAt(payload, advert, index)) < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPasswordRight(VirtualRouterSettings router, in VrrpAdvert advert)
    {
        Span<byte> ours = stackalloc byte[sizeof(ulong)];
        Span<byte> theirs = stackalloc byte[sizeof(ulong)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(ours, router.Password);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(theirs, advert.AuthenticationData);
        return CryptographicOperations.FixedTimeEquals(ours, theirs);
    }
}
