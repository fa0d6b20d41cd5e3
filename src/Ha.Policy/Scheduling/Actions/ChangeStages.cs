using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>What history says against the configuration: restarts, reloads, cancellations, clean-ups.</summary>
internal static class ChangeStages
{
    public static void Check(PolicyRun run)
    {
        HistoryEffects.Apply(run);
        var byHistory = Collect(run);
        foreach (var node in run.Nodes)
        {
            foreach (var history in node.State?.History ?? default)
            {
                if (!byHistory.TryGetValue(history.ResourceId, out var resources) || history.Entries.IsEmpty)
                {
                    continue;
                }

                if (!node.IsInMaintenance && !IsUsable(node))
                {
                    continue;
                }

                foreach (var resource in resources)
                {
                    CheckOne(run, resource, node, history);
                }
            }
        }
    }

    /// <summary>Checks what could not be judged before everything had its place.</summary>
    public static void CheckDeferred(PolicyRun run)
    {
        foreach (var (resource, node, entry) in run.DeferredChecks)
        {
            CheckEntry(run, resource, node, entry);
        }
    }

    private static bool IsUsable(PolicyNode node) => node.IsOnline && !node.IsUnclean && !node.IsShuttingDown
        && !node.IsStandby;

    private static Dictionary<string, List<PolicyResource>> Collect(PolicyRun run)
    {
        var all = new Dictionary<string, List<PolicyResource>>(StringComparer.Ordinal);
        foreach (var resource in run.All())
        {
            if (!resource.IsPrimitive)
            {
                continue;
            }

            Add(all, resource.Id, resource);
            if (resource.HistoryId != resource.Id)
            {
                Add(all, resource.HistoryId, resource);
            }
        }

        return all;
    }

    private static void Add(Dictionary<string, List<PolicyResource>> all, string id, PolicyResource resource)
    {
        if (!all.TryGetValue(id, out var list))
        {
            all[id] = list = [];
        }

        list.Add(resource);
    }

    private static void CheckOne(
        PolicyRun run, PolicyResource resource, PolicyNode node, ResourceHistory history)
    {
        if (resource.IsRemoved)
        {
            if (resource.Top() is not { Kind: ResourceKind.Clone, IsGloballyUnique: false })
            {
                HistoryCleanup.Schedule(run, resource, node, isOptional: false);
            }

            return;
        }

        var isActive = resource.ActiveOn.Contains(node);
        if (HasOtherAgent(run, resource, node, history, isActive))
        {
            HistoryCleanup.Schedule(run, resource, node, isOptional: false);
        }

        if (!isActive)
        {
            return;
        }

        foreach (var entry in ActiveEntries.Of(history.Entries).Current)
        {
            if (entry.Interval > TimeSpan.Zero && (resource.IsInMaintenance || node.IsInMaintenance))
            {
                Cancel(run, resource, node, entry);
            }
            else if (entry.Interval > TimeSpan.Zero
                || entry.Operation is Tasks.Monitor or Tasks.Start or Tasks.Promote or Tasks.MigrateFrom)
            {
                if (BundleNames.DependsOnPlace(run, resource))
                {
                    run.DeferredChecks.Add((resource, node, entry));
                }
                else if (CheckEntry(run, resource, node, entry)
                    && FailCounts.Of(run, resource, node, isEffective: true, withLaunched: false).Count != 0)
                {
                    // What failed with other parameters may be tried again.
                    HistoryCleanup.ClearFailures(run, resource, node, "action definition changed");
                }
            }
        }
    }

    private static bool HasOtherAgent(
        PolicyRun run, PolicyResource resource, PolicyNode node, ResourceHistory history, bool isActive)
    {
        if (resource.Agent is not { } agent
            || (agent.Class == history.Agent.Class && agent.Type == history.Agent.Type
                && (agent.Provider ?? "") == (history.Agent.Provider ?? "")))
        {
            return false;
        }

        Unfencing.Trigger(run, resource, node, "Device definition changed");
        if (isActive)
        {
            ActionTable.Get(run, resource, Tasks.Stop, node, isOptional: false);
            resource.IsStartPending = true;
            resource.StartPendingOn ??= node;
        }

        return true;
    }

    private static bool CheckEntry(PolicyRun run, PolicyResource resource, PolicyNode node, HistoryEntry entry)
    {
        var interval = (int)Math.Min(entry.Interval.TotalMilliseconds, int.MaxValue);
        if (interval > 0 && OperationDefinitions.Find(resource, entry.Operation, interval) is null)
        {
            if (run.Options.IsCancellingRemoved)
            {
                Cancel(run, resource, node, entry);
            }

            return true;
        }

        var task = OperationDigests.TaskOfParameters(entry.Operation, interval);
        switch (OperationDigests.Compare(run, resource, entry, node))
        {
            case DigestResult.Same:
            case DigestResult.Unknown when run.IsLive:
                // In a running cluster every operation has its digest, but for those of an older program.
                return false;
            case DigestResult.NeedsRestart:
                ForceRestart(run, resource, node, task, interval);
                return true;
            default:
                if (interval > 0)
                {
                    Reschedule(run, resource, node, task, interval);
                }
                else if (entry.RestartDigest is not null)
                {
                    Unfencing.Trigger(run, resource, null, "Device parameters changed (reload)");
                    Reload(run, resource, node);
                }
                else
                {
                    ForceRestart(run, resource, node, task, interval);
                }

                return true;
        }
    }

    private static void Cancel(PolicyRun run, PolicyResource resource, PolicyNode node, HistoryEntry entry)
    {
        var cancel = RecurringActions.Cancel(
            run, resource, entry.Operation, (int)entry.Interval.TotalMilliseconds, node);
        cancel.SetMeta("call-id", entry.CallId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        ActionTable.Order(
            run, resource, ActionTable.Key(resource.Id, Tasks.Stop, 0), null, resource, null, cancel,
            OrderKind.Ordered);
    }

    // An action without a node yet: the place is decided later.
    private static void ForceRestart(
        PolicyRun run, PolicyResource resource, PolicyNode node, string task, int interval)
    {
        var action = ActionTable.Get(
            run, resource, ActionTable.Key(resource.Id, task, interval), task, null, isOptional: false);
        action.Reason = "resource definition change";
        action.Code = Cause.ParametersChanged;
        Unfencing.Trigger(run, resource, node, "Device parameters changed");
    }

    /// <summary>A recurring action is set up afresh, in place of the one that runs.</summary>
    public static void Reschedule(
        PolicyRun run, PolicyResource resource, PolicyNode node, string task, int interval)
    {
        var key = ActionTable.Key(resource.Id, task, interval);
        ActionTable.Get(run, resource, key, task, node, isOptional: true).IsRescheduled = true;
    }

    private static void Reload(PolicyRun run, PolicyResource resource, PolicyNode node)
    {
        if (!resource.IsManaged || resource.HasFailed)
        {
            return;
        }

        if (resource.IsStartPending)
        {
            // With what the start under way was given nobody knows.
            ActionTable.Get(run, resource, Tasks.Stop, node, isOptional: false);
            return;
        }

        resource.IsReloading = true;
        var reload = ActionTable.Get(run, resource, Tasks.ReloadAgent, node, isOptional: false);
        reload.Reason = "resource definition change";
        reload.Code = Cause.ParametersChanged;
        foreach (var task in (ReadOnlySpan<string>)[Tasks.Stop, Tasks.Demote])
        {
            ActionTable.Order(
                run, resource, null, reload, resource, ActionTable.Key(resource.Id, task, 0), null,
                OrderKind.Ordered | OrderKind.ThenCancelsFirst);
        }
    }
}
