using Ha.InformationBase;
using Ha.Node.Commands;
using static Ha.Node.Pacemaker.OptionValue;

namespace Ha.Node.Pacemaker;

/// <summary>Helper commands about nodes and resources: crm_node, crm_resource, crm_mon, pacemakerd. Pure. Sources:
/// their manual pages, and the forms in which agents call them.</summary>
internal static class ClusterTools
{
    /// <summary>The version that agents are told: what they may rely on is what Pacemaker had then.</summary>
    public const string Version = "2.1.5";

    /// <summary>Options of crm_node.</summary>
    public static readonly IReadOnlyList<ToolOption> NodeOptions =
    [
        new("name", 'n', None), new("list", 'l', None), new("partition", 'p', None), new("quorum", 'q', None),
        new("cluster-id", 'i', None), new("name-for-id", 'N', Required), new("verbose", 'V', None),
    ];

    /// <summary>Options of crm_resource.</summary>
    public static readonly IReadOnlyList<ToolOption> ResourceOptions =
    [
        new("resource", 'r', Required), new("get-parameter", 'g', Required), new("set-parameter", 'p', Required),
        new("delete-parameter", 'd', Required), new("parameter-value", 'v', Required), new("meta", 'm', None),
        new("utilization", 'z', None), new("locate", 'W', None), new("list-raw", 'l', None), new("cleanup", 'C', None),
        new("refresh", 'R', None), new("ban", 'B', None), new("node", 'N', Required), new("host-uname", 'H', Required),
        new("quiet", 'Q', None), new("force", 'f', None), new("verbose", 'V', None), new("lifetime", 'u', Required),
    ];

    /// <summary>Options of crm_mon.</summary>
    public static readonly IReadOnlyList<ToolOption> MonitorOptions =
    [
        new("one-shot", '1', None), new("as-xml", 'X', None), new("output-as", ' ', Required), new("inactive", 'r', None),
        new("group-by-node", 'n', None), new("show-node-attributes", 'A', None), new("failcounts", 'f', None),
        new("operations", 'o', None), new("disable-ncurses", 'N', None), new("verbose", 'V', None),
    ];

    /// <summary>Options of pacemakerd.</summary>
    public static readonly IReadOnlyList<ToolOption> DaemonOptions =
    [
        new("version", '$', None), new("features", 'F', None),
    ];

    /// <summary>crm_node.</summary>
    public static ToolStep Node(ToolOptions options, ToolScene scene)
    {
        if (options.Has("list"))
        {
            return new ToolStep.Say(string.Join('\n', scene.Cib.Configuration.Nodes
                .Where(node => node.Kind == NodeKind.Member)
                .Select(node => $"{node.Id} {node.Name} {(IsMember(scene.Cib, node.Name) ? "member" : "lost")}")));
        }

        if (options.Has("partition"))
        {
            return new ToolStep.Say(string.Join(' ', scene.Cib.Configuration.Nodes
                .Select(node => node.Name).Where(name => IsMember(scene.Cib, name))));
        }

        if (options.Has("quorum"))
        {
            return new ToolStep.Say(scene.HasQuorum ? "1" : "0");
        }

        var found = options["name-for-id"] is { } id
            ? scene.Cib.Configuration.Nodes.FirstOrDefault(node => node.Id == id)
            : scene.Cib.Configuration.Nodes.FirstOrDefault(node => node.Name == scene.Node);
        return (options.Has("cluster-id"), options.Has("name-for-id"), found) switch
        {
            (true, _, { } node) => new ToolStep.Say(node.Id),
            (true, _, null) => new ToolStep.Fail(ExitCode.NoSuchObject, $"{scene.Node} has no id"),
            (_, true, { } node) => new ToolStep.Say(node.Name),
            (_, true, null) => new ToolStep.Fail(ExitCode.NoSuchObject, "there is no node with this id"),
            _ => new ToolStep.Say(scene.Node),
        };
    }

    /// <summary>crm_resource, as far as agents call it.</summary>
    public static ToolStep Resource(ToolOptions options, ToolScene scene)
    {
        if (options.Has("list-raw"))
        {
            return new ToolStep.Say(string.Join('\n', scene.Cib.Configuration.Resources.SelectMany(Primitives)
                .Select(primitive => primitive.Id)));
        }

        var id = options["resource"];
        var node = options["node"] ?? options["host-uname"];
        if (options.Has("cleanup") || options.Has("refresh"))
        {
            return new ToolStep.Change(new CibChange.Cleanup(id, node, "crm_resource"));
        }

        var found = scene.Cib.Configuration.Resources.SelectMany(WithMembers).FirstOrDefault(one => one.Id == id);
        if (found is null)
        {
            return new ToolStep.Fail(ExitCode.NoSuchObject, id is null ? "--resource is missing" : $"there is no resource {id}");
        }

        if (options["get-parameter"] is { } name)
        {
            return Parameter(options, scene, found, name);
        }

        if (options["set-parameter"] is { } set)
        {
            return !options.Has("meta") || options["parameter-value"] is not { } value
                ? new ToolStep.Fail(ExitCode.Unknown, "parameters stand in the cluster file here; --meta attributes can be set")
                : new ToolStep.Change(new CibChange.SetMeta(found.Id, set, value, "crm_resource"));
        }

        if (options["delete-parameter"] is { } delete)
        {
            return options.Has("meta")
                ? new ToolStep.Change(new CibChange.SetMeta(found.Id, delete, null, "crm_resource"))
                : new ToolStep.Fail(ExitCode.Unknown, "parameters stand in the cluster file here");
        }

        var at = RunningOn(scene.Cib, found.Id);
        if (options.Has("ban"))
        {
            return node is not null && !at.Contains(node, StringComparer.Ordinal)
                ? new ToolStep.Fail(ExitCode.Unknown, $"{found.Id} does not run on {node}; a ban of another node stands in the cluster file here")
                : new ToolStep.Change(new CibChange.RequestMove(found.Id, null, "crm_resource", 0));
        }

        return options.Has("locate")
            ? Where(options, found.Id, at)
            : new ToolStep.Fail(ExitCode.Usage, "crm_resource is not asked for anything that it knows here");
    }

    /// <summary>crm_mon, once and as XML: all that agents read.</summary>
    public static ToolStep Monitor(ToolOptions options, ToolScene scene) =>
        options.Has("as-xml") || options["output-as"] == "xml"
            ? new ToolStep.Say(MonitorXml.Of(scene, options.Has("as-xml")))
            : new ToolStep.Fail(ExitCode.Unknown, "for people there is ha status; for programs: crm_mon -1 --output-as=xml");

    /// <summary>pacemakerd: its version alone.</summary>
    public static ToolStep Daemon(ToolOptions options, ToolScene scene) => options.Has("version") || options.Has("features")
        ? new ToolStep.Say($"Pacemaker {Version}")
        : new ToolStep.Fail(ExitCode.Unknown, "this is HaCluster: see ha run");

    /// <summary>Nodes on which a resource (or an instance of it) runs.</summary>
    public static ValueList<string> RunningOn(Cib cib, string resource) => cib.Status.Nodes
        .Where(state => state.History.Any(history =>
            (history.ResourceId == resource || history.ResourceId.StartsWith(resource + ":", StringComparison.Ordinal))
            && RoleOf(history) is not "Stopped"))
        .Select(state => state.Name)
        .ToValueList();

    /// <summary>The role that the last answers of an agent say.</summary>
    public static string RoleOf(ResourceHistory history)
    {
        var last = history.Entries
            .Where(entry => entry is { Interval.Ticks: 0, Status: not OperationStatus.Pending })
            .OrderBy(entry => entry.CallId)
            .LastOrDefault();
        return last switch
        {
            null => "Stopped",
            { ExitCode: 8 or 9 or 191 } => "Promoted",
            { Operation: "stop", ExitCode: 0 } or { ExitCode: 5 or 7 } => "Stopped",
            { Operation: "promote", ExitCode: 0 } => "Promoted",
            { Operation: "demote", ExitCode: 0 } => "Unpromoted",
            { Operation: "monitor", ExitCode: not (0 or 190) } => "Stopped",
            _ => "Started",
        };
    }

    /// <summary>True for a node that is a member.</summary>
    public static bool IsMember(Cib cib, string node) =>
        cib.Status.Find(node) is { IsMember: true, IsProcessUp: not false };

    /// <summary>A resource and what is in it.</summary>
    public static IEnumerable<Resource> WithMembers(Resource resource) => resource switch
    {
        Group group => group.Members.Prepend<Resource>(group),
        Clone clone => WithMembers(clone.Child).Prepend(clone),
        Bundle { Child: { } child } bundle => [bundle, child],
        _ => [resource],
    };

    private static IEnumerable<Primitive> Primitives(Resource resource) => WithMembers(resource).OfType<Primitive>();

    private static ToolStep Parameter(ToolOptions options, ToolScene scene, Resource found, string name)
    {
        var sets = options.Has("meta") ? found.Meta : options.Has("utilization") ? found.Utilization : found.Parameters;

        // A meta attribute of a clone counts for what is in it, where that says nothing.
        var outer = options.Has("meta")
            ? scene.Cib.Configuration.Resources
                .Where(resource => resource.Id != found.Id && WithMembers(resource).Contains(found))
                .SelectMany(resource => resource.Meta)
            : [];
        var value = Find(sets, name) ?? Find(outer, name);
        return value is null
            ? new ToolStep.Fail(ExitCode.NoSuchObject, $"Attribute '{name}' not found for '{found.Id}'")
            : new ToolStep.Say(value);
    }

    private static string? Find(IEnumerable<AttributeSet> sets, string name) => sets
        .Reverse()
        .OrderByDescending(set => set.Score)
        .SelectMany(set => set.Values)
        .Where(pair => pair.Name == name)
        .Select(pair => pair.Value)
        .FirstOrDefault();

    private static ToolStep Where(ToolOptions options, string resource, ValueList<string> at) =>
        at.IsEmpty
            ? options.Has("quiet") ? new ToolStep.Say("") : new ToolStep.Say($"resource {resource} is NOT running")
            : new ToolStep.Say(string.Join('\n', at.Select(node =>
                options.Has("quiet") ? node : $"resource {resource} is running on: {node}")));
}
