using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>What must hold of a configuration as a whole: names that exist, orders without loops, fencing that can reach
/// every node.</summary>
internal static class ConfigurationChecks
{
    public static void Check(Configuration configuration, DiagnosticList diagnostics)
    {
        var ids = Ids(configuration).ToList();
        foreach (var twice in ids.GroupBy(item => item.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            diagnostics.Error("HA2030", PlaceOf(twice.Last().Origin), $"the id '{twice.Key}' is used twice");
        }

        var known = ids.Select(item => item.Id).Concat(configuration.Tags.Select(tag => tag.Id)).ToHashSet(StringComparer.Ordinal);
        var nodes = configuration.Nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var constraint in configuration.Constraints)
        {
            CheckNames(constraint, known, nodes, diagnostics);
        }

        CheckOrders(configuration, diagnostics);
        CheckFencing(configuration, nodes, diagnostics);
        if (configuration.Nodes.GroupBy(node => node.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } same)
        {
            diagnostics.Error("HA2031", PlaceOf(same.Last().Origin), $"two nodes have the id {same.Key}");
        }

        foreach (var node in configuration.Nodes.Where(node => node.Votes is < 0 or > 255))
        {
            diagnostics.Error("HA2032", PlaceOf(node.Origin), $"node '{node.Name}' has {node.Votes} votes; write 0 to 255");
        }
    }

    private static void CheckNames(
        Constraint constraint, HashSet<string> known, HashSet<string> nodes, DiagnosticList diagnostics)
    {
        var at = PlaceOf(constraint.Origin);
        IEnumerable<string?> names = constraint switch
        {
            LocationConstraint location => [location.Resource],
            ColocationConstraint colocation => [colocation.Resource, colocation.WithResource],
            OrderConstraint order => [order.First, order.Then],
            _ => [],
        };
        foreach (var name in names.OfType<string>().Where(name => name.Length > 0 && !known.Contains(name)))
        {
            diagnostics.Error(
                "HA2022", at, $"constraint '{constraint.Id}': there is no resource '{name}'", Suggestion.For(name, known));
        }

        if (constraint is LocationConstraint { Node: { Length: > 0 } node } && !nodes.Contains(node))
        {
            diagnostics.Error("HA2033", at, $"constraint '{constraint.Id}': there is no node '{node}'", Suggestion.For(node, nodes));
        }
    }

    private static void CheckOrders(Configuration configuration, DiagnosticList diagnostics)
    {
        var orders = configuration.Constraints.OfType<OrderConstraint>()
            .Where(order => order is { First: not null, Then: not null, FirstAction: null or "start", ThenAction: null or "start" })
            .ToLookup(order => order.First!, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var first in orders.Select(group => group.Key).Order(StringComparer.Ordinal))
        {
            if (Loop(first, orders, [], done) is { } loop)
            {
                diagnostics.Error(
                    "HA2034", PlaceOf(loop.Last().Origin),
                    $"these orders are a loop: {string.Join(" -> ", loop.Select(order => order.First).Append(loop[^1].Then))}");
                return;
            }
        }
    }

    private static List<OrderConstraint>? Loop(
        string at, ILookup<string, OrderConstraint> orders, List<OrderConstraint> way, HashSet<string> done)
    {
        if (way.Any(order => order.First == at))
        {
            return way;
        }

        if (!done.Add(at))
        {
            return null;
        }

        foreach (var order in orders[at])
        {
            if (Loop(order.Then!, orders, [.. way, order], done) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static void CheckFencing(Configuration configuration, HashSet<string> nodes, DiagnosticList diagnostics)
    {
        var devices = configuration.Resources.OfType<Primitive>().Where(primitive => primitive.IsFencingDevice).ToList();
        var off = configuration.Properties.SelectMany(set => set.Values).FirstOrDefault(pair => pair.Name == "fencing-enabled");
        if (HoconUnits.Boolean(off.Value ?? "true") == false)
        {
            diagnostics.Warning(
                "HA2105", PlaceOf(off.Origin), "fencing is switched off: after a split, data may be destroyed",
                "configure a fencing device, and remove this line");
            return;
        }

        if (devices.Count == 0 && configuration.Resources.Count > 0)
        {
            diagnostics.Warning(
                "HA2106", PlaceOf(configuration.Resources[0].Origin),
                "there is no fencing device: when a node is lost, nothing of it can start elsewhere",
                "add fencing { NAME { agent = fence_..., targets = [...] } }");
        }

        foreach (var device in devices)
        {
            foreach (var target in device.Parameters.SelectMany(set => set.Values)
                .Where(pair => pair.Name == "pcmk_host_list")
                .SelectMany(pair => (pair.Value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(target => !nodes.Contains(target)))
            {
                diagnostics.Error(
                    "HA2035", PlaceOf(device.Origin), $"fencing.{device.Id}: there is no node '{target}'", Suggestion.For(target, nodes));
            }
        }

        foreach (var level in configuration.FencingLevels)
        {
            foreach (var device in level.Devices.Where(device => !devices.Any(known => known.Id == device)))
            {
                diagnostics.Error(
                    "HA2036", PlaceOf(level.Origin), $"fencing-levels.{level.Target}: there is no device '{device}'",
                    Suggestion.For(device, devices.Select(known => known.Id)));
            }
        }
    }

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
