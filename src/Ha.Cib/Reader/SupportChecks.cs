using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>What a configuration asks for that this version reads, keeps and shows, and does not act on yet. Each is a
/// warning, so that nobody rests on it. Whoever makes one of them work takes its line out of here.</summary>
internal static class SupportChecks
{
    private static readonly string[] s_options =
    [
        "fencing-max-attempts", "fencing-reaction", "fencing-watchdog-timeout", "concurrent-fencing",
            "priority-fencing-delay",
        "cancel-removed-actions", "migration-limit", "node-action-limit", "load-threshold", "cluster-recheck-interval",
        "cluster-delay", "transition-delay", "dc-deadtime", "shutdown-escalation", "node-pending-timeout",
        "fence-remote-without-quorum", "shutdown-lock", "shutdown-lock-limit", "placement-strategy",
            "node-health-strategy",
        "node-health-base", "node-health-green", "node-health-yellow", "node-health-red", "enable-acl", "have-watchdog",
    ];

    private static readonly string[] s_metaAttributes =
    [
        "critical", "allow-migrate", "allow-unhealthy-nodes", "container-attribute-target", "remote-node",
            "remote-addr",
        "remote-port", "remote-connect-timeout", "remote-allow-migrate",
    ];

    public static void Check(Configuration configuration, DiagnosticList diagnostics)
    {
        CheckNames(configuration.Properties, s_options, PropertyCatalog.Cluster, "the option ", diagnostics);
        CheckNames(
            configuration.ResourceDefaults, s_metaAttributes, PropertyCatalog.Meta, "the default of ", diagnostics);
        CheckBlocks(configuration.ResourceDefaults.AddRange(configuration.OperationDefaults), diagnostics);
        CheckBlocks(configuration.Properties, diagnostics);
        foreach (var node in configuration.Nodes)
        {
            CheckBlocks(node.Attributes.AddRange(node.Utilization), diagnostics);
            Warn(!node.Utilization.IsEmpty, node.Origin, $"the utilization of node '{node.Name}'", diagnostics);
        }

        foreach (var resource in configuration.Resources.SelectMany(WithMembers))
        {
            CheckNames(resource.Meta, s_metaAttributes, PropertyCatalog.Meta, $"'{resource.Id}': the meta attribute ",
                diagnostics);
            CheckBlocks(resource.Meta.AddRange(resource.Parameters), diagnostics);
            Warn(!resource.Utilization.IsEmpty, resource.Origin, $"the utilization of '{resource.Id}'", diagnostics);
            Warn(resource is Clone, resource.Origin, $"clone '{resource.Id}'", diagnostics);
        }

        var tags = configuration.Tags.Select(tag => tag.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var constraint in configuration.Constraints)
        {
            Warn(IsBeyond(constraint, tags), constraint.Origin, $"constraint '{constraint.Id}'", diagnostics);
        }
    }

    private static bool IsBeyond(Constraint constraint, HashSet<string> tags) => constraint switch
    {
        LocationConstraint one => one.Node is null || !one.Rules.IsEmpty || !one.Lifetime.IsEmpty
            || IsOtherRole(one.Role)
            || IsTag(one.Resource, tags) || one.ResourceDiscovery is not (null or "always"),
        ColocationConstraint one => !one.Sets.IsEmpty || !one.Lifetime.IsEmpty || one.NodeAttribute is not null
            || IsOtherRole(one.ResourceRole) || IsOtherRole(one.WithResourceRole) || IsTag(one.Resource, tags)
                || IsTag(one.WithResource, tags),
        OrderConstraint one => !one.Sets.IsEmpty || !one.Lifetime.IsEmpty || IsOtherAction(one.FirstAction)
            || IsOtherAction(one.ThenAction) || IsTag(one.First, tags) || IsTag(one.Then, tags),
        _ => true,
    };

    private static bool IsTag(string? name, HashSet<string> tags) => name is not null && tags.Contains(name);

    private static bool IsOtherRole(string? role) =>
        role is not null && !role.Equals("Started", StringComparison.OrdinalIgnoreCase);

    private static bool IsOtherAction(string? action) => action is not (null or "start" or "stop");

    private static void CheckNames(
        ValueList<AttributeSet> sets, string[] names, IReadOnlyList<PropertyDefinition> catalog, string what,
        DiagnosticList diagnostics)
    {
        foreach (var pair in sets.SelectMany(set => set.Values)
            .Where(pair => names.Contains(pair.Name, StringComparer.Ordinal)))
        {
            var definition = catalog.First(known => known.Name == pair.Name);
            var isDefault = pair.Value is null || pair.Value == ValueChecks.Normal(definition, definition.Default);
            Warn(!isDefault, pair.Origin, $"{what}{pair.Name}", diagnostics);
        }
    }

    private static void CheckBlocks(ValueList<AttributeSet> sets, DiagnosticList diagnostics)
    {
        foreach (var set in sets)
        {
            Warn(set.Rule is not null, set.Origin, $"the rule of '{set.Id}'", diagnostics);
        }
    }

    private static void Warn(bool isBeyond, Origin at, string what, DiagnosticList diagnostics)
    {
        if (isBeyond)
        {
            diagnostics.Warning(
                "HA2103", new Position(at.File ?? "", at.Line, at.Column),
                    $"{what} is kept, and not acted on by this version yet");
        }
    }

    private static IEnumerable<Resource> WithMembers(Resource resource) => resource switch
    {
        Group group => group.Members.Prepend<Resource>(group),
        Clone clone => WithMembers(clone.Child).Prepend(clone),
        _ => [resource],
    };
}
