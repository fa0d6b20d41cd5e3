using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>Rules of a cluster file. The attribute names are Pacemaker's; the kind of an expression shows by its keys:
/// attribute, name (of an operation), class, provider or type (of an agent), expressions (a rule inside), else a date.
/// </summary>
internal static class RuleReader
{
    // Deeper rules are nobody's intent.
    private const int MaxDepth = 16;

    private static readonly string[] s_comparisons = ["lt", "gt", "lte", "gte", "eq", "ne", "defined", "not_defined"];
    private static readonly string[] s_dates = ["gt", "lt", "in_range", "date_spec"];

    /// <summary>The rule in a field; null when there is none.</summary>
    public static Rule? Read(FileScope scope, string name) => scope.Object(name) is { } body ? RuleOf(body, 0) : null;

    /// <summary>The rules of a list of rules.</summary>
    public static ValueList<Rule> ReadAll(FileScope scope, string name) =>
        scope.ObjectList(name).Select(body => RuleOf(body, 0)).ToValueList();

    private static Rule RuleOf(FileScope body, int depth)
    {
        var rule = new Rule
        {
            Id = body.Text("id") ?? "",
            IsOr = "or".Equals(body.Word("boolean-op", "and", "or"), StringComparison.OrdinalIgnoreCase),
            Score = body.ScoreText("score"),
            ScoreAttribute = body.Text("score-attribute"),
            Role = body.Word("role", ConstraintReader.Roles),
            Expressions = ExpressionsOf(body, depth).ToValueList(),
            Origin = body.At,
        };
        body.RejectOthers(SchemaCatalog.Rule);
        if (rule.Expressions.IsEmpty)
        {
            body.Diagnostics.Error(
                "HA2040", body.Place, $"{body.Path} has no expressions",
                "write expressions = [{ attribute = NAME, operation = eq, value = VALUE }]");
        }

        return rule;
    }

    private static IEnumerable<RuleExpression> ExpressionsOf(FileScope body, int depth)
    {
        foreach (var item in body.ObjectList("expressions"))
        {
            var names = item.Fields.Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
            if (names.Contains("expressions") && depth >= MaxDepth)
            {
                body.Diagnostics.Error("HA2041", item.Place, $"rules are nested deeper than {MaxDepth}");
                continue;
            }

            yield return names.Contains("expressions") ? RuleOf(item, depth + 1)
                : names.Contains("attribute") ? AttributeOf(item)
                : names.Contains("name") ? OperationOf(item)
                : names.Contains("class") || names.Contains("provider") || names.Contains("type") ? AgentOf(item)
                : DateOf(item);
        }
    }

    private static AttributeExpression AttributeOf(FileScope body)
    {
        var operation = body.Word("operation", s_comparisons);
        var value = body.Text("value");
        var needsValue = operation is not ("defined" or "not_defined");
        if (operation is null || (needsValue && value is null))
        {
            body.Diagnostics.Error(
                "HA2042", body.Place, $"{body.Path} is not complete",
                "write { attribute = NAME, operation = eq, value = VALUE }, or operation = defined");
        }

        var expression = new AttributeExpression
        {
            Id = body.Text("id") ?? "",
            Attribute = body.Required("attribute", "write the name of a node attribute"),
            Operation = operation ?? "eq",
            Value = value,
            Type = body.Word("type", "string", "integer", "number", "version"),
            ValueSource = body.Word("value-source", "literal", "param", "meta"),
            Origin = body.At,
        };
        body.RejectOthers(SchemaCatalog.AttributeTest);
        return expression;
    }

    private static DateExpression DateOf(FileScope body)
    {
        var specification = MapOf(body.Object("date-spec"), SchemaCatalog.DateSpecification);
        var start = body.Text("start");
        var end = body.Text("end");
        var duration = MapOf(body.Object("duration"), SchemaCatalog.DateDuration);
        var operation = body.Word("operation", s_dates)
            ?? (specification is not null ? "date_spec" : start is null ? "lt" : end is null && duration is null ? "gt"
                : "in_range");
        if (specification is null && start is null && end is null)
        {
            body.Diagnostics.Error(
                "HA2043", body.Place, $"{body.Path} tests nothing",
                "write attribute, start, end, date-spec, or the class, provider or type of an agent");
        }

        var expression = new DateExpression
        {
            Id = body.Text("id") ?? "",
            Operation = operation,
            Start = start,
            End = end,
            Duration = duration,
            Specification = specification,
            Origin = body.At,
        };
        body.RejectOthers(SchemaCatalog.DateTest);
        return expression;
    }

    private static ResourceExpression AgentOf(FileScope body)
    {
        var expression = new ResourceExpression
        {
            Id = body.Text("id") ?? "",
            Class = body.Text("class"),
            Provider = body.Text("provider"),
            Type = body.Text("type"),
            Origin = body.At,
        };
        body.RejectOthers(SchemaCatalog.AgentTest);
        return expression;
    }

    private static OperationExpression OperationOf(FileScope body)
    {
        _ = body.Duration("interval");
        var expression = new OperationExpression
        {
            Id = body.Text("id") ?? "",
            Name = body.Required("name", "write the name of an operation"),
            Interval = body.Text("interval"),
            Origin = body.At,
        };
        body.RejectOthers(SchemaCatalog.OperationTest);
        return expression;
    }

    private static ValueMap<string>? MapOf(FileScope? body, SchemaSection section) =>
        body?.Attributes("", section.Keys)?.ToMap();
}
