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
        root.Add(WhyCommand.Create());
        root.Add(Events());
        root.Add(Version());
    }

    private static Command Status()
    {
        var names = Arguments.Names("name", "Only these resources and nodes (default: all)");
        var watch = new Option<bool>("--watch", "-w") { Description = "Show it again whenever it changes, until Ctrl-C" };
        var check = new Option<bool>("--check") { Description = "One line and 0, 1, 2 or 3, for monitoring systems" };
        var exitCode = new Option<bool>("--exit-code") { Description = "End with 20 when degraded, 21 when down" };
        var command = new Command("status", "How the cluster is: its state first, then what to do")
        {
            names, watch, check, exitCode,
        };
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
                call.Print(status, ReplyJson.Default.StatusReply, reply => StatusText.OneLine(reply) + "\n");
                return CheckCode(status);
            }

            var wanted = parsed.GetValue(names) ?? [];
            if (StatusView.UnknownName(status, wanted) is { } mistake)
            {
                return call.Fail(ExitCode.NoSuchObject, mistake);
            }

            if (parsed.GetValue(watch))
            {
                return await Watch(call, status, wanted, cancel).ConfigureAwait(false);
            }

            call.Print(
                StatusView.Only(status, wanted), ReplyJson.Default.StatusReply,
                reply => StatusText.Of(reply, call.Color));
            return parsed.GetValue(exitCode) ? StateCode(status) : ExitCode.Ok;
        });
        return command;
    }

    private static async Task<int> Watch(
        Invocation call, StatusReply first, IReadOnlyList<string> wanted, CancellationToken cancel)
    {
        using var client = call.ConnectForWait();
        var status = first;
        var last = "";
        while (!cancel.IsCancellationRequested)
        {
            var shown = StatusView.Only(status, wanted);
            var text = StatusText.Of(shown, call.Color);
            if (text != last)
            {
                call.PrintNext(shown, ReplyJson.Default.StatusReply, _ => (call.Color ? "\e[H\e[2J" : "\n") + text);
                last = text;
            }

            try
            {
                var answer = await client.Get(
                    $"v1/status?after={Uri.EscapeDataString(status.Token)}", ReplyJson.Default.StatusReply, cancel)
                    .ConfigureAwait(false);
                if (answer.Error is { } error)
                {
                    return call.Fail(error);
                }

                status = answer.Value!;
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return ExitCode.Ok;
    }

    private static int CheckUnknown(Invocation call, ErrorReply error)
    {
        if (call.Json)
        {
            call.Fail(error);
        }
        else
        {
            call.Out.WriteLine($"UNKNOWN - {error.Text}");
        }

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

    private static Command Events()
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what happens next, until Ctrl-C" };
        var since = Arguments.DurationOption("--since", "Only the last while, such as 30m");
        var node = Arguments.NameOption("--node", "Only about this node");
        var resource = Arguments.NameOption("--resource", "Only about this resource");
        var kind = new Option<string>("--kind") { Description = "Only of this kind: config, plan, op, fence, member, settled" };
        var transition = new Option<string>("--transition") { Description = "Only of this transition, such as T12" };
        var cause = new Option<bool>("--cause") { Description = "Show what caused each event" };
        var command = new Command("events", "What happened, one line each") { follow, since, node, resource, kind, transition, cause };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CommandTree.InvocationOf(parsed);
            var isFollowing = parsed.GetValue(follow);
            using var client = isFollowing ? call.ConnectForWait() : call.Connect();
            var filter = string.Concat(
                Part("node", parsed.GetValue(node)), Part("resource", parsed.GetValue(resource)),
                Part("kind", parsed.GetValue(kind)), Part("transition", parsed.GetValue(transition)),
                Part("sinceMs", Arguments.Duration(parsed.GetValue(since)) is { } span ? Number(span) : null));
            long last = 0;
            var wait = false;
            do
            {
                var path = $"v1/events?after={last.ToString(CultureInfo.InvariantCulture)}&wait={(wait ? "true" : "false")}{filter}";
                try
                {
                    var answer = await client.Get(path, ReplyJson.Default.EventsReply, cancel).ConfigureAwait(false);
                    if (answer.Value is not { } events)
                    {
                        return call.Fail(answer.Error!);
                    }

                    last = events.Last;
                    Show(call, events, isFollowing, isFirst: !wait, parsed.GetValue(cause));
                }
                catch (OperationCanceledException) when (isFollowing)
                {
                    break;
                }

                wait = true;
            }
            while (isFollowing && !cancel.IsCancellationRequested);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(Invocation call, EventsReply events, bool isFollowing, bool isFirst, bool withCause)
    {
        if (!isFollowing)
        {
            call.Print(events, ReplyJson.Default.EventsReply, reply => EventsText.Of(reply, withCause));
        }
        else if (isFirst || events.Events.Count > 0)
        {
            call.PrintNext(events, ReplyJson.Default.EventsReply, reply => EventsText.Of(reply, withCause));
        }
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
