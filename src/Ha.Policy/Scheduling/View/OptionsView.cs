using Ha.InformationBase;
using Ha.Policy.Rules;

namespace Ha.Policy.Scheduling;

/// <summary>Cluster options, under their names of today and their old ones. Source: Pacemaker Explained, "Cluster
/// options".</summary>
internal static class OptionsView
{
    private static readonly (string Old, string Name)[] s_oldNames =
    [
        ("stonith-enabled", "fencing-enabled"),
        ("stonith-action", "fencing-action"),
        ("stonith-timeout", "fencing-timeout"),
        ("stonith-watchdog-timeout", "fencing-watchdog-timeout"),
        ("stop-orphan-resources", "stop-removed-resources"),
        ("stop-orphan-actions", "cancel-removed-actions"),
        ("no_quorum_policy", "no-quorum-policy"),
        ("symmetric_cluster", "symmetric-cluster"),
        ("stonith_enabled", "fencing-enabled"),
        ("stonith_action", "fencing-action"),
        ("stop_orphan_resources", "stop-removed-resources"),
        ("stop_orphan_actions", "cancel-removed-actions"),
        ("remove_after_stop", "remove-after-stop"),
        ("is_managed_default", "is-managed-default"),
    ];

    public static void Read(PolicyRun run)
    {
        var options = run.Options;
        var table = AttributeSets.Unpack(
            run.Cib.Configuration.Properties, new RuleInput { Now = run.Now }, out var changesAt,
            AttributeSets.BootstrapId);
        foreach (var (name, pair) in table)
        {
            options.All[name] = pair.Value ?? "";
        }

        foreach (var (old, name) in s_oldNames)
        {
            if (options.All.TryGetValue(old, out var value))
            {
                options.All.TryAdd(name, value);
            }
        }

        if (changesAt is { } at)
        {
            run.Recheck(at, "option evaluation");
        }

        run.HasQuorum = run.Cib.Status.HasQuorum ?? false;
        options.ClusterName = Option(options, "cluster-name") ?? run.Cib.Configuration.ClusterName;
        options.FeatureSet = run.Cib.ImportedAttributes.GetValueOrDefault("crm_feature_set") ?? "";
        ReadFencing(options);

        // A watchdog makes nodes harmless without any device.
        run.HasFencingDevice = options.HasWatchdog;
        ReadRecovery(run, options);
        ReadPlacement(options);
    }

    private static string? Option(PolicyOptions options, string name) => options.All.GetValueOrDefault(name);

    private static void ReadFencing(PolicyOptions options)
    {
        options.IsFencingEnabled = ValueText.Truth(Option(options, "fencing-enabled"), true);
        options.FencingAction = Option(options, "fencing-action") is "off" or "poweroff" ? "off" : "reboot";
        options.FencingTimeoutMs = ValueText.Milliseconds(Option(options, "fencing-timeout"), 60_000);
        options.IsStartupFencing = ValueText.Truth(Option(options, "startup-fencing"), true);
        options.IsConcurrentFencing = ValueText.Truth(Option(options, "concurrent-fencing"), true);
        options.HasWatchdog = ValueText.Truth(Option(options, "have-watchdog"), false);
        options.FencingWatchdogTimeoutMs =
            ValueText.Milliseconds(Option(options, "fencing-watchdog-timeout"), 0);
        options.IsFencingRemoteWithoutQuorum =
            ValueText.Truth(Option(options, "fence-remote-without-quorum"), false);
        options.PriorityFencingDelayMs = ValueText.Milliseconds(Option(options, "priority-fencing-delay"), 0);
        options.NodePendingTimeoutMs = ValueText.Milliseconds(Option(options, "node-pending-timeout"), 0);
    }

    private static void ReadRecovery(PolicyRun run, PolicyOptions options)
    {
        options.NoQuorum = QuorumPolicyOf(run, options);
        options.IsStopAll = ValueText.Truth(Option(options, "stop-all-resources"), false);
        options.IsStoppingRemoved = ValueText.Truth(Option(options, "stop-removed-resources"), true);
        options.IsCancellingRemoved = ValueText.Truth(Option(options, "cancel-removed-actions"), true);
        options.IsRemovingAfterStop = ValueText.Truth(Option(options, "remove-after-stop"), false);
        options.IsProbing = ValueText.Truth(Option(options, "enable-startup-probes"), true);
        options.IsStartFailureFatal = ValueText.Truth(Option(options, "start-failure-is-fatal"), true);
        options.IsInMaintenance = ValueText.Truth(Option(options, "maintenance-mode"), false);
        options.IsShutdownLock = ValueText.Truth(Option(options, "shutdown-lock"), false);
        options.ShutdownLockLimit = ValueText.Milliseconds(Option(options, "shutdown-lock-limit"), 0) / 1000;
        options.BatchLimit = ValueText.Number(Option(options, "batch-limit"), 0);
        options.MigrationLimit = ValueText.Number(Option(options, "migration-limit"), -1);
        options.ClusterDelayMs = ValueText.Milliseconds(Option(options, "cluster-delay"), 60_000);
    }

    // Fencing for lost quorum needs fencing, and a partition that ever had quorum.
    private static QuorumPolicy QuorumPolicyOf(PolicyRun run, PolicyOptions options)
    {
        switch (Option(options, "no-quorum-policy")?.ToLowerInvariant())
        {
            case "ignore":
                return QuorumPolicy.Ignore;
            case "freeze":
                return QuorumPolicy.Freeze;
            case "demote":
                return QuorumPolicy.Demote;
            case "fence" or "suicide":
                var hadQuorum = run.HasQuorum
                    || ValueText.Number(run.Cib.ImportedAttributes.GetValueOrDefault("no-quorum-panic"), 0) != 0;
                return options.IsFencingEnabled && hadQuorum ? QuorumPolicy.Fence : QuorumPolicy.Stop;
            default:
                return QuorumPolicy.Stop;
        }
    }

    private static void ReadPlacement(PolicyOptions options)
    {
        options.IsSymmetric = ValueText.Truth(Option(options, "symmetric-cluster"), true);
        options.Placement = Option(options, "placement-strategy") is
            "utilization" or "balanced" or "minimal" ? options.All["placement-strategy"] : "default";
        options.HealthStrategy = Option(options, "node-health-strategy") ?? "none";
        options.HealthBase = Scores.Parse(Option(options, "node-health-base"), 0);
        switch (options.HealthStrategy)
        {
            case "migrate-on-red":
                (options.HealthGreen, options.HealthYellow, options.HealthRed) = (0, 0, Scores.MinusInfinity);
                break;
            case "only-green":
                (options.HealthGreen, options.HealthYellow, options.HealthRed) =
                    (0, Scores.MinusInfinity, Scores.MinusInfinity);
                break;
            case "progressive" or "custom":
                options.HealthGreen = Scores.Parse(Option(options, "node-health-green"), 0);
                options.HealthYellow = Scores.Parse(Option(options, "node-health-yellow"), 0);
                options.HealthRed =
                    Scores.Parse(Option(options, "node-health-red"), Scores.MinusInfinity);
                break;
            default:
                (options.HealthGreen, options.HealthYellow, options.HealthRed) = (0, 0, 0);
                break;
        }
    }
}
