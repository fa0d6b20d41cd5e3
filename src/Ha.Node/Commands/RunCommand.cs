using System.CommandLine;
using System.Runtime.InteropServices;
using Ha.Node.Hosting;

namespace Ha.Node.Commands;

/// <summary>`ha run`: the node itself.</summary>
internal static class RunCommand
{
    /// <summary>Adds it.</summary>
    public static void AddTo(RootCommand root)
    {
        var name = new Option<string>("--name") { Description = "This node's name in corosync.conf (default: the host's name)" };
        var state = new Option<string>("--state") { Description = "Folder of the log (default: /var/lib/ha)" };
        var tools = new Option<string>("--tools") { Description = "Folder of the helper commands for agents" };
        var plaintext = new Option<bool>("--allow-plaintext-ring") { Description = "Go on although corosync does not encrypt" };
        var debug = new Option<bool>("--debug") { Description = "Log messages, too" };
        var command = new Command("run", "Run this node; systemd does that") { name, state, tools, plaintext, debug };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CommandTree.InvocationOf(parsed);
            var defaults = new NodeSettings();
            var settings = defaults with
            {
                Name = parsed.GetValue(name) ?? defaults.Name,
                StateFolder = parsed.GetValue(state) ?? defaults.StateFolder,
                ToolFolder = parsed.GetValue(tools) ?? defaults.ToolFolder,
                AllowPlaintextRing = parsed.GetValue(plaintext),
                Debug = parsed.GetValue(debug),
                Socket = call.Socket,
            };
            return await Run(settings).ConfigureAwait(false);
        });
        root.Add(command);
    }

    private static async Task<int> Run(NodeSettings settings)
    {
        await using var host = new NodeHost(settings);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Leave(context, host));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Leave(context, host));
        await host.Start(CancellationToken.None).ConfigureAwait(false);
        return await host.End.ConfigureAwait(false);
    }

    private static void Leave(PosixSignalContext context, NodeHost host)
    {
        context.Cancel = true;
        _ = host.Leave();
    }
}
