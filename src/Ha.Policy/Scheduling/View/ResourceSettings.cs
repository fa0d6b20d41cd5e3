using Ha.InformationBase;
using Ha.Policy.Rules;

namespace Ha.Policy.Scheduling;

/// <summary>What meta attributes say of a resource. Source: Pacemaker Explained, "Resource options".</summary>
internal static class ResourceSettings
{
    private static readonly string[] s_agentsWithInstances = ["ocf", "ha", "stonith"];

    /// <summary>Meta attributes in the order of their precedence: attributes of the element (as very old files have
    /// them), its own blocks, its parent's, the defaults.</summary>
    public static void ReadMeta(PolicyRun run, PolicyResource resource)
    {
        var meta = resource.Meta;
        foreach (var (name, value) in resource.Source.Attributes)
        {
            meta.TryAdd(name, value);
        }

        var input = new RuleInput { Now = run.Now, Agent = resource.Agent };
        AddSets(run, meta, resource.Source.Meta, input);
        if (resource.Parent is { } parent)
        {
            foreach (var (name, value) in parent.Meta)
            {
                meta.TryAdd(name, value);
            }
        }

        AddSets(run, meta, run.Cib.Configuration.ResourceDefaults, input);
    }

    /// <summary>Settings that all kinds of resources have.</summary>
    public static void Read(PolicyRun run, PolicyResource resource)
    {
        var meta = resource.Meta;
        resource.Priority = Scores.Parse(meta.GetValueOrDefault("priority"), 0);
        resource.IsCritical = ValueText.Truth(meta.GetValueOrDefault("critical"), true);
        ReadManagement(run, resource);
        resource.MultipleActive = meta.GetValueOrDefault("multiple-active")?.ToLowerInvariant() switch
        {
            "block" => MultipleActive.Block,
            "stop_only" => MultipleActive.StopOnly,
            "stop_unexpected" => MultipleActive.StopUnexpected,
            _ => MultipleActive.StopStart,
        };
        resource.Stickiness = Scores.Parse(meta.GetValueOrDefault("resource-stickiness"), 0);
        var threshold = Scores.Parse(meta.GetValueOrDefault("migration-threshold"), Scores.Infinity);
        resource.MigrationThreshold = threshold < 0 ? Scores.Infinity : threshold;
        resource.FailureTimeout = ValueText.Milliseconds(meta.GetValueOrDefault("failure-timeout"), 0) / 1000;
        resource.IsHealthIgnored = ValueText.Truth(meta.GetValueOrDefault("allow-unhealthy-nodes"), false);
        resource.IsFencingDevice = resource.Agent?.IsFencing ?? false;
        run.HasFencingDevice |= resource.IsFencingDevice;
        ReadUniqueness(resource);
        ReadRequirement(run, resource);
        ReadConnection(run, resource);
        if (TargetRole(resource) is { } target)
        {
            resource.NextRole = target;
            resource.NextRoleReason = "target-role";
        }

        ReadUtilization(run, resource);
    }

    /// <summary>The role that target-role limits a resource to; null where it limits nothing.</summary>
    public static Role? TargetRole(PolicyResource resource)
    {
        var text = resource.Meta.GetValueOrDefault("target-role");
        if (text is null || ValueText.Same(text, "started") || ValueText.Same(text, "default"))
        {
            return null;
        }

        return ValueText.RoleOf(text) switch
        {
            Role.Stopped => Role.Stopped,

            // Promotion is what happens anyway; and what cannot be promoted, cannot be kept from it.
            Role.Unpromoted when resource.Top().IsPromotable => Role.Unpromoted,
            _ => null,
        };
    }

    /// <summary>Somebody wants it stopped, or not promoted.</summary>
    public static bool IsDisabled(PolicyResource resource) =>
        ValueText.RoleOf(resource.Meta.GetValueOrDefault("target-role")) switch
        {
            Role.Stopped => true,
            Role.Unpromoted => resource.Top().IsPromotable,
            _ => false,
        };

    /// <summary>True for agents whose instances can be told apart.</summary>
    public static bool CanBeUnique(AgentName? agent) =>
        agent is not null && s_agentsWithInstances.Contains(agent.Class);

    private static void AddSets(
        PolicyRun run, Dictionary<string, string> values, ValueList<AttributeSet> sets, in RuleInput input)
    {
        if (sets.IsEmpty)
        {
            return;
        }

        foreach (var (name, pair) in AttributeSets.Unpack(sets, input, out var changesAt))
        {
            if (pair.Value is { } value)
            {
                values.TryAdd(name, value);
            }

            if (changesAt is { } at)
            {
                run.Recheck(at, "meta attribute evaluation");
            }
        }
    }

    private static void ReadManagement(PolicyRun run, PolicyResource resource)
    {
        var managed = resource.Meta.GetValueOrDefault("is-managed");
        resource.IsManaged = managed is null || ValueText.Same(managed, "default") || ValueText.Truth(managed, false);
        if (run.Options.IsInMaintenance || ValueText.Truth(resource.Meta.GetValueOrDefault("maintenance"), false))
        {
            resource.IsManaged = false;
            resource.IsInMaintenance = true;
        }
    }

    private static void ReadUniqueness(PolicyResource resource) =>
        resource.IsGloballyUnique = !resource.Top().IsCollective
            || ValueText.Truth(resource.Meta.GetValueOrDefault("globally-unique"), false);

    private static void ReadRequirement(PolicyRun run, PolicyResource resource)
    {
        var options = run.Options;
        var asked = resource.Meta.GetValueOrDefault("requires")?.ToLowerInvariant();
        switch (asked)
        {
            case "nothing":
                resource.Requires = Requirement.Nothing;
                return;
            case "quorum":
                resource.Requires = Requirement.Quorum;
                return;
            case "fencing":
                resource.Requires = Requirement.Fencing;
                return;
            case "unfencing" when resource.IsFencingDevice || !options.IsFencingEnabled:
                resource.Requires = Requirement.Quorum;
                return;
            case "unfencing":
                resource.Requires = Requirement.Fencing;
                resource.NeedsUnfencing = true;
                return;
        }

        if (resource.IsFencingDevice || GuestConnections.IsConnection(resource.Source))
        {
            resource.Requires = Requirement.Quorum;
        }
        else if (run.HasUnfencing && options.IsFencingEnabled)
        {
            resource.Requires = Requirement.Fencing;
            resource.NeedsUnfencing = true;
        }
        else if (options.IsFencingEnabled)
        {
            resource.Requires = Requirement.Fencing;
        }
        else
        {
            resource.Requires = options.NoQuorum == QuorumPolicy.Ignore ? Requirement.Nothing : Requirement.Quorum;
        }
    }

    private static void ReadConnection(PolicyRun run, PolicyResource resource)
    {
        var migrate = resource.Meta.GetValueOrDefault("allow-migrate");
        resource.IsAllowedToMigrate = ValueText.Truth(migrate, false);
        if (!GuestConnections.IsConnection(resource.Source))
        {
            return;
        }

        // A connection to a remote node moves without harm; one to a guest goes with the guest.
        if (migrate is null && !resource.Meta.ContainsKey("container"))
        {
            resource.IsAllowedToMigrate = true;
        }

        var reconnect = Parameters.Of(run, resource, null).GetValueOrDefault("reconnect_interval");
        resource.RemoteReconnectMs = (int)Math.Min(ValueText.Milliseconds(reconnect, 0), int.MaxValue);
        if (resource.RemoteReconnectMs > 0)
        {
            // The failure must be over when the next attempt is due.
            resource.FailureTimeout = resource.RemoteReconnectMs / 1000;
        }
    }

    private static void ReadUtilization(PolicyRun run, PolicyResource resource)
    {
        if (resource.Source.Utilization.IsEmpty)
        {
            return;
        }

        var input = new RuleInput { Now = run.Now, Agent = resource.Agent };
        resource.Utilization = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, pair) in AttributeSets.Unpack(resource.Source.Utilization, input, out _))
        {
            resource.Utilization[name] = ValueText.Number(pair.Value, 0);
        }
    }
}
