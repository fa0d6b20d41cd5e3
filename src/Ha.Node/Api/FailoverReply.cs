namespace Ha.Node.Api;

/// <summary>What `ha test failover` saw. Schema ha/failover/1.</summary>
internal sealed record FailoverReply
{
    public string Schema { get; init; } = "ha/failover/1";

    /// <summary>Nothing acknowledged was lost, nothing is there twice, and no server acknowledged what others had
    /// left.</summary>
    public required bool Good { get; init; }

    public required double LengthMs { get; init; }

    public required int Acknowledged { get; init; }

    /// <summary>Attempts whose end the client does not know; a cancelled wait for standbys is one.</summary>
    public required int Unknown { get; init; }

    public required int Failed { get; init; }

    /// <summary>Longest time in which one writer had no acknowledgement.</summary>
    public required double LongestGapMs { get; init; }

    /// <summary>When that gap began, since the run began.</summary>
    public required double GapBeganMs { get; init; }

    /// <summary>Longest time in which no writer had one.</summary>
    public required double LongestSilenceMs { get; init; }

    public required int Lost { get; init; }

    public required int Duplicates { get; init; }

    public required int Foreign { get; init; }

    public required int LateTimelines { get; init; }

    public required int Reads { get; init; }

    public required int BackwardReads { get; init; }

    /// <summary>Timelines on which rows were acknowledged: one more for each promotion.</summary>
    public required IReadOnlyList<int> Timelines { get; init; }

    public required IReadOnlyList<FailoverErrorReply> Errors { get; init; }

    /// <summary>The first findings of each kind, in words.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>Exit code of the command given with --run; null without one.</summary>
    public int? RunExitCode { get; init; }
}

/// <summary>An error that clients saw.</summary>
internal sealed record FailoverErrorReply(string Text, int Count);
