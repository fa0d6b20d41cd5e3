using Ha.Hocon;
using Ha.InformationBase.Reader;

namespace Ha.InformationBase.Xml.Import;

/// <summary>What becomes of an imported configuration in a cluster file of ours.</summary>
/// <param name="Configuration">The configuration, in the form that a cluster file can say.</param>
/// <param name="Notes">What could not be carried over, or has another form now: the place in the CIB and a sentence.
/// </param>
/// <param name="Text">The cluster file.</param>
/// <param name="Problems">What the reader of cluster files still finds wrong with the text; empty when it is ready.
/// </param>
public sealed record ImportedCluster(
    Configuration Configuration, IReadOnlyList<Diagnostic> Notes, string Text, IReadOnlyList<Diagnostic> Problems);

/// <summary>A Pacemaker configuration as a cluster file: old names become new ones, values get their one form, and what
/// a cluster file cannot say is left out and noted.</summary>
public static class CibImport
{
    // For information only: Pacemaker sets them itself.
    private static readonly string[] s_information =
        ["dc-version", "cluster-infrastructure", "cluster-name", "last-lrm-refresh", "have-watchdog", "probe_complete"];

    // Options of 1.1 that are defaults of resources and operations now.
    private static readonly (string Option, string Meta)[] s_resourceDefaults =
        [("default-resource-stickiness", "resource-stickiness"), ("is-managed-default", "is-managed")];

    private static readonly (string Option, string Attribute)[] s_operationDefaults =
        [("default-action-timeout", "timeout")];

    /// <summary>Converts a configuration.</summary>
    /// <param name="original">As <see cref="CibXmlReader"/> gives it.</param>
    public static ImportedCluster ToClusterFile(Configuration original)
    {
        var imported = WithDefaults(original);
        var notes = new ImportNotes();
        var nodes = NodesOf(imported, notes);
        var resources = ImportedResources.Of(imported, nodes, notes);
        var names = new ImportedNames(nodes, resources, imported.Tags);
        var tags = TagsOf(imported, names, notes);
        var known = names with { Tags = tags };
        var configuration = new Configuration
        {
            ClusterName = imported.ClusterName,
            Properties = PropertiesOf(imported, notes),
            Nodes = nodes,
            Resources = resources.Resources,
            Templates = resources.Templates,
            Constraints = ImportedConstraints.Of(imported.Constraints, known, notes),
            ResourceDefaults = ImportedValues.Of(
                imported.ResourceDefaults, PropertyCatalog.Meta, "rsc-defaults", "resource defaults", notes),
            OperationDefaults = ImportedValues.Of(
                imported.OperationDefaults, PropertyCatalog.Operation, "op-defaults", "operation defaults", notes),
            FencingLevels = LevelsOf(imported, known, notes),
            Tags = tags,
            Alerts = imported.Alerts,
        };
        var text = ClusterFileWriter.Write(configuration);
        var problems = ClusterFileReader.ReadText(text).Diagnostics
            .Where(item => item.Severity == Severity.Error).ToList();
        return new ImportedCluster(configuration, notes.All, text, problems);
    }

    // A default that is there already wins over the old option.
    private static Configuration WithDefaults(Configuration original) => original with
    {
        ResourceDefaults = Defaults(original, s_resourceDefaults).AddRange(original.ResourceDefaults),
        OperationDefaults = Defaults(original, s_operationDefaults).AddRange(original.OperationDefaults),
        Properties = original.Properties.Select(set => set with
        {
            Values = set.Values.Where(pair => !s_resourceDefaults.Concat(s_operationDefaults)
                .Any(known => known.Item1 == pair.Name.Replace('_', '-'))).ToValueList(),
        }).ToValueList(),
    };

    private static ValueList<AttributeSet> Defaults(Configuration original, (string Option, string Name)[] names)
    {
        var values = original.Properties.SelectMany(set => set.Values)
            .SelectMany(pair => names.Where(known => known.Option == pair.Name.Replace('_', '-'))
                .Select(known => pair with { Name = known.Name }))
            .ToList();
        return values.Count == 0 ? default : [AttributeSet.Of("defaults-of-old", values)];
    }

    private static ValueList<AttributeSet> PropertiesOf(Configuration imported, ImportNotes notes)
    {
        var sets = imported.Properties.Select(set => set with
        {
            Values = set.Values
                .Where(pair => !s_information.Contains(pair.Name, StringComparer.Ordinal))
                .Select(pair => pair with { Name = OptionNames.New(pair.Name) })
                .ToValueList(),
        });
        return ImportedValues.Of(
            sets.ToValueList(), PropertyCatalog.Cluster, "cluster-options", "cluster options", notes);
    }

    private static ValueList<Node> NodesOf(Configuration imported, ImportNotes notes)
    {
        var nodes = new List<Node>();
        var areNumbers = imported.Nodes.Where(node => node.Kind == NodeKind.Member)
            .All(node => int.TryParse(node.Id, out var id) && id > 0);
        foreach (var node in imported.Nodes)
        {
            if (node.Kind != NodeKind.Member)
            {
                notes.Add("HA4101", node.Origin, $"node '{node.Name}' is no full member; such nodes are left out");
                continue;
            }

            if (nodes.Exists(other => other.Name == node.Name))
            {
                notes.Add("HA4101", node.Origin, $"node '{node.Name}' is there twice; the first stays");
                continue;
            }

            if (!areNumbers)
            {
                notes.Add("HA4102", node.Origin,
                    $"node '{node.Name}' has the id {nodes.Count + 1} now: write the number from corosync.conf");
            }

            nodes.Add(node with
            {
                Id = areNumbers ? node.Id : $"{nodes.Count + 1}",
                Score = Score.Zero,
                Attributes = ImportedValues.Of(node.Attributes, null, $"nodes-{node.Name}", node.Name, notes),
                Utilization = ImportedValues.Of(
                    node.Utilization, null, $"nodes-{node.Name}-utilization", node.Name, notes),
            });
        }

        return nodes.ToValueList();
    }

    private static ValueList<Tag> TagsOf(Configuration imported, ImportedNames names, ImportNotes notes)
    {
        var tags = new List<Tag>();
        foreach (var tag in imported.Tags)
        {
            var references = tag.References.Where(name => names.IsResource(name)).ToValueList();
            notes.AddIf(references.Count < tag.References.Count, "HA4103", tag.Origin,
                $"tag '{tag.Id}' keeps only the resources that there are: {string.Join(", ", references)}");
            if (!references.IsEmpty)
            {
                tags.Add(tag with { References = references });
            }
        }

        return tags.ToValueList();
    }

    private static ValueList<FencingLevel> LevelsOf(Configuration imported, ImportedNames names, ImportNotes notes)
    {
        var levels = new List<FencingLevel>();
        foreach (var level in imported.FencingLevels)
        {
            var devices = level.Devices.Where(names.IsDevice).ToValueList();
            notes.AddIf(!devices.IsEmpty && devices.Count < level.Devices.Count, "HA4104", level.Origin,
                $"fencing level '{level.Id}' keeps only the devices that there are: {string.Join(", ", devices)}");
            if (level.Target is null || !names.IsNode(level.Target) || devices.IsEmpty)
            {
                notes.Add("HA4104", level.Origin,
                    $"fencing level '{level.Id}' is left out: it needs the name of a node, and devices");
            }
            else
            {
                levels.Add(level with { Devices = devices, TargetAttribute = null, TargetPattern = null });
            }
        }

        // One after the other, as the lists of a cluster file are numbered.
        return levels.GroupBy(level => level.Target!, StringComparer.Ordinal)
            .SelectMany(target => target.OrderBy(level => level.Index).Select((level, index) => level with
            {
                Id = $"{target.Key}-{index + 1}",
                Index = index + 1,
            }))
            .ToValueList();
    }
}

/// <summary>The names that references can have.</summary>
internal sealed record ImportedNames(ValueList<Node> Nodes, ResourcesAndTemplates Resources, ValueList<Tag> Tags)
{
    private readonly HashSet<string> _nodes = Nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);

    private readonly HashSet<string> _resources = Resources.Resources.SelectMany(ImportedResources.Tree)
        .Select(resource => resource.Id)
        .Concat(Resources.Templates.Select(template => template.Id)).ToHashSet(StringComparer.Ordinal);

    public bool IsNode(string name) => _nodes.Contains(name);

    public bool IsResource(string name) => _resources.Contains(name);

    public bool IsDevice(string name) =>
        Resources.Resources.Any(resource => resource.Id == name && resource is Primitive { IsFencingDevice: true });

    public bool IsResourceOrTag(string name) =>
        IsResource(name) || Tags.Any(tag => tag.Id == name);
}

/// <summary>What is to be said about an import.</summary>
internal sealed class ImportNotes
{
    private readonly List<Diagnostic> _notes = [];

    public IReadOnlyList<Diagnostic> All => _notes;

    public void Add(string code, Origin at, string message, string fix = "") => _notes.Add(new Diagnostic(
        Severity.Warning, code, new Position(at.File ?? "", at.Line, at.Column), message, fix));

    public void AddIf(bool isSo, string code, Origin at, string message)
    {
        if (isSo)
        {
            Add(code, at, message);
        }
    }
}
