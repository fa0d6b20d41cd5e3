using System.Globalization;
using System.Xml.Linq;

namespace Ha.Benchmarks.Fuzz;

/// <summary>A random cluster as Pacemaker's XML, from a seed. Each seed draws which features it has (swarm testing): a
/// cluster with everything in it hides more than it shows.</summary>
internal sealed class RandomConfiguration
{
    private readonly Random _random;
    private readonly HashSet<string> _features = new(StringComparer.Ordinal);
    private readonly List<string> _top = [];
    private readonly List<string> _promotable = [];
    private int _ids;

    public RandomConfiguration(int seed)
    {
        _random = new Random(seed);
        foreach (var feature in s_features)
        {
            if (_random.Next(100) < 35)
            {
                _features.Add(feature);
            }
        }
    }

    private static readonly string[] s_features =
    [
        "groups", "clones", "promotable", "unique", "interleave", "notify", "ordered-clones", "templates", "tags",
        "location", "location-rules", "colocation", "colocation-roles", "colocation-sets", "order", "order-sets",
        "order-kinds", "tickets", "stickiness", "priority", "target-role", "unmanaged", "threshold", "migrate",
        "utilization", "placement", "asymmetric", "fencing", "quorum", "standby", "maintenance", "discovery",
        "params", "multiple-active", "clone-groups", "require-all", "clone-min", "node-attribute", "health",
    ];

    public List<string> Nodes { get; } = [];

    public List<string> Primitives { get; } = [];

    public bool Has(string feature) => _features.Contains(feature);

    /// <summary>The whole CIB, nothing started yet.</summary>
    public XDocument Make()
    {
        var nodeCount = 2 + _random.Next(_random.Next(3) == 0 ? 15 : 4);
        for (var index = 1; index <= nodeCount; index++)
        {
            Nodes.Add($"node{index}");
        }

        var resources = new XElement("resources");
        var wanted = 5 + _random.Next(_random.Next(4) == 0 ? 56 : 12);
        AddFencing(resources);
        while (Primitives.Count < wanted)
        {
            AddResource(resources);
        }

        var configuration = new XElement("configuration",
            new XElement("crm_config", Options()),
            new XElement("nodes", Nodes.Select(NodeElement)),
            resources,
            new XElement("constraints", Constraints()));
        if (Has("tags"))
        {
            configuration.Add(new XElement("tags", new XElement("tag", new XAttribute("id", "tag1"),
                Some(_top, 3).Select(id => new XElement("obj_ref", new XAttribute("id", id))))));
        }

        return new XDocument(new XElement("cib",
            new XAttribute("crm_feature_set", "3.16.1"), new XAttribute("validate-with", "pacemaker-3.8"),
            new XAttribute("epoch", "1"), new XAttribute("num_updates", "0"), new XAttribute("admin_epoch", "0"),
            new XAttribute("have-quorum", Has("quorum") && Chance(50) ? "0" : "1"), new XAttribute("dc-uuid", "1"),
            configuration,
            new XElement("status", Nodes.Select(StateElement))));
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    private List<T> Some<T>(IReadOnlyList<T> items, int most)
    {
        var copy = items.ToList();
        var some = new List<T>();
        for (var left = Math.Min(copy.Count, 1 + _random.Next(most)); left > 0; left--)
        {
            var index = _random.Next(copy.Count);
            some.Add(copy[index]);
            copy.RemoveAt(index);
        }

        return some;
    }

    private string NewId(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{++_ids}");

    private XElement Pair(string name, string value) =>
        new("nvpair", new XAttribute("id", NewId("nv")), new XAttribute("name", name), new XAttribute("value", value));

    private XElement? Block(string kind, List<XElement> pairs) =>
        pairs.Count == 0 ? null : new XElement(kind, new XAttribute("id", NewId("set")), pairs);

    private XElement Options()
    {
        var pairs = new List<XElement>
        {
            Pair("stonith-enabled", Has("fencing") ? "true" : "false"),
            Pair("concurrent-fencing", "true"),
        };
        if (Has("asymmetric"))
        {
            pairs.Add(Pair("symmetric-cluster", "false"));
        }

        if (Has("quorum"))
        {
            pairs.Add(Pair("no-quorum-policy", Pick(["stop", "freeze", "ignore", "demote"])));
        }

        if (Has("placement"))
        {
            pairs.Add(Pair("placement-strategy", Pick(["utilization", "balanced", "minimal"])));
        }

        if (Has("health"))
        {
            pairs.Add(Pair("node-health-strategy", Pick(["migrate-on-red", "only-green", "progressive"])));
        }

        if (Has("threshold") && Chance(40))
        {
            pairs.Add(Pair("start-failure-is-fatal", "false"));
        }

        return new XElement("cluster_property_set", new XAttribute("id", "options"), pairs);
    }

    private XElement NodeElement(string name, int index)
    {
        var attributes = new List<XElement>();
        if (Has("standby") && Chance(15))
        {
            attributes.Add(Pair("standby", "true"));
        }

        if (Has("maintenance") && Chance(12))
        {
            attributes.Add(Pair("maintenance", "true"));
        }

        if (Has("location-rules") || Has("node-attribute"))
        {
            attributes.Add(Pair("site", Pick(["a", "b"])));
            attributes.Add(Pair("size", _random.Next(10).ToString(CultureInfo.InvariantCulture)));
        }

        if (Has("health") && Chance(25))
        {
            attributes.Add(Pair("#health-disk", Pick(["red", "yellow", "green"])));
        }

        var element = new XElement("node", new XAttribute("id", index + 1), new XAttribute("uname", name),
            Block("instance_attributes", attributes));
        if (Has("utilization"))
        {
            element.Add(Block("utilization", [Pair("cpu", (2 + _random.Next(8)).ToString(CultureInfo.InvariantCulture))]));
        }

        return element;
    }

    private static XElement StateElement(string name, int index) => new("node_state",
        new XAttribute("id", index + 1), new XAttribute("uname", name), new XAttribute("in_ccm", "true"),
        new XAttribute("crmd", "online"), new XAttribute("join", "member"), new XAttribute("expected", "member"),
        new XElement("lrm", new XAttribute("id", index + 1), new XElement("lrm_resources")));

    private void AddFencing(XElement resources)
    {
        if (Has("fencing"))
        {
            resources.Add(new XElement("primitive", new XAttribute("id", "power"), new XAttribute("class", "stonith"),
                new XAttribute("type", "fence_xvm")));
        }
    }

    private void AddResource(XElement resources)
    {
        if (Has("groups") && Chance(25))
        {
            var group = GroupElement();
            _top.Add(group.Attribute("id")!.Value);
            resources.Add(group);
            return;
        }

        if ((Has("clones") || Has("promotable")) && Chance(30))
        {
            resources.Add(CloneElement());
            return;
        }

        var primitive = PrimitiveElement(isPromotable: false);
        _top.Add(primitive.Attribute("id")!.Value);
        resources.Add(primitive);
    }

    private XElement GroupElement()
    {
        var group = new XElement("group", new XAttribute("id", NewId("grp")));
        for (var left = 1 + _random.Next(4); left > 0; left--)
        {
            group.Add(PrimitiveElement(isPromotable: false));
        }

        return group;
    }

    private XElement CloneElement()
    {
        var isPromotable = Has("promotable") && (!Has("clones") || Chance(50));
        var child = Has("clone-groups") && !isPromotable && Chance(40) ? GroupElement() : PrimitiveElement(isPromotable);
        var id = NewId("clone");
        _top.Add(id);
        var meta = new List<XElement>();
        if (isPromotable)
        {
            _promotable.Add(id);
            meta.Add(Pair("promotable", "true"));
            if (Chance(20))
            {
                meta.Add(Pair("promoted-max", "2"));
            }
        }

        if (Chance(30))
        {
            meta.Add(Pair("clone-max", (1 + _random.Next(4)).ToString(CultureInfo.InvariantCulture)));
        }

        if (Has("unique") && Chance(40))
        {
            meta.Add(Pair("globally-unique", "true"));
            meta.Add(Pair("clone-node-max", (1 + _random.Next(3)).ToString(CultureInfo.InvariantCulture)));
        }

        foreach (var (feature, name) in new[]
            { ("interleave", "interleave"), ("notify", "notify"), ("ordered-clones", "ordered") })
        {
            if (Has(feature) && Chance(60))
            {
                meta.Add(Pair(name, "true"));
            }
        }

        if (Has("clone-min") && Chance(40))
        {
            meta.Add(Pair("clone-min", "1"));
        }

        return new XElement("clone", new XAttribute("id", id), child, Block("meta_attributes", meta));
    }

    private XElement PrimitiveElement(bool isPromotable)
    {
        var id = NewId("rsc");
        Primitives.Add(id);
        var element = new XElement("primitive", new XAttribute("id", id), new XAttribute("class", "ocf"),
            new XAttribute("provider", "pacemaker"), new XAttribute("type", isPromotable ? "Stateful" : "Dummy"));
        element.Add(Block("meta_attributes", Meta()));
        if (Has("params") && Chance(40))
        {
            element.Add(Block("instance_attributes", [Pair("state", $"/run/{id}")]));
        }

        if (Has("utilization") && Chance(60))
        {
            element.Add(Block("utilization", [Pair("cpu", (1 + _random.Next(3)).ToString(CultureInfo.InvariantCulture))]));
        }

        var operations = new XElement("operations");
        if (Chance(70))
        {
            operations.Add(Operation("monitor", isPromotable ? "11s" : "10s", isPromotable ? "Unpromoted" : null));
        }

        if (isPromotable)
        {
            operations.Add(Operation("monitor", "9s", "Promoted"));
        }

        element.Add(operations);
        return element;
    }

    private XElement Operation(string name, string interval, string? role)
    {
        // The old names are read by both.
        var old = role switch { "Promoted" => "Master", "Unpromoted" => "Slave", _ => role };
        var operation = new XElement("op", new XAttribute("id", NewId("op")), new XAttribute("name", name),
            new XAttribute("interval", interval), old is null ? null : new XAttribute("role", old));
        if (Has("threshold") && Chance(15))
        {
            operation.Add(new XAttribute("on-fail", Pick(["restart", "stop", "ignore", "block"])));
        }

        return operation;
    }

    private List<XElement> Meta()
    {
        var meta = new List<XElement>();
        void May(string feature, int percent, string name, Func<string> value)
        {
            if (Has(feature) && Chance(percent))
            {
                meta.Add(Pair(name, value()));
            }
        }

        May("stickiness", 50, "resource-stickiness", () => Pick(["1", "100", "INFINITY", "10"]));
        May("priority", 40, "priority", () => Pick(["1", "5", "10", "-3"]));
        May("target-role", 12, "target-role", () => Pick(["Stopped", "Started"]));
        May("unmanaged", 10, "is-managed", () => "false");
        May("threshold", 40, "migration-threshold", () => Pick(["1", "2", "3"]));
        May("migrate", 40, "allow-migrate", () => "true");
        May("multiple-active", 20, "multiple-active", () => Pick(["block", "stop_only", "stop_start"]));
        return meta;
    }

    private IEnumerable<XElement> Constraints()
    {
        var maker = new RandomConstraints(_random, this, _top, _promotable, NewId);
        return maker.Make();
    }
}
