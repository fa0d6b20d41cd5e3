namespace Ha.Node.Api;

/// <summary>What a rehearsal found. Schema ha/rehearse/1. Lengths of time are in seconds.</summary>
internal sealed record RehearsalReply
{
    public string Schema { get; init; } = "ha/rehearse/1";

    /// <summary>The cluster file; empty for a seed of the simulated clusters.</summary>
    public required string File { get; init; }

    public required IReadOnlyList<string> Nodes { get; init; }

    public required IReadOnlyList<string> Resources { get; init; }

    public required int Runs { get; init; }

    public required double SimulatedHours { get; init; }

    /// <summary>After how long a lost node is noticed.</summary>
    public required double DetectionTime { get; init; }

    public required IReadOnlyList<OutageReply> ByFault { get; init; }

    public required IReadOnlyList<OutageReply> ByResource { get; init; }

    public required IReadOnlyList<SecondFailureReply> SecondFailures { get; init; }

    /// <summary>Resources that did not run even before any fault.</summary>
    public required IReadOnlyList<string> NeverRan { get; init; }

    public required IReadOnlyList<AdviceReply> Advice { get; init; }

    /// <summary>Faults of the program itself, by seed; empty as it should be.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}

/// <summary>Outages that have something in common.</summary>
internal sealed record OutageReply(
    string Name, int Runs, double Median, double Worst, int WorstSeed, int NotRecovered, int NotRecoveredSeed,
    IReadOnlyList<string> Why);

/// <summary>What the loss of a second node does.</summary>
internal sealed record SecondFailureReply(
    string First, string Second, double Worst, IReadOnlyList<string> Down, string Why, int Seed);

/// <summary>A weak point.</summary>
internal sealed record AdviceReply(string Code, string Subject, string Text, string Remedy);

/// <summary>One run, told. Schema ha/rehearsal/1.</summary>
internal sealed record RehearsalRunReply
{
    public string Schema { get; init; } = "ha/rehearsal/1";

    public required int Seed { get; init; }

    /// <summary>What was done to the cluster.</summary>
    public required string Fault { get; init; }

    /// <summary>What went wrong; empty when all recovered.</summary>
    public required string Problem { get; init; }

    /// <summary>What happened, a line for each thing, a column for each node.</summary>
    public required string Story { get; init; }
}
