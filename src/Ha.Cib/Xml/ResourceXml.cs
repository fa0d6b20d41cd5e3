namespace Ha.InformationBase.Xml;

/// <summary>Resources and templates.</summary>
internal static class ResourceXml
{
    private static readonly string[] s_primitiveChildren =
        ["meta_attributes", "instance_attributes", "utilization", "operations"];

    private static readonly string[] s_technologies = ["docker", "podman", "rkt"];

    /// <summary>True for the names of elements that are resources or templates.</summary>
    public static bool IsResource(string element) =>
        element is "primitive" or "group" or "clone" or "master" or "bundle" or "template";

    /// <summary>The resources of the top level, templates left out.</summary>
    public static ValueList<Resource> Read(CibScope scope, CibElement? section)
    {
        var resources = new List<Resource>();
        foreach (var element in section?.Children ?? [])
        {
            if (element.Name != "template" && ResourceOf(scope, element) is { } resource)
            {
                resources.Add(resource);
            }
        }

        return resources.ToValueList();
    }

    /// <summary>The templates.</summary>
    public static ValueList<Template> ReadTemplates(CibScope scope, CibElement? section) =>
        (section?.All("template") ?? []).Select(element => TemplateOf(scope, element)).ToValueList();

    private static Resource? ResourceOf(CibScope scope, CibElement element)
    {
        switch (element.Name)
        {
            case "primitive":
                return PrimitiveOf(scope, element);
            case "group":
                return GroupOf(scope, element);
            case "clone" or "master":
                return CloneOf(scope, element);
            case "bundle":
                return BundleOf(scope, element);
            default:
                scope.Warning("HA4015", element, "it is not known inside of <resources>; it is ignored");
                return null;
        }
    }

    private static Primitive PrimitiveOf(CibScope scope, CibElement element)
    {
        var template = element["template"];
        scope.ExpectChildren(element, s_primitiveChildren);
        return new Primitive
        {
            Id = scope.Required(element, "id"),
            Agent = AgentOf(scope, element, isNeeded: template is null),
            TemplateId = template,
            Attributes = element.AttributesBut("id", "class", "provider", "type", "template"),
            Meta = AttributeSetXml.Read(scope, element, "meta_attributes"),
            Parameters = AttributeSetXml.Read(scope, element, "instance_attributes"),
            Utilization = AttributeSetXml.Read(scope, element, "utilization"),
            Operations = OperationsOf(scope, element),
            Origin = element.Origin,
        };
    }

    private static Template TemplateOf(CibScope scope, CibElement element)
    {
        scope.ExpectChildren(element, s_primitiveChildren);
        return new Template
        {
            Id = scope.Required(element, "id"),
            Agent = AgentOf(scope, element, isNeeded: true),
            Attributes = element.AttributesBut("id", "class", "provider", "type"),
            Meta = AttributeSetXml.Read(scope, element, "meta_attributes"),
            Parameters = AttributeSetXml.Read(scope, element, "instance_attributes"),
            Utilization = AttributeSetXml.Read(scope, element, "utilization"),
            Operations = OperationsOf(scope, element),
            Origin = element.Origin,
        };
    }

    private static AgentName? AgentOf(CibScope scope, CibElement element, bool isNeeded)
    {
        if (element["type"] is null && !isNeeded)
        {
            return null;
        }

        return new AgentName(
            scope.Required(element, "class"), element["provider"], scope.Required(element, "type"));
    }

    private static Group GroupOf(CibScope scope, CibElement element)
    {
        scope.ExpectChildren(element, "meta_attributes", "instance_attributes", "utilization", "primitive");
        var members = element.All("primitive").Select(member => PrimitiveOf(scope, member)).ToValueList();
        if (members.IsEmpty)
        {
            scope.Warning("HA4030", element, "it has no members");
        }

        return new Group
        {
            Id = scope.Required(element, "id"),
            Members = members,
            Attributes = element.AttributesBut("id"),
            Meta = AttributeSetXml.Read(scope, element, "meta_attributes"),
            Parameters = AttributeSetXml.Read(scope, element, "instance_attributes"),
            Utilization = AttributeSetXml.Read(scope, element, "utilization"),
            Origin = element.Origin,
        };
    }

    private static Clone? CloneOf(CibScope scope, CibElement element)
    {
        scope.ExpectChildren(element, "meta_attributes", "instance_attributes", "utilization", "primitive", "group");
        var child = element.Children.Find(child => child.Name is "primitive" or "group");
        if (child is null)
        {
            scope.Error("HA4031", element, "there is nothing in it to be cloned", "put a primitive or a group into it");
            return null;
        }

        foreach (var other in element.Children.Where(other => other.Name is "primitive" or "group" && other != child))
        {
            scope.Error("HA4032", other, $"{element} has something to be cloned already", "put them into a group");
        }

        return new Clone
        {
            Id = scope.Required(element, "id"),
            Child = child.Name == "group" ? GroupOf(scope, child) : PrimitiveOf(scope, child),
            IsLegacyPromotable = element.Name == "master",
            Attributes = element.AttributesBut("id"),
            Meta = AttributeSetXml.Read(scope, element, "meta_attributes"),
            Parameters = AttributeSetXml.Read(scope, element, "instance_attributes"),
            Utilization = AttributeSetXml.Read(scope, element, "utilization"),
            Origin = element.Origin,
        };
    }

    private static Bundle? BundleOf(CibScope scope, CibElement element)
    {
        scope.ExpectChildren(
            element, [.. s_technologies, "meta_attributes", "instance_attributes", "network", "storage", "primitive"]);
        var container = element.Children.Find(child => s_technologies.Contains(child.Name));
        if (container is null)
        {
            scope.Error("HA4033", element, "it has no container", "write <podman image=\"...\"/> into it");
            return null;
        }

        var network = element.Child("network");
        var storage = element.Child("storage");
        return new Bundle
        {
            Id = scope.Required(element, "id"),
            Technology = container.Name,
            Container = container.AttributesBut(),
            Network = network?.AttributesBut(),
            Ports = MappingsOf(scope, network, "port-mapping"),
            Storage = MappingsOf(scope, storage, "storage-mapping"),
            Child = element.Child("primitive") is { } child ? PrimitiveOf(scope, child) : null,
            Attributes = element.AttributesBut("id"),
            Meta = AttributeSetXml.Read(scope, element, "meta_attributes"),
            Parameters = AttributeSetXml.Read(scope, element, "instance_attributes"),
            Origin = element.Origin,
        };
    }

    private static ValueList<ValueMap<string>> MappingsOf(CibScope scope, CibElement? element, string name)
    {
        if (element is null)
        {
            return default;
        }

        scope.ExpectChildren(element, name);
        return element.All(name).Select(mapping => mapping.AttributesBut()).ToValueList();
    }

    private static ValueList<OperationDefinition> OperationsOf(CibScope scope, CibElement resource)
    {
        var operations = new List<OperationDefinition>();
        foreach (var written in resource.All("operations"))
        {
            if (scope.Resolve(written) is not { } block)
            {
                continue;
            }

            scope.ExpectChildren(block, "op");
            foreach (var child in block.All("op"))
            {
                if (scope.Resolve(child) is { } operation)
                {
                    operations.Add(OperationOf(scope, operation));
                }
            }
        }

        return operations.ToValueList();
    }

    private static OperationDefinition OperationOf(CibScope scope, CibElement element)
    {
        scope.ExpectChildren(element, "meta_attributes", "instance_attributes");
        return new OperationDefinition
        {
            Id = element.Id,
            Name = scope.Required(element, "name"),
            Interval = scope.Interval(element, "interval"),
            Attributes = element.AttributesBut("id", "name", "interval"),
            Meta = AttributeSetXml.Read(scope, element, "meta_attributes"),
            Parameters = AttributeSetXml.Read(scope, element, "instance_attributes"),
            Origin = element.Origin,
        };
    }
}
