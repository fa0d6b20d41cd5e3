using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Reader;
using Ha.InformationBase.Xml;
using Ha.InformationBase.Xml.Import;
using Ha.Node.Api;

namespace Ha.Node.Commands;

/// <summary>Configurations of other forms: a Pacemaker CIB made into a cluster file, and the other way.</summary>
internal static class ConfigCommands
{
    private const string StandardInput = "-";

    /// <summary>Adds them.</summary>
    public static void AddTo(RootCommand root)
    {
        var import = new Command("import", "Make a cluster file of another cluster's configuration") { ImportCib(), KeepalivedCommand.Import() };
        root.Add(new Command("config", "Configurations of other forms") { import, Export() });
    }

    private static Command ImportCib()
    {
        var file = new Argument<string>("file")
        {
            Description = "A CIB in XML, such as 'cibadmin --query' prints; - for the standard input",
        };
        var output = new Option<string?>("--out") { Description = "Write the cluster file here, for root alone" };
        var force = new Option<bool>("--force") { Description = "With --out: replace what is there" };
        var command = new Command("cib", "Of a Pacemaker CIB; says what it cannot carry over") { file, output, force };
        command.SetAction(parsed => Import(
            CommandTree.InvocationOf(parsed), parsed.GetValue(file)!, parsed.GetValue(output), parsed.GetValue(force)));
        return command;
    }

    private static int Import(Invocation call, string path, string? output, bool isForced)
    {
        if (output is not null && File.Exists(output) && !isForced)
        {
            return call.Fail(ExitCode.Refused, $"{output} exists; add --force to replace it, or name another file");
        }

        var diagnostics = new DiagnosticList();
        var cib = ReadCib(call, path, diagnostics, out var code);
        if (cib is null || diagnostics.HasErrors)
        {
            call.Note(string.Join('\n', diagnostics.Items));
            return code != ExitCode.Ok ? code : call.Fail(ExitCode.BadData, $"{path}: nothing was written");
        }

        var result = CibImport.ToClusterFile(cib.Configuration);
        var reply = new ImportReply
        {
            Text = result.Text,
            Notes = [.. diagnostics.Items.Concat(result.Notes).Select(note => note.ToString())],
            Problems = [.. result.Problems.Select(problem => problem.ToString())],
        };
        if (output is not null && !TryWrite(output, result.Text, out var error))
        {
            return call.Fail(ExitCode.Failed, $"{output} cannot be written: {error}");
        }

        call.Print(reply, ConfigJson.Default.ImportReply, item => output is null ? item.Text : "");
        if (!call.Json)
        {
            Tell(call, path, output, reply);
        }

        return reply.Problems.Length > 0 ? ExitCode.BadConfiguration : ExitCode.Ok;
    }

    private static void Tell(Invocation call, string path, string? output, ImportReply reply)
    {
        foreach (var line in reply.Notes.Concat(reply.Problems))
        {
            call.Note(line);
        }

        var target = output ?? "the cluster file";
        call.Note(reply.Problems.Length > 0
            ? string.Create(CultureInfo.InvariantCulture,
                $"{path}: {reply.Problems.Length} things in {target} must be mended before it can be applied")
            : reply.Notes.Length > 0
                ? string.Create(CultureInfo.InvariantCulture,
                    $"{path}: {reply.Notes.Length} notes; read them, then: ha check {output ?? "FILE"}")
                : $"{path}: all of it was carried over; next: ha check {output ?? "FILE"}");
    }

    private static Command Export()
    {
        var file = new Argument<string?>("file")
        {
            Description = "A cluster file; the running cluster's configuration and state where none is named",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var form = new Option<string>("--as")
        {
            Description = "The form: cib (Pacemaker's XML) or conf (a cluster file)",
            DefaultValueFactory = _ => "cib",
        };
        form.AcceptOnlyFromAmong("cib", "conf");
        var version = new Option<string>("--for")
        {
            Description = "With --as cib: the Pacemaker that shall read it, 3.0 or 2.1",
            DefaultValueFactory = _ => "3.0",
        };
        version.AcceptOnlyFromAmong("3.0", "2.1");
        var output = new Option<string?>("--out") { Description = "Write it here, for root alone" };
        var command = new Command("export", "The configuration in another form") { file, form, version, output };
        command.SetAction(async (parsed, cancel) =>
        {
            var call = CommandTree.InvocationOf(parsed);
            var (cib, code) = parsed.GetValue(file) is { } path
                ? ReadFile(call, path)
                : await ReadNode(call, cancel).ConfigureAwait(false);
            if (cib is null)
            {
                return code;
            }

            var dialect = parsed.GetValue(version) == "2.1" ? CibDialect.Pacemaker21 : CibDialect.AsWritten;
            var text = parsed.GetValue(form) == "conf"
                ? ClusterFileWriter.Write(cib.Configuration)
                : CibXmlWriter.Write(cib, dialect);
            if (parsed.GetValue(output) is { } target && !TryWrite(target, text, out var error))
            {
                return call.Fail(ExitCode.Failed, $"{target} cannot be written: {error}");
            }

            call.Print(new ExportReply { Text = text }, ConfigJson.Default.ExportReply,
                reply => parsed.GetValue(output) is null ? reply.Text : "");
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<(Cib? Cib, int Code)> ReadNode(Invocation call, CancellationToken cancel)
    {
        using var client = call.Connect();
        var answer = await client.Get("v1/cib", ReplyJson.Default.CibReply, cancel).ConfigureAwait(false);
        if (answer.Value is not { } state)
        {
            return (null, call.Fail(answer.Error!));
        }

        return CibCodec.TryDecode(state.Cib, out Cib? cib, out var bad)
            ? (cib, ExitCode.Ok)
            : (null, call.Fail(ExitCode.Failed, $"the node's state cannot be read: {bad}"));
    }

    private static (Cib? Cib, int Code) ReadFile(Invocation call, string path)
    {
        try
        {
            var full = Path.GetFullPath(path);
            var folder = new FolderHoconFiles(Path.GetDirectoryName(full)!);
            var read = ClusterFileReader.Read([(Path.GetFileName(full), File.ReadAllBytes(full))], folder);
            if (read.Configuration is { } configuration)
            {
                return (Cib.Empty with { Configuration = configuration }, ExitCode.Ok);
            }

            call.Note(string.Join('\n', read.Diagnostics));
            return (null, call.Fail(ExitCode.BadConfiguration, $"{path} has errors; next: ha check {path}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, call.Fail(ExitCode.BadData, $"{path} cannot be read: {e.Message}"));
        }
    }

    private static Cib? ReadCib(Invocation call, string path, DiagnosticList diagnostics, out int code)
    {
        code = ExitCode.Ok;
        try
        {
            using var stream = path == StandardInput ? Console.OpenStandardInput() : File.OpenRead(path);
            return CibXmlReader.Read(stream, path == StandardInput ? "standard input" : path, diagnostics);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            code = call.Fail(ExitCode.BadData, $"{path} cannot be read: {e.Message}");
            return null;
        }
    }

    // There may be secrets in it.
    internal static bool TryWrite(string path, string text, out string error)
    {
        try
        {
            using var stream = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            stream.Write(Encoding.UTF8.GetBytes(text));
            error = "";
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = e.Message;
            return false;
        }
    }
}

/// <summary>What became of an imported configuration. Schema ha/import/1.</summary>
internal sealed record ImportReply
{
    public string Schema { get; init; } = "ha/import/1";

    /// <summary>The cluster file.</summary>
    public required string Text { get; init; }

    /// <summary>What could not be carried over, or has another form now.</summary>
    public required string[] Notes { get; init; }

    /// <summary>What must be mended before it can be applied.</summary>
    public required string[] Problems { get; init; }
}

/// <summary>A configuration in another form. Schema ha/export/1.</summary>
internal sealed record ExportReply
{
    public string Schema { get; init; } = "ha/export/1";

    /// <summary>The text in that form.</summary>
    public required string Text { get; init; }
}

/// <summary>JSON of the replies above.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(ImportReply))]
[JsonSerializable(typeof(ExportReply))]
internal sealed partial class ConfigJson : JsonSerializerContext;
