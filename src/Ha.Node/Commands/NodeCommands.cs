using System.CommandLine;
using System.Globalization;
using Ha.InformationBase;

namespace Ha.Node.Commands;

/// <summary>`ha node ...`: drain, undrain, maintenance, fence, confirm-off.</summary>
internal static class NodeCommands
{
    /// <summary>Adds them.</summary>
    public static void AddTo(RootCommand root)
    {
        var command = new Command("node", "Take nodes out of work and back")
        {
            Attribute("drain", "Move everything off a node", "standby", "on"),
            Attribute("undrain", "Allow resources on a node again", "standby", null),
            Maintenance(),
            Fence(),
            ConfirmOff(),
        };
        root.Add(command);
    }

    private static Command Attribute(string verb, string text, string attribute, string? value)
    {
        var name = Arguments.Name("node", "The node");
        var flags = new ChangeFlags();
        var command = new Command(verb, text) { name };
        flags.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            var node = parsed.GetRequiredValue(name);
            return ChangeRun.Submit(
                parsed, flags, cancel, named: null,
                cib => CibNames.UnknownNode(cib, node),
                (reason, _) => new CibChange.SetAttribute(node, attribute, value, IsPermanent: true, reason));
        });
        return command;
    }

    private static Command Maintenance()
    {
        var name = Arguments.Name("node", "The node");
        var off = new Option<bool>("--off") { Description = "The end of maintenance" };
        var flags = new ChangeFlags();
        var command = new Command("maintenance", "Hands off what runs on a node") { name, off };
        flags.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            var node = parsed.GetRequiredValue(name);
            var value = parsed.GetValue(off) ? null : "true";
            return ChangeRun.Submit(
                parsed, flags, cancel, named: null,
                cib => CibNames.UnknownNode(cib, node),
                (reason, _) => new CibChange.SetAttribute(node, "maintenance", value, IsPermanent: true, reason));
        });
        return command;
    }

    private static Command Fence()
    {
        var name = Arguments.Name("node", "The node to fence");
        var off = new Option<bool>("--off") { Description = "Leave it switched off instead of rebooting it" };
        var flags = new ChangeFlags();
        var command = new Command("fence", "Make a node surely harmless, by its fencing devices") { name, off };
        flags.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            var node = parsed.GetRequiredValue(name);
            var action = parsed.GetValue(off) ? "off" : "reboot";
            return Confirm(parsed, flags, $"{action} {node}: everything on it ends at once")
                ?? ChangeRun.Submit(
                    parsed, flags, cancel, named: null,
                    cib => CibNames.UnknownNode(cib, node),
                    (reason, now) => new CibChange.RequestFencing(new FencingRecord
                    {
                        Id = string.Create(CultureInfo.InvariantCulture, $"person-{node}-{now}"),
                        Target = node,
                        Action = action,
                        Reason = reason.Length == 0 ? "a person asked for it" : reason,
                        Origin = Environment.UserName,
                        RequestedAt = now,
                    }));
        });
        return command;
    }

    private static Command ConfirmOff()
    {
        var name = Arguments.Name("node", "The node that is off");
        var flags = new ChangeFlags();
        var command = new Command(
            "confirm-off", "Vouch that a node is switched off: its resources start elsewhere. A wrong word here destroys data")
        {
            name,
        };
        flags.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            var node = parsed.GetRequiredValue(name);
            return Confirm(parsed, flags, $"you vouch that {node} is off")
                ?? ChangeRun.Submit(
                    parsed, flags, cancel, named: null,
                    cib => CibNames.UnknownNode(cib, node),
                    (reason, now) => new CibChange.ConfirmOff(node, Environment.UserName, reason, now));
        });
        return command;
    }

    private static Task<int>? Confirm(ParseResult parsed, ChangeFlags flags, string what)
    {
        if (parsed.GetValue(flags.Yes) || parsed.GetValue(flags.DryRun))
        {
            return null;
        }

        var call = CommandTree.InvocationOf(parsed);
        if (!call.Interactive)
        {
            return Task.FromResult(call.Fail(ExitCode.Refused, $"{what}; nobody is there to confirm it: add --yes"));
        }

        call.Error.Write($"{what}. Type yes to go on: ");
        return Console.ReadLine()?.Trim() == "yes" ? null : Task.FromResult(call.Fail(ExitCode.Refused, "not confirmed; nothing was done"));
    }
}
