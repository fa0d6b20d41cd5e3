using System.Globalization;
using Ha.InformationBase;
using Ha.Policy.Rules;

namespace Ha.Policy.Scheduling;

/// <summary>Settings of an operation as its agent is told them. Its definition's attributes come first, then its
/// definition's blocks, then the defaults of operations.</summary>
internal static class ActionMeta
{
    private const string DefaultTimeout = "20s";

    /// <summary>What the configuration says of an operation: name and value, sorted by name, the interval and the
    /// time-out in milliseconds. Kept: do not change what is returned.</summary>
    public static SortedDictionary<string, string> Configured(
        PolicyRun run, PolicyResource resource, string task, int intervalMs) =>
        SettingsOf(run, resource, task, intervalMs).Meta;

    /// <summary>The same, with what else is kept for this operation.</summary>
    public static OperationSettings SettingsOf(PolicyRun run, PolicyResource resource, string task, int intervalMs)
    {
        var known = resource.OperationSettings ??= [];
        foreach (var settings in known)
        {
            if (settings.IntervalMs == intervalMs && string.Equals(settings.Task, task, StringComparison.Ordinal))
            {
                return settings;
            }
        }

        var made = new OperationSettings(task, intervalMs, WorkOut(run, resource, task, intervalMs));
        known.Add(made);
        return made;
    }

    private static SortedDictionary<string, string> WorkOut(
        PolicyRun run, PolicyResource resource, string task, int intervalMs)
    {
        var meta = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var definition = resource.IsPrimitive ? OperationDefinitions.Find(resource, task, intervalMs) : null;
        var input = new RuleInput
        {
            Now = run.Now,
            Agent = resource.Agent,
            Operation = task,
            Interval = TimeSpan.FromMilliseconds(intervalMs),
        };
        AddBlocks(meta, run.Cib.Configuration.OperationDefaults, input);
        if (task == Tasks.Monitor && intervalMs == 0 && MostFrequentTimeout(resource) is { } probeTimeout)
        {
            meta["timeout"] = probeTimeout;
        }

        if (definition is not null)
        {
            AddBlocks(meta, definition.Meta, input);
            foreach (var (name, value) in definition.Attributes)
            {
                meta[name] = value;
            }

            meta["name"] = definition.Name;
        }

        SetTimes(run, resource, meta, task, intervalMs);
        return meta;
    }

    private static void AddBlocks(
        SortedDictionary<string, string> meta, ValueList<AttributeSet> sets, in RuleInput input)
    {
        if (sets.IsEmpty)
        {
            return;
        }

        foreach (var (name, pair) in AttributeSets.Unpack(sets, input, out _))
        {
            if (pair.Value is { } value)
            {
                meta[name] = value;
            }
        }
    }

    // A probe may take as long as the monitor that runs most often.
    private static string? MostFrequentTimeout(PolicyResource resource)
    {
        if (!resource.IsPrimitive || OperationDefinitions.MostFrequentMonitor(resource) is not { } monitor)
        {
            return null;
        }

        if (monitor.Attributes.TryGetValue("timeout", out var own))
        {
            return own;
        }

        foreach (var set in monitor.Meta)
        {
            foreach (var pair in set.Values)
            {
                if (pair is { Name: "timeout", Value: { } value })
                {
                    return value;
                }
            }
        }

        return null;
    }

    private static void SetTimes(
        PolicyRun run, PolicyResource resource, SortedDictionary<string, string> meta, string task, int intervalMs)
    {
        meta.Remove("interval");
        if (intervalMs > 0)
        {
            meta["interval"] = Number(intervalMs);
        }

        var timeout = meta.GetValueOrDefault("timeout", DefaultTimeout);
        if (resource.IsFencingDevice && (task == Tasks.Start || task == Tasks.Monitor)
            && Parameters.Of(run, resource, null).TryGetValue("pcmk_monitor_timeout", out var ofDevice))
        {
            timeout = ofDevice;
        }

        meta["timeout"] = Number(Texts.Milliseconds(timeout) ?? 20_000);
        SetStartDelay(run, meta, intervalMs);
    }

    // An interval that is counted from a point in time: the first run waits for the next one.
    private static void SetStartDelay(PolicyRun run, SortedDictionary<string, string> meta, int intervalMs)
    {
        if (meta.TryGetValue("start-delay", out var delay))
        {
            meta["start-delay"] = Number(Texts.Milliseconds(delay) ?? 0);
        }
        else if (meta.TryGetValue("interval-origin", out var origin) && intervalMs > 0
            && DateTimeOffset.TryParse(
                origin, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            var interval = Math.Max(intervalMs / 1000, 1);
            var past = (run.Now - at.ToUnixTimeSeconds()) % interval;
            var seconds = past > 0 ? interval - past : -past;
            meta["start-delay"] = Number(seconds * 1000);
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What is worked out once for an operation of a resource.</summary>
internal sealed class OperationSettings(string task, int intervalMs, SortedDictionary<string, string> meta)
{
    public string Task { get; } = task;

    public int IntervalMs { get; } = intervalMs;

    /// <summary>What the configuration says.</summary>
    public SortedDictionary<string, string> Meta { get; } = meta;

    /// <summary>The parameters that <see cref="Attributes"/> holds.</summary>
    public object? Parameters { get; set; }

    /// <summary>What the graph says with every action of this operation, sorted by name; null while nobody asked.
    /// Owned by <see cref="GraphAttributes"/>.</summary>
    public List<KeyValuePair<string, string>>? Attributes { get; set; }
}
