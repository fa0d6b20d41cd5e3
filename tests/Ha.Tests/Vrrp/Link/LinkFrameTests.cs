using System.Net;
using System.Net.NetworkInformation;
using Ha.Resources.Vip;
using Ha.Resources.Vrrp.Link;

namespace Ha.Tests.Vrrp.Link;

/// <summary>Frames of strangers: what is read of them, and that nothing of them hurts.</summary>
public sealed class LinkFrameTests
{
    private static readonly PhysicalAddress s_card = new([0, 0, 0x5e, 0, 1, 51]);

    [Fact]
    public void An_advert_ends_where_its_IP_header_says_and_padding_is_not_in_it()
    {
        var frame = Ipv4(options: 0, length: 32);
        Assert.True(LinkFrame.TryRead(frame, out var read));
        Assert.Equal((LinkFrameKind.Advert4, 34, 12, (byte)255), (read.Kind, read.Payload, read.Length,
            read.TimeToLive));
        Assert.True(LinkFrame.TryRead(Ipv4(options: 2, length: 40), out read));
        Assert.Equal((42, 12), (read.Payload, read.Length));
    }

    [Theory]
    [InlineData(20, 0x20)]
    [InlineData(21, 0x01)]
    [InlineData(14, 0x44)]
    [InlineData(14, 0x65)]
    [InlineData(16, 0xff)]
    [InlineData(23, 17)]
    public void Fragments_short_headers_and_other_protocols_are_nothing(int at, byte value)
    {
        var frame = Ipv4(options: 0, length: 32);
        frame[at] = value;
        Assert.False(LinkFrame.TryRead(frame, out _));
    }

    [Fact]
    public void A_claim_names_its_address_and_its_card_in_each_form_of_announcement()
    {
        var address = IPAddress.Parse("10.0.0.100");
        foreach (var frame in (byte[][])
        [
            AnnouncementCodec.ArpReply(address, s_card), AnnouncementCodec.ArpRequest(address, s_card),
            AnnouncementCodec.GratuitousArp(address, s_card),
        ])
        {
            Assert.True(LinkFrame.TryRead(frame, out var read));
            Assert.Equal(LinkFrameKind.Claim4, read.Kind);
            Assert.Equal(address, new IPAddress(frame.AsSpan(read.Sender, 4)));
            Assert.Equal(s_card, new PhysicalAddress(frame.AsSpan(read.Hardware, 6).ToArray()));
        }

        var v6 = IPAddress.Parse("2001:db8::100");
        var advertisement = AnnouncementCodec.NeighbourAdvertisement(v6, s_card, isRouter: true);
        Assert.True(LinkFrame.TryRead(advertisement, out var claim));
        Assert.Equal(LinkFrameKind.Claim6, claim.Kind);
        Assert.Equal(v6, new IPAddress(advertisement.AsSpan(claim.Sender, 16)));
        Assert.Equal(s_card, new PhysicalAddress(advertisement.AsSpan(claim.Hardware, 6).ToArray()));
    }

    // F1: nobody answers a reply, and its target is the virtual MAC. N01: override, and router where it is one.
    [Fact]
    public void Announcements_have_the_form_that_nobody_answers()
    {
        var reply = AnnouncementCodec.ArpReply(IPAddress.Parse("10.0.0.100"), s_card);
        Assert.Equal(2, reply[21]);
        Assert.Equal(s_card.GetAddressBytes(), reply[22..28]);
        Assert.Equal(s_card.GetAddressBytes(), reply[32..38]);
        Assert.Equal(reply[28..32], reply[38..42]);
        Assert.Equal(0xa0, AnnouncementCodec.NeighbourAdvertisement(IPAddress.Parse("fe80::1"), s_card, true)[58]);
        Assert.Equal(0x20, AnnouncementCodec.NeighbourAdvertisement(IPAddress.Parse("fe80::1"), s_card)[58]);
    }

    [Fact]
    public void A_million_broken_frames_are_read_without_an_exception_and_inside_of_their_bounds()
    {
        var random = new Random(5);
        byte[][] seeds =
        [
            Ipv4(0, 32), Ipv4(2, 40), AnnouncementCodec.ArpReply(IPAddress.Parse("10.0.0.100"), s_card),
            AnnouncementCodec.NeighbourAdvertisement(IPAddress.Parse("fe80::1"), s_card),
        ];
        for (var count = 0; count < 1_000_000; count++)
        {
            var frame = (byte[])seeds[random.Next(seeds.Length)].Clone();
            for (var change = random.Next(4); change >= 0; change--)
            {
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            }

            var cut = frame.AsSpan(0, random.Next(frame.Length + 1));
            if (LinkFrame.TryRead(cut, out var read))
            {
                _ = cut.Slice(read.Sender, read.AddressBytes);
                _ = cut.Slice(read.Target, read.AddressBytes);
                _ = cut.Slice(read.Hardware, 6);
                _ = cut.Slice(read.Payload, read.Length);
            }
        }
    }

    [Fact]
    public void Requests_for_devices_read_back_as_what_the_kernel_says_of_them()
    {
        Span<byte> message = stackalloc byte[LinkMessageCodec.MaxBytes];
        var length = LinkMessageCodec.EncodeSwitch(7, true, message);
        Assert.True(LinkMessageCodec.TryDecode(message[..length], out var state));
        Assert.Equal(new LinkState(false, 7, true, false), state);
        length = LinkMessageCodec.EncodeDelete(7, message);
        Assert.True(LinkMessageCodec.TryDecode(message[..length], out state));
        Assert.True(state.IsGone);
        Assert.False(LinkMessageCodec.TryDecode(message[..16], out _));
        length = AddressMessageCodec.Encode(
            new AddressMessage(true, 3, IPAddress.Parse("fe80::9"), 64, 2), AddressMessageCodec.RequestWithAck, message);
        Assert.True(AddressNoticeCodec.TryDecode(message[..length], out var notice));
        Assert.Equal((true, 3, "fe80::9", 64), (notice.IsNew, notice.Device, notice.Address.ToString(), notice.PrefixLength));
    }

    private static byte[] Ipv4(int options, int length)
    {
        var frame = new byte[64];
        frame[12] = 8;
        frame[14] = (byte)(0x45 + options);
        frame[17] = (byte)length;
        frame[22] = 255;
        frame[23] = 112;
        return frame;
    }
}
