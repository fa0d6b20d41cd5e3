namespace Ha.InformationBase;

/// <summary>What differs between two configurations, as stable lines: + added, - removed, ~ changed.</summary>
public static class ConfigurationDiff
{
    /// <summary>The lines, sorted by path.</summary>
    public static ValueList<string> Of(Configuration before, Configuration after)
    {
        var old = Flatten(before);
        var now = Flatten(after);
        return old.Keys.Union(now.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(path => (old.TryGetValue(path, out var was), now.TryGetValue(path, out var comes)) switch
            {
                (true, false) => $"- {path}   {was}",
                (false, true) => $"+ {path}   {comes}",
                _ when was != comes => $"~ {path}   {was} → {comes}",
                _ => "",
            })
            .Where(line => line.Length > 0)
            .ToValueList();
    }

    private static SortedDictionary<string, string> Flatten(Configuration configuration)
    {
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["cluster.name"] = configuration.ClusterName };
        Sets(lines, "cluster.properties", configuration.Properties);
        Sets(lines, "rsc-defaults", configuration.ResourceDefaults);
        Sets(lines, "op-defaults", configuration.OperationDefaults);
        foreach (var (name, value) in configuration.Quorum)
        {
            lines[$"quorum.{name}"] = value;
        }

        foreach (var (name, value) in configuration.Totem)
        {
            lines[$"totem.{name}"] = value;
        }

        foreach (var node in configuration.Nodes)
        {
            lines[$"nodes.{node.Name}"] = $"id {node.Id}, {string.Join(' ', node.Addresses)}, {node.Votes} votes";
            Sets(lines, $"nodes.{node.Name}.attributes", node.Attributes);
        }

        foreach (var resource in configuration.Resources)
        {
            Put(lines, resource);
        }

        foreach (var constraint in configuration.Constraints)
        {
            lines[$"constraints.{constraint.Id}"] = TextOf(constraint);
        }

        foreach (var level in configuration.FencingLevels)
        {
            lines[$"fencing-levels.{level.Target}.{level.Index}"] = string.Join(' ', level.Devices);
        }

        foreach (var alert in configuration.Alerts)
        {
            lines[$"alerts.{alert.Id}"] = $"{alert.Path} {string.Join(' ', alert.Recipients)}";
        }

        return lines;
    }

    private static void Put(SortedDictionary<string, string> lines, Resource resource)
    {
        switch (resource)
        {
            case Group group:
                lines[$"groups.{group.Id}.members"] = $"[{string.Join(", ", group.Members.Select(member => member.Id))}]";
                Sets(lines, $"groups.{group.Id}.meta", group.Meta);
                foreach (var member in group.Members)
                {
                    Put(lines, member);
                }

                break;
            case Clone clone:
                lines[$"clones.{clone.Id}.of"] = clone.Child.Id;
                Sets(lines, $"clones.{clone.Id}.meta", clone.Meta);
                Put(lines, clone.Child);
                break;
            case Primitive primitive:
                var path = $"{(primitive.IsFencingDevice ? "fencing" : "resources")}.{primitive.Id}";
                lines[path] = primitive.Agent?.ToString() ?? $"template {primitive.TemplateId}";
                Sets(lines, $"{path}.params", primitive.Parameters);
                Sets(lines, $"{path}.meta", primitive.Meta);
                foreach (var operation in primitive.Operations)
                {
                    var key = $"{path}.op.{operation.Id[(operation.Id.IndexOf('-', StringComparison.Ordinal) + 1)..]}";
                    lines[$"{key}.interval"] = $"{operation.Interval.TotalSeconds:0.###}s";
                    foreach (var (name, value) in operation.Attributes)
                    {
                        lines[$"{key}.{name}"] = value;
                    }
                }

                break;
        }
    }

    private static void Sets(SortedDictionary<string, string> lines, string path, ValueList<AttributeSet> sets)
    {
        foreach (var pair in sets.Where(set => !set.Id.StartsWith(CibChange.LivePrefix, StringComparison.Ordinal))
            .SelectMany(set => set.Values))
        {
            var isSecret = pair.Name.StartsWith("pass", StringComparison.Ordinal) || pair.Name.Contains("secret", StringComparison.Ordinal);
            lines[$"{path}.{pair.Name}"] = isSecret ? "*****" : pair.Value ?? "null";
        }
    }

    private static string TextOf(Constraint constraint) => constraint switch
    {
        LocationConstraint location => $"location {location.Resource ?? location.ResourcePattern} on {location.Node} {location.Score}",
        ColocationConstraint colocation => $"colocation {colocation.Resource} with {colocation.WithResource} {colocation.Score}",
        OrderConstraint order => $"order {order.FirstAction ?? "start"} {order.First} then {order.ThenAction ?? order.FirstAction ?? "start"} {order.Then} {order.Kind}",
        _ => constraint.ToString(),
    };
}
