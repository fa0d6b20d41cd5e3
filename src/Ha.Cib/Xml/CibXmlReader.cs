using System.Xml;
using Ha.Hocon;

namespace Ha.InformationBase.Xml;

/// <summary>Pacemaker's CIB as XML, schemas 1.0 to 3.10 and "none", read into our values. Names are kept as written,
/// old or new; references by id are followed. Source: Pacemaker Explained, and the schemas of Pacemaker 3.0.</summary>
/// <remarks>The configuration is read whole, since references may lead forward; the status, which is the bulk of a
/// file, node by node.</remarks>
public static class CibXmlReader
{
    // A message may quote the text, which may be long.
    private const int MaxMessageCharacters = 256;

    private static readonly Version s_newestSchema = new(4, 0);

    /// <summary>Reads a CIB that anybody may have written.</summary>
    /// <param name="stream">The text; bounded, and never more than its own bytes are read.</param>
    /// <param name="file">What to call it in messages and origins.</param>
    /// <param name="diagnostics">Takes errors, and warnings about what is ignored.</param>
    /// <returns>Null when the text is not well-formed, not a CIB, or out of bounds. With errors that leave a meaning,
    /// what could be read.</returns>
    public static Cib? Read(Stream stream, string file, DiagnosticList diagnostics)
    {
        var start = stream.CanSeek ? stream.Position : -1;
        if (start >= 0 && TryPlain(stream, file, diagnostics, out var plain))
        {
            return plain;
        }

        if (start >= 0)
        {
            stream.Position = start;
        }

        return ReadAsAny(stream, file, diagnostics);
    }

    /// <summary>Reads it by the general reader alone: what the faster one must agree with.</summary>
    internal static Cib? ReadAsAny(Stream stream, string file, DiagnosticList diagnostics)
    {
        try
        {
            using var source = new GeneralXmlSource(stream, file, diagnostics);
            return Read(source, file, diagnostics);
        }
        catch (XmlException e)
        {
            var at = new Position(file, Math.Max(1, e.LineNumber), Math.Max(1, e.LinePosition));
            diagnostics.Error("HA4001", at, MessageOf(e));
            return null;
        }
    }

    // Nearly every CIB is plain. What is not, is read again by the reader that knows everything.
    private static bool TryPlain(Stream stream, string file, DiagnosticList diagnostics, out Cib? cib)
    {
        var found = new DiagnosticList();
        try
        {
            cib = Read(new PlainXmlSource(stream, file), file, found);
            diagnostics.AddAll(found);
            return true;
        }
        catch (NotPlainException)
        {
            cib = null;
            return false;
        }
    }

    private static Cib? Read(CibXmlSource source, string file, DiagnosticList diagnostics)
    {
        var root = source.OpenRoot();
        if (root.Name != "cib")
        {
            diagnostics.Error("HA4003", new Position(file, root.Origin.Line, root.Origin.Column),
                $"the document is a {root}, not a <cib>", "write the output of 'cibadmin --query'");
            return null;
        }

        CheckSchema(root, diagnostics);
        var cib = ReadContent(source, root, new CibScope(diagnostics));
        source.Finish();
        CibXmlChecks.Check(cib.Configuration, diagnostics);
        return cib;
    }

    /// <summary>Reads a CIB from a text.</summary>
    public static Cib? Read(string text, string file, DiagnosticList diagnostics)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        return Read(stream, file, diagnostics);
    }

    // A newer schema may say things that we do not know: what we do know of it is used.
    private static void CheckSchema(CibElement root, DiagnosticList diagnostics)
    {
        var schema = root["validate-with"] ?? "none";
        var version = schema.StartsWith("pacemaker-", StringComparison.Ordinal) ? schema["pacemaker-".Length..] : "";
        var isKnown = schema == "none"
            || (Version.TryParse(version, out var parsed) && parsed.Major is >= 1 and <= 4 && parsed <= s_newestSchema);
        if (!isKnown)
        {
            diagnostics.Warning("HA4005", new Position(root.Origin.File, root.Origin.Line, root.Origin.Column),
                $"the schema '{schema}' is not known; what is known of it is read", "schemas up to 3.10 are known");
        }
    }

    private static Cib ReadContent(CibXmlSource source, CibElement root, CibScope scope)
    {
        var configuration = Configuration.Empty;
        var status = StatusOf(scope, root);
        var isEmpty = source.IsEmpty;
        while (!isEmpty && source.OpenNext(0) is { } section)
        {
            switch (section.Name)
            {
                case "configuration":
                    configuration = ConfigurationOf(scope, source.Complete(section));
                    break;
                case "status":
                    status = ReadStatus(source, scope, configuration, status);
                    break;
                default:
                    scope.Warning("HA4015", source.Complete(section), "it is not known inside of <cib>; it is ignored");
                    break;
            }
        }

        return new Cib
        {
            Configuration = configuration,
            Status = status,
            ImportedAttributes = ValueMap<string>.Of(root.Attributes),
        };
    }

    private static Configuration ConfigurationOf(CibScope scope, CibElement element)
    {
        scope.Index(element);
        scope.ExpectChildren(element, "crm_config", "nodes", "resources", "constraints", "op_defaults", "rsc_defaults",
            "fencing-topology", "tags", "alerts", "acls");
        if (element.Child("acls") is { Children.Count: > 0 } acls)
        {
            scope.Warning("HA4004", acls, "access rules of an imported CIB are not used");
        }

        var resources = element.Child("resources");
        var properties = AttributeSetXml.Read(scope, element.Child("crm_config"), "cluster_property_set");
        var configuration = new Configuration
        {
            Properties = properties,
            Nodes = ClusterXml.Nodes(scope, element.Child("nodes")),
            Resources = ResourceXml.Read(scope, resources),
            Templates = ResourceXml.ReadTemplates(scope, resources),
            Constraints = ConstraintXml.Read(scope, element.Child("constraints")),
            ResourceDefaults = AttributeSetXml.Read(scope, element.Child("rsc_defaults"), "meta_attributes"),
            OperationDefaults = AttributeSetXml.Read(scope, element.Child("op_defaults"), "meta_attributes"),
            FencingLevels = ClusterXml.FencingLevels(scope, element.Child("fencing-topology")),
            Tags = ClusterXml.Tags(scope, element.Child("tags")),
            Alerts = ClusterXml.Alerts(scope, element.Child("alerts")),
        };
        return configuration with { ClusterName = configuration.Property("cluster-name") ?? "" };
    }

    // The root says what holds for the whole.
    private static Status StatusOf(CibScope scope, CibElement root) => new()
    {
        HasQuorum = scope.Truth(root, "have-quorum"),
        CoordinatorId = root["dc-uuid"] is { Length: > 0 } coordinator ? coordinator : null,
    };

    private static Status ReadStatus(
        CibXmlSource source, CibScope scope, Configuration configuration, Status status)
    {
        if (source.IsEmpty)
        {
            return status;
        }

        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in configuration.Nodes)
        {
            names.TryAdd(node.Id, node.Name);
        }

        var states = new List<NodeState>();
        var tickets = new List<Ticket>();
        while (source.OpenNext(1) is { } element)
        {
            source.Complete(element);
            switch (element.Name)
            {
                case "node_state":
                    states.Add(StatusXml.NodeOf(scope, element, names.GetValueOrDefault));
                    break;
                case "tickets":
                    tickets.AddRange(StatusXml.TicketsOf(scope, element));
                    break;
                default:
                    scope.Warning("HA4015", element, "it is not known inside of <status>; it is ignored");
                    break;
            }
        }

        return status with { Nodes = states.ToValueList(), Tickets = tickets.ToValueList() };
    }

    // The framework's words end with the position, which the diagnostic has already.
    private static string MessageOf(XmlException e)
    {
        var message = e.Message;
        var position = message.LastIndexOf(" Line ", StringComparison.Ordinal);
        var text = position > 0 ? message[..position] : message;
        return text.Contains("DTD", StringComparison.Ordinal)
            ? "a document type (DTD) is not allowed in a CIB: it could name files and grow without bounds"
            : text.Length > MaxMessageCharacters ? string.Concat(text.AsSpan(0, MaxMessageCharacters), "...") : text;
    }
}
