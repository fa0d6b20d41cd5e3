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
        var command = new Command("decode", "What is in a capture: a JSON object for each frame") { file };
        command.SetAction(parsed =>
            VrrpDecodeCommand.Decode(CommandTree.InvocationOf(parsed), parsed.GetValue(file)!, null));
        return command;
    }
}
