using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>What a failure of an operation leads to. Source: Pacemaker Explained, "Operation properties".</summary>
internal static class FailureResponses
{
    /// <summary>The response to a failure, and the role that the resource then has.</summary>
    public static (FailureResponse Response, Role Role) Of(
        PolicyRun run, PolicyResource resource, string task, int intervalMs)
    {
        var response = ResponseOf(run, resource, task, intervalMs);
        var meta = ActionMeta.Configured(run, resource, task, intervalMs);
        var role = response switch
        {
            FailureResponse.Stop => Role.Stopped,
            FailureResponse.ResetRemote when resource.RemoteReconnectMs != 0 => Role.Stopped,
            _ => Role.Unknown,
        };
        if (role == Role.Unknown && meta.TryGetValue("role_after_failure", out var text))
        {
            role = Texts.RoleOf(text);
        }

        if (role == Role.Unknown)
        {
            role = task == Tasks.Promote ? Role.Unpromoted : Role.Started;
        }

        return (response, role);
    }

    private static FailureResponse ResponseOf(PolicyRun run, PolicyResource resource, string task, int intervalMs)
    {
        var text = TextOf(run, resource, task, intervalMs);
        var isConnection = resource.RemoteNode is not null;
        var isProbe = task == Tasks.Monitor && intervalMs == 0;
        var needsReset = isConnection && !isProbe && task != Tasks.Start;
        var isForced = needsReset && !resource.IsManaged;
        if (!isForced && Parse(text, resource) is { } given)
        {
            return given;
        }

        // A dropped connection leaves what runs behind it unknown.
        if (needsReset)
        {
            return resource.IsManaged ? FailureResponse.ResetRemote : FailureResponse.Stop;
        }

        return task != Tasks.Stop ? FailureResponse.Restart
            : run.Options.IsFencingEnabled ? FailureResponse.Fence
            : FailureResponse.Block;
    }

    private static FailureResponse? Parse(string? text, PolicyResource resource) => text switch
    {
        "block" => FailureResponse.Block,
        "fence" => FailureResponse.Fence,
        "standby" => FailureResponse.Standby,
        "ignore" or "nothing" => FailureResponse.Ignore,
        "migrate" => FailureResponse.Ban,
        "stop" => FailureResponse.Stop,
        "restart" => FailureResponse.Restart,
        "restart-container" when resource.Launcher is not null => FailureResponse.RestartContainer,
        "demote" => FailureResponse.Demote,
        _ => null,
    };

    private static string? TextOf(PolicyRun run, PolicyResource resource, string task, int intervalMs)
    {
        var meta = ActionMeta.Configured(run, resource, task, intervalMs);
        var text = meta.GetValueOrDefault("on-fail")?.ToLowerInvariant();
        if (task == Tasks.Demote && (text is null or "demote"))
        {
            // What failed to be demoted is handled as if the promoted instance had failed.
            return OfPromotedMonitor(run, resource);
        }

        if (task == Tasks.Stop && (text is "demote" or "restart" or "restart-container" or "migrate"))
        {
            return null;
        }

        if (text == "demote" && task != Tasks.Promote)
        {
            var definition = OperationDefinitions.Find(resource, task, intervalMs);
            var isPromotedMonitor = task == Tasks.Monitor && intervalMs > 0 && definition is not null
                && OperationDefinitions.RoleOf(definition) == Role.Promoted;
            return isPromotedMonitor ? text : null;
        }

        return text == "fence" && !run.Options.IsFencingEnabled ? "stop" : text;
    }

    private static string? OfPromotedMonitor(PolicyRun run, PolicyResource resource)
    {
        foreach (var operation in resource.Primitive?.Operations ?? default)
        {
            var interval = OperationDefinitions.IntervalOf(operation);
            if (operation.Name != Tasks.Monitor || interval == 0 || !OperationDefinitions.IsEnabled(operation)
                || OperationDefinitions.RoleOf(operation) != Role.Promoted)
            {
                continue;
            }

            var text = ActionMeta.Configured(run, resource, Tasks.Monitor, interval).GetValueOrDefault("on-fail");
            if (text is not null and not "demote")
            {
                return text.ToLowerInvariant();
            }
        }

        return null;
    }
}
