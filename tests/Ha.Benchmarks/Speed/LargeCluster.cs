using System.Globalization;
using System.Xml.Linq;

namespace Ha.Benchmarks.Speed;

/// <summary>A large cluster as Pacemaker's XML: primitives, a part of them in groups of four, some clones and
/// promotable clones, and constraints between them.</summary>
internal static class LargeCluster
{
    private const int GroupSize = 4;
    private const int Clones = 5;
    private const int PromotableClones = 3;

    /// <summary>All nodes up, nothing known of any resource.</summary>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="primitives">How many primitives, those in groups among them.</param>
    /// <param name="seed">Draws the constraints: one for every two resources of the top level.</param>
    public static XDocument Make(int nodes, int primitives, int seed)
    {
        var random = new Random(seed);
        var groups = primitives * 8 / 100;
        var resources = new XElement("resources");
        var top = new List<string>();
        var made = 0;
        for (var group = 0; group < groups; group++)
        {
            var id = Name("group", group);
            top.Add(id);
            resources.Add(new XElement("group", new XAttribute("id", id),
                Enumerable.Range(0, GroupSize).Select(_ => Primitive(Name("rsc", made++), "Dummy"))));
        }

        for (; made < primitives; made++)
        {
            top.Add(Name("rsc", made));
            resources.Add(Primitive(Name("rsc", made), "Dummy"));
        }

        for (var clone = 0; clone < Clones + PromotableClones; clone++)
        {
            var isPromotable = clone >= Clones;
            resources.Add(new XElement("clone", new XAttribute("id", Name("clone", clone)),
                Primitive(Name("instance", clone), isPromotable ? "Stateful" : "Dummy"),
                isPromotable
                    ? new XElement("meta_attributes", new XAttribute("id", Name("clone-meta", clone)),
                        Pair(Name("clone-promotable", clone), "promotable", "true"))
                    : null));
        }

        return new XDocument(new XElement("cib",
            new XAttribute("crm_feature_set", "3.16.1"), new XAttribute("validate-with", "pacemaker-3.8"),
            new XAttribute("epoch", "1"), new XAttribute("num_updates", "0"), new XAttribute("admin_epoch", "0"),
            new XAttribute("have-quorum", "1"), new XAttribute("dc-uuid", "1"),
            new XElement("configuration",
                new XElement("crm_config", new XElement("cluster_property_set", new XAttribute("id", "options"),
                    Pair("option-fencing", "stonith-enabled", "true"),
                    Pair("option-concurrent", "concurrent-fencing", "true"))),
                new XElement("nodes", Enumerable.Range(1, nodes).Select(node => new XElement("node",
                    new XAttribute("id", node), new XAttribute("uname", Name("node", node))))),
                WithFencing(resources),
                new XElement("constraints", Enumerable.Range(0, top.Count / 2).Select(number =>
                    Constraint(number, top, nodes, random)))),
            new XElement("status", Enumerable.Range(1, nodes).Select(State))));
    }

    /// <summary>One node is lost, with what it ran.</summary>
    public static XDocument Fail(XDocument cib, int node)
    {
        var failed = new XDocument(cib);
        var state = failed.Descendants("node_state")
            .First(state => (string?)state.Attribute("uname") == Name("node", node));
        state.SetAttributeValue("in_ccm", "false");
        state.SetAttributeValue("crmd", "offline");
        state.SetAttributeValue("join", "down");
        return failed;
    }

    private static XElement WithFencing(XElement resources)
    {
        resources.AddFirst(new XElement("primitive", new XAttribute("id", "power"), new XAttribute("class", "stonith"),
            new XAttribute("type", "fence_xvm")));
        return resources;
    }

    private static string Name(string kind, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}{number}");

    private static XElement Pair(string id, string name, string value) =>
        new("nvpair", new XAttribute("id", id), new XAttribute("name", name), new XAttribute("value", value));

    private static XElement Primitive(string id, string type) => new("primitive", new XAttribute("id", id),
        new XAttribute("class", "ocf"), new XAttribute("provider", "pacemaker"), new XAttribute("type", type),
        new XElement("operations", new XElement("op", new XAttribute("id", id + "-monitor"),
            new XAttribute("name", "monitor"), new XAttribute("interval", "10s"))));

    private static XElement Constraint(int number, List<string> top, int nodes, Random random)
    {
        var first = random.Next(top.Count);
        var second = (first + 1 + random.Next(Math.Min(20, top.Count - 1))) % top.Count;
        var (low, high) = (Math.Min(first, second), Math.Max(first, second));
        var id = new XAttribute("id", Name("constraint", number));
        return (number % 3) switch
        {
            0 => new XElement("rsc_location", id, new XAttribute("rsc", top[first]),
                new XAttribute("node", Name("node", 1 + random.Next(nodes))), new XAttribute("score", "100")),
            1 => new XElement("rsc_colocation", id, new XAttribute("rsc", top[high]),
                new XAttribute("with-rsc", top[low]), new XAttribute("score", "50")),
            _ => new XElement("rsc_order", id, new XAttribute("first", top[low]), new XAttribute("then", top[high]),
                new XAttribute("kind", "Optional")),
        };
    }

    private static XElement State(int node) => new("node_state",
        new XAttribute("id", node), new XAttribute("uname", Name("node", node)), new XAttribute("in_ccm", "true"),
        new XAttribute("crmd", "online"), new XAttribute("join", "member"), new XAttribute("expected", "member"),
        new XElement("lrm", new XAttribute("id", node), new XElement("lrm_resources")));
}
