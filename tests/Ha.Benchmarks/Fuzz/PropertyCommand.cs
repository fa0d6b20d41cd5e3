using System.Globalization;
using System.Xml.Linq;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Xml;
using Ha.Policy;
using Ha.Policy.Scheduling;

namespace Ha.Benchmarks.Fuzz;

/// <summary>What must hold of every plan, over random clusters and what happens to them, without any oracle: the graph
/// can be carried out, the same cluster gives the same bytes again and in other words, and a plan that was carried out
/// leaves nothing to do.</summary>
internal static class PropertyCommand
{
    private const int Steps = 4;
    private const long Now = 1_704_067_200;

    // Of orders that contradict themselves the reader has warned; no plan of them has an end.
    private const string OrdersLoop = "HA4064";

    public static int Run(string[] arguments)
    {
        var first = Number(arguments, "--first", 1);
        var count = Number(arguments, "--count", 1000);
        var folder = Directory.CreateTempSubdirectory("ha-properties").FullName;
        var (plans, broken) = (0, 0);
        var unsettled = new SortedDictionary<string, (int Count, string First)>(StringComparer.Ordinal);
        for (var seed = first; seed < first + count; seed++)
        {
            var configuration = new RandomConfiguration(seed);
            var cib = configuration.Make();
            var events = new RandomEvents(new Random(seed + 1_000_000), configuration);
            for (var step = 0; step < Steps; step++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"seed-{seed}-{step}");
                plans++;
                if (Broken(cib, out var result) is { } fault)
                {
                    broken++;
                    cib.Save(Path.Combine(folder, name + ".xml"));
                    Console.WriteLine($"{name}: {fault} ({folder})");
                    break;
                }

                if (Unsettled(result!) is { } kind)
                {
                    var known = unsettled.GetValueOrDefault(kind, (0, name));
                    unsettled[kind] = (known.Item1 + 1, known.Item2);
                }

                cib = XDocument.Parse(CibXmlWriter.Write(result!.After));
                events.Happen(cib);
            }
        }

        foreach (var (kind, (number, name)) in unsettled)
        {
            Console.WriteLine($"left to do {number} times, first {name}: {kind}");
        }

        Console.WriteLine($"{plans} plans, {broken} broken, {unsettled.Values.Sum(kind => kind.Count)} left something");
        return broken == 0 ? 0 : 1;
    }

    private static int Number(string[] arguments, string name, int otherwise)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length
            ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture)
            : otherwise;
    }

    private static string? Broken(XDocument document, out SimulationResult? result)
    {
        result = null;
        var diagnostics = new DiagnosticList();
        if (CibXmlReader.Read(document.ToString(), "cib.xml", diagnostics) is not { } cib)
        {
            return "it cannot be read";
        }

        var request = new SimulationRequest { Now = Now, WithGraph = true, WithScores = true };
        result = PolicySimulation.Run(cib, request);
        if (GraphChecks.Fault(GraphSelection.Select(Scheduler.Run(cib, Now))) is { } fault
            && !diagnostics.Items.Any(item => item.Code == OrdersLoop))
        {
            return fault;
        }

        if (!Same(PolicySimulation.Run(cib, request), result))
        {
            return "planned twice, it comes out differently";
        }

        return Read(ShuffledCib.Of(document, seed: 1)) is { } shuffled
            && Same(PolicySimulation.Run(shuffled, request), result)
                ? null
                : "in another order of what has no order it comes out differently";
    }

    private static bool Same(SimulationResult one, SimulationResult other) =>
        one.Graph == other.Graph && one.Summary == other.Summary && one.Scores == other.Scores;

    // The kinds of actions that are left after the plan was carried out on paper; null for none.
    private static string? Unsettled(SimulationResult result)
    {
        var again = PolicySimulation.Run(
            result.After, new SimulationRequest { Now = Now, WithGraph = true, WithExecution = false });
        if (again.Actions == 0)
        {
            return null;
        }

        var kinds = XDocument.Parse(again.Graph).Descendants("action_set").Select(set => set.Elements().First())
            .Where(action => action.Name != "pseudo_event").Select(action => (string)action.Attribute("operation")!)
            .Distinct().Order(StringComparer.Ordinal);
        var failed = result.Summary.Contains("Transition failed", StringComparison.Ordinal) ? "failed: " : "";
        return failed + string.Join(", ", kinds);
    }

    private static Cib? Read(XDocument document) =>
        CibXmlReader.Read(document.ToString(), "cib.xml", new DiagnosticList());
}
