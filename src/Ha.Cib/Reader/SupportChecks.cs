using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>What a configuration asks for that this version reads, keeps and shows, and does not act on yet. Each is a
/// warning, so that nobody rests on it. Whoever makes one of them work takes its line out of here.</summary>
internal static class SupportChecks
{
    private static readonly string[] s_options =
    [
        "fencing-max-attempts", "fencing-reaction", "fencing-watchdog-timeout", "priority-fencing-delay",
        "migration-limit", "node-action-limit", "load-threshold", "cluster-recheck-interval", "cluster-delay",
        "transition-delay", "dc-deadtime", "shutdown-escalation", "fence-remote-without-quorum", "shutdown-lock",
        "shutdown-lock-limit", "enable-acl", "have-watchdog",
    ];

    // Nodes behind a connection need an executor that speaks to them.
    private static readonly string[] s_metaAttributes =
    [
        "container-attribute-target", "remote-node", "remote-addr", "remote-port", "remote-connect-timeout",
        "remote-allow-migrate",
    ];

    public static void Check(Configuration configuration, DiagnosticList diagnostics)
    {
        CheckNames(configuration.Properties, s_options, PropertyCatalog.Cluster, "the option ", diagnostics);
        CheckNames(
            configuration.ResourceDefaults, s_metaAttributes, PropertyCatalog.Meta, "the default of ", diagnostics);
        foreach (var resource in configuration.Resources.SelectMany(WithMembers))
        {
            CheckNames(resource.Meta, s_metaAttributes, PropertyCatalog.Meta, $"'{resource.Id}': the meta attribute ",
                diagnostics);
        }

        // Nothing grants a ticket yet.
        foreach (var constraint in configuration.Constraints.OfType<TicketConstraint>())
        {
            Warn(true, constraint.Origin, $"constraint '{constraint.Id}'", diagnostics);
        }
    }

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
