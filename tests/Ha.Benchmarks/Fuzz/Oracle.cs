using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ha.Hocon;
using Ha.InformationBase.Xml;
using Ha.Policy;
using Ha.Policy.Scheduling;

namespace Ha.Benchmarks.Fuzz;

/// <summary>What one scheduler says to one CIB, in a form that can be compared.</summary>
/// <param name="Actions">Kind, operation, key and node of each action, sorted.</param>
/// <param name="Revised">Lines of the status after the simulated execution, sorted.</param>
/// <param name="Error">What went wrong; empty otherwise.</param>
/// <param name="Dead">Those of the actions that never happen: they wait for something that is not in the graph.</param>
internal sealed partial record Answer(List<string> Actions, List<string> Revised, string Error, List<string> Dead)
{
    public static Answer Failed(string error) => new([], [], error, []);

    /// <summary>The same without what never happens.</summary>
    public Answer Alive()
    {
        var left = Actions.ToList();
        Dead.ForEach(action => left.Remove(action));
        return this with { Actions = left, Dead = [] };
    }

    public static Answer Of(string graph, string summary)
    {
        var synapses = XDocument.Parse(graph).Descendants("synapse").ToList();
        var actions = synapses.Select(Show).Order(StringComparer.Ordinal).ToList();
        var revised = summary[Math.Max(0, summary.IndexOf("Revised Cluster Status:", StringComparison.Ordinal))..]
            .Split('\n')
            .Select(Normal)
            .Where(line => line.Length > 0)
            .Order(StringComparer.Ordinal)
            .ToList();
        return new Answer(actions, revised, summary.Contains("Transition failed", StringComparison.Ordinal)
            ? "transition failed" : "", DeadOf(synapses));
    }

    private static XElement ActionOf(XElement synapse) => synapse.Element("action_set")!.Elements().First();

    private static string Show(XElement synapse)
    {
        var action = ActionOf(synapse);
        return $"{Kind(action.Name.LocalName)} {(string?)action.Attribute("operation")} "
            + $"{(string?)action.Attribute("operation_key")} {(string?)action.Attribute("on_node")}";
    }

    private static List<string> DeadOf(List<XElement> synapses)
    {
        var alive = synapses.ToDictionary(synapse => (string)ActionOf(synapse).Attribute("id")!);
        var dead = new List<string>();
        for (var hasMore = true; hasMore;)
        {
            hasMore = false;
            foreach (var (id, synapse) in alive.ToList())
            {
                if (synapse.Elements("inputs").Elements("trigger").Elements()
                    .Any(input => !alive.ContainsKey((string)input.Attribute("id")!)))
                {
                    alive.Remove(id);
                    dead.Add(Show(synapse));
                    hasMore = true;
                }
            }
        }

        return dead;
    }

    private static string Kind(string name) => name == "pseudo_event" ? "pseudo" : name == "crm_event" ? "crm" : "rsc";

    private static string Normal(string line)
    {
        var text = Spaces().Replace(line.Trim(), " ").Replace("maintenance)", "unmanaged)", StringComparison.Ordinal)
            .Replace("(unmanaged, disabled)", "(disabled, unmanaged)", StringComparison.Ordinal);
        return Brackets().Replace(text, match => "[ " + string.Join(' ',
            match.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)) + " ]");
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\[ (.*?) \]")]
    private static partial Regex Brackets();
}

/// <summary>The installed `crm_simulate`.</summary>
internal sealed class Oracle(string folder)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Asks it; the CIB after its simulated execution comes with the answer.</summary>
    public (Answer Answer, XDocument? After) Ask(XDocument cib)
    {
        var input = Path.Combine(folder, "cib.xml");
        var graph = Path.Combine(folder, "graph.xml");
        var output = Path.Combine(folder, "after.xml");
        cib.Save(input);
        File.Delete(graph);
        File.Delete(output);
        var start = new ProcessStartInfo("crm_simulate") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in new[] { "-x", input, "-S", "-G", graph, "-O", output, "-t", "2024-01-01T00:00:00Z" })
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        start.Environment["CIB_shadow_dir"] = folder;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill();
            return (Answer.Failed("no answer"), null);
        }

        if (!File.Exists(graph))
        {
            return (Answer.Failed($"exit {process.ExitCode}: {errors.Result}"), null);
        }

        var answer = Answer.Of(File.ReadAllText(graph), text.Result);
        if (errors.Result.Contains("Transition failed", StringComparison.Ordinal))
        {
            answer = answer with { Error = "transition failed" };
        }

        return (answer, File.Exists(output) ? XDocument.Load(output) : null);
    }
}

/// <summary>Our own answer.</summary>
internal static class Ours
{
    // The same time that the oracle is told.
    private const long Now = 1_704_067_200;

    /// <summary>Our answer by rules of an earlier Pacemaker.</summary>
    public static Answer Ask(XDocument document, EarlierRules earlier)
    {
        var cib = CibXmlReader.Read(document.ToString(), "cib.xml", new DiagnosticList());
        if (cib is null)
        {
            return Answer.Failed("not read");
        }

        var result = PolicySimulation.Run(
            cib, new SimulationRequest { Now = Now, WithGraph = true, Earlier = earlier });
        return Answer.Of(result.Graph, result.Summary);
    }

    public static (Answer Answer, SimulationResult? Result) Ask(XDocument document)
    {
        var diagnostics = new DiagnosticList();
        var cib = CibXmlReader.Read(document.ToString(), "cib.xml", diagnostics);
        if (cib is null)
        {
            return (Answer.Failed("not read: " + string.Join("; ", diagnostics.Items)), null);
        }

        var request = new SimulationRequest { Now = Now, WithGraph = true };
        var result = PolicySimulation.Run(cib, request);
        var answer = Answer.Of(result.Graph, result.Summary);

        // Applied and planned again, nothing may be left.
        var again = PolicySimulation.Run(result.After, request with { WithGraph = false, WithExecution = false });
        return (answer, result with { Actions = again.Actions });
    }
}
