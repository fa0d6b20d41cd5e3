using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>Constraints of a cluster file: the attribute names are Pacemaker's.</summary>
internal static class ConstraintReader
{
    /// <summary>The roles, with their old names.</summary>
    public static readonly string[] Roles = ["Started", "Stopped", "Promoted", "Unpromoted", "Master", "Slave"];

    private static readonly string[] s_actions = ["start", "stop", "promote", "demote"];
    private static readonly string[] s_kinds = ["Mandatory", "Optional", "Serialize"];

    public static IEnumerable<Constraint> Read(FileScope scope)
    {
        if (scope.Object("constraints") is not { } constraints)
        {
            return [];
        }

        Constraint[] all =
        [
            .. constraints.Objects("location").Select(item => LocationOf(item.Id, item.Body)),
            .. constraints.Objects("colocation").Select(item => ColocationOf(item.Id, item.Body)),
            .. constraints.Objects("order").Select(item => OrderOf(item.Id, item.Body)),
            .. constraints.Objects("ticket").Select(item => TicketOf(item.Id, item.Body)),
        ];
        constraints.RejectOthers(SchemaCatalog.Constraints);
        return all;
    }

    private static LocationConstraint LocationOf(string id, FileScope body)
    {
        var rule = RuleReader.Read(body, "rule");
        var rules = RuleReader.ReadAll(body, "rules");
        var constraint = new LocationConstraint
        {
            Id = id,
            Resource = body.Name("rsc", NameKind.Resource),
            ResourcePattern = body.Text("rsc-pattern"),
            Sets = SetsOf(id, body),
            Node = body.Name("node", NameKind.Node),
            Score = body.ScoreText("score"),
            Role = body.Word("role", Roles),
            ResourceDiscovery = body.Word("resource-discovery", "always", "never", "exclusive"),
            Rules = rule is null ? rules : [rule, .. rules],
            Lifetime = RuleReader.ReadAll(body, "lifetime"),
            Origin = body.At,
        };
        body.RejectOthers(SchemaCatalog.Location);
        Need(body, constraint.Resource
            ?? constraint.ResourcePattern, constraint.Sets, "rsc", "write the resource: rsc = NAME");
        if (constraint.Node is null && constraint.Rules.IsEmpty)
        {
            body.Diagnostics.Error("HA2003", body.Place, $"{body.Path} has no node", "write node = NAME, or a rule");
        }
        else if (constraint.Node is not null && !constraint.Rules.IsEmpty)
        {
            body.Diagnostics.Error(
                "HA2044", body.Place, $"{body.Path} has both a node and a rule", "write one of them");
        }

        return constraint.Node is null ? constraint : constraint with { Score = constraint.Score ?? "0" };
    }

    private static ColocationConstraint ColocationOf(string id, FileScope body)
    {
        var sets = SetsOf(id, body);
        var constraint = new ColocationConstraint
        {
            Id = id,
            Resource = body.Name("rsc", NameKind.Resource),
            WithResource = body.Name("with-rsc", NameKind.Resource),
            ResourceRole = body.Word("rsc-role", Roles),
            WithResourceRole = body.Word("with-rsc-role", Roles),
            Score = body.ScoreText("score") ?? "INFINITY",
            NodeAttribute = body.Text("node-attribute"),
            Influence = body.Boolean("influence"),
            Sets = sets,
            Lifetime = RuleReader.ReadAll(body, "lifetime"),
            Origin = body.At,
        };
        body.RejectOthers(SchemaCatalog.Colocation);
        Need(body, constraint.Resource, sets, "rsc", "write the resource that goes where another is");
        Need(body, constraint.WithResource, sets, "with-rsc", "write the resource that it goes with");
        return constraint;
    }

    private static OrderConstraint OrderOf(string id, FileScope body)
    {
        var sets = SetsOf(id, body);
        var constraint = new OrderConstraint
        {
            Id = id,
            First = body.Name("first", NameKind.Resource),
            Then = body.Name("then", NameKind.Resource),
            FirstAction = body.Word("first-action", s_actions),
            ThenAction = body.Word("then-action", s_actions),
            Kind = body.Word("kind", s_kinds),
            Symmetrical = body.Boolean("symmetrical"),
            RequireAll = body.Boolean("require-all"),
            Sets = sets,
            Lifetime = RuleReader.ReadAll(body, "lifetime"),
            Origin = body.At,
        };
        body.RejectOthers(SchemaCatalog.Order);
        Need(body, constraint.First, sets, "first", "write the resource that goes first");
        Need(body, constraint.Then, sets, "then", "write the resource that goes later");
        return constraint;
    }

    private static TicketConstraint TicketOf(string id, FileScope body)
    {
        var constraint = new TicketConstraint
        {
            Id = id,
            Ticket = body.Required("ticket", "write the ticket's name"),
            Resource = body.Name("rsc", NameKind.Resource),
            ResourceRole = body.Word("rsc-role", Roles),
            LossPolicy = body.Word("loss-policy", "stop", "demote", "fence", "freeze"),
            Sets = SetsOf(id, body),
            Origin = body.At,
        };
        body.RejectOthers(SchemaCatalog.Ticket);
        Need(body, constraint.Resource, constraint.Sets, "rsc", "write the resource that needs the ticket");
        return constraint;
    }

    private static ValueList<ResourceSet> SetsOf(string id, FileScope body)
    {
        var sets = new List<ResourceSet>();
        foreach (var (index, set) in body.ObjectList("sets").Index())
        {
            sets.Add(new ResourceSet
            {
                Id = set.Text("id") ?? $"{id}-{index + 1}",
                Members = set.Names("members", NameKind.Resource),
                Sequential = set.Boolean("sequential"),
                RequireAll = set.Boolean("require-all"),
                Role = set.Word("role", Roles),
                Action = set.Word("action", s_actions),
                Score = set.ScoreText("score"),
                Kind = set.Word("kind", s_kinds),
                Ordering = set.Word("ordering", "group", "listed"),
                Origin = set.At,
            });
            set.RejectOthers(SchemaCatalog.ResourceSet);
            if (sets[^1].Members.IsEmpty)
            {
                set.Diagnostics.Error(
                    "HA2021", set.Place, $"{set.Path} has no members", "write members = [first, second]");
            }
        }

        return sets.ToValueList();
    }

    private static void Need(FileScope body, string? value, ValueList<ResourceSet> sets, string name, string what)
    {
        if (value is null && sets.IsEmpty)
        {
            body.Diagnostics.Error("HA2003", body.Place, $"{body.Path} has no {name}", what);
        }
        else if (value is not null && !sets.IsEmpty)
        {
            body.Diagnostics.Error(
                "HA2045", body.PlaceOf(name), $"{body.Path} has both {name} and sets", "write one of them");
        }
    }
}
