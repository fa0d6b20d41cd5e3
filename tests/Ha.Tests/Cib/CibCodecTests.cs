using System.Globalization;
using System.Text;
using Ha.InformationBase;

namespace Ha.Tests.InformationBase;

public sealed class CibCodecTests
{
    [Fact]
    public void Every_change_comes_out_as_it_went_in()
    {
        var kinds = typeof(CibChange).GetNestedTypes().Where(kind => kind.IsSealed).Select(kind => kind.Name);
        Assert.Equal(
            kinds.Order(StringComparer.Ordinal),
            Samples.Changes.Select(change => change.GetType().Name).Distinct().Order(StringComparer.Ordinal));
        foreach (var change in Samples.Changes)
        {
            var bytes = CibCodec.Encode(change);
            Assert.True(CibCodec.TryDecode(bytes, out CibChange? read, out var error), error);
            Assert.Equal(change, read);
            Assert.Equal(bytes, CibCodec.Encode(read!));
        }
    }

    [Fact]
    public void A_culture_changes_no_byte()
    {
        var expected = Samples.Changes.Select(CibCodec.Encode).ToList();
        var before = CultureInfo.CurrentCulture;
        var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        strange.NumberFormat.NegativeSign = "~";
        strange.NumberFormat.NumberDecimalSeparator = ",";
        strange.NumberFormat.NumberGroupSeparator = ".";
        try
        {
            CultureInfo.CurrentCulture = strange;
            Assert.Equal(expected, Samples.Changes.Select(CibCodec.Encode));
            Assert.All(expected, bytes => Assert.True(CibCodec.TryDecode(bytes, out CibChange? _, out _)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_whole_state_comes_out_as_it_went_in()
    {
        var cib = Samples.Changes.Aggregate(Cib.Empty, static (soFar, change) => CibChanges.Apply(soFar, change).Cib);
        Assert.True(CibCodec.TryDecode(CibCodec.Encode(cib), out Cib? read, out var error), error);
        Assert.Equal(cib, read);
        Assert.Equal(CibCodec.Digest(cib), CibCodec.Digest(read!));
    }

    [Theory]
    [InlineData("""{"is":"ExplodeCluster"}""")]
    [InlineData("""{"is":"CheckDigest","Extra":1}""")]
    [InlineData("""{"Node":"alpha"}""")]
    [InlineData("""null""")]
    [InlineData("")]
    [InlineData("""{"is":"LeaveNode","Node":5,"At":1}""")]
    [InlineData("""{"is":"LeaveNode","Node":null,"At":1}""")]
    [InlineData("""{"is":"LeaveNode","At":1}""")]
    [InlineData("""{"is":"SetProperty"}""")]
    [InlineData("""{"is":"SetConfiguration","SourceText":"","Reason":""}""")]
    [InlineData("""{"is":"SetConfiguration","Configuration":{"ClusterName":null},"SourceText":"","Reason":""}""")]
    [InlineData("""{"is":"SetConfiguration","Configuration":{"Nodes":[null]},"SourceText":"","Reason":""}""")]
    [InlineData("""{"is":"SetConfiguration","Configuration":{"Quorum":{"two-node":null}},"SourceText":"","Reason":""}""")]
    [InlineData("""{"is":"SetConfiguration","Configuration":{"Resources":[{"is":"Primitive"}]},"SourceText":"","Reason":""}""")]
    public void What_is_no_change_is_refused(string text)
    {
        Assert.False(CibCodec.TryDecode(Encoding.UTF8.GetBytes(text), out CibChange? _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Depth_has_a_limit() => Assert.False(CibCodec.TryDecode(
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("""{"is":"Clone","Child":""", 10_000))), out CibChange? _, out _));

    [Fact]
    public void Garbled_changes_throw_nothing()
    {
        var random = new Random(4);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = CibCodec.Encode(Samples.Changes[random.Next(Samples.Changes.Count)]);
            for (var hit = 1 + random.Next(5); hit > 0; hit--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            CibCodec.TryDecode(bytes.AsSpan(0, random.Next(bytes.Length + 1)), out CibChange? _, out _);
            CibCodec.TryDecode(bytes, out CibChange? _, out _);
        }
    }

    [Fact]
    public void A_change_that_can_be_read_can_be_applied_whatever_it_says()
    {
        var random = new Random(6);
        var cib = Samples.Changes.Aggregate(Cib.Empty, static (soFar, change) => CibChanges.Apply(soFar, change).Cib);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = CibCodec.Encode(Samples.Changes[random.Next(Samples.Changes.Count)]);
            bytes[random.Next(bytes.Length)] = (byte)random.Next(32, 127);
            if (CibCodec.TryDecode(bytes, out CibChange? change, out _))
            {
                CibChanges.Apply(cib, change!);
            }
        }
    }
}
