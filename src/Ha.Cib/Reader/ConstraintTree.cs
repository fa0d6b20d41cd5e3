namespace Ha.InformationBase.Reader;

/// <summary>Constraints as a cluster file would hold them.</summary>
internal static class ConstraintTree
{
    public static TreeFields Of(ValueList<Constraint> constraints) => new TreeFields()
        .Objects("location", constraints.OfType<LocationConstraint>(), one => one.Id, LocationOf)
        .Objects("colocation", constraints.OfType<ColocationConstraint>(), one => one.Id, ColocationOf)
        .Objects("order", constraints.OfType<OrderConstraint>(), one => one.Id, OrderOf)
        .Objects("ticket", constraints.OfType<TicketConstraint>(), one => one.Id, TicketOf);

    private static TreeFields LocationOf(LocationConstraint one) => new TreeFields()
        .Text("rsc", one.Resource)
        .Text("rsc-pattern", one.ResourcePattern)
        .List("sets", one.Sets, set => SetOf(one.Id, one.Sets, set))
        .Text("node", one.Node)
        .Text("score", one.Score)
        .Text("role", one.Role)
        .Text("resource-discovery", one.ResourceDiscovery)
        .List("rules", one.Rules, RuleTree.Of)
        .List("lifetime", one.Lifetime, RuleTree.Of);

    private static TreeFields ColocationOf(ColocationConstraint one) => new TreeFields()
        .Text("rsc", one.Resource)
        .Text("with-rsc", one.WithResource)
        .Text("rsc-role", one.ResourceRole)
        .Text("with-rsc-role", one.WithResourceRole)
        .Text("score", one.Score)
        .Text("node-attribute", one.NodeAttribute)
        .Flag("influence", one.Influence)
        .List("sets", one.Sets, set => SetOf(one.Id, one.Sets, set))
        .List("lifetime", one.Lifetime, RuleTree.Of);

    private static TreeFields OrderOf(OrderConstraint one) => new TreeFields()
        .Text("first", one.First)
        .Text("then", one.Then)
        .Text("first-action", one.FirstAction)
        .Text("then-action", one.ThenAction)
        .Text("kind", one.Kind)
        .Flag("symmetrical", one.Symmetrical)
        .Flag("require-all", one.RequireAll)
        .List("sets", one.Sets, set => SetOf(one.Id, one.Sets, set))
        .List("lifetime", one.Lifetime, RuleTree.Of);

    private static TreeFields TicketOf(TicketConstraint one) => new TreeFields()
        .Text("ticket", one.Ticket)
        .Text("rsc", one.Resource)
        .Text("rsc-role", one.ResourceRole)
        .Text("loss-policy", one.LossPolicy)
        .List("sets", one.Sets, set => SetOf(one.Id, one.Sets, set));

    private static TreeFields SetOf(string owner, ValueList<ResourceSet> sets, ResourceSet set)
    {
        var index = sets.Index().First(item => ReferenceEquals(item.Item, set)).Index;
        return new TreeFields()
            .Text("id", set.Id == $"{owner}-{index + 1}" ? null : set.Id)
            .Names("members", set.Members)
            .Flag("sequential", set.Sequential)
            .Flag("require-all", set.RequireAll)
            .Text("role", set.Role)
            .Text("action", set.Action)
            .Text("score", set.Score)
            .Text("kind", set.Kind)
            .Text("ordering", set.Ordering);
    }
}

/// <summary>Rules as a cluster file would hold them.</summary>
internal static class RuleTree
{
    public static TreeFields Of(Rule rule) => new TreeFields()
        .Text("id", NameOf(rule))
        .Text("boolean-op", rule.IsOr ? "or" : null)
        .Text("score", rule.Score)
        .Text("score-attribute", rule.ScoreAttribute)
        .Text("role", rule.Role)
        .List("expressions", rule.Expressions, ExpressionOf);

    private static TreeFields ExpressionOf(RuleExpression expression) => expression switch
    {
        Rule rule => Of(rule),
        AttributeExpression one => new TreeFields()
            .Text("id", NameOf(one))
            .Text("attribute", one.Attribute)
            .Text("operation", one.Operation)
            .Text("value", one.Value)
            .Text("type", one.Type)
            .Text("value-source", one.ValueSource),
        DateExpression one => new TreeFields()
            .Text("id", NameOf(one))
            .Text("operation", one.Operation)
            .Text("start", one.Start)
            .Text("end", one.End)
            .Object("duration", MapOf(one.Duration))
            .Object("date-spec", MapOf(one.Specification)),
        ResourceExpression one => new TreeFields()
            .Text("id", NameOf(one))
            .Text("class", one.Class)
            .Text("provider", one.Provider)
            .Text("type", one.Type),
        OperationExpression one => new TreeFields()
            .Text("id", NameOf(one))
            .Text("name", one.Name)
            .Text("interval", one.Interval),
        _ => new TreeFields(),
    };

    private static string? NameOf(RuleExpression expression) => expression.Id.Length == 0 ? null : expression.Id;

    private static TreeFields MapOf(ValueMap<string>? map) =>
        (map ?? ValueMap<string>.Empty).Aggregate(
            new TreeFields(), (fields, pair) => fields.Text(pair.Key, pair.Value));
}
