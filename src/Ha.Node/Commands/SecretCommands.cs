using System.CommandLine;
using Ha.Node.Api;
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

    private static Option<string> State() => new("--state") { Description = "The node's state folder (default: as in node.conf)" };

    private static Command Set()
    {
        var name = Arguments.Name("name", "Its name: the file says secret://NAME");
        var state = State();
        var command = new Command("set", "Keep a secret on this host; it is read from the standard input") { name, state };
        command.SetAction(parsed => InStore(parsed, state, (call, store) =>
        {
            var secret = Secret(call);
            var error = secret is null
                ? "no secret came on the standard input; write: ha secret set NAME < FILE"
                : store.Keep(parsed.GetRequiredValue(name), secret);
            if (error.Length > 0)
            {
                return call.Fail(ExitCode.Failed, error);
            }

            Show(call, store, _ => "");
            call.Note("kept on this host; every node that may use it needs it, too");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command List()
    {
        var state = State();
        var command = new Command("list", "Names of the secrets on this host") { state };
        command.SetAction(parsed => InStore(parsed, state, (call, store) =>
            Show(call, store, reply => string.Concat(reply.Names.Select(name => name + "\n")))));
        return command;
    }

    private static Command Remove()
    {
        var name = Arguments.Name("name", "Its name");
        var state = State();
        var command = new Command("remove", "Forget a secret on this host") { name, state };
        command.SetAction(parsed => InStore(parsed, state, (call, store) =>
            store.Forget(parsed.GetRequiredValue(name)) is { Length: > 0 } error
                ? call.Fail(ExitCode.NoSuchObject, error)
                : Show(call, store, _ => "")));
        return command;
    }

    private static int InStore(ParseResult parsed, Option<string> state, Func<Invocation, SecretStore, int> work)
    {
        var call = CommandTree.InvocationOf(parsed);
        if (parsed.GetValue(state) is { } folder)
        {
            return work(call, StoreOf(new NodeSettings { StateFolder = folder }));
        }

        var (code, settings) = RunCommand.ReadFile(call, null);
        return settings is null ? code : work(call, StoreOf(settings));
    }

    private static int Show(Invocation call, SecretStore store, Func<SecretsReply, string> text)
    {
        call.Print(new SecretsReply { Names = [.. store.Names()] }, ReplyJson.Default.SecretsReply, text);
        return ExitCode.Ok;
    }

    // At a terminal nobody looking over a shoulder sees it.
    private static string? Secret(Invocation call)
    {
        if (Console.IsInputRedirected)
        {
            return Console.In.ReadToEnd().TrimEnd('\n', '\r') is { Length: > 0 } text ? text : null;
        }

        // A program that wants JSON is not asked.
        if (!call.Interactive || call.Json)
        {
            return null;
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
