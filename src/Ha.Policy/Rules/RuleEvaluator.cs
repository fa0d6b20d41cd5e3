using Ha.InformationBase;
using Ha.InformationBase.Xml;

namespace Ha.Policy.Rules;

/// <summary>Whether rules hold. What is misconfigured does not hold, as since Pacemaker 3.0. Source: Pacemaker
/// Explained, "Rules".</summary>
public static class RuleEvaluator
{
    /// <summary>Looks at one rule and all that is in it. As soon as the outcome is clear, the rest is not looked at and
    /// adds no time of change.</summary>
    public static RuleOutcome Evaluate(Rule rule, in RuleInput input)
    {
        long? changesAt = null;
        foreach (var expression in rule.Expressions)
        {
            var outcome = EvaluateExpression(expression, input);
            changesAt = RuleOutcome.Earlier(changesAt, outcome.ChangesAt);
            if (outcome.Holds == rule.IsOr)
            {
                return new RuleOutcome(rule.IsOr, changesAt);
            }
        }

        return new RuleOutcome(!rule.IsOr && !rule.Expressions.IsEmpty, changesAt);
    }

    /// <summary>Looks at the rule of something that may have none: without a rule it holds always.</summary>
    public static RuleOutcome EvaluateOptional(Rule? rule, in RuleInput input) =>
        rule is null ? new RuleOutcome(true, null) : Evaluate(rule, input);

    /// <summary>Looks at several rules, of which one is enough; without any it holds always.</summary>
    public static RuleOutcome EvaluateAny(ValueList<Rule> rules, in RuleInput input)
    {
        long? changesAt = null;
        foreach (var rule in rules)
        {
            var outcome = Evaluate(rule, input);
            changesAt = RuleOutcome.Earlier(changesAt, outcome.ChangesAt);
            if (outcome.Holds)
            {
                return new RuleOutcome(true, changesAt);
            }
        }

        return new RuleOutcome(rules.IsEmpty, changesAt);
    }

    /// <summary>True when the outcome of a rule depends on the node.</summary>
    public static bool LooksAtNode(Rule rule)
    {
        foreach (var expression in rule.Expressions)
        {
            if (expression is AttributeExpression || (expression is Rule inner && LooksAtNode(inner)))
            {
                return true;
            }
        }

        return false;
    }

    private static RuleOutcome EvaluateExpression(RuleExpression expression, in RuleInput input) => expression switch
    {
        Rule rule => Evaluate(rule, input),
        AttributeExpression attribute => new RuleOutcome(HoldsFor(attribute, input), null),
        DateExpression date => DateRules.Evaluate(date, input),
        ResourceExpression resource => new RuleOutcome(HoldsFor(resource, input.Agent), null),
        OperationExpression operation => new RuleOutcome(HoldsFor(operation, input), null),
        _ => new RuleOutcome(false, null),
    };

    private static bool HoldsFor(AttributeExpression expression, in RuleInput input)
    {
        if (expression.Attribute.Length == 0 || !IsKnown(expression))
        {
            return false;
        }

        var actual = input.NodeAttribute?.Invoke(input.Expand(expression.Attribute));
        var reference = ReferenceOf(expression, input);
        return expression.Operation.ToLowerInvariant() switch
        {
            "defined" => actual is not null,
            "not_defined" => actual is null,
            "eq" => RuleValues.Compare(actual, reference, expression.Type ?? "string") == 0,
            "ne" => RuleValues.Compare(actual, reference, expression.Type ?? "string") != 0,
            _ when actual is null || reference is null => false,
            "lt" => Compare(expression, actual, reference) < 0,
            "lte" => Compare(expression, actual, reference) <= 0,
            "gt" => Compare(expression, actual, reference) > 0,
            "gte" => Compare(expression, actual, reference) >= 0,
            _ => false,
        };
    }

    // What is misspelled makes the expression false, also one that would be true for its being so.
    private static bool IsKnown(AttributeExpression expression) =>
        expression.Type?.ToLowerInvariant() is null or "string" or "integer" or "number" or "version"
        && expression.ValueSource?.ToLowerInvariant() is null or "literal" or "param" or "meta"
        && (expression.Value is not null || expression.Operation.ToLowerInvariant() is "defined" or "not_defined");

    private static string? ReferenceOf(AttributeExpression expression, in RuleInput input) =>
        (expression.Value, expression.ValueSource?.ToLowerInvariant()) switch
        {
            (null, _) => null,
            ({ } name, "param") => input.Parameter?.Invoke(name),
            ({ } name, "meta") => input.Meta?.Invoke(name),
            ({ } literal, _) => literal,
        };

    // Without a type, order is between numbers: with a point in one of them between fractions, else whole.
    private static int Compare(AttributeExpression expression, string actual, string reference) =>
        RuleValues.Compare(actual, reference, expression.Type
            ?? (actual.Contains('.', StringComparison.Ordinal) || reference.Contains('.', StringComparison.Ordinal)
                ? "number"
                : "integer"));

    private static bool HoldsFor(ResourceExpression expression, AgentName? agent) =>
        (expression.Class is null || expression.Class == agent?.Class)
        && (expression.Provider is null || expression.Provider == agent?.Provider)
        && (expression.Type is null || expression.Type == agent?.Type);

    private static bool HoldsFor(OperationExpression expression, in RuleInput input) =>
        expression.Name == input.Operation
        && (expression.Interval is null
            || (IntervalText.TryParse(expression.Interval, out var interval) && interval == input.Interval));
}
