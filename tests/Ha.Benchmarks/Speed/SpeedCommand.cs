using System.Globalization;
using System.Xml.Linq;
using Ha.Hocon;
using Ha.InformationBase.Xml;
using Ha.Policy;

namespace Ha.Benchmarks.Speed;

/// <summary>How long planning takes, ours and the installed `crm_simulate` in turn in one run. Both are CPU seconds,
/// medians of the pairs. Theirs is a whole process: start, reading the XML, planning, summary and graph as files. Ours
/// is given twice: the same of a whole process of our program, and one plan in this process, which stays: reading the
/// same XML, planning, writing the graph, without the start of a runtime.</summary>
internal static class SpeedCommand
{
    // What is compiled on the way is compiled well after so many plans.
    private const int WarmingPlans = 40;
    private const double WarmingSeconds = 4;

    // One alone may be the one in which the runtime collects what all of them left behind.
    private const int PlansEachPair = 5;

    private static readonly (int Nodes, int Primitives)[] s_sizes =
        [(3, 20), (16, 250), (32, 500), (32, 1000), (32, 2000)];

    public static int Run(string[] arguments)
    {
        var program = Text(arguments, "--program");
        var runs = int.Parse(Text(arguments, "--runs") ?? "3", CultureInfo.InvariantCulture);
        var largest = int.Parse(Text(arguments, "--up-to") ?? "2000", CultureInfo.InvariantCulture);
        var smallest = int.Parse(Text(arguments, "--from") ?? "0", CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("ha-speed").FullName;
        Console.WriteLine("CPU seconds, medians of pairs; with reading the XML and writing the graph unless it says so");
        Console.WriteLine("nodes x primitives  state        actions | crm_simulate   MB | program   ratio   MB | "
            + "warm: read   plan  graph   ratio  (ratio of the plan alone)");
        foreach (var (nodes, primitives) in s_sizes)
        {
            if (primitives > largest || primitives < smallest)
            {
                continue;
            }

            var fresh = LargeCluster.Make(nodes, primitives, seed: 1);
            var steady = Settle(fresh);
            foreach (var (state, document) in new[]
                { ("first start", fresh), ("steady", steady), ("node failed", LargeCluster.Fail(steady, nodes / 2)) })
            {
                Measure($"{nodes} x {primitives}", state, document, folder, program, runs);
                if (arguments.Contains("--stages"))
                {
                    WriteStages(Path.Combine(folder, "cib.xml"));
                }
            }
        }

        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static string? Text(string[] arguments, string name)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }

    // Plans and carries out on paper until nothing is left.
    private static XDocument Settle(XDocument fresh)
    {
        var cib = CibXmlReader.Read(fresh.ToString(), "cib.xml", new DiagnosticList())!;
        for (var round = 0; round < 4; round++)
        {
            var result = PolicySimulation.Run(cib, new SimulationRequest { Now = WarmPlan.Now });
            if (result.Actions == 0)
            {
                break;
            }

            cib = result.After;
        }

        return XDocument.Parse(CibXmlWriter.Write(cib));
    }

    private static void Measure(
        string size, string state, XDocument document, string folder, string? program, int runs)
    {
        var path = Path.Combine(folder, "cib.xml");
        document.Save(path);
        var xml = File.ReadAllBytes(path);
        var warmingEndsAt = CpuClock.ThreadSeconds() + WarmingSeconds;
        for (var number = 0; number < WarmingPlans && CpuClock.ThreadSeconds() < warmingEndsAt; number++)
        {
            WarmPlan.Take(xml);
        }

        List<(double Seconds, double Megabytes)> theirs = [], ours = [];
        List<WarmPlan> warm = [];
        for (var run = 0; run < runs; run++)
        {
            theirs.Add(CpuClock.OfProcess("crm_simulate", ["-x", path, "-R", "-Q", "-G", path + ".graph"], folder));
            if (program is not null)
            {
                ours.Add(CpuClock.OfProcess(
                    program, ["simulate", path, "-R", "-G", path + ".graph", "--summary", path + ".txt"], folder));
            }

            for (var plan = 0; plan < PlansEachPair; plan++)
            {
                warm.Add(WarmPlan.Take(xml));
            }
        }

        var their = Statistics.Median(theirs.Select(value => value.Seconds));
        var total = Statistics.Median(warm.Select(plan => plan.Total));
        var planning = Statistics.Median(warm.Select(plan => plan.Plan));
        var cold = ours.Count == 0 ? double.NaN : Statistics.Median(ours.Select(value => value.Seconds));
        var memory = ours.Count == 0 ? double.NaN : Statistics.Median(ours.Select(value => value.Megabytes));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{size,-18}  {state,-11} {warm[0].Actions,8} | {their,12:F3} "
                + $"{Statistics.Median(theirs.Select(value => value.Megabytes)),4:F0} | {cold,7:F2} {their / cold,6:F1}x "
                + $"{memory,4:F0} | {Statistics.Median(warm.Select(plan => plan.Read)),10:F4} {planning,6:F4} "
                + $"{Statistics.Median(warm.Select(plan => plan.Graph)),6:F4} {their / total,6:F0}x  "
                + $"({their / planning:F0}x)"));
    }

    private static void WriteStages(string path)
    {
        const int Runs = 15;
        var parts = WarmPlan.Stages(File.ReadAllBytes(path), Runs)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Stage} {part.Milliseconds:F2}"));
        Console.WriteLine($"    ms: {string.Join(", ", parts)}");
    }
}
