using System.CommandLine;
using Ha.Node.Api;

namespace Ha.Node.Commands;

/// <summary>`ha help` and `ha completion`.</summary>
internal static class HelpCommands
{
    private static readonly Dictionary<string, string> s_scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # ha completion bash > /etc/bash_completion.d/ha
            _ha() {
              local IFS=$'\n'
              local word="${COMP_WORDS[COMP_CWORD]}"
              COMPREPLY=( $(compgen -W "$(ha "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$word") )
            }
            complete -F _ha ha

            """,
        ["zsh"] = """
            #compdef ha
            # ha completion zsh > /usr/share/zsh/site-functions/_ha
            _ha() {
              local -a found
              found=("${(@f)$(ha "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
              compadd -- $found
            }
            compdef _ha ha

            """,
        ["fish"] = """
            # ha completion fish > /etc/fish/completions/ha.fish
            complete -f -c ha -a '(ha "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null)'

            """,
    };

    /// <summary>Adds them.</summary>
    public static void AddTo(RootCommand root)
    {
        root.Add(Help(root));
        root.Add(Completion());
    }

    private static Command Help(RootCommand root)
    {
        var words = new Argument<string[]>("command")
        {
            Description = "The command, such as node drain",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("help", "What there is, and how a command is called") { words };
        command.SetAction(parsed =>
        {
            var call = CommandTree.InvocationOf(parsed);
            var path = parsed.GetValue(words) ?? [];
            var found = (Command)root;
            foreach (var word in path)
            {
                if (found.Subcommands.FirstOrDefault(sub => sub.Name == word) is not { } next)
                {
                    return call.Fail(
                        ExitCode.Usage, string.Join('\n', Mistakes.Of(CommandTree.Parse(root, [.. path]))));
                }

                found = next;
            }

            if (call.Json)
            {
                call.Print(Describe(found), ReplyJson.Default.HelpReply, _ => "");
                return ExitCode.Ok;
            }

            return CommandTree.Parse(root, [.. path, "--help"]).Invoke(parsed.InvocationConfiguration);
        });
        return command;
    }

    private static HelpReply Describe(Command command) => new()
    {
        Command = command is RootCommand ? "ha" : command.Name,
        Description = command.Description ?? "",
        Usage = Mistakes.Usage(command),
        Options = [.. command.Options.Where(option => !option.Hidden).Select(option => option.Name)],
        Commands = [.. command.Subcommands.Where(sub => !sub.Hidden).Select(Describe)],
    };

    private static Command Completion()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong([.. s_scripts.Keys.Order(StringComparer.Ordinal)]);
        var command = new Command("completion", "A script that completes commands, for a shell") { shell };
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(shell);
            CommandTree.InvocationOf(parsed).Print(
                new CompletionReply { Shell = name, Script = s_scripts[name] }, ReplyJson.Default.CompletionReply,
                reply => reply.Script);
            return ExitCode.Ok;
        });
        return command;
    }
}
