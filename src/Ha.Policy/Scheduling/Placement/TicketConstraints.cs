using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Resources that may run only where a ticket is. Source: Pacemaker Explained, "Multi-Site Clusters and
/// Tickets".</summary>
internal static class TicketConstraints
{
    public static void Unpack(PolicyRun run, TicketConstraint constraint)
    {
        var state = StateOf(run, constraint.Ticket);
        if (constraint.Resource is { } id)
        {
            var members = ConstraintTargets.Find(run, id) is not null ? [id] : ConstraintTargets.Expand(run, id);
            if (members is null)
            {
                run.Warnings.Add($"ticket constraint '{constraint.Id}' is ignored: there is no resource '{id}'");
            }

            foreach (var member in members ?? [])
            {
                if (ConstraintTargets.Find(run, member) is { } resource)
                {
                    Add(run, constraint, resource, constraint.ResourceRole, state);
                }
            }
        }

        foreach (var set in constraint.Sets)
        {
            foreach (var resource in ConstraintTargets.Members(run, set, constraint.Id))
            {
                Add(run, constraint, resource, set.Role ?? constraint.ResourceRole, state);
            }
        }
    }

    /// <summary>True when the ticket is here and not held back.</summary>
    public static bool IsUsable(PolicyTicket ticket) => ticket.State is { IsGranted: true, IsStandby: false };

    private static Ticket? StateOf(PolicyRun run, string name)
    {
        foreach (var ticket in run.Cib.Status.Tickets)
        {
            if (ticket.Id == name)
            {
                return ticket;
            }
        }

        return null;
    }

    private static void Add(
        PolicyRun run, TicketConstraint constraint, PolicyResource resource, string? roleText, Ticket? state)
    {
        var role = ValueText.RoleOf(roleText) is var said && said == Role.Started ? Role.Unknown : said;
        var policy = constraint.LossPolicy?.ToLowerInvariant() switch
        {
            "fence" when !run.Options.IsFencingEnabled => "stop",
            "fence" => "fence",
            "freeze" => "freeze",
            "demote" => "demote",
            "stop" => "stop",
            _ => role == Role.Promoted ? "demote" : "stop",
        };
        var ticket = new PolicyTicket
        {
            Id = constraint.Id,
            State = state,
            TicketName = constraint.Ticket,
            Resource = resource,
            Role = role,
            LossPolicy = policy,
            Origin = constraint.Origin,
        };
        resource.Tickets.Add(ticket);
        if (!IsUsable(ticket))
        {
            Apply(run, ticket, resource);
        }
    }

    private static void Apply(PolicyRun run, PolicyTicket ticket, PolicyResource resource)
    {
        if (!resource.IsPrimitive)
        {
            foreach (var child in resource.Children)
            {
                Apply(run, ticket, child);
            }

            return;
        }

        // A promoted role alone is not worth a stop: its promotion is taken back later on.
        var stops = ticket.Role != Role.Promoted || ticket.LossPolicy == "stop";
        if (ticket.State is { IsGranted: true })
        {
            if (stops)
            {
                Ban(run, ticket, resource, "in standby");
            }
        }
        else if (resource.ActiveOn.Count == 0)
        {
            if (stops)
            {
                Ban(run, ticket, resource, "not here");
            }
        }
        else
        {
            Lose(run, ticket, resource);
        }
    }

    private static void Lose(PolicyRun run, PolicyTicket ticket, PolicyResource resource)
    {
        switch (ticket.LossPolicy)
        {
            case "demote" when ticket.Role == Role.Promoted:
                break;
            case "freeze" or "fence" when ticket.Role != Role.Unknown && ticket.Role != resource.Role:
                break;
            case "freeze":
                resource.IsManaged = false;
                resource.IsBlocked = true;
                break;
            case "fence":
                Ban(run, ticket, resource, "lost");
                foreach (var node in resource.ActiveOn)
                {
                    FencingRequests.Add(run, node, "deadman ticket was lost", isDelayed: false);
                }

                break;
            default:
                Ban(run, ticket, resource, "lost");
                break;
        }
    }

    private static void Ban(PolicyRun run, PolicyTicket ticket, PolicyResource resource, string state) =>
        Locations.BanEverywhere(
            run, resource, Cause.TicketLost, $"ticket {ticket.TicketName} is {state}, and {ticket.Id} needs it",
            ticket.Origin);
}
