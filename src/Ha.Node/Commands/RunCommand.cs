using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ha.Node.Hosting;
using Ha.Node.Views;

namespace Ha.Node.Commands;

/// <summary>`ha run`: the node itself.</summary>
internal static class RunCommand
{
    /// <summary>Adds it.</summary>
    public static void AddTo(RootCommand root)
    {
        var config = new Option<string>("--config") { Description = $"The node's file (default: {NodeFile.DefaultPath}, where there is one)" };
        var name = Arguments.NameOption("--name", "This node's name in corosync.conf (default: the host's name)");
        var state = new Option<string>("--state") { Description = "Folder of the log (default: /var/lib/ha)" };
        var tools = new Option<string>("--tools") { Description = "Folder of the helper commands for agents" };
        var plaintext = new Option<bool>("--allow-plaintext-ring") { Description = "Go on although corosync does not encrypt" };
        var debug = new Option<bool>("--debug") { Description = "Log messages, too" };
        var command = new Command("run", "Run this node; systemd does that")
        {
            config, name, state, tools, plaintext, debug,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CommandTree.InvocationOf(parsed);
            var (code, read) = ReadFile(call, parsed.GetValue(config));
            if (read is not { } file)
            {
                return code;
            }

            // The command line wins over the file.
            var settings = file with
            {
                Name = parsed.GetValue(name) ?? file.Name,
                StateFolder = parsed.GetValue(state) ?? file.StateFolder,
                ToolFolder = parsed.GetValue(tools) ?? file.ToolFolder,
                AllowPlaintextRing = parsed.GetValue(plaintext) || file.AllowPlaintextRing,
                Debug = parsed.GetValue(debug) || file.Debug,
                Socket = call.IsSocketGiven ? call.Socket : file.Socket,
            };
            return await Run(call, settings).ConfigureAwait(false);
        });
        root.Add(command);
    }

    /// <summary>Reads the node's file; one that nobody named may be missing.</summary>
    /// <returns>The settings, or the exit code after the mistakes were told.</returns>
    public static (int Code, NodeSettings? Settings) ReadFile(Invocation call, string? path)
    {
        var defaults = new NodeSettings();
        var name = path ?? NodeFile.DefaultPath;
        if (path is null && !File.Exists(name))
        {
            return (ExitCode.Ok, defaults);
        }

        var (bytes, error) = ClusterFileInput.ReadBytes(name);
        if (bytes is null)
        {
            return (call.Fail(ExitCode.BadData, error), null);
        }

        var (settings, diagnostics) = NodeFile.Read(Path.GetFileName(name), bytes, defaults);
        CheckView.Print(call, name, diagnostics, settings is null);
        return (settings is null ? ExitCode.BadConfiguration : ExitCode.Ok, settings);
    }

    private static async Task<int> Run(Invocation call, NodeSettings settings)
    {
        try
        {
            await using var host = new NodeHost(settings);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Leave(context, host));
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Leave(context, host));
            await host.Start(CancellationToken.None).ConfigureAwait(false);
            return await host.End.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            return call.Fail(
                ExitCode.Failed, $"the node cannot start: {e.Message}; it needs root, {settings.StateFolder} and {settings.Socket}");
        }
    }

    private static void Leave(PosixSignalContext context, NodeHost host)
    {
        context.Cancel = true;
        _ = host.Leave();
    }
}
