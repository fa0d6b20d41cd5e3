using System.Globalization;
using Ha.InformationBase;

namespace Ha.Policy.Scheduling;

/// <summary>What is clear of an action as soon as it is made: its interval, its definition, what it must wait for.
/// Settings that only agents are told are worked out when somebody asks (<see cref="ActionMeta"/>).</summary>
internal static class ActionSettings
{
    public static void Load(PolicyRun run, PolicyAction action)
    {
        if (action.AreSettingsLoaded || action.Resource is not { } resource)
        {
            return;
        }

        action.AreSettingsLoaded = true;
        action.IntervalMs = IntervalOf(action.Key);
        action.Needs = NeedsOf(resource, action.Task);
        if (resource.IsPrimitive)
        {
            action.Definition = OperationDefinitions.Find(resource, action.Task, action.IntervalMs);
            action.Origin = action.Definition?.Origin ?? default;
        }
    }

    /// <summary>Only what makes a resource do more must wait for quorum or fencing.</summary>
    public static Requirement NeedsOf(PolicyResource resource, string task) =>
        task is Tasks.Start or Tasks.Promote ? resource.Requires : Requirement.Nothing;

    private static int IntervalOf(string key)
    {
        var last = key.LastIndexOf('_');
        return last >= 0 && int.TryParse(
            key.AsSpan(last + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var interval)
            ? interval
            : 0;
    }
}
