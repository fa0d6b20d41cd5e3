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

    /// <summary>Writes a rule.</summary>
    public static void Write(CibOutput output, Rule rule, string owner)
    {
        var id = IdOf(rule, owner, "rule");
        output.Open("rule", id)
            .Text("boolean-op", rule.IsOr ? "or" : null)
            .Text("score", rule.Score)
            .Text("score-attribute", rule.ScoreAttribute)
            .Text("role", rule.Role);
        foreach (var expression in rule.Expressions)
        {
            WriteExpression(output, expression, id);
        }

        output.Close();
    }

    /// <summary>Writes rules.</summary>
    public static void WriteAll(CibOutput output, ValueList<Rule> rules, string owner)
    {
        foreach (var rule in rules)
        {
            Write(output, rule, owner);
        }
    }

    private static string IdOf(RuleExpression expression, string owner, string kind) =>
        expression.Id.Length > 0 ? expression.Id : $"{owner}-{kind}";

    private static void WriteExpression(CibOutput output, RuleExpression expression, string owner)
    {
        switch (expression)
        {
            case Rule rule:
                Write(output, rule, owner);
                break;
            case AttributeExpression one:
                output.Open("expression", IdOf(one, owner, "expression"))
                    .Text("attribute", one.Attribute)
                    .Text("operation", one.Operation)
                    .Text("value", one.Value)
                    .Text("type", one.Type)
                    .Text("value-source", one.ValueSource)
                    .Close();
                break;
            case DateExpression one:
                WriteDate(output, one, IdOf(one, owner, "date"));
                break;
            case ResourceExpression one:
                output.Open("rsc_expression", IdOf(one, owner, "rsc"))
                    .Text("class", one.Class)
                    .Text("provider", one.Provider)
                    .Text("type", one.Type)
                    .Close();
                break;
            case OperationExpression one:
                output.Open("op_expression", IdOf(one, owner, "op"))
                    .Text("name", one.Name)
                    .Text("interval", one.Interval)
                    .Close();
                break;
        }
    }

    private static void WriteDate(CibOutput output, DateExpression date, string id)
    {
        output.Open("date_expression", id)
            .Text("operation", date.Operation)
            .Text("start", date.Start)
            .Text("end", date.End);
        if (date.Duration is { } duration)
        {
            output.Open("duration", $"{id}-duration").All(duration).Close();
        }

        if (date.Specification is { } ranges)
        {
            output.Open("date_spec", $"{id}-spec").All(ranges).Close();
        }

        output.Close();
    }
}
