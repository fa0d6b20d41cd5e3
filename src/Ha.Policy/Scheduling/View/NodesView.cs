using Ha.InformationBase;
using Ha.Policy.Rules;

namespace Ha.Policy.Scheduling;

/// <summary>Which nodes there are: configured ones, and those that resources make (remote, guest and bundle nodes).
/// </summary>
internal static class NodesView
{
    /// <summary>Adds all nodes in the order of their names, with their permanent attributes.</summary>
    /// <param name="run">The run.</param>
    /// <param name="guests">Connections of guest nodes, which meta attributes ask for.</param>
    /// <returns>How many nodes are known before any bundle is looked at: the default of clone-max counts these.
    /// </returns>
    public static int Read(PolicyRun run, List<GuestConnection> guests)
    {
        run.FormerConnections.AddRange(FormerConnections(run, guests));
        var count = 0;
        foreach (var draft in DraftsOf(run, guests))
        {
            count += draft.IsBundleNode ? 0 : 1;
            var node = run.AddNode(draft.Id, draft.Name, draft.IsRemoteKind);
            node.Configured = draft.Configured;
            AddAttributes(run, node);
            PrepareFencing(run, node);
        }

        return count;
    }

    /// <summary>Until something is heard of a node, its state is unknown: it is unclean, if nodes are fenced at start.
    /// A remote node without a connection is not looked at.</summary>
    public static void PrepareFencing(PolicyRun run, PolicyNode node)
    {
        if (node.IsRemoteKind && node.RemoteResource is null)
        {
            return;
        }

        node.IsUnclean = run.Options.IsFencingEnabled && run.Options.IsStartupFencing;
        node.IsUnseen = true;
    }

    /// <summary>Nodes that nobody configured and that are known only after the resources: those of bundles, and those
    /// of connections that left the configuration.</summary>
    public static IEnumerable<PolicyNode> LaterNodesOf(PolicyRun run) =>
        run.Cib.Configuration.Resources.SelectMany(BundleReading.NodeNamesOf)
            .Concat(run.FormerConnections)
            .Select(run.FindNode)
            .OfType<PolicyNode>()
            .Where(node => node.Configured is null);

    private static List<NodeDraft> DraftsOf(PolicyRun run, List<GuestConnection> guests)
    {
        var drafts = new List<NodeDraft>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in run.Cib.Configuration.Nodes)
        {
            if (names.Add(node.Name))
            {
                drafts.Add(new NodeDraft(node.Id, node.Name, node.Kind == NodeKind.Remote, node));
            }
        }

        foreach (var resource in run.Cib.Configuration.Resources)
        {
            if (GuestConnections.IsConnection(resource) && names.Add(resource.Id))
            {
                drafts.Add(new NodeDraft(resource.Id, resource.Id, true, null));
            }
        }

        foreach (var guest in guests)
        {
            if (names.Add(guest.Name))
            {
                drafts.Add(new NodeDraft(guest.Name, guest.Name, true, null));
            }
        }

        foreach (var resource in run.Cib.Configuration.Resources)
        {
            foreach (var name in BundleReading.NodeNamesOf(resource))
            {
                if (names.Add(name))
                {
                    drafts.Add(new NodeDraft(name, name, true, null) { IsBundleNode = true });
                }
            }
        }

        drafts.AddRange(run.FormerConnections
            .Where(names.Add)
            .Select(name => new NodeDraft(name, name, true, null) { IsBundleNode = true }));
        drafts.Sort((one, other) => NodeNames.Compare(one.Name, other.Name) is var order && order != 0
            ? order
            : string.CompareOrdinal(one.Name, other.Name));
        return drafts;
    }

    // A connection that left the configuration still makes its node, while some node's history has it.
    private static List<string> FormerConnections(PolicyRun run, List<GuestConnection> guests)
    {
        var seen = new List<string>();
        foreach (var state in run.Cib.Status.Nodes)
        {
            foreach (var history in state.History)
            {
                if (history.Agent is { Type: "remote", Class: "ocf", Provider: "pacemaker" }
                    && !history.Entries.IsEmpty)
                {
                    seen.Add(history.ResourceId);
                }
            }
        }

        if (seen.Count == 0)
        {
            return seen;
        }

        var known = guests
            .Select(guest => guest.Name)
            .Concat(run.Cib.Configuration.Resources.SelectMany(BundleReading.NodeNamesOf))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var resource in run.Cib.Configuration.Resources)
        {
            known.Add(resource.Id);
            if (resource is Group group)
            {
                known.UnionWith(group.Members.Select(member => member.Id));
            }
        }

        return seen.FindAll(known.Add);
    }

    private static void AddAttributes(PolicyRun run, PolicyNode node)
    {
        var attributes = node.Attributes;
        attributes["#uname"] = node.Name;
        attributes["#id"] = node.Id;
        attributes["#is_dc"] = "false";
        attributes["#kind"] = node.IsRemoteKind ? "remote" : "cluster";
        if (run.Cib.Status.CoordinatorId is { } coordinator && coordinator == node.Id)
        {
            run.Coordinator = node;
            node.IsCoordinator = true;
            attributes["#is_dc"] = "true";
        }

        if (run.Options.ClusterName.Length > 0)
        {
            attributes["#cluster-name"] = run.Options.ClusterName;
        }

        var input = new RuleInput { Now = run.Now };
        if (node.Configured is { } configured)
        {
            foreach (var (name, pair) in AttributeSets.Unpack(configured.Attributes, input, out var changesAt))
            {
                attributes.TryAdd(name, pair.Value ?? "");
                Recheck(run, changesAt);
            }

            AddUtilization(run, node, configured.Utilization);
        }

        var site = attributes.GetValueOrDefault("site-name") ?? run.Options.ClusterName;
        if (site.Length > 0)
        {
            attributes["#site-name"] = site;
        }
    }

    /// <summary>Sets the attributes that vanish with the node over the permanent ones.</summary>
    public static void AddTransient(PolicyRun run, PolicyNode node, NodeState state)
    {
        var input = new RuleInput { Now = run.Now };
        foreach (var (name, pair) in AttributeSets.Unpack(state.Attributes, input, out var changesAt))
        {
            node.Attributes[name] = pair.Value ?? "";
            Recheck(run, changesAt);
        }

        AddUtilization(run, node, state.Utilization);
    }

    private static void AddUtilization(PolicyRun run, PolicyNode node, ValueList<AttributeSet> sets)
    {
        var input = new RuleInput { Now = run.Now, NodeAttribute = node.Attribute };
        foreach (var (name, pair) in AttributeSets.Unpack(sets, input, out var changesAt))
        {
            node.Utilization ??= new Dictionary<string, int>(StringComparer.Ordinal);
            node.Utilization[name] = ValueText.Number(pair.Value, 0);
            Recheck(run, changesAt);
        }
    }

    private static void Recheck(PolicyRun run, long? changesAt)
    {
        if (changesAt is { } at)
        {
            run.Recheck(at, "node attribute evaluation");
        }
    }

    private readonly record struct NodeDraft(string Id, string Name, bool IsRemoteKind, Node? Configured)
    {
        public bool IsBundleNode { get; init; }
    }
}
