namespace Ha.InformationBase.Xml;

/// <summary>Resources and templates, written; <see cref="ResourceXml"/> reads them.</summary>
internal static class ResourceOutput
{
    /// <summary>Writes a template.</summary>
    public static void Write(CibOutput output, Template template)
    {
        output.Open("template", template.Id);
        WriteAgent(output, template.Agent);
        output.All(template.Attributes, "id", "class", "provider", "type");
        WriteBlocks(output, template);
        WriteOperations(output, template.Id, template.Operations);
        output.Close();
    }

    /// <summary>Writes a resource with all that is in it.</summary>
    public static void Write(CibOutput output, Resource resource)
    {
        switch (resource)
        {
            case Primitive primitive:
                output.Open("primitive", primitive.Id).Text("template", primitive.TemplateId);
                WriteAgent(output, primitive.Agent);
                output.All(primitive.Attributes, "id", "class", "provider", "type", "template");
                WriteBlocks(output, primitive);
                WriteOperations(output, primitive.Id, primitive.Operations);
                break;
            case Group group:
                output.Open("group", group.Id).All(group.Attributes, "id");
                WriteBlocks(output, group);
                foreach (var member in group.Members)
                {
                    Write(output, member);
                }

                break;
            case Clone clone:
                output.Open(clone.IsLegacyPromotable ? "master" : "clone", clone.Id).All(clone.Attributes, "id");
                WriteBlocks(output, clone);
                Write(output, clone.Child);
                break;
            case Bundle bundle:
                WriteBundle(output, bundle);
                break;
        }

        output.Close();
    }

    private static void WriteAgent(CibOutput output, AgentName? agent) =>
        output.Text("class", agent?.Class).Text("provider", agent?.Provider).Text("type", agent?.Type);

    private static void WriteBlocks(CibOutput output, Resource resource)
    {
        AttributeSetXml.Write(output, "meta_attributes", resource.Id, resource.Meta);
        AttributeSetXml.Write(output, "instance_attributes", resource.Id, resource.Parameters);
        AttributeSetXml.Write(output, "utilization", resource.Id, resource.Utilization);
    }

    private static void WriteBundle(CibOutput output, Bundle bundle)
    {
        output.Open("bundle", bundle.Id).All(bundle.Attributes, "id");
        AttributeSetXml.Write(output, "meta_attributes", bundle.Id, bundle.Meta);
        AttributeSetXml.Write(output, "instance_attributes", bundle.Id, bundle.Parameters);
        output.Open(bundle.Technology).All(bundle.Container).Close();
        if (bundle.Network is not null || !bundle.Ports.IsEmpty)
        {
            output.Open("network").All(bundle.Network ?? default);
            WriteMappings(output, "port-mapping", bundle.Id, bundle.Ports);
            output.Close();
        }

        if (!bundle.Storage.IsEmpty)
        {
            output.Open("storage");
            WriteMappings(output, "storage-mapping", bundle.Id, bundle.Storage);
            output.Close();
        }

        if (bundle.Child is { } child)
        {
            Write(output, child);
        }
    }

    private static void WriteMappings(
        CibOutput output, string name, string owner, ValueList<ValueMap<string>> mappings)
    {
        foreach (var mapping in mappings)
        {
            output.Open(name, mapping.GetValueOrDefault("id") ?? $"{owner}-{name}").All(mapping, "id").Close();
        }
    }

    private static void WriteOperations(CibOutput output, string owner, ValueList<OperationDefinition> operations)
    {
        if (operations.IsEmpty)
        {
            return;
        }

        output.Open("operations");
        foreach (var operation in operations)
        {
            var interval = CibOutput.Show(operation.Interval);
            var id = operation.Id.Length > 0 ? operation.Id : $"{owner}-{operation.Name}-{interval}";
            output.Open("op", id)
                .Text("name", operation.Name)
                .Text("interval", interval)
                .All(operation.Attributes, "id", "name", "interval");
            AttributeSetXml.Write(output, "meta_attributes", id, operation.Meta);
            AttributeSetXml.Write(output, "instance_attributes", id, operation.Parameters);
            output.Close();
        }

        output.Close();
    }
}
