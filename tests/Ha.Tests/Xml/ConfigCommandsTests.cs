using System.Text.Json;
using Ha.Hocon;
using Ha.InformationBase.Xml;
using Ha.Node.Commands;
using Ha.Tests.Tidy;

namespace Ha.Tests.Xml;

/// <summary>`ha config import cib` and `ha config export`.</summary>
public sealed class ConfigCommandsTests : IDisposable
{
    private const string Small = """
        <cib><configuration><crm_config/><nodes><node id="1" uname="alpha"/></nodes>
        <resources><primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2"/></resources>
        <constraints/></configuration><status/></cib>
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_cib_becomes_a_file_that_root_alone_can_read()
    {
        var target = Path.Combine(_folder, "cluster.conf");
        var (code, output, error) = await Run("config", "import", "cib", FileOf("cib.xml", Small), "--out", target);
        Assert.Equal((0, ""), (code, output));
        Assert.Contains($"ha check {target}", error, StringComparison.Ordinal);
        Assert.Contains("ocf:heartbeat:IPaddr2", await File.ReadAllTextAsync(target), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(target));

        var again = await Run("config", "import", "cib", FileOf("cib.xml", Small), "--out", target);
        Assert.Equal(ExitCode.Refused, again.Code);
        Assert.Contains("--force", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_file_and_the_notes()
    {
        var cib = FileOf("cib.xml", Small.Replace("<constraints/>",
            "<constraints><rsc_location id=\"l\" rsc=\"db\" node=\"alpha\" score=\"1\"/></constraints>",
            StringComparison.Ordinal));
        var (code, output, _) = await Run("config", "import", "cib", cib, "--json");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        Assert.Contains("IPaddr2", json.RootElement.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, json.RootElement.GetProperty("notes").GetArrayLength());
        Assert.Equal("ha/import/1", json.RootElement.GetProperty("schema").GetString());
    }

    [Theory]
    [InlineData("<cib><nodes>", ExitCode.BadData, "error")]
    [InlineData("<cluster/>", ExitCode.BadData, "cibadmin --query")]
    [InlineData(null, ExitCode.BadData, "cannot be read")]
    public async Task What_is_no_cib_leaves_nothing_behind(string? text, int expected, string message)
    {
        var target = Path.Combine(_folder, "cluster.conf");
        var source = text is null ? Path.Combine(_folder, "missing.xml") : FileOf("cib.xml", text);
        var (code, output, error) = await Run("config", "import", "cib", source, "--out", target);
        Assert.Equal((expected, ""), (code, output));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(File.Exists(target));
    }

    [Fact]
    public async Task A_cluster_file_becomes_a_cib()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(SourceTree.Root, "hocon", "examples"), "*.conf"))
        {
            var (code, output, _) = await Run("config", "export", "--as", "cib", "--for", "2.1", file);
            Assert.Equal(0, code);
            var diagnostics = new DiagnosticList();
            var cib = CibXmlReader.Read(output, "cib.xml", diagnostics);
            Assert.NotNull(cib);
            Assert.False(diagnostics.HasErrors);
            Assert.DoesNotContain("name=\"fencing-enabled\"", output, StringComparison.Ordinal);
        }
    }

    private string FileOf(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandTree.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
