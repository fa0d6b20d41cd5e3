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
}
