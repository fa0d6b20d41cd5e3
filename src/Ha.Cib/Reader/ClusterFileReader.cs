using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>What a cluster file says.</summary>
/// <param name="Configuration">The configuration; null when there are errors.</param>
/// <param name="Diagnostics">Errors and warnings, those of the language first.</param>
public sealed record ClusterFile(Configuration? Configuration, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>True when it cannot be used.</summary>
    public bool HasErrors => Configuration is null;
}

/// <summary>HOCON to configuration. Every mistake is reported with its place; nothing is half-read.</summary>
public static class ClusterFileReader
{
    private static readonly string[] s_sections =
    [
        "cluster", "nodes", "quorum", "totem", "rsc-defaults", "op-defaults", "resources", "groups", "clones", "bundles",
        "fencing", "fencing-levels", "constraints", "alerts", "tags", "acls", "vrrp", "templates",
    ];

    /// <summary>Reads a file and its drop-ins.</summary>
    /// <param name="parts">The cluster file first, then conf.d in the order of names.</param>
    /// <param name="files">Where included files come from.</param>
    /// <param name="environment">What may be looked up outside.</param>
    public static ClusterFile Read(
        IReadOnlyList<(string File, byte[] Bytes)> parts, IHoconFiles? files = null, HoconEnvironment? environment = null)
    {
        var document = HoconDocument.ParseAll(parts, files, environment);
        var diagnostics = new DiagnosticList();
        if (document.Root is not HoconObject root)
        {
            if (document.Root is not null)
            {
                diagnostics.Error("HA2013", document.Root.At, "a cluster file holds an object, not a list");
            }

            return new ClusterFile(null, [.. document.Diagnostics, .. diagnostics.Items]);
        }

        var configuration = ReadRoot(root, diagnostics);
        ConfigurationChecks.Check(configuration, diagnostics);
        return new ClusterFile(diagnostics.HasErrors ? null : configuration, [.. document.Diagnostics, .. diagnostics.Items]);
    }

    private static Configuration ReadRoot(HoconObject root, DiagnosticList diagnostics)
    {
        foreach (var item in root.Fields.Where(item =>
            !s_sections.Contains(item.Name, StringComparer.Ordinal) && !item.Name.StartsWith('_')))
        {
            diagnostics.Error(
                "HA2009", item.At, $"unknown key {item.Name}",
                Suggestion.For(item.Name, s_sections) is { Length: > 0 } meant ? meant : "a template's name begins with _");
        }

        var scope = new FileScope(root, "", diagnostics);
        var cluster = scope.Object("cluster");
        var name = cluster?.Text("name") ?? "";
        var properties = cluster?.Object("properties")?.Attributes("cluster-options", PropertyCatalog.Cluster);
        cluster?.RejectOthers();
        var resources = ResourceReader.Read(scope, diagnostics);
        foreach (var section in (string[])["bundles", "acls"])
        {
            if (scope.Object(section) is { Fields.Count: > 0 } later)
            {
                diagnostics.Error(
                    "HA2014", new Position(later.At.File, later.At.Line, later.At.Column), $"{section} are not supported by this version yet", "remove them");
            }
        }

        if (scope.Object("vrrp") is { Fields.Count: > 0 } vrrp)
        {
            diagnostics.Warning(
                "HA2102", new Position(vrrp.At.File, vrrp.At.Line, vrrp.At.Column),
                "virtual routers are read, and not acted on by this version yet", "use a resource with agent ha:vip meanwhile");
        }

        return new Configuration
        {
            ClusterName = name,
            Properties = properties is null ? [] : [properties],
            Nodes = scope.Objects("nodes").Select(item => NodeOf(item.Id, item.Body)).ToValueList(),
            Quorum = MapOf(scope.Object("quorum"), PropertyCatalog.Quorum),
            Totem = MapOf(scope.Object("totem"), PropertyCatalog.Totem),
            ResourceDefaults = SetOf(scope.Object("rsc-defaults"), "rsc-defaults", PropertyCatalog.Meta),
            OperationDefaults = SetOf(scope.Object("op-defaults"), "op-defaults", PropertyCatalog.Operation),
            Resources = resources,
            Templates = scope.Objects("templates").Select(item => ResourceReader.TemplateOf(item.Id, item.Body, diagnostics)).ToValueList(),
            Constraints = ConstraintReader.Read(scope).ToValueList(),
            FencingLevels = LevelsOf(scope, diagnostics).ToValueList(),
            Tags = TagsOf(scope).ToValueList(),
            Alerts = scope.Objects("alerts").Select(item => AlertOf(item.Id, item.Body)).ToValueList(),
        };
    }

    private static Node NodeOf(string name, FileScope body)
    {
        var node = new Node
        {
            Name = name,
            Id = body.Required("id", "write the node's number in corosync.conf, such as id = 1"),
            Addresses = body.Texts("addresses"),
            Votes = body.Integer("votes") ?? 1,
            Attributes = SetOf(body.Object("attributes"), $"nodes-{name}", null),
            Utilization = SetOf(body.Object("utilization"), $"nodes-{name}-utilization", null),
            Origin = body.At,
        };
        body.RejectOthers();
        return node;
    }

    private static Alert AlertOf(string id, FileScope body)
    {
        var alert = new Alert
        {
            Id = id,
            Path = body.Required("path", "write the program to call"),
            Recipients = body.Texts("recipients"),
            Events = body.Texts("events"),
            Timeout = body.Duration("timeout") ?? TimeSpan.FromSeconds(30),
            Origin = body.At,
        };
        body.RejectOthers();
        return alert;
    }

    private static IEnumerable<FencingLevel> LevelsOf(FileScope scope, DiagnosticList diagnostics)
    {
        foreach (var item in scope.Object("fencing-levels")?.Fields ?? [])
        {
            if (item.Value is not HoconArray levels)
            {
                diagnostics.Error("HA2015", item.At, $"fencing-levels.{item.Name} must be a list of lists: [[first], [second, third]]");
                continue;
            }

            foreach (var (index, level) in levels.Items.Index())
            {
                yield return new FencingLevel
                {
                    Id = $"{item.Name}-{index + 1}",
                    Target = item.Name,
                    Index = index + 1,
                    Devices = level is HoconArray devices
                        ? devices.Items.OfType<HoconScalar>().Select(device => device.Text).ToValueList()
                        : level is HoconScalar one ? [one.Text] : [],
                    Origin = FileScope.OriginOf(item.At),
                };
            }
        }
    }

    private static IEnumerable<Tag> TagsOf(FileScope scope)
    {
        var tags = scope.Object("tags");
        return tags?.Fields.Select(item => new Tag(item.Name, tags.Texts(item.Name), FileScope.OriginOf(item.At))) ?? [];
    }

    internal static ValueList<AttributeSet> SetOf(
        FileScope? scope, string id, IReadOnlyList<PropertyDefinition>? catalog) =>
        scope?.Attributes(id, catalog) is { } set ? [set] : [];

    private static ValueMap<string> MapOf(FileScope? scope, IReadOnlyList<PropertyDefinition> catalog) =>
        scope?.Attributes("", catalog) is { } set
            ? set.Values.ToValueMap(pair => pair.Name, pair => pair.Value ?? "")
            : ValueMap<string>.Empty;
}
