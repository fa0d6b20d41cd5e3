using System.CommandLine;

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

    private static readonly Option<string> s_timeout = new("--timeout")
    {
        Description = "How long the node may take to answer, such as 10s",
        DefaultValueFactory = _ => "10s",
        Recursive = true,
    };

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
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var mistake in parsed.Errors)
            {
                await error.WriteLineAsync($"ha: {mistake.Message}{OldVerbs.Hint(args)}").ConfigureAwait(false);
            }

            await error.WriteLineAsync($"usage: {HelpOf(parsed)}").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(configuration).ConfigureAwait(false);
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
        SimulateCommand.AddTo(root);
        return root;
    }

    /// <summary>How a command was called.</summary>
    public static Invocation InvocationOf(ParseResult parsed)
    {
        var json = parsed.GetValue(s_json);
        return new Invocation
        {
            Socket = parsed.GetValue(s_socket) ?? DefaultSocket,
            Json = json,
            Quiet = parsed.GetValue(s_quiet),
            Color = !json && !parsed.GetValue(s_noColor) && !Console.IsOutputRedirected
                && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Interactive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            Timeout = Arguments.Duration(parsed.GetValue(s_timeout)) ?? TimeSpan.FromSeconds(10),
            Out = parsed.InvocationConfiguration.Output,
            Error = parsed.InvocationConfiguration.Error,
        };
    }

    private static string HelpOf(ParseResult parsed)
    {
        var names = new List<string>();
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Insert(0, at.Command is RootCommand ? "ha" : at.Command.Name);
        }

        var arguments = parsed.CommandResult.Command.Arguments.Select(argument => argument.Name.ToUpperInvariant());
        return string.Join(' ', names.Concat(arguments).Append("[options]    more: " + string.Join(' ', names) + " --help"));
    }
}
