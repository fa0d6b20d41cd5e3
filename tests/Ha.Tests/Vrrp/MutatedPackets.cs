using System.Diagnostics.CodeAnalysis;
using Ha.Resources.Vrrp;
using Ha.Resources.Vrrp.Capture;

namespace Ha.Tests.Vrrp;

/// <summary>Frames that anyone may send: right ones of every kind, damaged in every way, judged by every policy and
/// given to machines that are backup and active. Nothing may be thrown, nothing allocated, and what is accepted must be
/// what its own fields say when they are written anew.</summary>
internal sealed class MutatedPackets
{
    private const int MaxFrameBytes = 256;
    private const int Ipv4At = 14;
    private static readonly VrrpAddress s_own = Address("192.0.2.6");
    private readonly VirtualRouterSettings[] _routers = Routers();
    private readonly VirtualRouterState[] _states;
    private readonly VirtualRouterEffect[] _effects = new VirtualRouterEffect[64];
    private readonly VrrpTrailerKey[] _keys = [new(1, new byte[32])];
    private readonly byte[][] _seeds;
    private readonly byte[] _frame = new byte[MaxFrameBytes];
    private readonly byte[] _again = new byte[MaxFrameBytes];
    private readonly VrrpAddress[] _addresses = new VrrpAddress[64];
    private ulong _random;
    private long _nowNs;

    public MutatedPackets(int seed)
    {
        _random = (uint)seed | 0x9e37_79b9_0000_0000;
        _states = [.. _routers.Select(_ => VirtualRouterState.Initial)];
        _seeds = Seeds();
    }

    /// <summary>How often each verdict of our own policy was given.</summary>
    public long[] Verdicts { get; } = new long[Enum.GetValues<VrrpDiscard>().Length];

    /// <summary>Frames that are no IP packet with VRRP in it.</summary>
    public long Foreign { get; private set; }

    /// <summary>Roles that changed.</summary>
    public long Changes { get; private set; }

    /// <summary>What was accepted and is not what it says; must be 0.</summary>
    public long Wrong { get; private set; }

    public void Run(long count)
    {
        for (var number = 0L; number < count; number++)
        {
            One(Damage(Next(4, 0)));
        }
    }

    private static VirtualRouterSettings[] Routers()
    {
        var router = new VirtualRouterSettings
        {
            Id = "r",
            Vrid = 51,
            Interface = "eth0",
            Addresses = [],
            Advertised = [Address("192.0.2.100")],
        };
        return
        [
            router,
            router with { Version = 2, Vrid = 52 },
            router with { Version = 2, Vrid = 53, Authentication = VrrpAuthentication.Password, Password = 42 },
            router with { IsIpv6 = true, Advertised = [Address("fe80::1"), Address("fd00::1")] },
            router with { Vrid = 54, Class = VipClass.Fenced },
        ];
    }

    private byte[][] Seeds()
    {
        var seeds = new List<byte[]>();
        foreach (var router in _routers)
        {
            foreach (var form in (VrrpChecksumForms[])[VrrpChecksumForms.MessageOnly, VrrpChecksumForms.PseudoHeader])
            {
                foreach (var priority in (byte[])[0, 90, 200, 255])
                {
                    seeds.Add(FrameOf(router, form, priority, withTrailer: false));
                    seeds.Add(FrameOf(router, form, priority, withTrailer: true));
                }
            }
        }

        // A first address that is not link-local, and no address at all.
        var ipv6 = _routers[3] with { Advertised = [Address("fd00::1"), Address("fe80::1")] };
        seeds.Add(FrameOf(ipv6, VrrpChecksumForms.PseudoHeader, 90, withTrailer: false));
        seeds.Add(FrameOf(_routers[0] with { Advertised = [] }, VrrpChecksumForms.MessageOnly, 90, withTrailer: false));

        // CARP, and ARP.
        seeds.Add(Convert.FromHexString(
            "01005e00001200005e00000708004500003800000000ff7000000a4f000de0000012" + "2107000700010000" + new string('0', 56)));
        seeds.Add(Convert.FromHexString(
            "ffffffffffff0279000000010806000108000604000102790000000" + "10a4f00cfffffffffffff0a4f00cf"));
        return [.. seeds];
    }

    private byte[] FrameOf(VirtualRouterSettings router, VrrpChecksumForms form, byte priority, bool withTrailer)
    {
        var carrier = router.IsIpv6
            ? new VrrpCarrier(Address("fe80::9"), VrrpAddress.Ipv6Group, 255)
            : new VrrpCarrier(Address("192.0.2.9"), VrrpAddress.Ipv4Group, 255);
        var message = new byte[128];
        var length = VrrpCodec.Encode(
            message,
            new VrrpAdvert
            {
                Version = router.Version,
                Vrid = router.Vrid,
                Priority = priority,
                IntervalCs = 100,
                Checksum = form,
                AuthenticationType = (byte)router.Authentication,
                AuthenticationData = router.Password,
            },
            router.Advertised, carrier);
        length = withTrailer ? VrrpTrailer.Append(message, length, carrier.Source, _keys[0], 1UL << 32) : length;
        var header = router.IsIpv6
            ? $"333300000012" + "00005e000233" + "86dd" + $"60000000{length:x4}70ff" + Hex(carrier.Source) + Hex(carrier.Destination)
            : $"01005e000012" + "00005e000133" + "0800" + $"4500{length + 20:x4}00000000ff700000" + Hex(carrier.Source) + Hex(carrier.Destination);
        return [.. Convert.FromHexString(header), .. message[..length]];
    }

    // Damages a frame so many times, and gives its length.
    private int Damage(int damages)
    {
        var seed = _seeds[Next(_seeds.Length, 0)];
        seed.CopyTo(_frame, 0);
        var length = seed.Length;
        for (var damage = 0; damage <= damages; damage++)
        {
            switch (Next(7, 0))
            {
                case 0:
                    _frame[Next(length, 0)] ^= (byte)(1 << Next(8, 0));
                    break;
                case 1:
                    _frame[Next(length, 0)] = (byte)Next(256, 0);
                    break;
                case 2:
                    length = Math.Max(1, length - Next(12, 1));
                    break;
                case 3:
                    _frame.AsSpan(length, 16).Fill((byte)Next(256, 0));
                    length = Math.Min(MaxFrameBytes - 64, length + Next(12, 1));
                    break;
                case 4:
                    // The fields that say how long something is, and how long to wait.
                    _frame[Ipv4At + Next(4, 0)] = (byte)Next(256, 0);
                    break;
                case 5:
                    _frame[Math.Min(length - 1, 34 + Next(8, 0))] = (byte)Next(256, 0);
                    break;
                default:
                    MendChecksum(length);
                    break;
            }
        }

        return length;
    }

    // So that damage behind the checksum is seen, too.
    private void MendChecksum(int length)
    {
        if (!FrameCodec.TryDecode(_frame.AsSpan(0, length), LinkType.Ethernet, out var parts)
            || parts.PayloadBytes < VrrpCodec.HeaderBytes || parts.Kind is not (FrameKind.Ipv4 or FrameKind.Ipv6))
        {
            return;
        }

        var payload = _frame.AsSpan(parts.PayloadAt, parts.PayloadBytes);
        var needed = VrrpCodec.MessageBytesOf(payload[0] >> 4, payload[3], parts.Kind == FrameKind.Ipv6);
        var message = payload[..Math.Min(needed, payload.Length)];
        message[6] = 0;
        message[7] = 0;
        var sum = 0;
        for (var at = 0; at < message.Length; at++)
        {
            sum += message[at] << (at % 2 == 0 ? 8 : 0);
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        message[6] = (byte)(~sum >> 8);
        message[7] = (byte)~sum;
    }

    private void One(int length)
    {
        var frame = _frame.AsSpan(0, length);
        if (!FrameCodec.TryDecode(frame, LinkType.Ethernet, out var parts) || parts.Protocol != VrrpCodec.Protocol
            || parts.IsFragment)
        {
            Foreign++;
            return;
        }

        // Now and then nothing comes for a while.
        _nowNs += Next(8, 0) == 0 ? 5_000_000_000 : 1_000_000;
        var payload = frame.Slice(parts.PayloadAt, parts.PayloadBytes);
        AdvertChecks.Judge(_routers, [s_own], payload, parts.Carrier, VrrpPolicy.Rfc5798, out _);
        AdvertChecks.Judge(_routers, [s_own], payload, parts.Carrier, VrrpPolicy.Rfc9568, out _);
        var verdict = AdvertChecks.Judge(_routers, [s_own], payload, parts.Carrier, VrrpPolicy.Dual, out var advert);
        Verdicts[(int)verdict.Discard]++;
        if (verdict.IsAccepted)
        {
            Wrong += IsAsItSays(payload, advert, parts.Carrier) ? 0 : 1;
            if (advert.TrailingBytes == VrrpTrailer.Bytes)
            {
                VrrpTrailer.Check(payload, advert, parts.Carrier.Source, _keys, 0, 1_000_000_000, 5, out _);
            }

            Step(verdict.Router, VirtualRouterEvent.AdvertReceived(advert, parts.Carrier.Source, _nowNs));
        }
    }

    // Written anew from its fields it is the same, but for what a receiver ignores, and the checksum that covers it.
    private bool IsAsItSays(ReadOnlySpan<byte> payload, in VrrpAdvert advert, in VrrpCarrier carrier)
    {
        for (var index = 0; index < advert.Count; index++)
        {
            _addresses[index] = VrrpCodec.AddressAt(payload, advert, index);
        }

        var length = VrrpCodec.Encode(_again, advert, _addresses.AsSpan(0, advert.Count), carrier);
        var isReservedUsed = advert.Version == 3 && payload[4] >> 4 != 0;
        _again[4] |= (byte)(advert.Version == 3 ? payload[4] & 0xf0 : 0);
        return length == advert.MessageBytes && carrier.Ttl == 255
            && _again.AsSpan(0, 6).SequenceEqual(payload[..6])
            && (isReservedUsed || advert.Checksum != 0)
            && _again.AsSpan(8, length - 8).SequenceEqual(payload[8..length]);
    }

    private void Step(int router, in VirtualRouterEvent happened)
    {
        if (_states[router].Role == VirtualRouterRole.Initialize)
        {
            _states[router] = StepOnce(router, VirtualRouterEvent.Start(s_own, isLinkUp: true));
        }

        if (_states[router].NextDeadline <= _nowNs)
        {
            _states[router] = StepOnce(router, VirtualRouterEvent.TimerExpired);
        }

        _states[router] = StepOnce(router, happened);
    }

    private VirtualRouterState StepOnce(int router, in VirtualRouterEvent happened)
    {
        var effects = new EffectBuffer(_effects);
        var next = VirtualRouterMachine.Step(_routers[router], _states[router], happened, _nowNs, ref effects);
        foreach (ref readonly var effect in effects.Effects)
        {
            Changes += effect.Kind == VirtualRouterEffectKind.Became ? 1 : 0;
        }

        return next;
    }

    private int Next(int bound, int least) => least + (int)(NextBits() % (ulong)bound);

    [SuppressMessage("Security", "CA5394", Justification = "Damage that can be repeated from its seed.")]
    private ulong NextBits()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return _random;
    }

    private static string Hex(VrrpAddress address)
    {
        var octets = new byte[address.Bytes];
        address.Write(octets);
        return Convert.ToHexString(octets);
    }

    private static VrrpAddress Address(string text) =>
        VrrpAddress.TryParse(text, out var address) ? address : throw new FormatException(text);
}
