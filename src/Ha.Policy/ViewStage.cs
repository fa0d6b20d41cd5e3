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

        AddRemoved(cib, settings, nodes, resources, now);
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

    // What left the configuration is stopped with what it was started with, and then forgotten.
    private static void AddRemoved(
        Cib cib, ClusterSettings settings, NodeFacts[] nodes, List<ResourceFacts> resources, long now)
    {
        var known = resources.Select(resource => resource.Id).ToHashSet(StringComparer.Ordinal);
        var isStopped = Settings.IsTrue(
            Settings.Property(cib, "stop-removed-resources", "stop-orphan-resources")?.Value, true);
        foreach (var former in cib.Status.Former.Reverse().Where(former => known.Add(former.Id)).Reverse().ToList())
        {
            var hasHistory = nodes.Any(node => node.History.ContainsKey(former.Id));
            if (isStopped && hasHistory)
            {
                resources.Add(ResourceOf(cib, former, null, settings, nodes, resources.Count, now) with
                {
                    IsRemoved = true,
                    IsWanted = false,
                    TargetRole = null,
                });
            }
        }
    }

    private static NodeFacts NodeOf(Cib cib, Node node, ClusterSettings settings)
    {
        var state = cib.Status.Find(node.Name);
        var attributes = Settings.All(node.Attributes.Concat(state?.Attributes ?? []).ToValueList());
        var isOnline = state is { IsMember: true, IsProcessUp: true, Join: "member" };
        var standbyFailure = state?.History.Any(history => HasStandbyFailure(cib, state, history)) ?? false;
        return new NodeFacts
        {
            Name = node.Name,
            Id = node.Id,
            State = state,
            History = (state?.History ?? [])
                .DistinctBy(history => history.ResourceId)
                .ToDictionary(history => history.ResourceId, StringComparer.Ordinal),
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

    private static bool HasStandbyFailure(Cib cib, NodeState state, ResourceHistory history)
    {
        if (!history.Entries.Any(entry => entry.Id.EndsWith("_last_failure_0", StringComparison.Ordinal)))
        {
            return false;
        }

        var primitive = cib.Configuration.Resources
            .SelectMany(resource => resource is Group group ? group.Members : (IEnumerable<Resource>)[resource])
            .OfType<Primitive>()
            .FirstOrDefault(candidate => candidate.Id == history.ResourceId);
        return primitive is not null && history.Entries.Any(entry =>
            entry.Id.EndsWith("_last_failure_0", StringComparison.Ordinal)
            && !HistoryStage.IsForgotten(state, primitive.Id, entry)
            && HistoryStage.OnFail(primitive, cib, entry, true) == "standby");
    }

    private static ResourceFacts ResourceOf(
        Cib cib, Primitive primitive, Group? group, ClusterSettings settings, NodeFacts[] nodes, int index, long now)
    {
        var template = cib.Configuration.Templates.FirstOrDefault(candidate => candidate.Id == primitive.TemplateId);
        var whole = template is null ? primitive : template.Complete(primitive);
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
            Priority = int.TryParse(Find("priority")?.Value, NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture, out var number) ? number : 0,
            Stickiness = Settings.ScoreOf(Find("resource-stickiness")?.Value, Score.Zero),
            IsManaged = isManaged && !isMaintenance && !settings.IsMaintenance,
            UnmanagedCode = settings.IsMaintenance ? Cause.MaintenanceCluster
                : isMaintenance ? Cause.MaintenanceResource
                : Cause.Unmanaged,
            IsWanted = !IsStopped(target?.Value) && !groupStopped,
            TargetRole = target,
            MigrationThreshold = Find("migration-threshold")?.Value is { } text
                && Score.TryParse(text, out var threshold)
                    && threshold > Score.Zero ? threshold.Value : Score.InfinityValue,
            FailureTimeout = failureTimeout,
            MultipleActive = Find("multiple-active")?.Value ?? "stop_start",
            NeedsFencing = settings.IsFencingEnabled && requires is "fencing" or "unfencing",
            NeedsQuorum = requires != "nothing",
            Parameters = Settings.All(whole.Parameters),
            Former = [.. cib.Status.Former
                .Where(former => former.Id == primitive.Id)
                .Select(former => Settings.All(former.Parameters))],
            Meta = Settings.All(meta),
            On = [.. nodes.Select(node => On(node, settings, HistoryStage.Read(
                whole, cib, node, failureTimeout, settings.IsFencingEnabled, now)))],
        };
    }

    // Where fencing is switched off, that a node left the membership has to do for a proof that nothing runs there.
    private static InstanceFacts On(NodeFacts node, ClusterSettings settings, InstanceFacts facts) =>
        settings.IsFencingEnabled || node.IsOnline || node.State is { IsMember: true }
            ? facts
            : facts with { IsActive = false, IsFailed = false, Pending = null, Recurring = [] };

    private static bool IsStopped(string? role) => string.Equals(role, "Stopped", StringComparison.OrdinalIgnoreCase);
}
