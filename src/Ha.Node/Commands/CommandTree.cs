using System.CommandLine;
using System.Text.Json;
using Ha.Node.Api;

namespace Ha.Node.Commands;

/// <summary>The whole command line: read this file first. Each command's body is in a file beside it.</summary>
internal static class CommandTree
{
    /// <summary>Where a node listens for the command line.</summary>
    public const string DefaultSocket = "/run/ha/api.sock";

    private static readonly Option<bool> s_json = new("--json")
    {
        Description = "Print one JSON object on the standard output",
        Recursive = true,
    };

    private static readonly Option<bool> s_quiet = new("--quiet", "-q")
    {
        Description = "Print nothing but the result",
        Recursive = true,
    };

    private static readonly Option<bool> s_noColor = new("--no-color")
    {
        Description = "No colours (also: NO_COLOR in the environment)",
        Recursive = true,
    };

    private static readonly Option<string> s_timeout = Arguments.DurationOption(
        "--timeout", "How long the node may take to answer, such as 10s (changes: 25s)");

    private static readonly Option<string> s_socket = new("--socket")
    {
        Description = "The node's socket",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("HA_SOCKET") ?? DefaultSocket,
        Recursive = true,
        Hidden = true,
    };

    /// <summary>Runs a command line and gives the exit code.</summary>
    public static Task<int> Run(string[] args) => Run(args, Console.Out, Console.Error);

    /// <summary>The same with other outputs, for tests.</summary>
    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error)
    {
        var root = Build();
        var configuration = new InvocationConfiguration { Output = output, Error = error };
        var parsed = Parse(root, args);
        if (args.Length == 0)
        {
            await Parse(root, ["--help"]).InvokeAsync(configuration).ConfigureAwait(false);
            return ExitCode.Usage;
        }

        return parsed.Errors.Count > 0
            ? Refuse(parsed, args, output, error)
            : await parsed.InvokeAsync(configuration).ConfigureAwait(false);
    }

    /// <summary>Reads a command line. A word that begins with @ is a word, not a file.</summary>
    public static ParseResult Parse(RootCommand root, IReadOnlyList<string> args) =>
        root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static int Refuse(ParseResult parsed, string[] args, TextWriter output, TextWriter error)
    {
        var lines = Mistakes.Of(parsed);
        if (args.Contains("--json"))
        {
            var reply = new ErrorReply { Code = ExitCode.Usage, Text = string.Join('\n', lines) };
            output.WriteLine(JsonSerializer.Serialize(reply, ReplyJson.Default.ErrorReply));
            return ExitCode.Usage;
        }

        foreach (var line in lines)
        {
            error.WriteLine(line.StartsWith("usage: ", StringComparison.Ordinal) ? line : $"ha: {line}");
        }

        return ExitCode.Usage;
    }

    /// <summary>All commands.</summary>
    public static RootCommand Build()
    {
        var root = new RootCommand("HaCluster keeps services, virtual IPs and databases running on the hosts that work.")
        {
            s_json, s_quiet, s_noColor, s_timeout, s_socket,
        };
        QueryCommands.AddTo(root);
        ChangeCommands.AddTo(root);
        NodeCommands.AddTo(root);
        FileCommands.AddTo(root);
        ConfigCommands.AddTo(root);
        HelpCommands.AddTo(root);
        SecretCommands.AddTo(root);
        SimulateCommand.AddTo(root);
        VrrpCommands.AddTo(root);
        TestCommand.AddTo(root);
        RehearseCommand.AddTo(root);
        s_timeout.Recursive = true;
        return root;
    }

    /// <summary>How a command was called.</summary>
    public static Invocation InvocationOf(ParseResult parsed)
    {
        var json = parsed.GetValue(s_json);
        return new Invocation
        {
            Socket = parsed.GetValue(s_socket) ?? DefaultSocket,
            IsSocketGiven = Environment.GetEnvironmentVariable("HA_SOCKET") is { Length: > 0 }
                || parsed.GetResult(s_socket) is { Implicit: false },
            Json = json,
            Quiet = parsed.GetValue(s_quiet),
            Color = MayColor(
                json || parsed.GetValue(s_noColor), Console.IsOutputRedirected,
                Environment.GetEnvironmentVariable("NO_COLOR"), Environment.GetEnvironmentVariable("TERM")),
            Interactive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            Timeout = Arguments.Duration(parsed.GetValue(s_timeout)),
            Out = parsed.InvocationConfiguration.Output,
            Error = parsed.InvocationConfiguration.Error,
        };
    }

    /// <summary>Colours only for a terminal that can show them, and that nobody asked to be plain
    /// (no-color.org).</summary>
    internal static bool MayColor(bool isPlain, bool isRedirected, string? noColor, string? terminal) =>
        !isPlain && !isRedirected && string.IsNullOrEmpty(noColor) && terminal is not (null or "" or "dumb");
}
