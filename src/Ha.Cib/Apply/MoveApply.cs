namespace Ha.InformationBase;

/// <summary>Changes of one-time moves.</summary>
internal static class MoveApply
{
    public static ApplyResult Request(Cib cib, CibChange.RequestMove move)
    {
        if (move.ToNode is not null && cib.Configuration.Nodes.All(node => node.Name != move.ToNode))
        {
            return CibChanges.Refuse(cib, $"no node {move.ToNode}");
        }

        var request = new MoveRequest(move.ResourceId, move.ToNode, ActiveOn(cib, move.ResourceId), move.Reason,
            move.At);
        return CibChanges.Done(cib, cib.Status with
        {
            Moves = cib.Status.Moves.Where(item => item.ResourceId != move.ResourceId).Append(request).ToValueList(),
        });
    }

    public static ApplyResult End(Cib cib, CibChange.EndMove move) => CibChanges.Done(cib, cib.Status with
    {
        Moves = cib.Status.Moves.Where(item => item.ResourceId != move.ResourceId).ToValueList(),
    });

    // Where the resource, or anything inside of it, was last started and not stopped since.
    private static ValueList<string> ActiveOn(Cib cib, string resourceId)
    {
        var ids = cib.Configuration.Resources.Where(resource => resource.Id == resourceId)
            .SelectMany(resource => resource switch
            {
                Group group => group.Members.Select(member => member.Id),
                Clone { Child: Group group } => group.Members.Select(member => member.Id),
                Clone clone => [clone.Child.Id],
                _ => (IEnumerable<string>)[resource.Id],
            })
            .Append(resourceId)
            .ToHashSet(StringComparer.Ordinal);
        var isByRole = cib.Configuration.Resources.Any(resource =>
            resource.Id == resourceId && resource is Clone { IsPromotable: true });
        return cib.Status.Nodes
            .Where(state => state.History.Any(history => ids.Contains(OperationApply.Bare(history.ResourceId))
                && (isByRole ? IsPromoted(history) : IsActive(history))))
            .Select(state => state.Name)
            .Order(StringComparer.Ordinal)
            .ToValueList();
    }

    private static bool IsActive(ResourceHistory history) =>
        Last(history) is { ExitCode: 0 or 8, Operation: not "stop" };

    private static bool IsPromoted(ResourceHistory history) =>
        Last(history) is { ExitCode: 0, Operation: "promote" } or { ExitCode: 8, Operation: "monitor" };

    private static HistoryEntry? Last(ResourceHistory history) => history.Entries
        .Where(entry => entry.Status != OperationStatus.Pending && entry.Interval == TimeSpan.Zero)
        .OrderBy(entry => entry.CallId)
        .LastOrDefault();
}
