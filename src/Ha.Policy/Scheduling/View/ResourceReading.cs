using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Resources with all that they expand to: members, instances, replicas, connections. Lives while the view is
/// made.</summary>
internal sealed class ResourceReading
{
    private readonly PolicyRun _run;
    private readonly Dictionary<string, Template> _templates = new(StringComparer.Ordinal);
    private readonly HashSet<PolicyNode> _laterNodes;

    public ResourceReading(PolicyRun run, int nodesBeforeBundles)
    {
        _run = run;
        NodeCount = nodesBeforeBundles;
        foreach (var template in run.Cib.Configuration.Templates)
        {
            _templates.TryAdd(template.Id, template);
        }

        _laterNodes = [.. NodesView.LaterNodesOf(run)];
    }

    /// <summary>Nodes that are known so far: bundles add theirs while they are read. The default of clone-max.
    /// </summary>
    public int NodeCount { get; set; }

    /// <summary>Reads all resources; the connections of guests come last.</summary>
    public void ReadAll(List<GuestConnection> guests)
    {
        foreach (var resource in _run.Cib.Configuration.Resources)
        {
            if (Read(resource, null, null) is { } read)
            {
                _run.Resources.Add(read);
            }
        }

        foreach (var guest in guests)
        {
            if (Read(guest.Connection, null, null) is { } read)
            {
                _run.Resources.Add(read);
            }
        }

        foreach (var resource in _run.Resources)
        {
            foreach (var each in PolicyRun.AllOf(resource))
            {
                Link(each);
            }
        }

        var sorted = _run.Resources.OrderByDescending(resource => resource.Priority).ToList();
        _run.Resources.Clear();
        _run.Resources.AddRange(sorted);
    }

    /// <summary>Reads one resource and what is in it.</summary>
    /// <param name="source">What is written.</param>
    /// <param name="parent">What it is part of.</param>
    /// <param name="number">Number of the instance that it is, or is in; null outside of clones.</param>
    /// <returns>Null for one that makes no sense, which is left out.</returns>
    public PolicyResource? Read(Resource source, PolicyResource? parent, int? number)
    {
        var whole = source is Primitive primitive ? TemplateCompletion.Complete(primitive, _templates) : source;
        if (whole is Primitive { Agent: null })
        {
            _run.Warnings.Add($"{source.Id} has no agent; it is left out");
            return null;
        }

        var id = number is { } instance ? string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{source.Id}:{instance}") : source.Id;
        var resource = new PolicyResource
        {
            Id = id,
            HistoryId = source.Id,
            Kind = whole switch
            {
                Primitive => ResourceKind.Primitive,
                Group => ResourceKind.Group,
                Clone => ResourceKind.Clone,
                _ => ResourceKind.Bundle,
            },
            Source = whole,
            Parent = parent,
            Role = Role.Stopped,
            KnownOn = new NodeSet(_run.Nodes.Count),
            Allowed = NewTable(),
            Clone = whole is Clone ? new CloneSettings() : null,
        };
        ResourceSettings.ReadMeta(_run, resource);
        if (!_run.Options.IsSymmetric && whole is Primitive made && GuestConnections.IsConnection(made)
            && resource.Meta.ContainsKey("container"))
        {
            // Nobody writes where a guest's connection may be: it goes with its container.
            foreach (var node in _run.Nodes)
            {
                resource.Allowed.Set(node.Index, 0);
            }
        }

        if (whole is Clone clone)
        {
            CloneReading.ReadSettings(_run, resource, clone, NodeCount);
        }

        ResourceSettings.Read(_run, resource);
        resource.HistoryId = resource.IsGloballyUnique && number is not null ? id : source.Id;
        _run.Register(resource);
        var isSound = whole switch
        {
            Group group => ReadMembers(resource, group, number),
            Clone => ReadInstances(resource),
            Bundle bundle => BundleReading.Read(_run, this, resource, bundle),
            _ => true,
        };
        if (resource.Bundle is not null)
        {
            resource.Allowed = NewTable();
        }

        if (!isSound)
        {
            Forget(resource);
        }

        return isSound ? resource : null;
    }

    /// <summary>One more instance of a clone; over clone-max it is one that was removed.</summary>
    public PolicyResource? AddInstance(PolicyResource clone)
    {
        var settings = clone.Clone!;
        var isRemoved = settings.Total >= settings.Max;
        if (Read(((Clone)clone.Source).Child, clone, settings.Total) is not { } instance)
        {
            return null;
        }

        settings.Total++;
        clone.Children.Add(instance);
        if (isRemoved)
        {
            foreach (var each in PolicyRun.AllOf(instance))
            {
                each.IsRemoved = true;
            }
        }

        return instance;
    }

    /// <summary>A resource that only history knows. It is stopped, if that is wanted, and otherwise left alone.
    /// </summary>
    public PolicyResource? AddRemoved(ResourceHistory history)
    {
        var former = FormerOf(history.ResourceId);
        var source = new Primitive
        {
            Id = history.ResourceId,
            Agent = history.Agent,
            Origin = history.Origin,
            Parameters = former?.Parameters ?? [],
            Operations = former?.Operations ?? [],
        };
        if (Read(source, null, null) is not { } resource)
        {
            return null;
        }

        resource.IsRemoved = true;
        resource.IsRemovedLaunched = history.Container is not null;
        if (_run.Options.IsStoppingRemoved)
        {
            Bans.Add(_run, resource, null, Cause.Removed, "it left the configuration", history.Origin);
        }
        else
        {
            resource.IsManaged = false;
        }

        _run.Resources.Add(resource);
        if (GuestConnections.IsConnection(source) && _run.FindNode(source.Id) is { IsRemoteKind: true } node)
        {
            // A node whose connection left the configuration is on its way out.
            resource.RemoteNode = node;
            node.RemoteResource = resource;
            node.IsShuttingDown = true;
            _run.HasRemoteNodes = true;
        }

        return resource;
    }

    // What it was when the configuration last had it; null where only history knows it.
    private Primitive? FormerOf(string id)
    {
        Primitive? last = null;
        foreach (var former in _run.Cib.Status.Former)
        {
            last = former.Id == id ? former : last;
        }

        return last;
    }

    /// <summary>Scores at the start: 0 on every node of a symmetric cluster; but never on nodes that bundles or removed
    /// connections make.</summary>
    public NodeTable NewTable()
    {
        var table = new NodeTable(_run.Nodes.Count);
        if (_run.Options.IsSymmetric)
        {
            foreach (var node in _run.Nodes)
            {
                if (!_laterNodes.Contains(node))
                {
                    table.Set(node.Index, node.Configured?.Score.Value ?? 0);
                }
            }
        }

        return table;
    }

    /// <summary>A bundle makes this node from now on. Where it was known before, resources had counted on it.</summary>
    public void TakeForBundle(PolicyNode node)
    {
        _laterNodes.Add(node);
        foreach (var resource in _run.Resources)
        {
            foreach (var each in PolicyRun.AllOf(resource))
            {
                if (each.Allowed.Has(node.Index))
                {
                    each.Allowed.Set(node.Index, Scores.MinusInfinity);
                    each.Allowed.SetDiscovery(node.Index, DiscoveryMode.Never);
                }
            }
        }
    }

    private bool ReadMembers(PolicyResource group, Group source, int? number)
    {
        foreach (var member in source.Members)
        {
            if (Read(member, group, number) is { } read)
            {
                group.Children.Add(read);
            }
        }

        return group.Children.Count > 0;
    }

    // With clone-max 0 one instance is made all the same, as a removed one: history must find its clone.
    private bool ReadInstances(PolicyResource clone)
    {
        var settings = clone.Clone!;
        var child = ((Clone)clone.Source).Child;
        var agents = (child is Group group ? group.Members.Select(member => member) : [(Primitive)child])
            .Select(member => TemplateCompletion.Complete(member, _templates).Agent);
        foreach (var agent in agents)
        {
            if (settings.IsPromotable && child is Primitive && agent is not { Class: "ocf" or "ha" })
            {
                _run.Warnings.Add($"{clone.Id} cannot be promotable: its agent {agent} has no promotion");
                return false;
            }

            if (settings.IsGloballyUnique && !ResourceSettings.CanBeUnique(agent))
            {
                settings.IsGloballyUnique = false;
                clone.IsGloballyUnique = false;
                clone.Meta["globally-unique"] = "false";
                settings.NodeMax = 1;
                settings.Max = Math.Min(settings.Max, Math.Max(1, NodeCount));
            }
        }

        var count = Math.Max(1, settings.Max);
        while (settings.Total < count)
        {
            if (AddInstance(clone) is null)
            {
                return false;
            }
        }

        return true;
    }

    private void Link(PolicyResource resource)
    {
        if (!resource.IsPrimitive)
        {
            return;
        }

        if (resource.Launcher is null && resource.Meta.TryGetValue("container", out var id)
            && _run.Find(id) is { } launcher && !LivesIn(launcher, resource))
        {
            resource.Launcher = launcher;
        }

        if (resource.Launcher is { } container && !container.Launched.Contains(resource))
        {
            container.Launched.Add(resource);
        }

        LinkNode(_run, resource);
    }

    private void Forget(PolicyResource resource)
    {
        foreach (var each in PolicyRun.AllOf(resource))
        {
            _run.Unregister(each);
        }

        if (resource.Bundle?.Child is { } inner)
        {
            Forget(inner);
        }
    }

    // A container that lives in what it contains is none.
    private static bool LivesIn(PolicyResource inner, PolicyResource outer)
    {
        for (var each = inner; each is not null; each = each.Launcher)
        {
            if (each == outer)
            {
                return true;
            }
        }

        return false;
    }

    // A connection and the node that it makes find each other.
    private static void LinkNode(PolicyRun run, PolicyResource resource)
    {
        if (!GuestConnections.IsConnection(resource.Source)
            || run.FindNode(resource.Id) is not { IsRemoteKind: true } node)
        {
            return;
        }

        resource.RemoteNode = node;
        node.RemoteResource = resource;
        run.HasRemoteNodes = true;
        if (resource.Launcher is null)
        {
            NodesView.PrepareFencing(run, node);
        }
        else
        {
            node.Attributes["#kind"] = "container";
        }
    }
}
