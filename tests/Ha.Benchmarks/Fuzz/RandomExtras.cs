using System.Globalization;
using System.Xml.Linq;

namespace Ha.Benchmarks.Fuzz;

/// <summary>Rarer features, put into a random cluster after it is made. Each seed draws a few of them; a kind that is
/// asked for by name is always there.</summary>
internal sealed partial class RandomExtras
{
    private const int Percent = 14;

    private static readonly string[] s_kinds =
    [
        "bundle", "guest", "remote", "promoted-role", "room", "ticket-state", "dates", "health-kinds", "sets",
        "templates", "tag-constraints", "maintenance-levels", "shutdown-lock", "unfencing", "expiry", "fail-kinds",
        "defaults", "requires", "critical", "stop-all", "pending", "orphans", "move-status",
    ];

    private readonly Random _random;
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);
    private readonly XDocument _cib;
    private int _ids;

    public RandomExtras(int seed, XDocument cib, IReadOnlyCollection<string> wanted)
    {
        _random = new Random(seed + 2_000_000);
        _cib = cib;
        foreach (var kind in s_kinds)
        {
            var isDrawn = _random.Next(100) < Percent;
            if (wanted.Contains(kind) || (isDrawn && wanted.Count == 0))
            {
                _kinds.Add(kind);
            }
        }
    }

    public static IReadOnlyList<string> Kinds => s_kinds;

    public bool Has(string kind) => _kinds.Contains(kind);

    /// <summary>Adds what was drawn. The order matters: what comes first can be used by what follows.</summary>
    public void Add()
    {
        May("templates", AddTemplate);
        May("bundle", AddBundle);
        May("remote", AddRemote);
        May("guest", AddGuest);
        May("unfencing", AddUnfencing);
        May("promoted-role", AddPromotedRoles);
        May("room", AddRoom);
        May("ticket-state", AddTickets);
        May("dates", AddDates);
        May("health-kinds", AddHealth);
        May("sets", AddSets);
        May("tag-constraints", AddTags);
        May("maintenance-levels", AddMaintenance);
        May("shutdown-lock", AddShutdownLock);
        May("expiry", AddExpiry);
        May("fail-kinds", AddFailKinds);
        May("defaults", AddDefaults);
        May("requires", AddRequires);
        May("critical", AddCritical);
        May("stop-all", () => SetOption(Pick(["stop-all-resources", "stop-orphan-resources", "maintenance-mode"]),
            Chance(50) ? "true" : "false"));
    }

    private void May(string kind, Action add)
    {
        if (Has(kind))
        {
            add();
        }
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    private string NewId(string prefix) => string.Create(CultureInfo.InvariantCulture, $"x{prefix}{++_ids}");

    private static XAttribute At(string name, string value) => new(name, value);

    private XAttribute Id(string prefix) => new("id", NewId(prefix));

    private XElement Pair(string name, string value) =>
        new("nvpair", Id("nv"), At("name", name), At("value", value));

    private XElement Section(string name) => _cib.Root!.Element("configuration")!.Element(name)!;

    private List<XElement> Primitives => Section("resources").Descendants("primitive")
        .Where(primitive => (string?)primitive.Attribute("class") == "ocf").ToList();

    // Collections and the primitives that stand alone.
    private List<XElement> Tops => Section("resources").Elements()
        .Where(top => (string?)top.Attribute("class") != "stonith" && top.Name.LocalName != "template").ToList();

    private string TopId => (string)Pick(Tops).Attribute("id")!;

    private List<XElement> Promotables => Section("resources").Elements("clone")
        .Where(clone => clone.Elements("meta_attributes").Elements("nvpair")
            .Any(pair => (string?)pair.Attribute("name") == "promotable")).ToList();

    private List<XElement> Plain => Section("resources").Elements("primitive")
        .Where(primitive => (string?)primitive.Attribute("class") == "ocf"
            && (string?)primitive.Attribute("type") is "Dummy").ToList();

    private string NodeName => (string)Pick(Section("nodes").Elements("node").ToList()).Attribute("uname")!;

    private string Number(int least, int most) =>
        (least + _random.Next(most - least + 1)).ToString(CultureInfo.InvariantCulture);

    private void SetOption(string name, string value)
    {
        var set = Section("crm_config").Element("cluster_property_set")!;
        set.Elements("nvpair").Where(pair => (string?)pair.Attribute("name") == name).Remove();
        set.Add(Pair(name, value));
    }

    private void SetMeta(XElement resource, string name, string value) => Set(resource, "meta_attributes", name, value);

    private void Set(XElement owner, string block, string name, string value)
    {
        var set = owner.Element(block);
        if (set is null)
        {
            set = new XElement(block, Id("set"));
            owner.Add(set);
        }

        set.Elements("nvpair").Where(pair => (string?)pair.Attribute("name") == name).Remove();
        set.Add(Pair(name, value));
    }

    private void Constrain(string name, params object?[] content) => Section("constraints")
        .Add(new XElement(name, Id("con"), content));

    private string Score => Pick(["INFINITY", "-INFINITY", "100", "-100", "10", "50"]);

    // An ordering or a colocation of this resource with some other one.
    private void Relate(string id, string? role)
    {
        var other = TopId;
        if (other == id)
        {
            return;
        }

        switch (_random.Next(4))
        {
            case 0:
                Constrain("rsc_order", At("first", id), At("then", other));
                break;
            case 1:
                Constrain("rsc_order", At("first", other), At("then", id));
                break;
            case 2:
                Constrain("rsc_colocation", At("rsc", other), At("with-rsc", id), At("score", Score),
                    role is null ? null : At("with-rsc-role", role));
                break;
            default:
                // A wish of a whole bundle to be near others reaches its containers only in newer versions.
                Constrain("rsc_colocation", At("rsc", id), At("with-rsc", other), At("score", "INFINITY"));
                break;
        }
    }
}
