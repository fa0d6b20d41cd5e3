using System.Globalization;

namespace Ha.InformationBase.Xml;

/// <summary>Nodes, fencing levels, tags and alerts.</summary>
internal static class ClusterXml
{
    private static readonly TimeSpan s_alertTimeout = new Alert { Id = "", Path = "" }.Timeout;

    /// <summary>The configured nodes, in document order.</summary>
    public static ValueList<Node> Nodes(CibScope scope, CibElement? section)
    {
        var nodes = new List<Node>();
        foreach (var element in section?.All("node") ?? [])
        {
            scope.Expect(element, "uname", "type", "score");
            scope.ExpectChildren(element, "instance_attributes", "utilization");
            var id = scope.Required(element, "id");
            nodes.Add(new Node
            {
                Id = id,
                Name = element["uname"] ?? id,
                Kind = KindOf(scope, element),
                Score = scope.ScoreOf(element, "score"),
                Attributes = AttributeSetXml.Read(scope, element, "instance_attributes"),
                Utilization = AttributeSetXml.Read(scope, element, "utilization"),
                Origin = element.Origin,
            });
        }

        return nodes.ToValueList();
    }

    /// <summary>The fencing topology, in document order.</summary>
    public static ValueList<FencingLevel> FencingLevels(CibScope scope, CibElement? section)
    {
        var levels = new List<FencingLevel>();
        foreach (var written in section?.All("fencing-level") ?? [])
        {
            if (scope.Resolve(written) is not { } element)
            {
                continue;
            }

            scope.Expect(
                element, "target", "target-pattern", "target-attribute", "target-value", "index", "devices");
            levels.Add(new FencingLevel
            {
                Id = element.Id,
                Target = element["target"],
                TargetPattern = element["target-pattern"],
                TargetAttribute = element["target-attribute"],
                TargetValue = element["target-value"],
                Index = (int)Math.Clamp(scope.Number(element, "index") ?? 0, 0, int.MaxValue),
                Devices = scope.Required(element, "devices")
                    .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToValueList(),
                Origin = element.Origin,
            });
        }

        return levels.ToValueList();
    }

    /// <summary>Named sets of ids, in document order.</summary>
    public static ValueList<Tag> Tags(CibScope scope, CibElement? section)
    {
        var tags = new List<Tag>();
        foreach (var element in section?.All("tag") ?? [])
        {
            scope.ExpectChildren(element, "obj_ref");
            tags.Add(new Tag(
                scope.Required(element, "id"),
                element.All("obj_ref").Select(reference => scope.Required(reference, "id")).ToValueList(),
                element.Origin));
        }

        return tags.ToValueList();
    }

    /// <summary>Programs to be called at events, in document order.</summary>
    public static ValueList<Alert> Alerts(CibScope scope, CibElement? section)
    {
        var alerts = new List<Alert>();
        foreach (var element in section?.All("alert") ?? [])
        {
            scope.ExpectChildren(element, "recipient", "select", "meta_attributes");
            var meta = AttributeSetXml.Read(scope, element, "meta_attributes");
            var timeout = meta.SelectMany(set => set.Values).FirstOrDefault(pair => pair.Name == "timeout").Value;
            foreach (var recipient in element.All("recipient"))
            {
                scope.ExpectChildren(recipient);
            }

            var alert = new Alert
            {
                Id = scope.Required(element, "id"),
                Path = scope.Required(element, "path"),
                Recipients = element.All("recipient").Select(who => scope.Required(who, "value")).ToValueList(),
                Events = (element.Child("select")?.Children ?? [])
                    .Where(kind => kind.Name.StartsWith("select_", StringComparison.Ordinal))
                    .Select(kind => kind.Name["select_".Length..]).ToValueList(),
                Origin = element.Origin,
            };
            alerts.Add(timeout is not null && IntervalText.TryParse(timeout, out var length)
                ? alert with { Timeout = length }
                : alert);
        }

        return alerts.ToValueList();
    }

    private static NodeKind KindOf(CibScope scope, CibElement element)
    {
        switch (element["type"]?.ToLower(CultureInfo.InvariantCulture))
        {
            case null or "" or "member" or "normal":
                return NodeKind.Member;
            case "remote":
                return NodeKind.Remote;
            case "ping":
                scope.Warning("HA4040", element, "nodes of the type ping do nothing any more; it is ignored");
                return NodeKind.Ping;
            default:
                scope.Warning("HA4041", element, $"its type '{element["type"]}' is not known; it counts as a member");
                return NodeKind.Member;
        }
    }

    /// <summary>Writes the configured nodes.</summary>
    public static void Write(CibOutput output, ValueList<Node> nodes)
    {
        foreach (var node in nodes)
        {
            output.Open("node")
                .Text("id", node.Id)
                .Text("uname", node.Name)
                .Text("type", node.Kind switch
                {
                    NodeKind.Remote => "remote",
                    NodeKind.Ping => "ping",
                    _ => null,
                })
                .Text("score", node.Score == Score.Zero ? null : node.Score.ToString());
            AttributeSetXml.Write(output, "instance_attributes", $"nodes-{node.Name}", node.Attributes);
            AttributeSetXml.Write(output, "utilization", $"nodes-{node.Name}", node.Utilization);
            output.Close();
        }
    }

    /// <summary>Writes the fencing topology.</summary>
    public static void Write(CibOutput output, ValueList<FencingLevel> levels)
    {
        foreach (var level in levels)
        {
            output.Open("fencing-level", level.Id.Length > 0 ? level.Id : $"fl-{level.Target}-{level.Index}")
                .Text("target", level.Target)
                .Text("target-pattern", level.TargetPattern)
                .Text("target-attribute", level.TargetAttribute)
                .Text("target-value", level.TargetValue)
                .Number("index", level.Index)
                .Text("devices", string.Join(',', level.Devices))
                .Close();
        }
    }

    /// <summary>Writes named sets of ids.</summary>
    public static void Write(CibOutput output, ValueList<Tag> tags)
    {
        foreach (var tag in tags)
        {
            output.Open("tag", tag.Id);
            foreach (var reference in tag.References)
            {
                output.Open("obj_ref").Text("id", reference).Close();
            }

            output.Close();
        }
    }

    /// <summary>Writes programs to be called at events.</summary>
    public static void Write(CibOutput output, ValueList<Alert> alerts)
    {
        foreach (var alert in alerts)
        {
            output.Open("alert", alert.Id).Text("path", alert.Path);
            AttributeSetXml.Write(output, "meta_attributes", alert.Id,
                alert.Timeout == s_alertTimeout
                    ? default
                    : [AttributeSet.Of($"{alert.Id}-meta", [new NameValue("timeout", CibOutput.Show(alert.Timeout))])]);
            if (!alert.Events.IsEmpty)
            {
                output.Open("select");
                foreach (var kind in alert.Events)
                {
                    output.Open($"select_{kind}").Close();
                }

                output.Close();
            }

            foreach (var recipient in alert.Recipients)
            {
                output.Open("recipient", $"{alert.Id}-recipient").Text("value", recipient).Close();
            }

            output.Close();
        }
    }
}
