namespace Ha.InformationBase.Xml;

/// <summary>Rules.</summary>
internal static class RuleXml
{
    /// <summary>The rule that an element is or names; null where its reference leads nowhere.</summary>
    public static Rule? Read(CibScope scope, CibElement written)
    {
        if (scope.Resolve(written) is not { } element)
        {
            return null;
        }

        var expressions = new List<RuleExpression>();
        foreach (var child in element.Children)
        {
            if (ExpressionOf(scope, child) is { } expression)
            {
                expressions.Add(expression);
            }
        }

        scope.Expect(element, "score", "score-attribute", "boolean-op", "role");
        return new Rule
        {
            Id = element.Id,
            IsOr = IsOr(scope, element),
            Score = scope.ScoreText(element, "score"),
            ScoreAttribute = element["score-attribute"] ?? element["score-attribute-mangle"],
            Role = element["role"],
            Expressions = expressions.ToValueList(),
            Origin = written.Origin,
        };
    }

    /// <summary>The rules in an element.</summary>
    public static ValueList<Rule> ReadAll(CibScope scope, CibElement? parent)
    {
        var rules = new List<Rule>();
        foreach (var child in parent?.Children ?? [])
        {
            if (child.Name == "rule" && Read(scope, child) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return rules.ToValueList();
    }

    private static bool IsOr(CibScope scope, CibElement element)
    {
        var text = element["boolean-op"];
        var isOr = string.Equals(text, "or", StringComparison.OrdinalIgnoreCase);
        if (text is not null && !isOr && !string.Equals(text, "and", StringComparison.OrdinalIgnoreCase))
        {
            scope.Warning("HA4023", element, $"its boolean-op '{text}' counts as and", "write and, or or");
        }

        return isOr;
    }

    private static RuleExpression? ExpressionOf(CibScope scope, CibElement element)
    {
        switch (element.Name)
        {
            case "rule":
                return Read(scope, element);
            case "expression":
                return AttributeOf(scope, element);
            case "date_expression":
                return DateOf(scope, element);
            case "rsc_expression":
                scope.Expect(element, "class", "provider", "type");
                return new ResourceExpression
                {
                    Id = element.Id,
                    Class = element["class"],
                    Provider = element["provider"],
                    Type = element["type"],
                    Origin = element.Origin,
                };
            case "op_expression":
                scope.Expect(element, "name", "interval");
                _ = scope.Interval(element, "interval");
                return new OperationExpression
                {
                    Id = element.Id,
                    Name = scope.Required(element, "name"),
                    Interval = element["interval"],
                    Origin = element.Origin,
                };
            default:
                scope.Warning("HA4015", element, "it is not known inside of <rule>; it is ignored");
                return null;
        }
    }

    private static AttributeExpression AttributeOf(CibScope scope, CibElement element)
    {
        scope.Expect(element, "attribute", "operation", "value", "type", "value-source");
        return new AttributeExpression
        {
            Id = element.Id,
            Attribute = scope.Required(element, "attribute"),
            Operation = scope.Required(element, "operation"),
            Value = element["value"],
            Type = element["type"],
            ValueSource = element["value-source"],
            Origin = element.Origin,
        };
    }

    private static DateExpression DateOf(CibScope scope, CibElement element)
    {
        scope.Expect(element, "operation", "start", "end");
        scope.ExpectChildren(element, "duration", "date_spec");
        var lasting = element.Child("duration") is { } duration ? scope.Resolve(duration) : null;
        var ranges = element.Child("date_spec") is { } specification ? scope.Resolve(specification) : null;
        return new DateExpression
        {
            Id = element.Id,
            Operation = element["operation"] ?? "in_range",
            Start = element["start"],
            End = element["end"],
            Duration = lasting?.AttributesBut("id"),
            Specification = ranges?.AttributesBut("id"),
            Origin = element.Origin,
        };
    }
}
