using System.Globalization;

namespace Ha.Policy.Scheduling;

/// <summary>Keys of actions, as agents know them: an anonymous instance has no number there, once some
/// node has history of it.</summary>
internal static class GraphKeys
{
    public static string OperationKey(PolicyAction action)
    {
        if (action.Resource is not { IsPrimitive: true, IsHistoryFound: true } resource
            || resource.HistoryId == resource.Id)
        {
            return action.Key;
        }

        if (action.Is(Tasks.Notify))
        {
            var type = action.Meta?.GetValueOrDefault("notify_type") ?? "";
            var operation = action.Meta?.GetValueOrDefault("notify_operation") ?? "";
            return $"{resource.HistoryId}_{type}_notify_{operation}_0";
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{resource.HistoryId}_{action.CancelledTask ?? action.Task}_{action.IntervalMs}");
    }

    /// <summary>Id of a primitive for agents: of an anonymous instance that of its element.</summary>
    public static string PrimitiveId(PolicyResource resource) =>
        resource.IsGloballyUnique ? resource.Id : resource.Source.Id;

    /// <summary>Id with the instance's number, under which history knows it, or else under which we do.</summary>
    public static string LongId(PolicyResource resource) =>
        resource.IsHistoryFound && resource.HistoryId != PrimitiveId(resource) ? resource.HistoryId : resource.Id;

    /// <summary>Name of a primitive in the lines of an execution: the short id, once some history has it.</summary>
    public static string ShownName(PolicyResource resource)
    {
        var id = PrimitiveId(resource);
        return id == resource.Id || IsHistoryFoundFor(resource.Top(includeBundle: true), id) ? id : LongId(resource);
    }

    private static bool IsHistoryFoundFor(PolicyResource resource, string id)
    {
        if (resource.IsHistoryFound && resource.HistoryId == id)
        {
            return true;
        }

        foreach (var child in resource.Children)
        {
            if (IsHistoryFoundFor(child, id))
            {
                return true;
            }
        }

        return false;
    }
}
