using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>Resources, groups, clones and fencing devices of a cluster file.</summary>
internal static class ResourceReader
{
    public static ValueList<Resource> Read(FileScope scope, ReadContext context)
    {
        var primitives = new Dictionary<string, Primitive>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var (id, body, _) in scope.Objects("resources"))
        {
            primitives[id] = PrimitiveOf(id, body);
            order.Add(id);
        }

        var devices = scope.Objects("fencing").Select(item => FencingReader.DeviceOf(item.Id, item.Body)).ToList();
        var used = new Dictionary<string, string>(StringComparer.Ordinal);
        var groups = new Dictionary<string, Group>(StringComparer.Ordinal);
        foreach (var (id, body, _) in scope.Objects("groups"))
        {
            groups[id] = GroupOf(id, body, primitives, used);
        }

        var clones = new List<Resource>();
        foreach (var (id, body, _) in scope.Objects("clones"))
        {
            if (CloneOf(id, body, primitives, groups, used) is { } clone)
            {
                clones.Add(clone);
            }
        }

        // Fencing devices come last, so that what people see first is what they run.
        return order.Where(id => !used.ContainsKey(id)).Select(id => (Resource)primitives[id])
            .Concat(groups.Values.Where(group => !used.ContainsKey(group.Id)))
            .Concat(clones)
            .Concat(devices)
            .ToValueList();
    }

    public static Template TemplateOf(string id, FileScope body)
    {
        var primitive = PrimitiveOf(id, body);
        return new Template
        {
            Id = id,
            Agent = primitive.Agent,
            Operations = primitive.Operations,
            Meta = primitive.Meta,
            Parameters = primitive.Parameters,
            Utilization = primitive.Utilization,
            Origin = primitive.Origin,
        };
    }

    /// <summary>The operations of a primitive or device.</summary>
    public static IEnumerable<OperationDefinition> OperationsOf(string id, FileScope body)
    {
        var seen = new Dictionary<(string, TimeSpan), Position>();
        foreach (var (key, operation, at) in body.Objects("op"))
        {
            var attributes = operation.Attributes($"{id}-{key}", PropertyCatalog.Operation);
            var map = attributes?.ToMap() ?? ValueMap<string>.Empty;
            var interval = TimeSpan.Zero;
            if (map.GetValueOrDefault("interval") is { } text)
            {
                _ = HoconUnits.TryDuration(text, null, out interval);
            }

            var name = map.GetValueOrDefault("name") ?? key;
            if (!seen.TryAdd((name, interval), at))
            {
                operation.Diagnostics.Error(
                    "HA2024", at, $"{operation.Path} is a second {name} with the interval {HoconUnits.Show(interval)}",
                    "give each its own interval, even if it is 1s more",
                        new RelatedPlace(seen[(name, interval)], "the first is here"));
            }

            CheckAction(operation, name, at);
            yield return new OperationDefinition
            {
                Id = $"{id}-{key}",
                Name = name,
                Interval = interval,
                Attributes = map.Remove("name").Remove("interval"),
                Origin = operation.At,
            };
        }
    }

    private static void CheckAction(FileScope operation, string name, Position at)
    {
        string[] known =
        [
            "start", "stop", "monitor", "promote", "demote", "notify", "migrate_to", "migrate_from", "reload",
                "reload-agent",
            "validate-all", "meta-data", "status",
        ];
        if (!known.Contains(name, StringComparer.Ordinal))
        {
            operation.Diagnostics.Error(
                "HA2025", at, $"'{name}' is no action of an agent",
                Suggestion.Nearest(name, known) is { } meant
                    ? $"did you mean {meant}?"
                    : $"write name = monitor in {operation.Path}, or one of: {string.Join(", ", known)}");
        }
    }

    private static Primitive PrimitiveOf(string id, FileScope body)
    {
        var template = body.Name("template", NameKind.Template);
        var agent = template is null
            ? body.Required("agent", "write an agent such as \"ocf:heartbeat:IPaddr2\"")
            : body.Text("agent") ?? "";
        SecretChecks.Warn(body.Object("params"));
        var primitive = new Primitive
        {
            Id = id,
            Agent = AgentOf(id, agent, body),
            TemplateId = template,
            Parameters = body.Sets("params", $"{id}-params", null),
            Meta = body.Sets("meta", $"{id}-meta", PropertyCatalog.Meta),
            Utilization = body.Sets("utilization", $"{id}-utilization", null),
            Operations = OperationsOf(id, body).ToValueList(),
            Origin = body.At,
        };
        body.RejectOthers(SchemaCatalog.Resource);
        return primitive;
    }

    private static AgentName? AgentOf(string id, string text, FileScope body)
    {
        string[] classes = ["ocf", "systemd", "service", "lsb", "ha"];
        if (text.Length == 0)
        {
            return null;
        }

        var at = body.PlaceOf("agent");
        if (!AgentName.TryParse(text, out var agent))
        {
            body.Diagnostics.Error(
                "HA2020", at, $"resource '{id}': '{text}' is no name of an agent",
                "write class:type or ocf:provider:type: \"ocf:heartbeat:nginx\", \"systemd:nginx\", \"ha:vip\"");
        }
        else if (agent!.Class == "stonith")
        {
            body.Diagnostics.Error(
                "HA2026", at, $"resource '{id}': fencing devices stand in the section fencing",
                $"write fencing {{ {id} {{ agent = {agent.Type}, targets = [...] }} }}");
        }
        else if (!classes.Contains(agent.Class, StringComparer.Ordinal))
        {
            body.Diagnostics.Error(
                "HA2020", at,
                    $"resource '{id}': '{agent.Class}' is no class of agents; known are {string.Join(", ", classes)}",
                Suggestion.For(agent.Class, classes));
        }

        return agent;
    }

    private static Group GroupOf(
        string id, FileScope body, Dictionary<string, Primitive> primitives, Dictionary<string, string> used)
    {
        var members = new List<Primitive>();
        var names = body.Texts("members");
        var at = body.PlaceOf("members");
        if (names.IsEmpty && body.Raw("members") is not HoconArray { Items.Count: > 0 })
        {
            body.Diagnostics.Error("HA2021", at, $"group '{id}' has no members", "write members = [first, second]");
        }

        foreach (var name in names)
        {
            if (!primitives.TryGetValue(name, out var member))
            {
                body.Diagnostics.Error(
                    "HA2022", at, $"group '{id}': there is no resource '{name}'",
                        Suggestion.For(name, primitives.Keys));
            }
            else if (!used.TryAdd(name, id))
            {
                body.Diagnostics.Error(
                    "HA2023", at, $"'{name}' is in '{used[name]}' already, and cannot be in '{id}', too",
                        "take it out of one");
            }
            else
            {
                members.Add(member);
            }
        }

        var group = new Group
        {
            Id = id,
            Members = members.ToValueList(),
            Meta = body.Sets("meta", $"{id}-meta", PropertyCatalog.Meta),
            Origin = body.At,
        };
        body.RejectOthers(SchemaCatalog.Group);
        return group;
    }

    private static Clone? CloneOf(
        string id, FileScope body, Dictionary<string, Primitive> primitives, Dictionary<string, Group> groups,
        Dictionary<string, string> used)
    {
        var of = body.Required("of", "write the resource or group to clone: of = NAME");
        var meta = body.Sets("meta", $"{id}-meta", PropertyCatalog.Meta);
        body.RejectOthers(SchemaCatalog.Clone);
        var at = body.PlaceOf("of");
        var child = primitives.TryGetValue(of, out var primitive) ? primitive
            : groups.TryGetValue(of, out var group) ? (Resource)group
            : null;
        if (child is null)
        {
            if (of.Length > 0)
            {
                body.Diagnostics.Error(
                    "HA2022", at, $"clone '{id}': there is no resource or group '{of}'",
                    Suggestion.For(of, primitives.Keys.Concat(groups.Keys)));
            }

            return null;
        }

        if (!used.TryAdd(of, id))
        {
            body.Diagnostics.Error(
                "HA2023", at, $"'{of}' is in '{used[of]}' already, and cannot be in '{id}', too", "take it out of one");
        }

        return new Clone { Id = id, Child = child, Meta = meta, Origin = body.At };
    }
}
