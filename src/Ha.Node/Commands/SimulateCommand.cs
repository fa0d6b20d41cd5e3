using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Xml;
using Ha.Policy;

namespace Ha.Node.Commands;

/// <summary>What would the cluster do: on a file alone, without touching any cluster.</summary>
internal static class SimulateCommand
{
    /// <summary>Adds it.</summary>
    public static void AddTo(RootCommand root)
    {
        var file = new Argument<string?>("file")
        {
            Description = "A CIB in XML (Pacemaker's, or saved by ha config export)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var cib = new Option<string?>("--cib") { Description = "The same, as an option" };
        var at = new Option<string?>("--at", "-t") { Description = "The time that counts as now (ISO 8601)" };
        var summary = new Option<string?>("--summary") { Description = "Write the text to this file" };
        var graph = new Option<string?>("--graph") { Description = "Write the transition graph (XML) to this file" };
        var scores = new Option<string?>("--scores") { Description = "Write the scores to this file" };
        var batch = new Option<string?>("--batch")
        {
            Description = "Many cases: a file with a line each, name, CIB and further arguments (JSON), by tabs",
        };
        var output = new Option<string?>("--out") { Description = "With --batch: folder for what is written" };
        var command = new Command("simulate", "What would the cluster do: on a file alone")
        {
            file, cib, at, summary, graph, scores, batch, output,
        };
        command.SetAction(parsed =>
        {
            var call = CommandTree.InvocationOf(parsed);
            if (parsed.GetValue(batch) is { } list)
            {
                return Batch(call, list, parsed.GetValue(output));
            }

            if ((parsed.GetValue(cib) ?? parsed.GetValue(file)) is not { } path)
            {
                return call.Fail(ExitCode.Usage, "name a file, or --batch LIST --out DIR");
            }

            return One(call, path, parsed.GetValue(at), new Outputs(
                parsed.GetValue(summary), parsed.GetValue(graph), parsed.GetValue(scores)));
        });
        root.Add(command);
    }

    private sealed record Outputs(string? Summary, string? Graph, string? Scores);

    private static int One(Invocation call, string path, string? at, Outputs outputs)
    {
        if (Simulate(call, path, at) is not { } result)
        {
            return ExitCode.BadConfiguration;
        }

        if (outputs.Summary is null)
        {
            call.Out.Write(result.Summary);
        }

        Write(outputs.Summary, result.Summary);
        Write(outputs.Graph, result.Graph);
        Write(outputs.Scores, result.Scores);
        return ExitCode.Ok;
    }

    private static void Write(string? path, string text)
    {
        if (path is not null)
        {
            File.WriteAllText(path, text);
        }
    }

    private static int Batch(Invocation call, string list, string? output)
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
            var arguments = parts.Length > 2 ? JsonSerializer.Deserialize<string[]>(parts[2]) ?? [] : [];
            var place = Array.IndexOf(arguments, "-t");
            var at = place >= 0 && place + 1 < arguments.Length ? arguments[place + 1] : null;
            if (parts.Length < 2 || Simulate(call, parts[1], at) is not { } result)
            {
                worst = ExitCode.BadConfiguration;
                continue;
            }

            File.WriteAllText(Path.Combine(output, parts[0] + ".summary"), result.Summary);
            File.WriteAllText(Path.Combine(output, parts[0] + ".graph"), result.Graph);
            File.WriteAllText(Path.Combine(output, parts[0] + ".scores"), result.Scores);
        }

        return worst;
    }

    private static SimulationResult? Simulate(Invocation call, string path, string? at)
    {
        var diagnostics = new DiagnosticList();
        Cib? cib;
        try
        {
            using var stream = File.OpenRead(path);
            cib = CibXmlReader.Read(stream, path, diagnostics);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            call.Fail(ExitCode.BadData, $"{path} cannot be read: {e.Message}");
            return null;
        }

        if (cib is null)
        {
            foreach (var diagnostic in diagnostics.Items)
            {
                call.Error.WriteLine(diagnostic.ToString());
            }

            return null;
        }

        var clock = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var (now, remark) = Time(cib, at, clock);
        if (now is null)
        {
            call.Fail(ExitCode.Usage, $"'{at}' is no time; write one such as 2024-02-29T10:30");
            return null;
        }

        try
        {
            return PolicySimulation.Run(cib, new SimulationRequest
            {
                Now = now.Value,
                TimeRemark = remark,
                WithGraph = true,
                WithScores = true,
            });
        }
        catch (Exception e) when (e is InvalidOperationException or NullReferenceException or ArgumentException
            or KeyNotFoundException or IndexOutOfRangeException)
        {
            call.Error.WriteLine($"ha: {path}: {e}");
            return null;
        }
    }

    private static (long? Now, string Remark) Time(Cib cib, string? at, long clock)
    {
        if (at is not null)
        {
            return (SimulationTime.Parse(at, clock), $"Setting effective cluster time: {at}");
        }

        return long.TryParse(cib.ImportedAttributes.GetValueOrDefault("execution-date"), CultureInfo.InvariantCulture,
            out var recorded)
            ? (recorded, string.Create(CultureInfo.InvariantCulture,
                $"Using the original execution date of: {DateTimeOffset.FromUnixTimeSeconds(recorded):yyyy-MM-dd HH:mm:ss}Z"))
            : (clock, "");
    }
}
