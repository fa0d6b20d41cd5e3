namespace Ha.InformationBase.Xml;

/// <summary>Constraints.</summary>
internal static class ConstraintXml
{
    /// <summary>All constraints of the section, in document order.</summary>
    public static ValueList<Constraint> Read(CibScope scope, CibElement? section)
    {
        var constraints = new List<Constraint>();
        foreach (var element in section?.Children ?? [])
        {
            if (ConstraintOf(scope, element) is { } constraint)
            {
                constraints.Add(constraint);
            }
        }

        return constraints.ToValueList();
    }

    private static Constraint? ConstraintOf(CibScope scope, CibElement element)
    {
        switch (element.Name)
        {
            case "rsc_location":
                return LocationOf(scope, element);
            case "rsc_colocation":
                return ColocationOf(scope, element);
            case "rsc_order":
                return OrderOf(scope, element);
            case "rsc_ticket":
                return TicketOf(scope, element);
            default:
                scope.Warning("HA4015", element, "it is not known inside of <constraints>; it is ignored");
                return null;
        }
    }

    private static LocationConstraint LocationOf(CibScope scope, CibElement element)
    {
        scope.Expect(element, "rsc", "rsc-pattern", "node", "score", "role", "resource-discovery");
        scope.ExpectChildren(element, "rule", "resource_set", "lifetime");
        return new LocationConstraint
        {
            Id = scope.Required(element, "id"),
            Resource = element["rsc"],
            ResourcePattern = element["rsc-pattern"],
            Sets = SetsOf(scope, element),
            Node = element["node"],
            Score = scope.ScoreText(element, "score"),
            Role = element["role"],
            ResourceDiscovery = element["resource-discovery"],
            Rules = RuleXml.ReadAll(scope, element),
            Lifetime = RuleXml.ReadAll(scope, element.Child("lifetime")),
            Origin = element.Origin,
        };
    }

    private static ColocationConstraint ColocationOf(CibScope scope, CibElement element)
    {
        scope.Expect(element, "rsc", "with-rsc", "rsc-role", "with-rsc-role", "rsc-instance", "with-rsc-instance",
            "score", "node-attribute", "influence");
        scope.ExpectChildren(element, "resource_set", "lifetime");
        return new ColocationConstraint
        {
            Id = scope.Required(element, "id"),
            Resource = element["rsc"],
            WithResource = element["with-rsc"],
            ResourceRole = element["rsc-role"],
            WithResourceRole = element["with-rsc-role"],
            ResourceInstance = element["rsc-instance"],
            WithResourceInstance = element["with-rsc-instance"],
            Score = scope.ScoreText(element, "score"),
            NodeAttribute = element["node-attribute"],
            Influence = scope.Truth(element, "influence"),
            Sets = SetsOf(scope, element),
            Lifetime = RuleXml.ReadAll(scope, element.Child("lifetime")),
            Origin = element.Origin,
        };
    }

    private static OrderConstraint OrderOf(CibScope scope, CibElement element)
    {
        scope.Expect(element, "first", "then", "first-action", "then-action", "first-instance", "then-instance",
            "kind", "score", "symmetrical", "require-all");
        scope.ExpectChildren(element, "resource_set", "lifetime");
        return new OrderConstraint
        {
            Id = scope.Required(element, "id"),
            First = element["first"],
            Then = element["then"],
            FirstAction = element["first-action"],
            ThenAction = element["then-action"],
            FirstInstance = element["first-instance"],
            ThenInstance = element["then-instance"],
            Kind = element["kind"],
            Score = scope.ScoreText(element, "score"),
            Symmetrical = scope.Truth(element, "symmetrical"),
            RequireAll = scope.Truth(element, "require-all"),
            Sets = SetsOf(scope, element),
            Lifetime = RuleXml.ReadAll(scope, element.Child("lifetime")),
            Origin = element.Origin,
        };
    }

    private static TicketConstraint TicketOf(CibScope scope, CibElement element)
    {
        scope.Expect(element, "rsc", "rsc-role", "ticket", "loss-policy");
        scope.ExpectChildren(element, "resource_set");
        return new TicketConstraint
        {
            Id = scope.Required(element, "id"),
            Ticket = scope.Required(element, "ticket"),
            Resource = element["rsc"],
            ResourceRole = element["rsc-role"],
            LossPolicy = element["loss-policy"],
            Sets = SetsOf(scope, element),
            Origin = element.Origin,
        };
    }

    private static ValueList<ResourceSet> SetsOf(CibScope scope, CibElement constraint)
    {
        var sets = new List<ResourceSet>();
        foreach (var written in constraint.All("resource_set"))
        {
            if (scope.Resolve(written) is { } element)
            {
                sets.Add(SetOf(scope, element));
            }
        }

        return sets.ToValueList();
    }

    private static ResourceSet SetOf(CibScope scope, CibElement element)
    {
        scope.Expect(element, "sequential", "require-all", "role", "action", "score", "kind", "ordering");
        scope.ExpectChildren(element, "resource_ref");
        return new ResourceSet
        {
            Id = element.Id,
            Members = element.All("resource_ref").Select(member => scope.Required(member, "id")).ToValueList(),
            Sequential = scope.Truth(element, "sequential"),
            RequireAll = scope.Truth(element, "require-all"),
            Role = element["role"],
            Action = element["action"],
            Score = scope.ScoreText(element, "score"),
            Kind = element["kind"],
            Ordering = element["ordering"],
            Origin = element.Origin,
        };
    }
}
