using System.Globalization;
using System.Xml.Linq;

namespace Ha.Benchmarks.Fuzz;

/// <summary>Random clusters, our answer against that of the installed `crm_simulate`. A seed is a story: a cluster
/// starts, and a few times something happens to it; each plan on the way is one comparison.</summary>
internal static class FuzzCommand
{
    private const int Steps = 4;
    private const int ShrinkCallLimit = 400;

    public static int Run(string[] arguments)
    {
        var first = Number(arguments, "--first", 1);
        var count = Number(arguments, "--count", 100);
        var folder = Text(arguments, "--out") ?? Directory.CreateTempSubdirectory("ha-fuzz").FullName;
        var isShrinking = arguments.Contains("--shrink");
        var kinds = KindsOf(arguments);
        Directory.CreateDirectory(folder);
        var tally = new Tally();
        var oracle = new Oracle(folder);
        if (Text(arguments, "--file") is { } file)
        {
            return One(file, oracle, isShrinking);
        }

        for (var seed = first; seed < first + count; seed++)
        {
            Story(seed, oracle, folder, isShrinking, tally, kinds);
        }

        Console.WriteLine(tally.ToString());
        return tally.Different == 0 ? 0 : 1;
    }

    private static int Number(string[] arguments, string name, int otherwise) =>
        int.TryParse(Text(arguments, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : otherwise;

    private static string? Text(string[] arguments, string name)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }

    private static int One(string path, Oracle oracle, bool isShrinking)
    {
        var cib = XDocument.Load(path);
        var difference = DifferenceOf(oracle, cib);
        if (difference is null)
        {
            Console.WriteLine("equal, or refused by the oracle");
            return 0;
        }

        if (isShrinking)
        {
            cib = Shrink(cib, difference, oracle);
            cib.Save(path + ".small");
            difference = DifferenceOf(oracle, cib) ?? difference;
        }

        Console.Write(difference.Whole());
        return 1;
    }

    private static XDocument Shrink(XDocument cib, Difference difference, Oracle oracle) => Shrinker.Shrink(
        cib, smaller => DifferenceOf(oracle, smaller)?.IsOfSort(difference) == true, ShrinkCallLimit);

    // --kind a,b: these and no other of the rarer features; --plain: none; else each seed draws its own.
    private static string[]? KindsOf(string[] arguments) =>
        arguments.Contains("--plain") ? null : Text(arguments, "--kind")?.Split(',') ?? [];

    private static void Story(
        int seed, Oracle oracle, string folder, bool isShrinking, Tally tally, string[]? kinds)
    {
        var configuration = new RandomConfiguration(seed);
        var cib = configuration.Make();
        var extras = kinds is null ? null : new RandomExtras(seed, cib, kinds);
        extras?.Add();
        var events = new RandomEvents(new Random(seed + 1_000_000), configuration);
        for (var step = 0; step < Steps; step++)
        {
            var (theirs, after) = oracle.Ask(cib);
            if (theirs.Error.Length > 0 && after is null)
            {
                tally.Refused++;
                return;
            }

            if (Compare(theirs, cib, tally) is { } difference)
            {
                var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"seed-{seed}-{step}.xml"));
                cib.Save(path);
                Console.WriteLine($"seed {seed} step {step}: {difference}");
                if (isShrinking)
                {
                    Shrink(cib, difference, oracle).Save(path);
                }
            }

            if (after is null)
            {
                return;
            }

            cib = after;
            events.Happen(cib);
            extras?.Happen(cib);
        }
    }

    private static Difference? DifferenceOf(Oracle oracle, XDocument cib)
    {
        var (theirs, after) = oracle.Ask(cib);
        return theirs.Error.Length > 0 && after is null ? null : Compare(theirs, cib, new Tally());
    }

    private static Difference? Compare(Answer theirs, XDocument cib, Tally tally)
    {
        tally.Compared++;
        if (theirs.Error.Length > 0)
        {
            tally.TheirErrors++;
        }

        var (ours, result) = Ours.Ask(cib);
        if (result is { Actions: > 0 } && theirs.Error.Length == 0)
        {
            tally.Unsettled++;
        }

        tally.Level2 += ours.Actions.SequenceEqual(theirs.Actions) ? 1 : 0;
        tally.Level1 += ours.Revised.SequenceEqual(theirs.Revised) ? 1 : 0;
        var difference = Difference.Between(ours, theirs);
        if (difference is null)
        {
            return null;
        }

        if (Explanation.Of(cib, ours, theirs) is { } reason)
        {
            tally.Explained[reason] = tally.Explained.GetValueOrDefault(reason) + 1;
            return null;
        }

        tally.Different++;
        return difference;
    }

    private sealed class Tally
    {
        public int Compared { get; set; }

        public int Level1 { get; set; }

        public int Level2 { get; set; }

        public int Different { get; set; }

        /// <summary>How often each known cause was the reason.</summary>
        public SortedDictionary<string, int> Explained { get; } = new(StringComparer.Ordinal);

        public int Refused { get; set; }

        public int TheirErrors { get; set; }

        public int Unsettled { get; set; }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Compared} clusters: L1 {100.0 * Level1 / Math.Max(1, Compared):F2} %, "
                + $"L2 {100.0 * Level2 / Math.Max(1, Compared):F2} %, explained {Explained.Values.Sum()}, different {Different}, not settled {Unsettled}, "
                + $"refused by the oracle {Refused}, transitions failed there {TheirErrors}")
            + string.Concat(Explained.Select(cause => $"\n  {cause.Value} {cause.Key}"));
    }
}
