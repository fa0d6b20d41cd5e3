using System.Text;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Xml;
using Ha.Policy.Scheduling;

namespace Ha.Benchmarks.Speed;

/// <summary>One plan in this process, part by part, in seconds of CPU time: as a program that keeps running plans.
/// </summary>
/// <param name="Read">The XML, from memory, to our values.</param>
/// <param name="Plan">From our values to the list of actions with their inputs.</param>
/// <param name="Graph">The transition graph as XML text, in UTF-8, to nowhere.</param>
/// <param name="Actions">How many actions there are, pseudo actions aside.</param>
internal sealed record WarmPlan(double Read, double Plan, double Graph, int Actions)
{
    public const long Now = 1_704_067_200;

    public double Total => Read + Plan + Graph;

    public static WarmPlan Take(byte[] xml)
    {
        var began = CpuClock.ThreadSeconds();
        var cib = Cib(xml);
        var read = CpuClock.ThreadSeconds();
        var run = Scheduler.Run(cib, Now);
        var synapses = GraphSelection.Select(run);
        var planned = CpuClock.ThreadSeconds();
        using var nowhere = new StreamWriter(Stream.Null, new UTF8Encoding(false));
        GraphXml.Write(run, synapses, nowhere);
        var written = CpuClock.ThreadSeconds();
        return new WarmPlan(read - began, planned - read, written - planned,
            synapses.Count(synapse => !synapse.Action.IsPseudo));
    }

    /// <summary>The stages of a plan, each with its median of several plans, in milliseconds.</summary>
    public static IEnumerable<(string Stage, double Milliseconds)> Stages(byte[] xml, int runs)
    {
        var cib = Cib(xml);
        var times = new Dictionary<string, List<double>>();
        var order = new List<string>();
        for (var number = 0; number < runs; number++)
        {
            PolicyRun? run = null;
            Lap("view", () => run = Scheduler.View(cib, Now));
            foreach (var (name, work) in Scheduler.Stages)
            {
                Lap(name, () => work(run!));
            }

            Lap("graph", () => GraphSelection.Select(run!));
        }

        return order.Select(name => (name, Statistics.Median(times[name])));

        void Lap(string name, Action work)
        {
            var began = CpuClock.ThreadSeconds();
            work();
            var seconds = CpuClock.ThreadSeconds() - began;
            if (!times.TryGetValue(name, out var list))
            {
                times.Add(name, list = []);
                order.Add(name);
            }

            list.Add(seconds * 1000);
        }
    }

    private static Cib Cib(byte[] xml) => CibXmlReader.Read(new MemoryStream(xml), "cib.xml", new DiagnosticList())!;
}

/// <summary>What is said of several measurements.</summary>
internal static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
