using System.CommandLine;
using Ha.Node.Hosting;
using Ha.Resources;

namespace Ha.Node.Commands;

/// <summary>`ha secret ...`: passwords that the cluster file names and does not hold. They stay on this host: each node
/// that may use one needs it.</summary>
internal static class SecretCommands
{
    /// <summary>Adds them.</summary>
    public static void AddTo(RootCommand root) => root.Add(new Command("secret", "Passwords that the cluster file only names")
    {
        Set(), List(), Remove(),
    });

    /// <summary>The secrets of this host.</summary>
    public static SecretStore StoreOf(NodeSettings settings) => new(
        Path.Combine(settings.StateFolder, "secrets"), Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"));

    private static Command Set()
    {
        var name = Arguments.Name("name", "Its name: the file says secret://NAME");
        var command = new Command("set", "Keep a secret on this host; it is read from the standard input") { name };
        command.SetAction(parsed =>
        {
            var call = CommandTree.InvocationOf(parsed);
            var secret = Secret(call);
            var error = secret is null ? "no secret came on the standard input" : StoreOf(new NodeSettings()).Keep(
                parsed.GetRequiredValue(name), secret);
            if (error.Length > 0)
            {
                return call.Fail(ExitCode.Failed, error);
            }

            call.Note("kept on this host; every node that may use it needs it, too");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "Names of the secrets on this host");
        command.SetAction(parsed =>
        {
            var call = CommandTree.InvocationOf(parsed);
            foreach (var name in StoreOf(new NodeSettings()).Names())
            {
                call.Out.WriteLine(name);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove()
    {
        var name = Arguments.Name("name", "Its name");
        var command = new Command("remove", "Forget a secret on this host") { name };
        command.SetAction(parsed =>
        {
            var call = CommandTree.InvocationOf(parsed);
            var error = StoreOf(new NodeSettings()).Forget(parsed.GetRequiredValue(name));
            return error.Length == 0 ? ExitCode.Ok : call.Fail(ExitCode.NoSuchObject, error);
        });
        return command;
    }

    // At a terminal nobody looking over a shoulder sees it.
    private static string? Secret(Invocation call)
    {
        if (Console.IsInputRedirected)
        {
            return Console.In.ReadToEnd().TrimEnd('\n', '\r') is { Length: > 0 } text ? text : null;
        }

        call.Error.Write("secret: ");
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key != ConsoleKey.Backspace)
            {
                typed.Append(key.KeyChar);
            }
            else if (typed.Length > 0)
            {
                typed.Length--;
            }
        }

        call.Error.WriteLine();
        return typed.Length > 0 ? typed.ToString() : null;
    }
}
