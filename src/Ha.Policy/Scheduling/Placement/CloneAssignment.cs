namespace Ha.Policy.Scheduling;

/// <summary>Places the instances of a clone, and decides who is promoted.</summary>
internal static class CloneAssignment
{
    public static PolicyNode? Assign(
        Assigner assigner, PolicyResource clone, PolicyNode? preferred, bool stopIfFailed)
    {
        if (clone.IsAssigned || clone.IsBeingAssigned)
        {
            return null;
        }

        var run = assigner.Run;
        clone.IsBeingAssigned = true;
        if (clone.IsPromotable)
        {
            PromotionScores.Add(run, clone);
        }

        foreach (var colocation in ColocationLists.ThisWith(clone))
        {
            assigner.Assign(colocation.Primary, preferred, stopIfFailed);
        }

        foreach (var colocation in ColocationLists.WithThis(clone))
        {
            DependentScores.Add(run, colocation, clone);
        }

        ScoreLines.Show(run, clone, "pcmk__clone_assign");
        InstanceOrder.Sort(run, clone.Children);
        InstanceAssignment.Assign(assigner, clone, [.. clone.Children], clone.Clone!.Max, clone.Clone.NodeMax);
        if (clone.IsPromotable)
        {
            Promotion.Decide(run, clone);
        }

        clone.IsAssigned = true;
        clone.IsBeingAssigned = false;
        return null;
    }
}
