using System.CommandLine;
using Ha.InformationBase;

namespace Ha.Node.Commands;

/// <summary>Commands that change what is wanted of resources and of the whole cluster: move, start, stop, cleanup,
/// pause,
/// resume.</summary>
internal static class ChangeCommands
{
    /// <summary>Adds them.</summary>
    public static void AddTo(RootCommand root)
    {
        root.Add(Move());
        root.Add(TargetRole("start", "Let a resource run", "Started"));
        root.Add(TargetRole("stop", "Stop a resource, and keep it stopped", "Stopped"));
        root.Add(Cleanup());
        root.Add(Pause());
        root.Add(Resume());
    }

    private static Command Move()
    {
        var name = Arguments.Name("resource", "What to move");
        var to = Arguments.NameOption("--to", "The node to move it to (default: wherever it does best but here)");
        var flags = new ChangeFlags();
        var command = new Command("move", "Move a resource once; it leaves nothing behind in the configuration") { name, to };
        flags.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            var resource = parsed.GetRequiredValue(name);
            var node = parsed.GetValue(to);
            return ChangeRun.Submit(
                parsed, flags, cancel, named: [resource],
                cib => CibNames.UnknownResource(cib, resource)
                    ?? (node is null ? null : CibNames.UnknownNode(cib, node)),
                (reason, now) => new CibChange.RequestMove(resource, node, reason, now));
        });
        return command;
    }

    private static Command TargetRole(string verb, string text, string role)
    {
        var name = Arguments.Name("resource", "The resource");
        var flags = new ChangeFlags();
        var command = new Command(verb, text) { name };
        flags.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            var resource = parsed.GetRequiredValue(name);
            return ChangeRun.Submit(
                parsed, flags, cancel, named: [resource],
                cib => CibNames.UnknownResource(cib, resource),
                (reason, _) => new CibChange.SetMeta(resource, "target-role", role, reason));
        });
        return command;
    }

    private static Command Cleanup()
    {
        var name = Arguments.Name("resource", "The resource (default: all)");
        name.Arity = ArgumentArity.ZeroOrOne;
        var node = Arguments.NameOption("--node", "Only what failed on this node");
        var flags = new ChangeFlags();
        var command = new Command("cleanup", "Forget failures, and look again") { name, node };
        flags.AddTo(command);
        command.SetAction((parsed, cancel) =>
        {
            var resource = parsed.GetValue(name);
            var on = parsed.GetValue(node);
            return ChangeRun.Submit(
                parsed, flags, cancel, named: resource is null ? [] : [resource],
                cib => (resource is null ? null : CibNames.UnknownResource(cib, resource))
                    ?? (on is null ? null : CibNames.UnknownNode(cib, on)),
                (reason, _) => new CibChange.Cleanup(resource, on, reason));
        });
        return command;
    }

    private static Command Pause()
    {
        var flags = new ChangeFlags();
        var command = new Command("pause", "Hands off: nothing is started, stopped or monitored until resume");
        flags.AddTo(command);
        command.SetAction((parsed, cancel) => ChangeRun.Submit(
            parsed, flags, cancel, named: [], _ => null,
            (reason, _) => new CibChange.SetProperty("maintenance-mode", "true", reason)));
        return command;
    }

    private static Command Resume()
    {
        var flags = new ChangeFlags();
        var command = new Command("resume", "The end of pause");
        flags.AddTo(command);
        command.SetAction((parsed, cancel) => ChangeRun.Submit(
            parsed, flags, cancel, named: [], _ => null,
            (reason, _) => new CibChange.SetProperty("maintenance-mode", null, reason)));
        return command;
    }
}
