using System.CommandLine;
using System.Globalization;
using System.Text;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Reader;
using Ha.Node.Api;
using Ha.Node.Hosting;
using Ha.Node.Views;

namespace Ha.Node.Commands;

/// <summary>Commands on a cluster file: apply, diff, check. The file is read here, on the caller's side; the cluster
/// gets
/// what was read, with the places.</summary>
internal static class FileCommands
{
    private const string DefaultFile = "/etc/ha/cluster.conf";

    /// <summary>Adds them.</summary>
    public static void AddTo(RootCommand root)
    {
        root.Add(Check());
        root.Add(Diff());
        root.Add(Apply());
        RunCommand.AddTo(root);
    }

    private static Argument<string> FileArgument() => new("file")
    {
        Description = $"The cluster file (default: {DefaultFile})",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static Option<string[]> AllowEnvironment() => new("--allow-env")
    {
        Description = "Environment variables that the file may use",
        AllowMultipleArgumentsPerToken = true,
    };

    private static Option<bool> NoAgents() => new("--no-agents")
    {
        Description = "Do not ask the agents of this host about their parameters",
    };

    private static Command Check()
    {
        var file = FileArgument();
        var strict = new Option<bool>("--strict") { Description = "Warnings count as errors" };
        var allow = AllowEnvironment();
        var noAgents = NoAgents();
        var node = new Option<bool>("--node") { Description = $"It is a node's file (default: {NodeFile.DefaultPath})" };
        var command = new Command("check", "Is a cluster file right; needs no running node")
        {
            file, strict, allow, noAgents, node,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CommandTree.InvocationOf(parsed);
            if (parsed.GetValue(node))
            {
                return CheckNode(call, parsed.GetValue(file) ?? NodeFile.DefaultPath);
            }

            var path = parsed.GetValue(file) ?? DefaultFile;
            var input = ClusterFileInput.Read(path, parsed.GetValue(allow));
            if (input.File is not { } read)
            {
                return call.Fail(ExitCode.BadData, input.Error);
            }

            if (!parsed.GetValue(noAgents))
            {
                read = await AgentInspection.Of(read, new NodeSettings(), cancel).ConfigureAwait(false);
            }

            Report(call, path, read, always: true);
            return read.HasErrors || (parsed.GetValue(strict) && read.Diagnostics.Count > 0)
                ? ExitCode.BadConfiguration
                : ExitCode.Ok;
        });
        return command;
    }

    private static int CheckNode(Invocation call, string path)
    {
        var (bytes, error) = ClusterFileInput.ReadBytes(path);
        if (bytes is null)
        {
            return call.Fail(ExitCode.BadData, error);
        }

        var (settings, diagnostics) = NodeFile.Read(Path.GetFileName(path), bytes, new NodeSettings());
        CheckView.Print(call, path, diagnostics, always: true, "; next: systemctl restart ha");
        return settings is null ? ExitCode.BadConfiguration : ExitCode.Ok;
    }

    private static Command Diff()
    {
        var file = FileArgument();
        var allow = AllowEnvironment();
        var command = new Command("diff", "What a cluster file would change") { file, allow };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CommandTree.InvocationOf(parsed);
            var path = parsed.GetValue(file) ?? DefaultFile;
            var input = ClusterFileInput.Read(path, parsed.GetValue(allow));
            var (code, read) = await Load(call, path, input, agents: false, cancel).ConfigureAwait(false);
            if (read?.Configuration is not { } configuration)
            {
                return code;
            }

            using var client = call.Connect();
            var answer = await client.Get("v1/cib", ReplyJson.Default.CibReply, cancel).ConfigureAwait(false);
            if (answer.Value is not { } state || !CibCodec.TryDecode(state.Cib, out Cib? cib, out _))
            {
                return answer.Error is { } error ? call.Fail(error) : call.Fail(ExitCode.Failed, "the node's state cannot be read");
            }

            var lines = ConfigurationDiff.Of(cib!.Configuration, configuration);
            call.Print(
                new PlanReply
                {
                    Changes = [.. lines],
                    Actions = [],
                    Summary = lines.IsEmpty ? "No difference." : $"{lines.Count} differences.",
                    Revision = cib.Revision,
                },
                ReplyJson.Default.PlanReply,
                reply => string.Join("", reply.Changes.Select(line => line + "\n"))
                    + $"{reply.Summary}{(reply.Changes.Count > 0 ? $"      ha apply {path} --dry-run" : "")}\n");
            return lines.IsEmpty ? ExitCode.Ok : ExitCode.Differs;
        });
        return command;
    }

    private static Command Apply()
    {
        var file = FileArgument();
        var allow = AllowEnvironment();
        var expected = new Option<long?>("--expect-rev") { Description = "Refuse when the configuration's revision is another" };
        var exitCode = new Option<bool>("--exit-code") { Description = "With --dry-run: end with 10 when there are changes" };
        var noAgents = NoAgents();
        var flags = new ChangeFlags();
        var command = new Command("apply", "Make a cluster file the configuration")
        {
            file, allow, expected, exitCode, noAgents,
        };
        flags.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CommandTree.InvocationOf(parsed);
            var path = parsed.GetValue(file) ?? DefaultFile;
            var input = ClusterFileInput.Read(path, parsed.GetValue(allow));
            var (code, read) = await Load(call, path, input, !parsed.GetValue(noAgents), cancel).ConfigureAwait(false);
            if (read?.Configuration is not { } configuration)
            {
                return code;
            }

            using var client = call.ConnectForChange();
            var answer = await client.Get("v1/cib", ReplyJson.Default.CibReply, cancel).ConfigureAwait(false);
            if (answer.Value is not { } state)
            {
                return call.Fail(answer.Error!);
            }

            if (!CibCodec.TryDecode(state.Cib, out Cib? cib, out var bad))
            {
                return call.Fail(ExitCode.Failed, $"the node's state cannot be read: {bad}");
            }

#pragma warning disable RS0030 // The command line's time is the time of day.
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
#pragma warning restore RS0030
            var change = new CibChange.SetConfiguration(
                configuration, input.Text, parsed.GetValue(expected), parsed.GetValue(flags.Reason) ?? "");
            var lines = ConfigurationDiff.Of(cib!.Configuration, configuration);
            if (!parsed.GetValue(flags.DryRun))
            {
                return await ChangeRun.Send(call, client, parsed, flags, state, cib, change, null, now,
                    cancel).ConfigureAwait(false);
            }

            var preview = PreviewView.Of(cib, change, now);
            if (preview.Refusal.Length > 0)
            {
                return call.Fail(ExitCode.RevisionMoved, preview.Refusal);
            }

            var reply = preview.Reply with { Changes = [.. lines] };
            call.Print(reply, ReplyJson.Default.PlanReply, item =>
                $"{path}: rev {cib.Revision} → {item.Revision}\n{PreviewText.Of(item)}");
            return parsed.GetValue(exitCode) && !lines.IsEmpty ? ExitCode.Differs : ExitCode.Ok;
        });
        return command;
    }

    private static async Task<(int Code, ClusterFile? File)> Load(
        Invocation call, string path, ClusterFileInput input, bool agents, CancellationToken cancel)
    {
        if (input.File is not { } read)
        {
            return (call.Fail(ExitCode.BadData, input.Error), null);
        }

        if (agents)
        {
            read = await AgentInspection.Of(read, new NodeSettings(), cancel).ConfigureAwait(false);
        }

        if (read.HasErrors || read.Diagnostics.Count > 0)
        {
            Report(call, path, read, always: read.HasErrors);
        }

        return read.HasErrors ? (ExitCode.BadConfiguration, null) : (ExitCode.Ok, read);
    }

    /// <summary>Reads a cluster file and its drop-ins; null when it cannot be read at all.</summary>
    internal static ClusterFile? Read(string path, string[]? allow) => ClusterFileInput.Read(path, allow).File;

    private static void Report(Invocation call, string path, ClusterFile read, bool always) =>
        CheckView.Print(call, path, read.Diagnostics, always, $"; next: ha apply {path} --dry-run");
}
