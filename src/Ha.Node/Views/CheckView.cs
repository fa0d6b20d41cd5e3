using Ha.Hocon;
using Ha.InformationBase.Reader;
using Ha.Node.Api;

namespace Ha.Node.Views;

/// <summary>What is wrong with a cluster file, for programs.</summary>
internal static class CheckView
{
    /// <summary>The view.</summary>
    public static CheckReply Of(string path, ClusterFile file)
    {
        var errors = file.Diagnostics.Count(item => item.Severity == Severity.Error);
        return new CheckReply
        {
            File = path,
            Errors = errors,
            Warnings = file.Diagnostics.Count - errors,
            Diagnostics =
            [
                .. file.Diagnostics.Select(item => new DiagnosticReply(
                    item.Severity == Severity.Error ? "error" : "warning", item.Code, item.At.File, item.At.Line,
                    item.At.Column, item.Message, item.Fix)),
            ],
        };
    }
}
