using System.Runtime.InteropServices;
using Ha.Actors.Link;
using Ha.Actors.Link.Native;

namespace Ha.Tests.Link;

public sealed class MessagePartsTests
{
    private static readonly LinkMember s_alpha = new(1, 100);
    private static readonly LinkMember s_beta = new(2, 200);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(MessageParts.MaxPartBytes, 1)]
    [InlineData(MessageParts.MaxPartBytes + 1, 2)]
    [InlineData(5_000_000, 102)]
    public void A_message_comes_out_as_it_went_in(int length, int parts)
    {
        var message = new byte[length];
        new Random(1).NextBytes(message);
        var pieces = MessageParts.Split(message, 7).ToList();
        Assert.Equal(parts, pieces.Count);
        Assert.All(pieces, piece => Assert.True(piece.Length <= 64 * 1024));

        var collector = new PartCollector();
        ReadOnlyMemory<byte>? whole = null;
        foreach (var piece in pieces)
        {
            Assert.Null(whole);
            Assert.Equal("", collector.Add(s_alpha, piece, out whole));
        }

        Assert.Equal(message, whole!.Value.ToArray());
    }

    [Fact]
    public void Messages_of_different_senders_may_be_mixed()
    {
        var collector = new PartCollector();
        var ones = MessageParts.Split(new byte[100_000], 1).ToList();
        var twos = MessageParts.Split(new byte[120_000], 1).ToList();
        var whole = new List<int>();
        foreach (var (one, two) in ones.Zip(twos))
        {
            collector.Add(s_alpha, one, out var first);
            collector.Add(s_beta, two, out var second);
            whole.AddRange(new[] { first, second }.OfType<ReadOnlyMemory<byte>>().Select(message => message.Length));
        }

        Assert.Equal([100_000, 120_000], whole);
    }

    [Fact]
    public void A_part_that_is_missing_costs_its_message_and_no_other()
    {
        var collector = new PartCollector();
        var broken = MessageParts.Split(new byte[150_000], 1).ToList();
        Assert.Equal("", collector.Add(s_alpha, broken[0], out _));
        Assert.NotEqual("", collector.Add(s_alpha, broken[2], out _));
        Assert.NotEqual("", collector.Add(s_alpha, broken[3], out var whole));
        Assert.Null(whole);
        Assert.Equal("", collector.Add(s_alpha, MessageParts.Split(new byte[3], 2).Single(), out whole));
        Assert.Equal(3, whole!.Value.Length);
    }

    [Fact]
    public void Any_bytes_are_refused_or_taken_and_nothing_is_thrown()
    {
        var random = new Random(3);
        var collector = new PartCollector();
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(30)];
            random.NextBytes(bytes);
            if (bytes.Length > 1 && random.Next(2) == 0)
            {
                (bytes[0], bytes[1]) = (0x48, 0x61);
            }

            collector.Add(s_alpha, bytes, out _);
        }
    }

    // As corosync's headers have them on 64-bit Linux; a layout that differs would read garbage, not fail.
    [Theory]
    [InlineData(nameof(Corosync.GroupName), 132)]
    [InlineData(nameof(Corosync.Address), 12)]
    [InlineData(nameof(Corosync.Ring), 16)]
    [InlineData(nameof(Corosync.CpgModel), 40)]
    [InlineData(nameof(Corosync.QuorumModel), 24)]
    [InlineData(nameof(Corosync.IoVector), 16)]
    [InlineData(nameof(Corosync.PollEntry), 8)]
    public void Native_structures_have_the_size_of_the_headers(string name, int bytes) =>
        Assert.Equal(bytes, Marshal.SizeOf(typeof(Corosync).GetNestedType(name)!));

    [Theory]
    [InlineData(nameof(Corosync.Ring), nameof(Corosync.Ring.Sequence), 8)]
    [InlineData(nameof(Corosync.CpgModel), nameof(Corosync.CpgModel.Deliver), 8)]
    [InlineData(nameof(Corosync.CpgModel), nameof(Corosync.CpgModel.Totem), 24)]
    [InlineData(nameof(Corosync.CpgModel), nameof(Corosync.CpgModel.Flags), 32)]
    [InlineData(nameof(Corosync.QuorumModel), nameof(Corosync.QuorumModel.NodeList), 16)]
    public void Native_fields_are_where_the_headers_have_them(string name, string field, int offset) =>
        Assert.Equal(offset, (int)Marshal.OffsetOf(typeof(Corosync).GetNestedType(name)!, field));
}
