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

    /// <summary>Writes a constraint.</summary>
    public static void Write(CibOutput output, Constraint constraint)
    {
        switch (constraint)
        {
            case LocationConstraint one:
                output.Open("rsc_location", one.Id)
                    .Text("rsc", one.Resource)
                    .Text("rsc-pattern", one.ResourcePattern)
                    .Text("role", one.Role)
                    .Text("node", one.Node)
                    .Text("score", one.Score)
                    .Text("resource-discovery", one.ResourceDiscovery);
                WriteSets(output, one.Sets, one.Id);
                RuleXml.WriteAll(output, one.Rules, one.Id);
                WriteLifetime(output, one.Lifetime, one.Id);
                break;
            case ColocationConstraint one:
                WriteHead(output, one);
                WriteSets(output, one.Sets, one.Id);
                WriteLifetime(output, one.Lifetime, one.Id);
                break;
            case OrderConstraint one:
                WriteHead(output, one);
                WriteSets(output, one.Sets, one.Id);
                WriteLifetime(output, one.Lifetime, one.Id);
                break;
            case TicketConstraint one:
                output.Open("rsc_ticket", one.Id)
                    .Text("rsc", one.Resource)
                    .Text("rsc-role", one.ResourceRole)
                    .Text("ticket", one.Ticket)
                    .Text("loss-policy", one.LossPolicy);
                WriteSets(output, one.Sets, one.Id);
                break;
        }

        output.Close();
    }

    private static void WriteHead(CibOutput output, ColocationConstraint one) =>
        output.Open("rsc_colocation", one.Id)
            .Text("rsc", one.Resource)
            .Text("with-rsc", one.WithResource)
            .Text("rsc-role", one.ResourceRole)
            .Text("with-rsc-role", one.WithResourceRole)
            .Text("rsc-instance", one.ResourceInstance)
            .Text("with-rsc-instance", one.WithResourceInstance)
            .Text("score", one.Score)
            .Text("node-attribute", one.NodeAttribute)
            .Flag("influence", one.Influence);

    private static void WriteHead(CibOutput output, OrderConstraint one) =>
        output.Open("rsc_order", one.Id)
            .Text("first", one.First)
            .Text("then", one.Then)
            .Text("first-action", one.FirstAction)
            .Text("then-action", one.ThenAction)
            .Text("first-instance", one.FirstInstance)
            .Text("then-instance", one.ThenInstance)
            .Text("kind", one.Kind)
            .Text("score", one.Score)
            .Flag("symmetrical", one.Symmetrical)
            .Flag("require-all", one.RequireAll);

    private static void WriteLifetime(CibOutput output, ValueList<Rule> lifetime, string owner)
    {
        if (!lifetime.IsEmpty)
        {
            output.Open("lifetime");
            RuleXml.WriteAll(output, lifetime, owner);
            output.Close();
        }
    }

    private static void WriteSets(CibOutput output, ValueList<ResourceSet> sets, string owner)
    {
        foreach (var set in sets)
        {
            output.Open("resource_set", set.Id.Length > 0 ? set.Id : $"{owner}-set")
                .Flag("sequential", set.Sequential)
                .Flag("require-all", set.RequireAll)
                .Text("ordering", set.Ordering)
                .Text("action", set.Action)
                .Text("role", set.Role)
                .Text("score", set.Score)
                .Text("kind", set.Kind);
            foreach (var member in set.Members)
            {
                output.Open("resource_ref").Text("id", member).Close();
            }

            output.Close();
        }
    }
}
