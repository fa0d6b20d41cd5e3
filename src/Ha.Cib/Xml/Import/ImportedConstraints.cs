using System.Globalization;
using Ha.InformationBase.Reader;

namespace Ha.InformationBase.Xml.Import;

/// <summary>Constraints as a cluster file can say them: locations, colocations, orders, tickets in this order.
/// </summary>
internal static class ImportedConstraints
{
    private static readonly string[] s_actions = ["start", "stop", "promote", "demote"];
    private static readonly string[] s_kinds = ["Mandatory", "Optional", "Serialize"];
    private static readonly string[] s_policies = ["stop", "demote", "fence", "freeze"];

    private static readonly string[] s_comparisons =
        ["lt", "gt", "lte", "gte", "eq", "ne", "defined", "not_defined"];

    public static ValueList<Constraint> Of(
        ValueList<Constraint> constraints, ImportedNames names, ImportNotes notes)
    {
        var kept = new List<Constraint>();
        foreach (var constraint in constraints)
        {
            var (converted, problem) = Convert(constraint, names);
            if (converted is not null)
            {
                kept.Add(converted);
            }
            else
            {
                notes.Add("HA4120", constraint.Origin, $"constraint '{constraint.Id}' is left out: {problem}");
            }
        }

        return kept.Where(one => one is LocationConstraint)
            .Concat(kept.Where(one => one is ColocationConstraint))
            .Concat(kept.Where(one => one is OrderConstraint))
            .Concat(kept.Where(one => one is TicketConstraint)).ToValueList();
    }

    /// <summary>True where a cluster file can say the rule.</summary>
    public static bool IsSayable(Rule rule) => !rule.Expressions.IsEmpty
        && (rule.Score is null || Score.TryParse(rule.Score, out _))
        && (rule.Role is null || RoleOf(rule.Role) is not null)
        && rule.Expressions.All(expression => expression switch
        {
            Rule inner => IsSayable(inner),
            AttributeExpression one => ImportedValues.WordOf(one.Operation, s_comparisons) is not null
                && (one.Value is not null || one.Operation.EndsWith("defined", StringComparison.OrdinalIgnoreCase)),
            DateExpression one => one.Start is not null || one.End is not null || one.Specification is not null,
            ResourceExpression one => one.Class is not null || one.Provider is not null || one.Type is not null,
            _ => true,
        });

    /// <summary>A rule with its words in the one form that they have.</summary>
    public static Rule Sayable(Rule rule) => rule with
    {
        Role = rule.Role is null ? null : RoleOf(rule.Role),
        Expressions = rule.Expressions.Select(expression => expression switch
        {
            Rule inner => Sayable(inner),
            AttributeExpression one => one with
            {
                Operation = one.Operation.ToLowerInvariant(),
                Type = one.Type?.ToLowerInvariant(),
                ValueSource = one.ValueSource?.ToLowerInvariant(),
            },
            OperationExpression { Interval: { } interval } one when IntervalText.TryParse(interval, out var length) =>
                one with { Interval = Hocon.HoconUnits.Show(length) },
            DateExpression one => one with { Operation = one.Operation.ToLowerInvariant() },
            _ => expression,
        }).ToValueList(),
    };

    private static (Constraint? Constraint, string Problem) Convert(Constraint constraint, ImportedNames names)
    {
        var sets = SetsOf(constraint);
        var unknown = NamesIn(constraint, sets).FirstOrDefault(name => !names.IsResourceOrTag(name));
        if (unknown is not null)
        {
            return (null, $"there is no resource '{unknown}'");
        }

        if (sets.Any(set => set.Members.IsEmpty))
        {
            return (null, "a set in it is empty");
        }

        return constraint switch
        {
            LocationConstraint one => Convert(one, names),
            ColocationConstraint one => Convert(one),
            OrderConstraint one => Convert(one),
            TicketConstraint one => Convert(one),
            _ => (null, "it is of no known kind"),
        };
    }

    private static (Constraint?, string) Convert(LocationConstraint one, ImportedNames names) => one switch
    {
        { Resource: null, ResourcePattern: null, Sets.IsEmpty: true } => (null, "it names no resource"),
        { Node: { } node } when !names.IsNode(node) => (null, $"there is no node '{node}'"),
        { Node: null, Rules.IsEmpty: true } => (null, "it has neither a node nor a rule"),
        { Role: { } role } when RoleOf(role) is null => (null, $"'{role}' is no role"),
        { Score: { } score } when !Score.TryParse(score, out _) => (null, $"'{score}' is no score"),
        _ when !one.Rules.Concat(one.Lifetime).All(IsSayable) => (null, "its rule cannot be said"),
        _ => (one with
        {
            Node = one.Rules.IsEmpty ? one.Node : null,
            Score = one.Rules.IsEmpty ? one.Score ?? "0" : null,
            Role = one.Role is null ? null : RoleOf(one.Role),
            Rules = one.Rules.Select(Sayable).ToValueList(),
            Lifetime = one.Lifetime.Select(Sayable).ToValueList(),
            Sets = Sayable(one.Id, one.Sets),
        }, ""),
    };

    private static (Constraint?, string) Convert(ColocationConstraint one) => one switch
    {
        { Sets.IsEmpty: true } when one.Resource is null || one.WithResource is null => (null, "it names no resource"),
        { ResourceInstance: not null } or { WithResourceInstance: not null } =>
            (null, "single instances cannot be named"),
        { ResourceRole: { } role } when RoleOf(role) is null => (null, $"'{role}' is no role"),
        { WithResourceRole: { } role } when RoleOf(role) is null => (null, $"'{role}' is no role"),
        { Score: { } score } when !Score.TryParse(score, out _) => (null, $"'{score}' is no score"),
        _ when !one.Lifetime.All(IsSayable) => (null, "its rule cannot be said"),
        _ => (one with
        {
            Resource = one.Sets.IsEmpty ? one.Resource : null,
            WithResource = one.Sets.IsEmpty ? one.WithResource : null,
            ResourceRole = one.ResourceRole is null ? null : RoleOf(one.ResourceRole),
            WithResourceRole = one.WithResourceRole is null ? null : RoleOf(one.WithResourceRole),
            Score = one.Score ?? "0",
            Lifetime = one.Lifetime.Select(Sayable).ToValueList(),
            Sets = Sayable(one.Id, one.Sets),
        }, ""),
    };

    private static (Constraint?, string) Convert(OrderConstraint one) => one switch
    {
        { Sets.IsEmpty: true } when one.First is null || one.Then is null => (null, "it names no resource"),
        { FirstInstance: not null } or { ThenInstance: not null } => (null, "single instances cannot be named"),
        { FirstAction: { } action } when !s_actions.Contains(action) => (null, $"'{action}' is no action in an order"),
        { ThenAction: { } action } when !s_actions.Contains(action) => (null, $"'{action}' is no action in an order"),
        _ when !one.Lifetime.All(IsSayable) => (null, "its rule cannot be said"),
        _ => (one with
        {
            First = one.Sets.IsEmpty ? one.First : null,
            Then = one.Sets.IsEmpty ? one.Then : null,
            Kind = KindOf(one),
            Score = null,
            Lifetime = one.Lifetime.Select(Sayable).ToValueList(),
            Sets = Sayable(one.Id, one.Sets),
        }, ""),
    };

    private static (Constraint?, string) Convert(TicketConstraint one) => one switch
    {
        { Resource: null, Sets.IsEmpty: true } => (null, "it names no resource"),
        { ResourceRole: { } role } when RoleOf(role) is null => (null, $"'{role}' is no role"),
        { LossPolicy: { } policy } when ImportedValues.WordOf(policy, s_policies) is null =>
            (null, $"'{policy}' is no loss-policy"),
        _ => (one with
        {
            Resource = one.Sets.IsEmpty ? one.Resource : null,
            ResourceRole = one.ResourceRole is null ? null : RoleOf(one.ResourceRole),
            LossPolicy = one.LossPolicy is null ? null : ImportedValues.WordOf(one.LossPolicy, s_policies),
            Sets = Sayable(one.Id, one.Sets),
        }, ""),
    };

    // An unknown kind counts as Mandatory, and a score of old as optional where it is zero.
    private static string? KindOf(OrderConstraint one) =>
        one.Kind is { } kind ? ImportedValues.WordOf(kind, s_kinds)
        : one.Score is not null && Score.TryParse(one.Score, out var score) && score == Score.Zero ? "Optional"
        : null;

    private static ValueList<ResourceSet> Sayable(string owner, ValueList<ResourceSet> sets) =>
        sets.Select((set, index) => set with
        {
            Id = set.Id.Length > 0 ? set.Id : string.Create(CultureInfo.InvariantCulture, $"{owner}-{index + 1}"),
            Role = set.Role is null ? null : RoleOf(set.Role),
            Action = set.Action is null ? null : ImportedValues.WordOf(set.Action, s_actions),
            Score = set.Score is not null && Score.TryParse(set.Score, out _) ? set.Score : null,
            Kind = set.Kind is null ? null : ImportedValues.WordOf(set.Kind, s_kinds),
            Ordering = set.Ordering is null ? null : ImportedValues.WordOf(set.Ordering, ["group", "listed"]),
        }).ToValueList();

    private static string? RoleOf(string role) => ImportedValues.WordOf(role, ConstraintReader.Roles) switch
    {
        "Master" => "Promoted",
        "Slave" => "Unpromoted",
        var known => known,
    };

    private static ValueList<ResourceSet> SetsOf(Constraint constraint) => constraint switch
    {
        LocationConstraint one => one.Sets,
        ColocationConstraint one => one.Sets,
        OrderConstraint one => one.Sets,
        TicketConstraint one => one.Sets,
        _ => default,
    };

    private static IEnumerable<string> NamesIn(Constraint constraint, ValueList<ResourceSet> sets) =>
        (constraint switch
        {
            LocationConstraint one => (string?[])[one.Resource],
            ColocationConstraint one when one.Sets.IsEmpty => [one.Resource, one.WithResource],
            OrderConstraint one when one.Sets.IsEmpty => [one.First, one.Then],
            TicketConstraint one => [one.Resource],
            _ => [],
        }).OfType<string>().Concat(sets.SelectMany(set => set.Members));
}
