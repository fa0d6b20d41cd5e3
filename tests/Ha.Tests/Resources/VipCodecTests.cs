using System.Net;
using System.Net.NetworkInformation;
using Ha.Resources.Vip;

namespace Ha.Tests.Resources;

/// <summary>Messages to the kernel and to the network about an address: both ways, and damaged.</summary>
public sealed class VipCodecTests
{
    private static readonly PhysicalAddress s_card = PhysicalAddress.Parse("02-00-5E-00-01-07");

    [Theory]
    [InlineData(true, 3, "10.0.0.1", 24, 120u)]
    [InlineData(true, 300, "10.0.0.1", 32, 0u)]
    [InlineData(true, 3, "2001:db8::1", 64, 120u)]
    [InlineData(false, 3, "10.0.0.1", 24, 0u)]
    [InlineData(false, 3, "2001:db8::1", 128, 0u)]
    public void A_request_comes_back_as_it_went(bool isNew, int device, string address, int prefix, uint lease)
    {
        var request = new AddressMessage(isNew, device, IPAddress.Parse(address), prefix, lease);
        Assert.True(AddressMessageCodec.TryDecode(Bytes(request), out var back, out var error), error);
        Assert.Equal(request, back);
    }

    [Fact]
    public void A_request_has_the_bytes_that_the_kernel_wants() => Assert.Equal(
        "44000000" + "1400" + "0505" + "01000000" + "00000000"
        + "02180000" + "03000000"
        + "08000200" + "0A000001" + "08000100" + "0A000001" + "08000800" + "00000000"
        + "14000600" + "78000000" + "78000000" + "0000000000000000",
        Convert.ToHexString(Bytes(new AddressMessage(true, 3, IPAddress.Parse("10.0.0.1"), 24, 120))));

    [Theory]
    [InlineData("24000000 0200 0000 01000000 00000000 00000000", true, 0)]
    [InlineData("24000000 0200 0000 01000000 00000000 EFFFFFFF", true, 17)]
    [InlineData("24000000 0300 0000 01000000 00000000 00000000", false, 0)]
    [InlineData("24000000 0200 0000 01000000 00000000 00000080", false, 0)]
    [InlineData("24000000 0200 0000 01000000 00000000 01000000", false, 0)]
    [InlineData("24000000 0200", false, 0)]
    [InlineData("", false, 0)]
    public void An_answer_is_a_number_or_none(string bytes, bool isAnswer, int expected)
    {
        var message = Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(isAnswer, AddressMessageCodec.TryDecodeAnswer(message, out var code));
        Assert.Equal(isAnswer ? expected : code, code);
    }

    [Fact]
    public void An_announcement_comes_back_as_it_went()
    {
        var old = IPAddress.Parse("192.0.2.7");
        Assert.True(AnnouncementCodec.TryDecode(
            AnnouncementCodec.GratuitousArp(old, s_card), out var arp, out var error), error);
        Assert.Equal((old, s_card), arp);
        var six = IPAddress.Parse("2001:db8::7");
        Assert.True(AnnouncementCodec.TryDecode(
            AnnouncementCodec.NeighbourAdvertisement(six, s_card), out var neighbour, out error), error);
        Assert.Equal((six, s_card), neighbour);
    }

    [Fact]
    public void An_advertisement_with_one_bit_changed_after_its_header_is_refused()
    {
        var frame = AnnouncementCodec.NeighbourAdvertisement(IPAddress.Parse("2001:db8::7"), s_card);
        for (var bit = (14 + 8) * 8; bit < frame.Length * 8; bit++)
        {
            var damaged = (byte[])frame.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(AnnouncementCodec.TryDecode(damaged, out _, out var error), $"bit {bit}");
            Assert.NotEmpty(error);
        }
    }

    [Fact]
    public void Damaged_and_truncated_bytes_never_throw()
    {
        byte[][] good =
        [
            Bytes(new AddressMessage(true, 3, IPAddress.Parse("10.0.0.1"), 24, 120)),
            Bytes(new AddressMessage(true, 3, IPAddress.Parse("2001:db8::1"), 64, 120)),
            AnnouncementCodec.GratuitousArp(IPAddress.Parse("192.0.2.7"), s_card),
            AnnouncementCodec.NeighbourAdvertisement(IPAddress.Parse("2001:db8::7"), s_card),
        ];
        var refused = 0;
        for (var seed = 0; seed < 4000; seed++)
        {
            var random = new Random(seed);
            var bytes = (byte[])good[seed % good.Length].Clone();
            for (var change = random.Next(4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            bytes = bytes[..random.Next(bytes.Length + 1)];
            refused += AddressMessageCodec.TryDecode(bytes, out _, out _) ? 0 : 1;
            refused += AnnouncementCodec.TryDecode(bytes, out _, out _) ? 0 : 1;
            _ = AddressMessageCodec.TryDecodeAnswer(bytes, out _);
        }

        Assert.InRange(refused, 6000, 8000);
    }

    private static byte[] Bytes(AddressMessage request)
    {
        Span<byte> room = stackalloc byte[AddressMessageCodec.MaxBytes];
        var flags = AddressMessageCodec.RequestWithAck
            | (request.IsNew ? AddressMessageCodec.CreateOrReplace : 0);
        return room[..AddressMessageCodec.Encode(request, (ushort)flags, room)].ToArray();
    }
}
