using System.Globalization;
using Ha.Hocon;
using Ha.InformationBase.Reader;
using Ha.Node.Api;

namespace Ha.Node.Views;

/// <summary>What is wrong with a cluster file, for programs.</summary>
internal static class CheckView
{
    /// <summary>The view.</summary>
    public static CheckReply Of(string path, ClusterFile file) => Of(path, file.Diagnostics);

    /// <summary>The view of any diagnostics.</summary>
    public static CheckReply Of(string path, IReadOnlyList<Diagnostic> diagnostics)
    {
        var errors = diagnostics.Count(item => item.Severity == Severity.Error);
        return new CheckReply
        {
            File = path,
            Errors = errors,
            Warnings = diagnostics.Count - errors,
            Diagnostics =
            [
                .. diagnostics.Select(item => new DiagnosticReply(
                    item.Severity == Severity.Error ? "error" : "warning", item.Code, item.At.File, item.At.Line,
                    item.At.Column, item.Message, item.Fix)),
            ],
        };
    }

    /// <summary>Prints diagnostics for whoever asked: each with its line of text, then, with <paramref name="always"/>,
    /// how many; for programs one JSON object, with <paramref name="always"/>.</summary>
    public static void Print(
        Commands.Invocation call, string path, IReadOnlyList<Diagnostic> diagnostics, bool always, string next = "")
    {
        var reply = Of(path, diagnostics);
        if (call.Json)
        {
            if (always)
            {
                call.Print(reply, ReplyJson.Default.CheckReply, _ => "");
            }

            return;
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var item in diagnostics)
        {
            var source = Path.Combine(folder, item.At.File);
            call.Error.WriteLine(File.Exists(source) ? item.Render(File.ReadAllText(source)) : item.ToString());
        }

        if (always)
        {
            call.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: {reply.Errors} errors, {reply.Warnings} warnings{(reply.Errors == 0 ? next : "")}"));
        }
    }
}
