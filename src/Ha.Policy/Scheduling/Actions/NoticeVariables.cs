using System.Text;

namespace Ha.Policy.Scheduling;

/// <summary>What agents are told in a notification: who is active, who starts, stops, is promoted and so on.</summary>
internal static class NoticeVariables
{
    /// <summary>Notes the instances by their state and, where asked for, by what they are about to do.</summary>
    public static void Collect(PolicyResource resource, Notice notice, bool withActions)
    {
        if (resource.Children.Count > 0)
        {
            foreach (var child in resource.Children)
            {
                Collect(child, notice, withActions);
            }

            return;
        }

        var entry = (resource, resource.CurrentNode);
        switch (resource.Role)
        {
            case Role.Stopped:
                notice.Inactive.Add(entry);
                break;
            case Role.Started:
                notice.Active.Add(entry);
                break;
            case Role.Unpromoted:
                notice.Unpromoted.Add(entry);
                notice.Active.Add(entry);
                break;
            case Role.Promoted:
                notice.Promoted.Add(entry);
                notice.Active.Add(entry);
                break;
        }

        for (var index = 0; withActions && index < resource.Actions.Count; index++)
        {
            var action = resource.Actions[index];
            if (action is { IsOptional: false, IsRunnable: true, Node: not null })
            {
                ListFor(notice, action.Task)?.Add((resource, action.Node));
            }
        }
    }

    private static List<(PolicyResource Resource, PolicyNode? Node)>? ListFor(Notice notice, string task) =>
        task switch
        {
            Tasks.Start => notice.Starting,
            Tasks.Stop => notice.Stopping,
            Tasks.Promote => notice.Promoting,
            Tasks.Demote => notice.Demoting,
            _ => null,
        };

    /// <summary>Makes the variables, and the round necessary when it has something to tell.</summary>
    public static void Add(PolicyRun run, PolicyResource clone, Notice notice)
    {
        Add(notice, "stop", notice.Stopping);
        Add(notice, "start", notice.Starting);
        Add(notice, "demote", notice.Demoting);
        Add(notice, "promote", notice.Promoting);
        Add(notice, "active", notice.Active);
        Add(notice, "slave", notice.Unpromoted);
        Add(notice, "unpromoted", notice.Unpromoted);
        Add(notice, "master", notice.Promoted);
        Add(notice, "promoted", notice.Promoted);
        Add(notice, "inactive", notice.Inactive);
        notice.Variables.Remove("inactive_uname");
        AddNodes(run, clone, notice);
        if (ListFor(notice, notice.Task) is not { Count: > 0 })
        {
            return;
        }

        foreach (var point in (ReadOnlySpan<PolicyAction?>)
            [notice.Before, notice.BeforeDone, notice.After, notice.AfterDone])
        {
            point?.IsOptional = false;
        }
    }

    private static void Add(
        Notice notice, string name, List<(PolicyResource Resource, PolicyNode? Node)> entries)
    {
        entries.Sort((one, other) => string.CompareOrdinal(one.Resource.Id, other.Resource.Id) is var order and not 0
            ? order
            : string.CompareOrdinal(one.Node?.Name, other.Node?.Name));
        var resources = new StringBuilder();
        var nodes = new StringBuilder();
        PolicyResource? last = null;
        foreach (var (resource, node) in entries)
        {
            if (resource == last)
            {
                continue;
            }

            last = resource;
            AddWord(resources, resource.Id);
            if (node is not null)
            {
                AddWord(nodes, node.Name);
            }
        }

        notice.Variables[name + "_resource"] = TextOf(resources);
        notice.Variables[name + "_uname"] = TextOf(nodes);
    }

    private static void AddNodes(PolicyRun run, PolicyResource clone, Notice notice)
    {
        var sorted = run.Nodes.ToList();
        sorted.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        var all = new StringBuilder();
        var available = new StringBuilder();
        var hosts = new StringBuilder();
        foreach (var node in sorted)
        {
            AddWord(all, node.Name);
            if (clone.Allowed.Has(node.Index) && clone.Allowed[node.Index] >= 0)
            {
                AddWord(available, node.Name);
            }

            AddWord(hosts, GuestHosts.Of(node)?.Name ?? node.Name);
        }

        notice.Variables["all_uname"] = TextOf(all);
        notice.Variables["available_uname"] = TextOf(available);
        if (clone.Meta.GetValueOrDefault("container-attribute-target") == "host")
        {
            notice.Variables["all_hosts"] = TextOf(hosts);
        }
    }

    private static void AddWord(StringBuilder words, string word)
    {
        if (words.Length > 0)
        {
            words.Append(' ');
        }

        words.Append(word);
    }

    // Nothing is a blank: agents can tell it from a variable that is missing.
    private static string TextOf(StringBuilder words) => words.Length == 0 ? " " : words.ToString();
}
