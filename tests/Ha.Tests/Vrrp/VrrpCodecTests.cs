using Ha.Resources.Vrrp;

namespace Ha.Tests.Vrrp;

/// <summary>Adverts and trailers on the wire.</summary>
public sealed class VrrpCodecTests
{
    private static readonly VrrpCarrier s_ipv4 = new(Address("10.79.0.15"), VrrpAddress.Ipv4Group, 255);
    private static readonly VrrpCarrier s_ipv6 = new(Address("fe80::f"), VrrpAddress.Ipv6Group, 255);

    [Theory] // T07 to T16: what our sender writes, octet by octet
    [InlineData(3, 130, 50, "MessageOnly", "314d82010032417c0a4f00b4")]
    [InlineData(3, 130, 50, "PseudoHeader", "314d82010032568f0a4f00b4")]
    [InlineData(2, 130, 100, "None", "214d82010001", true)]
    public void An_advert_is_written_octet_by_octet(
        int version, byte priority, int intervalCs, string form, string expected, bool isBeginning = false)
    {
        var advert = Advert(version, priority, intervalCs) with { Checksum = Enum.Parse<VrrpChecksumForms>(form) };
        var buffer = new byte[64];
        var length = VrrpCodec.Encode(buffer, advert, [Address("10.79.0.180")], s_ipv4);
        var hex = Convert.ToHexStringLower(buffer.AsSpan(0, length));
        Assert.Equal(expected, isBeginning ? hex[..expected.Length] : hex);
        Assert.Equal(version == 2 ? 20 : 12, length);
    }

    [Fact]
    public void IPv6_has_its_pseudo_header_whatever_is_asked_for()
    {
        var buffer = new byte[64];
        var length = VrrpCodec.Encode(
            buffer, Advert(3, 130, 50) with { Checksum = VrrpChecksumForms.MessageOnly },
            [Address("fe80::4d"), Address("fd79::b4")], s_ipv6);
        Assert.Equal(40, length);
        Assert.Equal(0x5145, buffer[6] << 8 | buffer[7]);
    }

    [Fact]
    public void Every_advert_that_is_written_is_read_as_it_was()
    {
        var random = new Random(7);
        var buffer = new byte[VrrpCodec.MaxMessageBytes];
        var addresses = new VrrpAddress[255];
        for (var round = 0; round < 5000; round++)
        {
            var isIpv6 = random.Next(2) == 0;
            var version = isIpv6 || random.Next(2) == 0 ? 3 : 2;
            var count = random.Next(1, 256);
            for (var index = 0; index < count; index++)
            {
                addresses[index] = isIpv6
                    ? new VrrpAddress(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()), true)
                    : new VrrpAddress((UInt128)(uint)random.NextInt64(uint.MaxValue), false);
            }

            var advert = new VrrpAdvert
            {
                Version = (byte)version,
                Vrid = (byte)random.Next(1, 256),
                Priority = (byte)random.Next(256),
                IntervalCs = version == 2 ? random.Next(1, 256) * 100 : random.Next(1, 4096),
                AuthenticationType = (byte)(version == 2 ? random.Next(2) : 0),
                AuthenticationData = version == 2 ? (ulong)random.NextInt64() : 0,
                Checksum = random.Next(2) == 0 ? VrrpChecksumForms.MessageOnly : VrrpChecksumForms.PseudoHeader,
            };
            var carrier = isIpv6 ? s_ipv6 : s_ipv4;
            var length = VrrpCodec.Encode(buffer, advert, addresses.AsSpan(0, count), carrier);
            Assert.True(VrrpCodec.TryDecode(buffer.AsSpan(0, length), carrier, out var read, out _));
            var form = version == 2 ? VrrpChecksumForms.MessageOnly
                : isIpv6 ? VrrpChecksumForms.PseudoHeader : advert.Checksum;
            Assert.True(read.Checksum.HasFlag(form));
            Assert.Equal(
                advert with
                {
                    Count = (byte)count,
                    IsIpv6 = isIpv6,
                    MessageBytes = length,
                    Checksum = read.Checksum,
                },
                read);
            Assert.Equal(addresses[count - 1], VrrpCodec.AddressAt(buffer, read, count - 1));

            // A resignation made of the same packet is right, too.
            VrrpCodec.ChangePriority(buffer, 0);
            Assert.True(VrrpCodec.FormsOf(buffer.AsSpan(0, length), carrier).HasFlag(form));
        }
    }

    [Theory] // The order of the receiver's checks begins with the length: F6
    [InlineData("21010007", VrrpDecodeError.TooShort)]
    [InlineData("412a000700000000", VrrpDecodeError.UnknownVersion)]
    [InlineData("322a000700000000", VrrpDecodeError.NotAdvertisement)]
    [InlineData("212a00070001000000000000000000000000000000000000000000000000000000000000", VrrpDecodeError.Incomplete)]
    public void What_is_no_advert_is_refused_with_its_reason(string hex, VrrpDecodeError expected)
    {
        Assert.False(VrrpCodec.TryDecode(Convert.FromHexString(hex), s_ipv4, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void There_is_no_room_is_said_and_not_thrown()
    {
        Assert.Equal(0, VrrpCodec.Encode(new byte[11], Advert(3, 1, 1), [Address("10.79.0.180")], s_ipv4));
        Assert.Equal(0, VrrpTrailer.Append(new byte[39], 12, Address("10.79.0.15"), Key(1), 1));
    }

    [Theory]
    [InlineData("10.0.0.2", "10.0.0.10", -1)] // as numbers, not as texts
    [InlineData("200.0.0.1", "10.0.0.1", 1)] // unsigned
    [InlineData("fe80::1", "fe80::1", 0)]
    [InlineData("fe80::2", "8000::9", 1)]
    public void Addresses_are_ordered_by_their_octets(string first, string second, int expected) =>
        Assert.Equal(expected, Math.Sign(Address(first).CompareTo(Address(second))));

    [Theory]
    [InlineData("10.79.0.1", "10.79.0.254", 24, true)]
    [InlineData("10.79.0.1", "10.79.1.1", 24, false)]
    [InlineData("10.79.0.1", "10.79.0.1", 32, true)]
    [InlineData("fd79::1", "fd79::1:0:0:1", 64, true)]
    [InlineData("fd79::1", "fd7a::1", 64, false)]
    [InlineData("10.79.0.1", "fd79::1", 0, false)]
    public void SD13_a_network_is_told_by_its_leading_bits(string first, string second, int prefix, bool expected) =>
        Assert.Equal(expected, Address(first).IsInNetwork(Address(second), prefix));

    [Theory]
    [InlineData("10.1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("")]
    [InlineData("256.0.0.1")]
    public void What_is_no_address_is_none(string text) => Assert.False(VrrpAddress.TryParse(text, out _));

    [Fact]
    public void X03_the_recorded_trailer_has_its_parts_where_ours_has_them()
    {
        // Frame 22 of the crafted vectors: type 1, key 1, a time, and a sum that no key makes.
        var packet = Convert.FromHexString(
            "314d82010032568f0a4f00b4" + "010100006ab13b8000000000" + "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a");
        Assert.True(VrrpCodec.TryDecode(packet, s_ipv4, out var advert, out _));
        Assert.Equal(VrrpTrailer.Bytes, advert.TrailingBytes);
        const long sentNs = 0x6ab13b80L * 1_000_000_000;
        Assert.Equal(VrrpTrailerError.Wrong, Check(packet, advert, [Key(1)], 0, sentNs));
        Assert.Equal(VrrpTrailerError.UnknownKey, Check(packet, advert, [Key(2)], 0, sentNs));
        Assert.Equal(VrrpTrailerError.Stale, Check(packet, advert, [Key(1)], 0, sentNs + 6_000_000_000));
    }

    [Fact]
    public void X03_a_trailer_proves_message_sender_and_order()
    {
        var packet = new byte[64];
        const long nowNs = 1_700_000_000_250_000_000;
        var length = VrrpCodec.Encode(packet, Advert(3, 130, 50), [Address("10.79.0.180")], s_ipv4);
        var sequence = VrrpTrailer.NextSequence(0, nowNs);
        var whole = VrrpTrailer.Append(packet, length, s_ipv4.Source, Key(9), sequence);
        var sent = packet[..whole];
        Assert.Equal("01090000" + "6553f100" + "4000" + "0000", Convert.ToHexStringLower(sent.AsSpan(12, 12)));
        Assert.True(VrrpCodec.TryDecode(sent, s_ipv4, out var advert, out _));
        Assert.Equal(VrrpTrailerError.None, Check(sent, advert, [Key(1), Key(9)], 0, nowNs));
        Assert.Equal(VrrpTrailerError.Replayed, Check(sent, advert, [Key(9)], sequence, nowNs));
        Assert.Equal(VrrpTrailerError.None, Check(sent, advert, [Key(9)], sequence - 1, nowNs));
        var other = s_ipv4 with { Source = Address("10.79.0.16") };
        Assert.Equal(
            VrrpTrailerError.Wrong,
            VrrpTrailer.Check(sent, advert, other.Source, [Key(9)], 0, nowNs, 5, out _));
        for (var at = 0; at < whole; at++)
        {
            var forged = (byte[])sent.Clone();
            forged[at] ^= 1;
            Assert.True(!VrrpCodec.TryDecode(forged, s_ipv4, out var read, out _)
                || Check(forged, read, [Key(9)], 0, nowNs) != VrrpTrailerError.None);
        }
    }

    [Fact]
    public void X03_a_sequence_grows_also_while_the_clock_stands_still_or_goes_back()
    {
        var first = VrrpTrailer.NextSequence(0, 5_000_000_000);
        var second = VrrpTrailer.NextSequence(first, 5_000_000_000);
        var third = VrrpTrailer.NextSequence(second, 4_000_000_000);
        Assert.Equal((5UL << 32, (5UL << 32) + 1, (5UL << 32) + 2), (first, second, third));
    }

    [Theory] // X03: mode, what is wrong with the trailer, whether the advert counts
    [InlineData(VrrpTrailerMode.Off, VrrpTrailerError.Wrong, true)]
    [InlineData(VrrpTrailerMode.ReceiveOnly, VrrpTrailerError.Missing, true)]
    [InlineData(VrrpTrailerMode.Permissive, VrrpTrailerError.Missing, true)]
    [InlineData(VrrpTrailerMode.Permissive, VrrpTrailerError.Replayed, false)]
    [InlineData(VrrpTrailerMode.Enforce, VrrpTrailerError.Missing, false)]
    [InlineData(VrrpTrailerMode.Enforce, VrrpTrailerError.None, true)]
    public void X03_the_mode_says_what_a_trailer_is_worth(VrrpTrailerMode mode, VrrpTrailerError error, bool counts) =>
        Assert.Equal(counts, AdvertChecks.JudgeTrailer(mode, error) == VrrpDiscard.None);

    [Theory] // X01, R01, R23: transport, source, destination, TTL
    [InlineData(VrrpTransport.Unicast, "10.79.0.15", "10.79.0.6", 255, VrrpDiscard.None)]
    [InlineData(VrrpTransport.Unicast, "10.79.0.15", "10.79.0.6", 250, VrrpDiscard.None)]
    [InlineData(VrrpTransport.Unicast, "10.79.0.15", "10.79.0.6", 249, VrrpDiscard.Ttl)]
    [InlineData(VrrpTransport.Unicast, "10.79.0.16", "10.79.0.6", 255, VrrpDiscard.Peer)]
    [InlineData(VrrpTransport.Unicast, "10.79.0.15", "224.0.0.18", 255, VrrpDiscard.Destination)]
    [InlineData(VrrpTransport.Multicast, "10.79.0.15", "224.0.0.18", 255, VrrpDiscard.None)]
    [InlineData(VrrpTransport.Multicast, "10.79.0.15", "224.0.0.18", 254, VrrpDiscard.Ttl)]
    [InlineData(VrrpTransport.Multicast, "10.79.0.16", "10.79.0.6", 255, VrrpDiscard.Destination)]
    [InlineData(VrrpTransport.Multicast, "10.79.0.15", "10.79.0.6", 255, VrrpDiscard.None)] // R23: a listed peer
    [InlineData(VrrpTransport.Multicast, "10.79.0.6", "224.0.0.18", 255, VrrpDiscard.Own)] // R19
    public void X01_who_may_send_and_from_how_far(
        VrrpTransport transport, string source, string destination, byte ttl, VrrpDiscard expected)
    {
        var router = RouterScript.Router() with
        {
            Vrid = 77,
            IntervalNs = 500_000_000,
            Transport = transport,
            Advertised = [Address("10.79.0.180")],
            Peers = [new VrrpPeer(Address("10.79.0.15"), 250, 255, true)],
        };
        var carrier = new VrrpCarrier(Address(source), Address(destination), ttl);
        var packet = new byte[12];
        VrrpCodec.Encode(packet, Advert(3, 130, 50), router.Advertised, carrier);
        var verdict = AdvertChecks.Judge([router], [Address("10.79.0.6")], packet, carrier, VrrpPolicy.Dual, out _);
        Assert.Equal(new VrrpVerdict(0, expected, VrrpRemarks.None), verdict);
    }

    private static VrrpTrailerError Check(
        ReadOnlySpan<byte> packet, VrrpAdvert advert, VrrpTrailerKey[] keys, ulong last, long nowNs) =>
        VrrpTrailer.Check(packet, advert, s_ipv4.Source, keys, last, nowNs, 5, out _);

    private static VrrpTrailerKey Key(byte id) => new(id, [.. Enumerable.Range(id, 32).Select(octet => (byte)octet)]);

    private static VrrpAdvert Advert(int version, byte priority, int intervalCs) =>
        new() { Version = (byte)version, Vrid = 77, Priority = priority, IntervalCs = intervalCs };

    private static VrrpAddress Address(string text) => CraftedReceiver.AddressOf(text);
}
