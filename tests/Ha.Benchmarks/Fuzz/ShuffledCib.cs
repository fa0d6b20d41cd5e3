using System.Xml.Linq;

namespace Ha.Benchmarks.Fuzz;

/// <summary>The same CIB in other words: elements stand in another order where their order has no meaning. That of
/// resources and constraints has (what is written first is placed first), and so has that of states and histories
/// (instances are told apart by it).</summary>
internal static class ShuffledCib
{
    private static readonly string[] s_unordered =
        ["nodes", "fencing-topology", "alerts", "tickets", "configuration"];

    private static readonly string[] s_blocks =
        ["cluster_property_set", "meta_attributes", "instance_attributes", "utilization"];

    private static readonly string[] s_never = ["", "0", "0s"];

    public static XDocument Of(XDocument cib, int seed)
    {
        var random = new Random(seed);
        var shuffled = new XDocument(cib);
        foreach (var element in shuffled.Descendants().ToList())
        {
            if (IsUnordered(element))
            {
                var children = element.Elements().ToArray();
                random.Shuffle(children);
                element.ReplaceNodes(children);
            }
        }

        return shuffled;
    }

    private static bool IsUnordered(XElement element) => element.Name.LocalName switch
    {
        // Recurring operations of one resource are numbered as they are written.
        "operations" => element.Elements("op").Count(op => !s_never.Contains(Value(op, "interval"))) <= 1
            && HasNoTwins(element.Elements("op"), op => $"{Value(op, "name")} {Value(op, "interval")}"),
        "lrm_resource" => HasNoTwins(element.Elements(), entry => Value(entry, "call-id"))
            && element.Elements().All(entry => Value(entry, "call-id") is { Length: > 0 } id && id[0] != '-'),
        var name when s_blocks.Contains(name) =>
            HasNoTwins(element.Elements("nvpair"), pair => Value(pair, "name")) && element.Element("rule") is null,
        var name => s_unordered.Contains(name),
    };

    private static string Value(XElement element, string name) => (string?)element.Attribute(name) ?? "";

    private static bool HasNoTwins(IEnumerable<XElement> elements, Func<XElement, string> key)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return elements.All(element => seen.Add(key(element)));
    }
}
