using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>Constraints, resolved to resources and nodes.</summary>
internal static class ConstraintStages
{
    public static void Unpack(PolicyRun run)
    {
        NodeHealth.Apply(run);
        foreach (var constraint in run.Cib.Configuration.Constraints)
        {
            switch (constraint)
            {
                case LocationConstraint location when ConstraintTargets.IsInEffect(run, location.Lifetime):
                    LocationConstraints.Unpack(run, location);
                    break;
                case ColocationConstraint colocation when ConstraintTargets.IsInEffect(run, colocation.Lifetime):
                    ColocationConstraints.Unpack(run, colocation);
                    break;
                case TicketConstraint ticket:
                    TicketConstraints.Unpack(run, ticket);
                    break;
            }
        }

        OrderConstraints.Unpack(run);
    }
}
