using Ha.Hocon;

namespace Ha.InformationBase.Xml;

/// <summary>What does not fit together in an imported configuration. Pacemaker goes on without what refers to nothing;
/// so do we, with a warning.</summary>
internal static class CibXmlChecks
{
    public static void Check(Configuration configuration, DiagnosticList diagnostics)
    {
        var resources = configuration.Resources.SelectMany(Tree).ToList();
        var templates = configuration.Templates.Select(template => template.Id).ToHashSet(StringComparer.Ordinal);
        var known = resources.Select(resource => resource.Id)
            .Concat(templates)
            .Concat(configuration.Tags.Select(tag => tag.Id))
            .ToHashSet(StringComparer.Ordinal);
        CheckTemplates(resources, templates, diagnostics);
        CheckConstraints(configuration, known, diagnostics);
        CheckLevels(configuration, known, diagnostics);
        OrderLoopChecks.Check(configuration, diagnostics);
    }

    private static void CheckTemplates(
        List<Resource> resources, HashSet<string> templates, DiagnosticList diagnostics)
    {
        foreach (var primitive in resources.OfType<Primitive>())
        {
            if (primitive.TemplateId is { } template && !templates.Contains(template) && !diagnostics.IsFull)
            {
                diagnostics.Error("HA4060", PlaceOf(primitive.Origin),
                    $"<primitive id=\"{primitive.Id}\">: there is no template '{template}'",
                    Suggestion.For(template, templates));
            }
        }
    }

    private static void CheckConstraints(
        Configuration configuration, HashSet<string> known, DiagnosticList diagnostics)
    {
        var unknown = 0;
        foreach (var constraint in configuration.Constraints)
        {
            foreach (var name in NamesIn(constraint))
            {
                // Looking for what was meant takes long: not for more than are reported.
                if (name is not null && !known.Contains(name) && ++unknown <= Diagnostic.Limit)
                {
                    diagnostics.Warning("HA4061", PlaceOf(constraint.Origin),
                        $"constraint '{constraint.Id}': there is no resource '{name}'; it has no effect on that",
                        Suggestion.For(name, known));
                }
            }

            if (IsAboutNothing(constraint))
            {
                diagnostics.Warning("HA4062", PlaceOf(constraint.Origin),
                    $"constraint '{constraint.Id}' names no resource; it is ignored");
            }
        }
    }

    private static bool IsAboutNothing(Constraint constraint) => constraint switch
    {
        LocationConstraint one => one.Resource is null && one.ResourcePattern is null && one.Sets.IsEmpty,
        ColocationConstraint one => (one.Resource is null || one.WithResource is null) && one.Sets.IsEmpty,
        OrderConstraint one => (one.First is null || one.Then is null) && one.Sets.IsEmpty,
        TicketConstraint one => one.Resource is null && one.Sets.IsEmpty,
        _ => false,
    };

    private static IEnumerable<string?> NamesIn(Constraint constraint) => constraint switch
    {
        LocationConstraint one => [one.Resource, .. one.Sets.SelectMany(set => set.Members)],
        ColocationConstraint one => [one.Resource, one.WithResource, .. one.Sets.SelectMany(set => set.Members)],
        OrderConstraint one => [one.First, one.Then, .. one.Sets.SelectMany(set => set.Members)],
        TicketConstraint one => [one.Resource, .. one.Sets.SelectMany(set => set.Members)],
        _ => [],
    };

    private static void CheckLevels(Configuration configuration, HashSet<string> known, DiagnosticList diagnostics)
    {
        var unknown = 0;
        foreach (var level in configuration.FencingLevels)
        {
            if (level.Index is < 1 or > 9)
            {
                diagnostics.Warning("HA4065", PlaceOf(level.Origin),
                    $"fencing level '{level.Id}' has the index {level.Index}; it is ignored", "write 1 to 9");
            }

            foreach (var device in level.Devices
                .Where(device => !known.Contains(device) && ++unknown <= Diagnostic.Limit))
            {
                diagnostics.Warning("HA4066", PlaceOf(level.Origin),
                    $"fencing level '{level.Id}': there is no device '{device}'", Suggestion.For(device, known));
            }
        }
    }

    private static IEnumerable<Resource> Tree(Resource resource) => resource switch
    {
        Group group => group.Members.Prepend<Resource>(group),
        Clone clone => Tree(clone.Child).Prepend(clone),
        Bundle { Child: { } child } bundle => [bundle, child],
        _ => [resource],
    };

    private static Position PlaceOf(Origin origin) => new(origin.File ?? "", origin.Line, origin.Column);
}
