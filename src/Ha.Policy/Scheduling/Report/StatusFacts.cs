using System.Text;
using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Where an instance of a clone is shown.</summary>
internal enum InstanceList
{
    Nowhere,
    Alone,
    Promoted,
    Started,
}

/// <summary>The words in which the state of nodes and resources is shown. Source: output of `crm_simulate` and
/// `crm_mon`.</summary>
internal static class StatusFacts
{
    /// <summary>What makes a node worth a line of its own; null for one that is plainly online or offline.</summary>
    public static string? NodeWord(PolicyRun run, PolicyNode node)
    {
        var word = StateWord(node);
        return HealthWord(run, node) is { } health
            ? $"{word ?? (node.IsOnline ? "online" : "OFFLINE")} (health is {health})"
            : word;
    }

    private static string? StateWord(PolicyNode node)
    {
        if (node.IsUnclean)
        {
            return node.IsOnline ? "UNCLEAN (online)" : node.IsPending ? "UNCLEAN (pending)" : "UNCLEAN (offline)";
        }

        if (node.IsPending)
        {
            return "pending";
        }

        if (node.IsStandbyByFailure && node.IsOnline)
        {
            return "standby (on-fail)";
        }

        if (node.IsStandby)
        {
            return !node.IsOnline ? "OFFLINE (standby)"
                : node.Running.Count > 0 ? "standby (with active resources)" : "standby";
        }

        if (node.IsInMaintenance)
        {
            return node.IsOnline ? "maintenance" : "OFFLINE (maintenance)";
        }

        return null;
    }

    /// <summary>A resource's line: name, agent, state, node, flags.</summary>
    public static string Line(PolicyRun run, PolicyResource resource, string name, PolicyNode? node)
    {
        var text = new StringBuilder();
        var shownNode = resource.ActiveOn.Count > 1 ? null : node ?? resource.LockNode;
        text.Append(name).Append("\t(").Append(resource.Agent).Append("):\t ");
        if (resource.IsRemoved)
        {
            text.Append("ORPHANED ");
        }

        var role = ShownRole(resource);
        if (resource.HasFailed)
        {
            text.Append("FAILED");
            if (role > Role.Unpromoted)
            {
                text.Append(' ').Append(role);
            }
        }
        else
        {
            text.Append(PendingState(resource) ?? role.ToString());
        }

        if (shownNode is not null)
        {
            text.Append(' ').Append(shownNode.Name);
        }

        if (role == Role.Stopped && FailedProbe(run, resource, shownNode) is { } probe)
        {
            text.Append(" (").Append(probe).Append(") ");
        }

        AppendFlags(text, resource, shownNode);
        if (resource.ActiveOn.Count > 1)
        {
            text.Append("\t [ ").AppendJoin(' ', resource.ActiveOn.Select(active => active.Name)).Append(" ]");
        }

        return text.ToString();
    }

    /// <summary>What is said of a group or clone behind its name, in brackets; empty for nothing.</summary>
    public static string HeaderWords(PolicyResource resource)
    {
        var words = new List<string>();
        if (resource.IsPromotable)
        {
            words.Add("promotable");
        }

        if (resource.Clone is not null && resource.IsGloballyUnique)
        {
            words.Add("unique");
        }

        if (ResourceSettings.IsDisabled(resource))
        {
            words.Add("disabled");
        }

        if (resource.IsInMaintenance)
        {
            words.Add("maintenance");
        }
        else if (!resource.IsManaged)
        {
            words.Add("unmanaged");
        }

        return words.Count == 0 ? "" : $" ({string.Join(", ", words)})";
    }

    /// <summary>How instances that run and are not promoted are called.</summary>
    public static string StartedTitle(PolicyResource clone) =>
        !clone.IsPromotable ? "Started"
        : ConfiguredRole(clone) == Role.Unpromoted
            ? "Unpromoted (target-role)"
            : "Unpromoted";

    /// <summary>The role that is asked for: of the clone, or else of what it is made of.</summary>
    public static Role ConfiguredRole(PolicyResource clone) =>
        ValueText.RoleOf(clone.Meta.GetValueOrDefault("target-role")
            ?? (clone.Children.Count > 0 ? clone.Children[0].Meta.GetValueOrDefault("target-role") : null));

    /// <summary>What left the configuration is shown while it is active; what is active only on nodes that are gone,
    /// and left alone, is not shown.</summary>
    public static bool IsShown(PolicyResource resource)
    {
        if (resource.IsRemoved && !IsActive(resource, all: true))
        {
            return false;
        }

        return resource.ActiveOn.Count > 0 || !IsActive(resource, all: false);
    }

    /// <summary>In which of its clone's lists an instance is shown.</summary>
    public static InstanceList ListOf(PolicyResource clone, PolicyResource instance, out PolicyNode? node)
    {
        node = null;
        if (clone.IsGloballyUnique)
        {
            return !instance.IsRemoved || IsActive(instance, all: false) ? InstanceList.Alone : InstanceList.Nowhere;
        }

        if (!IsActive(instance, all: false))
        {
            return InstanceList.Nowhere;
        }

        if (instance.PendingTask is not null)
        {
            return InstanceList.Alone;
        }

        foreach (var each in PolicyRun.AllOf(instance))
        {
            if (each.IsRemoved || !each.IsManaged || each.HasFailed)
            {
                return InstanceList.Alone;
            }
        }

        node = IsActive(instance, all: true) ? PlaceOf(instance) : null;
        if (node is null || (!node.IsOnline && node.IsUnclean))
        {
            return InstanceList.Alone;
        }

        return HighestRole(instance) == Role.Promoted ? InstanceList.Promoted : InstanceList.Started;
    }

    /// <summary>Active somewhere: on an unclean node perhaps, or on one that is online; an unmanaged one anywhere.
    /// </summary>
    public static bool IsActive(PolicyResource resource, bool all)
    {
        if (resource.IsPrimitive)
        {
            foreach (var node in resource.ActiveOn)
            {
                if (node.IsUnclean || node.IsOnline || !resource.IsManaged)
                {
                    return true;
                }
            }

            return false;
        }

        foreach (var child in resource.Children)
        {
            if (IsActive(child, all) != all)
            {
                return !all;
            }
        }

        return all;
    }

    /// <summary>Parts that people did not write are not shown.</summary>
    public static bool IsHidden(PolicyResource resource) =>
        ValueText.Truth(resource.Meta.GetValueOrDefault("internal"), false);

    /// <summary>Id as written; with the number of the instance where instances differ.</summary>
    public static string PrintedId(PolicyResource resource) =>
        resource.IsGloballyUnique ? resource.Id : resource.Source.Id;

    /// <summary>What a probe said that could not look, in words; null where none failed so.</summary>
    public static string? FailedProbe(PolicyRun run, PolicyResource resource, PolicyNode? node)
    {
        foreach (var failure in run.Failures)
        {
            if (failure.Resource is { } failed && IsMaskedProbe(failure.Entry)
                && (node is null || failure.Node == node)
                && (failed.HistoryId == resource.HistoryId
                    || (!resource.IsPrimitive && failed.Top() == resource.Top())))
            {
                return ExitText(failure.Entry.ExitCode);
            }
        }

        return null;
    }

    /// <summary>A probe that could not even look: the agent, or what it needs, is not there. Counts as not running.
    /// </summary>
    public static bool IsMaskedProbe(HistoryEntry entry) =>
        entry.Operation == Tasks.Monitor && entry.Interval == TimeSpan.Zero
        && (entry.Status == OperationStatus.NotInstalled || entry.ExitCode is 2 or 5);

    private static string ExitText(int exitCode) => exitCode switch
    {
        0 => "OK",
        1 => "Error occurred",
        2 => "Invalid parameter",
        3 => "Unimplemented",
        4 => "Insufficient privileges",
        6 => "Not configured",
        7 => "Not running",
        8 => "Promoted",
        9 => "Failed in promoted role",
        _ => "Not installed",
    };

    private static string? HealthWord(PolicyRun run, PolicyNode node)
    {
        if (run.Options.HealthStrategy is "none" or "")
        {
            return null;
        }

        string? word = null;
        foreach (var (name, value) in node.Attributes)
        {
            if (!name.StartsWith("#health", StringComparison.Ordinal))
            {
                continue;
            }

            if (ValueText.Same(value, "red"))
            {
                return "RED";
            }

            word = ValueText.Same(value, "yellow") ? "YELLOW" : word;
        }

        return word;
    }

    private static Role ShownRole(PolicyResource resource) =>
        resource.Role == Role.Started && resource.Top().IsPromotable ? Role.Unpromoted : resource.Role;

    private static Role HighestRole(PolicyResource resource)
    {
        var highest = resource.Role;
        foreach (var child in resource.Children)
        {
            var role = HighestRole(child);
            highest = role > highest ? role : highest;
        }

        return highest;
    }

    // The one node where all of it is; null where its parts are on several.
    private static PolicyNode? PlaceOf(PolicyResource resource)
    {
        PolicyNode? place = null;
        foreach (var each in PolicyRun.AllOf(resource))
        {
            if (!each.IsPrimitive)
            {
                continue;
            }

            foreach (var node in each.ActiveOn)
            {
                if (place is not null && place != node)
                {
                    return null;
                }

                place = node;
            }
        }

        return place;
    }

    private static string? PendingState(PolicyResource resource) => resource.PendingTask switch
    {
        Tasks.Start => "Starting",
        Tasks.Stop => "Stopping",
        Tasks.MigrateTo or Tasks.MigrateFrom => "Migrating",
        Tasks.Promote => "Promoting",
        Tasks.Demote => "Demoting",
        _ => null,
    };

    private static void AppendFlags(StringBuilder text, PolicyResource resource, PolicyNode? node)
    {
        var flags = new List<string>();
        if (node is { IsOnline: false, IsUnclean: true })
        {
            flags.Add("UNCLEAN");
        }

        if (node is not null && node == resource.LockNode)
        {
            flags.Add("LOCKED");
        }

        if (resource.PendingTask == Tasks.Monitor)
        {
            flags.Add("Monitoring");
        }

        switch (ValueText.RoleOf(resource.Meta.GetValueOrDefault("target-role")))
        {
            case Role.Stopped:
                flags.Add("disabled");
                break;
            case Role.Unpromoted when resource.Top().IsPromotable:
                flags.Add($"target-role:{resource.Meta["target-role"]}");
                break;
        }

        if (resource.IsBlocked)
        {
            flags.Add("blocked");
        }
        else if (!resource.IsManaged)
        {
            flags.Add(resource.IsInMaintenance ? "maintenance" : "unmanaged");
        }

        if (resource.HasFailureIgnored)
        {
            flags.Add("failure ignored");
        }

        if (flags.Count > 0)
        {
            text.Append(" (").AppendJoin(", ", flags).Append(')');
        }
    }
}
