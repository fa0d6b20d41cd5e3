namespace Ha.Policy.Scheduling;

/// <summary>What is to be done, in short: the "Transition Summary" of `crm_simulate`.</summary>
internal static class SummaryText
{
    private const int LeastWidth = 5;

    private sealed record Line(string Verb, string Resource, string Details, string Reason);

    public static void Write(PolicyRun run, TextWriter text)
    {
        for (var index = run.Actions.Count - 1; index >= 0; index--)
        {
            var action = run.Actions[index];
            if (action.Is(Tasks.Fence) && !action.IsOptional && action.Node is { } node
                && (action.IsRunnable || action.IsPseudo))
            {
                var kind = action.Meta?.GetValueOrDefault("stonith_action") ?? run.Options.FencingAction;
                var name = node.IsGuest ? $"{node.Name} (resource: {node.RemoteResource!.Launcher!.Id})" : node.Name;
                text.WriteLine(action.Reason is { } reason
                    ? $"  * Fence ({kind}) {name} '{reason}'"
                    : $"  * Fence ({kind}) {name}");
            }
        }

        var lines = new List<Line>();
        foreach (var resource in run.Resources)
        {
            Collect(run, resource, lines);
        }

        var idWidth = Math.Max(LeastWidth, lines.Select(line => line.Resource.Length).DefaultIfEmpty(0).Max());
        var detailWidth = Math.Max(LeastWidth, lines.Select(line => line.Details.Length).DefaultIfEmpty(0).Max());
        foreach (var line in lines)
        {
            var reason = line.Reason.Length > 0 ? "  " + line.Reason : "";
            text.WriteLine(
                $"  * {line.Verb,-8}   {line.Resource.PadRight(idWidth)}   ( {line.Details.PadLeft(detailWidth)} ){reason}");
        }
    }

    private static void Collect(PolicyRun run, PolicyResource resource, List<Line> lines)
    {
        if (resource.Bundle is { } bundle)
        {
            foreach (var replica in bundle.Replicas)
            {
                foreach (var part in (ReadOnlySpan<PolicyResource?>)
                    [replica.Ip, replica.Container, replica.Remote, replica.Child])
                {
                    if (part is not null)
                    {
                        Collect(run, part, lines);
                    }
                }
            }

            return;
        }

        if (!resource.IsPrimitive)
        {
            foreach (var child in resource.Children)
            {
                Collect(run, child, lines);
            }

            return;
        }

        var current = CurrentNode(resource);
        if (current is null && resource.IsRemoved)
        {
            return;
        }

        Describe(resource, current, resource.AssignedTo, lines);
    }

    private static PolicyNode? CurrentNode(PolicyResource resource) =>
        resource.MigrationTarget is not null && resource.MigrationSource is not null
            ? resource.MigrationSource
            : resource.CurrentNode;

    private static void Describe(PolicyResource resource, PolicyNode? current, PolicyNode? next, List<Line> lines)
    {
        if (!resource.IsManaged || (current is null && next is null))
        {
            return;
        }

        var role = current is not null && resource.Role == Role.Stopped ? Role.Started : resource.Role;
        var isMoving = current is not null && next is not null && current != next;
        var start = First(resource, Tasks.Start, next);
        var stop = First(resource, Tasks.Stop, start is { IsRunnable: true } ? current : null);
        if (stop is null && resource.IsActiveUnexpectedly)
        {
            stop = First(resource, Tasks.Stop, null);
        }

        var promote = First(resource, Tasks.Promote, next);
        var demote = First(resource, Tasks.Demote, next);
        if (role == resource.NextRole)
        {
            SameRole(new Draft(resource, role, lines), current, next!, isMoving, start, stop, promote, demote);
        }
        else
        {
            OtherRole(new Draft(resource, role, lines), current, next, isMoving, start, stop, promote, demote);
        }
    }

    private static PolicyAction? First(PolicyResource resource, string task, PolicyNode? node)
    {
        foreach (var action in resource.Actions)
        {
            // One that nobody planned, but others wait for, has no node of its own.
            if (action.Is(task) && action.IntervalMs == 0
                && (node is null || action.Node == node || action.Node is null))
            {
                return action;
            }
        }

        return null;
    }

    private static void SameRole(
        Draft draft, PolicyNode? current, PolicyNode? next, bool isMoving, PolicyAction? start, PolicyAction? stop,
        PolicyAction? promote, PolicyAction? demote)
    {
        if (next is null)
        {
            return;
        }

        var resource = draft.Resource;
        var migrate = First(resource, Tasks.MigrateFrom, next);
        if (migrate is { IsRunnable: true, IsOptional: false })
        {
            draft.Add("Migrate", current, next, start, null);
        }
        else if (resource.IsReloading)
        {
            draft.Add("Reload", current, next, start, null);
        }
        else if (start is null || start.IsOptional)
        {
            if (demote is { IsOptional: false } && promote is { IsOptional: false })
            {
                draft.Add("Re-promote", current, next, promote, demote);
            }
        }
        else if (!start.IsRunnable)
        {
            draft.Add("Stop", current, null, stop, stop?.Reason is null ? start : null);
        }
        else if (isMoving && current is not null)
        {
            draft.Add(resource.HasFailed ? "Recover" : "Move", current, next, stop, null);
        }
        else if (resource.HasFailed)
        {
            draft.Add("Recover", current, null, stop, null);
        }
        else
        {
            draft.Add("Restart", current, next, start, null);
        }
    }

    private static void OtherRole(
        Draft draft, PolicyNode? current, PolicyNode? next, bool isMoving, PolicyAction? start, PolicyAction? stop,
        PolicyAction? promote, PolicyAction? demote)
    {
        var resource = draft.Resource;
        if (stop is not null && (resource.NextRole == Role.Stopped || start is { IsRunnable: false }))
        {
            foreach (var node in resource.ActiveOn)
            {
                var own = First(resource, Tasks.Stop, node);
                if (own is not null && resource.IsActiveUnexpectedly && node == next)
                {
                    continue;
                }

                draft.Add("Stop", node, null, own, own?.Reason is null ? start : null);
            }
        }
        else if (stop is not null && !resource.IsActiveUnexpectedly
            && resource is { HasFailed: true, IsStoppedIfFailed: true })
        {
            draft.Add("Recover", current, next, stop, start);
        }
        else if (isMoving)
        {
            draft.Add("Move", current, next, stop, null);
        }
        else if (resource.IsReloading)
        {
            draft.Add("Reload", current, next, start, null);
        }
        else if (stop is { IsOptional: false })
        {
            draft.Add("Restart", current, next, start, null);
        }
        else if (draft.Role == Role.Promoted)
        {
            draft.Add("Demote", current, next, demote, null);
        }
        else if (resource.NextRole == Role.Promoted)
        {
            draft.Add("Promote", current, next, promote, null);
        }
        else if (draft.Role is Role.Stopped or Role.Unknown && resource.NextRole > Role.Stopped)
        {
            draft.Add("Start", current, next, start, null);
        }
    }

    private sealed record Draft(PolicyResource Resource, Role Role, List<Line> Lines)
    {
        public void Add(string verb, PolicyNode? from, PolicyNode? to, PolicyAction? action, PolicyAction? source)
        {
            source ??= action;
            var isRunnable = action is null or { IsRunnable: true };
            var reason = (source?.Reason, isRunnable) switch
            {
                ({ } why, true) => $"due to {why}",
                ({ } why, false) => $"due to {why} (blocked)",
                (null, true) => "",
                (null, false) => "blocked",
            };
            Lines.Add(new Line(verb, Resource.Id, Details(from, to), reason));
        }

        private string Details(PolicyNode? from, PolicyNode? to)
        {
            var needsRole = Role > Role.Started || Resource.NextRole > Role.Unpromoted;
            var isSameRole = Role == Resource.NextRole;
            var was = RoleName(Role);
            var becomes = RoleName(Resource.NextRole);
            return (from, to) switch
            {
                (null, { } node) => needsRole ? $"{was} -> {becomes} {node.Name}" : node.Name,
                ({ } node, null) => needsRole ? $"{was} {node.Name}" : node.Name,
                ({ } old, { } node) when old == node && isSameRole => needsRole ? $"{was} {old.Name}" : old.Name,
                ({ } old, { } node) when isSameRole =>
                    needsRole ? $"{old.Name} -> {node.Name} {was}" : $"{old.Name} -> {node.Name}",
                ({ } old, { } node) when old == node => $"{was} -> {becomes} {old.Name}",
                ({ } old, { } node) => $"{was} {old.Name} -> {becomes} {node.Name}",
                _ => "",
            };
        }
    }

    /// <summary>A role as people read it.</summary>
    public static string RoleName(Role role) => role switch
    {
        Role.Stopped => "Stopped",
        Role.Started => "Started",
        Role.Unpromoted => "Unpromoted",
        Role.Promoted => "Promoted",
        _ => "Unknown",
    };
}
