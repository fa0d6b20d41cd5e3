using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ha.Hocon;
using Ha.InformationBase.Reader;
using Ha.Kernel;
using Ha.Node.Hosting;
using Ha.Node.Views;
using Ha.Node.Vrrp;
using Ha.Resources.Vrrp.Link;
using Ha.Resources.Vrrp.Plan;

namespace Ha.Node.Commands;

/// <summary>`ha vrrp ...`: virtual routers on this host, without a cluster.</summary>
internal static class VrrpRunCommands
{
    private const string DefaultControl = "/run/ha/vrrp.sock";

    /// <summary>Adds them.</summary>
    public static void AddTo(Command vrrp)
    {
        vrrp.Add(Run());
        vrrp.Add(Check());
        vrrp.Add(List());
        vrrp.Add(Show());
        vrrp.Add(Order("yield", "Give the addresses up now, for a planned move: no time-out is waited for"));
        vrrp.Add(Order("take", "Take the addresses now"));
    }

    private static Option<string> Control() => new("--control")
    {
        Description = $"The process's socket (default: {DefaultControl})",
        DefaultValueFactory = _ => DefaultControl,
    };

    private static Option<string> Name() =>
        Arguments.NameOption("--name", "This host's name among the members (default: the host's name)");

    private static Argument<string> File() => new("file") { Description = "A file with a vrrp section" };

    private static Command Run()
    {
        var (file, name, control) = (File(), Name(), Control());
        var debug = new Option<bool>("--debug") { Description = "Log more" };
        var command = new Command("run", "Run the virtual routers of a file until SIGTERM")
        {
            file, name, control, debug,
        };
        command.SetAction(async (parsed, _) =>
        {
            var call = CommandTree.InvocationOf(parsed);
            var host = parsed.GetValue(name) ?? Environment.MachineName;
            var (code, plan) = Load(call, parsed.GetValue(file)!, host);
            return plan is null
                ? code
                : await Run(call, host, plan, parsed.GetValue(control)!, parsed.GetValue(debug)).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> Run(Invocation call, string host, VrrpPlan plan, string control, bool isDebug)
    {
        var log = new ConsoleLog(isDebug ? LogLevel.Debug : LogLevel.Info);
        try
        {
            await using var process = new VrrpProcess(host, plan, control, log);
            using var terminate =
                PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Leave(context, process));
            using var interrupt =
                PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Leave(context, process));
            await process.Run().ConfigureAwait(false);
            return ExitCode.Ok;
        }
        catch (LinkException e)
        {
            return call.Fail(ExitCode.Failed, e.Message);
        }
    }

    private static void Leave(PosixSignalContext context, VrrpProcess process)
    {
        context.Cancel = true;
        process.Leave();
    }

    private static Command Check()
    {
        var (file, name) = (File(), Name());
        var command = new Command("check", "Check a file against this host; changes nothing") { file, name };
        command.SetAction(parsed =>
        {
            var call = CommandTree.InvocationOf(parsed);
            var path = parsed.GetValue(file)!;
            var (code, plan) = Load(call, path, parsed.GetValue(name) ?? Environment.MachineName);
            if (plan is not null)
            {
                call.Note($"{path}: {plan.Routers.Count} virtual routers can run here: "
                    + string.Join(", ", plan.Routers.Select(router => router.Settings.Id)));
            }

            return code;
        });
        return command;
    }

    private static (int Code, VrrpPlan? Plan) Load(Invocation call, string path, string host)
    {
        var (bytes, error) = ClusterFileInput.ReadBytes(path);
        if (bytes is null)
        {
            return (call.Fail(ExitCode.BadData, error), null);
        }

        var (section, diagnostics) = VrrpReader.ReadFile(Path.GetFileName(path), bytes, isClusterFile: true);
        if (section is null || diagnostics.Count > 0)
        {
            CheckView.Print(call, path, diagnostics, section is null);
        }

        if (section is null)
        {
            return (ExitCode.BadConfiguration, null);
        }

        var (plan, mistakes) = VrrpPlanner.Of(section, host, InterfaceAddresses.Of);
        return plan is null ? (call.Fail(ExitCode.BadConfiguration, string.Join("\nha: ", mistakes)), null) : (ExitCode.Ok, plan);
    }

    private static Command List()
    {
        var control = Control();
        var command = new Command("ls", "The virtual routers of this host") { control };
        command.SetAction(parsed =>
        {
            var call = CommandTree.InvocationOf(parsed);
            if (Ask(call, parsed.GetValue(control)!, out var code) is not { } reply)
            {
                return code;
            }

            call.Print(reply, VrrpJson.Default.VrrpReply, VrrpView.Table);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show()
    {
        var control = Control();
        var router = new Argument<string?>("router") { Description = "One of them", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("show", "All that is known of the virtual routers of this host") { router, control };
        command.SetAction(parsed =>
        {
            var call = CommandTree.InvocationOf(parsed);
            if (Ask(call, parsed.GetValue(control)!, out var code) is not { } reply)
            {
                return code;
            }

            var id = parsed.GetValue(router);
            var shown = reply.Routers.Where(one => id is null || one.Id == id).ToList();
            if (shown.Count == 0)
            {
                return call.Fail(
                    ExitCode.NoSuchObject, $"there is no virtual router '{id}'; "
                        + Suggestion.For(id ?? "", reply.Routers.Select(one => one.Id)));
            }

            call.Print(
                reply with { Routers = shown }, VrrpJson.Default.VrrpReply,
                item => string.Join('\n', item.Routers.Select(one => VrrpView.Details(item, one))));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Order(string what, string description)
    {
        var control = Control();
        var router = new Argument<string>("router") { Description = "Which one" };
        var command = new Command(what, description) { router, control };
        command.SetAction(parsed =>
        {
            var call = CommandTree.InvocationOf(parsed);
            var request = new VrrpRequest { Do = what, Router = parsed.GetValue(router)! };
            if (Speak(call, parsed.GetValue(control)!, request, out var code) is not { } line)
            {
                return code;
            }

            var answer = JsonSerializer.Deserialize(line, VrrpJson.Default.VrrpAnswer)!;
            return answer.Ok ? ExitCode.Ok : call.Fail(ExitCode.Refused, answer.Error);
        });
        return command;
    }

    private static VrrpReply? Ask(Invocation call, string control, out int code) =>
        Speak(call, control, new VrrpRequest { Do = "show" }, out code) is { } line
            ? JsonSerializer.Deserialize(line, VrrpJson.Default.VrrpReply)
            : null;

    private static string? Speak(Invocation call, string control, VrrpRequest request, out int code)
    {
        code = ExitCode.Ok;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.ReceiveTimeout = (int)(call.Timeout ?? TimeSpan.FromSeconds(10)).TotalMilliseconds;
            socket.Connect(new UnixDomainSocketEndPoint(control));
            using var stream = new NetworkStream(socket);
            using var writer = new StreamWriter(stream) { AutoFlush = true, NewLine = "\n" };
            using var reader = new StreamReader(stream);
            writer.WriteLine(JsonSerializer.Serialize(request, VrrpJson.Default.VrrpRequest));
            if (reader.ReadLine() is { } line)
            {
                return line;
            }

            code = call.Fail(ExitCode.ConnectionLost, $"the process behind {control} ended the connection");
        }
        catch (Exception e) when (e is SocketException or IOException or ArgumentException)
        {
            code = call.Fail(
                ExitCode.Unreachable, $"no virtual routers answer at {control} ({e.Message}); start them with: ha vrrp run FILE");
        }

        return null;
    }
}
