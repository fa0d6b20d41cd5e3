using Ha.Actors.Cluster;
using Ha.InformationBase;

namespace Ha.Tests.Cluster;

public sealed class ClusterMessageCodecTests
{
    private static readonly LogPosition s_position = new(3, 17, LogHash.Zero.Hex, 16);

    private static readonly ClusterMessage[] s_messages =
    [
        new ClusterMessage.Status("1.4|1:9", "abc", "cluster", 4, s_position, true, DiskState.Lost, ["beta"], true, 1_900_000_000),
        new ClusterMessage.Propose("1.4|1:9", 5, "cluster", [1, 2], [2], ["gamma"], 4),
        new ClusterMessage.Promise("1.4|1:9", 5, 9, "abc", s_position),
        new ClusterMessage.Refuse("1.4|1:9", 5, 6),
        new ClusterMessage.Close("1.4|1:9", 5, [new ClosedPromise(1, "i", new LogPosition(1, 2, "ab", 2))]),
        new ClusterMessage.Transfer(
            "1.4|1:9", 5, [2], 3, default, "", [new WireEntry(4, 5, "r", "root", new byte[] { 1, 2 }, LogHash.Zero.Hex)], true),
        new ClusterMessage.Adopted("1.4|1:9", 5, 17, LogHash.Zero.Hex),
        new ClusterMessage.Append("1.4|1:9", 5, 8, "ab", "r", "root", CibCodec.Encode(new CibChange.CheckDigest())),
        new ClusterMessage.Operation("1.4|1:9", 5, "r", "root", CibCodec.Encode(new CibChange.CheckDigest())),
        new ClusterMessage.Persisted("1.4|1:9", 5, 18, LogHash.Zero.Hex),
        new ClusterMessage.Digest("1.4|1:9", 5, 18, LogHash.Zero.Hex),
        new ClusterMessage.Echo(42),
    ];

    [Fact]
    public void Every_kind_comes_out_as_it_went_in()
    {
        Assert.Equal(
            typeof(ClusterMessage).GetNestedTypes().Select(kind => kind.Name).Order(StringComparer.Ordinal),
            s_messages.Select(message => message.GetType().Name).Order(StringComparer.Ordinal));
        foreach (var message in s_messages)
        {
            var bytes = ClusterMessageCodec.Encode(message);
            Assert.True(ClusterMessageCodec.TryDecode(bytes, out var read, out var error), error);
            Assert.Equal(bytes, ClusterMessageCodec.Encode(read!));
        }
    }

    [Fact]
    public void A_changed_byte_is_always_noticed()
    {
        foreach (var bytes in s_messages.Select(ClusterMessageCodec.Encode))
        {
            for (var at = 0; at < bytes.Length; at++)
            {
                var changed = bytes.ToArray();
                changed[at] ^= 0x20;
                Assert.False(ClusterMessageCodec.TryDecode(changed, out _, out var error));
                Assert.NotEmpty(error);
            }
        }
    }

    [Fact]
    public void A_cut_or_longer_message_is_refused()
    {
        var bytes = ClusterMessageCodec.Encode(s_messages[0]);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(ClusterMessageCodec.TryDecode(bytes.AsSpan(0, length), out _, out _));
        }

        Assert.False(ClusterMessageCodec.TryDecode([.. bytes, 0], out _, out _));
    }

    // A member that lies has a right checksum, too: what it says is read by the body's own rules.
    [Fact]
    public void A_garbled_body_under_a_right_checksum_throws_nothing()
    {
        var random = new Random(9);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var body = ClusterMessageCodec.Encode(s_messages[random.Next(s_messages.Length)])[20..];
            for (var hit = 1 + random.Next(4); hit > 0; hit--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            refused += ClusterMessageCodec.TryDecode(ClusterMessageCodec.Seal(body), out _, out _) ? 0 : 1;
        }

        Assert.InRange(refused, 1, 20_000);
    }

    [Theory]
    [InlineData("""{"is":"Echo"}""")]
    [InlineData("""{"is":"Nothing","Number":1}""")]
    [InlineData("""{"is":"Echo","Number":1,"More":2}""")]
    [InlineData("""{"is":"Close","View":null,"Epoch":1}""")]
    [InlineData("""{"is":"Propose","View":"v","Epoch":1,"ClusterId":"c","Participants":null,"Learners":[],"FenceBasis":[]}""")]
    [InlineData("""null""")]
    [InlineData("""[]""")]
    public void A_body_that_says_too_little_or_too_much_is_refused(string body) => Assert.False(
        ClusterMessageCodec.TryDecode(ClusterMessageCodec.Seal(System.Text.Encoding.UTF8.GetBytes(body)), out _,
            out _));
}
