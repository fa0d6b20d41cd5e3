using System.Globalization;
using Ha.Hocon;

namespace Ha.InformationBase.Reader;

/// <summary>Fencing devices of a cluster file: they become primitives of the class of fence agents, whose targets are
/// parameters as Pacemaker names them.</summary>
internal static class FencingReader
{
    private const string HostList = "pcmk_host_list";
    private const string HostMap = "pcmk_host_map";
    private const string DelayBase = "pcmk_delay_base";
    private const string DelayMax = "pcmk_delay_max";

    public static Primitive DeviceOf(string id, FileScope body)
    {
        var agent = body.Required("agent", "write a fence agent such as fence_ipmilan");
        SecretChecks.Warn(body.Object("params"));
        var device = new Primitive
        {
            Id = id,
            Agent = new AgentName(
                "stonith", null, agent.StartsWith("stonith:", StringComparison.Ordinal) ? agent[8..] : agent),
            Parameters = WithTargets(id, body),
            Meta = body.Sets("meta", $"{id}-meta", PropertyCatalog.Meta),
            Operations = ResourceReader.OperationsOf(id, body).ToValueList(),
            Origin = body.At,
        };
        body.RejectOthers(SchemaCatalog.Device);
        return device;
    }

    private static ValueList<AttributeSet> WithTargets(string id, FileScope body)
    {
        var sets = body.Sets("params", $"{id}-params", null);
        var plain = sets.FirstOrDefault(set => set.Id == $"{id}-params")?.Values.ToList() ?? [];
        foreach (var pair in plain.Where(pair => pair.Name == HostList).ToList())
        {
            var at = new Position(pair.Origin.File, pair.Origin.Line, pair.Origin.Column);
            body.Context.References.AddRange(
                (pair.Value ?? "").Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries)
                .Select(name => new NameReference(NameKind.Node, name, at, body.Join($"params.{HostList}"))));
        }

        Put(HostList, "targets", string.Join(' ', body.Names("targets", NameKind.Node)));
        Put(HostMap, "target-map", string.Join(';', MapOf(body)));
        Put(DelayBase, "delay-base", SecondsOf(body.Duration("delay-base")));
        Put(DelayMax, "delay-max", SecondsOf(body.Duration("delay-max")));
        var rest = sets.Where(set => set.Id != $"{id}-params");
        return plain.Count == 0 ? rest.ToValueList() : [AttributeSet.Of($"{id}-params", plain), .. rest];

        void Put(string name, string key, string? value)
        {
            if (string.IsNullOrEmpty(value))
            {
                return;
            }

            if (plain.Exists(pair => pair.Name == name))
            {
                body.Diagnostics.Error(
                    "HA2027", body.PlaceOf(key), $"{body.Path} has both {key} and params.{name}",
                        $"remove params.{name}");
            }

            plain.Add(new NameValue(name, value, FileScope.OriginOf(body.PlaceOf(key))));
        }
    }

    // Fence agents and Pacemaker read seconds and milliseconds.
    private static string? SecondsOf(TimeSpan? delay) => delay is not { } value ? null
        : value.Ticks % TimeSpan.TicksPerSecond == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds}s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(value.TotalMilliseconds)}ms");

    private static IEnumerable<string> MapOf(FileScope body)
    {
        foreach (var item in body.Object("target-map")?.Fields ?? [])
        {
            body.Context.References.Add(
                new NameReference(NameKind.Node, item.Name, item.At, $"{body.Path}.target-map"));
            if (item.Value.AsText() is { } plug)
            {
                yield return $"{item.Name}:{plug}";
            }
            else
            {
                body.Diagnostics.Error(
                    "HA2012", item.At, $"{body.Path}.target-map.{item.Name} must be a text, not {item.Value.Kind}");
            }
        }
    }
}
