using System.Text;
using Ha.InformationBase;
using Ha.Node.Api;
using Ha.Node.Commands;

namespace Ha.Node.Pacemaker;

/// <summary>The helper commands that agents call, under Pacemaker's names: links to `ha`, which looks at the name that
/// it was called by. They ask the node on this host, and change things as everybody does: through the log.</summary>
internal static class AgentTools
{
    /// <summary>How long the node may take; an agent's own time is running.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(25);

    private static readonly Dictionary<string, Tool> s_tools = new(StringComparer.Ordinal)
    {
        ["crm_attribute"] = new Tool(AttributeTools.Options, AttributeTools.Attribute),
        ["crm_master"] = new Tool(AttributeTools.Options, AttributeTools.Promotion),
        ["crm_standby"] = new Tool(AttributeTools.Options, AttributeTools.Standby),
        ["crm_failcount"] = new Tool(AttributeTools.Options, AttributeTools.FailCount),
        ["attrd_updater"] = new Tool(AttributeTools.UpdaterOptions, AttributeTools.Updater),
        ["crm_node"] = new Tool(ClusterTools.NodeOptions, ClusterTools.Node),
        ["crm_resource"] = new Tool(ClusterTools.ResourceOptions, ClusterTools.Resource),
        ["crm_mon"] = new Tool(ClusterTools.MonitorOptions, ClusterTools.Monitor),
        ["cibadmin"] = new Tool(CibQuery.Options, CibQuery.Ask),
        ["pacemakerd"] = new Tool(ClusterTools.DaemonOptions, ClusterTools.Daemon),
    };

    /// <summary>Their names.</summary>
    public static IReadOnlyCollection<string> Names => s_tools.Keys;

    /// <summary>What a command understands, and what it does.</summary>
    public static (IReadOnlyList<ToolOption> Options, Func<ToolOptions, ToolScene, ToolStep> Decide) Find(
        string name) => (s_tools[name].Options, s_tools[name].Decide);

    /// <summary>The helper command that this program was called as; null when it was called as itself.</summary>
    public static string? Called()
    {
        // The first text of the command line is the link; .NET's own list has the program's file instead.
        var line = File.ReadAllBytes("/proc/self/cmdline").AsSpan();
        var end = line.IndexOf((byte)0);
        var name = Path.GetFileName(Encoding.UTF8.GetString(end < 0 ? line : line[..end]));
        return s_tools.ContainsKey(name) ? name : null;
    }

    /// <summary>Runs one.</summary>
    public static async Task<int> Run(string name, string[] words, TextWriter output, TextWriter error)
    {
        var tool = s_tools[name];
        if (!ToolOptions.TryParse(words, tool.Options, out var options, out var mistake))
        {
            await error.WriteLineAsync($"{name}: {mistake}").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        if (name == "pacemakerd")
        {
            // Its version is the same wherever it runs, and every agent asks for it.
            var none = new ToolScene(Cib.Empty, "", HasQuorum: false, null);
            return await End(name, tool.Decide(options, none), output, error).ConfigureAwait(false);
        }

        using var client = new NodeClient(
            Environment.GetEnvironmentVariable("HA_SOCKET") ?? CommandTree.DefaultSocket, s_timeout);
        var answer = await client.Get("v1/cib", ReplyJson.Default.CibReply, default).ConfigureAwait(false);
        if (answer.Value is not { } state)
        {
            await error.WriteLineAsync($"{name}: {answer.Error!.Text}").ConfigureAwait(false);
            return answer.Error.Code;
        }

        if (!CibCodec.TryDecode(state.Cib, out Cib? cib, out var bad))
        {
            await error.WriteLineAsync($"{name}: the node's state cannot be read: {bad}").ConfigureAwait(false);
            return ExitCode.Failed;
        }

        var scene = new ToolScene(
            cib!, state.Node, state.Active || state.Quorate,
            Environment.GetEnvironmentVariable("OCF_RESOURCE_INSTANCE"));
        var step = tool.Decide(options, scene);
        if (step is ToolStep.Change { Wanted: var wanted })
        {
            var sent = await client.Post(
                "v1/change", CibCodec.Encode(wanted), ReplyJson.Default.ChangeReply, default).ConfigureAwait(false);
            step = (sent.Value, sent.Error) switch
            {
                (null, var refused) => new ToolStep.Fail(refused!.Code, refused.Text),
                ({ Outcome: "ok" }, _) => new ToolStep.Say(""),
                ({ Outcome: "fail" } failed, _) => new ToolStep.Fail(ExitCode.Failed, failed.Text),
                (var unknown, _) => new ToolStep.Fail(ExitCode.TimedOut, unknown.Text),
            };
        }

        return await End(name, step, output, error).ConfigureAwait(false);
    }

    private static async Task<int> End(string name, ToolStep step, TextWriter output, TextWriter error)
    {
        switch (step)
        {
            case ToolStep.Fail fail:
                await error.WriteLineAsync($"{name}: {fail.Text}").ConfigureAwait(false);
                return fail.ExitCode;
            case ToolStep.Say { Text.Length: > 0 } say:
                await output.WriteLineAsync(say.Text).ConfigureAwait(false);
                return ExitCode.Ok;
            default:
                return ExitCode.Ok;
        }
    }

    private sealed record Tool(IReadOnlyList<ToolOption> Options, Func<ToolOptions, ToolScene, ToolStep> Decide);
}
