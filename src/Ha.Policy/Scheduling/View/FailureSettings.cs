using Ha.InformationBase;
using Ha.Policy.Rules;

namespace Ha.Policy.Scheduling;

/// <summary>What a failure of an operation leads to (on-fail). Source: Pacemaker Explained, "Operation properties".
/// </summary>
internal static class FailureSettings
{
    /// <summary>How bad a response is: of several failures the worst one counts.</summary>
    public static int Severity(FailureResponse response) => response switch
    {
        FailureResponse.Ignore => 0,
        FailureResponse.Demote => 1,
        FailureResponse.Restart => 2,
        FailureResponse.ResetRemote => 3,
        FailureResponse.RestartContainer => 4,
        FailureResponse.Ban => 5,
        FailureResponse.Block => 6,
        FailureResponse.Stop => 7,
        FailureResponse.Standby => 8,
        _ => 9,
    };

    /// <summary>The definition of an operation; null where nobody wrote one.</summary>
    public static OperationDefinition? DefinitionOf(PolicyResource resource, string task, TimeSpan interval)
    {
        if (resource.Primitive is not { } primitive)
        {
            return null;
        }

        foreach (var operation in primitive.Operations)
        {
            if (operation.Name == task && operation.Interval == interval)
            {
                return operation;
            }
        }

        return task is Tasks.MigrateTo or Tasks.MigrateFrom
            ? DefinitionOf(resource, "migrate", TimeSpan.Zero)
            : null;
    }

    /// <summary>A setting of an operation: of its element, of its meta attributes, or a default.</summary>
    public static string? Setting(
        PolicyRun run, PolicyResource resource, string task, TimeSpan interval, OperationDefinition? definition,
        string name)
    {
        if (definition?.Attributes.GetValueOrDefault(name) is { } written)
        {
            return written;
        }

        var input = new RuleInput
        {
            Now = run.Now,
            Agent = resource.Agent,
            Operation = task,
            Interval = interval,
        };
        if (definition is { Meta.IsEmpty: false }
            && AttributeSets.Unpack(definition.Meta, input, out _).GetValueOrDefault(name).Value is { } own)
        {
            return own;
        }

        var defaults = run.Cib.Configuration.OperationDefaults;
        return defaults.IsEmpty ? null : AttributeSets.Unpack(defaults, input, out _).GetValueOrDefault(name).Value;
    }

    /// <summary>What the failure of an operation leads to.</summary>
    public static FailureResponse Of(PolicyRun run, PolicyResource resource, string task, TimeSpan interval)
    {
        var definition = DefinitionOf(resource, task, interval);
        var written = Setting(run, resource, task, interval, definition, "on-fail");
        var value = Checked(run, resource, task, interval, definition, written);
        var isProbe = task == Tasks.Monitor && interval == TimeSpan.Zero;

        // A dropped connection to a remote node must lead to fencing; probes and starts drop none.
        if ((value is null || !resource.IsManaged) && resource.RemoteNode is { IsGuest: false }
            && !isProbe && task != Tasks.Start)
        {
            return resource.IsManaged ? FailureResponse.ResetRemote : FailureResponse.Stop;
        }

        if (value is not null)
        {
            return value.Value;
        }

        if (resource.Launcher is not null)
        {
            return FailureResponse.RestartContainer;
        }

        return task != Tasks.Stop ? FailureResponse.Restart
            : run.Options.IsFencingEnabled ? FailureResponse.Fence
            : FailureResponse.Block;
    }

    // Null for the default: where nothing is written, or what makes no sense for this operation.
    private static FailureResponse? Checked(
        PolicyRun run, PolicyResource resource, string task, TimeSpan interval, OperationDefinition? definition,
        string? written)
    {
        if (written is null)
        {
            return task == Tasks.Demote ? OfPromotedMonitor(run, resource) : null;
        }

        var response = Parse(run, resource, written);
        if (response == FailureResponse.Demote && task != Tasks.Promote)
        {
            var role = ValueText.RoleOf(Setting(run, resource, task, interval, definition, "role"));
            return task == Tasks.Monitor && interval > TimeSpan.Zero && role == Role.Promoted ? response : null;
        }

        return task == Tasks.Stop && response == FailureResponse.Stop && ValueText.Same(written, "stop")
            ? null
            : response;
    }

    // A failed demotion leaves what a failed monitor of the promoted role leaves.
    private static FailureResponse? OfPromotedMonitor(PolicyRun run, PolicyResource resource)
    {
        foreach (var operation in resource.Primitive?.Operations ?? [])
        {
            if (operation.Name != Tasks.Monitor || operation.Interval == TimeSpan.Zero
                || ValueText.RoleOf(operation.Attributes.GetValueOrDefault("role")) != Role.Promoted
                || !ValueText.Truth(operation.Attributes.GetValueOrDefault("enabled"), true))
            {
                continue;
            }

            var written = Setting(run, resource, Tasks.Monitor, operation.Interval, operation, "on-fail");
            if (written is not null && !ValueText.Same(written, "demote"))
            {
                return Parse(run, resource, written);
            }
        }

        return null;
    }

    private static FailureResponse? Parse(PolicyRun run, PolicyResource resource, string text) =>
        text.ToLowerInvariant() switch
        {
            "block" => FailureResponse.Block,
            "fence" => run.Options.IsFencingEnabled ? FailureResponse.Fence : FailureResponse.Stop,
            "standby" => FailureResponse.Standby,
            "ignore" or "nothing" => FailureResponse.Ignore,
            "migrate" => FailureResponse.Ban,
            "stop" => FailureResponse.Stop,
            "restart" => FailureResponse.Restart,
            "restart-container" => resource.Launcher is null ? null : FailureResponse.RestartContainer,
            "demote" => FailureResponse.Demote,
            _ => null,
        };
}
