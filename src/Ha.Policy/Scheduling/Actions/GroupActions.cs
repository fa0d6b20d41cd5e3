namespace Ha.Policy.Scheduling;

/// <summary>Actions of groups: those of the members, between points that stand for the whole.</summary>
internal static class GroupActions
{
    public static void Create(PolicyRun run, PolicyResource group)
    {
        foreach (var member in group.Children)
        {
            ActionStages.CreateFor(run, member);
        }

        AddPoint(run, group, Tasks.Start);
        AddPoint(run, group, Tasks.Started);
        AddPoint(run, group, Tasks.Stop);
        AddPoint(run, group, Tasks.Stopped);
        if (group.Top().IsPromotable)
        {
            AddPoint(run, group, Tasks.Demote);
            AddPoint(run, group, Tasks.Demoted);
            AddPoint(run, group, Tasks.Promote);
            AddPoint(run, group, Tasks.Promoted);
        }
    }

    // Left out of the graph unless a member's action needs it.
    private static void AddPoint(PolicyRun run, PolicyResource group, string task) =>
        ActionTable.GetPseudo(run, group, ActionTable.Key(group.Id, task, 0), task, isOptional: true, isRunnable: true);
}
