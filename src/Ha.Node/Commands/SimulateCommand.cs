using System.CommandLine;
using System.Text.Json;
using Ha.Node.Api;
using Ha.Node.Views;
using Ha.Policy;

namespace Ha.Node.Commands;

/// <summary>What would the cluster do: on a file alone, without touching any cluster.</summary>
internal static class SimulateCommand
{
    private static readonly Argument<string?> s_file = new("file")
    {
        Description = "A cluster file, or a CIB in Pacemaker's XML",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> s_cib = new("--cib", "-x") { Description = "The same, as an option" };
    private static readonly Option<string?> s_at = new("--at", "-t") { Description = "The time that counts as now" };
    private static readonly Option<string?> s_summary = new("--summary") { Description = "File for the text" };
    private static readonly Option<string?> s_graph = new("--graph", "-G") { Description = "File for the graph (XML)" };
    private static readonly Option<string?> s_scores = new("--scores") { Description = "File for the scores" };
    private static readonly Option<string?> s_dot = new("--dot", "-D") { Description = "File for a picture (DOT)" };
    private static readonly Option<bool> s_all = new("--all-actions", "-a")
    {
        Description = "In the picture, also what is left out",
    };

    private static readonly Option<bool> s_planOnly = new("--plan-only", "-R")
    {
        Description = "Do not carry the plan out on paper",
    };

    private static readonly Option<bool> s_crm = new("--simulate", "-S")
    {
        Description = "The text in the form of crm_simulate -S, rather than our own",
    };

    private static readonly Option<string?> s_batch = new("--batch")
    {
        Description = "Many cases: a file with a line each, name, file and further arguments (JSON), by tabs",
    };

    private static readonly Option<string?> s_out = new("--out") { Description = "With --batch: folder to write to" };

    private static readonly Option<string[]> s_allow = new("--allow-env")
    {
        Description = "Environment variables that a cluster file may use",
    };

    /// <summary>Adds it.</summary>
    public static void AddTo(RootCommand root)
    {
        var events = new SimulateOptions();
        var command = new Command("simulate", "What would the cluster do: on a file alone")
        {
            s_file, s_cib, s_at, s_crm, s_summary, s_graph, s_scores, s_dot, s_all, s_planOnly, s_batch, s_out,
            s_allow,
        };
        events.AddTo(command);
        command.SetAction(parsed => parsed.GetValue(s_batch) is { } list
            ? Batch(CommandTree.InvocationOf(parsed), list, parsed.GetValue(s_out), command, events)
            : One(CommandTree.InvocationOf(parsed), parsed, events));
        root.Add(command);
    }

    private static int One(Invocation call, ParseResult parsed, SimulateOptions events)
    {
        if ((parsed.GetValue(s_cib) ?? parsed.GetValue(s_file)) is not { } path)
        {
            return call.Fail(ExitCode.Usage, "name a file: ha simulate /etc/ha/cluster.conf");
        }

        var isPrinted = parsed.GetValue(s_summary) is null;
        var isReported = isPrinted && (call.Json || !parsed.GetValue(s_crm));
        var asked = new SimulationRequest
        {
            Now = 0,
            WithGraph = parsed.GetValue(s_graph) is not null,
            GraphTo = parsed.GetValue(s_graph) is { } graph ? () => new StreamWriter(graph) : null,
            WithScores = parsed.GetValue(s_scores) is not null,
            WithReport = isReported,
        };
        var (code, result, now) = (ExitCode.Failed, default(SimulationResult), default(long?));
        try
        {
            (code, result) = Simulate(call, path, parsed, events, asked, out now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return call.Fail(ExitCode.Failed, $"{parsed.GetValue(s_graph)} cannot be written: {e.Message}");
        }

        if (result is null)
        {
            return code;
        }

        if (isPrinted && !isReported)
        {
            call.Out.Write(result.Summary);
        }
        else if (isReported)
        {
            call.Print(
                SimulationView.Of(result, now), ReplyJson.Default.SimulationReply, SimulationView.Text);
        }

        foreach (var (option, text) in new[]
            { (s_summary, result.Summary), (s_scores, result.Scores), (s_dot, result.Dot) })
        {
            if (parsed.GetValue(option) is { } file && !Write(call, file, text))
            {
                return ExitCode.Failed;
            }
        }

        return ExitCode.Ok;
    }

    private static bool Write(Invocation call, string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            call.Fail(ExitCode.Failed, $"{path} cannot be written: {e.Message}");
            return false;
        }
    }

    private static int Batch(Invocation call, string list, string? output, Command command, SimulateOptions events)
    {
        if (output is null || !File.Exists(list))
        {
            return call.Fail(ExitCode.Usage, output is null ? "--batch needs --out DIR" : $"{list} cannot be read");
        }

        Directory.CreateDirectory(output);
        var worst = ExitCode.Ok;
        foreach (var line in File.ReadLines(list).Where(line => line.Length > 0))
        {
            var parts = line.Split('\t');
            var arguments = parts.Length > 2 ? JsonSerializer.Deserialize(parts[2], ReplyJson.Default.StringArray) : [];
            var parsed = command.Parse(arguments ?? []);
            var (code, result) = parts.Length < 2 || parsed.Errors.Count > 0
                ? (call.Fail(ExitCode.Usage, $"'{line}' is no case"), null)
                : Simulate(call, parts[1], parsed, events, s_wholeCase, out _);
            if (result is null)
            {
                worst = code;
                continue;
            }

            foreach (var (end, text) in new[]
                { (".summary", result.Summary), (".graph", result.Graph), (".scores", result.Scores) })
            {
                if (!Write(call, Path.Combine(output, parts[0] + end), text))
                {
                    return ExitCode.Failed;
                }
            }
        }

        return worst;
    }

    private static readonly SimulationRequest s_wholeCase = new() { Now = 0, WithGraph = true, WithScores = true };

    private static (int Code, SimulationResult? Result) Simulate(
        Invocation call, string path, ParseResult parsed, SimulateOptions events, SimulationRequest asked,
        out long? at)
    {
        at = null;
        var code = SimulationInput.Start(
            call, path, parsed.GetValue(s_allow), parsed.GetValue(s_at), out var start);
        if (start is null)
        {
            return (code, null);
        }

        // In a batch nobody looks at the remarks on each case.
        foreach (var diagnostic in ReferenceEquals(asked, s_wholeCase) ? [] : start.Diagnostics)
        {
            call.Error.WriteLine(diagnostic.ToString());
        }

        at = start.Remark.Length > 0 ? start.Now : null;
        var request = events.Read(parsed, asked with
        {
            Now = start.Now,
            TimeRemark = start.Remark,
            WithDot = parsed.GetValue(s_dot) is not null,
            WithAllActions = parsed.GetValue(s_all),
            WithExecution = !parsed.GetValue(s_planOnly),
        }, out var error);
        if (request is null)
        {
            return (call.Fail(ExitCode.Usage, error), null);
        }

        var result = PolicySimulation.Run(start.Cib, request);
        return result.Error.Length > 0 ? (call.Fail(ExitCode.NoSuchObject, result.Error), null) : (ExitCode.Ok, result);
    }
}
