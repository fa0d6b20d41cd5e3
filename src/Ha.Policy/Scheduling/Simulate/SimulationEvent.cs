using System.Globalization;
using Ha.InformationBase;
using Ha.Policy.Scheduling;

namespace Ha.Policy;

/// <summary>Something that is made to have happened before a simulation plans.</summary>
public abstract record SimulationEvent
{
    private SimulationEvent()
    {
    }

    /// <summary>A node joined.</summary>
    public sealed record NodeUp(string Node) : SimulationEvent;

    /// <summary>A node left in good order; nothing is known of what it ran.</summary>
    public sealed record NodeDown(string Node) : SimulationEvent;

    /// <summary>A node is lost, and was expected to be there.</summary>
    public sealed record NodeFailed(string Node) : SimulationEvent;

    /// <summary>An operation ended with an exit code that nobody expected.</summary>
    /// <param name="Resource">The resource (instance).</param>
    /// <param name="Task">The operation.</param>
    /// <param name="IntervalMs">Zero for one that does not recur.</param>
    /// <param name="Node">Where.</param>
    /// <param name="ExitCode">The agent's exit code.</param>
    public sealed record OperationResult(string Resource, string Task, int IntervalMs, string Node, int ExitCode)
        : SimulationEvent;

    /// <summary>Quorum was won or lost.</summary>
    public sealed record Quorum(bool HasQuorum) : SimulationEvent;

    /// <summary>A ticket changed: granted, revoked, held back or let go.</summary>
    public sealed record TicketChange(string Ticket, string Change) : SimulationEvent;

    /// <summary>Reads resource_task_interval@node=exitcode.</summary>
    /// <returns>Null for anything else.</returns>
    public static OperationResult? ParseOperation(string text)
    {
        var equals = text.LastIndexOf('=');
        var at = equals < 0 ? -1 : text.LastIndexOf('@', equals);
        if (at <= 0 || !int.TryParse(text.AsSpan(equals + 1), CultureInfo.InvariantCulture, out var exitCode)
            || !OrderExpansion.TrySplit(text[..at], out var task, out var intervalMs))
        {
            return null;
        }

        var end = string.Create(CultureInfo.InvariantCulture, $"_{task}_{intervalMs}");
        var resource = text[..(at - end.Length)];
        var node = text[(at + 1)..equals];
        return resource.Length == 0 || node.Length == 0
            ? null
            : new OperationResult(resource, task, intervalMs, node, exitCode);
    }
}

/// <summary>Makes events part of an information base: pure.</summary>
internal static class SimulationEvents
{
    /// <summary>The information base after the events.</summary>
    /// <param name="cib">Before.</param>
    /// <param name="events">In their order.</param>
    /// <param name="now">Seconds since 1970.</param>
    /// <param name="remarks">Takes a line about each.</param>
    /// <param name="error">What cannot be; empty when all is well.</param>
    public static Cib Apply(
        Cib cib, IEnumerable<SimulationEvent> events, long now, List<string> remarks, out string error)
    {
        error = "";
        foreach (var happened in events)
        {
            cib = Apply(cib, happened, now, remarks, ref error);
        }

        return cib;
    }

    private static Cib Apply(Cib cib, SimulationEvent happened, long now, List<string> remarks, ref string error)
    {
        switch (happened)
        {
            case SimulationEvent.NodeUp up:
                remarks.Add($"  * Bringing node {up.Node} online");
                return Change(cib, up.Node, true, ref error, state => state with
                {
                    IsMember = true,
                    IsProcessUp = true,
                    Join = "member",
                    Expected = "member",
                });
            case SimulationEvent.NodeDown down:
                remarks.Add($"  * Taking node {down.Node} offline");
                return Change(cib, down.Node, false, ref error, state => state with
                {
                    IsMember = false,
                    IsProcessUp = false,
                    Join = "down",
                    Expected = "down",
                    Attributes = [],
                    History = [],
                });
            case SimulationEvent.NodeFailed failed:
                remarks.Add($"  * Failing node {failed.Node}");
                return Change(cib, failed.Node, false, ref error, state => state with
                {
                    IsMember = false,
                    MemberSince = 0,
                    IsProcessUp = true,
                    Join = "member",
                    Expected = "member",
                });
            case SimulationEvent.Quorum quorum:
                remarks.Add($"  * Setting quorum: {(quorum.HasQuorum ? "1" : "0")}");
                return cib with { Status = cib.Status with { HasQuorum = quorum.HasQuorum } };
            case SimulationEvent.TicketChange ticket:
                return ChangeTicket(cib, ticket, remarks);
            case SimulationEvent.OperationResult result:
                var operation = ActionTable.Key(result.Resource, result.Task, result.IntervalMs);
                remarks.Add($"  * Injecting {operation}@{result.Node}={result.ExitCode} into the configuration");
                return Record(cib, result, now, ref error);
            default:
                return cib;
        }
    }

    private static Cib Change(
        Cib cib, string node, bool mayBeNew, ref string error, Func<NodeState, NodeState> change)
    {
        var nodes = cib.Status.Nodes;
        for (var index = 0; index < nodes.Count; index++)
        {
            if (nodes[index].Name == node)
            {
                return cib with { Status = cib.Status with { Nodes = nodes.SetItem(index, change(nodes[index])) } };
            }
        }

        if (cib.Configuration.Nodes.FirstOrDefault(known => known.Name == node) is not { } configured)
        {
            error = $"there is no node '{node}'";
            return cib;
        }

        return mayBeNew
            ? cib with
            {
                Status = cib.Status with
                {
                    Nodes = nodes.Add(change(new NodeState { Name = node, Id = configured.Id })),
                },
            }
            : cib;
    }

    private static Cib ChangeTicket(Cib cib, SimulationEvent.TicketChange change, List<string> remarks)
    {
        var (words, make) = change.Change switch
        {
            "grant" => ("Granting ticket", (Func<Ticket, Ticket>)(ticket => ticket with { IsGranted = true })),
            "revoke" => ("Revoking ticket", ticket => ticket with { IsGranted = false }),
            "standby" => ("Making ticket", ticket => ticket with { IsStandby = true }),
            _ => ("Activating ticket", ticket => ticket with { IsStandby = false }),
        };
        remarks.Add($"  * {words} {change.Ticket}{(change.Change == "standby" ? " standby" : "")}");
        var tickets = cib.Status.Tickets.Where(ticket => ticket.Id != change.Ticket)
            .Append(make(cib.Status.Tickets.FirstOrDefault(ticket => ticket.Id == change.Ticket)
                ?? new Ticket { Id = change.Ticket }))
            .ToValueList();
        return cib with { Status = cib.Status with { Tickets = tickets } };
    }

    private static Cib Record(Cib cib, SimulationEvent.OperationResult result, long now, ref string error)
    {
        var run = Scheduler.View(cib, now);
        var resource = ConstraintTargets.Find(run, result.Resource) is { IsPrimitive: true } found
            ? found
            : run.FindByHistory(result.Resource);
        if (resource is null || run.FindNode(result.Node) is not { } node)
        {
            error = resource is null
                ? $"there is no resource '{result.Resource}'"
                : $"there is no node '{result.Node}'";
            return cib;
        }

        var draft = new StatusDraft(cib.Status);
        var action = new PolicyAction
        {
            Id = 0,
            Resource = resource,
            Node = node,
            Task = result.Task,
            Key = ActionTable.Key(resource.Id, result.Task, result.IntervalMs),
            IntervalMs = result.IntervalMs,
        };
        var expected = result is { Task: Tasks.Monitor, IntervalMs: 0 } ? 7 : 0;
        var key = ActionTable.Key(resource.HistoryId, result.Task, result.IntervalMs);
        draft.Record(action, key, expected, result.ExitCode, now, digest: null);
        if (result.ExitCode != expected)
        {
            draft.Count(node, resource.HistoryId, result.Task, result.IntervalMs, now);
        }

        return cib with { Status = draft.Finish() };
    }
}
