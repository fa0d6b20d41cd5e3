using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Xml;
using Ha.Policy;

namespace Ha.Benchmarks.Speed;

/// <summary>How long planning takes on large clusters, ours and the installed `crm_simulate` in turn. Theirs is the CPU
/// time of a whole process (reading, planning, writing the graph); ours the same of our process for one run of the
/// program, and beside it the parts, measured in this one.</summary>
internal static class SpeedCommand
{
    private const long Now = 1_704_067_200;

    private static readonly (int Nodes, int Primitives)[] s_sizes = [(16, 250), (32, 500), (32, 1000), (32, 2000)];

    public static int Run(string[] arguments)
    {
        var program = Text(arguments, "--program");
        var runs = int.Parse(Text(arguments, "--runs") ?? "3", CultureInfo.InvariantCulture);
        var largest = int.Parse(Text(arguments, "--up-to") ?? "2000", CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("ha-speed").FullName;
        Console.WriteLine(
            "nodes x primitives  state        actions  read s  plan s | whole process, CPU s: ours  theirs   ratio "
                + "| MB: ours theirs");
        foreach (var (nodes, primitives) in s_sizes.Where(size => size.Primitives <= largest))
        {
            var fresh = LargeCluster.Make(nodes, primitives, seed: 1);
            var steady = Settle(fresh);
            foreach (var (state, document) in new[]
                { ("first start", fresh), ("steady", steady), ("node failed", LargeCluster.Fail(steady, 7)) })
            {
                Measure($"{nodes} x {primitives}", state, document, folder, program, runs);
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

    private static Cib Read(string text) => CibXmlReader.Read(text, "cib.xml", new DiagnosticList())!;

    // Plans and carries out on paper until nothing is left.
    private static XDocument Settle(XDocument fresh)
    {
        var cib = Read(fresh.ToString());
        for (var round = 0; round < 4; round++)
        {
            var result = PolicySimulation.Run(cib, new SimulationRequest { Now = Now });
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
        var text = File.ReadAllText(path);
        var reads = new List<double>();
        var plans = new List<double>();
        var actions = 0;
        for (var run = 0; run < runs + 1; run++)
        {
            var began = Stopwatch.GetTimestamp();
            var cib = Read(text);
            var read = Stopwatch.GetElapsedTime(began).TotalSeconds;
            began = Stopwatch.GetTimestamp();
            actions = PolicySimulation.PlanOnly(cib, Now);
            if (run > 0)
            {
                reads.Add(read);
                plans.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
        }

        var ours = new List<(double Seconds, double Megabytes)>();
        var theirs = new List<(double Seconds, double Megabytes)>();
        for (var run = 0; run < runs; run++)
        {
            theirs.Add(Process("crm_simulate", ["-x", path, "-R", "-Q", "-G", path + ".graph"], folder));
            if (program is not null)
            {
                ours.Add(Process(program, ["simulate", path, "-R", "-G", path + ".graph", "--summary", path + ".txt"],
                    folder));
            }
        }

        var (ourSeconds, ourMegabytes) = ours.Count == 0 ? (double.NaN, double.NaN) : Medians(ours);
        var (theirSeconds, theirMegabytes) = Medians(theirs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{size,-18}  {state,-11} {actions,8}  {Median(reads),6:F3}  {Median(plans),6:F3} | "
                + $"{ourSeconds,26:F2} {theirSeconds,7:F2} {theirSeconds / ourSeconds,6:F1}x "
                + $"(plan alone {theirSeconds / Median(plans):F0}x) | {ourMegabytes,8:F0} {theirMegabytes,6:F0}"));
    }

    private static (double Seconds, double Megabytes) Medians(List<(double Seconds, double Megabytes)> values) =>
        (Median(values.Select(value => value.Seconds)), Median(values.Select(value => value.Megabytes)));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    // CPU time and the greatest resident size of a whole process, as the kernel counts them for its parent.
    private static (double Seconds, double Megabytes) Process(string program, string[] arguments, string folder)
    {
        var report = Path.Combine(folder, "time.txt");
        var start = new ProcessStartInfo("/usr/bin/time") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["-o", report, "-f", "%U %S %M", program, .. arguments])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["CIB_shadow_dir"] = folder;
        start.Environment["LC_ALL"] = "C";
        using var process = System.Diagnostics.Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var parts = File.ReadLines(report).Last().Split(' ');
        double Number(int place) => double.Parse(parts[place], CultureInfo.InvariantCulture);
        return (Number(0) + Number(1), Number(2) / 1024);
    }
}
