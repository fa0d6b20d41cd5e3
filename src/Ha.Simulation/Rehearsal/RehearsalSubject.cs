using System.Globalization;
using Ha.InformationBase;
using Ha.Resources.Fencing;

namespace Ha.Simulation.Rehearsal;

/// <summary>What is rehearsed: a configuration, and what follows from it before anything has run. Pure.</summary>
public sealed record RehearsalSubject
{
    /// <summary>More nodes than this are not rehearsed.</summary>
    public const int MostHosts = 32;

    // Source: corosync.conf(5), the defaults of corosync 3.
    private static readonly TimeSpan s_token = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_tokenCoefficient = TimeSpan.FromMilliseconds(650);

    private static readonly TimeSpan s_operationTimeout = TimeSpan.FromSeconds(20);

    // Fence agents for a controller on the host's own board, which is without power when its host is.
    private static readonly HashSet<string> s_onBoard = new(
        [
            "ipmilan", "ipmilanplus", "idrac", "drac", "drac5", "ilo", "ilo2", "ilo3", "ilo3_ssh", "ilo4", "ilo4_ssh",
            "ilo5", "ilo5_ssh", "ilo_mp", "ilo_ssh", "imm", "redfish", "rsa", "rsb",
        ],
        StringComparer.Ordinal);

    private RehearsalSubject(Configuration configuration, ValueList<string> hosts, ValueList<int> votes)
    {
        Configuration = configuration;
        Hosts = hosts;
        Votes = votes;
    }

    /// <summary>The configuration, its members numbered from 1 on.</summary>
    public Configuration Configuration { get; }

    /// <summary>Names of the members, in the order written.</summary>
    public ValueList<string> Hosts { get; }

    /// <summary>Their votes.</summary>
    public ValueList<int> Votes { get; }

    /// <summary>Votes that are needed.</summary>
    public int Quorum => (Votes.Sum() / 2) + 1;

    /// <summary>What shall run, fencing devices aside; for a promotable clone also its promoted instance.</summary>
    public ValueList<RehearsedResource> Resources { get; private init; }

    /// <summary>The fencing devices.</summary>
    public ValueList<Primitive> Devices { get; private init; }

    /// <summary>How long a start, a stop or a look takes at most when all is well.</summary>
    public TimeSpan OperationTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a node may be silent before the others form without it: token and consensus.</summary>
    public TimeSpan DetectionTime { get; private init; }

    /// <summary>The longest stop time-out.</summary>
    public TimeSpan LongestStop => Longest(resource => resource.StopTimeout);

    /// <summary>How long fencing of a node takes when each of its devices fails but the last.</summary>
    public TimeSpan LongestFencing => Hosts.Count == 0 ? TimeSpan.Zero : Hosts.Max(FencingTime);

    /// <summary>How long a run waits for recovery after its last fault before it counts as none.</summary>
    public TimeSpan Patience
    {
        get
        {
            var needed = DetectionTime + LongestStop + LongestFencing + Longest(resource => resource.StartTimeout)
                + TimeSpan.FromSeconds(90);
            return needed > TimeSpan.FromMinutes(15) ? TimeSpan.FromMinutes(15) : needed;
        }
    }

    /// <summary>Reads what matters out of a configuration.</summary>
    public static RehearsalSubject Of(Configuration configuration)
    {
        var members = configuration.Nodes.Where(node => node.Kind == NodeKind.Member).ToList();
        var others = configuration.Nodes.Where(node => node.Kind != NodeKind.Member);
        var numbered = configuration with
        {
            Nodes = members.Select((node, index) => node with { Id = $"{index + 1}" }).Concat(others).ToValueList(),
        };
        var token = Seconds(configuration.Totem.GetValueOrDefault("token")) ?? s_token;
        var coefficient = Seconds(configuration.Totem.GetValueOrDefault("token_coefficient")
            ?? configuration.Totem.GetValueOrDefault("token-coefficient")) ?? s_tokenCoefficient;
        token += coefficient * Math.Max(0, members.Count - 2);
        var consensus = Seconds(configuration.Totem.GetValueOrDefault("consensus")) ?? (token * 1.2);
        return new RehearsalSubject(
            numbered, members.Select(node => node.Name).ToValueList(), members.Select(node => node.Votes).ToValueList())
        {
            Resources = configuration.Resources.SelectMany(resource => Read(configuration, resource)).ToValueList(),
            Devices = FencingDevices.All(configuration).ToValueList(),
            DetectionTime = token + consensus,
        };
    }

    /// <summary>True for a device on the board of the host that it fences.</summary>
    public static bool IsOnBoard(Primitive device) =>
        device.Agent is { Type: var type } && type.StartsWith("fence_", StringComparison.Ordinal)
        && s_onBoard.Contains(type["fence_".Length..]);

    /// <summary>The greatest of a time that every resource has.</summary>
    public TimeSpan Longest(Func<RehearsedResource, TimeSpan> of) =>
        Resources.IsEmpty ? TimeSpan.Zero : Resources.Max(of);

    /// <summary>How long fencing of one node takes when each of its devices fails but the last.</summary>
    public TimeSpan FencingTime(string target) => FencingDevices.Attempts(Configuration, target)
        .SelectMany(devices => devices)
        .Select(device =>
        {
            var parameters = FencingDevices.ParametersOf(device);
            return FencingDevices.DelayOf(parameters, target, 1)
                + (FencingDevices.TimeoutOf("reboot", parameters, FencingDevices.DefaultTimeout)
                    * FencingDevices.RetriesOf("reboot", parameters));
        })
        .Aggregate(TimeSpan.Zero, (sum, time) => sum + time);

    /// <summary>A length of time as a cluster file has it; a bare number is seconds. Null where it is none.</summary>
    public static TimeSpan? Seconds(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var end = text.AsSpan().IndexOfAnyExcept("0123456789.");
        var digits = end < 0 ? text : text[..end];
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return (end < 0 ? "" : text[end..].Trim()) switch
        {
            "" or "s" or "sec" or "seconds" => TimeSpan.FromSeconds(number),
            "ms" or "msec" => TimeSpan.FromMilliseconds(number),
            "m" or "min" or "minutes" => TimeSpan.FromMinutes(number),
            "h" or "hr" or "hours" => TimeSpan.FromHours(number),
            "d" or "days" => TimeSpan.FromDays(number),
            _ => null,
        };
    }

    private static IEnumerable<RehearsedResource> Read(Configuration configuration, Resource resource)
    {
        var (child, isPromotable) = resource is Clone clone
            ? (clone.Child, clone.IsLegacyPromotable || Says(clone.Meta, "promotable", "true"))
            : (resource, false);
        IEnumerable<Primitive> primitives = child switch
        {
            Primitive primitive => [primitive],
            Group group => group.Members,
            _ => [],
        };
        foreach (var primitive in primitives.Where(primitive => !primitive.IsFencingDevice))
        {
            if (new[] { resource, child, primitive }.Any(owner => Says(owner.Meta, "target-role", "Stopped")))
            {
                continue;
            }

            var whole = configuration.Templates.FirstOrDefault(template => template.Id == primitive.TemplateId)
                is { } template ? template.Complete(primitive) : primitive;
            var read = Read(configuration, whole);
            yield return read;
            if (isPromotable)
            {
                yield return read with { IsPromoted = true };
            }
        }
    }

    private static RehearsedResource Read(Configuration configuration, Primitive primitive)
    {
        TimeSpan Timeout(string action) =>
            primitive.Operations.Where(operation => operation.Name == action)
                .Select(operation => Seconds(operation.Attributes.GetValueOrDefault("timeout"))).FirstOrDefault()
            ?? configuration.OperationDefaults.SelectMany(set => set.Values)
                .Where(pair => pair.Name == "timeout").Select(pair => Seconds(pair.Value)).FirstOrDefault()
            ?? s_operationTimeout;
        var monitors = primitive.Operations
            .Where(operation => operation.Name == "monitor" && operation.Interval > TimeSpan.Zero
                && operation.Attributes.GetValueOrDefault("enabled") is not ("false" or "no" or "off"))
            .Select(operation => operation.Interval).ToList();
        return new RehearsedResource(primitive.Id, IsPromoted: false)
        {
            StartTimeout = Timeout("start"),
            StopTimeout = Timeout("stop"),
            MonitorTimeout = Timeout("monitor"),
            MonitorInterval = monitors.Count == 0 ? null : monitors.Min(),
        };
    }

    private static bool Says(ValueList<AttributeSet> sets, string name, string value) => sets.Any(set =>
        set.Values.Any(pair => pair.Name == name
            && string.Equals(pair.Value, value, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>A resource whose outage counts.</summary>
/// <param name="Id">The primitive.</param>
/// <param name="IsPromoted">Its promoted instance is meant.</param>
public sealed record RehearsedResource(string Id, bool IsPromoted)
{
    /// <summary>How long a start may take.</summary>
    public TimeSpan StartTimeout { get; init; }

    /// <summary>How long a stop may take.</summary>
    public TimeSpan StopTimeout { get; init; }

    /// <summary>How long a look may take.</summary>
    public TimeSpan MonitorTimeout { get; init; }

    /// <summary>How often it is looked at; null for never.</summary>
    public TimeSpan? MonitorInterval { get; init; }

    /// <summary>As reports call it.</summary>
    public string Name => IsPromoted ? $"{Id} (promoted)" : Id;
}
