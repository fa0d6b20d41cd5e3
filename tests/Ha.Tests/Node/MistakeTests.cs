using Ha.Node.Commands;

namespace Ha.Tests.Node;

/// <summary>Command lines that make no sense: exit 64, what was meant, how it is called; nothing is asked.
/// </summary>
public sealed class MistakeTests
{
    [Theory]
    [InlineData("sttaus", "there is no command 'ha sttaus'; did you mean status?")]
    [InlineData("node drian n1", "there is no command 'ha node drian'; did you mean drain?")]
    [InlineData("node", "which one? ha node drain|undrain|maintenance|fence|confirm-off")]
    [InlineData("xyzzy", "there is no command 'ha xyzzy'")]
    [InlineData("standby n1", "there is no command 'ha standby'; here that is: ha node drain NODE")]
    [InlineData("crm_mon", "there is no command 'ha crm_mon'; here that is: ha status")]
    [InlineData("status --jsno", "ha status has no option '--jsno'; did you mean --json?")]
    [InlineData("move a --too n1", "ha move has no option '--too'; did you mean --to?")]
    [InlineData("--frobnicate", "ha has no option '--frobnicate'")]
    [InlineData("why", "ha why needs NAME: A resource or a node")]
    [InlineData("why a b", "ha why takes only NAME; 'b' is too much")]
    [InlineData("version x y z", "ha version takes no argument; 'x' and 2 more is too much")]
    [InlineData("why a/b", "'a/b' cannot be a name: letters, digits, '_', '-', '.' and ':', at most 256")]
    [InlineData("why a --on /", "--on: '/' cannot be a name")]
    [InlineData("status n1 n/2", "'n/2' cannot be a name")]
    [InlineData("status --timeout 5", "--timeout '5' is no length of time; write one with its unit, such as 500ms, 30s, 5m or 2h")]
    [InlineData("pause --wait soon", "--wait 'soon' is no length of time")]
    [InlineData("events --since yesterday", "--since 'yesterday' is no length of time")]
    [InlineData("apply --expect-rev many", "'many'")]
    [InlineData("completion tcsh", "'tcsh'")]
    [InlineData("help nodd", "there is no command 'ha nodd'; did you mean node?")]
    public async Task A_mistake_is_named_and_the_usage_follows(string line, string text)
    {
        var (code, output, error) = await CommandLine.Run(null, line.Split(' '));
        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal("", output);
        Assert.Contains(text, error, StringComparison.Ordinal);
        Assert.Contains("usage: ha", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_command_there_is_help()
    {
        var (code, output, _) = await CommandLine.Run(null);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("status", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_huge_argument_is_cut_in_the_answer()
    {
        var (code, _, error) = await CommandLine.Run(null, "why", new string('x', 2_000_000));
        Assert.Equal(ExitCode.Usage, code);
        Assert.InRange(error.Length, 100, 2000);
    }

    [Fact]
    public async Task Very_many_arguments_are_told_by_their_number()
    {
        var (code, _, error) = await CommandLine.Run(null, ["why", "a", .. Enumerable.Repeat("b", 50_000)]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("'b' and 49999 more is too much", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_characters_never_reach_the_terminal()
    {
        var (_, _, error) = await CommandLine.Run(null, "why", "a\u001b[31mb\u0000");
        Assert.DoesNotContain('\u001b', error);
        Assert.Contains("a\\u001b[31mb", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_that_begins_with_at_is_no_file_to_read()
    {
        var path = Path.Combine(Path.GetTempPath(), $"ha-words-{Environment.ProcessId}");
        File.WriteAllText(path, "status");
        try
        {
            var (code, _, error) = await CommandLine.Run(null, $"@{path}");
            Assert.Equal(ExitCode.Usage, code);
            Assert.Contains($"there is no command 'ha @{path}'", error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task For_programs_a_mistake_is_JSON_too()
    {
        var (code, output, error) = await CommandLine.Run(null, "sttaus", "--json");
        Assert.Equal((ExitCode.Usage, ""), (code, error));
        Assert.Contains("\"schema\": \"ha/error/1\"", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false, null, "xterm", true)]
    [InlineData(true, false, null, "xterm", false)]
    [InlineData(false, true, null, "xterm", false)]
    [InlineData(false, false, "1", "xterm", false)]
    [InlineData(false, false, "", "xterm", true)]
    [InlineData(false, false, null, "dumb", false)]
    [InlineData(false, false, null, null, false)]
    public void Colours_are_for_terminals_that_want_them(
        bool isPlain, bool isRedirected, string? noColor, string? terminal, bool expected) =>
        Assert.Equal(expected, CommandTree.MayColor(isPlain, isRedirected, noColor, terminal));
}
