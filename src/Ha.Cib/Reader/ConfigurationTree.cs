using System.Globalization;
using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>A configuration as the object that a cluster file would hold: for writing it and for comparing two. The
/// other direction is <see cref="ClusterFileReader"/>.</summary>
public static class ConfigurationTree
{
    /// <summary>The whole configuration.</summary>
    public static HoconObject Of(Configuration configuration)
    {
        var primitives = configuration.Resources.SelectMany(PrimitivesOf).Where(one => !one.IsFencingDevice);
        var devices = configuration.Resources.SelectMany(PrimitivesOf).Where(one => one.IsFencingDevice);
        var collectives = configuration.Resources.SelectMany(CollectivesOf).ToList();
        return new TreeFields()
            .Object("cluster", new TreeFields()
                .Text("name", configuration.ClusterName.Length == 0 ? null : configuration.ClusterName)
                .Sets("properties", "cluster-options", configuration.Properties))
            .Objects("nodes", configuration.Nodes, node => node.Name, NodeOf)
            .Object("quorum", MapOf(configuration.Quorum))
            .Object("totem", MapOf(configuration.Totem))
            .Sets("rsc-defaults", "rsc-defaults", configuration.ResourceDefaults)
            .Sets("op-defaults", "op-defaults", configuration.OperationDefaults)
            .Objects("templates", configuration.Templates, template => template.Id, template =>
                PrimitiveOf(template.Id, template, template.Agent, null, template.Operations))
            .Objects("fencing", devices, device => device.Id, device =>
                PrimitiveOf(device.Id, device, device.Agent, null, device.Operations))
            .Object("fencing-levels", LevelsOf(configuration.FencingLevels))
            .Objects("resources", primitives, one => one.Id, one =>
                PrimitiveOf(one.Id, one, one.Agent, one.TemplateId, one.Operations))
            .Objects("groups", collectives.OfType<Group>(), group => group.Id, group => new TreeFields()
                .Names("members", group.Members.Select(member => member.Id))
                .Sets("meta", $"{group.Id}-meta", group.Meta))
            .Objects("clones", collectives.OfType<Clone>(), clone => clone.Id, clone => new TreeFields()
                .Text("of", clone.Child.Id)
                .Sets("meta", $"{clone.Id}-meta", clone.Meta))
            .Object("constraints", ConstraintTree.Of(configuration.Constraints))
            .Objects("alerts", configuration.Alerts, alert => alert.Id, alert => new TreeFields()
                .Text("path", alert.Path)
                .Names("recipients", alert.Recipients)
                .Names("events", alert.Events)
                .Text("timeout", HoconUnits.Show(alert.Timeout)))
            .Object("tags", TagsOf(configuration.Tags))
            .Build();
    }

    private static TreeFields NodeOf(Node node) => new TreeFields()
        .Text("id", node.Id)
        .Names("addresses", node.Addresses)
        .Text("votes", node.Votes == 1 ? null : node.Votes.ToString(CultureInfo.InvariantCulture))
        .Sets("attributes", $"nodes-{node.Name}", node.Attributes)
        .Sets("utilization", $"nodes-{node.Name}-utilization", node.Utilization);

    private static TreeFields PrimitiveOf(
        string id, Resource resource, AgentName? agent, string? template, ValueList<OperationDefinition> operations) =>
        new TreeFields()
            .Text("agent", agent is { Class: "stonith" } ? agent.Type : agent?.ToString())
            .Text("template", template)
            .Sets("params", $"{id}-params", resource.Parameters)
            .Sets("meta", $"{id}-meta", resource.Meta)
            .Sets("utilization", $"{id}-utilization", resource.Utilization)
            .Objects("op", operations, operation => KeyOf(id, operation), operation => OperationOf(id, operation));

    private static string KeyOf(string id, OperationDefinition operation) =>
        operation.Id.StartsWith($"{id}-", StringComparison.Ordinal) ? operation.Id[(id.Length + 1)..]
        : operation.Id.Length > 0 ? operation.Id
        : $"{operation.Name}-{HoconUnits.Show(operation.Interval)}";

    private static TreeFields OperationOf(string id, OperationDefinition operation)
    {
        var fields = new TreeFields()
            .Text("name", KeyOf(id, operation) == operation.Name ? null : operation.Name)
            .Text("interval", operation.Interval == TimeSpan.Zero ? null : HoconUnits.Show(operation.Interval));
        foreach (var (name, value) in operation.Attributes)
        {
            fields.Text(name, value);
        }

        return fields;
    }

    private static TreeFields MapOf(ValueMap<string> map)
    {
        var fields = new TreeFields();
        foreach (var (name, value) in map)
        {
            fields.Text(name, value);
        }

        return fields;
    }

    private static TreeFields LevelsOf(ValueList<FencingLevel> levels)
    {
        var fields = new TreeFields();
        foreach (
            var target in levels.GroupBy(level => level.Target ?? level.TargetPattern ?? "", StringComparer.Ordinal))
        {
            fields.Value(target.Key, HoconWriter.List(target.OrderBy(level => level.Index)
                .Select(level => HoconWriter.List(level.Devices.Select(HoconWriter.Text)))));
        }

        return fields;
    }

    private static TreeFields TagsOf(ValueList<Tag> tags)
    {
        var fields = new TreeFields();
        foreach (var tag in tags)
        {
            fields.Names(tag.Id, tag.References);
        }

        return fields;
    }

    private static IEnumerable<Primitive> PrimitivesOf(Resource resource) => resource switch
    {
        Primitive primitive => [primitive],
        Group group => group.Members,
        Clone clone => PrimitivesOf(clone.Child),
        Bundle { Child: { } child } => [child],
        _ => [],
    };

    private static IEnumerable<Resource> CollectivesOf(Resource resource) => resource switch
    {
        Group => [resource],
        Clone clone => CollectivesOf(clone.Child).Append(clone),
        _ => [],
    };
}

/// <summary>Fields of an object while it is put together; what is empty is left out.</summary>
internal sealed class TreeFields
{
    private readonly List<(string Name, HoconValue Value)> _fields = [];

    public HoconObject Build() => HoconWriter.Object(_fields);

    public TreeFields Value(string name, HoconValue value)
    {
        _fields.Add((name, value));
        return this;
    }

    public TreeFields Text(string name, string? text) => text is null ? this : Value(name, HoconWriter.Text(text));

    public TreeFields Flag(string name, bool? flag) => Text(name, flag is null ? null : flag.Value ? "true" : "false");

    public TreeFields Names(string name, IEnumerable<string> names)
    {
        var items = names.Select(HoconWriter.Text).ToList();
        return items.Count == 0 ? this : Value(name, HoconWriter.List(items));
    }

    public TreeFields Object(string name, TreeFields fields) =>
        fields._fields.Count == 0 ? this : Value(name, fields.Build());

    public TreeFields Objects<T>(string name, IEnumerable<T> items, Func<T, string> id, Func<T, TreeFields> fields) =>
        Object(name, items.Aggregate(new TreeFields(), (all, item) => all.Value(id(item), fields(item).Build())));

    public TreeFields List<T>(string name, IEnumerable<T> items, Func<T, TreeFields> fields)
    {
        var values = items.Select(item => (HoconValue)fields(item).Build()).ToList();
        return values.Count == 0 ? this : Value(name, HoconWriter.List(values));
    }

    /// <summary>Blocks of attributes: the plain one under its name, others under NAME-sets.</summary>
    public TreeFields Sets(string name, string plainId, ValueList<AttributeSet> sets)
    {
        var written = sets.Where(set => !set.Id.StartsWith(CibChange.LivePrefix, StringComparison.Ordinal)).ToList();
        var plain = written.Find(
            set => set.Rule is null && set.Score == Score.Zero && (set.Id == plainId || set.Id.Length == 0));
        if (plain is not null)
        {
            Object(name, ValuesOf(plain));
        }

        return Objects(
            $"{name}-sets", written.Where(set => !ReferenceEquals(set, plain)), set => set.Id, set => new TreeFields()
            .Object("rule", set.Rule is null ? new TreeFields() : RuleTree.Of(set.Rule))
            .Text("score", set.Score == Score.Zero ? null : set.Score.ToString())
            .Object("values", ValuesOf(set)));
    }

    private static TreeFields ValuesOf(AttributeSet set) => set.Values.Aggregate(new TreeFields(), (fields, pair) =>
        fields.Value(pair.Name, pair.Value is null ? HoconWriter.Null() : HoconWriter.Text(pair.Value)));
}
