using System.CommandLine;

namespace Ha.Node.Commands;

/// <summary>Commands on virtual routers.</summary>
internal static class VrrpCommands
{
    /// <summary>Adds them.</summary>
    public static void AddTo(RootCommand root)
    {
        var vrrp = new Command("vrrp", "Virtual routers: addresses that move at the speed of the link");
        VrrpRunCommands.AddTo(vrrp);
        vrrp.Add(Decode());
        root.Add(vrrp);
    }

    private static Command Decode()
    {
        var file = new Argument<string>("file") { Description = "A capture of tcpdump" };
        var config = new Option<string?>("--config")
        {
            Description = "A file with a vrrp section: whether its routers would listen to each frame, and why not",
        };
        var name = Arguments.NameOption("--name", "With --config: the member that judges (default: the host's name)");
        var command = new Command("decode", "What is in a capture: a JSON object for each frame")
        {
            file, config, name,
        };
        command.SetAction(parsed =>
        {
            var call = CommandTree.InvocationOf(parsed);
            if (parsed.GetValue(config) is not { } path)
            {
                return VrrpDecodeCommand.Decode(call, parsed.GetValue(file)!, null);
            }

            var (code, receiver) = VrrpReceiverFile.Read(call, path, parsed.GetValue(name));
            return receiver is null ? code : VrrpDecodeCommand.Decode(call, parsed.GetValue(file)!, receiver);
        });
        return command;
    }
}
