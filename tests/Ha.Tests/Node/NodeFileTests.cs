using System.Text;
using Ha.Hocon;
using Ha.Node.Commands;
using Ha.Node.Hosting;
using Ha.Tests.Tidy;

namespace Ha.Tests.Node;

public sealed class NodeFileTests
{
    [Fact]
    public void What_is_set_is_taken_and_the_rest_keeps_its_default()
    {
        var (settings, diagnostics) = Read(
            """
            name = alpha
            state-folder = "/srv/ha"     # a disk of its own
            allow-plaintext-ring = yes
            log-level = debug
            leave-timeout = 90s
            """);
        Assert.Empty(diagnostics);
        Assert.Equal(
            new NodeSettings
            {
                Name = "alpha",
                StateFolder = "/srv/ha",
                AllowPlaintextRing = true,
                Debug = true,
                LeaveTimeout = TimeSpan.FromSeconds(90),
            },
            settings);
    }

    [Theory]
    [InlineData("stat-folder = /x", "node.conf:1:1", "unknown key 'stat-folder'", "did you mean state-folder?")]
    [InlineData("\nresources { a { agent = x } }", "node.conf:2:1", "'resources' is the whole cluster's, not one node's", "ha apply")]
    [InlineData("leave-timeout = 90", "node.conf:1:17", "'leave-timeout' is '90'", "such as 90s or 2m")]
    [InlineData("leave-timeout = 0s", "node.conf:1:17", "'leave-timeout' is '0s'", "such as 90s or 2m")]
    [InlineData("state-folder = ha", "node.conf:1:16", "'state-folder' is 'ha'", "a path from the root")]
    [InlineData("log-level = loud", "node.conf:1:13", "'log-level' is 'loud'", "info or debug")]
    [InlineData("allow-plaintext-ring = perhaps", "node.conf:1:24", "is 'perhaps'", "true or false")]
    [InlineData("name = [a]", "node.conf:1:8", "'name' is a list", "write a value")]
    [InlineData("name = \"a b\"", "node.conf:1:8", "'name' is no name of a node", "corosync.conf")]
    [InlineData("name = null", "node.conf:1:8", "'name' is null", "write a value")]
    [InlineData("[1]", "node.conf:1:1", "a node file holds names and values", "")]
    [InlineData("name = ${HOME}", "node.conf:1:8", "HOME", "")]
    [InlineData("name = \"a", "node.conf:1:8", "", "")]
    public void A_mistake_is_told_with_its_place_and_what_to_write(string text, string at, string message, string fix)
    {
        var (settings, diagnostics) = Read(text);
        Assert.Null(settings);
        var error = diagnostics.First(item => item.Severity == Severity.Error);
        Assert.Equal(at, error.At.ToString());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(fix, $"{error.Message} {error.Fix}", StringComparison.Ordinal);
    }

    [Fact]
    public void The_reference_file_has_every_key_with_its_default()
    {
        var path = Path.Combine(SourceTree.Root, "hocon/node.conf");
        Assert.Equal(NodeFile.Reference(), File.ReadAllText(path));

        // Each default, taken out of its comment, is what holds without it.
        var lines = File.ReadAllLines(path).Where(line => line.Contains(" = ", StringComparison.Ordinal)
            && !line.Contains("the host's name", StringComparison.Ordinal));
        var (settings, diagnostics) = Read(string.Join('\n', lines.Select(line => line[2..])));
        Assert.Empty(diagnostics);
        Assert.Equal(new NodeSettings(), settings);
    }

    [Fact]
    public async Task A_node_with_a_wrong_file_does_not_start_and_says_why()
    {
        var path = Path.Combine(Path.GetTempPath(), $"ha-node-{Environment.ProcessId}.conf");
        await File.WriteAllTextAsync(path, "nmae = alpha");
        try
        {
            var (code, _, error) = await CommandLine.Run(null, "run", "--config", path);
            Assert.Equal(ExitCode.BadConfiguration, code);
            Assert.Contains(":1:1: unknown key 'nmae'", error, StringComparison.Ordinal);
            Assert.Contains("did you mean name?", error, StringComparison.Ordinal);
            (code, _, _) = await CommandLine.Run(null, "check", "--node", path);
            Assert.Equal(ExitCode.BadConfiguration, code);
            (code, _, error) = await CommandLine.Run(null, "run", "--config", path + ".missing");
            Assert.Equal(ExitCode.BadData, code);
            Assert.Contains("cannot be read", error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (NodeSettings? Settings, IReadOnlyList<Diagnostic> Diagnostics) Read(string text) =>
        NodeFile.Read("node.conf", Encoding.UTF8.GetBytes(text), new NodeSettings());
}
