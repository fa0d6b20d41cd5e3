using Ha.Hocon;
using Ha.InformationBase.Reader;

namespace Ha.InformationBase.Xml.Import;

/// <summary>The resources of a cluster file.</summary>
internal sealed record ResourcesAndTemplates(ValueList<Resource> Resources, ValueList<Template> Templates);

/// <summary>Resources as a cluster file can say them: primitives, groups and clones in this order, then fencing
/// devices.</summary>
internal static class ImportedResources
{
    private static readonly string[] s_classes = ["ocf", "systemd", "service", "lsb", "ha", "stonith"];

    private static readonly string[] s_actions =
    [
        "start", "stop", "monitor", "promote", "demote", "notify", "migrate_to", "migrate_from", "reload",
        "reload-agent", "validate-all", "meta-data", "status",
    ];

    public static ResourcesAndTemplates Of(Configuration imported, ValueList<Node> nodes, ImportNotes notes)
    {
        var templates = imported.Templates.ToDictionary(template => template.Id, StringComparer.Ordinal);
        var resources = new List<Resource>();
        var devices = new List<Resource>();
        foreach (var resource in imported.Resources)
        {
            if (Convert(resource, templates, nodes, devices, notes) is { } converted)
            {
                (converted is Primitive { IsFencingDevice: true } ? devices : resources).Add(converted);
            }
        }

        var ordered = resources.Where(one => one is Primitive)
            .Concat(resources.Where(one => one is Group))
            .Concat(resources.Where(one => one is Clone))
            .Concat(devices).ToValueList();
        var isAsBefore = ordered.Where(one => one is not Primitive { IsFencingDevice: true })
            .Select(one => one.Id).SequenceEqual(resources.Select(one => one.Id));
        notes.AddIf(!isAsBefore, "HA4110", resources.Count > 0 ? resources[0].Origin : Origin.None,
            "a cluster file has resources, then groups, then clones: the first goes first among equals");
        var used = ordered.SelectMany(Tree).OfType<Primitive>().Select(primitive => primitive.TemplateId)
            .ToHashSet(StringComparer.Ordinal);
        return new ResourcesAndTemplates(
            ordered,
            imported.Templates.Where(template => used.Contains(template.Id))
                .Select(template => TemplateOf(template, notes)).ToValueList());
    }

    /// <summary>A resource and what is in it.</summary>
    public static IEnumerable<Resource> Tree(Resource resource) => resource switch
    {
        Group group => group.Members.Prepend<Resource>(group),
        Clone clone => Tree(clone.Child).Prepend(clone),
        _ => [resource],
    };

    private static Resource? Convert(
        Resource resource, Dictionary<string, Template> templates, ValueList<Node> nodes, List<Resource> devices,
        ImportNotes notes)
    {
        switch (resource)
        {
            case Primitive primitive:
                return PrimitiveOf(primitive, templates, nodes, notes);
            case Group group:
                var members = group.Members
                    .Select(member => Convert(member, templates, nodes, devices, notes)).OfType<Primitive>().ToList();
                devices.AddRange(members.Where(member => member.IsFencingDevice));
                NoteDevices(group, members, notes);
                members.RemoveAll(member => member.IsFencingDevice);
                NoteUnsaid(group, notes);
                notes.AddIf(members.Count == 0, "HA4111", group.Origin,
                    $"group '{group.Id}' is left out: nothing is in it");
                return members.Count == 0 ? null : group with
                {
                    Members = members.ToValueList(),
                    Meta = MetaOf(group, notes),
                    Parameters = default,
                    Utilization = default,
                    Attributes = default,
                };
            case Clone clone:
                return CloneOf(clone, templates, nodes, devices, notes);
            default:
                notes.Add("HA4112", resource.Origin,
                    $"bundle '{resource.Id}' is left out: cluster files have no bundles yet");
                return null;
        }
    }

    private static Clone? CloneOf(
        Clone clone, Dictionary<string, Template> templates, ValueList<Node> nodes, List<Resource> devices,
        ImportNotes notes)
    {
        var child = Convert(clone.Child, templates, nodes, devices, notes);
        if (child is Primitive { IsFencingDevice: true } device)
        {
            devices.Add(device);
            NoteDevices(clone, [device], notes);
            return null;
        }

        if (child is null)
        {
            notes.Add("HA4111", clone.Origin, $"clone '{clone.Id}' is left out: nothing is in it");
            return null;
        }

        NoteUnsaid(clone, notes);
        var meta = MetaOf(clone, notes);
        if (clone.IsLegacyPromotable && !meta.Any(set => set.Values.Any(pair => pair.Name == "promotable")))
        {
            var promotable = new NameValue("promotable", "true", clone.Origin);
            meta = meta.Count > 0 && meta[0].Id == $"{clone.Id}-meta"
                ? meta.SetItem(0, meta[0] with { Values = meta[0].Values.Add(promotable) })
                : [AttributeSet.Of($"{clone.Id}-meta", [promotable]), .. meta];
        }

        return clone with
        {
            Child = child,
            IsLegacyPromotable = false,
            Meta = meta,
            Parameters = default,
            Utilization = default,
            Attributes = default,
        };
    }

    private static void NoteDevices(Resource owner, IReadOnlyList<Primitive> members, ImportNotes notes)
    {
        foreach (var device in members.Where(member => member.IsFencingDevice))
        {
            notes.Add("HA4113", device.Origin,
                $"fencing device '{device.Id}' stands for itself now, no longer in '{owner.Id}'");
        }
    }

    private static void NoteUnsaid(Resource collective, ImportNotes notes)
    {
        notes.AddIf(!collective.Parameters.IsEmpty, "HA4114", collective.Origin,
            $"parameters of '{collective.Id}' are left out: write them into its members");
        notes.AddIf(!collective.Utilization.IsEmpty, "HA4114", collective.Origin,
            $"utilization of '{collective.Id}' is left out: write it into its members");
    }

    private static ValueList<AttributeSet> MetaOf(Resource resource, ImportNotes notes)
    {
        var written = resource.Attributes.IsEmpty
            ? resource.Meta
            : resource.Meta.Add(new AttributeSet
            {
                Id = $"{resource.Id}-attributes",
                Score = resource.Meta.IsEmpty ? Score.Zero : Score.Infinity,
                Values = resource.Attributes
                    .Select(item => new NameValue(item.Key, item.Value, resource.Origin)).ToValueList(),
            });
        return ImportedValues.Of(written, PropertyCatalog.Meta, $"{resource.Id}-meta", resource.Id, notes);
    }

    private static Primitive? PrimitiveOf(
        Primitive primitive, Dictionary<string, Template> templates, ValueList<Node> nodes, ImportNotes notes)
    {
        var whole = primitive;
        if (primitive.TemplateId is { } id)
        {
            if (!templates.TryGetValue(id, out var template))
            {
                notes.Add("HA4115", primitive.Origin, $"'{primitive.Id}' is left out: there is no template '{id}'");
                return null;
            }

            // Fencing devices have no templates in a cluster file.
            whole = template.Agent is { IsFencing: true }
                ? template.Complete(primitive) with { TemplateId = null }
                : primitive;
        }

        var agent = whole.Agent ?? templates[whole.TemplateId!].Agent;
        if (agent is null || !s_classes.Contains(agent.Class) || (agent.Class == "ocf") != agent.Provider is not null)
        {
            notes.Add("HA4116", primitive.Origin,
                $"'{primitive.Id}' is left out: there are no agents such as {agent?.ToString() ?? "none"} here");
            return null;
        }

        var parameters = ImportedValues.Of(whole.Parameters, null, $"{whole.Id}-params", whole.Id, notes);
        return whole with
        {
            Meta = MetaOf(whole, notes),
            Attributes = default,
            Parameters = whole.IsFencingDevice ? WithKnownHosts(whole, parameters, nodes, notes) : parameters,
            Utilization = whole.IsFencingDevice
                ? default
                : ImportedValues.Of(whole.Utilization, null, $"{whole.Id}-utilization", whole.Id, notes),
            Operations = OperationsOf(whole.Id, whole.Operations, notes),
        };
    }

    private static Template TemplateOf(Template template, ImportNotes notes) => template with
    {
        Meta = MetaOf(template, notes),
        Attributes = default,
        Parameters = ImportedValues.Of(template.Parameters, null, $"{template.Id}-params", template.Id, notes),
        Utilization = ImportedValues.Of(
            template.Utilization, null, $"{template.Id}-utilization", template.Id, notes),
        Operations = OperationsOf(template.Id, template.Operations, notes),
    };

    // The list in the plain block is checked against the nodes.
    private static ValueList<AttributeSet> WithKnownHosts(
        Primitive device, ValueList<AttributeSet> parameters, ValueList<Node> nodes, ImportNotes notes)
    {
        const string HostList = "pcmk_host_list";
        if (parameters.IsEmpty || parameters[0].Id != $"{device.Id}-params")
        {
            return parameters;
        }

        var values = new List<NameValue>();
        foreach (var pair in parameters[0].Values)
        {
            if (pair.Name != HostList)
            {
                values.Add(pair);
                continue;
            }

            var hosts = (pair.Value ?? "").Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries);
            var known = hosts.Where(host => nodes.Any(node => node.Name == host)).ToList();
            notes.AddIf(known.Count < hosts.Length, "HA4117", pair.Origin,
                $"device '{device.Id}' keeps only the hosts that are nodes: {string.Join(' ', known)}");
            if (known.Count > 0)
            {
                values.Add(known.Count == hosts.Length ? pair : pair with { Value = string.Join(' ', known) });
            }
        }

        return parameters.SetItem(0, parameters[0] with { Values = values.ToValueList() });
    }

    private static ValueList<OperationDefinition> OperationsOf(
        string owner, ValueList<OperationDefinition> operations, ImportNotes notes)
    {
        var kept = new List<OperationDefinition>();
        foreach (var operation in operations)
        {
            var isAgain = kept.Exists(one => one.Name == operation.Name && one.Interval == operation.Interval);
            if (isAgain || !s_actions.Contains(operation.Name))
            {
                notes.Add("HA4118", operation.Origin, isAgain
                    ? $"'{owner}': a second {operation.Name} with the interval {HoconUnits.Show(operation.Interval)} "
                        + "is left out: write another interval"
                    : $"'{owner}': operation '{operation.Name}' is left out: agents have no such action");
                continue;
            }

            var isOnly = operations.Count(one => one.Name == operation.Name) == 1;
            kept.Add(new OperationDefinition
            {
                Id = isOnly
                    ? $"{owner}-{operation.Name}"
                    : $"{owner}-{operation.Name}-{HoconUnits.Show(operation.Interval)}",
                Name = operation.Name,
                Interval = operation.Interval,
                Attributes = ImportedValues.Of(
                    WithBlocks(owner, operation, notes), PropertyCatalog.Operation, owner, operation.Origin, notes),
                Origin = operation.Origin,
            });
        }

        return kept.ToValueList();
    }

    // In a cluster file all settings of an operation stand beside each other.
    private static ValueMap<string> WithBlocks(string owner, OperationDefinition operation, ImportNotes notes)
    {
        var all = operation.Attributes;
        foreach (var set in operation.Meta.Concat(operation.Parameters))
        {
            notes.AddIf(set.Rule is not null, "HA4119", set.Origin,
                $"'{owner}': the block '{set.Id}' of {operation.Name} is left out: it has a rule");
            foreach (var pair in set.Rule is null ? set.Values : default)
            {
                if (pair.Value is not null && !all.ContainsKey(pair.Name))
                {
                    all = all.SetItem(pair.Name, pair.Value);
                }
            }
        }

        return all;
    }
}
