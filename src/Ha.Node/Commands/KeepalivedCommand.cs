using System.CommandLine;
using System.Globalization;
using System.Text;
using Ha.InformationBase.Keepalived;

namespace Ha.Node.Commands;

/// <summary>`ha config import keepalived FILE`: virtual routers of keepalived's configuration.</summary>
internal static class KeepalivedCommand
{
    /// <summary>The command.</summary>
    public static Command Import()
    {
        var file = new Argument<string>("file") { Description = "A keepalived.conf" };
        var name = Arguments.NameOption("--name", "The name of its host among the members (default: this host's)");
        var output = new Option<string?>("--out") { Description = "Write the file here, for root alone" };
        var force = new Option<bool>("--force") { Description = "With --out: replace what is there" };
        var command = new Command("keepalived", "Of keepalived.conf, for 'ha vrrp run'; says what it cannot carry over")
        {
            file, name, output, force,
        };
        command.SetAction(parsed => Run(
            CommandTree.InvocationOf(parsed), parsed.GetValue(file)!, parsed.GetValue(name) ?? Environment.MachineName,
            parsed.GetValue(output), parsed.GetValue(force)));
        return command;
    }

    private static int Run(Invocation call, string path, string node, string? output, bool isForced)
    {
        if (output is not null && File.Exists(output) && !isForced)
        {
            return call.Fail(ExitCode.Refused, $"{output} exists; add --force to replace it, or name another file");
        }

        var (bytes, error) = ClusterFileInput.ReadBytes(path);
        if (bytes is null)
        {
            return call.Fail(ExitCode.BadData, error);
        }

        var result = KeepalivedImport.Of(Encoding.UTF8.GetString(bytes), node);
        if (result.Text.Length == 0)
        {
            return call.Fail(ExitCode.BadData, $"{path}:{string.Join($"\n{path}:", result.Problems)}");
        }

        var reply = new ImportReply
        {
            Text = result.Text,
            Notes = [.. result.Notes.Select(note => $"{path}:{note}")],
            Problems = [.. result.Problems.Select(problem => $"{path}:{problem}")],
        };
        if (output is not null && !ConfigCommands.TryWrite(output, result.Text, out var why))
        {
            return call.Fail(ExitCode.Failed, $"{output} cannot be written: {why}");
        }

        call.Print(reply, ConfigJson.Default.ImportReply, item => output is null ? item.Text : "");
        if (!call.Json)
        {
            foreach (var line in reply.Notes.Concat(reply.Problems))
            {
                call.Note(line);
            }

            call.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: {reply.Notes.Length} notes, {reply.Problems.Length} problems; next: ha vrrp check {output ?? "FILE"} --name {node}"));
        }

        return reply.Problems.Length > 0 ? ExitCode.BadConfiguration : ExitCode.Ok;
    }
}
