using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ha.Node.Api;

/// <summary>How the cluster is, as `ha status` shows it. Schema ha/status/1; it only grows.</summary>
internal sealed record StatusReply
{
    public string Schema { get; init; } = "ha/status/1";

    public required string Cluster { get; init; }

    /// <summary>HEALTHY, DEGRADED, DOWN or UNKNOWN.</summary>
    public required string State { get; init; }

    /// <summary>Name of the node that answers.</summary>
    public required string Node { get; init; }

    public required bool Quorate { get; init; }

    /// <summary>Name of the coordinator; empty when there is none.</summary>
    public required string Coordinator { get; init; }

    public required bool FencingEnabled { get; init; }

    public required long Revision { get; init; }

    /// <summary>0 when this node is in no active epoch.</summary>
    public required long Epoch { get; init; }

    /// <summary>What a person should look at, worst first.</summary>
    public required IReadOnlyList<AttentionReply> Attention { get; init; }

    public required IReadOnlyList<NodeReply> Nodes { get; init; }

    public required IReadOnlyList<ResourceReply> Resources { get; init; }

    /// <summary>How many nodes work, drained ones and those in maintenance among them.</summary>
    public int NodesOnline { get; init; }

    /// <summary>How many nodes there are.</summary>
    public int NodesTotal { get; init; }

    /// <summary>How the last transition is doing, in words.</summary>
    public required string Transition { get; init; }

    /// <summary>Ask with this for a status that differs.</summary>
    public string Token { get; init; } = "";
}

/// <summary>One thing to look at, and the command that helps.</summary>
internal sealed record AttentionReply(string Text, string Next);

/// <summary>A node in `ha status`.</summary>
internal sealed record NodeReply
{
    public required string Name { get; init; }

    /// <summary>online, drained, maintenance, pending, stopping, offline, unclean; unseen where this node has no
    /// epoch and the engine does not show it.</summary>
    public required string State { get; init; }

    public required bool Coordinator { get; init; }

    /// <summary>How many resource instances run there.</summary>
    public required int Tasks { get; init; }

    public required string Note { get; init; }
}

/// <summary>A resource in `ha status`, with its members or instances.</summary>
internal sealed record ResourceReply
{
    public required string Id { get; init; }

    /// <summary>primitive, group, clone, bundle, fencing.</summary>
    public required string Kind { get; init; }

    public required string Agent { get; init; }

    /// <summary>started, stopped, promoted, failed, blocked, starting, stopping, promoting, demoting, partial.
    /// </summary>
    public required string State { get; init; }

    public required IReadOnlyList<string> On { get; init; }

    /// <summary>Those of the nodes where it is promoted.</summary>
    public IReadOnlyList<string> PromotedOn { get; init; } = [];

    /// <summary>Seconds since the last change; null when unknown.</summary>
    public long? SinceSeconds { get; init; }

    public required string Failures { get; init; }

    /// <summary>Cause code where it does not run as wanted; empty otherwise.</summary>
    public string Cause { get; init; } = "";

    public IReadOnlyList<ResourceReply> Members { get; init; } = [];
}

/// <summary>Why a resource is where it is. Schema ha/why/1.</summary>
internal sealed record WhyReply
{
    public string Schema { get; init; } = "ha/why/1";

    public required string Resource { get; init; }

    /// <summary>The answer in one sentence.</summary>
    public required string Answer { get; init; }

    /// <summary>The cause codes, the true one first.</summary>
    public required IReadOnlyList<CauseReply> Causes { get; init; }

    /// <summary>Nodes with their total scores.</summary>
    public required IReadOnlyList<NodeScoreReply> Scores { get; init; }

    /// <summary>What is to be done with it, and what that waits for.</summary>
    public IReadOnlyList<StepReply> Steps { get; init; } = [];

    /// <summary>What happened lately, oldest first.</summary>
    public required IReadOnlyList<string> History { get; init; }

    /// <summary>Commands that help.</summary>
    public required IReadOnlyList<string> Next { get; init; }
}

/// <summary>One cause.</summary>
internal sealed record CauseReply(string Code, string Node, string Text, string Source);

/// <summary>The score of one node, and its parts.</summary>
internal sealed record NodeScoreReply(string Node, string Total, IReadOnlyList<ScorePartReply> Parts);

/// <summary>One part of a score.</summary>
internal sealed record ScorePartReply(string Code, string Score, string Text, string Source);

/// <summary>Events. Schema ha/events/1.</summary>
internal sealed record EventsReply
{
    public string Schema { get; init; } = "ha/events/1";

    public required IReadOnlyList<EventReply> Events { get; init; }

    /// <summary>Ask with this number for what comes later.</summary>
    public required long Last { get; init; }
}

/// <summary>One event.</summary>
internal sealed record EventReply
{
    public required long Number { get; init; }

    /// <summary>UTC, ISO 8601, milliseconds.</summary>
    public required string At { get; init; }

    public required string Kind { get; init; }

    public required string Transition { get; init; }

    public required string Node { get; init; }

    public required string Resource { get; init; }

    public required string Text { get; init; }

    public required string Cause { get; init; }
}

/// <summary>How a change went. Schema ha/change/1.</summary>
internal sealed record ChangeReply
{
    public string Schema { get; init; } = "ha/change/1";

    /// <summary>ok, fail, unknown.</summary>
    public required string Outcome { get; init; }

    public required string Text { get; init; }

    public long Epoch { get; init; }

    public long Index { get; init; }

    public long Revision { get; init; }

    public string RequestId { get; init; } = "";

    /// <summary>Whether the cluster has settled since; null where nobody waited for it.</summary>
    public bool? Settled { get; init; }
}

/// <summary>The CIB of a node, for commands that plan on their own. Schema ha/cib/1.</summary>
internal sealed record CibReply
{
    public string Schema { get; init; } = "ha/cib/1";

    public required string Node { get; init; }

    public required bool Active { get; init; }

    public required bool Quorate { get; init; }

    public required long Epoch { get; init; }

    public required string Coordinator { get; init; }

    /// <summary>Why there is no active epoch; empty when there is one.</summary>
    public required string Reason { get; init; }

    /// <summary>Canonical bytes.</summary>
    public required byte[] Cib { get; init; }
}

/// <summary>Why a request was not answered. Schema ha/error/1.</summary>
internal sealed record ErrorReply
{
    public string Schema { get; init; } = "ha/error/1";

    /// <summary>The exit code that fits.</summary>
    public required int Code { get; init; }

    public required string Text { get; init; }
}

/// <summary>Diagnostics of a cluster file. Schema ha/check/1.</summary>
internal sealed record CheckReply
{
    public string Schema { get; init; } = "ha/check/1";

    public required string File { get; init; }

    public required int Errors { get; init; }

    public required int Warnings { get; init; }

    public required IReadOnlyList<DiagnosticReply> Diagnostics { get; init; }
}

/// <summary>One diagnostic.</summary>
internal sealed record DiagnosticReply(
    string Severity, string Code, string File, int Line, int Column, string Message, string Fix);

/// <summary>What would change. Schema ha/plan/1.</summary>
internal sealed record PlanReply
{
    public string Schema { get; init; } = "ha/plan/1";

    public required IReadOnlyList<string> Changes { get; init; }

    public required IReadOnlyList<string> Actions { get; init; }

    public required string Summary { get; init; }

    public long Revision { get; init; }
}

/// <summary>The program's version. Schema ha/version/1.</summary>
internal sealed record VersionReply
{
    public string Schema { get; init; } = "ha/version/1";

    public required string Version { get; init; }

    public required string Runtime { get; init; }
}

/// <summary>How a command is called. Schema ha/help/1.</summary>
internal sealed record HelpReply
{
    public string Schema { get; init; } = "ha/help/1";

    public required string Command { get; init; }

    public required string Description { get; init; }

    public required string Usage { get; init; }

    public required IReadOnlyList<string> Options { get; init; }

    public required IReadOnlyList<HelpReply> Commands { get; init; }
}

/// <summary>Names of the secrets on a host, never what they are. Schema ha/secrets/1.</summary>
internal sealed record SecretsReply
{
    public string Schema { get; init; } = "ha/secrets/1";

    public required IReadOnlyList<string> Names { get; init; }
}

/// <summary>A completion script. Schema ha/completion/1.</summary>
internal sealed record CompletionReply
{
    public string Schema { get; init; } = "ha/completion/1";

    public required string Shell { get; init; }

    public required string Script { get; init; }
}

/// <summary>Source-generated JSON of all replies, so that the command line starts fast.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatusReply))]
[JsonSerializable(typeof(WhyReply))]
[JsonSerializable(typeof(EventsReply))]
[JsonSerializable(typeof(ChangeReply))]
[JsonSerializable(typeof(CibReply))]
[JsonSerializable(typeof(SimulationReply))]
[JsonSerializable(typeof(RehearsalReply))]
[JsonSerializable(typeof(RehearsalRunReply))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(ErrorReply))]
[JsonSerializable(typeof(CheckReply))]
[JsonSerializable(typeof(PlanReply))]
[JsonSerializable(typeof(VersionReply))]
[JsonSerializable(typeof(HelpReply))]
[JsonSerializable(typeof(CompletionReply))]
[JsonSerializable(typeof(SecretsReply))]
[JsonSerializable(typeof(FailoverReply))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ReplyJson : JsonSerializerContext
{
    /// <summary>The same, on one line.</summary>
    public static ReplyJson Compact { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web));
}
