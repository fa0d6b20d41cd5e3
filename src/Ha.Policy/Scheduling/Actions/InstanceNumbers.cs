using System.Globalization;

namespace Ha.Policy.Scheduling;

/// <summary>Numbers of instances: the last part of their ids.</summary>
internal static class InstanceNumbers
{
    public static int Of(PolicyResource instance)
    {
        var colon = instance.Id.LastIndexOf(':');
        return colon >= 0 && int.TryParse(
            instance.Id.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
    }

    public static int Compare(PolicyResource one, PolicyResource other) => Of(one).CompareTo(Of(other));
}
