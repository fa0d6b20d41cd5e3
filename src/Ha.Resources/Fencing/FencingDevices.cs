using System.Globalization;
using Ha.InformationBase;
using Regex = System.Text.RegularExpressions.Regex;
using RegexOptions = System.Text.RegularExpressions.RegexOptions;

namespace Ha.Resources.Fencing;

/// <summary>Which devices can fence which node, and in which order: pure. Source: Pacemaker's device parameters
/// (pcmk_*) and
/// fencing topology.</summary>
public static class FencingDevices
{
    /// <summary>How long a device may take, where nothing else is said.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The attempts for a target, in order: each is a list of devices of which all must succeed. Where there
    /// are levels for the target they alone count, by their index, and a level that lacks one of its devices is none:
    /// half of it would not make the node harmless. Without levels each device that knows the target is an attempt of
    /// its own.</summary>
    public static ValueList<ValueList<Primitive>> Attempts(Configuration configuration, string target)
    {
        var devices = All(configuration).ToDictionary(device => device.Id, StringComparer.Ordinal);
        var levels = LevelsOf(configuration, target);
        return !levels.IsEmpty
            ? levels
                .OrderBy(level => level.Index)
                .ThenBy(level => level.Id, StringComparer.Ordinal)
                .Where(level => !level.Devices.IsEmpty && level.Devices.All(devices.ContainsKey))
                .Select(level => level.Devices.Select(id => devices[id]).ToValueList())
                .ToValueList()
            : devices.Values
                .Where(device => Knows(device, target))
                .OrderBy(device => device.Id, StringComparer.Ordinal)
                .Select(device => (ValueList<Primitive>)[device])
                .ToValueList();
    }

    /// <summary>The levels of a target: those that name it, else those of the first pattern that fits its name, else
    /// those of the first attribute that it has.</summary>
    public static ValueList<FencingLevel> LevelsOf(Configuration configuration, string target)
    {
        var named = configuration.FencingLevels.Where(level => level.Target == target).ToValueList();
        if (!named.IsEmpty)
        {
            return named;
        }

        var attributes = configuration.Nodes.FirstOrDefault(node => node.Name == target)?.Attributes ?? [];
        var first = configuration.FencingLevels.FirstOrDefault(level =>
                level.TargetPattern is { } pattern && Fits(pattern, target))
            ?? configuration.FencingLevels.FirstOrDefault(level =>
                level.TargetAttribute is { } name && attributes.Reverse().OrderByDescending(set => set.Score)
                    .SelectMany(set => set.Values).FirstOrDefault(pair => pair.Name == name).Value is { } value
                && value == level.TargetValue);
        return first is null
            ? []
            : configuration.FencingLevels
                .Where(level => level.TargetPattern == first.TargetPattern
                    && level.TargetAttribute == first.TargetAttribute && level.TargetValue == first.TargetValue
                    && level.Target is null)
                .ToValueList();
    }

    /// <summary>All fencing devices that are not switched off, at any depth.</summary>
    public static IEnumerable<Primitive> All(Configuration configuration) =>
        configuration.Resources
            .SelectMany(resource => resource is Group group ? group.Members : (IEnumerable<Resource>)[resource])
            .OfType<Primitive>()
            .Where(device => device.IsFencingDevice && !device.Meta.Any(set => set.Values.Any(pair =>
                pair.Name == "target-role" && string.Equals(pair.Value, "Stopped", StringComparison.OrdinalIgnoreCase))));

    /// <summary>Parameters of a device.</summary>
    public static ValueMap<string> ParametersOf(Primitive device) => ValueMap<string>.Of(
        device.Parameters.OrderBy(set => set.Score).SelectMany(set => set.Values)
            .Select(pair => new KeyValuePair<string, string>(pair.Name, pair.Value ?? "")));

    /// <summary>True when a device says that it can fence a node, or does not say whom it can fence. A device that is
    /// to be asked for its hosts (pcmk_host_check: dynamic-list, status) is tried: its agent refuses a host that it
    /// does not know.</summary>
    public static bool Knows(Primitive device, string target)
    {
        var parameters = ParametersOf(device);
        var check = parameters.GetValueOrDefault("pcmk_host_check");
        if (check is "none" or "dynamic-list" or "status")
        {
            return true;
        }

        var map = MapOf(parameters);
        var list = (parameters.GetValueOrDefault("pcmk_host_list") ?? "")
            .Split([' ', ',', ';', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return map.ContainsKey(target) || list.Contains(target, StringComparer.Ordinal)
            || (map.IsEmpty && list.Length == 0 && check != "static-list");
    }

    /// <summary>What a device calls a node: its entry in pcmk_host_map, or the node's name.</summary>
    public static string PlugOf(string target, ValueMap<string> parameters) =>
        MapOf(parameters).GetValueOrDefault(target) ?? target;

    /// <summary>What an agent calls an action: pcmk_ACTION_action, or the same word.</summary>
    public static string AgentAction(string action, ValueMap<string> parameters) =>
        parameters.GetValueOrDefault($"pcmk_{action}_action") ?? action;

    /// <summary>How long an action of a device may take.</summary>
    public static TimeSpan TimeoutOf(string action, ValueMap<string> parameters, TimeSpan otherwise) =>
        Seconds(parameters.GetValueOrDefault($"pcmk_{action}_timeout")) ?? otherwise;

    /// <summary>How often an action is tried, 1 at least.</summary>
    public static int RetriesOf(string action, ValueMap<string> parameters) =>
        int.TryParse(parameters.GetValueOrDefault($"pcmk_{action}_retries"), out var retries) ? Math.Clamp(retries, 1, 10) : 2;

    /// <summary>How long to wait before fencing: the device's base delay (of this target, where it has a map), and a
    /// part of
    /// what is left up to its greatest.</summary>
    /// <param name="parameters">The device's.</param>
    /// <param name="target">The node.</param>
    /// <param name="share">0 to 1: the random part.</param>
    public static TimeSpan DelayOf(ValueMap<string> parameters, string target, double share)
    {
        var text = parameters.GetValueOrDefault("pcmk_delay_base") ?? "";
        var delay = text.Contains(':', StringComparison.Ordinal)
            ? Seconds(Pairs(text).GetValueOrDefault(target)) ?? TimeSpan.Zero
            : Seconds(text) ?? TimeSpan.Zero;
        var greatest = Seconds(parameters.GetValueOrDefault("pcmk_delay_max")) ?? TimeSpan.Zero;
        return greatest > delay ? delay + ((greatest - delay) * Math.Clamp(share, 0, 1)) : delay;
    }

    // An expression of a person is matched in time that grows with the name alone; one that is wrong fits nobody.
    private static bool Fits(string pattern, string target)
    {
        try
        {
            return Regex.IsMatch(target, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static ValueMap<string> MapOf(ValueMap<string> parameters) =>
        Pairs(parameters.GetValueOrDefault("pcmk_host_map") ?? "");

    private static ValueMap<string> Pairs(string text) => ValueMap<string>.Of(text
        .Split([' ', ';', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split([':', '='], 2))
        .Where(pair => pair.Length == 2)
        .Select(pair => new KeyValuePair<string, string>(pair[0], pair[1])));

    private static TimeSpan? Seconds(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var unit = digits < 0 ? "s" : text[digits..].Trim();
        return !long.TryParse(digits < 0 ? text : text[..digits], NumberStyles.None, CultureInfo.InvariantCulture,
            out var number)
            ? null
            : unit switch
            {
                "ms" => TimeSpan.FromMilliseconds(number),
                "s" or "sec" => TimeSpan.FromSeconds(number),
                "m" or "min" => TimeSpan.FromMinutes(number),
                _ => null,
            };
    }
}
