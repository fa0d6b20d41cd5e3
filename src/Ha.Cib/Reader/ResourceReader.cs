using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>Resources, groups, clones and fencing devices of a cluster file.</summary>
internal static class ResourceReader
{
    public static ValueList<Resource> Read(FileScope scope, DiagnosticList diagnostics)
    {
        var primitives = new Dictionary<string, Primitive>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var (id, body, _) in scope.Objects("resources"))
        {
            primitives[id] = PrimitiveOf(id, body, diagnostics);
            order.Add(id);
        }

        var devices = scope.Objects("fencing").Select(item => DeviceOf(item.Id, item.Body, diagnostics)).ToList();
        var used = new Dictionary<string, string>(StringComparer.Ordinal);
        var groups = new Dictionary<string, Group>(StringComparer.Ordinal);
        foreach (var (id, body, at) in scope.Objects("groups"))
        {
            groups[id] = GroupOf(id, body, at, primitives, used, diagnostics);
        }

        var clones = new List<Resource>();
        foreach (var (id, body, at) in scope.Objects("clones"))
        {
            if (CloneOf(id, body, at, primitives, groups, used, diagnostics) is { } clone)
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

    public static Template TemplateOf(string id, FileScope body, DiagnosticList diagnostics)
    {
        var primitive = PrimitiveOf(id, body, diagnostics);
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

    private static Primitive PrimitiveOf(string id, FileScope body, DiagnosticList diagnostics)
    {
        var template = body.Text("template");
        var agent = template is null
            ? AgentOf(id, body.Required("agent", "write an agent such as \"ocf:heartbeat:IPaddr2\""), body, diagnostics)
            : body.Text("agent") is { } own ? AgentOf(id, own, body, diagnostics) : null;
        var parameters = body.Object("params");
        WarnOfSecrets(parameters, diagnostics);
        var primitive = new Primitive
        {
            Id = id,
            Agent = agent,
            TemplateId = template,
            Parameters = ClusterFileReader.SetOf(parameters, $"{id}-params", null),
            Meta = ClusterFileReader.SetOf(body.Object("meta"), $"{id}-meta", PropertyCatalog.Meta),
            Utilization = ClusterFileReader.SetOf(body.Object("utilization"), $"{id}-utilization", null),
            Operations = OperationsOf(id, body).ToValueList(),
            Origin = body.At,
        };
        body.RejectOthers();
        return primitive;
    }

    private static AgentName? AgentOf(string id, string text, FileScope body, DiagnosticList diagnostics)
    {
        if (text.Length == 0 || AgentName.TryParse(text, out var agent))
        {
            return text.Length == 0 ? null : AgentName.TryParse(text, out var read) ? read : null;
        }

        var at = body.Raw("agent")?.At ?? default;
        diagnostics.Error(
            "HA2020", at, $"resource '{id}': agent is '{text}'",
            "write class:type or ocf:provider:type, such as \"ocf:heartbeat:nginx\", \"systemd:nginx\" or \"ha:vip\"");
        return agent;
    }

    private static IEnumerable<OperationDefinition> OperationsOf(string id, FileScope body)
    {
        foreach (var (key, operation, _) in body.Objects("op"))
        {
            var attributes = operation.Attributes($"{id}-{key}", PropertyCatalog.Operation);
            var map = attributes?.Values.ToValueMap(pair => pair.Name, pair => pair.Value ?? "") ?? ValueMap<string>.Empty;
            var interval = TimeSpan.Zero;
            if (map.GetValueOrDefault("interval") is { } text)
            {
                _ = HoconUnits.TryDuration(text, null, out interval);
            }

            yield return new OperationDefinition
            {
                Id = $"{id}-{key}",
                Name = map.GetValueOrDefault("name") ?? key,
                Interval = interval,
                Attributes = map.Remove("name").Remove("interval"),
                Origin = operation.At,
            };
        }
    }

    private static Primitive DeviceOf(string id, FileScope body, DiagnosticList diagnostics)
    {
        var agent = body.Required("agent", "write a fence agent such as fence_ipmilan");
        var parameters = body.Object("params");
        WarnOfSecrets(parameters, diagnostics);
        var values = (parameters?.Attributes($"{id}-params", null)?.Values ?? []).ToList();
        void Put(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                values.Add(new NameValue(name, value, body.At));
            }
        }

        Put("pcmk_host_list", string.Join(' ', body.Texts("targets")));
        Put("pcmk_host_map", string.Join(';', body.Object("target-map")?.Fields.Select(item =>
            $"{item.Name}:{(item.Value as HoconScalar)?.Text}") ?? []));
        Put("pcmk_delay_base", body.Text("delay-base"));
        Put("pcmk_delay_max", body.Text("delay-max"));
        var device = new Primitive
        {
            Id = id,
            Agent = new AgentName("stonith", null, agent.StartsWith("stonith:", StringComparison.Ordinal) ? agent[8..] : agent),
            Parameters = values.Count == 0 ? [] : [AttributeSet.Of($"{id}-params", values)],
            Meta = ClusterFileReader.SetOf(body.Object("meta"), $"{id}-meta", PropertyCatalog.Meta),
            Operations = OperationsOf(id, body).ToValueList(),
            Origin = body.At,
        };
        body.RejectOthers();
        return device;
    }

    private static Group GroupOf(
        string id, FileScope body, Position at, Dictionary<string, Primitive> primitives, Dictionary<string, string> used,
        DiagnosticList diagnostics)
    {
        var members = new List<Primitive>();
        var names = body.Texts("members");
        if (names.IsEmpty)
        {
            diagnostics.Error("HA2021", at, $"group '{id}' has no members", "write members = [first, second]");
        }

        foreach (var name in names)
        {
            if (!primitives.TryGetValue(name, out var member))
            {
                diagnostics.Error(
                    "HA2022", body.Raw("members")?.At ?? at, $"group '{id}': there is no resource '{name}'",
                    Suggestion.For(name, primitives.Keys));
            }
            else if (!used.TryAdd(name, id))
            {
                diagnostics.Error("HA2023", body.Raw("members")?.At ?? at, $"'{name}' is in '{used[name]}' already, and cannot be in '{id}', too");
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
            Meta = ClusterFileReader.SetOf(body.Object("meta"), $"{id}-meta", PropertyCatalog.Meta),
            Origin = body.At,
        };
        body.RejectOthers();
        return group;
    }

    private static Clone? CloneOf(
        string id, FileScope body, Position at, Dictionary<string, Primitive> primitives, Dictionary<string, Group> groups,
        Dictionary<string, string> used, DiagnosticList diagnostics)
    {
        var of = body.Required("of", "write the resource or group to clone: of = NAME");
        var meta = ClusterFileReader.SetOf(body.Object("meta"), $"{id}-meta", PropertyCatalog.Meta);
        body.RejectOthers();
        var child = primitives.TryGetValue(of, out var primitive) ? primitive
            : groups.TryGetValue(of, out var group) ? (Resource)group
            : null;
        if (child is null)
        {
            if (of.Length > 0)
            {
                diagnostics.Error(
                    "HA2022", at, $"clone '{id}': there is no resource or group '{of}'",
                    Suggestion.For(of, primitives.Keys.Concat(groups.Keys)));
            }

            return null;
        }

        if (!used.TryAdd(of, id))
        {
            diagnostics.Error("HA2023", at, $"'{of}' is in '{used[of]}' already, and cannot be in '{id}', too");
        }

        diagnostics.Warning("HA2103", at, $"clone '{id}' is read, and not run by this version yet");
        return new Clone { Id = id, Child = child, Meta = meta, Origin = body.At };
    }

    private static void WarnOfSecrets(FileScope? parameters, DiagnosticList diagnostics)
    {
        foreach (var item in parameters?.Fields ?? [])
        {
            var isSecret = item.Name.StartsWith("pass", StringComparison.Ordinal)
                || item.Name.Contains("secret", StringComparison.Ordinal) || item.Name.Contains("token", StringComparison.Ordinal);
            if (isSecret && item.Value is HoconScalar { Text: var text } && text.Length > 0
                && !text.Contains("://", StringComparison.Ordinal) && !item.Name.EndsWith("_script", StringComparison.Ordinal))
            {
                diagnostics.Warning("HA2104", item.Value.At, $"{parameters!.Path}.{item.Name} stands in plain text");
            }
        }
    }
}
