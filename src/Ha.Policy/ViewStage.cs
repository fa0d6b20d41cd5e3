using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy;

/// <summary>Stage 1: makes the <see cref="ClusterView"/>.</summary>
internal static class ViewStage
{
    public static ClusterView Read(Cib cib, long now)
    {
        var settings = ClusterSettings.Of(cib);
        var nodes = cib.Configuration.Nodes
            .Where(node => node.Kind == NodeKind.Member)
            .Select(node => NodeOf(cib, node, settings))
            .ToArray();
        var resources = new List<ResourceFacts>();
        var links = new List<(int, int)>();
        foreach (var resource in cib.Configuration.Resources)
        {
            switch (resource)
            {
                case Primitive primitive:
                    resources.Add(ResourceOf(cib, primitive, null, settings, nodes, resources.Count, now));
                    break;
                case Group group:
                    foreach (var member in group.Members)
                    {
                        if (resources.Count > 0 && resources[^1].GroupId == group.Id)
                        {
                            links.Add((resources.Count, resources.Count - 1));
                        }

                        resources.Add(ResourceOf(cib, member, group, settings, nodes, resources.Count, now));
                    }

                    break;
            }
        }

        return new ClusterView
        {
            Cib = cib,
            Now = now,
            Nodes = nodes,
            Resources = [.. resources],
            GroupLinks = links,
            Settings = settings,
        };
    }

    private static NodeFacts NodeOf(Cib cib, Node node, ClusterSettings settings)
    {
        var state = cib.Status.Find(node.Name);
        var attributes = Settings.All(node.Attributes.Concat(state?.Attributes ?? []).ToValueList());
        var isOnline = state is { IsMember: true, IsProcessUp: true, Join: "member" };
        var standbyFailure = state?.History.Any(history => HasStandbyFailure(cib, history)) ?? false;
        return new NodeFacts
        {
            Name = node.Name,
            Id = node.Id,
            State = state,
            IsOnline = isOnline,
            IsPending = !isOnline && state is { IsMember: true },
            IsStandby = Settings.IsTrue(attributes.GetValueOrDefault("standby"), false) || standbyFailure,
            StandbyReason = standbyFailure ? Cause.OnFailStandby : Cause.NodeDrained,
            IsMaintenance = settings.IsMaintenance
                || Settings.IsTrue(attributes.GetValueOrDefault("maintenance"), false),
            IsShuttingDown = attributes.GetValueOrDefault("shutdown") is { Length: > 0 } and not "0",
            Attributes = attributes,
        };
    }

    private static bool HasStandbyFailure(Cib cib, ResourceHistory history)
    {
        var primitive = cib.Configuration.Resources
            .SelectMany(resource => resource is Group group ? group.Members : (IEnumerable<Resource>)[resource])
            .OfType<Primitive>()
            .FirstOrDefault(candidate => candidate.Id == history.ResourceId);
        return primitive is not null && history.Entries.Any(entry =>
            entry.Id.EndsWith("_last_failure_0", StringComparison.Ordinal)
            && HistoryStage.OnFail(primitive, cib, entry, true) == "standby");
    }

    private static ResourceFacts ResourceOf(
        Cib cib, Primitive primitive, Group? group, ClusterSettings settings, NodeFacts[] nodes, int index, long now)
    {
        var template = cib.Configuration.Templates.FirstOrDefault(candidate => candidate.Id == primitive.TemplateId);
        var whole = template is null ? primitive : Merge(primitive, template);
        var meta = whole.Meta.Concat(group?.Meta ?? []).Concat(cib.Configuration.ResourceDefaults).ToValueList();

        // A group's word counts where the member has none, then the defaults: the first found wins among equal scores.
        NameValue? Find(string name) => Settings.Find(whole.Meta, name)
            ?? (group is null ? null : Settings.Find(group.Meta, name))
            ?? Settings.Find(cib.Configuration.ResourceDefaults, name);
        var target = Settings.Find(whole.Meta, "target-role") is { } own ? own : Find("target-role");
        var groupStopped = group is not null && IsStopped(Settings.Text(group.Meta, "target-role"));
        var failureTimeout = Settings.Duration(Find("failure-timeout")?.Value) ?? TimeSpan.Zero;
        var isManaged = Settings.IsTrue(Find("is-managed")?.Value, true);
        var isMaintenance = Settings.IsTrue(Find("maintenance")?.Value, false);
        var requires = Find("requires")?.Value ?? (whole.IsFencingDevice ? "quorum" : "fencing");
        return new ResourceFacts
        {
            Index = index,
            Primitive = whole,
            Agent = whole.Agent ?? new AgentName("ha", null, "unknown"),
            GroupId = group?.Id ?? "",
            Priority = int.TryParse(Find("priority")?.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0,
            Stickiness = Settings.ScoreOf(Find("resource-stickiness")?.Value, Score.Zero),
            IsManaged = isManaged && !isMaintenance && !settings.IsMaintenance,
            UnmanagedCode = settings.IsMaintenance ? Cause.MaintenanceCluster
                : isMaintenance ? Cause.MaintenanceResource
                : Cause.Unmanaged,
            IsWanted = !IsStopped(target?.Value) && !groupStopped,
            TargetRole = target,
            MigrationThreshold = Find("migration-threshold")?.Value is { } text
                && Score.TryParse(text, out var threshold) && threshold > Score.Zero ? threshold.Value : Score.InfinityValue,
            FailureTimeout = failureTimeout,
            MultipleActive = Find("multiple-active")?.Value ?? "stop_start",
            NeedsFencing = settings.IsFencingEnabled && requires is "fencing" or "unfencing",
            NeedsQuorum = requires != "nothing",
            Parameters = Settings.All(whole.Parameters),
            Meta = Settings.All(meta),
            On = [.. nodes.Select(node => HistoryStage.Read(
                whole, cib, node.State, failureTimeout, settings.IsFencingEnabled, now))],
        };
    }

    private static bool IsStopped(string? role) => string.Equals(role, "Stopped", StringComparison.OrdinalIgnoreCase);

    private static Primitive Merge(Primitive primitive, Template template) => primitive with
    {
        Agent = primitive.Agent ?? template.Agent,
        Meta = primitive.Meta.Concat(template.Meta).ToValueList(),
        Parameters = primitive.Parameters.Concat(template.Parameters).ToValueList(),
        Operations = primitive.Operations
            .Concat(template.Operations.Where(operation => !primitive.Operations.Any(own =>
                own.Name == operation.Name && own.Interval == operation.Interval)))
            .ToValueList(),
    };
}
