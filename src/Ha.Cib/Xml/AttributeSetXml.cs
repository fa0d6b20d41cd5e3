namespace Ha.InformationBase.Xml;

/// <summary>Blocks of names and values: cluster options, meta and instance attributes, utilization.</summary>
internal static class AttributeSetXml
{
    /// <summary>The blocks of this name in an element, in document order.</summary>
    public static ValueList<AttributeSet> Read(CibScope scope, CibElement? parent, string name)
    {
        if (parent is null || parent.Child(name) is null)
        {
            return default;
        }

        var sets = new List<AttributeSet>();
        foreach (var written in parent.All(name))
        {
            if (scope.Resolve(written) is { } element)
            {
                sets.Add(SetOf(scope, element));
            }
        }

        return sets.ToValueList();
    }

    private static AttributeSet SetOf(CibScope scope, CibElement element)
    {
        var values = new List<NameValue>(element.Children.Count);
        var rules = new List<Rule>();
        AddContent(scope, element, values, rules);
        scope.Expect(element, "score");
        return new AttributeSet
        {
            Id = element.Id,
            Score = scope.ScoreOf(element, "score"),
            Rule = rules.Count switch
            {
                0 => null,
                1 => rules[0],
                _ => AnyOf(rules, element.Origin),
            },
            Values = values.ToValueList(),
            Origin = element.Origin,
        };
    }

    // Of several rules one is enough.
    private static Rule AnyOf(List<Rule> rules, Origin origin) =>
        new() { IsOr = true, Expressions = rules.ToValueList<RuleExpression>(), Origin = origin };

    private static void AddContent(CibScope scope, CibElement element, List<NameValue> values, List<Rule> rules)
    {
        foreach (var child in element.Children)
        {
            switch (child.Name)
            {
                case "nvpair":
                    AddPair(scope, child, values);
                    break;
                case "rule" when RuleXml.Read(scope, child) is { } rule:
                    rules.Add(rule);
                    break;
                case "rule":
                    break;
                case "attributes":
                    // Very old files have one more element around the pairs.
                    AddContent(scope, child, values, rules);
                    break;
                default:
                    scope.Warning("HA4015", child, $"it is not known inside of <{element.Name}>; it is ignored");
                    break;
            }
        }
    }

    // A reference may give the value another name.
    private static void AddPair(CibScope scope, CibElement written, List<NameValue> values)
    {
        if (scope.Resolve(written) is not { } pair)
        {
            return;
        }

        var name = written["name"] ?? pair["name"];
        if (string.IsNullOrEmpty(name))
        {
            scope.Warning("HA4022", written, "it has no name; it is ignored");
            return;
        }

        values.Add(new NameValue(name, pair["value"], written.Origin));
    }

    /// <summary>Writes blocks as elements of this name.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="name">Name of the elements.</param>
    /// <param name="owner">Begins the ids of blocks that have none.</param>
    /// <param name="sets">The blocks.</param>
    public static void Write(CibOutput output, string name, string owner, ValueList<AttributeSet> sets)
    {
        foreach (var set in sets)
        {
            var id = set.Id.Length > 0 ? set.Id : $"{owner}-{name}";
            output.Open(name, id).Text("score", set.Score == Score.Zero ? null : set.Score.ToString());
            if (set.Rule is { } rule)
            {
                RuleXml.Write(output, rule, id);
            }

            var isOld = output.Dialect == CibDialect.Pacemaker21 && name == "cluster_property_set";
            foreach (var pair in set.Values)
            {
                output.Open("nvpair", pair.Origin.ElementId ?? $"{id}-{pair.Name}")
                    .Text("name", isOld ? OptionNames.Old(pair.Name) : pair.Name)
                    .Text("value", isOld ? OptionNames.OldValue(pair.Name, pair.Value) : pair.Value)
                    .Close();
            }

            output.Close();
        }
    }
}
