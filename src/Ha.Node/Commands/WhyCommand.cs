using System.CommandLine;
using Ha.Node.Api;
using Ha.Node.Views;
using Ha.Policy;

namespace Ha.Node.Commands;

/// <summary>Why is something as it is: in the running cluster, or in a file alone.</summary>
internal static class WhyCommand
{
    private static readonly Argument<string> s_name = Arguments.Name("name", "A resource or a node");
    private static readonly Option<string> s_on = Arguments.NameOption("--on", "Why (not) on this node");
    private static readonly Option<bool> s_promoted = new("--promoted") { Description = "Why (not) promoted" };

    private static readonly Option<string?> s_cib = new("--cib", "-x")
    {
        Description = "In a CIB in Pacemaker's XML, or a cluster file, rather than in the running cluster",
    };

    private static readonly Option<string?> s_at = new("--at", "-t")
    {
        Description = "With --cib: the time that counts as now",
    };

    private static readonly Option<string[]> s_allow = new("--allow-env")
    {
        Description = "With --cib: environment variables that a cluster file may use",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("why", "Why a resource runs where it does, or does not run")
        {
            s_name, s_on, s_promoted, s_cib, s_at, s_allow,
        };
        command.SetAction((parsed, cancel) => parsed.GetValue(s_cib) is { } path
            ? Task.FromResult(InFile(CommandTree.InvocationOf(parsed), parsed, path))
            : InCluster(CommandTree.InvocationOf(parsed), parsed, cancel));
        return command;
    }

    private static async Task<int> InCluster(Invocation call, ParseResult parsed, CancellationToken cancel)
    {
        using var client = call.Connect();
        var promoted = parsed.GetValue(s_promoted) ? "true" : "false";
        var query = $"v1/why/{Uri.EscapeDataString(parsed.GetRequiredValue(s_name))}?promoted={promoted}"
            + (parsed.GetValue(s_on) is { } node ? $"&on={Uri.EscapeDataString(node)}" : "");
        var answer = await client.Get(query, ReplyJson.Default.WhyReply, cancel).ConfigureAwait(false);
        if (answer.Value is not { } why)
        {
            return call.Fail(answer.Error!);
        }

        call.Print(why, ReplyJson.Default.WhyReply, WhyText.Of);
        return ExitCode.Ok;
    }

    private static int InFile(Invocation call, ParseResult parsed, string path)
    {
        var code = SimulationInput.Start(call, path, parsed.GetValue(s_allow), parsed.GetValue(s_at), out var start);
        if (start is null)
        {
            return code;
        }

        var name = parsed.GetRequiredValue(s_name);
        var on = parsed.GetValue(s_on);
        var report = PolicyReport.Of(start.Cib, start.Now);
        if (on is not null && !report.Nodes.Any(node => node.Name == on))
        {
            return call.Fail(
                ExitCode.NoSuchObject, CibNames.Missing("node", on, [.. report.Nodes.Select(node => node.Name)]));
        }

        var why = parsed.GetValue(s_promoted)
            ? InstancesWhy.OfPromotion(start.Cib, [.. report.Resources], name)
            : FileWhyView.Of(start.Cib, report, name, on);
        if (why is null)
        {
            return call.Fail(
                ExitCode.NoSuchObject,
                CibNames.Missing("resource or node", name, FileWhyView.Names(start.Cib, report)));
        }

        call.Print(why, ReplyJson.Default.WhyReply, WhyText.Of);
        return ExitCode.Ok;
    }
}
