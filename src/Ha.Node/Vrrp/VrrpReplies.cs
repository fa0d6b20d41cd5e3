using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ha.Node.Vrrp;

/// <summary>The virtual routers of one process. Schema ha/vrrp/1; it only grows.</summary>
internal sealed record VrrpReply
{
    public string Schema { get; init; } = "ha/vrrp/1";

    public required string Host { get; init; }

    public required IReadOnlyList<VrrpRouterReply> Routers { get; init; }

    public required VrrpHostReply Timing { get; init; }
}

/// <summary>One virtual router.</summary>
internal sealed record VrrpRouterReply
{
    public required string Id { get; init; }

    /// <summary>active, backup, fault, stopped.</summary>
    public required string Role { get; init; }

    /// <summary>Seconds since it is in this role.</summary>
    public required double Since { get; init; }

    public required int Vrid { get; init; }

    public required int Version { get; init; }

    /// <summary>ipv4 or ipv6.</summary>
    public required string Family { get; init; }

    public required string Interface { get; init; }

    /// <summary>With what trackers add.</summary>
    public required int Priority { get; init; }

    public required int ConfiguredPriority { get; init; }

    /// <summary>The interval that is used, in milliseconds: the configured one, or the host's floor.</summary>
    public required double IntervalMs { get; init; }

    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>Our address as sender; empty for none.</summary>
    public required string Source { get; init; }

    /// <summary>The active router that was heard last; empty for none.</summary>
    public required string ActivePeer { get; init; }

    public required int ActivePriority { get; init; }

    /// <summary>Failed checks that make it unfit.</summary>
    public required int Faults { get; init; }

    public string SyncGroup { get; init; } = "";

    public required IReadOnlyList<VrrpCheckReply> Checks { get; init; }

    public required IReadOnlyDictionary<string, long> Counters { get; init; }

    /// <summary>Adverts that were not taken, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Discarded { get; init; }
}

/// <summary>A check of a router.</summary>
internal sealed record VrrpCheckReply(string Id, bool Good, int Weight);

/// <summary>How this host keeps time.</summary>
internal sealed record VrrpHostReply
{
    public required bool RealTime { get; init; }

    /// <summary>Wake-ups measured.</summary>
    public required long Measured { get; init; }

    public required double LateP50Us { get; init; }

    public required double LateP99Us { get; init; }

    public required double LateP999Us { get; init; }

    public required double LateWorstUs { get; init; }

    /// <summary>The shortest interval that it can keep.</summary>
    public required double FloorMs { get; init; }

    public required int Collections { get; init; }

    public required double CollectionWorstUs { get; init; }
}

/// <summary>What is asked of the process: one JSON object on a line.</summary>
internal sealed record VrrpRequest
{
    /// <summary>show, watch, yield, take, grant, call-back, released, bound, quorum, rank.</summary>
    public string Do { get; init; } = "";

    /// <summary>Id of a router; empty for all.</summary>
    public string Router { get; init; } = "";

    /// <summary>Epoch of a grant.</summary>
    public ulong Epoch { get; init; }

    /// <summary>The epoch that must be released first.</summary>
    public ulong Awaits { get; init; }

    /// <summary>How long a grant holds, in milliseconds from now.</summary>
    public long LengthMs { get; init; }

    /// <summary>Yes or no.</summary>
    public bool On { get; init; }

    /// <summary>A rank.</summary>
    public int Number { get; init; }
}

/// <summary>What became of it.</summary>
internal sealed record VrrpAnswer(bool Ok, string Error);

/// <summary>A change, for whoever watches.</summary>
internal sealed record VrrpEventReply(
    string Event, string Router, string From, string To, string Cause, int Priority, double AtSeconds, string Note);

/// <summary>JSON of the above: one line each.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(VrrpReply))]
[JsonSerializable(typeof(VrrpRequest))]
[JsonSerializable(typeof(VrrpAnswer))]
[JsonSerializable(typeof(VrrpEventReply))]
internal sealed partial class VrrpJson : JsonSerializerContext;
