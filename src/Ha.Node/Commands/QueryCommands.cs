using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Ha.Node.Api;
using Ha.Node.Views;

namespace Ha.Node.Commands;

/// <summary>Commands that only look: status, why, events, version.</summary>
internal static class QueryCommands
{
    /// <summary>Adds them.</summary>
    public static void AddTo(RootCommand root)
    {
        root.Add(Status());
        root.Add(Why());
        root.Add(Events());
        root.Add(Version());
    }

    private static Command Status()
    {
        var watch = new Option<bool>("--watch", "-w") { Description = "Show it again whenever it changes, until Ctrl-C" };
        var check = new Option<bool>("--check") { Description = "One line and 0, 1, 2 or 3, for monitoring systems" };
        var exitCode = new Option<bool>("--exit-code") { Description = "End with 20 when degraded, 21 when down" };
        var command = new Command("status", "How the cluster is: its state first, then what to do") { watch, check, exitCode };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CommandTree.InvocationOf(parsed);
            using var client = call.Connect();
            var answer = await client.Get("v1/status", ReplyJson.Default.StatusReply, cancel).ConfigureAwait(false);
            if (answer.Value is not { } status)
            {
                return parsed.GetValue(check) ? CheckUnknown(call, answer.Error!) : call.Fail(answer.Error!);
            }

            if (parsed.GetValue(check))
            {
                call.Out.WriteLine(StatusText.OneLine(status));
                return CheckCode(status);
            }

            call.Print(status, ReplyJson.Default.StatusReply, reply => StatusText.Of(reply, call.Color));
            if (parsed.GetValue(watch))
            {
                return await Watch(call, client, cancel).ConfigureAwait(false);
            }

            return parsed.GetValue(exitCode) ? StateCode(status) : ExitCode.Ok;
        });
        return command;
    }

    private static async Task<int> Watch(Invocation call, NodeClient client, CancellationToken cancel)
    {
        var last = "";
        while (!cancel.IsCancellationRequested)
        {
            var answer = await client.Get("v1/status?changed=true", ReplyJson.Default.StatusReply, cancel).ConfigureAwait(false);
            if (answer.Value is { } status)
            {
                var text = StatusText.Of(status, call.Color);
                if (text != last)
                {
                    call.Print(status, ReplyJson.Default.StatusReply, _ => (call.Color ? "\e[H\e[2J" : "\n") + text);
                    last = text;
                }
            }
            else if (answer.Error!.Code != ExitCode.TimedOut)
            {
                return call.Fail(answer.Error!);
            }
        }

        return ExitCode.Ok;
    }

    private static int CheckUnknown(Invocation call, ErrorReply error)
    {
        call.Out.WriteLine($"UNKNOWN - {error.Text}");
        return ExitCode.Unknown;
    }

    private static int CheckCode(StatusReply status) =>
        status.State switch { "HEALTHY" => 0, "DEGRADED" => 1, "DOWN" => 2, _ => ExitCode.Unknown };

    private static int StateCode(StatusReply status) => status.State switch
    {
        "HEALTHY" => ExitCode.Ok,
        "DEGRADED" => ExitCode.Degraded,
        "DOWN" => ExitCode.Down,
        _ => ExitCode.Unknown,
    };

    private static Command Why()
    {
        var name = Arguments.Name("name", "A resource or a node");
        var on = new Option<string>("--on") { Description = "Why (not) on this node" };
        var promoted = new Option<bool>("--promoted") { Description = "Why (not) promoted" };
        var command = new Command("why", "Why a resource runs where it does, or does not run") { name, on, promoted };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CommandTree.InvocationOf(parsed);
            using var client = call.Connect();
            var query = $"v1/why/{Uri.EscapeDataString(parsed.GetRequiredValue(name))}?promoted={(parsed.GetValue(promoted) ? "true" : "false")}"
                + (parsed.GetValue(on) is { } node ? $"&on={Uri.EscapeDataString(node)}" : "");
            var answer = await client.Get(query, ReplyJson.Default.WhyReply, cancel).ConfigureAwait(false);
            if (answer.Value is not { } why)
            {
                return call.Fail(answer.Error!);
            }

            call.Print(why, ReplyJson.Default.WhyReply, WhyText.Of);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Events()
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what happens next, until Ctrl-C" };
        var since = new Option<string>("--since") { Description = "Only the last while, such as 30m" };
        var node = new Option<string>("--node") { Description = "Only about this node" };
        var resource = new Option<string>("--resource") { Description = "Only about this resource" };
        var kind = new Option<string>("--kind") { Description = "Only of this kind: config, plan, op, fence, member, settled" };
        var transition = new Option<string>("--transition") { Description = "Only of this transition, such as T12" };
        var cause = new Option<bool>("--cause") { Description = "Show what caused each event" };
        var command = new Command("events", "What happened, one line each") { follow, since, node, resource, kind, transition, cause };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CommandTree.InvocationOf(parsed);
            if (parsed.GetValue(since) is { } text && Arguments.Duration(text) is null)
            {
                return call.Fail(ExitCode.Usage, $"--since '{Arguments.Printable(text)}' is no length of time; write 30m or 2h");
            }

            using var client = call.Connect();
            var filter = string.Concat(
                Part("node", parsed.GetValue(node)), Part("resource", parsed.GetValue(resource)),
                Part("kind", parsed.GetValue(kind)), Part("transition", parsed.GetValue(transition)),
                Part("sinceMs", Arguments.Duration(parsed.GetValue(since)) is { } span ? Number(span) : null));
            long last = 0;
            var wait = false;
            do
            {
                var path = $"v1/events?after={last.ToString(CultureInfo.InvariantCulture)}&wait={(wait ? "true" : "false")}{filter}";
                var answer = await client.Get(path, ReplyJson.Default.EventsReply, cancel).ConfigureAwait(false);
                if (answer.Value is { } events)
                {
                    last = events.Last;
                    call.Print(events, ReplyJson.Default.EventsReply, reply => EventsText.Of(reply,
                        parsed.GetValue(cause)));
                    call.Out.Flush();
                }
                else if (!wait || answer.Error!.Code != ExitCode.TimedOut)
                {
                    return call.Fail(answer.Error!);
                }

                wait = true;
            }
            while (parsed.GetValue(follow) && !cancel.IsCancellationRequested);
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Part(string name, string? value) =>
        value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private static string Number(TimeSpan span) =>
        ((long)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static Command Version()
    {
        var command = new Command("version", "The program's version");
        command.SetAction(parsed =>
        {
            var reply = new VersionReply { Version = ProgramVersion(),
                Runtime = RuntimeInformation.FrameworkDescription };
            CommandTree.InvocationOf(parsed).Print(
                reply, ReplyJson.Default.VersionReply, version => $"ha {version.Version} ({version.Runtime})\n");
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The version of this build.</summary>
    internal static string ProgramVersion() =>
        typeof(QueryCommands).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            .Split('+')[0] ?? "0";
}
