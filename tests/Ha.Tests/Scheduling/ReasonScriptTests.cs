using System.Reflection;
using System.Text.Json;
using Ha.Policy;
using Ha.Tests.Node;
using Ha.Tests.Tidy;

namespace Ha.Tests.Scheduling;

/// <summary>One script for each cause, in Pacemaker's XML or as a cluster file: the file, what is asked of it, and all
/// that `ha why --cib` then says; four dashes between them. A script is named by the code that the answer must have.
/// HA_WRITE_SCRIPTS=1 writes what came instead of comparing.</summary>
public sealed class ReasonScriptTests : IDisposable
{
    private const string Divider = "\n----\n";

    // What only a running cluster knows of, or what this program does not do.
    private static readonly string[] s_elsewhere = [Cause.Move, Cause.NotSupported, Cause.None];

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-reasons-").FullName;

    private static string Scripts => Path.Combine(SourceTree.Root, "tests/Ha.Tests/Scheduling/reasons");

    public static IEnumerable<object[]> Names => Directory.EnumerateFiles(Scripts, "*.txt")
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Order(StringComparer.Ordinal)
        .Select(name => new object[] { name });

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_file_alone_says_why(string name)
    {
        var path = Path.Combine(Scripts, $"{name}.txt");
        var parts = (await File.ReadAllTextAsync(path)).Split(Divider);
        Assert.Equal(3, parts.Length);
        var file = Path.Combine(_folder, name.EndsWith(".xml", StringComparison.Ordinal) ? "cib.xml" : "cluster.conf");
        await File.WriteAllTextAsync(file, parts[0]);

        string[] question = ["why", .. parts[1].Split(' '), "--cib", file];
        var (code, text, error) = await CommandLine.Run(null, question);
        Assert.Equal("", error);
        Assert.Equal(0, code);
        text = text.Replace(_folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("HA_WRITE_SCRIPTS") == "1")
        {
            await File.WriteAllTextAsync(path, $"{parts[0]}{Divider}{parts[1]}{Divider}{text}");
        }
        else
        {
            Assert.Equal(parts[2], text);
        }

        var cause = name.Split('.')[0].Split('+')[0];
        var (_, json, _) = await CommandLine.Run(null, [.. question, "--json"]);
        using var reply = JsonDocument.Parse(json);
        var codes = CodesOf(reply.RootElement).ToHashSet(StringComparer.Ordinal);
        if (cause == "as-wanted")
        {
            Assert.EndsWith("as wanted.", text.Split('\n')[0], StringComparison.Ordinal);
            return;
        }

        Assert.Contains(cause, codes);
    }

    [Fact]
    public void Every_cause_has_a_script()
    {
        var told = Names
            .Select(name => ((string)name[0]).Split('.')[0].Split('+')[0])
            .ToHashSet(StringComparer.Ordinal);
        var causes = typeof(Cause).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!);
        Assert.DoesNotContain(causes.Except(s_elsewhere), cause => !told.Contains(cause));
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_said_with_what_was_probably_meant()
    {
        var file = Path.Combine(_folder, "cib.xml");
        await File.WriteAllTextAsync(
            file, (await File.ReadAllTextAsync(Path.Combine(Scripts, "colocation-with.xml.txt"))).Split(Divider)[0]);
        var (code, _, error) = await CommandLine.Run(null, "why", "powr", "--cib", file);
        Assert.Equal(105, code);
        Assert.Contains("did you mean power?", error, StringComparison.Ordinal);
    }

    // Of causes, of the parts of scores, and of steps with what they wait for.
    private static IEnumerable<string> CodesOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.NameEquals("code") ? [property.Value.GetString() ?? ""] : CodesOf(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(CodesOf),
        _ => [],
    };
}
