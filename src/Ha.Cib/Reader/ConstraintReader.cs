using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>Constraints of a cluster file: the attribute names are Pacemaker's.</summary>
internal static class ConstraintReader
{
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
        ];
        constraints.RejectOthers();
        return all;
    }

    private static LocationConstraint LocationOf(string id, FileScope body)
    {
        var constraint = new LocationConstraint
        {
            Id = id,
            Resource = body.Text("rsc"),
            ResourcePattern = body.Text("rsc-pattern"),
            Node = body.Required("node", "write the node's name; rules are not supported by this version yet"),
            Score = body.ScoreText("score") ?? "0",
            Role = body.Text("role"),
            ResourceDiscovery = body.Text("resource-discovery"),
            Origin = body.At,
        };
        body.RejectOthers();
        return constraint;
    }

    private static ColocationConstraint ColocationOf(string id, FileScope body)
    {
        var constraint = new ColocationConstraint
        {
            Id = id,
            Resource = body.Required("rsc", "write the resource that goes where another is"),
            WithResource = body.Required("with-rsc", "write the resource that it goes with"),
            ResourceRole = body.Text("rsc-role"),
            WithResourceRole = body.Text("with-rsc-role"),
            Score = body.ScoreText("score") ?? "INFINITY",
            NodeAttribute = body.Text("node-attribute"),
            Influence = body.Boolean("influence"),
            Origin = body.At,
        };
        body.RejectOthers();
        return constraint;
    }

    private static OrderConstraint OrderOf(string id, FileScope body)
    {
        var constraint = new OrderConstraint
        {
            Id = id,
            First = body.Required("first", "write the resource that goes first"),
            Then = body.Required("then", "write the resource that goes later"),
            FirstAction = body.Text("first-action"),
            ThenAction = body.Text("then-action"),
            Kind = body.Text("kind"),
            Symmetrical = body.Boolean("symmetrical"),
            RequireAll = body.Boolean("require-all"),
            Origin = body.At,
        };
        body.RejectOthers();
        return constraint;
    }
}
