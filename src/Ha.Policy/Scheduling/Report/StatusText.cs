namespace Ha.Policy.Scheduling;

/// <summary>The cluster as it is, in the text form of `crm_simulate`: nodes, then resources with their members,
/// instances and replicas. Written before anything is decided.</summary>
internal static class StatusText
{
    /// <param name="run">A view that is used for nothing else.</param>
    /// <param name="text">Where it is written.</param>
    /// <param name="showsPending">Say which operations are under way. After a simulated execution nothing is.</param>
    public static void Write(PolicyRun run, TextWriter text, bool showsPending = true)
    {
        if (!showsPending)
        {
            foreach (var resource in run.All())
            {
                resource.PendingTask = null;
                resource.PendingNode = null;
            }
        }

        text.WriteLine("  * Node List:");
        WriteNodes(run, text);
        text.WriteLine();
        text.WriteLine("  * Full List of Resources:");
        var isAnyShown = false;
        foreach (var resource in run.Resources)
        {
            if (StatusFacts.IsShown(resource))
            {
                WriteResource(run, text, resource, 2);
                isAnyShown = true;
            }
        }

        if (!isAnyShown)
        {
            text.WriteLine("    * No resources");
        }
    }

    private static void WriteNodes(PolicyRun run, TextWriter text)
    {
        var lists = new (string Title, bool IsOnline, Func<PolicyNode, bool> Belongs, List<string> Names)[]
        {
            ("Online", true, node => !node.IsRemoteKind, []),
            ("OFFLINE", false, node => !node.IsRemoteKind, []),
            ("RemoteOnline", true, node => node.IsRemote, []),
            ("RemoteOFFLINE", false, node => node.IsRemote, []),
            ("GuestOnline", true, node => node.IsGuest, []),
        };
        foreach (var node in run.Nodes)
        {
            if (StatusFacts.NodeWord(run, node) is { } word)
            {
                var kind = node.IsGuest ? "GuestNode" : node.IsRemoteKind ? "RemoteNode" : "Node";
                text.WriteLine($"    * {kind} {node.Name}: {word}");
                continue;
            }

            foreach (var list in lists)
            {
                if (list.IsOnline == node.IsOnline && list.Belongs(node))
                {
                    list.Names.Add(node.Name);
                }
            }
        }

        foreach (var (title, _, _, names) in lists)
        {
            WriteList(text, 2, title, names);
        }
    }

    private static void WriteResource(PolicyRun run, TextWriter text, PolicyResource resource, int depth)
    {
        switch (resource.Kind)
        {
            case ResourceKind.Group:
                WriteGroup(run, text, resource, depth);
                break;
            case ResourceKind.Clone:
                WriteClone(run, text, resource, depth);
                break;
            case ResourceKind.Bundle:
                WriteBundle(run, text, resource, depth);
                break;
            default:
                if (!StatusFacts.IsHidden(resource))
                {
                    WriteLine(text, depth, StatusFacts.Line(
                        run, resource, StatusFacts.PrintedId(resource),
                        resource.CurrentNode ?? resource.PendingNode));
                }

                break;
        }
    }

    private static void WriteGroup(PolicyRun run, TextWriter text, PolicyResource group, int depth)
    {
        var words = StatusFacts.HeaderWords(group);
        WriteLine(text, depth, $"Resource Group: {group.Id}{words}:");
        foreach (var member in group.Children)
        {
            WriteResource(run, text, member, depth + 1);
        }
    }

    private static void WriteClone(PolicyRun run, TextWriter text, PolicyResource clone, int depth)
    {
        var name = clone.Children.Count > 0 ? clone.Children[0].Source.Id : clone.Id;
        WriteLine(text, depth, $"Clone Set: {clone.Id} [{name}]{StatusFacts.HeaderWords(clone)}:");
        var promoted = new List<PolicyNode>();
        var started = new List<PolicyNode>();
        foreach (var instance in clone.Children)
        {
            switch (StatusFacts.ListOf(clone, instance, out var node))
            {
                case InstanceList.Alone:
                    WriteResource(run, text, instance, depth + 1);
                    break;
                case InstanceList.Promoted:
                    promoted.Add(node!);
                    break;
                case InstanceList.Started:
                    started.Add(node!);
                    break;
            }
        }

        WriteList(text, depth + 1, "Promoted", Names(promoted));
        WriteList(text, depth + 1, StatusFacts.StartedTitle(clone), Names(started));
        if (!clone.IsGloballyUnique && clone.Clone!.Max > promoted.Count + started.Count)
        {
            WriteStopped(run, text, clone, depth + 1);
        }
    }

    // Where an anonymous clone could be and is not, by the reason that is known.
    private static void WriteStopped(PolicyRun run, TextWriter text, PolicyResource clone, int depth)
    {
        var isDisabled = StatusFacts.ConfiguredRole(clone) == Role.Stopped;
        var byTitle = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        var isAnyAllowed = clone.Allowed.Count > 0;
        foreach (var node in run.Nodes)
        {
            var isConsidered = isAnyAllowed ? clone.Allowed.Has(node.Index) : clone.KnownOn!.Has(node);
            if (!isConsidered || clone.ActiveOn.Contains(node))
            {
                continue;
            }

            var title = StatusFacts.FailedProbe(run, clone, node) is { } word ? $"Stopped ({word})"
                : isDisabled ? "Stopped (disabled)" : "Stopped";
            if (!byTitle.TryGetValue(title, out var names))
            {
                byTitle.Add(title, names = []);
            }

            names.Add(node.Name);
        }

        foreach (var (title, names) in byTitle)
        {
            WriteList(text, depth, title, names);
        }
    }

    private static void WriteBundle(PolicyRun run, TextWriter text, PolicyResource bundle, int depth)
    {
        var image = ((InformationBase.Bundle)bundle.Source).Container.GetValueOrDefault("image");
        var set = bundle.Bundle!.Replicas.Count > 1 ? " set" : "";
        var unique = bundle.IsGloballyUnique ? " (unique)" : "";
        var managed = bundle.IsInMaintenance ? " (maintenance)" : bundle.IsManaged ? "" : " (unmanaged)";
        WriteLine(text, depth, $"Container bundle{set}: {bundle.Id} [{image}]{unique}{managed}:");
        foreach (var replica in bundle.Bundle.Replicas)
        {
            var name = StatusFacts.PrintedId((replica.Remote ?? replica.Container)!);
            if (replica.IpAddress.Length > 0)
            {
                name += $" ({replica.IpAddress})";
            }

            WriteLine(text, depth + 1, StatusFacts.Line(
                run, (replica.Child ?? replica.Container)!, name, replica.Container!.CurrentNode));
        }
    }

    private static List<string> Names(List<PolicyNode> nodes)
    {
        var names = nodes.ConvertAll(node => node.Name);
        names.Sort(NodeNames.Compare);
        return names;
    }

    private static void WriteList(TextWriter text, int depth, string title, List<string> names)
    {
        if (names.Count > 0)
        {
            WriteLine(text, depth, $"{title}: [ {string.Join(' ', names)} ]");
        }
    }

    private static void WriteLine(TextWriter text, int depth, string line)
    {
        for (var level = 0; level < depth; level++)
        {
            text.Write("  ");
        }

        text.Write("* ");
        text.WriteLine(line);
    }
}
