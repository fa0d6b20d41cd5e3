namespace Ha.Node.Api;

/// <summary>What a simulation says. Schema ha/simulate/1.</summary>
internal sealed record SimulationReply
{
    public string Schema { get; init; } = "ha/simulate/1";

    /// <summary>HEALTHY, DEGRADED or DOWN, as it is.</summary>
    public required string State { get; init; }

    /// <summary>The same after the plan was carried out on paper; empty where it was not.</summary>
    public required string StateAfter { get; init; }

    /// <summary>Nodes, quorum, fencing, time, in one line.</summary>
    public required string Facts { get; init; }

    /// <summary>What a person should look at.</summary>
    public required IReadOnlyList<string> Attention { get; init; }

    /// <summary>What is to be done, in order; then what cannot be done.</summary>
    public required IReadOnlyList<StepReply> Steps { get; init; }

    /// <summary>Each primitive or instance: where it is, where it shall be, and why it is not as wanted.</summary>
    public required IReadOnlyList<SimulatedResourceReply> Resources { get; init; }

    /// <summary>What a person should look at after that, and not before.</summary>
    public required IReadOnlyList<string> AttentionAfter { get; init; }

    /// <summary>What runs where after the plan was carried out on paper.</summary>
    public required IReadOnlyList<PlacesReply> After { get; init; }

    /// <summary>Status, summary, simulated execution and the status after it, as text in the form of `crm_simulate`.
    /// </summary>
    public required string Summary { get; init; }

    /// <summary>How many actions there are, pseudo actions aside.</summary>
    public required int Actions { get; init; }
}

/// <summary>One step.</summary>
/// <param name="Number">Its place; 0 for what cannot be done.</param>
/// <param name="Task">start, stop, monitor, reboot, ...</param>
/// <param name="Resource">The resource; empty for a node's own.</param>
/// <param name="Node">Where, or what node it is done to.</param>
/// <param name="IntervalMs">Milliseconds; 0 for what does not recur.</param>
/// <param name="Code">Cause code; empty where nothing is remarkable.</param>
/// <param name="Why">In words.</param>
/// <param name="Source">Where that was written.</param>
/// <param name="WaitsFor">What it waits for; of what cannot be done, what stands in its way.</param>
internal sealed record StepReply(
    int Number, string Task, string Resource, string Node, long IntervalMs, string Code, string Why, string Source,
    IReadOnlyList<CauseReply> WaitsFor);

/// <summary>A primitive or instance in a simulation.</summary>
internal sealed record SimulatedResourceReply(
    string Id, string Role, IReadOnlyList<string> On, string NextRole, string? Next, string Code, string Text,
    string Source);

/// <summary>What is on a node; an empty node stands for nowhere.</summary>
internal sealed record PlacesReply(string Node, IReadOnlyList<string> Resources);
