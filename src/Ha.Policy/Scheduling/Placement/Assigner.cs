namespace Ha.Policy.Scheduling;

/// <summary>Places resources one after the other. What another one depends on is placed before it.</summary>
internal sealed class Assigner(PolicyRun run)
{
    public PolicyRun Run => run;

    /// <summary>Places a resource, unless it is placed already.</summary>
    /// <param name="resource">Any kind of resource.</param>
    /// <param name="preferred">A node that wins when its score is as good as the best.</param>
    /// <param name="stopIfFailed">Without a node for it, it shall stop; else this was only a try.</param>
    /// <returns>Its node; of a group the first member's; null for none, and for collections.</returns>
    public PolicyNode? Assign(PolicyResource resource, PolicyNode? preferred, bool stopIfFailed) => resource.Kind switch
    {
        ResourceKind.Primitive => AssignPrimitive(resource, preferred, stopIfFailed),
        ResourceKind.Group => AssignGroup(resource, preferred, stopIfFailed),
        ResourceKind.Clone => CloneAssignment.Assign(this, resource, preferred, stopIfFailed),
        _ => BundleAssignment.Assign(this, resource, preferred, stopIfFailed),
    };

    private PolicyNode? AssignPrimitive(PolicyResource resource, PolicyNode? preferred, bool stopIfFailed)
    {
        if (resource.Parent is { IsBeingAssigned: false } parent)
        {
            Assign(parent, preferred, stopIfFailed);
        }

        if (resource.IsAssigned || resource.IsBeingAssigned || !DependentScores.HasRoom())
        {
            return resource.AssignedTo;
        }

        resource.IsBeingAssigned = true;
        ApplyColocations(resource);
        if (resource.NextRole == Role.Stopped)
        {
            Locations.BanEverywhere(run, resource);
            if (resource.NextRoleReason == "target-role")
            {
                run.Explain(
                    resource, null, Cause.TargetStopped, Scores.MinusInfinity, "target-role is Stopped",
                    SettingOrigins.OfMeta(run, resource, "target-role"));
            }
        }
        else if (resource.NextRole > resource.Role && !run.HasQuorum && run.Options.NoQuorum == QuorumPolicy.Freeze)
        {
            Assignments.SetNextRole(resource, resource.Role, "no-quorum-policy=freeze");
        }

        ScoreLines.Show(run, resource, "pcmk__primitive_assign");

        // With fencing wanted and no device, nothing is safe to touch.
        if (run.Options.IsFencingEnabled && !run.HasFencingDevice)
        {
            resource.IsManaged = false;
        }

        if (!resource.IsManaged)
        {
            Assignments.SetNextRole(resource, resource.Role, "unmanaged");
            Assignments.Set(resource, Places.Current(resource), force: true, stopIfFailed);
        }
        else if (run.Options.IsStopAll)
        {
            Assignments.Set(resource, null, force: true, stopIfFailed);
        }
        else
        {
            NodeChoice.Choose(run, resource, preferred, stopIfFailed);
        }

        resource.IsBeingAssigned = false;
        if (resource.RemoteNode is { } remote)
        {
            Connect(resource, remote);
        }

        return resource.AssignedTo;
    }

    // What must hold first, so that wishes choose among what is left.
    private void ApplyColocations(PolicyResource resource)
    {
        var thisWith = ColocationLists.ThisWith(resource);
        var withThis = ColocationLists.WithThis(resource);
        if (thisWith.Count == 0 && withThis.Count == 0)
        {
            return;
        }

        var isOnePass = (run.Earlier & EarlierRules.ColocationsInOnePass) != 0;
        for (var pass = 0; pass < (isOnePass ? 1 : 2); pass++)
        {
            var isMandatory = pass == 0;
            for (var index = 0; index < thisWith.Count; index++)
            {
                var colocation = thisWith[index];
                if ((isOnePass || IsMandatory(colocation) == isMandatory) && !IsLeftOutEarlier(resource, colocation))
                {
                    ApplyThisWith(resource, colocation);
                }
            }

            foreach (var colocation in withThis)
            {
                if ((isOnePass || IsMandatory(colocation) == isMandatory) && !IsLeftOutEarlier(resource, colocation))
                {
                    DependentScores.Add(run, colocation, resource);
                }
            }
        }
    }

    // What an earlier Pacemaker did not hand on from a clone to its instances.
    private bool IsLeftOutEarlier(PolicyResource resource, PolicyColocation colocation) =>
        run.Earlier != EarlierRules.None && resource.Top().Kind == ResourceKind.Clone
        && (((run.Earlier & EarlierRules.WishesOfClones) != 0 && colocation.Dependent == resource.Top()
                && colocation.Score is > 0 and < Scores.Infinity)
            || ((run.Earlier & EarlierRules.WishesForInstances) != 0 && colocation.Primary == resource.Top()));

    private static bool IsMandatory(PolicyColocation colocation) =>
        colocation.Score is >= Scores.Infinity or <= Scores.MinusInfinity;

    private void ApplyThisWith(PolicyResource resource, PolicyColocation colocation)
    {
        var primary = colocation.Primary;
        var canBeUndone = colocation.DependentRole == Role.Promoted
            || colocation.Score is < 0 and > Scores.MinusInfinity;
        var before = canBeUndone ? resource.Allowed.Copy() : null;
        var reasons = run.Reasons?.Count ?? 0;
        if (!primary.IsAssigned)
        {
            Assign(primary, null, stopIfFailed: true);
        }

        ColocationScores.Apply(run, resource, primary, colocation);
        if (before is not null && !Places.AnyAvailable(run, resource.Allowed))
        {
            resource.Allowed = before;
            run.ForgetReasons(reasons, resource);
        }
    }

    private PolicyNode? AssignGroup(PolicyResource group, PolicyNode? preferred, bool stopIfFailed)
    {
        if (group.IsAssigned || group.IsBeingAssigned)
        {
            return group.AssignedTo;
        }

        if (group.Children.Count == 0)
        {
            group.IsAssigned = true;
            return null;
        }

        group.IsBeingAssigned = true;
        group.Role = group.Children[0].Role;
        ScoreLines.Show(run, group, "pcmk__group_assign");
        PolicyNode? first = null;
        foreach (var member in group.Children)
        {
            var node = Assign(member, preferred, stopIfFailed);
            first ??= node;
        }

        Assignments.SetNextRole(group, group.Children[0].NextRole, "first group member");
        group.IsBeingAssigned = false;
        group.IsAssigned = true;
        return IsColocated(group) ? first : null;
    }

    /// <summary>Members of a group are on one node, unless a (deprecated) meta attribute says otherwise.</summary>
    public static bool IsColocated(PolicyResource group) =>
        ValueText.Truth(group.Meta.GetValueOrDefault("collocated"), true);

    // A remote node that gets a connection will be there for others, whatever it is now.
    private static void Connect(PolicyResource connection, PolicyNode remote)
    {
        if (connection.AssignedTo is not null && connection.NextRole != Role.Stopped)
        {
            remote.IsOnline = true;
            if (remote.IsUnseen)
            {
                remote.IsUnclean = false;
            }
        }
        else
        {
            remote.IsShuttingDown = true;
        }
    }
}
