using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ha.Hocon;
using Ha.InformationBase;
using Ha.InformationBase.Xml;
using Ha.Policy;

namespace Ha.Benchmarks.Fuzz;

/// <summary>Random CIBs with mistakes in them, of two kinds: in the bytes (nearly all of them are no XML any more) and
/// in the words (well-formed, with names, values, elements and references out of place). Each must give an error or a
/// plan, in bounded time, and nothing thrown; and both readers must say the same of it.</summary>
internal static class MutationCommand
{
    private const long Now = 1_704_067_200;
    private const int MutationsPerCluster = 100;
    private const double PatienceSeconds = 5;

    public static int Run(string[] arguments)
    {
        var first = Number(arguments, "--first", 1);
        var count = Number(arguments, "--count", 10_000);
        var (read, planned, bad) = (0, 0, 0);
        var slowest = 0.0;
        for (var number = 0; number < count; number++)
        {
            var seed = first + number;
            var text = Mutated(seed);
            var began = Stopwatch.GetTimestamp();
            if (Fault(text, ref read, ref planned) is { } fault)
            {
                bad++;
                var path = Path.Combine(Path.GetTempPath(), $"ha-mutation-{seed}.xml");
                File.WriteAllBytes(path, text);
                Console.WriteLine($"mutation {seed}: {fault} ({path})");
            }

            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            slowest = Math.Max(slowest, seconds);
            if (seconds > PatienceSeconds)
            {
                bad++;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mutation {seed}: {seconds:F1} s"));
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} mutated CIBs: {read} could be read, {planned} planned, slowest {slowest:F2} s, {bad} bad"));
        return bad == 0 ? 0 : 1;
    }

    private static int Number(string[] arguments, string name, int otherwise)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length
            ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture)
            : otherwise;
    }

    private static byte[] Mutated(int seed)
    {
        var cib = new RandomConfiguration((seed / MutationsPerCluster) + 1);
        var document = cib.Make();
        var random = new Random(seed);
        if (random.Next(3) > 0)
        {
            // What ran somewhere has a history to be spoiled, too.
            var events = new RandomEvents(new Random(seed), cib);
            events.Happen(document);
        }

        if (random.Next(4) > 0)
        {
            WordMutations.Apply(document, random);
            return Encoding.UTF8.GetBytes(document.ToString());
        }

        var bytes = Encoding.UTF8.GetBytes(document.ToString());
        for (var change = random.Next(1, 6); change > 0; change--)
        {
            bytes[random.Next(bytes.Length)] = random.Next(3) == 0
                ? (byte)random.Next(256)
                : (byte)"<>/=\"'& \n-!?a0"[random.Next(14)];
        }

        return random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    // What is thrown is the finding, whatever it is.
    private static string? Fault(byte[] text, ref int read, ref int planned)
    {
        try
        {
            var diagnostics = new DiagnosticList();
            var cib = CibXmlReader.Read(new MemoryStream(text), "cib.xml", diagnostics);
            var general = new DiagnosticList();
            var other = CibXmlReader.ReadAsAny(new MemoryStream(text), "cib.xml", general);
            if (!Equals(cib, other) || !Said(diagnostics).SequenceEqual(Said(general)))
            {
                return "the two readers differ";
            }

            if (cib is null)
            {
                return diagnostics.HasErrors ? null : "refused without an error";
            }

            read++;
            var result = PolicySimulation.Run(cib, new SimulationRequest
            {
                Now = Now, WithGraph = true, WithScores = true, WithReport = true,
            });
            planned += result.Actions > 0 ? 1 : 0;
            return null;
        }
        catch (Exception e)
        {
            return e.ToString();
        }
    }

    private static IEnumerable<string> Said(DiagnosticList diagnostics) =>
        diagnostics.Items.Select(item => item.ToString());
}
