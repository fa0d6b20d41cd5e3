using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Ha.Hocon;

namespace Ha.Tests.Hocon;

/// <summary>Whatever bytes come: no exception and no hang; and every JSON document reads as System.Text.Json reads it.
/// </summary>
public sealed class HostileTextTests
{
    private const int Mutations = 20_000;

    private static readonly string[] s_seeds =
    [
        "a { b = 1, c = [1, 2, \"x\"] }\nd = ${a.b}\ne = ${?nothing}x\n",
        "_t { p = 1 }\nx = ${_t} { q = ${x.p}, r += 1 }\nx.r += 2\ninclude \"b.conf\"\n",
        "s = \"\"\"raw\"\"\" tail # c\nt = 10s // c\n\"quoted.key\".u = -1.5e+3\nv = [ { w += 1, w += ${s} } ]\n",
        "{ \"json\": [true, false, null, {\"x\": \"\\u00e9\\n\"}], \"n\": 0.5 }",
    ];

    private static readonly string[] s_pieces =
    [
        "{", "}", "[", "]", "${", "${?", "}", "\"", "\"\"\"", "=", "+=", ":", ",", "\n", "#", "//", ".", "\\", "\\u12",
            "\0", "a", "1",
        "include ", "include required(", "null", " ", "\uFEFF", "é", "😀", "\u2028", "a=${a}", "x=${x}{y=${x}}",
            "a+=${a}",
    ];

    [Fact]
    public void Mutated_documents_never_throw()
    {
        var random = new System.Random(20_261_124);
        var files = new TextFiles(("b.conf", "included = ${x}\ninclude \"a.conf\""));
        for (var round = 0; round < Mutations; round++)
        {
            var bytes = Mutate(random);
            var document = HoconDocument.Parse("a.conf", bytes, files);
            Assert.True(document.Root is not null || document.HasErrors, Encoding.UTF8.GetString(bytes));
            foreach (var item in document.Diagnostics)
            {
                Assert.True(item.At.Line >= 1 && item.At.Column >= 1, $"{item} in {Encoding.UTF8.GetString(bytes)}");
                _ = item.Render(Encoding.UTF8.GetString(bytes));
            }
        }
    }

    [Fact]
    public void Generated_documents_read_as_json_reads_them()
    {
        Prop.ForAll(Json(3).ToArbitrary(), json =>
        {
            using var expected = JsonDocument.Parse(json);
            var read = HoconDocument.ParseText(json);
            return read.Root is { } root && Same(expected.RootElement, root);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("{\"a\"\n:\n1\n,\n\"b\"\r\n:\t[ ]\n}")]
    [InlineData("[\n1\n,\n{\"x\":{}}\n]")]
    [InlineData("{\"\":{\"a.b\":\"${x}\"},\"include\":\"\\\\\"}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    public void J4_these_json_documents_read_as_json(string json)
    {
        using var expected = JsonDocument.Parse(json);
        Assert.True(Same(expected.RootElement, HoconDocument.ParseText(json).Root!));
    }

    private static byte[] Mutate(System.Random random)
    {
        var text = new StringBuilder(s_seeds[random.Next(s_seeds.Length)]);
        for (var edits = random.Next(1, 6); edits > 0; edits--)
        {
            var at = random.Next(text.Length + 1);
            switch (random.Next(3))
            {
                case 0:
                    text.Insert(at, s_pieces[random.Next(s_pieces.Length)]);
                    break;
                case 1:
                    text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at));
                    break;
                default:
                    var other = s_seeds[random.Next(s_seeds.Length)];
                    text.Insert(at, other.AsSpan(random.Next(other.Length)));
                    break;
            }
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        if (bytes.Length > 0 && random.Next(10) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static bool Same(JsonElement expected, HoconValue actual) => (expected.ValueKind, actual) switch
    {
        (JsonValueKind.Object, HoconObject body) =>
            body.Fields.Count == expected.EnumerateObject().Select(item => item.Name).Distinct().Count()
            && body.Fields.All(field => expected.TryGetProperty(field.Name, out var value) && Same(value, field.Value)),
        (JsonValueKind.Array, HoconArray array) =>
            array.Items.Count == expected.GetArrayLength()
            && array.Items.Index().All(item => Same(expected[item.Index], item.Item)),
        (JsonValueKind.String, HoconScalar { IsQuoted: true } text) => text.Text == expected.GetString(),
        (JsonValueKind.Number, HoconScalar { IsNumber: true } number) => number.Text == expected.GetRawText(),
        (JsonValueKind.True or JsonValueKind.False, HoconScalar { IsBoolean: true } flag) =>
            flag.Text == (expected.ValueKind == JsonValueKind.True ? "true" : "false"),
        (JsonValueKind.Null, HoconScalar { IsNull: true }) => true,
        _ => false,
    };

    private static Gen<string> Json(int depth)
    {
        var text = ArbMap.Default.GeneratorFor<string>()
            .Select(value =>
                JsonSerializer.Serialize(new string([.. (value ?? "").Where(letter => !char.IsSurrogate(letter))])));
        var number = Gen.OneOf(
            ArbMap.Default.GeneratorFor<int>().Select(value => JsonSerializer.Serialize(value)),
            ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite)
                .Select(value => JsonSerializer.Serialize(value)));
        var scalar = Gen.OneOf(text, number, Gen.Elements("true", "false", "null"));
        var blank = Gen.Elements("", " ", "\n", "\r\n\t");
        var inner = depth == 1 ? scalar : Gen.OneOf(scalar, Json(depth - 1));
        var item = from before in blank from value in inner from after in blank select before + value + after;
        var field = from before in blank
                    from name in text
                    from between in blank
                    from value in item
                    select (before, name, rest: $"{between}:{value}");
        var list = item.ListOf().Select(items => $"[{string.Join(',', items)}]");

        // Two objects of one name are merged here, and not in JSON: names differ by a number and its dash.
        var body = field.ListOf().Select(fields =>
            "{" + string.Join(',', fields.Index().Select(one =>
                $"{one.Item.before}\"{one.Index}-{one.Item.name[1..]}{one.Item.rest}")) + "}");
        return Gen.OneOf(list, body);
    }
}
