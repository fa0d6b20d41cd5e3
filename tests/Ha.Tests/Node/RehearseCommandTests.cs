using System.Text.Json;
using Ha.Node.Commands;
using Ha.Tests.Tidy;

namespace Ha.Tests.Node;

/// <summary>`ha rehearse`: text, JSON, page, and what it refuses.</summary>
public sealed class RehearseCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ha-rehearse-").FullName;

    [Fact]
    public async Task A_good_cluster_is_told_in_text_JSON_and_a_page()
    {
        var page = Path.Combine(_folder, "page.html");
        var (code, text, error) = await CommandLine.Run(
            null, "rehearse", Example("three-nodes.conf"), "--runs", "20", "--html", page);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("nothing ever ran twice", text, StringComparison.Ordinal);
        Assert.Contains("no weak points that we know of", text, StringComparison.Ordinal);
        Assert.Contains("alpha, then", text, StringComparison.Ordinal);
        var html = await File.ReadAllTextAsync(page);
        Assert.Equal(2, html.Split("<svg").Length - 1);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);

        (code, text, _) = await CommandLine.Run(
            null, "rehearse", Example("three-nodes.conf"), "--runs", "4", "--fault", "node-crashes", "--json");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(text);
        var fault = Assert.Single(json.RootElement.GetProperty("byFault").EnumerateArray().ToList());
        Assert.Equal(("node-crashes", 4), (fault.GetProperty("name").GetString(), fault.GetProperty("runs").GetInt32()));
        Assert.InRange(fault.GetProperty("worst").GetDouble(), 8, 40);
    }

    [Fact]
    public async Task Weak_points_are_told_and_names_from_a_file_are_text_in_the_page()
    {
        var text = await File.ReadAllTextAsync(Example("three-nodes.conf"));
        var file = Path.Combine(_folder, "a<script>b.conf");
        await File.WriteAllTextAsync(
            file, text.Replace("fencing-enabled = true", "fencing-enabled = false", StringComparison.Ordinal));
        var page = Path.Combine(_folder, "page.html");
        var (code, told, _) = await CommandLine.Run(
            null, "rehearse", file, "--runs", "2", "--fault", "resource-dies", "--exit-code", "--html", page);
        Assert.Equal(ExitCode.Degraded, code);
        Assert.Contains("[no-fencing]", told, StringComparison.Ordinal);
        var html = await File.ReadAllTextAsync(page);
        Assert.Contains("a&lt;script&gt;b.conf", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_is_told_in_full_and_one_of_our_own_without_a_file()
    {
        var (code, text, _) = await CommandLine.Run(null, "rehearse", Example("three-nodes.conf"), "--seed", "8");
        Assert.Equal(0, code);
        Assert.StartsWith("seed 8: ", text, StringComparison.Ordinal);
        Assert.Contains("loses power", text, StringComparison.Ordinal);
        Assert.Contains("database: down for", text, StringComparison.Ordinal);
        (code, text, _) = await CommandLine.Run(null, "rehearse", "--seed", "3", "--json");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(text);
        Assert.Equal("", json.RootElement.GetProperty("problem").GetString());
    }

    [Theory]
    [InlineData(ExitCode.Usage, "name a file")]
    [InlineData(ExitCode.Usage, "--runs is a number from 1", "three-nodes.conf", "--runs", "0")]
    [InlineData(ExitCode.Usage, "lose-nodes", "three-nodes.conf", "--fault", "lose-nodes")]
    [InlineData(ExitCode.Usage, "is no length of time", "three-nodes.conf", "--operation-time", "soon")]
    [InlineData(ExitCode.BadConfiguration, "has no resource that shall run", "vrrp-pair.conf")]
    [InlineData(ExitCode.BadData, "cannot be read", "none.conf")]
    public async Task What_makes_no_sense_is_refused_in_a_line(int expected, string says, params string[] arguments)
    {
        string[] all = ["rehearse", .. arguments.Select(word => word.EndsWith(".conf", StringComparison.Ordinal) ? Example(word) : word)];
        var (code, output, error) = await CommandLine.Run(null, all);
        Assert.Equal((expected, ""), (code, output));
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Example(string name) => Path.Combine(SourceTree.Root, "hocon", "examples", name);
}
