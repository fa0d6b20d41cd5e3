using System.Globalization;
using Ha.InformationBase;
using Ha.Node.Commands;
using static Ha.Node.Pacemaker.OptionValue;

namespace Ha.Node.Pacemaker;

/// <summary>Helper commands that read and set attributes: crm_attribute, crm_master, attrd_updater, crm_standby,
/// crm_failcount. Pure. Sources: their manual pages, and the forms in which agents call them.</summary>
internal static class AttributeTools
{
    /// <summary>Options of crm_attribute and of the commands that are forms of it.</summary>
    public static readonly IReadOnlyList<ToolOption> Options =
    [
        new("name", 'n', Required), new("attr-name", ' ', Required), new("update", 'v', Required),
        new("attr-value", ' ', Required), new("query", 'G', None), new("get-value", ' ', None),
        new("delete", 'D', None), new("delete-attr", ' ', None), new("node", 'N', Required),
        new("node-uname", 'U', Required), new("uname", 'u', Required), new("lifetime", 'l', Required),
        new("type", 't', Required), new("quiet", 'q', None), new("Quiet", 'Q', None), new("default", 'd', Required),
        new("promotion", 'p', Optional), new("utilization", 'z', None), new("set-name", 's', Required),
        new("id", 'i', Required), new("resource", 'r', Required), new("resource-id", ' ', Required),
        new("verbose", 'V', None), new("inhibit-policy-engine", '!', None),
    ];

    /// <summary>Options of attrd_updater.</summary>
    public static readonly IReadOnlyList<ToolOption> UpdaterOptions =
    [
        new("name", 'n', Required), new("update", 'U', Required), new("value", 'v', Required), new("delete", 'D', None),
        new("query", 'Q', None), new("query-all", 'A', None), new("node", 'N', Required), new("private", 'p', None),
        new("delay", 'd', Required), new("update-both", 'B', Required), new("update-delay", 'Y', None),
        new("refresh", 'R', None), new("lifetime", 'l', Required), new("set", 's', Required),
        new("section", 'S', Required), new("quiet", 'q', None), new("verbose", 'V', None), new("wait", 'W', Required),
    ];

    /// <summary>crm_attribute.</summary>
    public static ToolStep Attribute(ToolOptions options, ToolScene scene)
    {
        var node = options["node"] ?? options["node-uname"] ?? options["uname"];
        var type = options["type"];
        if (options.Has("utilization"))
        {
            return new ToolStep.Fail(ExitCode.Unknown, "capacities of nodes stand in the cluster file here");
        }

        if (type is "crm_config" or "rsc_defaults" or "op_defaults" or "tickets"
            || (type is null && node is null && !options.Has("lifetime") && !options.Has("promotion")))
        {
            return type is null or "crm_config"
                ? ClusterOption(options, scene)
                : new ToolStep.Fail(ExitCode.Unknown, $"--type {type} is not known here");
        }

        var isPromotion = options.Has("promotion");
        var name = isPromotion ? PromotionName(options["promotion"], scene) : options["name"] ?? options["attr-name"];
        if (string.IsNullOrEmpty(name))
        {
            return new ToolStep.Fail(ExitCode.Usage, isPromotion
                ? "no resource is named, neither by --promotion nor by OCF_RESOURCE_INSTANCE"
                : "--name is missing");
        }

        var lifetime = options["lifetime"] ?? (isPromotion || type is "status" ? "reboot" : "forever");
        return OnNode(options, scene, node ?? scene.Node, name, lifetime is "forever", IsQuiet(options));
    }

    /// <summary>crm_master: the promotion score of the resource whose agent calls it.</summary>
    public static ToolStep Promotion(ToolOptions options, ToolScene scene)
    {
        var name = PromotionName(options["resource"] ?? options["resource-id"], scene);
        return name.Length == 0
            ? new ToolStep.Fail(ExitCode.Usage, "no resource is named, neither by -r nor by OCF_RESOURCE_INSTANCE")
            : OnNode(
                options, scene, options["node"] ?? options["uname"] ?? options["node-uname"] ?? scene.Node, name,
                options["lifetime"] is "forever", IsQuiet(options));
    }

    /// <summary>crm_standby.</summary>
    public static ToolStep Standby(ToolOptions options, ToolScene scene)
    {
        var node = options["node"] ?? options["uname"] ?? options["node-uname"] ?? scene.Node;
        if (options.Has("query") || options.Has("get-value") || !IsChange(options))
        {
            var value = Value(scene.Cib, node, "standby") ?? "off";
            return new ToolStep.Say(IsQuiet(options) ? value : $"scope=nodes  name=standby value={value}");
        }

        return OnNode(options, scene, node, "standby", options["lifetime"] is not "reboot", isQuiet: true);
    }

    /// <summary>crm_failcount: the sum over the operations of a resource; to delete it is to clean up.</summary>
    public static ToolStep FailCount(ToolOptions options, ToolScene scene)
    {
        var resource = options["resource"] ?? options["resource-id"] ?? scene.Resource;
        var node = options["node"] ?? options["uname"] ?? options["node-uname"] ?? scene.Node;
        if (string.IsNullOrEmpty(resource))
        {
            return new ToolStep.Fail(ExitCode.Usage, "--resource is missing");
        }

        if (options.Has("delete") || options["update"] is "0")
        {
            return new ToolStep.Change(new CibChange.Cleanup(resource, node, "crm_failcount"));
        }

        var prefix = $"fail-count-{resource}#";
        var counts = (scene.Cib.Status.Find(node)?.Attributes ?? [])
            .SelectMany(set => set.Values)
            .Where(pair => pair.Name.StartsWith(prefix, StringComparison.Ordinal) || pair.Name == prefix[..^1])
            .Select(pair => pair.Value ?? "0")
            .ToList();
        var count = counts.Contains("INFINITY", StringComparer.Ordinal)
            ? "INFINITY"
            : counts.Sum(text => long.TryParse(text, out var one) ? one : 0).ToString(CultureInfo.InvariantCulture);
        return new ToolStep.Say(IsQuiet(options)
            ? count
            : $"scope=status  name=fail-count-{resource} value={count}");
    }

    /// <summary>attrd_updater. What it calls private is kept like the others here: seen by every node at once, and gone
    /// when the node leaves.</summary>
    public static ToolStep Updater(ToolOptions options, ToolScene scene)
    {
        if (options.Has("refresh"))
        {
            return new ToolStep.Say("");
        }

        if (options["name"] is not { Length: > 0 } name)
        {
            return new ToolStep.Fail(ExitCode.Usage, "--name is missing");
        }

        var node = options["node"] ?? scene.Node;
        if (options.Has("query") || options.Has("query-all"))
        {
            var nodes = options.Has("query-all") || options["node"] is { Length: 0 }
                ? scene.Cib.Status.Nodes.Select(state => state.Name)
                : [node];
            var lines = nodes
                .Select(one => (Node: one, Value: Transient(scene.Cib, one, name)))
                .Where(pair => pair.Value is not null)
                .Select(pair => $"name=\"{name}\" host=\"{pair.Node}\" value=\"{pair.Value}\"")
                .ToList();
            return lines.Count > 0
                ? new ToolStep.Say(string.Join('\n', lines))
                : new ToolStep.Fail(ExitCode.NoSuchObject, $"Could not query value of {name}: attribute does not exist");
        }

        var value = options["update"] ?? options["value"] ?? options["update-both"];
        if (value is null && !options.Has("delete"))
        {
            return options.Has("update-delay")
                ? new ToolStep.Say("")
                : new ToolStep.Fail(ExitCode.Usage, "neither a value nor --delete nor --query");
        }

        return Write(scene, node, name, options.Has("delete") ? null : value, isPermanent: false);
    }

    /// <summary>The value of an attribute of a node: the one until it leaves, else the one that stays.</summary>
    public static string? Value(Cib cib, string node, string name) =>
        Transient(cib, node, name) ?? Permanent(cib, node, name);

    private static ToolStep OnNode(
        ToolOptions options, ToolScene scene, string node, string name, bool isPermanent, bool isQuiet)
    {
        if (scene.Cib.Status.Find(node) is null && scene.Cib.Configuration.Nodes.All(known => known.Name != node))
        {
            return new ToolStep.Fail(ExitCode.NoSuchObject, $"there is no node {node}");
        }

        if (options.Has("delete") || options.Has("delete-attr"))
        {
            return Write(scene, node, name, null, isPermanent);
        }

        if ((options["update"] ?? options["attr-value"]) is { } wanted)
        {
            return Write(scene, node, name, Added(wanted, Present(scene.Cib, node, name, isPermanent)), isPermanent);
        }

        var value = Present(scene.Cib, node, name, isPermanent) ?? options["default"];
        if (value is null)
        {
            return new ToolStep.Fail(ExitCode.NoSuchObject, $"{node} has no attribute {name}");
        }

        return new ToolStep.Say(isQuiet
            ? value
            : $"scope={(isPermanent ? "nodes" : "status")}  name={name} value={value}");
    }

    private static ToolStep ClusterOption(ToolOptions options, ToolScene scene)
    {
        if ((options["name"] ?? options["attr-name"]) is not { Length: > 0 } name)
        {
            return new ToolStep.Fail(ExitCode.Usage, "--name is missing");
        }

        var present = scene.Cib.Configuration.Property(name);
        if (options.Has("delete") || options.Has("delete-attr"))
        {
            return present is null
                ? new ToolStep.Say("")
                : new ToolStep.Change(new CibChange.SetProperty(name, null, "crm_attribute"));
        }

        if ((options["update"] ?? options["attr-value"]) is { } wanted)
        {
            return present == wanted
                ? new ToolStep.Say("")
                : new ToolStep.Change(new CibChange.SetProperty(name, wanted, "crm_attribute"));
        }

        return (present ?? options["default"]) is { } value
            ? new ToolStep.Say(IsQuiet(options) ? value : $"scope=crm_config  name={name} value={value}")
            : new ToolStep.Fail(ExitCode.NoSuchObject, $"the cluster has no option {name}");
    }

    // What is so already costs no change in the log: agents say the same thing at every monitor.
    private static ToolStep Write(ToolScene scene, string node, string name, string? value, bool isPermanent) =>
        Present(scene.Cib, node, name, isPermanent) == value
            ? new ToolStep.Say("")
            : new ToolStep.Change(new CibChange.SetAttribute(node, name, value, isPermanent, "an agent"));

    // A value such as "score++" or "score+=5" counts on from what is there.
    private static string Added(string wanted, string? present)
    {
        var plus = wanted.IndexOf('+', StringComparison.Ordinal);
        if (plus <= 0)
        {
            return wanted;
        }

        var step = wanted[plus..] switch
        {
            "++" => 1,
            ['+', '=', .. var text] when int.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
            _ => (int?)null,
        };
        return step is not { } by
            ? wanted
            : ((int.TryParse(present, out var before) ? before : 0) + by).ToString(CultureInfo.InvariantCulture);
    }

    private static string PromotionName(string? resource, ToolScene scene)
    {
        var id = string.IsNullOrEmpty(resource) ? scene.Resource ?? "" : resource;
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        return id.Length == 0 ? "" : $"master-{(colon < 0 ? id : id[..colon])}";
    }

    private static bool IsQuiet(ToolOptions options) => options.Has("quiet") || options.Has("Quiet");

    private static bool IsChange(ToolOptions options) =>
        options.Has("update") || options.Has("attr-value") || options.Has("delete") || options.Has("delete-attr");

    private static string? Present(Cib cib, string node, string name, bool isPermanent) =>
        isPermanent ? Permanent(cib, node, name) : Transient(cib, node, name);

    private static string? Transient(Cib cib, string node, string name) =>
        Find(cib.Status.Find(node)?.Attributes ?? [], name);

    private static string? Permanent(Cib cib, string node, string name) =>
        Find(cib.Configuration.Nodes.FirstOrDefault(known => known.Name == node)?.Attributes ?? [], name);

    // Among equals the last written wins.
    private static string? Find(ValueList<AttributeSet> sets, string name) => sets
        .Reverse()
        .OrderByDescending(set => set.Score)
        .SelectMany(set => set.Values)
        .Where(pair => pair.Name == name)
        .Select(pair => pair.Value)
        .FirstOrDefault();
}
