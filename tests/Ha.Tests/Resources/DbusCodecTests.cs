using Ha.InformationBase;
using Ha.Resources.Systemd;

namespace Ha.Tests.Resources;

/// <summary>Messages of the bus: both ways, and what strangers may send.</summary>
public sealed class DbusCodecTests
{
    // The greeting of a client, byte by byte as the specification lays it out.
    private const string Hello =
        "6c010001" + "00000000" + "01000000" + "6e000000"
        + "01016f00" + "15000000" + "2f6f72672f667265656465736b746f702f44427573" + "000000"
        + "06017300" + "14000000" + "6f72672e667265656465736b746f702e44427573" + "00000000"
        + "02017300" + "14000000" + "6f72672e667265656465736b746f702e44427573" + "00000000"
        + "03017300" + "05000000" + "48656c6c6f" + "000000";

    [Fact]
    public void A_greeting_has_the_bytes_that_the_specification_says()
    {
        Assert.True(DbusCodec.TryDecode(Convert.FromHexString(Hello), out var message, out var error), error);
        Assert.Equal(
            ("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus", "Hello", 1u),
            (message!.Path, message.Interface, message.Destination, message.Member, message.Serial));
    }

    [Theory]
    [InlineData("s", 4, "02000000 6869 00")]
    [InlineData("y", 1, "07")]
    [InlineData("(yu)", 8, "07 000000 09000000")]
    [InlineData("ax", 4, "08000000 00000000 0500000000000000")]
    [InlineData("a{sv}", 4, "10000000 00000000 01000000 6100 01 7500 000000 05000000")]
    public void A_value_has_the_bytes_that_the_specification_says(string type, int alignment, string bytes)
    {
        DbusValue value = type switch
        {
            "s" => DbusValue.Of("hi"),
            "y" => new DbusValue.Number('y', 7),
            "(yu)" => new DbusValue.Structure([new DbusValue.Number('y', 7), DbusValue.Of(9u)]),
            "ax" => new DbusValue.Array("x", [new DbusValue.Number('x', 5)]),
            _ => new DbusValue.Array(
                "{sv}", [new DbusValue.Entry(DbusValue.Of("a"), new DbusValue.Variant(DbusValue.Of(5u)))]),
        };
        var encoded = DbusCodec.Encode(Signal([value]));
        var body = Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(Convert.ToHexString(body), Convert.ToHexString(encoded.AsSpan(encoded.Length - body.Length)));
        Assert.Equal(alignment, DbusSignature.AlignmentOf(type[0]));
    }

    [Fact]
    public void Random_messages_come_back_as_they_went()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var message = Random(new Random(seed));
            var bytes = DbusCodec.Encode(message);
            Assert.True(DbusCodec.TryDecode(bytes, out var back, out var error), $"seed {seed}: {error}");
            Assert.Equal(message, back);
            Assert.Equal(bytes, DbusCodec.Encode(back!));
        }
    }

    [Fact]
    public void Numbers_in_the_other_order_are_read()
    {
        var bytes = Convert.FromHexString(Hello);
        bytes[0] = (byte)'B';
        Swap(bytes, 4);
        Swap(bytes, 8);
        Swap(bytes, 12);
        foreach (var at in (int[])[20, 52, 84, 116])
        {
            Swap(bytes, at);
        }

        Assert.True(DbusCodec.TryDecode(bytes, out var message, out var error), error);
        Assert.Equal("Hello", message!.Member);
    }

    [Fact]
    public void Damaged_and_truncated_messages_are_refused_or_read_and_never_throw()
    {
        var refused = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var bytes = DbusCodec.Encode(Random(random));
            for (var times = 0; times < 10; times++)
            {
                var damaged = bytes[..(times < 5 ? bytes.Length : random.Next(bytes.Length))];
                for (var change = random.Next(4); damaged.Length > 0 && change >= 0; change--)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                if (!DbusCodec.TryDecode(damaged, out var message, out var error))
                {
                    Assert.Null(message);
                    Assert.NotEmpty(error);
                    refused++;
                }
            }
        }

        Assert.True(refused > 2000, $"{refused}");
    }

    [Theory]
    [InlineData("a", false)]
    [InlineData("ai", true)]
    [InlineData("a{sv}", true)]
    [InlineData("{sv}", false)]
    [InlineData("a{vs}", false)]
    [InlineData("()", false)]
    [InlineData("(i", false)]
    [InlineData("(ias)v", true)]
    [InlineData("z", false)]
    public void Signatures_are_sequences_of_whole_types(string signature, bool expected) =>
        Assert.Equal(expected, DbusSignature.IsValid(signature));

    [Fact]
    public void Values_and_types_that_are_nested_too_deep_are_refused()
    {
        var deep = DbusValue.Of(1u);
        for (var level = 0; level < 70; level++)
        {
            deep = new DbusValue.Variant(deep);
        }

        Assert.False(DbusCodec.TryDecode(DbusCodec.Encode(Signal([deep])), out _, out var error));
        Assert.Contains("nested", error, StringComparison.Ordinal);
        Assert.False(DbusSignature.IsValid(new string('a', 40) + "i"));
        Assert.False(DbusSignature.IsValid(new string('(', 40) + "i" + new string(')', 40)));
    }

    [Fact]
    public void A_message_that_claims_to_be_endless_is_refused_at_its_first_bytes()
    {
        var bytes = Convert.FromHexString(Hello);
        bytes[6] = 0xff;
        Assert.False(DbusCodec.TryLength(bytes, out _, out var error));
        Assert.Contains("more than", error, StringComparison.Ordinal);
    }

    private static DbusMessage Signal(ValueList<DbusValue> body) => new()
    {
        Kind = DbusKind.Signal,
        Serial = 7,
        Path = "/a",
        Interface = "a.b",
        Member = "C",
        Body = body,
    };

    private static DbusMessage Random(Random random) => new()
    {
        Kind = (DbusKind)random.Next(1, 5),
        Flags = (byte)random.Next(8),
        Serial = (uint)random.Next(1, int.MaxValue),
        ReplySerial = (uint)random.Next(1, 1000),
        Path = "/org/x" + random.Next(10),
        Interface = "org.x",
        Member = "Member" + random.Next(100),
        ErrorName = "org.x.Error",
        Destination = random.Next(2) == 0 ? "" : "org.x",
        Sender = random.Next(2) == 0 ? "" : ":1.5",
        Body = Enumerable.Range(0, random.Next(5)).Select(_ => Value(random, 0)).ToValueList(),
    };

    private static DbusValue Value(Random random, int depth)
    {
        switch (random.Next(depth > 3 ? 2 : 6))
        {
            case 0:
                var type = "ybnqiuxtd"[random.Next(9)];
                var width = DbusSignature.WidthOf(type);
                var bits = (ulong)random.NextInt64() & (width == 8 ? ulong.MaxValue : (1ul << (8 * width)) - 1);
                return new DbusValue.Number(type, type == 'b' ? bits & 1 : bits);
            case 1:
                return random.Next(4) switch
                {
                    0 => DbusValue.PathOf("/p" + random.Next(10)),
                    1 => new DbusValue.Text('g', "a{sv}"),
                    _ => DbusValue.Of(new string('ä', random.Next(20))),
                };
            case 2:
                return new DbusValue.Variant(Value(random, depth + 1));
            case 3:
                return new DbusValue.Structure(
                    Enumerable.Range(0, random.Next(1, 4)).Select(_ => Value(random, depth + 1)).ToValueList());
            case 4:
                var element = Value(random, depth + 1);
                return new DbusValue.Array(
                    element.Signature, Enumerable.Repeat(element, random.Next(4)).ToValueList());
            default:
                var entry = new DbusValue.Entry(DbusValue.Of("k"), Value(random, depth + 1));
                return new DbusValue.Array(
                    entry.Signature, Enumerable.Repeat((DbusValue)entry, random.Next(3)).ToValueList());
        }
    }

    private static void Swap(byte[] bytes, int at) => Array.Reverse(bytes, at, 4);
}
