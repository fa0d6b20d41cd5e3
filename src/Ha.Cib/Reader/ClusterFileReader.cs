using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>What a cluster file says.</summary>
/// <param name="Configuration">The configuration; null when there are errors.</param>
/// <param name="Diagnostics">Errors and warnings, in the order of the text.</param>
public sealed record ClusterFile(Configuration? Configuration, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>True when it cannot be used.</summary>
    public bool HasErrors => Configuration is null;
}

/// <summary>HOCON to configuration. Every mistake is reported with its place; nothing is half-read.</summary>
public static class ClusterFileReader
{
    /// <summary>Reads a file and its drop-ins.</summary>
    /// <param name="parts">The cluster file first, then conf.d in the order of names.</param>
    /// <param name="files">Where included files come from.</param>
    /// <param name="environment">What may be looked up outside.</param>
    public static ClusterFile Read(
        IReadOnlyList<(string File, byte[] Bytes)> parts, IHoconFiles? files = null,
            HoconEnvironment? environment = null)
    {
        var document = HoconDocument.ParseAll(parts, files, environment);
        if (document.Root is not { } read)
        {
            return new ClusterFile(null, document.Diagnostics);
        }

        var context = new ReadContext();
        if (read is not HoconObject root)
        {
            context.Diagnostics.Error("HA2013", read.At, "a cluster file holds an object, not a list");
            return new ClusterFile(null, [.. document.Diagnostics, .. context.Diagnostics.Items]);
        }

        var configuration = ReadRoot(new FileScope(root, "", context), context);
        ConfigurationChecks.Check(configuration, context);
        SupportChecks.Check(configuration, context.Diagnostics);
        SafetyChecks.Check(configuration, context.Diagnostics);
        var order = parts.Select(part => part.File).ToList();
        return new ClusterFile(
            context.Diagnostics.HasErrors ? null : configuration,
            [
                .. document.Diagnostics.Where(item => !IsSaidBetter(item, context)).Concat(context.Diagnostics.Items)
                    .OrderBy(item => order.IndexOf(item.At.File))
                    .ThenBy(item => item.At.File, StringComparer.Ordinal)
                    .ThenBy(item => item.At.Line)
                    .ThenBy(item => item.At.Column),
            ]);
    }

    /// <summary>Reads one text.</summary>
    public static ClusterFile ReadText(string text, string file = "cluster.conf") =>
        Read([(file, System.Text.Encoding.UTF8.GetBytes(text))]);

    // A warning of the language where the schema knows that it is an error.
    private static bool IsSaidBetter(Diagnostic diagnostic, ReadContext context) =>
        diagnostic.Severity == Severity.Warning
        && context.Diagnostics.Items.Any(item => item.Severity == Severity.Error && item.At == diagnostic.At);

    private static Configuration ReadRoot(FileScope scope, ReadContext context)
    {
        var cluster = scope.Object("cluster");
        var name = cluster?.Text("name") ?? "";
        var properties = cluster?.Sets("properties", "cluster-options", PropertyCatalog.Cluster) ?? [];
        cluster?.RejectOthers(SchemaCatalog.Cluster);
        RefuseLater(scope);
        var templates = scope.Objects("templates").Select(item => ResourceReader.TemplateOf(item.Id, item.Body))
            .ToValueList();
        var resources = ResourceReader.Read(scope, context);
        if (scope.Object("vrrp") is { } vrrp)
        {
            _ = VrrpReader.Read(vrrp);
            vrrp.Diagnostics.Warning(
                "HA2102", vrrp.Place, "virtual routers are checked, and not acted on by a cluster of this version yet",
                "run them beside it with: ha vrrp run FILE; or use a resource with the agent \"ha:vip\"");
        }

        var configuration = new Configuration
        {
            ClusterName = name,
            Properties = properties,
            Nodes = scope.Objects("nodes").Select(item => NodeOf(item.Id, item.Body)).ToValueList(),
            Quorum = MapOf(scope.Object("quorum"), PropertyCatalog.Quorum),
            Totem = MapOf(scope.Object("totem"), PropertyCatalog.Totem),
            ResourceDefaults = scope.Sets("rsc-defaults", "rsc-defaults", PropertyCatalog.Meta),
            OperationDefaults = scope.Sets("op-defaults", "op-defaults", PropertyCatalog.Operation),
            Resources = resources,
            Templates = templates,
            Constraints = ConstraintReader.Read(scope).ToValueList(),
            FencingLevels = LevelsOf(scope, context).ToValueList(),
            Tags = TagsOf(scope).ToValueList(),
            Alerts = scope.Objects("alerts").Select(item => AlertOf(item.Id, item.Body)).ToValueList(),
        };
        RejectOthers(scope);
        return configuration;
    }

    private static void RefuseLater(FileScope scope)
    {
        foreach (var section in (string[])["bundles", "acls"])
        {
            if (scope.Object(section) is { Fields.Count: > 0 } later)
            {
                scope.Diagnostics.Error(
                    "HA2014", later.Place, $"{section} are not supported by this version yet", "remove them");
            }
        }
    }

    private static void RejectOthers(FileScope scope)
    {
        string[] names = [.. SchemaCatalog.Root.Keys.Select(key => key.Name)];
        foreach (var item in scope.Fields.Where(item =>
            !names.Contains(item.Name, StringComparer.Ordinal) && !item.Name.StartsWith('_')))
        {
            scope.Diagnostics.Error(
                "HA2009", item.At, $"unknown key {item.Name}",
                Suggestion.Nearest(item.Name, names) is { } meant
                    ? $"did you mean {meant}?"
                    : "the name of a template begins with _", length: item.Name.Length);
        }
    }

    private static Node NodeOf(string name, FileScope body)
    {
        var node = new Node
        {
            Name = name,
            Id = body.Required("id", "write the node's number in corosync.conf, such as id = 1"),
            Addresses = body.Texts("addresses"),
            Votes = body.Integer("votes") ?? 1,
            Attributes = body.Sets("attributes", $"nodes-{name}", null),
            Utilization = body.Sets("utilization", $"nodes-{name}-utilization", null),
            Origin = body.At,
        };
        body.RejectOthers(SchemaCatalog.Node);
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
        string[] events = ["nodes", "fencing", "resources", "attributes"];
        foreach (var unknown in alert.Events.Where(one => !events.Contains(one, StringComparer.Ordinal)))
        {
            body.Diagnostics.Error(
                "HA2011", body.PlaceOf("events"),
                    $"{body.Path}.events has '{unknown}'; write some of: {string.Join(", ", events)}",
                Suggestion.For(unknown, events));
        }

        body.RejectOthers(SchemaCatalog.Alert);
        return alert;
    }

    private static IEnumerable<FencingLevel> LevelsOf(FileScope scope, ReadContext context)
    {
        foreach (var item in scope.Object("fencing-levels")?.Fields ?? [])
        {
            context.References.Add(new NameReference(NameKind.Node, item.Name, item.At, "fencing-levels"));
            if (item.Value is not HoconArray levels)
            {
                context.Diagnostics.Error(
                    "HA2015", item.At,
                        $"fencing-levels.{item.Name} must be a list of lists: [[first], [second, third]]");
                continue;
            }

            foreach (var (index, level) in levels.Items.Index())
            {
                var devices = level is HoconArray several ? several.Items.OfType<HoconScalar>().ToList()
                    : level is HoconScalar one ? [one]
                    : [];
                context.References.AddRange(devices.Select(device =>
                    new NameReference(NameKind.Device, device.Text, device.At, $"fencing-levels.{item.Name}")));
                yield return new FencingLevel
                {
                    Id = $"{item.Name}-{index + 1}",
                    Target = item.Name,
                    Index = index + 1,
                    Devices = devices.Select(device => device.Text).ToValueList(),
                    Origin = FileScope.OriginOf(item.At),
                };
            }
        }
    }

    private static IEnumerable<Tag> TagsOf(FileScope scope)
    {
        var tags = scope.Object("tags");
        return tags?.Fields.Select(item =>
            new Tag(item.Name, tags.Names(item.Name, NameKind.Resource), FileScope.OriginOf(item.At))) ?? [];
    }

    private static ValueMap<string> MapOf(FileScope? scope, IReadOnlyList<PropertyDefinition> catalog) =>
        scope?.Attributes("", catalog)?.ToMap() ?? ValueMap<string>.Empty;
}
