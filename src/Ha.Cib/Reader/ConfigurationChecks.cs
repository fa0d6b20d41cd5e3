using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>What must hold of a configuration as a whole: names that exist, orders without loops, fencing that can
/// reach every node.</summary>
internal static class ConfigurationChecks
{
    // Longer chains of orders are not followed: the search is recursive.
    private const int MaxChain = 1000;

    public static void Check(Configuration configuration, ReadContext context)
    {
        var diagnostics = context.Diagnostics;
        var ids = Ids(configuration).ToList();
        var constraints = configuration.Constraints.Select(constraint => (constraint.Id, constraint.Origin));
        CheckOnce(ids.Concat(configuration.Tags.Select(tag => (tag.Id, tag.Origin))), diagnostics);
        CheckOnce(constraints, diagnostics);
        CheckReferences(configuration, ids.Select(item => item.Id), context);
        CheckNodes(configuration, diagnostics);
        CheckOrders(configuration, diagnostics);
        CheckFencing(configuration, diagnostics);
    }

    private static void CheckOnce(IEnumerable<(string Id, Origin Origin)> ids, DiagnosticList diagnostics)
    {
        foreach (var twice in ids.GroupBy(item => item.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            diagnostics.Error(
                "HA2030", PlaceOf(twice.Last().Origin), $"the id '{twice.Key}' is used twice", "rename one",
                new RelatedPlace(PlaceOf(twice.First().Origin), "used here first"));
        }
    }

    private static void CheckReferences(Configuration configuration, IEnumerable<string> ids, ReadContext context)
    {
        var devices = configuration.Resources.OfType<Primitive>().Where(primitive => primitive.IsFencingDevice)
            .Select(primitive => primitive.Id);
        var known = new Dictionary<NameKind, (string Word, HashSet<string> Names)>
        {
            [NameKind.Node] = ("node", NamesOf(configuration.Nodes.Select(node => node.Name))),
            [NameKind.Resource] = ("resource", NamesOf(ids.Concat(configuration.Tags.Select(tag => tag.Id)))),
            [NameKind.Device] = ("fencing device", NamesOf(devices)),
            [NameKind.Template] = ("template", NamesOf(configuration.Templates.Select(template => template.Id))),
        };
        foreach (var reference in context.References)
        {
            var (word, names) = known[reference.Kind];
            if (!names.Contains(reference.Name))
            {
                context.Diagnostics.Error(
                    "HA2022", reference.At, $"{reference.Path}: there is no {word} '{reference.Name}'",
                    Suggestion.For(reference.Name, names), length: Math.Max(1, reference.Name.Length));
            }
        }
    }

    private static void CheckNodes(Configuration configuration, DiagnosticList diagnostics)
    {
        foreach (var same in configuration.Nodes.GroupBy(node => node.Id, StringComparer.Ordinal)
            .Where(group => group.Count() > 1))
        {
            diagnostics.Error(
                "HA2031", PlaceOf(same.Last().Origin), $"two nodes have the id {same.Key}", "number them 1, 2, 3");
        }

        foreach (var node in configuration.Nodes.Where(node => node.Votes is < 0 or > 255))
        {
            diagnostics.Error(
                "HA2032", PlaceOf(node.Origin), $"node '{node.Name}' has {node.Votes} votes", "write 0 to 255");
        }

        var addresses = configuration.Nodes.SelectMany(node => node.Addresses.Select(address => (node, address)));
        foreach (var same in addresses.GroupBy(pair => pair.address, StringComparer.Ordinal)
            .Where(group => group.Count() > 1))
        {
            diagnostics.Error(
                "HA2037", PlaceOf(same.Last().node.Origin), $"the address {same.Key} is written for several links");
        }

        if (configuration.Nodes.Select(node => node.Addresses.Count).Distinct().Count() > 1)
        {
            var least = configuration.Nodes.MinBy(node => node.Addresses.Count)!;
            diagnostics.Error(
                "HA2038", PlaceOf(least.Origin), $"node '{least.Name}' has fewer addresses than others",
                "write one address for each link of corosync, the same number for each node");
        }

        if (configuration.Nodes.Count != 2
            && HoconUnits.Boolean(configuration.Quorum.GetValueOrDefault("two-node") ?? "no") == true)
        {
            var at = configuration.Nodes.IsEmpty ? new Position("", 1, 1) : PlaceOf(configuration.Nodes[^1].Origin);
            diagnostics.Error(
                "HA2039", at, $"quorum.two-node is set, and there are {configuration.Nodes.Count} nodes",
                    "remove two-node");
        }
    }

    private static void CheckOrders(Configuration configuration, DiagnosticList diagnostics)
    {
        var orders = configuration.Constraints.OfType<OrderConstraint>()
            .Where(order =>
                order is { First: not null, Then: not null, FirstAction: null or "start", ThenAction: null or "start" })
            .Where(order => order.Kind is null || "Mandatory".Equals(order.Kind, StringComparison.OrdinalIgnoreCase))
            .ToLookup(order => order.First!, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var first in orders.Select(group => group.Key).Order(StringComparer.Ordinal))
        {
            if (Loop(first, orders, [], done) is { } loop)
            {
                diagnostics.Error(
                    "HA2034", PlaceOf(loop[^1].Origin),
                    "these orders are a loop: "
                        + string.Join(" -> ", loop.Select(order => order.First).Append(loop[^1].Then)),
                    "remove one of them, or write kind = Optional");
                return;
            }
        }
    }

    private static List<OrderConstraint>? Loop(
        string at, ILookup<string, OrderConstraint> orders, List<OrderConstraint> way, HashSet<string> done)
    {
        var begin = way.FindIndex(order => order.First == at);
        if (begin >= 0)
        {
            return way[begin..];
        }

        if (!done.Add(at) || way.Count >= MaxChain)
        {
            return null;
        }

        foreach (var order in orders[at])
        {
            way.Add(order);
            if (Loop(order.Then!, orders, way, done) is { } found)
            {
                return found;
            }

            way.RemoveAt(way.Count - 1);
        }

        return null;
    }

    private static void CheckFencing(Configuration configuration, DiagnosticList diagnostics)
    {
        var devices = configuration.Resources.OfType<Primitive>()
            .Where(primitive => primitive.IsFencingDevice).ToList();
        var off = configuration.Properties.SelectMany(set => set.Values)
            .FirstOrDefault(pair => pair.Name == "fencing-enabled");
        if (HoconUnits.Boolean(off.Value ?? "true") == false)
        {
            diagnostics.Warning(
                "HA2105", PlaceOf(off.Origin), "fencing is switched off: after a split, data may be destroyed",
                "configure a fencing device, and remove this line");
            return;
        }

        if (devices.Count == 0)
        {
            if (configuration.Resources.Count > 0)
            {
                diagnostics.Warning(
                    "HA2106", PlaceOf(configuration.Resources[0].Origin),
                    "there is no fencing device: when a node is lost, nothing of it can start elsewhere",
                    "add fencing { NAME { agent = fence_..., targets = [...] } }");
            }

            return;
        }

        // A device without a list says itself whom it can fence.
        var lists = devices.Select(TargetsOf).ToList();
        if (lists.Exists(targets => targets.Count == 0))
        {
            return;
        }

        var covered = lists.SelectMany(targets => targets).ToHashSet(StringComparer.Ordinal);
        foreach (var node in configuration.Nodes.Where(node => !covered.Contains(node.Name)))
        {
            diagnostics.Warning(
                "HA2108", PlaceOf(node.Origin), $"no fencing device has node '{node.Name}' among its targets",
                "when it is lost, nothing of it can start elsewhere");
        }
    }

    private static List<string> TargetsOf(Primitive device) =>
    [
        .. device.Parameters.SelectMany(set => set.Values).SelectMany(pair => pair.Name switch
        {
            "pcmk_host_list" => (pair.Value ?? "").Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries),
            "pcmk_host_map" => (pair.Value ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
                .Select(entry => entry.Split(':')[0]),
            _ => [],
        }),
    ];

    private static HashSet<string> NamesOf(IEnumerable<string> names) => names.ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<(string Id, Origin Origin)> Ids(Configuration configuration) =>
        configuration.Resources.SelectMany(WithMembers)
            .Concat(configuration.Templates.Select(template => (template.Id, template.Origin)));

    private static IEnumerable<(string Id, Origin Origin)> WithMembers(Resource resource) => resource switch
    {
        Group group => group.Members.Select(member => (member.Id, member.Origin)).Prepend((group.Id, group.Origin)),
        Clone clone => WithMembers(clone.Child).Prepend((clone.Id, clone.Origin)),
        _ => [(resource.Id, resource.Origin)],
    };

    private static Position PlaceOf(Origin origin) => new(origin.File ?? "", origin.Line, origin.Column);
}
